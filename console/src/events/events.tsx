// What happens in the directory, while it happens.
import { Alert, Anchor, Button, Drawer, Group, MultiSelect, Stack, Title } from '@mantine/core';
import { useEffect, useState } from 'react';
import { FormattedDate } from 'react-intl';
import type { Schema } from '../api/schema.ts';
import { Empty, Failure } from '../frame/states.tsx';
import { DataGrid } from '../grid/data-grid.tsx';
import { useText } from '../language/language.tsx';
import { useAddress } from '../list/address.ts';
import { OnOff, Snippet } from '../list/parts.tsx';
import { follow } from './stream.ts';

/** With its place in the feed. */
type Event = Schema['Event'] & { position: string };

const KINDS = ['contact', 'organization', 'contactNote', 'organizationNote', 'relationship', 'importJob'] as const;
/** The newest are kept. */
const MOST = 1_000;

export function Events() {
  const t = useText();
  const [{ kinds = '' }, show] = useAddress<{ kinds?: string }>();
  const [following, setFollowing] = useState(true);
  const [state, setState] = useState<'live' | 'broken' | Error>('broken');
  const [events, setEvents] = useState<Event[]>([]);
  const [opened, setOpened] = useState<Event>();
  useEffect(() => {
    if (!following) return;
    return follow(`/liaison/v1/events/stream${kinds ? `?kinds=${kinds}` : ''}`, {
      state: setState,
      event: ({ id, data }) => setEvents((old) => [{ ...(JSON.parse(data) as Schema['Event']), position: id }, ...old].slice(0, MOST)),
    });
  }, [following, kinds]);
  if (state instanceof Error) return <Failure error={state} />;
  const live = following && state === 'live';
  return (
    <Stack className="screen" gap="sm">
      <Group justify="space-between">
        <Group gap="sm">
          <Title order={1} size="h3">
            {t('events.title')}
          </Title>
          <span role="status">
            <OnOff on={live} texts={['events.live', 'events.stopped']} />
          </span>
        </Group>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => setEvents([])}>
            {t('events.clear')}
          </Button>
          <Button size="xs" onClick={() => setFollowing(!following)}>
            {t(following ? 'events.stop' : 'events.follow')}
          </Button>
        </Group>
      </Group>
      <MultiSelect
        size="xs"
        maw={480}
        aria-label={t('events.kinds')}
        placeholder={kinds === '' ? t('events.kinds.all') : ''}
        data={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))}
        value={kinds === '' ? [] : kinds.split(',')}
        onChange={(next) => show({ kinds: next.join(',') })}
      />
      {following && state === 'broken' && events.length > 0 && <Alert color="orange">{t('events.broken')}</Alert>}
      <DataGrid<Event>
        name="events"
        label={t('events.title')}
        rows={events}
        idOf={({ position }) => position}
        total={events.length}
        onOpen={setOpened}
        columns={[
          {
            id: 'time',
            title: t('events.time'),
            width: 220,
            cell: ({ metadata }) => <FormattedDate value={metadata.time} dateStyle="medium" timeStyle="medium" />,
          },
          {
            id: 'action',
            title: t('events.action'),
            width: 170,
            cell: ({ metadata: { action } }) => t(`audit.action.${action}`),
          },
          {
            id: 'topic',
            title: t('events.topic'),
            width: 560,
            cell: (event) => (
              <Anchor component="button" type="button" inherit truncate maw="100%" tabIndex={-1} onClick={() => setOpened(event)}>
                {event.topicName}
              </Anchor>
            ),
          },
        ]}
        empty={<Empty title={t('events.none')}>{t('events.none.hint')}</Empty>}
      />
      <Drawer
        opened={opened !== undefined}
        onClose={() => setOpened(undefined)}
        position="right"
        size="lg"
        title={opened?.topicName}
        closeButtonProps={{ 'aria-label': t('action.close') }}
      >
        {opened && <Snippet title={t('events.body')} code={JSON.stringify({ ...opened, position: undefined }, null, 2)} />}
      </Drawer>
    </Stack>
  );
}

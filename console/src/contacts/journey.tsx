// What a contact did, as it was fed: visits, and the segments that it is counted among.
import { Anchor, Badge, Group, Stack, Text, Timeline } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { FormattedDate, FormattedNumber } from 'react-intl';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { Empty, Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { Ago } from '../record/fields.tsx';
import { useMay } from '../session/session.ts';

export default function Journey({ id }: { id: string }) {
  const may = useMay();
  return (
    <Stack>
      {may('externalContacts:segmentAssignment:view') && <Segments id={id} />}
      {may('externalContacts:session:view') && <Sessions id={id} />}
    </Stack>
  );
}

function Segments({ id }: { id: string }) {
  const t = useText();
  const { data } = useQuery({
    queryKey: ['segments', id],
    queryFn: ({ signal }) =>
      body(
        api.GET('/api/v2/externalcontacts/contacts/{contactId}/journey/segments', {
          params: { path: { contactId: id }, query: { includeMerged: true, limit: 500 } },
          signal,
        }),
      ),
  });
  if (!data?.entities?.length) return null;
  return (
    <Group gap="xs" component="section" aria-label={t('journey.segments')}>
      <Text size="sm" fw={600}>
        {t('journey.segments')}
      </Text>
      {data.entities.map(({ segment, externalContact, dateForUnassignment }) => (
        <Badge key={`${segment.id} ${externalContact.id}`} variant="light" tt="none">
          {segment.id} · {t('journey.until')} <FormattedDate value={dateForUnassignment} dateStyle="medium" />
        </Badge>
      ))}
    </Group>
  );
}

const MOST = '200';

function Sessions({ id }: { id: string }) {
  const t = useText();
  const query = useQuery({
    queryKey: ['sessions', id],
    queryFn: ({ signal }) =>
      body(
        api.GET('/api/v2/externalcontacts/contacts/{contactId}/journey/sessions', {
          params: { path: { contactId: id }, query: { includeMerged: true, pageSize: MOST } },
          signal,
        }),
      ),
  });
  return (
    <Shown query={query}>
      {({ entities = [], nextUri }) =>
        entities.length === 0 ? (
          <Empty title={t('journey.none')} />
        ) : (
          <Stack>
            <Timeline bulletSize={14} lineWidth={2} aria-label={t('journey.title')}>
              {entities.map((session) => (
                <Timeline.Item key={session.id} title={<Heading session={session} />}>
                  <What session={session} />
                </Timeline.Item>
              ))}
            </Timeline>
            {nextUri && <Text size="sm">{t('journey.first', { count: entities.length })}</Text>}
          </Stack>
        )
      }
    </Shown>
  );
}

function Heading({ session: { type, createdDate, endedDate } }: { session: Schema['Session'] }) {
  const t = useText();
  return (
    <Group gap="xs">
      <Badge variant="light" size="sm" tt="none">
        {type}
      </Badge>
      <Text size="sm">
        <Ago time={createdDate} />
      </Text>
      {!endedDate && (
        <Text size="xs" c="dimmed">
          {t('journey.open')}
        </Text>
      )}
    </Group>
  );
}

function What({ session }: { session: Schema['Session'] }) {
  const t = useText();
  const { eventCount, durationInSeconds, lastPage, device, geolocation, conversationSubject, externalUrl, searchTerms, mktCampaign } = session;
  const words = [
    conversationSubject,
    lastPage?.title ?? lastPage?.url,
    searchTerms && t('journey.searched', { words: searchTerms.join(', ') }),
    mktCampaign?.name,
    [device?.type, device?.osFamily].filter(Boolean).join(', '),
    [geolocation?.locality, geolocation?.country].filter(Boolean).join(', '),
  ].filter(Boolean);
  return (
    <Stack gap={2} mt={4}>
      <Text size="sm">
        {t('journey.events', { count: eventCount })}
        {durationInSeconds !== undefined && (
          <>
            {' · '}
            <FormattedNumber value={Math.max(1, Math.round(durationInSeconds / 60))} style="unit" unit="minute" unitDisplay="long" />
          </>
        )}
      </Text>
      {words.length > 0 && (
        <Text size="sm" c="dimmed" className="breaking">
          {words.join(' · ')}
        </Text>
      )}
      {externalUrl && (
        <Anchor size="sm" href={externalUrl} target="_blank" rel="noreferrer">
          {t('journey.elsewhere')}
        </Anchor>
      )}
    </Stack>
  );
}

// Records that are probably one, the likeliest first: each is looked at beside the other, and merged or dismissed, by keys
// alone if one likes. What was decided can be undone.
import { Badge, Button, Group, Paper, ScrollArea, SegmentedControl, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { FormattedNumber } from 'react-intl';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { useKeys } from '../frame/hotkeys.ts';
import { lazily } from '../frame/lazily.tsx';
import { MoreButton } from '../frame/more.tsx';
import { notify } from '../frame/notify.ts';
import { Empty, Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { usePages } from '../list/pages.ts';
import { useChangeName } from '../record/changes.ts';
import type { Kind, RecordBody } from '../record/record.ts';
import { useMay } from '../session/session.ts';
import { Decided } from './decided.tsx';
import { Evidence, percent } from './evidence.tsx';
import { MergeReview } from './merge-review.tsx';
import { titleOf } from './title.ts';
import { type Undo, useUndo } from './undo.ts';

type Duplicate = Schema['LiaisonDuplicate'];
type State = Duplicate['state'];

interface View {
  kind?: Kind;
  state?: State;
}

const MergeAll = lazily(() => import('./merge-all.tsx'));

const PAGE = 50;

export function Duplicates() {
  const t = useText();
  const may = useMay();
  const navigate = useNavigate();
  const { kind = may('externalContacts:contact:view', 'relate:contact:view') ? 'contact' : 'organization', state = 'open' } = useSearch({
    strict: false,
  }) as View;
  // Also once nothing is left in the queue.
  const undo = useUndo();
  useKeys([['u', () => undo.last?.()]]);
  const show = (change: View) => navigate({ to: '/duplicates', search: (old: object) => ({ ...old, ...change }), replace: true });
  const { pages, rows: pairs } = usePages(['duplicates', kind, state], (at, signal) =>
    body(api.GET('/liaison/v1/duplicates', { params: { query: { kind, state, limit: PAGE, expand: ['records'], ...at } }, signal })),
  );
  return (
    <Stack h="calc(100dvh - 52px - 2 * var(--mantine-spacing-md))" gap="sm">
      <Group justify="space-between">
        <Title order={1} size="h3">
          {t('duplicates.title')}
        </Title>
        <Group gap="xs">
          <Suspense>{state === 'open' && <MergeAll key={kind} kind={kind} offered={pairs.length > 1} />}</Suspense>
          <SegmentedControl
            size="xs"
            aria-label={t('duplicates.kind')}
            value={kind}
            onChange={(value) => show({ kind: value as Kind })}
            data={[
              { value: 'contact', label: t('contacts.title') },
              { value: 'organization', label: t('organizations.title') },
            ]}
          />
          <SegmentedControl
            size="xs"
            aria-label={t('duplicates.state')}
            value={state}
            onChange={(value) => show({ state: value as State })}
            data={(['open', 'dismissed', 'accepted'] as const).map((value) => ({ value, label: t(`duplicates.state.${value}`) }))}
          />
        </Group>
      </Group>
      <Shown query={pages}>
        {() => {
          if (pairs.length === 0)
            return (
              <Empty
                title={t(`duplicates.none.${state}`)}
                actions={
                  undo.last && (
                    <Button variant="light" onClick={undo.last}>
                      {t(undo.text)}
                    </Button>
                  )
                }
              >
                {state === 'open' ? t('duplicates.none.hint') : undefined}
              </Empty>
            );
          return <Queue key={`${kind} ${state}`} kind={kind} state={state} pairs={pairs} undo={undo} more={<MoreButton pages={pages} />} />;
        }}
      </Shown>
    </Stack>
  );
}

interface QueueProps {
  kind: Kind;
  state: State;
  pairs: Duplicate[];
  undo: Undo;
  more: ReactNode;
}

function Queue({ kind, state, pairs, undo, more }: QueueProps) {
  const t = useText();
  const may = useMay();
  const queries = useQueryClient();
  const fieldName = useChangeName();
  const [at, setAt] = useState(0);
  const current = pairs[Math.min(at, pairs.length - 1)] as Duplicate;
  const active = useRef<HTMLButtonElement>(null);
  // (It answers with a promise in some browsers.)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the element is another one when the pair is.
  useEffect(() => {
    active.current?.scrollIntoView({ block: 'nearest' });
  }, [current.id]);
  const dismissing = useMutation({
    mutationFn: (duplicateId: string) => api.POST('/liaison/v1/duplicates/{duplicateId}/dismiss', { params: { path: { duplicateId } } }) as Promise<unknown>,
    onSuccess: (_, duplicateId) => {
      undo.decided({ duplicateId });
      notify({ message: t('duplicates.dismissed') });
      return queries.invalidateQueries({ queryKey: ['duplicates'] });
    },
  });
  const decides = may(kind === 'contact' ? 'externalContacts:contact:edit' : 'externalContacts:externalOrganization:edit');
  const move = (by: number) => setAt((old) => Math.max(0, Math.min(pairs.length - 1, old + by)));
  useKeys([
    ['j', () => move(1)],
    ['k', () => move(-1)],
    ['x', () => state === 'open' && decides && dismissing.mutate(current.id)],
  ]);
  return (
    <div className="queue">
      <Paper withBorder className="queue-list" component="nav" aria-label={t('duplicates.queue')}>
        <ScrollArea h="100%" type="auto" scrollbarSize={8}>
          {pairs.map((pair, i) => (
            <UnstyledButton
              key={pair.id}
              ref={pair === current ? active : undefined}
              className="queue-pair"
              aria-current={pair === current ? 'true' : undefined}
              onClick={() => setAt(i)}
            >
              <Group justify="space-between" wrap="nowrap" gap="xs">
                <Text size="sm" fw={600} truncate>
                  {pair.records.map((record) => titleOf(kind, record as RecordBody) || t('contacts.nameless')).join(' · ')}
                </Text>
                <Badge variant="light" size="sm" flex="none">
                  <FormattedNumber value={percent(pair.probability) / 100} style="percent" maximumFractionDigits={1} />
                </Badge>
              </Group>
              <Text size="xs" c="dimmed" truncate>
                {pair.evidence
                  .slice(0, 3)
                  .map(({ field }) => fieldName(field))
                  .join(', ')}
              </Text>
            </UnstyledButton>
          ))}
          {more}
        </ScrollArea>
      </Paper>
      <ScrollArea className="queue-review" type="auto" scrollbarSize={8} offsetScrollbars viewportProps={{ tabIndex: 0 }}>
        <Stack>
          {state === 'open' ? (
            <MergeReview key={current.id} kind={kind} ids={current.records.map(({ id }) => id)} duplicateId={current.id} undo={undo}>
              {decides && (
                <Button variant="default" onClick={() => dismissing.mutate(current.id)} loading={dismissing.isPending}>
                  {t('duplicates.dismiss')}
                </Button>
              )}
            </MergeReview>
          ) : (
            <Decided key={current.id} pair={current} kind={kind} />
          )}
          {dismissing.error && (
            <Text c="red" size="sm" role="alert">
              {dismissing.error.message}
            </Text>
          )}
          <Evidence duplicate={current} />
        </Stack>
      </ScrollArea>
    </div>
  );
}

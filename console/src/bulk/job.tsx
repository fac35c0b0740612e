// A bulk job, whatever state it is in: the question before it begins, how far it is, what came of it, and the way back.
import { Alert, Anchor, Badge, Button, Group, List, Progress, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Fact, Facts } from '../frame/fact.tsx';
import { Refused } from '../frame/refused.tsx';
import { useText } from '../language/language.tsx';
import { useNames } from '../list/choices.ts';
import { useChangeName } from '../record/changes.ts';
import { useMay } from '../session/session.ts';
import { type BulkJob, bulkJobQuery, type Command, commandJob, firstRefusals, isOver, permissionsFor, type Report, saveRefusals } from './queries.ts';

export function BulkJobView({ job }: { job: BulkJob }) {
  const t = useText();
  const queries = useQueryClient();
  const { kind, act, status, records, undo } = job;
  const gone = records.done + records.unchanged + records.refused;
  const state = `${status} ${undo?.status}`;
  // What the directory shows is another when a job has ended or was taken back.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the state is what it depends on.
  useEffect(() => {
    for (const queryKey of [['bulk jobs'], [`${kind}s`]]) queries.invalidateQueries({ queryKey });
  }, [state, kind, queries]);
  return (
    <Stack>
      <Group gap="sm">
        <span aria-live="polite">
          <BulkState job={job} />
        </span>
        <Wanted job={job} />
      </Group>
      {job.statusDetails && <Alert color="red" variant="light" role="alert" title={job.statusDetails} />}
      {status === 'Counting' && (
        <Stack gap={6}>
          <Progress value={100} animated aria-label={t('bulk.state.Counting')} />
          <Text size="sm">{t('bulk.counting', { count: records.found })}</Text>
        </Stack>
      )}
      {status === 'Counted' && <Confirm job={job} />}
      {status === 'Running' && (
        <Stack gap={6}>
          <Progress size="lg" value={records.found === 0 ? 0 : (gone / records.found) * 100} aria-label={t('bulk.state.Running')} />
          <Text size="sm">{t('bulk.progress', { gone, found: records.found })}</Text>
          <Text size="sm" c="dimmed">
            {t('bulk.goesOn')}
          </Text>
        </Stack>
      )}
      {gone > 0 && (
        <Facts label={t(`bulk.state.${status}`)}>
          <Fact label={t(`bulk.done.${act}`)} value={records.done} />
          {records.unchanged > 0 && <Fact label={t('bulk.unchanged')} value={records.unchanged} />}
          <Fact label={t('bulk.refused')} value={records.refused} />
        </Facts>
      )}
      {records.refused > 0 && isOver(job) && <Refusals job={job} report="job" count={records.refused} />}
      {undo && (
        <Alert variant="light" color={UNDO_COLORS[undo.status]} title={t(`bulk.undo.${undo.status}`)} role="status">
          {undo.statusDetails && <Text size="sm">{undo.statusDetails}</Text>}
          <Text size="sm">{t('bulk.undone', { restored: undo.restored, left: undo.left })}</Text>
        </Alert>
      )}
      {undo && undo.left > 0 && undo.status !== 'Running' && <Refusals job={job} report="undo" count={undo.left} />}
      <Commands job={job} />
    </Stack>
  );
}

const UNDO_COLORS = { Running: 'indigo', Completed: 'teal', Failed: 'red' } as const;
const COLORS = { Counting: 'indigo', Counted: 'orange', Running: 'indigo', Completed: 'teal', Failed: 'red', Cancelled: 'gray' } as const;

export function BulkState({ job: { status, undo } }: { job: BulkJob }) {
  const t = useText();
  if (undo?.status === 'Completed')
    return (
      <Badge variant="light" color="gray">
        {t('bulk.undo.Completed')}
      </Badge>
    );
  return (
    <Badge variant="light" color={COLORS[status]}>
      {t(`bulk.state.${status}`)}
    </Badge>
  );
}

/** What is to be done, in words. */
export function Wanted({ job: { act, changes = [], toDivision, reason } }: { job: BulkJob }) {
  const t = useText();
  const fieldName = useChangeName();
  const isOrganization = (field: string) => field === '$.externalOrganization.id';
  const organizationName = useNames(
    'organization',
    changes.filter(({ field }) => isOrganization(field)).map(({ value }) => String(value)),
  );
  const words = changes
    .filter(({ field }) => field !== '$.schema.id')
    .map(({ field, action, value }) => {
      const name = fieldName(field.slice(2));
      return action === 'Remove'
        ? t('bulk.wanted.clear', { name })
        : t(action === 'AppendToCollection' ? 'bulk.wanted.add' : 'bulk.wanted.set', {
            name,
            value: isOrganization(field) ? organizationName(String(value)) : String(value),
          });
    });
  return (
    <Text size="sm" className="breaking">
      {[t(`bulk.act.${act}`), ...words, toDivision && t('bulk.wanted.move'), reason].filter(Boolean).join(' · ')}
    </Text>
  );
}

/** The last question. What cannot be taken back and was not picked by hand takes a word. */
function Confirm({ job: { id, act, records, search } }: { job: BulkJob }) {
  const t = useText();
  const queries = useQueryClient();
  const [word, setWord] = useState('');
  const final = act === 'delete' || act === 'erase';
  const typed = final && search !== undefined ? t('bulk.word') : undefined;
  const going = useMutation({
    mutationFn: () => commandJob(id, 'continue'),
    onSuccess: (job) => queries.setQueryData(bulkJobQuery(id).queryKey, job),
    onSettled: () => queries.invalidateQueries({ queryKey: bulkJobQuery(id).queryKey }),
  });
  if (records.found === 0) return <Text size="sm">{t('bulk.nothing')}</Text>;
  return (
    <Stack gap="sm">
      <Text>{t(`bulk.confirm.${act}`, { count: records.found })}</Text>
      {typed && <TextInput label={t('confirm.type', { word: typed })} value={word} onChange={(event) => setWord(event.currentTarget.value)} />}
      <Refused error={going.error} />
      <Button
        w="fit-content"
        color={final ? 'red' : 'indigo'}
        loading={going.isPending}
        disabled={typed !== undefined && word !== typed}
        onClick={() => going.mutate()}
      >
        {t(`bulk.go.${act}`, { count: records.found })}
      </Button>
    </Stack>
  );
}

function Commands({ job }: { job: BulkJob }) {
  const t = useText();
  const may = useMay();
  const queries = useQueryClient();
  const sending = useMutation({
    mutationFn: (command: Command) => commandJob(job.id, command),
    onSettled: () => queries.invalidateQueries({ queryKey: bulkJobQuery(job.id).queryKey }),
  });
  const { act, status, records, undo } = job;
  const canUndo = (act === 'edit' || act === 'move') && isOver(job) && records.done > 0 && (!undo || undo.status === 'Failed');
  if (!may(...permissionsFor(job)) || !(status === 'Running' || status === 'Failed' || canUndo)) return null;
  return (
    <>
      <Group>
        {status === 'Running' && (
          <Button size="xs" variant="default" onClick={() => sending.mutate('cancel')}>
            {t('bulk.stop')}
          </Button>
        )}
        {status === 'Failed' && !undo && (
          <Button size="xs" onClick={() => sending.mutate('continue')} loading={sending.isPending}>
            {t('bulk.retry')}
          </Button>
        )}
        {canUndo && (
          <Button size="xs" variant="default" onClick={() => sending.mutate('undo')} loading={sending.isPending}>
            {t('bulk.undo')}
          </Button>
        )}
      </Group>
      <Refused error={sending.error} />
    </>
  );
}

const LISTED = 10;

function Refusals({ job: { id, kind }, report, count }: { job: BulkJob; report: Report; count: number }) {
  const t = useText();
  const first = useQuery({ queryKey: ['bulk refusals', id, report, count], queryFn: () => firstRefusals(id, report, LISTED) });
  const saving = useMutation({ mutationFn: () => saveRefusals(id, report) });
  return (
    <Stack gap="xs">
      <List size="sm" aria-label={t('bulk.refused')}>
        {first.data?.map((one) => (
          <List.Item key={one.id} className="breaking">
            <Anchor component={Link} to={`/${kind}s/${one.id}` as never} inherit>
              {one.id}
            </Anchor>
            {`: ${one.reason}`}
          </List.Item>
        ))}
      </List>
      {count > LISTED && <Text size="sm">{t('bulk.refused.more', { count: count - LISTED })}</Text>}
      <Refused error={first.error ?? saving.error} />
      <Button size="compact-sm" variant="light" w="fit-content" loading={saving.isPending} onClick={() => saving.mutate()}>
        {t('bulk.refused.download')}
      </Button>
    </Stack>
  );
}

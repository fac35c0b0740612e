// An import's own page: what the check found, how far the import is, what it refused, and the way back.
import { Alert, Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { api } from '../api/api.ts';
import { Fact, Facts } from '../frame/fact.tsx';
import { Refused } from '../frame/refused.tsx';
import { Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { Ago } from '../record/fields.tsx';
import { useMay } from '../session/session.ts';
import { FirstErrors } from './first-errors.tsx';
import { Mend } from './mend.tsx';
import { ImportProgress } from './progress.tsx';
import { type Import, importQuery, isOver, jobOf, waits } from './queries.ts';
import { StateBadge, stateOf } from './state-badge.tsx';
import { Steps } from './steps.tsx';
import { UndoAnswer, UndoButton } from './undo-import.tsx';

export function ImportJob() {
  const t = useText();
  const { jobId = '' } = useParams({ strict: false });
  const { settings } = useSearch({ strict: false }) as { settings?: string };
  const query = useQuery(importQuery(jobId));
  return (
    <Stack maw={1000}>
      <Anchor component={Link} to={'/imports' as never} size="sm" w="fit-content">
        {t('imports.all')}
      </Anchor>
      <Shown query={query}>{(job) => <Job job={job} settings={settings} />}</Shown>
    </Stack>
  );
}

function Job({ job, settings }: { job: Import; settings: string | undefined }) {
  const t = useText();
  const may = useMay();
  const checking = job.executionStep !== 'Importing';
  const queries = useQueryClient();
  const state = stateOf(job);
  // What the directory shows is another when an import has ended or was taken back.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the state is what it depends on.
  useEffect(() => {
    for (const queryKey of [['imports'], ['contacts'], ['organizations']]) queries.invalidateQueries({ queryKey });
  }, [state, queries]);
  const refused = checking ? job.rows.dryRunRejected : job.rows.rejected;
  return (
    <Stack>
      <Stack gap={4}>
        <Group gap="sm">
          <Title order={1} size="h3" className="breaking">
            {job.fileName ?? t('imports.nameless')}
          </Title>
          <span aria-live="polite">
            <StateBadge job={job} />
          </span>
        </Group>
        <Text size="sm" c="dimmed">
          <Ago time={job.dateCreated} /> <Division jobId={job.id} />
        </Text>
      </Stack>
      <Steps current={checking ? 'check' : job.status === 'Completed' ? undefined : 'import'} />
      {job.statusDetails && (
        <Alert
          color={job.status === 'Failed' ? 'red' : 'blue'}
          variant="light"
          title={job.statusDetails}
          role={job.status === 'Failed' ? 'alert' : undefined}
        />
      )}
      {job.undo && <UndoAnswer jobId={job.id} undo={job.undo} />}
      {!(isOver(job) || waits(job)) && <ImportProgress job={job} />}
      <Counts job={job} checking={checking} />
      {waits(job) && <Text size="sm">{job.rows.dryRunRejected > 0 ? t('imports.waits.some') : t('imports.waits.all')}</Text>}
      {may('externalContacts:importJob:edit') && <Commands job={job} />}
      {refused > 0 && <FirstErrors jobId={job.id} report={checking ? 'dryRun' : 'import'} count={refused} />}
      {isOver(job) && refused > 0 && may('externalContacts:importCsvUpload:add') && <Mend jobId={job.id} settings={settings} />}
    </Stack>
  );
}

function Division({ jobId }: { jobId: string }) {
  const { data } = useQuery({ queryKey: ['import division', jobId], queryFn: () => jobOf(jobId), staleTime: Number.POSITIVE_INFINITY });
  return data?.division?.name === undefined ? null : `· ${data.division.name}`;
}

function Counts({ job: { rows }, checking }: { job: Import; checking: boolean }) {
  const t = useText();
  if (checking)
    return (
      <Facts label={t('imports.step.check')}>
        <Fact label={t('imports.file.rows')} value={rows.total ?? 0} />
        <Fact label={t('imports.count.accepted')} value={rows.dryRunAccepted} />
        <Fact label={t('imports.count.refused')} value={rows.dryRunRejected} />
      </Facts>
    );
  return (
    <Facts label={t('imports.step.import')}>
      {(['created', 'updated', 'merged', 'unchanged'] as const).map((count) => (
        <Fact key={count} label={t(`imports.count.${count}`)} value={rows[count]} />
      ))}
      <Fact label={t('imports.count.refused')} value={rows.rejected} />
    </Facts>
  );
}

type Command = 'Continue' | 'Cancel' | 'Retry';

function Commands({ job }: { job: Import }) {
  const t = useText();
  const queries = useQueryClient();
  const sending = useMutation({
    mutationFn: async (status: Command) => {
      await api.PUT('/api/v2/externalcontacts/import/jobs/{jobId}', { params: { path: { jobId: job.id } }, body: { jobId: job.id, status } });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: importQuery(job.id).queryKey }),
  });
  const { created, updated, merged } = job.rows;
  const canUndo = isOver(job) && job.executionStep === 'Importing' && created + updated + merged > 0 && (!job.undo || job.undo.status === 'Failed');
  const send = (status: Command) => () => sending.mutate(status);
  return (
    <Stack gap="xs">
      <Group>
        {waits(job) && (
          <Button onClick={send('Continue')} loading={sending.isPending} disabled={job.rows.dryRunAccepted === 0}>
            {t('imports.command.continue', { count: job.rows.dryRunAccepted })}
          </Button>
        )}
        {job.status === 'Failed' && !job.undo && (
          <Button onClick={send('Retry')} loading={sending.isPending}>
            {t('imports.command.retry')}
          </Button>
        )}
        {!isOver(job) && (
          <Button variant="default" onClick={send('Cancel')}>
            {t('imports.command.cancel')}
          </Button>
        )}
        {canUndo && <UndoButton job={job} />}
        {isOver(job) && (
          <Button component={Link} to={'/imports/new' as never} variant="default">
            {t('imports.another')}
          </Button>
        )}
      </Group>
      <Refused error={sending.error} />
    </Stack>
  );
}

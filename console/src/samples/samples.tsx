// Sample data: made, and removed again as one.
import { Alert, Anchor, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { type BulkJob, commandJob } from '../bulk/queries.ts';
import { modals } from '../frame/confirm.tsx';
import { notify } from '../frame/notify.ts';
import { Refused } from '../frame/refused.tsx';
import { Shown } from '../frame/states.tsx';
import { isOver } from '../imports/queries.ts';
import { importsQuery } from '../jobs/kinds.ts';
import { useText } from '../language/language.tsx';
import { useMay } from '../session/session.ts';
import { FILE, PERMISSIONS } from './add.ts';
import { AddFew } from './add-few.tsx';
import { IMPORT, ImportMany } from './import-many.tsx';
import { countSamples, removeSamples, samplesQuery } from './mark.ts';

const REMOVE = ['externalContacts:contact:delete', 'externalContacts:externalOrganization:delete', 'externalContacts:externalSource:delete'];

export function Samples() {
  const t = useText();
  const may = useMay();
  const query = useQuery(samplesQuery);
  const mayAll = (permissions: readonly string[]) => permissions.every((one) => may(one));
  return (
    <Stack maw={720}>
      <Title order={1} size="h3">
        {t('samples.title')}
      </Title>
      <Text size="sm">{t('samples.hint')}</Text>
      <Shown query={query}>
        {(samples) => {
          if (samples) return <Remove sourceId={samples.sourceId} may={mayAll(REMOVE)} />;
          if (!mayAll(PERMISSIONS)) return <Text c="dimmed">{t('samples.none')}</Text>;
          return (
            <>
              <Way hint={t('samples.few.hint')}>
                <AddFew />
              </Way>
              {mayAll(IMPORT) && (
                <Way hint={t('samples.many.hint')}>
                  <ImportMany />
                </Way>
              )}
            </>
          );
        }}
      </Shown>
    </Stack>
  );
}

function Way({ hint, children }: { hint: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md">
      <Stack gap="xs" align="flex-start">
        {children}
        <Text size="sm" c="dimmed">
          {hint}
        </Text>
      </Stack>
    </Paper>
  );
}

function Remove({ sourceId, may }: { sourceId: string; may: boolean }) {
  const t = useText();
  const seesImports = useMay()('externalContacts:importJob:viewAll');
  const imports = useQuery({ ...importsQuery, enabled: seesImports });
  const importing = imports.data?.find((job) => job.fileName === FILE && !isOver(job));
  const queries = useQueryClient();
  const [gone, setGone] = useState<number>();
  const removing = useMutation({
    mutationFn: async (jobs: BulkJob[]) => {
      const refused = await removeSamples(sourceId, jobs, setGone);
      if (refused > 0) throw new Error(t('samples.remove.refused', { count: refused }));
      notify({ message: t('samples.removed') });
    },
    onSettled: () => queries.invalidateQueries(),
  });
  const counting = useMutation({
    mutationFn: () => countSamples(sourceId),
    onSuccess: (jobs) => {
      const [contacts = 0, organizations = 0] = jobs.map(({ records }) => records.found);
      modals.confirm({
        title: t('samples.remove.title'),
        text: t('samples.remove.text', { contacts, organizations }),
        confirm: t('action.delete'),
        typed: t('bulk.word'),
        act: async () => removing.mutate(jobs),
        left: () => jobs.map(({ id }) => commandJob(id, 'cancel').catch(() => {})),
      });
    },
  });
  return (
    <Alert variant="light" title={t('samples.there')}>
      <Stack>
        <Group>
          {may && !importing && (
            <Button color="red" variant="light" loading={counting.isPending || removing.isPending} onClick={() => counting.mutate()}>
              {t('samples.remove')}
            </Button>
          )}
          {importing && (
            <Anchor size="sm" component={Link} to={`/imports/${importing.id}` as never}>
              {t('samples.importing')}
            </Anchor>
          )}
          <Text size="sm" role="status">
            {gone !== undefined && t('samples.removing', { count: gone })}
          </Text>
        </Group>
        <Refused error={counting.error ?? removing.error} />
      </Stack>
    </Alert>
  );
}

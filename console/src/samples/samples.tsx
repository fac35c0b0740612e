// Sample data: made, and removed again as one.
import { Alert, Button, Group, Paper, Progress, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { modals } from '../frame/confirm.tsx';
import { notify } from '../frame/notify.ts';
import { Refused } from '../frame/refused.tsx';
import { Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { useMay } from '../session/session.ts';
import { importSamples, MANY, PERMISSIONS } from './add.ts';
import { AddFew } from './add-few.tsx';
import { removeSamples, samplesQuery } from './mark.ts';

const IMPORT = ['externalContacts:importCsvJob:add', 'externalContacts:importCsvUpload:add', 'externalContacts:importSettings:add'];
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

function ImportMany() {
  const t = useText();
  const may = useMay();
  const navigate = useNavigate();
  const [sent, setSent] = useState<number>();
  const importing = useMutation({
    mutationFn: () => importSamples(may('externalContacts:importSettings:view'), setSent),
    onSuccess: (jobId) => navigate({ to: `/imports/${jobId}` as never }),
  });
  const label = t('samples.many', { count: MANY });
  return (
    <>
      <Button variant="light" loading={importing.isPending} onClick={() => importing.mutate()}>
        {label}
      </Button>
      {importing.isPending && sent !== undefined && <Progress w="100%" value={sent * 100} aria-label={label} />}
      <Refused error={importing.error} />
    </>
  );
}

function Remove({ sourceId, may }: { sourceId: string; may: boolean }) {
  const t = useText();
  const queries = useQueryClient();
  const [gone, setGone] = useState<number>();
  const act = async () => {
    await removeSamples(sourceId, setGone);
    await queries.invalidateQueries();
    notify({ message: t('samples.removed') });
  };
  const ask = () => modals.confirm({ title: t('samples.remove.title'), text: t('samples.remove.text'), confirm: t('action.delete'), act });
  return (
    <Alert variant="light" title={t('samples.there')}>
      <Group>
        {may && (
          <Button color="red" variant="light" onClick={ask}>
            {t('samples.remove')}
          </Button>
        )}
        <Text size="sm" role="status">
          {gone !== undefined && t('samples.removing', { count: gone })}
        </Text>
      </Group>
    </Alert>
  );
}

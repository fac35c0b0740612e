// A button that makes a large directory, by an import.
import { Button, Progress } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Refused } from '../frame/refused.tsx';
import { useText } from '../language/language.tsx';
import { useMay } from '../session/session.ts';
import { importSamples, MANY } from './add.ts';

/** Permissions that it takes, all of them. */
export const IMPORT = [
  'externalContacts:importCsvJob:add',
  'externalContacts:importCsvUpload:add',
  'externalContacts:importSettings:add',
  'externalContacts:importCsvSettings:view',
  'externalContacts:importCsvSettings:add',
];

export function ImportMany() {
  const t = useText();
  const may = useMay();
  const navigate = useNavigate();
  const [sent, setSent] = useState<number>();
  const importing = useMutation({
    mutationFn: () => importSamples(may('externalContacts:importSettings:viewAll'), setSent),
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

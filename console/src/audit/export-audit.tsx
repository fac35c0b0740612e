// What the filter leaves, as a file.
import { Group } from '@mantine/core';
import { api, body } from '../api/api.ts';
import { saveFile } from '../frame/save-file.ts';
import { ActButton } from '../list/act-button.tsx';

const FORMATS = { csv: 'audit.export.csv', ndjson: 'audit.export.ndjson' } as const;

export function ExportAudit({ question }: { question: Record<string, string> }) {
  const save = async (format: keyof typeof FORMATS) => {
    const answer = api.GET('/liaison/v1/audits/export', { params: { query: { ...question, format } as never }, parseAs: 'blob' });
    saveFile(await body(answer), `audit.${format}`);
  };
  return (
    <Group gap="xs">
      {(Object.keys(FORMATS) as (keyof typeof FORMATS)[]).map((format) => (
        <ActButton key={format} text={FORMATS[format]} act={() => save(format)} />
      ))}
    </Group>
  );
}

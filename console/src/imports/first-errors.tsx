// The first refused rows, cell by cell, and the file with all of them.
import { Group, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Download } from '../frame/download.tsx';
import { Wide } from '../frame/wide.tsx';
import { useText } from '../language/language.tsx';
import { jobOf } from './queries.ts';
import { firstRefused, type Report } from './rejects.ts';

const SHOWN = 10;

export function FirstErrors({ jobId, report, count }: { jobId: string; report: Exclude<Report, 'undo'>; count: number }) {
  const t = useText();
  const refused = useQuery({ queryKey: ['refused', jobId, report, count], queryFn: () => firstRefused(jobId, report, SHOWN), placeholderData: (old) => old });
  const link = async () => {
    const { metadata } = await jobOf(jobId);
    return report === 'dryRun' ? metadata?.dryRunReportDownloadUrl : metadata?.importReportDownloadUrl;
  };
  return (
    <Stack gap="xs" component="section" aria-labelledby="refused">
      <Group justify="space-between">
        <Title order={2} size="h5" id="refused">
          {t('imports.refused.title', { count })}
        </Title>
        <Download link={link}>{t('imports.refused.download')}</Download>
      </Group>
      <Wide label={t('imports.refused.first')}>
        <Table withTableBorder striped miw={560} aria-label={t('imports.refused.first')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('imports.refused.line')}</Table.Th>
              <Table.Th>{t('imports.columns.column')}</Table.Th>
              <Table.Th>{t('imports.refused.value')}</Table.Th>
              <Table.Th>{t('imports.refused.reason')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {refused.data?.map(({ line, column, value, reason }) => (
              <Table.Tr key={`${line} ${column} ${reason}`}>
                <Table.Td>{line}</Table.Td>
                <Table.Td>{column}</Table.Td>
                <Table.Td>
                  <Text size="sm" className="breaking">
                    {value || (column !== undefined && <i>{t('imports.refused.empty')}</i>)}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <Text size="sm" className="breaking">
                    {reason}
                  </Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
      {refused.error && (
        <Text size="sm" c="red" role="alert">
          {refused.error.message}
        </Text>
      )}
    </Stack>
  );
}

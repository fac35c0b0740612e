// How far a job is, in the server's own numbers.
import { Group, Progress, Stack, Text } from '@mantine/core';
import { FormattedNumber } from 'react-intl';
import { useText } from '../language/language.tsx';
import type { Import } from './queries.ts';
import { stateOf } from './state-badge.tsx';

export function shareOf({ rows: { read, total }, bytes }: Import): number {
  const share = total ? read / total : bytes.total > 0 ? bytes.read / bytes.total : 0;
  return Math.min(1, share);
}

export function ImportProgress({ job, bare = false }: { job: Import; bare?: boolean }) {
  const t = useText();
  const { rows, rowsPerSecond, secondsLeft } = job;
  const share = shareOf(job);
  const label = t(`imports.state.${stateOf(job)}`);
  if (bare) return <Progress value={share * 100} aria-label={label} />;
  return (
    <Stack gap={6}>
      <Progress size="lg" value={share * 100} aria-label={label} />
      <Group gap="md">
        <Text size="sm">{t('imports.progress.rows', { read: rows.read, total: rows.total ?? 0 })}</Text>
        {rowsPerSecond !== undefined && (
          <Text size="sm" c="dimmed">
            {t('imports.progress.pace', { rows: rowsPerSecond })}
          </Text>
        )}
        {secondsLeft !== undefined && (
          <Text size="sm" c="dimmed">
            {t('imports.progress.left')}{' '}
            {secondsLeft < 90 ? (
              <FormattedNumber value={secondsLeft} style="unit" unit="second" unitDisplay="long" />
            ) : (
              <FormattedNumber value={Math.round(secondsLeft / 60)} style="unit" unit="minute" unitDisplay="long" />
            )}
          </Text>
        )}
      </Group>
    </Stack>
  );
}

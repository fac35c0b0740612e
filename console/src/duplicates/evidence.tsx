// What each field says for and against two records being one, in words, with a bar to either side.
import { Stack, Table, Text, Title } from '@mantine/core';
import type { Schema } from '../api/schema.ts';
import { useText } from '../language/language.tsx';
import { useChangeName } from '../record/changes.ts';

export function Evidence({ duplicate: { evidence, probability, related } }: { duplicate: Schema['LiaisonDuplicate'] }) {
  const t = useText();
  const fieldName = useChangeName();
  const most = Math.max(1, ...evidence.map(({ weight }) => Math.abs(weight)));
  return (
    <Stack gap={4}>
      <Title order={2} size="h5">
        {t('duplicates.evidence')}
      </Title>
      <Text size="sm" c="dimmed">
        {t('duplicates.evidence.hint', { probability: percent(probability) })}
        {related > 0 && ` ${t('duplicates.related')}`}
      </Text>
      <Table verticalSpacing={4} maw={720}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('filter.field')}</Table.Th>
            <Table.Th>{t('duplicates.level')}</Table.Th>
            <Table.Th>{t('duplicates.weight')}</Table.Th>
            <Table.Th w={160} aria-hidden />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {evidence.map(({ field, level, weight }) => (
            <Table.Tr key={field}>
              <Table.Td>{fieldName(field)}</Table.Td>
              <Table.Td>{t(`duplicates.level.${level}`)}</Table.Td>
              <Table.Td>{t(`duplicates.weight.${strengthOf(weight)}`)}</Table.Td>
              <Table.Td aria-hidden>
                <svg viewBox="-50 0 100 10" width="100%" height="10" role="presentation">
                  <line x1="0" y1="0" x2="0" y2="10" className="weight-axis" />
                  <rect
                    x={Math.min(0, (weight / most) * 48)}
                    y="2"
                    width={(Math.abs(weight) / most) * 48}
                    height="6"
                    rx="1"
                    className={weight < 0 ? 'weight-against' : 'weight-for'}
                  />
                </svg>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}

/** Never 100: nothing is certain. */
export const percent = (probability: number): number => Math.min(99.9, Math.round(probability * 1000) / 10);

/** A weight is in bits. One makes it twice as likely; what changes less says nothing, and seven make it a hundred times so. */
function strengthOf(weight: number): 'strong' | 'for' | 'nothing' | 'against' {
  if (weight >= 7) return 'strong';
  if (weight >= 1) return 'for';
  return weight > -1 ? 'nothing' : 'against';
}

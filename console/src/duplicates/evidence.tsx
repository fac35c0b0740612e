// What each field says for and against two records being one, in bits: a bar to either side, and the words for it.
import { Stack, Table, Text, Title } from '@mantine/core';
import { FormattedNumber } from 'react-intl';
import type { Schema } from '../api/schema.ts';
import { useText } from '../language/language.tsx';

export function Evidence({ duplicate: { evidence, score, probability, related } }: { duplicate: Schema['LiaisonDuplicate'] }) {
  const t = useText();
  const most = Math.max(1, ...evidence.map(({ weight }) => Math.abs(weight)));
  return (
    <Stack gap={4}>
      <Title order={2} size="h5">
        {t('duplicates.evidence')}
      </Title>
      <Text size="sm" c="dimmed">
        {t('duplicates.evidence.hint', { score: score.toFixed(1), probability: (probability * 100).toFixed(1) })}
        {related > 0 && ` ${t('duplicates.related', { bits: related.toFixed(1) })}`}
      </Text>
      <Table verticalSpacing={4} maw={640}>
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
              <Table.Td>{field}</Table.Td>
              <Table.Td>{t(`duplicates.level.${level}`)}</Table.Td>
              <Table.Td>
                <FormattedNumber value={weight} maximumFractionDigits={1} signDisplay="always" />
              </Table.Td>
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

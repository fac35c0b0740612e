// The values of a chart in rows, the newest first; made only for whoever opens it.
import { Table, Text } from '@mantine/core';
import { useState } from 'react';
import { FormattedNumber, FormattedTime } from 'react-intl';
import { Wide } from '../frame/wide.tsx';
import { useText } from '../language/language.tsx';

interface ValueTableProps {
  label: string;
  columns: readonly string[];
  times: readonly number[];
  values: readonly (readonly (number | null)[])[];
}

export function ValueTable({ label, columns, times, values }: ValueTableProps) {
  const t = useText();
  const [opened, setOpened] = useState(false);
  return (
    <details onToggle={(event) => setOpened(event.currentTarget.open)}>
      <Text component="summary" size="xs" c="dimmed">
        {t('health.table')}
      </Text>
      {opened && (
        <div className="chart-values">
          <Wide label={label}>
            <Table aria-label={label} stickyHeader>
              <Table.Thead>
                <Table.Tr>
                  {columns.map((column) => (
                    <Table.Th key={column}>{column}</Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {times
                  .map((time, i) => (
                    <Table.Tr key={time}>
                      <Table.Td>
                        <FormattedTime value={time * 1000} timeStyle="medium" />
                      </Table.Td>
                      {values.map((of, series) => (
                        <Table.Td key={columns[series + 1]}>
                          {typeof of[i] === 'number' ? <FormattedNumber value={of[i]} maximumFractionDigits={2} /> : '–'}
                        </Table.Td>
                      ))}
                    </Table.Tr>
                  ))
                  .reverse()}
              </Table.Tbody>
            </Table>
          </Wide>
        </div>
      )}
    </details>
  );
}

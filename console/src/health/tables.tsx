// What is told in rows: operations, queues, tables, indexes.
import { Badge, Group, Stack, Table, Text, Title } from '@mantine/core';
import { type ReactNode, useId, useState } from 'react';
import { FormattedNumber, useIntl } from 'react-intl';
import { Size } from '../frame/size.tsx';
import { Wide } from '../frame/wide.tsx';
import { type TextKey, useText } from '../language/language.tsx';
import { Parts } from '../list/parts.tsx';
import type { ServerHealth } from './queries.ts';

/** Rows of each table. All of them are in the answer, which is shown as a call. */
const FIRST = 15;
/** Width of what rows are called by. */
const NAME = 200;

type Order = 'busiest' | 'slowest';

export function Operations({ operations }: Pick<ServerHealth, 'operations'>) {
  const t = useText();
  const [order, setOrder] = useState<Order>('busiest');
  const sorted = order === 'busiest' ? operations : [...operations].sort((a, b) => (b.p95Ms ?? 0) - (a.p95Ms ?? 0));
  return (
    <Listed
      title={t('health.operations')}
      columns={['health.operation', 'health.succeeded', 'health.refused', 'health.failed', 'health.p50', 'health.p95', 'health.p99']}
      beside={
        <Parts<Order> label={t('health.operations')} value={order} parts={{ busiest: t('health.busiest'), slowest: t('health.slowest') }} onChange={setOrder} />
      }
      rows={sorted.slice(0, FIRST).map(({ operation, succeeded, refused, failed, p50Ms, p95Ms, p99Ms }) => ({
        name: operation,
        cells: [succeeded, refused, failed, ...[p50Ms, p95Ms, p99Ms].map((ms) => (ms === undefined ? '' : t('health.ms', { ms })))],
      }))}
    />
  );
}

export function Queues({ queues }: Pick<ServerHealth, 'queues'>) {
  const t = useText();
  return (
    <Listed
      title={t('health.queues')}
      columns={['health.queue', 'health.waiting', 'health.given']}
      rows={queues.map(({ name, waiting, failed }) => ({ name: t(`health.queue.${name}` as TextKey), cells: [waiting, failed] }))}
    />
  );
}

export function Tables({ tables }: ServerHealth['database']) {
  const t = useText();
  return (
    <Listed
      title={t('health.tables')}
      columns={['health.name', 'health.size', 'health.indexSize', 'health.rows', 'health.dead', 'health.indexScans', 'health.scans']}
      rows={tables.slice(0, FIRST).map(({ name, sizeBytes, indexBytes, rows, deadRows, indexScans, sequentialScans }) => ({
        name,
        cells: [<Size key="size" bytes={sizeBytes} />, <Size key="indexes" bytes={indexBytes} />, rows, deadRows, indexScans, sequentialScans],
      }))}
    />
  );
}

export function Indexes({ indexes, counted }: ServerHealth['database']) {
  const t = useText();
  const { formatDate } = useIntl();
  return (
    <Listed
      title={t('health.indexes')}
      hint={counted && t('health.counted', { time: formatDate(counted, { dateStyle: 'medium', timeStyle: 'short' }) })}
      columns={['health.name', 'health.ofTable', 'health.size', 'health.used']}
      rows={indexes.slice(0, FIRST).map(({ name, table, sizeBytes, scans }) => ({
        name,
        cells: [
          table,
          <Size key="size" bytes={sizeBytes} />,
          scans > 0 ? (
            scans
          ) : (
            <Badge key="unused" variant="light" color="orange" size="sm">
              {t('health.unused')}
            </Badge>
          ),
        ],
      }))}
    />
  );
}

interface ListedProps {
  title: string;
  hint?: ReactNode;
  beside?: ReactNode;
  columns: readonly TextKey[];
  rows: readonly { name: string; cells: readonly ReactNode[] }[];
}

function Listed({ title, hint, beside, columns, rows }: ListedProps) {
  const t = useText();
  const id = useId();
  return (
    <Stack gap="xs" component="section" aria-labelledby={id}>
      <Group justify="space-between" align="baseline">
        <Title order={2} size="h5" id={id}>
          {title}
        </Title>
        {beside}
      </Group>
      {hint && (
        <Text size="xs" c="dimmed">
          {hint}
        </Text>
      )}
      <Wide label={title}>
        <Table miw={NAME + columns.length * 90} aria-label={title}>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column, i) => (
                <Table.Th key={column} {...(i === 0 ? { miw: NAME } : { ta: 'end' })}>
                  {t(column)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ name, cells }) => (
              <Table.Tr key={name}>
                <Table.Td className="breaking">{name}</Table.Td>
                {cells.map((cell, i) => (
                  <Table.Td key={columns[i + 1]} ta="end">
                    {typeof cell === 'number' ? <FormattedNumber value={cell} /> : cell}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
    </Stack>
  );
}

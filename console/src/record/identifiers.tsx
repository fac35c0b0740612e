// By what a record is recognised.
import { Table, Text } from '@mantine/core';
import type { Schema } from '../api/schema.ts';
import { useText } from '../language/language.tsx';

export function Identifiers({ identifiers }: { identifiers: Pick<Schema['ContactIdentifier'], 'type' | 'value' | 'externalSource'>[] }) {
  const t = useText();
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('identifiers.type')}</Table.Th>
          <Table.Th>{t('identifiers.value')}</Table.Th>
          <Table.Th>{t('identifiers.source')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {identifiers.map(({ type, value, externalSource }) => (
          <Table.Tr key={`${type} ${value} ${externalSource?.id}`}>
            <Table.Td>{type}</Table.Td>
            <Table.Td>
              <Text size="sm" className="breaking">
                {value}
              </Text>
            </Table.Td>
            <Table.Td>{externalSource?.name}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

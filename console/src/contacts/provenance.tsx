// What a merged contact was made of: which value came from whom, and all that went into it.
import { Code, Group, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, body } from '../api/api.ts';
import { Shown } from '../frame/states.tsx';
import { Wide } from '../frame/wide.tsx';
import { useText } from '../language/language.tsx';
import { useFieldName } from '../record/field-name.ts';

interface ProvenanceProps {
  id: string;
  mergeSet: readonly { id?: string }[];
}

export default function Provenance({ id, mergeSet }: ProvenanceProps) {
  const t = useText();
  const fieldName = useFieldName();
  const query = useQuery({
    queryKey: ['provenance', id],
    queryFn: ({ signal }) => body(api.GET('/liaison/v1/contacts/{contactId}/provenance', { params: { path: { contactId: id } }, signal })),
  });
  return (
    <Stack>
      <Group gap="xs" component="section" aria-label={t('merged.set')}>
        <Text size="sm" fw={600}>
          {t('merged.set')}
        </Text>
        {mergeSet.map((one) => (
          <Code key={one.id}>{one.id}</Code>
        ))}
      </Group>
      <Shown query={query}>
        {({ values }) => (
          <Wide label={t('merged.values')}>
            <Table miw={560} aria-label={t('merged.values')}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('merged.field')}</Table.Th>
                  <Table.Th>{t('merged.value')}</Table.Th>
                  <Table.Th>{t('merged.origin')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {values.map(({ field, value, origin, contacts }) => (
                  <Table.Tr key={field}>
                    <Table.Td>{fieldName(field)}</Table.Td>
                    <Table.Td className="breaking">{shown(value)}</Table.Td>
                    <Table.Td>
                      <Text size="sm">{t(`merged.origin.${origin}`)}</Text>
                      {contacts.map((one) => (
                        <Code key={one.id}>{one.id}</Code>
                      ))}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Wide>
        )}
      </Shown>
    </Stack>
  );
}

/** A number shows what was typed; what has several parts, all of them. */
function shown(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const { display } = value as { display?: string };
  return display ?? Object.values(value).map(shown).join(', ');
}

// All of one contact: fields, notes, identifiers, what it was merged of, what happened to it, and the record itself.
import { Anchor, Badge, Button, Code, Group, ScrollArea, Stack, Table, Tabs, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Schema } from '../api/schema.ts';
import { modals } from '../frame/confirm.tsx';
import { Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { useCustomFields } from '../record/custom-fields.ts';
import { RecordFields, type Section } from '../record/fields.tsx';
import { Notes } from '../record/notes.tsx';
import { PERMISSIONS, recordQuery, remove } from '../record/record.ts';
import { History } from '../record/timeline.tsx';
import { useMay } from '../session/session.ts';
import { CONTACT_SECTIONS } from './sections.ts';

export function ContactDetails({ id }: { id: string }) {
  const t = useText();
  const may = useMay();
  const query = useQuery(recordQuery('contact', id));
  const sections = useSections();
  return (
    <Shown query={query}>
      {(stored) => {
        const contact = stored.body as Schema['ExternalContact'];
        return (
          <Stack gap="sm">
            <Group gap="xs">
              {contact.type && <Badge variant="light">{t(`contact.type.${contact.type}`)}</Badge>}
              {contact.division?.name && (
                <Badge variant="default" tt="none">
                  {contact.division.name}
                </Badge>
              )}
              {contact.externalOrganization?.id && (
                <Anchor size="sm" component={Link} to={`/organizations/${contact.externalOrganization.id}` as never}>
                  {contact.externalOrganization.name}
                </Anchor>
              )}
              <DeleteContact id={id} />
            </Group>
            <Tabs defaultValue="fields" keepMounted={false}>
              <Tabs.List>
                <Tabs.Tab value="fields">{t('record.fields')}</Tabs.Tab>
                <Tabs.Tab value="notes">{t('notes.title')}</Tabs.Tab>
                <Tabs.Tab value="identifiers">{t('identifiers.title')}</Tabs.Tab>
                {(contact.mergeSet?.length ?? 0) > 1 && <Tabs.Tab value="merged">{t('merged.title')}</Tabs.Tab>}
                {may('liaison:audit:view') && <Tabs.Tab value="history">{t('record.history')}</Tabs.Tab>}
                <Tabs.Tab value="raw">JSON</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="fields" pt="sm">
                <RecordFields kind="contact" stored={stored} sections={sections} />
              </Tabs.Panel>
              <Tabs.Panel value="notes" pt="sm">
                <Notes kind="contact" id={id} />
              </Tabs.Panel>
              <Tabs.Panel value="identifiers" pt="sm">
                <Identifiers identifiers={contact.identifiers ?? []} />
              </Tabs.Panel>
              <Tabs.Panel value="merged" pt="sm">
                <Stack gap="xs">
                  {contact.mergeSet?.map((one) => (
                    <Code key={one.id}>{one.id}</Code>
                  ))}
                </Stack>
              </Tabs.Panel>
              <Tabs.Panel value="history" pt="sm">
                <History kind="contact" id={id} />
              </Tabs.Panel>
              <Tabs.Panel value="raw" pt="sm">
                <ScrollArea.Autosize mah="60dvh" type="auto" viewportProps={{ tabIndex: 0 }}>
                  <Code block>{JSON.stringify(contact, null, 2)}</Code>
                </ScrollArea.Autosize>
              </Tabs.Panel>
            </Tabs>
          </Stack>
        );
      }}
    </Shown>
  );
}

function useSections(): Section[] {
  const custom = useCustomFields('contact');
  if (custom.length === 0) return [...CONTACT_SECTIONS];
  const fields = custom.map(({ name, title, type }) => ({
    path: `customFields.${name}`,
    text: { words: title },
    kind:
      type === 'boolean'
        ? ('boolean' as const)
        : type === 'number' || type === 'integer'
          ? ('number' as const)
          : type === 'array'
            ? ('list' as const)
            : ('text' as const),
  }));
  return [...CONTACT_SECTIONS, { text: 'section.custom', fields }];
}

function Identifiers({ identifiers }: { identifiers: Schema['ContactIdentifier'][] }) {
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

function DeleteContact({ id }: { id: string }) {
  const t = useText();
  const may = useMay();
  const queries = useQueryClient();
  const navigate = useNavigate();
  if (!may(...PERMISSIONS.contact.delete)) return null;
  const ask = () =>
    modals.confirm({
      title: t('contacts.delete'),
      text: t('contacts.delete.hint'),
      confirm: t('action.delete'),
      act: async () => {
        await remove('contact', id);
        await queries.invalidateQueries({ queryKey: ['contacts'] });
        await navigate({ to: '/contacts' });
      },
    });
  return (
    <Button size="compact-xs" variant="subtle" color="red" onClick={ask}>
      {t('action.delete')}
    </Button>
  );
}

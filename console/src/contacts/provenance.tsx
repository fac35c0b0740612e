// What a merged contact was made of: which value came from whom, all that went into it, and the way back.
import { Anchor, Group, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { unmerge } from '../duplicates/undo.ts';
import { Shown } from '../frame/states.tsx';
import { Wide } from '../frame/wide.tsx';
import { useText } from '../language/language.tsx';
import { ActButton } from '../list/act-button.tsx';
import { shownValue, useChangeName } from '../record/changes.ts';
import { useMay } from '../session/session.ts';
import { nameOf } from './name.ts';

interface ProvenanceProps {
  contact: Schema['ExternalContact'];
}

/** Whose names are asked for; of more, the others go by their ids. */
const NAMED_MAX = 25;

export default function Provenance({ contact }: ProvenanceProps) {
  const t = useText();
  const may = useMay();
  const navigate = useNavigate();
  const fieldName = useChangeName();
  const { id = '', mergedFrom = [] } = contact;
  const inputs = (contact.mergeSet ?? []).flatMap((one) => (one.id && one.id !== id ? [one.id] : []));
  const names = useInputNames(inputs.slice(0, NAMED_MAX));
  const nameFor = (one: string) => (one === id ? t('merged.itself') : names[one] || one);
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
        {inputs.map((one) => (
          <Origin key={one} id={one} name={nameFor(one)} />
        ))}
      </Group>
      {mergedFrom.length > 0 && may('externalContacts:identity:merge') && (
        <Group>
          <ActButton
            text="unmerge.undo"
            question={{ title: t('unmerge.title'), text: t('unmerge.hint') }}
            act={async () => {
              await unmerge(id);
              await navigate({ to: `/contacts/${mergedFrom[0]?.id}` as never });
            }}
          />
        </Group>
      )}
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
                    <Table.Td>{fieldName(field.replace(/\[\d+\]$/, ''))}</Table.Td>
                    <Table.Td className="breaking">{shownItem(value)}</Table.Td>
                    <Table.Td>
                      <Text size="sm">{t(`merged.origin.${origin}`)}</Text>
                      {contacts.map((one) => (
                        <Origin key={one.id} id={one.id ?? ''} name={nameFor(one.id ?? '')} />
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

/** Asked for by its id, one that was merged answers as what it became; so what leads to it is what happened to it. */
function Origin({ id, name }: { id: string; name: string }) {
  const may = useMay();
  if (!may('liaison:audit:view')) return <Text size="sm">{name}</Text>;
  return (
    <Anchor size="sm" component={Link} to={'/audit' as never} search={{ entityType: 'contact', entityId: id } as never}>
      {name}
    </Anchor>
  );
}

/** What those were called that went into it. */
function useInputNames(ids: readonly string[]): Record<string, string> {
  const query = useQuery({
    queryKey: ['merged names', ids],
    queryFn: async ({ signal }) => {
      const read = (contactId: string) =>
        body(api.GET('/api/v2/externalcontacts/contacts/{contactId}/unresolved', { params: { path: { contactId } }, signal }));
      const found = await Promise.allSettled(ids.map(read));
      return Object.fromEntries(found.flatMap((one, i) => (one.status === 'fulfilled' ? [[ids[i], nameOf(one.value)]] : [])) as [string, string][]);
    },
  });
  return query.data ?? {};
}

/** Of an item of a list, what it is worth and not by whom it is kept. */
const shownItem = (value: unknown) => (typeof value === 'object' && value !== null && 'value' in value ? shownValue(value.value) : shownValue(value));

// The custom fields of contacts and of organizations.
import { Group, Stack, Table } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Schema } from '../api/schema.ts';
import { modals } from '../frame/confirm.tsx';
import { useText } from '../language/language.tsx';
import { ActButton } from '../list/act-button.tsx';
import { useAddress } from '../list/address.ts';
import { ListScreen, type Opened } from '../list/list-screen.tsx';
import { usePages } from '../list/pages.ts';
import { OnOff, Part, Parts } from '../list/parts.tsx';
import type { Kind } from '../record/record.ts';
import { useMay } from '../session/session.ts';
import { archive, list as listSchemas, save, usage, versions } from './calls.ts';
import { Designer } from './designer.tsx';
import { differenceOf, fieldsOf } from './document.ts';
import { Preview } from './preview.tsx';

type DataSchema = Schema['DataSchema'];

export function Schemas() {
  const t = useText();
  const [{ kind = 'contact' }, show] = useAddress<{ kind?: Kind; open?: string | undefined }>();
  const list = usePages(['schemas', kind, 'all'], async (_, signal) => {
    const page = await listSchemas(kind, signal);
    return { entities: (page.entities ?? []).filter(({ deleted }) => !deleted) };
  });
  return (
    <ListScreen<DataSchema>
      key={kind}
      name="schemas"
      title="schemas.title"
      list={list}
      size="xl"
      above={
        <Parts
          label={t('list.part')}
          value={kind}
          parts={{ contact: t('contacts.title'), organization: t('organizations.title') }}
          onChange={(next) => show({ kind: next, open: undefined })}
        />
      }
      idOf={({ id }) => id ?? ''}
      nameOf={({ name }) => name ?? ''}
      columns={[
        { id: 'name', title: t('list.name'), width: 220, cell: ({ name }) => name },
        {
          id: 'fields',
          title: t('schemas.fields'),
          width: 420,
          cell: ({ jsonSchema }) =>
            fieldsOf(jsonSchema)
              .map(({ title }) => title)
              .join(', '),
        },
        { id: 'version', title: t('schemas.version'), width: 110, cell: ({ version }) => version },
        { id: 'state', title: t('list.state'), width: 120, cell: ({ enabled }) => <OnOff on={enabled !== false} /> },
      ]}
      none={{ title: 'schemas.none', hint: 'schemas.none.hint' }}
      create={{
        text: 'schemas.new',
        permissions: ['externalContacts:customFields:add'],
        form: ({ open }) => <Designer kind={kind} saved={({ id }) => open(id ?? '')} />,
      }}
      details={(schema, opened) => <Details kind={kind} schema={schema} {...opened} />}
    />
  );
}

function Details({ kind, schema, close }: { kind: Kind; schema: DataSchema } & Opened) {
  const t = useText();
  const may = useMay();
  const { id = '', name = '', version = 0, enabled, jsonSchema = {} } = schema;
  const queries = useQueryClient();
  const edits = may('externalContacts:customFields:edit');
  const setEnabled = (next: boolean) => save(kind, id, { name, version, enabled: next, jsonSchema });
  // What it would touch is counted before it is asked.
  const ask = async () => {
    const { count, more } = await usage(kind, id);
    modals.confirm({
      title: t('schemas.archive.title', { name }),
      text: t('schemas.archive.hint', { count, more: more ? 'yes' : 'no' }),
      confirm: t('schemas.archive'),
      typed: name,
      act: async () => {
        await archive(id);
        close();
        await queries.invalidateQueries();
      },
    });
  };
  return (
    <Stack>
      <Group gap="xs">
        <OnOff on={enabled !== false} />
        {edits && (
          <>
            <ActButton text={enabled === false ? 'list.enable' : 'list.disable'} act={() => setEnabled(enabled === false)} />
            {kind === 'contact' && <ActButton text="schemas.archive" variant="light" color="red" act={ask} />}
          </>
        )}
      </Group>
      {edits ? <Designer key={version} kind={kind} schema={schema} /> : <Preview fields={fieldsOf(jsonSchema)} />}
      <Versions kind={kind} id={id} version={version} />
    </Stack>
  );
}

function Versions({ kind, id, version }: { kind: Kind; id: string; version: number }) {
  const t = useText();
  const stored = useQuery({ queryKey: ['schemaVersions', kind, id, version], queryFn: () => versions(kind, id) });
  const sorted = (stored.data ?? []).toSorted((one, other) => (other.version ?? 0) - (one.version ?? 0));
  return (
    <Part title={t('schemas.versions')}>
      <Table>
        <Table.Tbody>
          {sorted.map((one, i) => (
            <Table.Tr key={one.version}>
              <Table.Th scope="row" w={60}>
                {one.version}
              </Table.Th>
              <Table.Td>
                <Changes before={sorted[i + 1]} after={one} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Part>
  );
}

function Changes({ before, after }: { before: DataSchema | undefined; after: DataSchema }) {
  const t = useText();
  const { added, changed } = differenceOf(before?.jsonSchema, after.jsonSchema);
  if (!before) return t('schemas.versions.first', { fields: added.join(', ') });
  const said = [
    added.length > 0 && t('schemas.versions.added', { fields: added.join(', ') }),
    changed.length > 0 && t('schemas.versions.changed', { fields: changed.join(', ') }),
    before.enabled !== after.enabled && t(after.enabled === false ? 'schemas.versions.disabled' : 'schemas.versions.enabled'),
  ].filter(Boolean);
  return said.join('; ') || t('schemas.versions.none');
}

// The divisions of the organization, and how many objects of each kind they hold.
import { Group, Stack, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { FormattedNumber, useIntl } from 'react-intl';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { type TextKey, useText } from '../language/language.tsx';
import { ActButton } from '../list/act-button.tsx';
import { Form, useForm } from '../list/form.tsx';
import { ListScreen, type Opened } from '../list/list-screen.tsx';
import { usePages } from '../list/pages.ts';
import { Facts, Part } from '../list/parts.tsx';
import { useMay } from '../session/session.ts';

type Division = Schema['AuthzDivision'];

export function Divisions({ above }: { above: ReactNode }) {
  const t = useText();
  const kindName = useKindName();
  const { formatNumber } = useIntl();
  const list = usePages(['divisionList'], (at, signal) =>
    body(api.GET('/api/v2/authorization/divisions', { params: { query: { pageSize: 100, objectCount: true, ...at } }, signal })),
  );
  return (
    <ListScreen<Division>
      name="divisions"
      title="roles.title"
      above={above}
      list={list}
      idOf={({ id }) => id ?? ''}
      nameOf={({ name }) => name ?? ''}
      columns={[
        { id: 'name', title: t('list.name'), width: 220, cell: ({ name }) => name },
        { id: 'description', title: t('list.description'), width: 320, cell: ({ description }) => description },
        { id: 'home', title: t('roles.kind'), width: 140, cell: ({ homeDivision }) => homeDivision && t('divisions.home') },
        {
          id: 'objects',
          title: t('divisions.objects'),
          width: 360,
          cell: ({ objectCounts = {} }) =>
            Object.entries(objectCounts)
              .filter(([, count]) => count > 0)
              .map(([kind, count]) => `${kindName(kind)}: ${formatNumber(count)}`)
              .join(', '),
        },
      ]}
      none={{ title: 'divisions.none' }}
      create={{
        text: 'divisions.new',
        // It takes both: who makes a division may at once do there what a role permits.
        permissions: ['authorization:division:add'],
        form: ({ open }) => <DivisionForm division={{}} saved={({ id }) => open(id ?? '')} />,
      }}
      details={(division, opened) => <Details division={division} {...opened} />}
    />
  );
}

function Details({ division, close }: { division: Division } & Opened) {
  const t = useText();
  const may = useMay();
  const kindName = useKindName();
  return (
    <Stack>
      {may('authorization:division:edit') && <DivisionForm division={division} />}
      <Part title={t('divisions.objects')}>
        <Facts facts={Object.entries(division.objectCounts ?? {}).map(([kind, count]) => [kindName(kind), <FormattedNumber key={kind} value={count} />])} />
      </Part>
      {may('authorization:division:delete') && !division.homeDivision && (
        <Group>
          <ActButton
            text="action.delete"
            question={{ title: t('divisions.delete.title', { name: division.name ?? '' }), text: t('divisions.delete.hint') }}
            act={() => api.DELETE('/api/v2/authorization/divisions/{divisionId}', { params: { path: { divisionId: division.id ?? '' } } }) as Promise<unknown>}
            done={close}
          />
        </Group>
      )}
    </Stack>
  );
}

/** What is counted, by a name; a kind that has none here goes by the API's. */
function useKindName(): (kind: string) => string {
  const t = useText();
  const { messages } = useIntl();
  return (kind) => (`divisions.kind.${kind}` in messages ? t(`divisions.kind.${kind}` as TextKey) : kind);
}

function DivisionForm({ division: { id, name = '', description = '' }, saved }: { division: Division; saved?(division: Division): void }) {
  const t = useText();
  const form = useForm({
    initial: { name, description },
    save: (draft) =>
      body(
        id === undefined
          ? api.POST('/api/v2/authorization/divisions', { body: draft })
          : api.PUT('/api/v2/authorization/divisions/{divisionId}', { params: { path: { divisionId: id } }, body: draft }),
      ),
    ...(saved ? { saved } : {}),
  });
  return (
    <Form form={form} submit={id === undefined ? 'list.create' : 'action.save'}>
      <TextInput data-autofocus={id === undefined || undefined} label={t('list.name')} {...form.text('name')} />
      <TextInput label={t('list.description')} {...form.text('description')} />
    </Form>
  );
}

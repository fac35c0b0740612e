// Groups of users, who share roles.
import { Checkbox, Group as Row, Stack, Table, Text, TextInput } from '@mantine/core';
import { FormattedDate, FormattedNumber } from 'react-intl';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { MoreButton } from '../frame/more.tsx';
import { useText } from '../language/language.tsx';
import { ActButton } from '../list/act-button.tsx';
import { ManyChooser } from '../list/chooser.tsx';
import { Form, useForm } from '../list/form.tsx';
import { SubjectGrants } from '../list/grants.tsx';
import { ListScreen, type Opened } from '../list/list-screen.tsx';
import { usePages } from '../list/pages.ts';
import { OnOff, Part } from '../list/parts.tsx';
import { useMay } from '../session/session.ts';

type Group = Schema['Group'];

export function Groups() {
  const t = useText();
  const list = usePages(['groups'], (at, signal) => body(api.GET('/api/v2/groups', { params: { query: { pageSize: 100, ...at } }, signal })));
  return (
    <ListScreen<Group>
      name="groups"
      title="groups.title"
      list={list}
      idOf={({ id }) => id ?? ''}
      nameOf={({ name }) => name ?? ''}
      columns={[
        { id: 'name', title: t('list.name'), width: 240, cell: ({ name }) => name },
        { id: 'description', title: t('list.description'), width: 320, cell: ({ description }) => description },
        { id: 'members', title: t('groups.members'), width: 120, cell: ({ memberCount = 0 }) => <FormattedNumber value={memberCount} /> },
        { id: 'state', title: t('list.state'), width: 120, cell: ({ state }) => <OnOff on={state === 'active'} /> },
        {
          id: 'changed',
          title: t('list.changed'),
          width: 150,
          cell: ({ dateModified }) => dateModified && <FormattedDate value={dateModified} dateStyle="medium" />,
        },
      ]}
      none={{ title: 'groups.none', hint: 'groups.none.hint' }}
      create={{ text: 'groups.new', permissions: ['directory:group:add'], form: ({ open }) => <GroupForm group={{}} saved={({ id }) => open(id ?? '')} /> }}
      details={(group, opened) => <Details group={group} {...opened} />}
    />
  );
}

function Details({ group, close }: { group: Group } & Opened) {
  const t = useText();
  const may = useMay();
  const { id = '', name = '' } = group;
  return (
    <Stack>
      {may('directory:group:edit') && <GroupForm key={group.version} group={group} />}
      <Members group={group} />
      {may('authorization:grant:view') && (
        <Part title={t('grants.title')}>
          <SubjectGrants id={id} type="PC_GROUP" />
        </Part>
      )}
      {may('directory:group:delete') && (
        <Row mt="xl">
          <ActButton
            text="action.delete"
            question={{ title: t('groups.delete.title', { name }), text: t('groups.delete.hint') }}
            act={() => api.DELETE('/api/v2/groups/{groupId}', { params: { path: { groupId: id } } }) as Promise<unknown>}
            done={close}
          />
        </Row>
      )}
    </Stack>
  );
}

function GroupForm({ group: { id, name = '', description = '', rolesEnabled = true, version = 0 }, saved }: { group: Group; saved?(group: Group): void }) {
  const t = useText();
  const form = useForm({
    initial: { name, description, rolesEnabled },
    save: (draft) =>
      body(
        id === undefined
          ? api.POST('/api/v2/groups', { body: { ...draft, type: 'official' } })
          : api.PUT('/api/v2/groups/{groupId}', { params: { path: { groupId: id } }, body: { ...draft, version } }),
      ),
    ...(saved ? { saved } : {}),
  });
  return (
    <Form form={form} submit={id === undefined ? 'list.create' : 'action.save'}>
      <TextInput data-autofocus={id === undefined || undefined} label={t('list.name')} {...form.text('name')} />
      <TextInput label={t('list.description')} {...form.text('description')} />
      <Checkbox label={t('groups.roles')} {...form.check('rolesEnabled')} />
    </Form>
  );
}

function Members({ group: { id = '', version = 0 } }: { group: Group }) {
  const t = useText();
  const may = useMay();
  const edits = may('directory:group:edit');
  const { pages, rows } = usePages(['members', id], (at, signal) =>
    body(api.GET('/api/v2/groups/{groupId}/members', { params: { path: { groupId: id }, query: { pageSize: 100, ...at } }, signal })),
  );
  const remove = (userId: string) =>
    api.DELETE('/api/v2/groups/{groupId}/members', { params: { path: { groupId: id }, query: { ids: userId as never } } }) as Promise<unknown>;
  return (
    <Part title={t('groups.members')}>
      {rows.length === 0 && !pages.isFetching && (
        <Text size="sm" c="dimmed">
          {t('groups.members.none')}
        </Text>
      )}
      <Table>
        <Table.Tbody>
          {rows.map(({ id: userId = '', name = userId, email }) => (
            <Table.Tr key={userId}>
              <Table.Td>{name}</Table.Td>
              <Table.Td className="breaking">{email}</Table.Td>
              <Table.Td ta="end">
                {edits && (
                  <ActButton text="list.remove" variant="subtle" color="red" aria-label={t('groups.member.remove', { name })} act={() => remove(userId)} />
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <MoreButton pages={pages} />
      {edits && <AddMembers key={version} id={id} version={version} present={rows.map((user) => user.id ?? '')} />}
    </Part>
  );
}

function AddMembers({ id, version, present }: { id: string; version: number; present: string[] }) {
  const t = useText();
  const form = useForm({
    initial: { memberIds: [] as string[] },
    save: ({ memberIds }) =>
      api.POST('/api/v2/groups/{groupId}/members', { params: { path: { groupId: id } }, body: { memberIds, version } }) as Promise<unknown>,
    saved: () => form.set('memberIds', []),
  });
  return (
    <Form form={form} submit="groups.members.add" disabled={form.draft.memberIds.length === 0}>
      <ManyChooser size="xs" label={t('people.user')} of="user" without={present} {...form.choices('memberIds')} />
    </Form>
  );
}

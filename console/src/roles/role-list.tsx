// The roles of the organization, each with what it permits, who has it, and what the console would offer by it.
import { Alert, Badge, Group, List, Stack, Table, Text, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { FormattedNumber } from 'react-intl';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { MoreButton } from '../frame/more.tsx';
import { PLACES } from '../frame/places.ts';
import { useText } from '../language/language.tsx';
import { ActButton } from '../list/act-button.tsx';
import { Form, useForm } from '../list/form.tsx';
import { ListScreen, type Opened } from '../list/list-screen.tsx';
import { usePages } from '../list/pages.ts';
import { Part } from '../list/parts.tsx';
import { useMay } from '../session/session.ts';
import { PermissionGrid } from './permission-grid.tsx';
import { type Catalogue, permissionsOf, policiesOf, useCatalogue } from './permissions.ts';

type Role = Schema['DomainOrganizationRole'];

export function RoleList({ above }: { above: ReactNode }) {
  const t = useText();
  const catalogue = useCatalogue();
  const list = usePages(['roles'], (at, signal) =>
    body(api.GET('/api/v2/authorization/roles', { params: { query: { pageSize: 100, userCount: true, ...at } }, signal })),
  );
  return (
    <ListScreen<Role>
      name="roles"
      title="roles.title"
      above={above}
      list={list}
      size="xl"
      idOf={({ id }) => id ?? ''}
      nameOf={({ name }) => name ?? ''}
      columns={[
        { id: 'name', title: t('list.name'), width: 220, cell: ({ name }) => name },
        { id: 'description', title: t('list.description'), width: 420, cell: ({ description }) => description },
        { id: 'users', title: t('roles.users'), width: 110, cell: ({ userCount }) => userCount !== undefined && <FormattedNumber value={userCount} /> },
        { id: 'kind', title: t('roles.kind'), width: 130, cell: (role) => t(role.default ? 'roles.kind.builtIn' : 'roles.kind.own') },
      ]}
      none={{ title: 'roles.none' }}
      create={{
        text: 'roles.new',
        permissions: ['authorization:role:add'],
        form: ({ open }) => catalogue && <RoleForm catalogue={catalogue} role={{}} saved={({ id }) => open(id ?? '')} />,
      }}
      details={(role, opened) => catalogue && <Details catalogue={catalogue} role={role} {...opened} />}
    />
  );
}

function Details({ catalogue, role, open, close }: { catalogue: Catalogue; role: Role } & Opened) {
  const t = useText();
  const may = useMay();
  const edits = may('authorization:role:edit') && !role.default;
  const id = role.id ?? '';
  const copy = async () => {
    const made = await body(
      api.POST('/api/v2/authorization/roles', {
        body: {
          name: t('roles.copy.name', { name: role.name ?? '' }),
          description: role.description ?? '',
          permissionPolicies: role.permissionPolicies ?? [],
        },
      }),
    );
    open(made.id ?? '');
  };
  return (
    <Stack>
      {role.default && <Alert>{t('roles.builtIn.hint')}</Alert>}
      <Group gap="xs">
        {may('authorization:role:add') && <ActButton text="roles.copy" act={copy} />}
        {may('authorization:role:delete') && !role.default && (
          <ActButton
            text="action.delete"
            question={{ title: t('roles.delete.title', { name: role.name ?? '' }), text: t('roles.delete.hint') }}
            act={() => api.DELETE('/api/v2/authorization/roles/{roleId}', { params: { path: { roleId: id } } }) as Promise<unknown>}
            done={close}
          />
        )}
      </Group>
      <ViewAs permissions={permissionsOf(role, catalogue)} />
      {may('authorization:grant:view') && <Holders roleId={id} />}
      {edits ? (
        <RoleForm catalogue={catalogue} role={role} />
      ) : (
        <Part title={t('roles.permissions')}>
          <PermissionGrid catalogue={catalogue} permitted={permissionsOf(role, catalogue)} />
        </Part>
      )}
    </Stack>
  );
}

function RoleForm({ catalogue, role, saved }: { catalogue: Catalogue; role: Role; saved?(role: Role): void }) {
  const t = useText();
  const { id } = role;
  const form = useForm({
    initial: { name: role.name ?? '', description: role.description ?? '', permitted: permissionsOf(role, catalogue) },
    save: ({ name, description, permitted }) => {
      const written = { name, description, permissionPolicies: policiesOf(permitted, role, catalogue) };
      return body(
        id === undefined
          ? api.POST('/api/v2/authorization/roles', { body: written })
          : api.PUT('/api/v2/authorization/roles/{roleId}', { params: { path: { roleId: id } }, body: written }),
      );
    },
    ...(saved ? { saved } : {}),
  });
  return (
    <Form form={form} submit={id === undefined ? 'list.create' : 'action.save'}>
      {/* It is there only once the permissions are, when the drawer has given the focus away already. */}
      <TextInput autoFocus={id === undefined} data-autofocus={id === undefined || undefined} label={t('list.name')} {...form.text('name')} />
      <TextInput label={t('list.description')} {...form.text('description')} />
      <PermissionGrid catalogue={catalogue} permitted={form.draft.permitted} onChange={(permitted) => form.set('permitted', permitted)} />
    </Form>
  );
}

/** The screens that the navigation would offer. */
function ViewAs({ permissions }: { permissions: ReadonlySet<string> }) {
  const t = useText();
  const offered = PLACES.flatMap(({ places }) => places).filter(
    (place) => place.permissions.length > 0 && place.permissions.some((one) => permissions.has(one)),
  );
  return (
    <Part title={t('roles.view')}>
      <Text size="sm" c="dimmed">
        {t(offered.length === 0 ? 'roles.view.none' : 'roles.view.hint')}
      </Text>
      <Group gap="xs">
        {offered.map(({ to, text, icon: Icon }) => (
          <Badge key={to} variant="default" leftSection={<Icon size={12} aria-hidden />}>
            {t(text)}
          </Badge>
        ))}
      </Group>
    </Part>
  );
}

function Holders({ roleId }: { roleId: string }) {
  const t = useText();
  const { pages, rows } = usePages(['holders', roleId], (at, signal) =>
    body(api.GET('/api/v2/authorization/roles/{roleId}/subjectgrants', { params: { path: { roleId }, query: { pageSize: 25, ...at } }, signal })),
  );
  return (
    <Part title={t('roles.holders')}>
      {rows.length === 0 && !pages.isFetching && (
        <Text size="sm" c="dimmed">
          {t('roles.holders.none')}
        </Text>
      )}
      {rows.length > 0 && (
        <Table>
          <Table.Tbody>
            {rows.map(({ id, name, type = 'PC_USER', divisions = [] }) => (
              <Table.Tr key={id}>
                <Table.Td className="breaking">{name ?? id}</Table.Td>
                <Table.Td>{t(`roles.type.${type}`)}</Table.Td>
                <Table.Td>
                  <List listStyleType="none" size="sm">
                    {divisions.map((division) => (
                      <List.Item key={division.id}>{division.id === '*' ? t('grants.everywhere') : (division.name ?? division.id)}</List.Item>
                    ))}
                  </List>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <MoreButton pages={pages} />
    </Part>
  );
}

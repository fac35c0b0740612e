// The people of the organization: who may sign in, and with which roles.
import { Group, PasswordInput, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { useText } from '../language/language.tsx';
import { ActButton } from '../list/act-button.tsx';
import { Chooser } from '../list/chooser.tsx';
import { Form, filled, useForm } from '../list/form.tsx';
import { SubjectGrants } from '../list/grants.tsx';
import { ListScreen, type Opened } from '../list/list-screen.tsx';
import { usePages } from '../list/pages.ts';
import { OnOff, Part } from '../list/parts.tsx';
import { useMay } from '../session/session.ts';

type User = Schema['User'];

export function Users() {
  const t = useText();
  const list = usePages(['users'], (at, signal) => body(api.GET('/api/v2/users', { params: { query: { pageSize: 100, state: 'any', ...at } }, signal })));
  return (
    <ListScreen<User>
      name="users"
      title="users.title"
      list={list}
      idOf={({ id }) => id ?? ''}
      nameOf={({ name }) => name ?? ''}
      columns={[
        { id: 'name', title: t('list.name'), width: 220, cell: ({ name }) => name },
        { id: 'email', title: t('users.email'), width: 260, cell: ({ email }) => email },
        { id: 'title', title: t('users.title.field'), width: 180, cell: ({ title }) => title },
        { id: 'department', title: t('users.department'), width: 160, cell: ({ department }) => department },
        { id: 'division', title: t('users.division'), width: 140, cell: ({ division }) => division?.name },
        { id: 'state', title: t('list.state'), width: 120, cell: ({ state }) => <OnOff on={state === 'active'} /> },
      ]}
      none={{ title: 'users.none' }}
      create={{ text: 'users.new', permissions: ['directory:user:add'], form: ({ open }) => <NewUser made={open} /> }}
      details={(user, opened) => <Details user={user} {...opened} />}
    />
  );
}

function NewUser({ made }: { made(id: string): void }) {
  const t = useText();
  const form = useForm({
    initial: { name: '', email: '', title: '', department: '', password: '', divisionId: undefined as string | undefined },
    save: (draft) => body(api.POST('/api/v2/users', { body: filled(draft) as Schema['CreateUser'] })),
    saved: ({ id }) => made(id ?? ''),
  });
  return (
    <Form form={form} submit="list.create">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput data-autofocus label={t('list.name')} {...form.text('name')} />
        <TextInput label={t('users.email')} inputMode="email" {...form.text('email')} />
        <TextInput label={t('users.title.field')} {...form.text('title')} />
        <TextInput label={t('users.department')} {...form.text('department')} />
        <Chooser ifSeveral clearable label={t('users.division')} of={{ permission: 'directory:user:add' }} {...form.choice('divisionId')} />
      </SimpleGrid>
      <PasswordInput
        label={t('users.password')}
        description={t('users.password.hint')}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': t('users.password.show'), tabIndex: 0 }}
        {...form.text('password')}
      />
    </Form>
  );
}

function Details({ user, close }: { user: User } & Opened) {
  const t = useText();
  const may = useMay();
  const { id = '', name = '', state } = user;
  const path = { userId: id };
  const setState = (next: 'active' | 'inactive') =>
    api.PATCH('/api/v2/users/{userId}', { params: { path }, body: { state: next, version: user.version ?? 0 } }) as Promise<unknown>;
  return (
    <Stack>
      <Group gap="xs">
        <OnOff on={state === 'active'} />
        {may('directory:user:edit') &&
          (state === 'active' ? (
            <ActButton
              text="users.deactivate"
              question={{ title: t('users.deactivate.title', { name }), text: t('users.deactivate.hint') }}
              act={() => setState('inactive')}
            />
          ) : (
            <ActButton text="users.activate" act={() => setState('active')} />
          ))}
        {may('directory:user:delete') && (
          <ActButton
            text="action.delete"
            question={{ title: t('users.delete.title', { name }), text: t('users.delete.hint') }}
            act={() => api.DELETE('/api/v2/users/{userId}', { params: { path } }) as Promise<unknown>}
            done={close}
          />
        )}
      </Group>
      {may('directory:user:edit') && <Edit key={user.version} user={user} />}
      {may('authorization:grant:view') && (
        <Part title={t('grants.title')}>
          <SubjectGrants id={id} type="PC_USER" />
        </Part>
      )}
      {may('directory:user:setPassword') && <Password id={id} />}
    </Stack>
  );
}

function Edit({ user: { id = '', version = 0, name = '', email = '', title = '', department = '' } }: { user: User }) {
  const t = useText();
  const form = useForm({
    initial: { name, email, title, department },
    save: (draft) => api.PATCH('/api/v2/users/{userId}', { params: { path: { userId: id } }, body: { ...draft, version } }) as Promise<unknown>,
  });
  return (
    <Form form={form} submit="action.save">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput label={t('list.name')} {...form.text('name')} />
        <TextInput label={t('users.email')} inputMode="email" {...form.text('email')} />
        <TextInput label={t('users.title.field')} {...form.text('title')} />
        <TextInput label={t('users.department')} {...form.text('department')} />
      </SimpleGrid>
    </Form>
  );
}

function Password({ id }: { id: string }) {
  const t = useText();
  const form = useForm({
    initial: { newPassword: '' },
    save: (draft) => api.POST('/api/v2/users/{userId}/password', { params: { path: { userId: id } }, body: draft }) as Promise<unknown>,
    saved: () => form.set('newPassword', ''),
  });
  return (
    <Part title={t('users.password')}>
      <Form form={form} submit="users.password.set" disabled={form.draft.newPassword === ''}>
        <PasswordInput
          w={320}
          label={t('users.password.new')}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': t('users.password.show'), tabIndex: 0 }}
          {...form.text('newPassword')}
        />
      </Form>
    </Part>
  );
}

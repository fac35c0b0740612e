// OAuth clients: how programs sign in, with snippets that work as they stand.
import { Group, NumberInput, Select, Stack, TagsInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { FormattedDate } from 'react-intl';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { useText } from '../language/language.tsx';
import { ActButton } from '../list/act-button.tsx';
import { Form, useForm } from '../list/form.tsx';
import { type Grant, Grants } from '../list/grants.tsx';
import { ListScreen, type Opened } from '../list/list-screen.tsx';
import { usePages } from '../list/pages.ts';
import { Facts, OnOff, Part, Secret, Snippet } from '../list/parts.tsx';
import { useMay } from '../session/session.ts';
import { curlOf, sdkOf } from './snippets.ts';

type Client = Schema['OAuthClient'];
type GrantType = Schema['OAuthClientRequest']['authorizedGrantType'];

const GRANT_TYPES = ['CLIENT_CREDENTIALS', 'CODE', 'PKCE', 'TOKEN'] as const;
type Offered = (typeof GRANT_TYPES)[number];
const isOffered = (type: string | undefined): type is Offered => GRANT_TYPES.includes(type as Offered);

export function Clients() {
  const t = useText();
  // Of this tab only: the server tells a secret once.
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const keep = ({ id, secret }: Client) => id && secret && setSecrets((old) => ({ ...old, [id]: secret }));
  const list = usePages(['clients'], (at, signal) => body(api.GET('/api/v2/oauth/clients', { params: { query: { pageSize: 100, ...at } }, signal })));
  return (
    <ListScreen<Client>
      name="clients"
      title="clients.title"
      list={list}
      size="xl"
      idOf={({ id }) => id ?? ''}
      nameOf={({ name }) => name ?? ''}
      columns={[
        { id: 'name', title: t('list.name'), width: 240, cell: ({ name }) => name },
        {
          id: 'grant',
          title: t('clients.grant'),
          width: 300,
          cell: ({ authorizedGrantType: type }) => (isOffered(type) ? t(`clients.grant.${type}`) : type),
        },
        { id: 'state', title: t('list.state'), width: 120, cell: ({ state }) => <OnOff on={state === 'active'} /> },
        {
          id: 'created',
          title: t('list.created'),
          width: 150,
          cell: ({ dateCreated }) => dateCreated && <FormattedDate value={dateCreated} dateStyle="medium" />,
        },
      ]}
      none={{ title: 'clients.none', hint: 'clients.none.hint' }}
      create={{
        text: 'clients.new',
        permissions: ['oauth:client:add'],
        form: ({ open }) => (
          <ClientForm
            client={{}}
            saved={(made) => {
              keep(made);
              open(made.id ?? '');
            }}
          />
        ),
      }}
      details={(client, opened) => <Details client={client} secret={secrets[client.id ?? '']} keep={keep} {...opened} />}
    />
  );
}

function Details({ client, secret, keep, close }: { client: Client; secret: string | undefined; keep(client: Client): void } & Opened) {
  const t = useText();
  const may = useMay();
  const { id = '', name = '', state, authorizedGrantType } = client;
  const path = { clientId: id };
  const edits = may('oauth:client:edit');
  const setState = (next: 'active' | 'disabled') =>
    api.PUT('/api/v2/oauth/clients/{clientId}', { params: { path }, body: { ...requestOf(client), state: next } }) as Promise<unknown>;
  return (
    <Stack>
      {secret && <Secret label={t('clients.secret', { name })} value={secret} />}
      <Group gap="xs">
        <OnOff on={state === 'active'} />
        {edits && <ActButton text={state === 'active' ? 'list.disable' : 'list.enable'} act={() => setState(state === 'active' ? 'disabled' : 'active')} />}
        {edits && (
          <ActButton
            text="clients.secret.new"
            question={{ title: t('clients.secret.title', { name }), text: t('clients.secret.hint') }}
            act={async () => keep(await body(api.POST('/api/v2/oauth/clients/{clientId}/secret', { params: { path } })))}
          />
        )}
        {may('oauth:client:delete') && (
          <ActButton
            text="action.delete"
            question={{ title: t('clients.delete.title', { name }), text: t('clients.delete.hint') }}
            act={() => api.DELETE('/api/v2/oauth/clients/{clientId}', { params: { path } }) as Promise<unknown>}
            done={close}
          />
        )}
      </Group>
      <Facts facts={[[t('list.id'), id]]} />
      {authorizedGrantType === 'CLIENT_CREDENTIALS' && (
        <Part title={t('clients.try')}>
          <Snippet title={t('clients.try.curl')} code={curlOf(location.origin, id, secret)} />
          <Snippet title={t('clients.try.sdk')} code={sdkOf(new URL(location.origin), id, secret)} />
        </Part>
      )}
      {edits && (
        <Part title={t('action.edit')}>
          <ClientForm key={client.dateModified} client={client} />
        </Part>
      )}
    </Stack>
  );
}

function ClientForm({ client, saved }: { client: Client; saved?(client: Client): void }) {
  const t = useText();
  const { id } = client;
  const form = useForm({
    initial: requestOf(client),
    save: (draft) =>
      body(
        id === undefined
          ? api.POST('/api/v2/oauth/clients', { body: draft })
          : api.PUT('/api/v2/oauth/clients/{clientId}', { params: { path: { clientId: id } }, body: draft }),
      ),
    ...(saved ? { saved } : {}),
  });
  const type = form.draft.authorizedGrantType;
  const types = isOffered(type) ? GRANT_TYPES : [...GRANT_TYPES, type];
  return (
    <Form form={form} submit={id === undefined ? 'list.create' : 'action.save'}>
      <TextInput data-autofocus={id === undefined || undefined} label={t('list.name')} {...form.text('name')} />
      <TextInput label={t('list.description')} {...form.text('description')} />
      <Select
        label={t('clients.grant')}
        allowDeselect={false}
        data={types.map((value) => ({ value, label: isOffered(value) ? t(`clients.grant.${value}`) : value }))}
        {...form.choice('authorizedGrantType')}
      />
      {type === 'CLIENT_CREDENTIALS' ? (
        <Grants grants={(form.draft.roleDivisions ?? []) as Grant[]} onChange={(grants) => form.set('roleDivisions', grants)} />
      ) : (
        <TagsInput label={t('clients.redirects')} description={t('clients.redirects.hint')} {...form.choices('registeredRedirectUri')} />
      )}
      <TagsInput label={t('clients.scope')} {...form.choices('scope')} />
      <NumberInput w={240} label={t('clients.validity')} {...form.number('accessTokenValiditySeconds')} />
    </Form>
  );
}

/** What is written of a client that was read. */
const requestOf = (client: Client): Schema['OAuthClientRequest'] => ({
  name: client.name ?? '',
  description: client.description ?? '',
  authorizedGrantType: (client.authorizedGrantType ?? 'CLIENT_CREDENTIALS') as GrantType,
  registeredRedirectUri: client.registeredRedirectUri ?? [],
  scope: client.scope ?? [],
  roleDivisions: client.roleDivisions ?? [],
  ...(client.accessTokenValiditySeconds === undefined ? {} : { accessTokenValiditySeconds: client.accessTokenValiditySeconds }),
  ...(client.state === undefined ? {} : { state: client.state }),
});

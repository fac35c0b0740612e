// Systems that have the directory's records under ids of their own.
import { Checkbox, Group, Stack, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { useText } from '../language/language.tsx';
import { ActButton } from '../list/act-button.tsx';
import { Form, useForm } from '../list/form.tsx';
import { ListScreen, type Opened } from '../list/list-screen.tsx';
import { usePages } from '../list/pages.ts';
import { Facts, OnOff } from '../list/parts.tsx';
import { useMay } from '../session/session.ts';

type Source = Schema['ExternalSource'];

export function Sources({ above }: { above: ReactNode }) {
  const t = useText();
  const list = usePages(['sources'], (at, signal) =>
    body(api.GET('/api/v2/externalcontacts/externalsources', { params: { query: { limit: 100, ...(at.cursor ? { cursor: at.cursor } : {}) } }, signal })),
  );
  return (
    <ListScreen<Source>
      name="sources"
      title="settings.title"
      above={above}
      list={list}
      idOf={({ id }) => id ?? ''}
      nameOf={({ name }) => name ?? ''}
      columns={[
        { id: 'name', title: t('list.name'), width: 220, cell: ({ name }) => name },
        { id: 'state', title: t('list.state'), width: 120, cell: ({ active }) => <OnOff on={active !== false} /> },
        { id: 'link', title: t('sources.link'), width: 420, cell: ({ linkConfiguration }) => linkConfiguration?.uriTemplate },
      ]}
      none={{ title: 'sources.none', hint: 'sources.none.hint' }}
      create={{
        text: 'sources.new',
        permissions: ['externalContacts:externalSource:add'],
        form: ({ open }) => <SourceForm source={{}} saved={({ id }) => open(id ?? '')} />,
      }}
      details={(source, opened) => <Details source={source} {...opened} />}
    />
  );
}

function Details({ source, close }: { source: Source } & Opened) {
  const t = useText();
  const may = useMay();
  const { id = '', name = '' } = source;
  return (
    <Stack>
      {may('externalContacts:externalSource:edit') ? (
        <SourceForm source={source} />
      ) : (
        <Facts facts={[[t('sources.link'), source.linkConfiguration?.uriTemplate]]} />
      )}
      <Facts facts={[[t('list.id'), id]]} />
      {may('externalContacts:externalSource:delete') && (
        <Group>
          <ActButton
            text="action.delete"
            question={{ title: t('sources.delete.title', { name }), text: t('sources.delete.hint') }}
            act={() =>
              api.DELETE('/api/v2/externalcontacts/externalsources/{externalSourceId}', { params: { path: { externalSourceId: id } } }) as Promise<unknown>
            }
            done={close}
          />
        </Group>
      )}
    </Stack>
  );
}

function SourceForm({ source: { id, name = '', active = true, linkConfiguration }, saved }: { source: Partial<Source>; saved?(source: Source): void }) {
  const t = useText();
  const form = useForm({
    initial: { name, active, uriTemplate: linkConfiguration?.uriTemplate ?? '' },
    save: ({ uriTemplate, ...draft }) => {
      const written = { ...draft, ...(uriTemplate === '' ? {} : { linkConfiguration: { uriTemplate } }) };
      return body(
        id === undefined
          ? api.POST('/api/v2/externalcontacts/externalsources', { body: written })
          : api.PUT('/api/v2/externalcontacts/externalsources/{externalSourceId}', { params: { path: { externalSourceId: id } }, body: written }),
      );
    },
    ...(saved ? { saved } : {}),
  });
  return (
    <Form form={form} submit={id === undefined ? 'list.create' : 'action.save'}>
      <TextInput data-autofocus={id === undefined || undefined} label={t('list.name')} {...form.text('name')} />
      <TextInput
        label={t('sources.link')}
        description={t('sources.link.hint', { placeholder: '{{externalId.value}}' })}
        {...form.text('uriTemplate')}
        error={form.faults['linkConfiguration.uriTemplate']}
      />
      <Checkbox label={t('sources.active')} {...form.check('active')} />
    </Form>
  );
}

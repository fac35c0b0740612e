// Where changes are sent, how the deliveries go, and how to set them going again.
import { Alert, Checkbox, Group, MultiSelect, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { useText } from '../language/language.tsx';
import { ActButton } from '../list/act-button.tsx';
import { ManyChooser } from '../list/chooser.tsx';
import { Form, useForm } from '../list/form.tsx';
import { ListScreen, type Opened } from '../list/list-screen.tsx';
import { usePages } from '../list/pages.ts';
import { Facts, OnOff, Part } from '../list/parts.tsx';
import { Ago } from '../record/fields.tsx';
import { useMay } from '../session/session.ts';
import { Deliveries } from './deliveries.tsx';
import { Signing } from './secret.tsx';

type Webhook = Schema['LiaisonWebhook'];

const ONE = '/liaison/v1/webhooks/{webhookId}';
const KINDS = [
  'contact',
  'organization',
  'contactNote',
  'organizationNote',
  'relationship',
  'conversation',
  'journeySession',
  'journeySegment',
] as const satisfies NonNullable<Webhook['kinds']>[number][];

export function Webhooks() {
  const t = useText();
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const keep = (id: string, secret: string) => setSecrets((old) => ({ ...old, [id]: secret }));
  const list = usePages<Webhook>(['webhooks'], (_, signal) => body(api.GET('/liaison/v1/webhooks', { signal })));
  return (
    <ListScreen<Webhook>
      name="webhooks"
      title="webhooks.title"
      list={list}
      size="xl"
      idOf={({ id }) => id ?? ''}
      nameOf={({ name }) => name ?? ''}
      columns={[
        { id: 'name', title: t('list.name'), width: 200, cell: ({ name }) => name },
        { id: 'url', title: t('webhooks.url'), width: 340, cell: ({ url }) => url },
        { id: 'kinds', title: t('webhooks.kinds'), width: 200, cell: ({ kinds }) => kinds?.map((kind) => t(`kind.${kind}`)).join(', ') },
        { id: 'state', title: t('list.state'), width: 110, cell: ({ enabled }) => <OnOff on={enabled !== false} /> },
        { id: 'waiting', title: t('webhooks.waiting'), width: 120, cell: ({ deliveries }) => deliveries?.waiting },
        { id: 'dead', title: t('webhooks.dead'), width: 120, cell: ({ deliveries }) => deliveries?.dead },
      ]}
      none={{ title: 'webhooks.none', hint: 'webhooks.none.hint' }}
      create={{
        text: 'webhooks.new',
        permissions: ['liaison:webhook:add'],
        form: ({ open }) => (
          <WebhookForm
            webhook={{}}
            saved={(made) => {
              const { id = '', secret } = made as Webhook & { secret?: string };
              if (secret) keep(id, secret);
              open(id);
            }}
          />
        ),
      }}
      details={(webhook, opened) => <Details webhook={webhook} secret={secrets[webhook.id ?? '']} keep={keep} {...opened} />}
    />
  );
}

function Details({ webhook, secret, keep, close }: { webhook: Webhook; secret: string | undefined; keep(id: string, secret: string): void } & Opened) {
  const t = useText();
  const may = useMay();
  const [tested, setTested] = useState<Schema['LiaisonWebhookTestResult']>();
  const { id = '', name = '', enabled, deliveries } = webhook;
  const params = { path: { webhookId: id } };
  const edits = may('liaison:webhook:edit');
  return (
    <Stack>
      <Group gap="xs">
        <OnOff on={enabled !== false} />
        {edits && <ActButton text="webhooks.test" act={async () => setTested(await body(api.POST(`${ONE}/test`, { params })))} />}
        {may('liaison:webhook:delete') && (
          <ActButton
            text="action.delete"
            question={{ title: t('webhooks.delete.title', { name }), text: t('webhooks.delete.hint') }}
            act={() => api.DELETE(ONE, { params }) as Promise<unknown>}
            done={close}
          />
        )}
      </Group>
      {tested && (
        <Alert color={tested.delivered ? 'teal' : 'red'} role="status">
          {tested.delivered
            ? t('webhooks.test.delivered', { status: tested.status ?? '', ms: tested.milliseconds })
            : t('webhooks.test.failed', { error: [tested.status, tested.error].filter(Boolean).join(' ') })}
        </Alert>
      )}
      <Facts
        facts={[
          [t('webhooks.waiting'), deliveries?.waiting],
          [t('webhooks.dead'), deliveries?.dead],
          [t('webhooks.lastSuccess'), deliveries?.lastSuccess && <Ago time={deliveries.lastSuccess} />],
          [t('webhooks.lastFailure'), deliveries?.lastFailure && <Ago time={deliveries.lastFailure} />],
          [t('webhooks.why'), deliveries?.lastError],
        ]}
      />
      <Deliveries webhookId={id} edits={edits} />
      {edits && <Signing webhookId={id} changed={webhook.dateSecretChanged} secret={secret} keep={keep} />}
      {edits && (
        <Part title={t('action.edit')}>
          <WebhookForm key={webhook.dateModified} webhook={webhook} />
        </Part>
      )}
    </Stack>
  );
}

function WebhookForm({ webhook, saved }: { webhook: Partial<Webhook>; saved?(webhook: Webhook): void }) {
  const t = useText();
  const { id, name = '', url = '', kinds = [], divisionIds = [], enabled = true } = webhook;
  const form = useForm({
    initial: { name, url, kinds, divisionIds, enabled },
    save: (draft) => {
      const written = {
        name: draft.name,
        url: draft.url,
        enabled: draft.enabled,
        // None of the kinds means the first five, none of the divisions all.
        ...(draft.kinds.length > 0 ? { kinds: draft.kinds } : {}),
        ...(draft.divisionIds.length > 0 ? { divisionIds: draft.divisionIds } : {}),
      };
      return body(
        id === undefined ? api.POST('/liaison/v1/webhooks', { body: written }) : api.PUT(ONE, { params: { path: { webhookId: id } }, body: written }),
      ) as Promise<Webhook>;
    },
    ...(saved ? { saved } : {}),
  });
  return (
    <Form form={form} submit={id === undefined ? 'list.create' : 'action.save'}>
      <TextInput data-autofocus={id === undefined || undefined} label={t('list.name')} {...form.text('name')} />
      <TextInput label={t('webhooks.url')} inputMode="url" {...form.text('url')} />
      <MultiSelect
        label={t('webhooks.kinds')}
        placeholder={t('webhooks.kinds.none')}
        data={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))}
        {...form.choices('kinds')}
      />
      <ManyChooser label={t('webhooks.divisions')} placeholder={t('webhooks.divisions.all')} of="division" {...form.choices('divisionIds')} />
      <Checkbox label={t('webhooks.enabled')} {...form.check('enabled')} />
    </Form>
  );
}

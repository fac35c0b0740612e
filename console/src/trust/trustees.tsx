// The organizations that are let in: since when, until when, whether now.
import { Group, Stack, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { FormattedDate } from 'react-intl';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import type { Column } from '../grid/columns.ts';
import { useText } from '../language/language.tsx';
import { ActButton } from '../list/act-button.tsx';
import { Form, useForm } from '../list/form.tsx';
import { ListScreen, type Opened } from '../list/list-screen.tsx';
import { usePages } from '../list/pages.ts';
import { OnOff, Part } from '../list/parts.tsx';
import { useMay } from '../session/session.ts';
import { AcceptPairing } from './accept-pairing.tsx';
import { dayOf, endOfDay } from './days.ts';
import { AddMember, Members } from './members.tsx';
import { TrustAudit } from './trust-audit.tsx';
import { nameOf } from './trustor-name.ts';

type Trustee = Schema['Trustee'];

export function Trustees({ above }: { above: ReactNode }) {
  const t = useText();
  const list = usePages(['trustees'], (at, signal) =>
    body(api.GET('/api/v2/orgauthorization/trustees', { params: { query: { pageSize: 100, ...at } }, signal })),
  );
  return (
    <ListScreen<Trustee>
      name="trustees"
      title="trust.title"
      above={above}
      list={list}
      size="xl"
      idOf={({ id }) => id ?? ''}
      nameOf={nameOf}
      columns={[
        ...trustColumns(t),
        {
          id: 'expires',
          title: t('trust.expires'),
          width: 170,
          cell: ({ dateExpired }) => dateExpired && <FormattedDate value={dateExpired} dateStyle="medium" />,
        },
      ]}
      none={{ title: 'trust.none', hint: 'trust.none.hint' }}
      create={{
        text: 'trust.accept',
        permissions: ['authorization:orgTrustee:add'],
        form: (opened) => <AcceptPairing {...opened} />,
      }}
      details={(trust, opened) => <Details trust={trust} {...opened} />}
    />
  );
}

/** What a trust shows from either side. */
export const trustColumns = (t: ReturnType<typeof useText>): Column<Trustee | Schema['Trustor']>[] => [
  { id: 'name', title: t('trust.organization'), width: 280, cell: nameOf },
  { id: 'state', title: t('list.state'), width: 130, cell: (trust) => <TrustState trust={trust} /> },
  {
    id: 'since',
    title: t('trust.since'),
    width: 170,
    cell: ({ dateCreated }) => dateCreated && <FormattedDate value={dateCreated} dateStyle="medium" />,
  },
];

export function TrustState({ trust: { enabled, dateExpired } }: { trust: { enabled: boolean; dateExpired?: string } }) {
  const expired = dateExpired !== undefined && Date.parse(dateExpired) < Date.now();
  return <OnOff on={enabled && !expired} texts={['list.active', expired ? 'trust.expired' : 'list.inactive']} />;
}

function Details({ trust, close }: { trust: Trustee } & Opened) {
  const t = useText();
  const may = useMay();
  const id = trust.id ?? '';
  const edits = may('authorization:orgTrustee:edit');
  const update = (change: Partial<Schema['TrustUpdate']>) => {
    const { enabled, dateExpired } = { ...trust, ...change };
    return api.PUT('/api/v2/orgauthorization/trustees/{trusteeOrgId}', {
      params: { path: { trusteeOrgId: id } },
      body: { enabled, ...(dateExpired ? { dateExpired } : {}) },
    }) as Promise<unknown>;
  };
  return (
    <Stack>
      <Group gap="xs">
        <TrustState trust={trust} />
        {edits && <ActButton text={trust.enabled ? 'list.disable' : 'list.enable'} act={() => update({ enabled: !trust.enabled })} />}
        {may('authorization:orgTrustee:delete') && (
          <ActButton
            text="trust.revoke"
            question={{ title: t('trust.revoke.title', { name: nameOf(trust) }), text: t('trust.revoke.hint') }}
            act={() => api.DELETE('/api/v2/orgauthorization/trustees/{trusteeOrgId}', { params: { path: { trusteeOrgId: id } } }) as Promise<unknown>}
            done={close}
          />
        )}
      </Group>
      {edits && <Expiry key={trust.dateExpired} stored={trust.dateExpired} save={(dateExpired) => update({ dateExpired: dateExpired as string })} />}
      <Members trusteeOrgId={id} kind="users" />
      <Members trusteeOrgId={id} kind="groups" />
      <AddMember trusteeOrgId={id} />
      {may('authorization:audit:view') && (
        <TrustAudit
          name={['trusteeAudit', id]}
          ask={(query, signal) =>
            body(
              api.POST('/api/v2/orgauthorization/trustees/audits', {
                params: { query },
                body: { trusteeOrganizationIds: [id], trusteeUserIds: [] },
                signal,
              }),
            )
          }
        />
      )}
    </Stack>
  );
}

function Expiry({ stored, save }: { stored: string | undefined; save(dateExpired: string | undefined): Promise<unknown> }) {
  const t = useText();
  const form = useForm({
    initial: { dateExpired: stored === undefined ? '' : dayOf(stored) },
    save: ({ dateExpired }) => save(endOfDay(dateExpired)),
  });
  return (
    <Part title={t('trust.expires')}>
      <Form form={form} submit="action.save">
        <TextInput type="date" w={200} aria-label={t('trust.expires')} description={t('trust.expires.hint')} {...form.text('dateExpired')} />
      </Form>
    </Part>
  );
}

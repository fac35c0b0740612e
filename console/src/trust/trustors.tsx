// The organizations that let this one in, and who of its own people may go there.
import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { useText } from '../language/language.tsx';
import { ActButton } from '../list/act-button.tsx';
import { ManyChooser } from '../list/chooser.tsx';
import { Form, useForm } from '../list/form.tsx';
import { ListScreen, type Opened } from '../list/list-screen.tsx';
import { usePages } from '../list/pages.ts';
import { Part, Secret } from '../list/parts.tsx';
import { enter, useMay, useSession } from '../session/session.ts';
import { OwnMembers } from './own-members.tsx';
import { TrustAudit } from './trust-audit.tsx';
import { TrustState, trustColumns } from './trustees.tsx';
import { nameOf } from './trustor-name.ts';

type Trustor = Schema['Trustor'];

export function Trustors({ above }: { above: ReactNode }) {
  const t = useText();
  const list = usePages(['trustors'], (at, signal) =>
    body(api.GET('/api/v2/orgauthorization/trustors', { params: { query: { pageSize: 100, ...at } }, signal })),
  );
  return (
    <ListScreen<Trustor>
      name="trustors"
      title="trust.title"
      above={above}
      list={list}
      size="xl"
      idOf={({ id }) => id ?? ''}
      nameOf={nameOf}
      columns={trustColumns(t)}
      none={{ title: 'trust.trustors.none', hint: 'trust.trustors.none.hint' }}
      create={{ text: 'trust.offer', permissions: ['authorization:orgTrustee:add'], form: () => <OfferPairing /> }}
      details={(trust, opened) => <Details trust={trust} {...opened} />}
    />
  );
}

function OfferPairing() {
  const t = useText();
  const [made, setMade] = useState<Schema['TrustRequest']>();
  const form = useForm({
    initial: { userIds: [] as string[], groupIds: [] as string[] },
    save: (draft) => body(api.POST('/api/v2/orgauthorization/pairings', { body: draft })),
    saved: setMade,
  });
  if (made) return <Secret label={t('trust.offer.made')} value={made.id ?? ''} lasting />;
  const { userIds, groupIds } = form.draft;
  return (
    <Form form={form} submit="trust.offer.submit" disabled={userIds.length + groupIds.length === 0}>
      <Text size="sm" c="dimmed">
        {t('trust.offer.hint')}
      </Text>
      <ManyChooser label={t('trust.users')} of="user" {...form.choices('userIds')} />
      <ManyChooser label={t('trust.groups')} of="group" {...form.choices('groupIds')} />
    </Form>
  );
}

function Details({ trust, close }: { trust: Trustor } & Opened) {
  const t = useText();
  const may = useMay();
  const { home, trustors } = useSession();
  const id = trust.id ?? '';
  return (
    <Stack>
      <Group gap="xs">
        <TrustState trust={trust} />
        {trustors.some((one) => one.id === id) && (
          <Button size="xs" variant="light" onClick={() => enter(id, home.id)}>
            {t('trust.enter')}
          </Button>
        )}
        {may('authorization:orgTrustor:delete') && (
          <ActButton
            text="trust.leave"
            question={{ title: t('trust.leave.title', { name: nameOf(trust) }), text: t('trust.leave.hint') }}
            act={() => api.DELETE('/api/v2/orgauthorization/trustors/{trustorOrgId}', { params: { path: { trustorOrgId: id } } }) as Promise<unknown>}
            done={close}
          />
        )}
      </Group>
      <OwnMembers trustorOrgId={id} kind="users" />
      <OwnMembers trustorOrgId={id} kind="groups" />
      <Clones trustorOrgId={id} />
      {may('authorization:audit:view') && (
        <TrustAudit
          name={['trustorAudit', id]}
          ask={(query, signal) =>
            body(api.POST('/api/v2/orgauthorization/trustor/audits', { params: { query }, body: { trustorOrganizationId: id, trusteeUserIds: [] }, signal }))
          }
        />
      )}
    </Stack>
  );
}

function Clones({ trustorOrgId }: { trustorOrgId: string }) {
  const t = useText();
  const may = useMay();
  const { rows } = usePages(['clones', trustorOrgId], (_, signal) =>
    body(api.GET('/api/v2/orgauthorization/trustors/{trustorOrgId}/clonedusers', { params: { path: { trustorOrgId } }, signal })),
  );
  if (rows.length === 0) return null;
  return (
    <Part title={t('trust.clones')}>
      <Table>
        <Table.Tbody>
          {rows.map(({ id = '', name = id }) => (
            <Table.Tr key={id}>
              <Table.Td>{name}</Table.Td>
              <Table.Td ta="end">
                {may('authorization:orgTrusteeUser:delete') && (
                  <ActButton
                    text="list.remove"
                    aria-label={t('trust.remove', { name })}
                    act={() =>
                      api.DELETE('/api/v2/orgauthorization/trustors/{trustorOrgId}/clonedusers/{trusteeUserId}', {
                        params: { path: { trustorOrgId, trusteeUserId: id } },
                      }) as Promise<unknown>
                    }
                  />
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Part>
  );
}

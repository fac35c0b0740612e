// Who of one's own people may work in an organization that trusts it.
import { Group, Table, Text } from '@mantine/core';
import { api, body } from '../api/api.ts';
import { MoreButton } from '../frame/more.tsx';
import { useText } from '../language/language.tsx';
import { ActButton } from '../list/act-button.tsx';
import { Chooser } from '../list/chooser.tsx';
import { Form, useForm } from '../list/form.tsx';
import { usePages } from '../list/pages.ts';
import { Part } from '../list/parts.tsx';
import { useMay } from '../session/session.ts';

const TRUSTOR = '/api/v2/orgauthorization/trustors/{trustorOrgId}';
const PERMISSION = { users: 'authorization:orgTrusteeUser', groups: 'authorization:orgTrusteeGroup' } as const;

interface OwnMembersProps {
  trustorOrgId: string;
  kind: 'users' | 'groups';
}

export function OwnMembers({ trustorOrgId, kind }: OwnMembersProps) {
  const may = useMay();
  return may(`${PERMISSION[kind]}:view`) ? <List trustorOrgId={trustorOrgId} kind={kind} /> : null;
}

function List({ trustorOrgId, kind }: OwnMembersProps) {
  const t = useText();
  const may = useMay();
  const { pages, rows } = usePages<{ id?: string; name?: string }>(['ownMembers', trustorOrgId, kind], (at, signal) =>
    body(api.GET(`${TRUSTOR}/${kind}`, { params: { path: { trustorOrgId }, query: { pageSize: 100, ...at } }, signal })),
  );
  const remove = (id: string) =>
    (kind === 'users'
      ? api.DELETE(`${TRUSTOR}/users/{trusteeUserId}`, { params: { path: { trustorOrgId, trusteeUserId: id } } })
      : api.DELETE(`${TRUSTOR}/groups/{trustorGroupId}`, { params: { path: { trustorOrgId, trustorGroupId: id } } })) as Promise<unknown>;
  return (
    <Part title={t(`trust.${kind}`)}>
      {rows.length === 0 && !pages.isFetching && (
        <Text size="sm" c="dimmed">
          {t('trust.members.none')}
        </Text>
      )}
      <Table>
        <Table.Tbody>
          {rows.map(({ id = '', name = id }) => (
            <Table.Tr key={id}>
              <Table.Td>{name}</Table.Td>
              <Table.Td ta="end">
                {may(`${PERMISSION[kind]}:delete`) && (
                  <ActButton text="list.remove" aria-label={t('trust.remove', { name })} variant="subtle" color="red" act={() => remove(id)} />
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <MoreButton pages={pages} />
      {may(`${PERMISSION[kind]}:add`) && <Add trustorOrgId={trustorOrgId} kind={kind} />}
    </Part>
  );
}

function Add({ trustorOrgId, kind }: OwnMembersProps) {
  const t = useText();
  const form = useForm({
    initial: { id: undefined as string | undefined },
    save: ({ id = '' }) =>
      (kind === 'users'
        ? api.PUT(`${TRUSTOR}/users/{trusteeUserId}`, { params: { path: { trustorOrgId, trusteeUserId: id } } })
        : api.PUT(`${TRUSTOR}/groups/{trustorGroupId}`, { params: { path: { trustorOrgId, trustorGroupId: id } } })) as Promise<unknown>,
    saved: () => form.set('id', undefined),
  });
  return (
    <Form form={form} submit="trust.members.add" disabled={form.draft.id === undefined}>
      <Group gap="xs">
        <Chooser size="xs" label={t(kind === 'users' ? 'people.user' : 'people.group')} of={kind === 'users' ? 'user' : 'group'} {...form.choice('id')} />
      </Group>
    </Form>
  );
}

// The people of a trustee who are let in, and with which roles, in which divisions.
import { Accordion, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '../api/api.ts';
import { MoreButton } from '../frame/more.tsx';
import { Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { ActButton } from '../list/act-button.tsx';
import { Form, useForm } from '../list/form.tsx';
import { type Grant, Grants } from '../list/grants.tsx';
import { usePages } from '../list/pages.ts';
import { Part } from '../list/parts.tsx';
import { useMay } from '../session/session.ts';

type MemberKind = 'users' | 'groups';
const PERMISSION = { users: 'authorization:orgTrusteeUser', groups: 'authorization:orgTrusteeGroup' } as const;
const TRUSTEE = '/api/v2/orgauthorization/trustees/{trusteeOrgId}';

export function Members({ trusteeOrgId, kind }: { trusteeOrgId: string; kind: MemberKind }) {
  const t = useText();
  const may = useMay();
  if (!may(`${PERMISSION[kind]}:view`)) return null;
  return (
    <Part title={t(`trust.${kind}`)}>
      <MemberList trusteeOrgId={trusteeOrgId} kind={kind} />
    </Part>
  );
}

function MemberList({ trusteeOrgId, kind }: { trusteeOrgId: string; kind: MemberKind }) {
  const t = useText();
  const [opened, setOpened] = useState<string | null>(null);
  const { pages, rows } = usePages<{ id?: string; name?: string; email?: string }>(['trustMembers', trusteeOrgId, kind], (at, signal) =>
    body(api.GET(`${TRUSTEE}/${kind}`, { params: { path: { trusteeOrgId }, query: { pageSize: 100, ...at } }, signal })),
  );
  return (
    <Shown query={pages}>
      {() =>
        rows.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t('trust.members.none')}
          </Text>
        ) : (
          <Stack gap="xs">
            <Accordion variant="contained" value={opened} onChange={setOpened}>
              {rows.map(({ id = '', name = '', email }) => (
                <Accordion.Item key={id} value={id}>
                  <Accordion.Control>
                    <Text size="sm">{name}</Text>
                    {email && (
                      <Text size="xs" c="dimmed">
                        {email}
                      </Text>
                    )}
                  </Accordion.Control>
                  <Accordion.Panel>{opened === id && <Member trusteeOrgId={trusteeOrgId} kind={kind} id={id} name={name} />}</Accordion.Panel>
                </Accordion.Item>
              ))}
            </Accordion>
            <MoreButton pages={pages} />
          </Stack>
        )
      }
    </Shown>
  );
}

interface MemberProps {
  trusteeOrgId: string;
  kind: MemberKind;
  id: string;
  name: string;
}

function Member({ trusteeOrgId, kind, id, name }: MemberProps) {
  const t = useText();
  const may = useMay();
  const stored = useQuery({ queryKey: ['memberGrants', trusteeOrgId, id], queryFn: () => grantsOf(trusteeOrgId, kind, id) });
  return (
    <Stack>
      <Shown query={stored}>
        {(grants) => <MemberGrants key={JSON.stringify(grants)} trusteeOrgId={trusteeOrgId} kind={kind} id={id} name={name} stored={grants} />}
      </Shown>
      {may(`${PERMISSION[kind]}:delete`) && (
        <Group>
          <ActButton
            text="list.remove"
            aria-label={t('trust.remove', { name })}
            question={{ title: t('trust.remove', { name }), text: t('trust.remove.hint') }}
            act={() =>
              (kind === 'users'
                ? api.DELETE(`${TRUSTEE}/users/{trusteeUserId}`, { params: { path: { trusteeOrgId, trusteeUserId: id } } })
                : api.DELETE(`${TRUSTEE}/groups/{trusteeGroupId}`, { params: { path: { trusteeOrgId, trusteeGroupId: id } } })) as Promise<unknown>
            }
          />
        </Group>
      )}
    </Stack>
  );
}

function MemberGrants({ trusteeOrgId, kind, id, name, stored }: MemberProps & { stored: (Grant & { roleName: string })[] }) {
  const t = useText();
  const may = useMay();
  const names = Object.fromEntries(stored.map(({ roleId, roleName }) => [roleId, roleName]));
  const form = useForm({
    initial: { grants: stored as Grant[] },
    save: ({ grants }) => {
      const written = { grants: grants.map(({ roleId, divisionId }) => ({ roleId, divisionId })) };
      return (
        kind === 'users'
          ? api.PUT(`${TRUSTEE}/users/{trusteeUserId}/roledivisions`, { params: { path: { trusteeOrgId, trusteeUserId: id } }, body: written })
          : api.PUT(`${TRUSTEE}/groups/{trusteeGroupId}/roledivisions`, { params: { path: { trusteeOrgId, trusteeGroupId: id } }, body: written })
      ) as Promise<unknown>;
    },
  });
  if (!may(`${PERMISSION[kind]}:edit`)) return <Grants grants={stored} names={names} />;
  return (
    <section aria-label={t('trust.roles', { name })}>
      <Form form={form} submit="grants.save" disabled={form.draft.grants === stored}>
        <Grants grants={form.draft.grants} names={names} onChange={(grants) => form.set('grants', grants)} />
      </Form>
    </section>
  );
}

/** A member's roles are told without their divisions; a role tells in which divisions each has it. */
async function grantsOf(trusteeOrgId: string, kind: MemberKind, id: string): Promise<(Grant & { roleName: string })[]> {
  const { roles = [] } = await body(
    kind === 'users'
      ? api.GET(`${TRUSTEE}/users/{trusteeUserId}/roles`, { params: { path: { trusteeOrgId, trusteeUserId: id } } })
      : api.GET(`${TRUSTEE}/groups/{trusteeGroupId}/roles`, { params: { path: { trusteeOrgId, trusteeGroupId: id } } }),
  );
  const grants = await Promise.all(
    roles.map(async (role) => {
      const { divisions = [] } = (await subjectOf(role.id ?? '', id)) ?? {};
      return divisions.map((division) => ({ roleId: role.id ?? '', roleName: role.name ?? '', divisionId: division.id ?? '' }));
    }),
  );
  return grants.flat();
}

async function subjectOf(roleId: string, id: string) {
  for (let pageNumber = 1; ; pageNumber++) {
    const { entities = [], nextUri } = await body(
      api.GET('/api/v2/authorization/roles/{roleId}/subjectgrants', { params: { path: { roleId }, query: { pageSize: 100, pageNumber } } }),
    );
    const found = entities.find((subject) => subject.id === id);
    if (found || nextUri === undefined) return found;
  }
}

export function AddMember({ trusteeOrgId }: { trusteeOrgId: string }) {
  const t = useText();
  const may = useMay();
  const kinds = (['users', 'groups'] as const).filter((kind) => may(`${PERMISSION[kind]}:add`));
  const form = useForm({
    initial: { kind: kinds[0] ?? 'users', id: '' } as { kind: MemberKind; id: string },
    save: ({ kind, id }) =>
      api.POST(`${TRUSTEE}/${kind}`, { params: { path: { trusteeOrgId } }, body: { id: id.trim(), roleDivisions: { grants: [] } } }) as Promise<unknown>,
    saved: () => form.set('id', ''),
  });
  if (kinds.length === 0) return null;
  return (
    <Form form={form} submit="trust.members.add" disabled={form.draft.id.trim() === ''}>
      <Group align="flex-start" gap="xs">
        <Select
          size="xs"
          label={t('trust.members.kind')}
          allowDeselect={false}
          data={kinds.map((kind) => ({ value: kind, label: t(kind === 'users' ? 'people.user' : 'people.group') }))}
          {...form.choice('kind')}
        />
        <TextInput size="xs" w={320} label={t('trust.members.id')} {...form.text('id')} />
      </Group>
    </Form>
  );
}

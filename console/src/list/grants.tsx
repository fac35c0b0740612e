// Roles by division, of whoever has them: a user, a group, a client, a member of a trust.
import { ActionIcon, Button, Group, Stack, Table, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '../api/api.ts';
import { Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { useMay } from '../session/session.ts';
import { EVERYWHERE, useNames } from './choices.ts';
import { Chooser } from './chooser.tsx';
import { Form, useForm } from './form.tsx';

export interface Grant {
  roleId: string;
  divisionId: string;
}

interface GrantsProps {
  grants: readonly Grant[];
  onChange?: ((grants: Grant[]) => void) | undefined;
  /** The names of roles, for those who may not list them. */
  names?: Readonly<Record<string, string>>;
}

export function Grants({ grants, onChange, names = {} }: GrantsProps) {
  const t = useText();
  const [roleId, setRoleId] = useState<string | null>(null);
  const [divisionId, setDivisionId] = useState<string>(EVERYWHERE);
  const roleName = useNames(
    'role',
    grants.map((grant) => grant.roleId).filter((id) => names[id] === undefined),
  );
  const roleOf = (id: string) => names[id] ?? roleName(id);
  const divisionOf = useNames(
    'division',
    grants.map((grant) => grant.divisionId),
  );
  return (
    <Stack gap="xs">
      {grants.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('grants.none')}
        </Text>
      ) : (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('grants.role')}</Table.Th>
              <Table.Th>{t('grants.division')}</Table.Th>
              {onChange && <Table.Td />}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {grants.map((grant) => (
              <Table.Tr key={`${grant.roleId} ${grant.divisionId}`}>
                <Table.Td>{roleOf(grant.roleId)}</Table.Td>
                <Table.Td>{divisionOf(grant.divisionId)}</Table.Td>
                {onChange && (
                  <Table.Td ta="end">
                    <ActionIcon
                      variant="subtle"
                      color="red"
                      aria-label={t('grants.remove', { role: roleOf(grant.roleId), division: divisionOf(grant.divisionId) })}
                      onClick={() => onChange(grants.filter((one) => one !== grant))}
                    >
                      <IconTrash size={16} aria-hidden />
                    </ActionIcon>
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {onChange && (
        <Group align="flex-end" gap="xs">
          <Chooser size="xs" label={t('grants.role')} of="role" value={roleId} onChange={setRoleId} />
          <Chooser
            size="xs"
            label={t('grants.division')}
            of="division"
            besides={[{ value: EVERYWHERE, label: t('grants.everywhere') }]}
            allowDeselect={false}
            value={divisionId}
            onChange={(id) => setDivisionId(id ?? EVERYWHERE)}
          />
          <Button
            size="xs"
            variant="light"
            disabled={roleId === null}
            onClick={() => {
              const added = { roleId: roleId ?? '', divisionId };
              onChange([...grants.filter((one) => one.roleId !== added.roleId || one.divisionId !== added.divisionId), added]);
              setRoleId(null);
            }}
          >
            {t('grants.add')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

/** The roles of a subject of this organization, to read and, where one may, to set anew. */
export function SubjectGrants({ id, type }: { id: string; type: 'PC_USER' | 'PC_GROUP' }) {
  const may = useMay();
  const subject = useQuery({
    queryKey: ['subject', id],
    queryFn: ({ signal }) => body(api.GET('/api/v2/authorization/subjects/{subjectId}', { params: { path: { subjectId: id } }, signal })),
    enabled: may('authorization:grant:view'),
  });
  if (!may('authorization:grant:view')) return null;
  return (
    <Shown query={subject}>
      {({ grants = [] }) => {
        // What a user has by a group is taken away at the group.
        const own = grants.filter(({ subjectId }) => subjectId === id || subjectId === undefined);
        const names = Object.fromEntries(grants.map(({ role }) => [role?.id ?? '', role?.name ?? '']));
        return (
          <Edit
            key={JSON.stringify(own)}
            id={id}
            type={type}
            names={names}
            stored={own.map(({ role, division }) => ({ roleId: role?.id ?? '', divisionId: division?.id ?? '' }))}
          />
        );
      }}
    </Shown>
  );
}

interface EditProps {
  id: string;
  type: 'PC_USER' | 'PC_GROUP';
  stored: Grant[];
  names: Record<string, string>;
}

function Edit({ id, type, stored, names }: EditProps) {
  const may = useMay();
  const edits = may('authorization:grant:add') && may('authorization:grant:delete');
  const form = useForm({
    initial: { grants: stored },
    save: ({ grants }) =>
      api.POST('/api/v2/authorization/subjects/{subjectId}/bulkreplace', {
        params: { path: { subjectId: id }, query: { subjectType: type } },
        body: { grants },
      }) as Promise<unknown>,
  });
  if (!edits) return <Grants grants={stored} names={names} />;
  return (
    <Form form={form} submit="grants.save" disabled={form.draft.grants === stored}>
      <Grants grants={form.draft.grants} names={names} onChange={(grants) => form.set('grants', grants)} />
    </Form>
  );
}

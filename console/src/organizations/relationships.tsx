// Who of one's own people looks after an organization, and as what.
import { ActionIcon, Button, Group, Stack, Table, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '../api/api.ts';
import { Refused } from '../frame/refused.tsx';
import { Empty, Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { Chooser } from '../list/chooser.tsx';
import { PERMISSIONS } from '../record/record.ts';
import { useMay } from '../session/session.ts';

export function Relationships({ id }: { id: string }) {
  const t = useText();
  const may = useMay();
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: ['relationships', id],
    queryFn: async ({ signal }) =>
      (
        await body(
          api.GET('/api/v2/externalcontacts/organizations/{externalOrganizationId}/relationships', {
            params: { path: { externalOrganizationId: id }, query: { pageSize: 100 } },
            signal,
          }),
        )
      ).entities ?? [],
  });
  const removing = useMutation({
    mutationFn: (relationshipId: string) =>
      api.DELETE('/api/v2/externalcontacts/relationships/{relationshipId}', { params: { path: { relationshipId } } }) as Promise<unknown>,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['relationships', id] }),
  });
  const edit = may(...PERMISSIONS.organization.edit);
  return (
    <Stack>
      {edit && <Add id={id} />}
      <Refused error={removing.error} />
      <Shown query={query}>
        {(relationships) =>
          relationships.length === 0 ? (
            <Empty title={t('relationships.none')} />
          ) : (
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('relationships.user')}</Table.Th>
                  <Table.Th>{t('relationships.as')}</Table.Th>
                  <Table.Th />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {relationships.map(({ id: relationshipId, user, relationship }) => (
                  <Table.Tr key={relationshipId}>
                    <Table.Td>{user.name ?? user.id}</Table.Td>
                    <Table.Td>{relationship}</Table.Td>
                    <Table.Td>
                      {edit && (
                        <ActionIcon variant="subtle" color="red" aria-label={t('relationships.remove')} onClick={() => removing.mutate(relationshipId ?? '')}>
                          <IconTrash size={16} aria-hidden />
                        </ActionIcon>
                      )}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </Shown>
    </Stack>
  );
}

function Add({ id }: { id: string }) {
  const t = useText();
  const queries = useQueryClient();
  const [userId, setUserId] = useState<string | null>(null);
  const [relationship, setRelationship] = useState('');
  const adding = useMutation({
    mutationFn: () =>
      api.POST('/api/v2/externalcontacts/relationships', {
        body: { user: { id: userId ?? '' }, externalOrganization: { id }, relationship } as never,
      }) as Promise<unknown>,
    onSuccess: () => {
      setRelationship('');
      setUserId(null);
      return queries.invalidateQueries({ queryKey: ['relationships', id] });
    },
  });
  return (
    <Stack
      gap="xs"
      component="form"
      onSubmit={(event) => {
        event.preventDefault();
        adding.mutate();
      }}
    >
      <Refused error={adding.error} />
      <Group align="flex-end" gap="xs">
        <Chooser label={t('relationships.user')} of="user" value={userId} onChange={setUserId} />
        <TextInput label={t('relationships.as')} value={relationship} onChange={(event) => setRelationship(event.currentTarget.value)} />
        <Button type="submit" variant="light" disabled={userId === null || relationship.trim() === ''} loading={adding.isPending}>
          {t('relationships.add')}
        </Button>
      </Group>
    </Stack>
  );
}

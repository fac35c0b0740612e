// Who of one's own people looks after an organization, and as what.
import { Button, Group, Stack, Table, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '../api/api.ts';
import { Refused } from '../frame/refused.tsx';
import { useKeptFocus } from '../frame/return-focus.ts';
import { Empty, Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { ActButton } from '../list/act-button.tsx';
import { Chooser } from '../list/chooser.tsx';
import { PERMISSIONS } from '../record/record.ts';
import { useMay } from '../session/session.ts';

export function Relationships({ id }: { id: string }) {
  const t = useText();
  const may = useMay();
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
  const list = useKeptFocus(query.data?.length ?? 0);
  const edit = may(...PERMISSIONS.organization.edit);
  return (
    <Stack tabIndex={-1} ref={list}>
      {edit && <Add id={id} />}
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
                    <Table.Td ta="end">
                      {edit && (
                        <ActButton
                          size="compact-xs"
                          text="list.remove"
                          aria-label={t('relationships.remove')}
                          question={{
                            title: t('relationships.remove.title'),
                            text: t('relationships.remove.hint', { user: user.name ?? user.id ?? '', relationship: relationship ?? '' }),
                          }}
                          act={() =>
                            api.DELETE('/api/v2/externalcontacts/relationships/{relationshipId}', {
                              params: { path: { relationshipId: relationshipId ?? '' } },
                            }) as Promise<unknown>
                          }
                        />
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

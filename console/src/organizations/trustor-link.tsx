// The organization of this server, one of those that trust one's own, for which this record stands.
import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '../api/api.ts';
import { Refused } from '../frame/refused.tsx';
import { Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { useMay } from '../session/session.ts';
import { nameOf } from '../trust/trustor-name.ts';

export default function TrustorLink({ id }: { id: string }) {
  const t = useText();
  const edits = useMay()('externalContacts:externalOrganization:edit');
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<string | null>(null);
  const path = { externalOrganizationId: id };
  const query = useQuery({
    queryKey: ['trustor of', id],
    queryFn: async ({ signal }) =>
      (await body(api.GET('/api/v2/externalcontacts/organizations/{externalOrganizationId}', { params: { path, query: { includeTrustors: true } }, signal })))
        .trustor ?? null,
  });
  const trustors = useQuery({
    queryKey: ['choices', 'trustors'],
    queryFn: async ({ signal }) => (await body(api.GET('/api/v2/orgauthorization/trustors', { params: { query: { pageSize: 100 } }, signal }))).entities ?? [],
  });
  const changing = useMutation({
    mutationFn: (trustorId: string | undefined): Promise<unknown> =>
      trustorId === undefined
        ? api.DELETE('/api/v2/externalcontacts/organizations/{externalOrganizationId}/trustor', { params: { path } })
        : body(api.PUT('/api/v2/externalcontacts/organizations/{externalOrganizationId}/trustor/{trustorId}', { params: { path: { ...path, trustorId } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['trustor of', id] }),
  });
  return (
    <Shown query={query}>
      {(trustor) => (
        <Stack>
          <Text size="sm">{trustor ? t('trustor.is', { name: nameOf(trustor) }) : t('trustor.none')}</Text>
          {edits && (
            <Group align="flex-end">
              <Select
                label={t('trustor.choose')}
                w={280}
                data={(trustors.data ?? []).map((one) => ({ value: one.id ?? '', label: nameOf(one) }))}
                value={chosen}
                onChange={setChosen}
                nothingFoundMessage={t('trust.trustors.none')}
              />
              <Button disabled={chosen === null} loading={changing.isPending} onClick={() => changing.mutate(chosen ?? undefined)}>
                {t('trustor.link')}
              </Button>
              {trustor && (
                <Button variant="default" onClick={() => changing.mutate(undefined)}>
                  {t('trustor.unlink')}
                </Button>
              )}
            </Group>
          )}
          <Refused error={changing.error} />
        </Stack>
      )}
    </Shown>
  );
}

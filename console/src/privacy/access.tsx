// An archive of all that is held on a person: asked for, waited for, downloaded.
import { Button, Group, Loader, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { FormattedDate } from 'react-intl';
import { api, body } from '../api/api.ts';
import { Download } from '../frame/download.tsx';
import { Refused } from '../frame/refused.tsx';
import { Size } from '../frame/size.tsx';
import { Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';

const MOVING_MS = 1_000;

const archiveOf = (accessId: string) => body(api.GET('/liaison/v1/subjects/access/{accessId}', { params: { path: { accessId } } }));

export function Access({ contactId, archive, onArchive }: { contactId: string; archive: string | undefined; onArchive: (archiveId: string) => void }) {
  const t = useText();
  const asking = useMutation({
    mutationFn: () => body(api.POST('/liaison/v1/subjects/access', { body: { contactId } })),
    onSuccess: ({ id }) => onArchive(id),
  });
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Title order={2} size="h5">
          {t('privacy.access')}
        </Title>
        <Text size="sm">{t('privacy.access.hint')}</Text>
        <Refused error={asking.error} />
        {archive === undefined ? (
          <Button variant="light" w="fit-content" onClick={() => asking.mutate()} loading={asking.isPending}>
            {t('privacy.access.request')}
          </Button>
        ) : (
          <Archive id={archive} />
        )}
      </Stack>
    </Paper>
  );
}

function Archive({ id }: { id: string }) {
  const t = useText();
  const query = useQuery({
    queryKey: ['archive', id],
    queryFn: () => archiveOf(id),
    refetchInterval: ({ state: { data } }) => (data?.status === 'running' ? MOVING_MS : false),
  });
  return (
    <Shown query={query}>
      {({ status, bytes, dateExpires }) => (
        <Group role="status">
          {status === 'running' && <Loader size="xs" />}
          <Text size="sm" fw={600}>
            {t(`privacy.archive.${status}`)}
          </Text>
          {status === 'completed' && (
            <>
              <Download link={async () => (await archiveOf(id)).downloadUrl}>{t('privacy.archive.download')}</Download>
              <Text size="sm" c="dimmed">
                {bytes !== undefined && <Size bytes={bytes} />} · {t('privacy.archive.expires')} <FormattedDate value={dateExpires} dateStyle="medium" />
              </Text>
            </>
          )}
        </Group>
      )}
    </Shown>
  );
}

// What a screen shows when it has nothing else to show: that it loads, that there is nothing, that something went wrong.
import { Button, Center, Group, Loader, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconAlertTriangle, IconLock, IconMoodEmpty, IconPlugConnectedX, type TablerIcon } from '@tabler/icons-react';
import { type ReactNode, useEffect } from 'react';
import { ApiError } from '../api/api.ts';
import { useText } from '../language/language.tsx';

export function State({ icon: Icon, title, children, actions }: { icon: TablerIcon; title: string; children?: ReactNode; actions?: ReactNode }) {
  return (
    <Center mih={280} p="xl">
      <Stack align="center" gap="xs" maw={480}>
        <ThemeIcon size={52} radius="xl" variant="light" aria-hidden>
          <Icon size={28} />
        </ThemeIcon>
        <Title order={2} size="h4" ta="center">
          {title}
        </Title>
        {children && (
          <Text c="dimmed" ta="center" component="div">
            {children}
          </Text>
        )}
        {actions && <Group mt="xs">{actions}</Group>}
      </Stack>
    </Center>
  );
}

export function Loading() {
  const t = useText();
  return (
    <Center mih={280} role="status" aria-label={t('state.loading')}>
      <Loader type="dots" />
    </Center>
  );
}

export const Empty = ({ title, children, actions }: { title: string; children?: ReactNode; actions?: ReactNode }) => (
  <State icon={IconMoodEmpty} title={title} actions={actions}>
    {children}
  </State>
);

export function NothingHere() {
  const t = useText();
  return <Empty title={t('state.notFound')}>{t('state.notFound.hint')}</Empty>;
}

export function Denied({ children }: { children?: ReactNode }) {
  const t = useText();
  return (
    <State icon={IconLock} title={t('state.denied')}>
      {children}
    </State>
  );
}

/** For an error, by what kind it is. */
export function Failure({ error, reset }: { error: Error; reset?: () => void }) {
  const t = useText();
  const retry = reset && (
    <Button variant="light" onClick={reset}>
      {t('action.retry')}
    </Button>
  );
  const { status, correlationId } = error instanceof ApiError ? error : { status: undefined, correlationId: undefined };
  useEffect(() => {
    if (status !== 0 || !reset) return undefined;
    addEventListener('online', reset);
    return () => removeEventListener('online', reset);
  }, [status, reset]);
  if (status === 0) {
    return (
      <State icon={IconPlugConnectedX} title={t('state.offline')} actions={retry}>
        {t('state.offline.hint')}
      </State>
    );
  }
  if (status === 403) return <Denied>{error.message}</Denied>;
  if (status === 404) return <NothingHere />;
  return (
    <State icon={IconAlertTriangle} title={t('state.failed')} actions={retry}>
      {error.message}
      {correlationId && (
        <Text size="xs" mt={4}>
          {t('state.failed.id', { id: correlationId })}
        </Text>
      )}
    </State>
  );
}

/** What a query has, or what stands in its place. */
export function Shown<T>({
  query,
  children,
}: {
  query: { data: T | undefined; error: Error | null; refetch: () => unknown };
  children: (data: T) => ReactNode;
}) {
  // What was read before is better than nothing, unless it is there no more.
  const gone = query.error instanceof ApiError && query.error.status === 404;
  if (query.data !== undefined && !gone) return children(query.data);
  if (query.error) return <Failure error={query.error} reset={() => query.refetch()} />;
  return <Loading />;
}

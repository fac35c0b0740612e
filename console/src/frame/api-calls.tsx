// The way to the calls behind what is on screen.
import { ActionIcon } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCode } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { useText } from '../language/language.tsx';

const ApiCallsPanel = lazy(() => import('./api-calls-panel.tsx'));

export function ApiCalls() {
  const t = useText();
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <ActionIcon variant="subtle" size="lg" onClick={open} aria-label={t('calls.title')} title={t('calls.title')}>
        <IconCode size={20} aria-hidden />
      </ActionIcon>
      <Suspense>{opened && <ApiCallsPanel close={close} />}</Suspense>
    </>
  );
}

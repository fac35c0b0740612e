// The way to the calls behind what is on screen.
import { ActionIcon } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCode } from '@tabler/icons-react';
import { Suspense } from 'react';
import { useText } from '../language/language.tsx';
import { lazily } from './lazily.tsx';

const ApiCallsPanel = lazily(() => import('./api-calls-panel.tsx'));

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

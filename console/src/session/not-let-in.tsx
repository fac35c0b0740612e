// What is shown to whom the server does not let in: why, and the ways on.
import { Button, MantineProvider } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { State } from '../frame/states.tsx';
import { LanguageProvider, type Reading, useText } from '../language/language.tsx';
import { nonce, theme } from '../theme.ts';
import { leaveToSignIn } from './oauth.ts';
import { leave } from './session.ts';

export function NotLetIn({ error, reading }: { error: string; reading: Reading }) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <LanguageProvider initial={reading}>
        <main>
          <Words error={error} />
        </main>
      </LanguageProvider>
    </MantineProvider>
  );
}

function Words({ error }: { error: string }) {
  const t = useText();
  return (
    <State
      icon={IconLock}
      title={t('session.refused')}
      actions={
        <>
          <Button onClick={() => leaveToSignIn('/console/')}>{t('action.retry')}</Button>
          <Button variant="default" onClick={leave}>
            {t('account.leave')}
          </Button>
        </>
      }
    >
      {error}
    </State>
  );
}

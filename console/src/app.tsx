// What every screen stands in: theme, language, the server's answers, and who is signed in.
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';
import { createQueries } from './api/queries.ts';
import { LanguageProvider, type Reading } from './language/language.tsx';
import { createScreens } from './screens.tsx';
import { type Session, SessionProvider } from './session/session.ts';
import { nonce, theme } from './theme.ts';

export function App({ session, reading }: { session: Session; reading: Reading }) {
  const [queries] = useState(createQueries);
  const [router] = useState(() => createScreens({ queries }));
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <LanguageProvider initial={reading}>
        <SessionProvider value={session}>
          <QueryClientProvider client={queries}>
            <RouterProvider router={router} />
          </QueryClientProvider>
        </SessionProvider>
      </LanguageProvider>
    </MantineProvider>
  );
}

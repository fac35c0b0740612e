// What every screen stands in: theme, language, the server's answers, and who is signed in.
import { Badge, createTheme, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { useState } from 'react';
import { createQueries } from './api/queries.ts';
import { LanguageProvider } from './language/language.tsx';
import { createScreens } from './screens.tsx';
import { type Session, SessionProvider } from './session/session.ts';

// The default shades of filled buttons have too little contrast for WCAG AA; these pass in both schemes.
const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: { Badge: Badge.extend({ defaultProps: { tt: 'none' } }) },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
});

const nonce = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content ?? '';
// The style element that keeps the page from scrolling behind a dialog is not Mantine's own.
setNonce(nonce);

export function App({ session }: { session: Session }) {
  const [queries] = useState(createQueries);
  const [router] = useState(() => createScreens({ queries }));
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <LanguageProvider>
        <SessionProvider value={session}>
          <QueryClientProvider client={queries}>
            <Notifications position="bottom-right" />
            <RouterProvider router={router} />
          </QueryClientProvider>
        </SessionProvider>
      </LanguageProvider>
    </MantineProvider>
  );
}

import '@mantine/core/styles.css';
import './frame/frame.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { loadLanguage } from './language/language.tsx';
import { arrive } from './session/session.ts';

const root = createRoot(document.getElementById('root') as HTMLElement);
// Whoever is not signed in leaves the page here, for the server's own sign-in page.
const [session, reading] = await Promise.all([arrive(), loadLanguage()]);
if (session) {
  root.render(
    <StrictMode>
      <App session={session} reading={reading} />
    </StrictMode>,
  );
}

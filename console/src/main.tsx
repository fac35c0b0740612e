import '@mantine/core/styles.css';
import './frame/frame.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { loadLanguage } from './language/language.tsx';
import { NotLetIn } from './session/not-let-in.tsx';
import { arrive } from './session/session.ts';

const root = createRoot(document.getElementById('root') as HTMLElement);
// Whoever is not signed in leaves the page here, for the server's own sign-in page.
const session = await arrive();
// The address may say the language, and is only now the one that the user came for.
const reading = await loadLanguage();
root.render(<StrictMode>{'error' in session ? <NotLetIn error={session.error} reading={reading} /> : <App session={session} reading={reading} />}</StrictMode>);

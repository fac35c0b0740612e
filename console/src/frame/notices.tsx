// Where words at the edge of the screen are shown: a tree of its own, for it is made when the first one comes.
import { MantineProvider } from '@mantine/core';
import { Notifications, notifications } from '@mantine/notifications';
import '@mantine/notifications/styles.css';
import { createRoot } from 'react-dom/client';
import { nonce, theme } from '../theme.ts';
import type { Word } from './notify.ts';
import { frameTexts } from './texts.ts';

const place = document.createElement('div');
document.body.append(place);
createRoot(place).render(
  <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
    <Notifications position="bottom-right" />
  </MantineProvider>,
);

/** This tree has no language of its own; the page says which it is in. */
const closing = () => frameTexts['action.close'][document.documentElement.lang === 'de' ? 1 : 0];

export const show = (word: Word): string => notifications.show({ ...word, withBorder: true, closeButtonProps: { 'aria-label': closing() } });

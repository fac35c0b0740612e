// Where words at the edge of the screen are shown: a tree of its own, for it is made when the first one comes.
import { MantineProvider } from '@mantine/core';
import { Notifications, notifications } from '@mantine/notifications';
import '@mantine/notifications/styles.css';
import { createRoot } from 'react-dom/client';
import { nonce, theme } from '../theme.ts';
import type { Word } from './notify.ts';

const place = document.createElement('div');
document.body.append(place);
createRoot(place).render(
  <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
    <Notifications position="bottom-right" />
  </MantineProvider>,
);

export const show = (word: Word): string => notifications.show({ ...word, withBorder: true });

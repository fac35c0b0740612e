// Where words at the edge of the screen are shown: a tree of its own, for it is made when the first one comes.
import { MantineProvider } from '@mantine/core';
import { Notifications, notifications } from '@mantine/notifications';
import '@mantine/notifications/styles.css';
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { nonce, theme } from '../theme.ts';
import type { Word } from './notify.ts';
import { frameTexts } from './texts.ts';

const place = document.createElement('div');
document.body.append(place);
createRoot(place).render(
  <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
    <Notices />
  </MantineProvider>,
);

/** At the bottom, until the focus comes to lie beneath them (WCAG 2.4.11). */
function Notices() {
  const [position, setPosition] = useState<'top-right' | 'bottom-right'>('bottom-right');
  useEffect(() => {
    const avoid = ({ target }: FocusEvent) => {
      const focused = (target as Element).getBoundingClientRect();
      const covered = [...document.querySelectorAll('.mantine-Notification-root')].some((notice) => {
        const { left, right, top, bottom } = notice.getBoundingClientRect();
        return !notice.contains(target as Element) && left < focused.right && right > focused.left && top < focused.bottom && bottom > focused.top;
      });
      if (covered) setPosition(focused.top > innerHeight / 2 ? 'top-right' : 'bottom-right');
    };
    document.addEventListener('focusin', avoid);
    return () => document.removeEventListener('focusin', avoid);
  }, []);
  return <Notifications position={position} />;
}

/** This tree has no language of its own; the page says which it is in. */
const closing = () => frameTexts['action.close'][document.documentElement.lang === 'de' ? 1 : 0];

export const show = (word: Word): string => notifications.show({ ...word, withBorder: true, closeButtonProps: { 'aria-label': closing() } });

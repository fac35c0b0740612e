// `g` and then a letter goes to a screen.
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { isBehindDialog } from './hotkeys.ts';
import { PLACES } from './places.ts';

const PATIENCE_MS = 1_500;

export function useGoKeys(): void {
  const navigate = useNavigate();
  useEffect(() => {
    // Times are counted from when the page was opened: 0 would be lately.
    let asked = Number.NEGATIVE_INFINITY;
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isBehindDialog()) return;
      const place = PLACES.flatMap(({ places }) => places).find(({ key }) => key === event.key);
      if (event.timeStamp - asked < PATIENCE_MS && place) {
        event.preventDefault();
        navigate({ to: place.to });
      }
      asked = event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY;
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, [navigate]);
}

/** Whether a key goes into a text. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

// Whether the server can be reached, as far as the last call and the browser tell.
import { useSyncExternalStore } from 'react';

let answers = true;
const listeners = new Set<() => void>();

export function report(answered: boolean): void {
  if (answered === answers) return;
  answers = answered;
  for (const told of listeners) told();
}

addEventListener('offline', () => report(false));
addEventListener('online', () => report(true));

export const useConnected = (): boolean =>
  useSyncExternalStore(
    (told) => {
      listeners.add(told);
      return () => listeners.delete(told);
    },
    () => answers,
  );

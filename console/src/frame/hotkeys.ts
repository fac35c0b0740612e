// Keys of a screen. Whatever dialog stands before it has the keys for itself.
import { type HotkeyItem, useHotkeys } from '@mantine/hooks';

/** As Mantine's, which by itself knows of no dialog. */
export function useKeys(keys: HotkeyItem[], ignored?: string[]): void {
  useHotkeys(
    keys.map(([key, act]) => [key, (event) => isBehindDialog() || act(event)]),
    ignored,
  );
}

export const isBehindDialog = (): boolean => document.querySelector('[role=dialog]') !== null;

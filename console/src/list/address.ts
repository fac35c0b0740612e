// What the address keeps of a screen, so that what is shown is a link.
import { useNavigate, useSearch } from '@tanstack/react-router';

/** Behind the question mark, and how to change it; undefined and empty values go. */
export function useAddress<T extends object>(): [T, (change: Partial<T>) => void] {
  const navigate = useNavigate();
  const view: T = useSearch({ strict: false }) as object as T;
  return [view, (change) => navigate({ to: '.', search: ((old: object) => withoutEmpty({ ...old, ...change })) as never, replace: true })];
}

export const withoutEmpty = (view: object) => Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined && value !== ''));

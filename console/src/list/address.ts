// What the address keeps of a screen, so that what is shown is a link.
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';

/** Behind the question mark, and how to change it; undefined and empty values go. */
export function useAddress<T extends object>(): [T, (change: Partial<T>) => void] {
  const navigate = useNavigate();
  const view: T = useSearch({ strict: false }) as object as T;
  return [view, (change) => navigate({ to: '.', search: ((old: object) => withoutEmpty({ ...old, ...change })) as never, replace: true })];
}

/**
 * What stands at the side of a table, by its id in the address. Opening it is a step of its own, which leads back to the table;
 * closing it goes that step back.
 */
export function useOpened() {
  const navigate = useNavigate();
  const { history } = useRouter();
  const { open }: { open?: string } = useSearch({ strict: false });
  const show = (id: string | undefined, how: object) => navigate({ to: '.', search: ((old: object) => withoutEmpty({ ...old, open: id })) as never, ...how });
  return {
    open,
    show: (id: string) => show(id, open === undefined ? { state: { opened: true } } : { replace: true, state: history.location.state }),
    close: () => ('opened' in history.location.state ? history.back() : show(undefined, { replace: true })),
  };
}

export const withoutEmpty = (view: object) => Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined && value !== ''));

// What is selected in a table: rows one by one, or all that match, of which most may not have been read yet.
import { useEffect, useMemo, useState } from 'react';
import { useSession } from '../session/session.ts';
import type { Selection } from './data-grid.tsx';

export interface Selected extends Selection {
  /** Those that were selected one by one. */
  ids: readonly string[];
  /** Whether all that match are meant, and not only those read so far. */
  everything: boolean;
  selectEverything(): void;
  clear(): void;
}

interface State {
  question: string;
  ids: readonly string[];
  everything: boolean;
}

/**
 * Kept for as long as the tab is there, so that it survives a reload; for each organization and user by itself.
 * @param name what the table shows
 * @param question what is asked for: who asks for something else selects anew
 */
export function useSelection<T>(name: string, rows: readonly T[], idOf: (row: T) => string, question: string): Selected {
  const { organization, user } = useSession();
  const key = `liaison.selection.${organization.id}.${user.id}.${name}`;
  const [state, setState] = useState<State>(() => JSON.parse(sessionStorage.getItem(key) ?? 'null') ?? { question, ids: [], everything: false });
  useEffect(() => sessionStorage.setItem(key, JSON.stringify(state)), [key, state]);
  return useMemo(() => {
    const { ids: kept, everything } = state.question === question ? state : { ids: [], everything: false };
    const ids = new Set(kept);
    const select = (next: Iterable<string>, all = false) => setState({ question, ids: [...next], everything: all });
    const all = everything || (rows.length > 0 && rows.every((row) => ids.has(idOf(row))));
    return {
      ids: kept,
      everything,
      all,
      some: everything || ids.size > 0,
      has: (id) => everything || ids.has(id),
      toggle: (id) => {
        const next = new Set(everything ? rows.map(idOf) : ids);
        if (!next.delete(id)) next.add(id);
        select(next);
      },
      toggleAll: () => select(all ? [] : rows.map(idOf)),
      selectEverything: () => select([], true),
      clear: () => select([]),
    };
  }, [state, rows, idOf, question]);
}

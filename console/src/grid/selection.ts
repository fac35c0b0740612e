// What is selected in a table: rows one by one, or all that match, of which most may not have been read yet.
import { useMemo, useState } from 'react';
import type { Selection } from './data-grid.tsx';

export interface Selected extends Selection {
  /** Those that were selected one by one. */
  ids: readonly string[];
  /** Whether all that match are meant, and not only those read so far. */
  everything: boolean;
  selectEverything(): void;
  clear(): void;
}

/** @param question what is asked for: who asks for something else selects anew */
export function useSelection<T>(rows: readonly T[], idOf: (row: T) => string, question: string): Selected {
  const [state, setState] = useState<{ question: string; ids: ReadonlySet<string>; everything: boolean }>({ question, ids: NONE, everything: false });
  const current = state.question === question ? state : { question, ids: NONE, everything: false };
  return useMemo(() => {
    const { ids, everything } = current;
    const all = everything || (rows.length > 0 && rows.every((row) => ids.has(idOf(row))));
    return {
      ids: [...ids],
      everything,
      all,
      some: everything || ids.size > 0,
      has: (id) => everything || ids.has(id),
      toggle: (id) => {
        const next = new Set(everything ? rows.map(idOf) : ids);
        if (!next.delete(id)) next.add(id);
        setState({ question, ids: next, everything: false });
      },
      toggleAll: () => setState({ question, ids: all ? NONE : new Set(rows.map(idOf)), everything: false }),
      selectEverything: () => setState({ question, ids: NONE, everything: true }),
      clear: () => setState({ question, ids: NONE, everything: false }),
    };
  }, [current, rows, idOf, question]);
}

const NONE: ReadonlySet<string> = new Set();

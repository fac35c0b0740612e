// The columns of a table as their reader has set them up: which, in what order, how wide. Kept in this browser.
import { type ReactNode, useEffect, useMemo, useState } from 'react';

export interface Column<T> {
  id: string;
  title: string;
  /** In pixels, until the reader changes it. */
  width: number;
  /** Not shown until the reader wants it. */
  hidden?: boolean;
  cell(row: T): ReactNode;
  /** The field that the server sorts by. */
  sort?: string;
  /** Makes the cell one that can be edited in place. */
  edit?: { value(row: T): string; save(row: T, value: string): Promise<unknown>; type?: 'text' | 'email' | 'tel' };
}

interface Layout {
  order: string[];
  shown: Record<string, boolean>;
  widths: Record<string, number>;
  dense?: boolean;
}

export const WIDTH_MIN = 60;
export const WIDTH_MAX = 800;
export const WIDTH_STEP = 20;

/** @param first what is shown, in this order, until the reader changes it */
export function useColumns<T extends object>(name: string, columns: readonly Column<T>[], first?: readonly string[]) {
  const [layout, setLayout] = useState(() => kept(name, columns, first));
  useEffect(() => {
    localStorage.setItem(keyOf(name), JSON.stringify(layout));
  }, [name, layout]);
  // Columns that were not there when the layout was kept come last.
  const order = useMemo(
    () => [...layout.order.filter((id) => columns.some((one) => one.id === id)), ...columns.filter(({ id }) => !layout.order.includes(id)).map(({ id }) => id)],
    [layout, columns],
  );
  const byId = new Map(columns.map((column) => [column.id, column]));
  const all = order.map((id) => byId.get(id) as Column<T>);
  const isShown = (id: string) => layout.shown[id] ?? (first ? first.includes(id) : !byId.get(id)?.hidden);
  const visible = all.filter(({ id }) => isShown(id)).map((column) => ({ ...column, width: layout.widths[column.id] ?? column.width }));
  return {
    visible,
    all,
    isShown,
    /** Whether rows are as low as they can be. */
    dense: layout.dense === true,
    setDense: (dense: boolean) => setLayout((old) => ({ ...old, dense })),
    show: (id: string, shown: boolean) => setLayout((old) => ({ ...old, shown: { ...old.shown, [id]: shown } })),
    resize: (id: string, width: number) =>
      setLayout((old) => ({ ...old, widths: { ...old.widths, [id]: Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, Math.round(width))) } })),
    /** @param by places to the end, or to the start where negative, among the visible columns */
    move: (id: string, by: number) => {
      const ids = visible.map((column) => column.id);
      const other = ids[ids.indexOf(id) + by];
      if (other === undefined) return;
      const next = order.filter((one) => one !== id);
      next.splice(next.indexOf(other) + (by > 0 ? 1 : 0), 0, id);
      setLayout((old) => ({ ...old, order: next }));
    },
    reset: () => setLayout(fresh(columns, first)),
  };
}

const keyOf = (name: string) => `liaison.columns.${name}`;

function fresh<T>(columns: readonly Column<T>[], first: readonly string[] = []): Layout {
  return { order: [...first, ...columns.map(({ id }) => id).filter((id) => !first.includes(id))], shown: {}, widths: {} };
}

function kept<T>(name: string, columns: readonly Column<T>[], first?: readonly string[]): Layout {
  return JSON.parse(localStorage.getItem(keyOf(name)) ?? 'null') ?? fresh(columns, first);
}

// Where the arrow keys and their like lead in a grid (WAI-ARIA Authoring Practices, data grids).

export interface Cell {
  /** From 0; the head of the columns is above it. */
  row: number;
  column: number;
}

export interface Extent {
  rows: number;
  columns: number;
  perPage: number;
}

export const HEAD = -1;

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>;

/** @returns the cell that the key leads to; undefined where it leads nowhere */
export function moved({ key, ctrlKey, metaKey }: Pressed, { row, column }: Cell, { rows, columns, perPage }: Extent): Cell | undefined {
  const far = ctrlKey || metaKey;
  const at = (toRow: number, toColumn: number): Cell => ({
    row: Math.max(HEAD, Math.min(rows - 1, toRow)),
    column: Math.max(0, Math.min(columns - 1, toColumn)),
  });
  switch (key) {
    case 'ArrowUp':
      return at(row - 1, column);
    case 'ArrowDown':
      return at(row + 1, column);
    case 'ArrowLeft':
      return at(row, document.dir === 'rtl' ? column + 1 : column - 1);
    case 'ArrowRight':
      return at(row, document.dir === 'rtl' ? column - 1 : column + 1);
    case 'Home':
      return far ? at(0, 0) : at(row, 0);
    case 'End':
      return far ? at(rows - 1, columns - 1) : at(row, columns - 1);
    case 'PageUp':
      return at(Math.max(0, row - perPage), column);
    case 'PageDown':
      return at(row + perPage, column);
    default:
      return undefined;
  }
}

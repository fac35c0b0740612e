// Where the arrow keys and their like lead in a grid (WAI-ARIA Authoring Practices, data grids).

export interface Cell {
  row: number;
  column: number;
}

export interface Extent {
  rows: number;
  columns: number;
  perPage: number;
}

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>;

/** @returns the cell that the key leads to; undefined where it leads nowhere */
export function moved({ key, ctrlKey, metaKey }: Pressed, { row, column }: Cell, { rows, columns, perPage }: Extent): Cell | undefined {
  const far = ctrlKey || metaKey;
  const at = (toRow: number, toColumn: number): Cell => ({
    row: Math.max(0, Math.min(rows - 1, toRow)),
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
      return at(row - perPage, column);
    case 'PageDown':
      return at(row + perPage, column);
    default:
      return undefined;
  }
}

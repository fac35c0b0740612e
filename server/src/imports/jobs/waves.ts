// In which order the rows of a chunk are written. Rows that have nothing to do with each other go together, as one set;
// a row that shares a record with an earlier one waits until that is written, so that the file's order holds.

export interface Sharing {
  /** What the row looks records up by, and the records that it found. */
  keys: readonly string[];
}

/**
 * @param most turns at most: the chunk ends before the row that would need another
 * @returns the rows in turns, each in the file's order, and how many of them, from the first, these are
 */
export function wavesOf<Row extends Sharing>(rows: readonly Row[], most: number): { waves: Row[][]; taken: number } {
  const last = new Map<string, number>();
  const waves: Row[][] = [];
  for (const [i, row] of rows.entries()) {
    let turn = 0;
    for (const key of row.keys) turn = Math.max(turn, (last.get(key) ?? -1) + 1);
    if (turn >= most) return { waves, taken: i };
    for (const key of row.keys) last.set(key, turn);
    if (turn === waves.length) waves.push([]);
    (waves[turn] as Row[]).push(row);
  }
  return { waves, taken: rows.length };
}

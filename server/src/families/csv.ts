// Lines of CSV files that are written by the server itself; those of exports are made by PostgreSQL.

/** RFC 4180, with any separator. */
export const csvLine = (cells: readonly string[], separator = ','): string =>
  `${cells.map((cell) => (cell.includes(separator) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(separator)}\r\n`;

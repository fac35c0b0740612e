// Lines of CSV files that people open in a spreadsheet.
import { neutralise, unneutralise } from './formula.ts';

/** RFC 4180, with cells that no spreadsheet runs. A cell that came neutralised is read without its apostrophe, and has one as it had. */
export const csvLine = (cells: readonly string[], separator = ','): string =>
  `${cells
    .map((cell) => neutralise(unneutralise(cell)))
    .map((cell) => (cell.includes(separator) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(separator)}\r\n`;

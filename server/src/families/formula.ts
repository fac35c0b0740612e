// Texts that a spreadsheet would run as a formula (CWE-1236: = + - @, a tab or a carriage return at the start). Exports put
// an apostrophe before them, which spreadsheets take for "this is text", and imports take it off again. What had such an
// apostrophe already gets one more, so that nothing is lost on the way. The exports' SQL does the same: csv_cell.

export const neutralise = (text: string): string => (/^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text);

/** Undoes `neutralise`. */
export const unneutralise = (text: string): string => (/^'+[=+\-@\t\r]/.test(text) ? text.slice(1) : text);

// What a file is to hold, as the statements that fill it take it.
import type { Value } from '../db/database.ts';
import type { Statement } from '../db/sql.ts';
import type { ExportKind, Format } from './export.ts';
import { contactCells, contactObjects } from './rows-of-contacts.ts';
import { noteCells, noteObjects } from './rows-of-notes.ts';
import { organizationCells, organizationObjects } from './rows-of-organizations.ts';
import { relationshipCells, relationshipObjects } from './rows-of-relationships.ts';

export interface Question {
  orgId: string;
  kind: ExportKind;
  /** Where contacts and external organizations may be seen; null for everywhere. */
  contactDivisions: string[] | null;
  organizationDivisions: string[] | null;
  /** Of contacts. */
  types: string[];
  includeMerged: boolean;
  limit: number | null;
  /** See filterOf. */
  path: string | null;
  columns: string[];
  words: string | null;
  /** Whether cells stay that a spreadsheet would run. */
  formulas: boolean;
  customFields: string[];
}

/** A statement that answers lines, with its values. */
export type Lines = (question: Question) => { statement: Statement; values: Value[] };

export const LINES: Record<ExportKind, Record<Format, Lines>> = {
  contact: { csv: contactCells, ndjson: contactObjects },
  organization: { csv: organizationCells, ndjson: organizationObjects },
  contactNote: { csv: noteCells, ndjson: noteObjects },
  organizationNote: { csv: noteCells, ndjson: noteObjects },
  relationship: { csv: relationshipCells, ndjson: relationshipObjects },
};

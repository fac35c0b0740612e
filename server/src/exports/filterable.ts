// What the kinds can be filtered by in the language of deep searches.
import { FILTERABLE_CONTACTS } from '../contacts/index.ts';
import type { Filter, Filterable } from '../families/filter.ts';
import { columnsOf, jsonPathOf } from '../families/filter-path.ts';
import { wordsOf } from '../families/filter-words.ts';
import { ID, TEXT } from '../families/filterable.ts';
import { FILTERABLE_ORGANIZATIONS } from '../organizations/index.ts';
import type { ExportKind } from './export.ts';

const DATES: Filterable['fields'] = { createDate: { kind: 'date' }, modifyDate: { kind: 'date' } };

const filterable = (fields: Filterable['fields']): Filterable => ({
  columns: [...Object.keys(fields), ...Object.keys(DATES)],
  fields: { ...fields, ...DATES },
});

const NOTES = filterable({ id: ID, entityId: ID, 'createdBy.id': ID, noteText: TEXT, 'division.id': ID });
const RELATIONSHIPS = filterable({ id: ID, 'user.id': ID, 'externalOrganization.id': ID, relationship: TEXT, 'division.id': ID });

export const FILTERABLE: Record<ExportKind, Filterable> = {
  contact: FILTERABLE_CONTACTS,
  organization: FILTERABLE_ORGANIZATIONS,
  contactNote: NOTES,
  organizationNote: NOTES,
  relationship: RELATIONSHIPS,
};

/** A filter as the statements take it. */
export interface Condition {
  path: string | null;
  columns: string[];
  /** A tsquery that all meet whom the filter lets pass; null where there is none. */
  words: string | null;
}

export function conditionOf(filter: Filter | undefined, kind: ExportKind, wordPrefix: string): Condition {
  if (!filter) return { path: null, columns: [], words: null };
  const { columns } = FILTERABLE[kind];
  return { path: jsonPathOf(filter, columns), columns: columnsOf(filter, columns), words: wordsOf(filter, wordPrefix) ?? null };
}

// How the rows of a file become records: which column is written to which field. Pure; settings are held against it when
// they are made, jobs write by it.
import type { Contract } from '../../contract/load.ts';
import type { Fault } from '../../contract/validate.ts';
import { cut, shortened } from '../../families/cut.ts';
import { unneutralise } from '../../families/formula.ts';
import type { CellType } from '../../schemas/index.ts';
import { KEY, nameOf, type RecordKind, readTarget, type Target } from './target.ts';

export type { RecordKind } from './target.ts';

export interface MappingEntry {
  sourceField: string;
  targetField: string;
}

export interface MappingRules {
  mappings: readonly MappingEntry[];
  /** Fields that are left out where `included` is false: one field, or all that begin with its name. */
  importFields: readonly { name: string; included: boolean }[];
  /** The source that an external id belongs to which names none. */
  externalSourceId: string;
}

export type Json = Record<string, unknown>;

/** A fault of a row's cell. */
export interface CellFault {
  /** The column's header, as the file has it. */
  column: string;
  rule: string;
}

/** What a row says of the two records that it may be about; undefined where all of its cells for one are empty. */
export interface Mapped {
  contact: Json | undefined;
  organization: Json | undefined;
  faults: CellFault[];
}

export interface Mapping {
  map(cells: readonly string[]): Mapped;
  /** Whether any column of the file is about such a record. */
  has(record: RecordKind): boolean;
  /** The custom fields that columns are written to. */
  customFields(record: RecordKind): string[];
  /** The column that is written to a target, by the target's name. */
  columnOf(name: string): string | undefined;
  /** The column that gave a record's field, as a fault of the record names it. @param cells of the row, for lists */
  headerOf(record: RecordKind, field: string, cells: readonly string[]): string | undefined;
}

/** What a custom field takes; undefined for one that its schema does not have. @param schemaId as the row has it; empty where it has none */
export type CustomFieldType = (record: RecordKind, key: string, schemaId: string) => CellType | undefined;

/** Headers and source fields are the same whatever their capitals and the white space around them. */
export const headerKey = (header: string): string => unneutralise(header.trim()).toLowerCase();

/** What is wrong with a list of entries, each by its place in it. */
export function faultsOfMappings(contract: Contract, mappings: readonly MappingEntry[]): Fault[] {
  const faults: Fault[] = [];
  const sources = new Set<string>();
  const targets = new Set<string>();
  for (const [i, { sourceField, targetField }] of mappings.entries()) {
    const fault = (field: string, code: string, rule: string) => faults.push({ field: `mappings[${i}].${field}`, code, rule });
    const source = headerKey(sourceField);
    if (source === '') fault('sourceField', 'required', 'is required.');
    else if (sources.has(source)) fault('sourceField', 'duplicate', 'must be in one entry only.');
    sources.add(source);
    const target = readTarget(contract, targetField);
    if (typeof target === 'string') fault('targetField', 'field', `${target}, but is "${cut(targetField, 100)}".`);
    else if (targets.has(target.name)) fault('targetField', 'duplicate', 'must be in one entry only.');
    else targets.add(target.name);
  }
  return faults;
}

/** Columns that are mapped to fields which are not left out, and that the file does not have. */
export function missingColumns(rules: MappingRules, headers: readonly string[]): string[] {
  const there = new Set(headers.map(headerKey));
  const isExcluded = exclusion(rules);
  return rules.mappings
    .filter(({ sourceField, targetField }) => !there.has(headerKey(sourceField)) && !isExcluded(targetField.replace(/^\$\./, '')))
    .map(({ sourceField }) => sourceField);
}

/** @returns whether a field is left out, by its own name or as a part of what is */
function exclusion({ importFields }: MappingRules): (name: string) => boolean {
  const excluded = importFields.filter(({ included }) => !included).map(({ name }) => name.replace(/^\$\./, ''));
  return (name) => excluded.some((outer) => isWithin(name, outer));
}

/** @param headers of the file, in its order */
export function createMapping(contract: Contract, rules: MappingRules, headers: readonly string[], customFieldType: CustomFieldType = () => 'text'): Mapping {
  const places = new Map(headers.map((header, i) => [headerKey(header), i]));
  const isExcluded = exclusion(rules);
  const columns: Column[] = [];
  for (const { sourceField, targetField } of rules.mappings) {
    const target = readTarget(contract, targetField);
    // Settings are checked when they are made; a path that has gone since is written to nothing.
    if (typeof target === 'string' || isExcluded(target.name)) continue;
    const place = places.get(headerKey(sourceField));
    if (place !== undefined) columns.push({ ...target, place, header: headers[place] as string });
  }
  const schemaPlace = (record: RecordKind) => columns.find((column) => column.record === record && nameOf(column.path) === 'schema.id')?.place;
  const schemaPlaces = { contact: schemaPlace('contact'), organization: schemaPlace('organization') };
  const typeOf = ({ type, record, path }: Column, cells: readonly string[]): CellType => {
    if (type !== 'custom') return type;
    const place = schemaPlaces[record];
    return customFieldType(record, String(path[1]), place === undefined ? '' : (cells[place] ?? '').trim().toLowerCase()) ?? 'text';
  };
  const map = (cells: readonly string[]): Mapped => {
    const mapped: Mapped = { contact: undefined, organization: undefined, faults: [] };
    for (const column of columns) {
      const written = unneutralise(cells[column.place] ?? '');
      if (written === '') continue;
      const type = typeOf(column, cells);
      const cell = type === 'verbatim' ? written : written.trim();
      if (cell === '') continue;
      const value = readCell(cell, type);
      if (value instanceof NotRead) mapped.faults.push({ column: column.header, rule: value.rule });
      else {
        mapped[column.record] ??= {};
        put(mapped[column.record] as Json, column.path, value);
      }
    }
    if (mapped.contact) mapped.contact = finished(mapped.contact, rules.externalSourceId);
    if (mapped.organization) mapped.organization = finished(mapped.organization, rules.externalSourceId);
    return mapped;
  };
  return {
    map,
    has: (record) => columns.some((column) => column.record === record),
    customFields: (record) => columns.flatMap((column) => (column.record === record && column.type === 'custom' ? [String(column.path[1])] : [])),
    columnOf: (name) => columns.find((column) => column.name === name)?.header,
    headerOf: (record, field, cells) => {
      const own = columns.filter((column) => column.record === record);
      const given = own.filter(({ place }) => (cells[place] ?? '').trim() !== '');
      return [...withPlaces(given), ...own.map((column) => ({ field: nameOf(column.path), header: column.header }))].find(
        (one) => isWithin(one.field, field) || isWithin(field, one.field),
      )?.header;
    },
  };
}

interface Column extends Target {
  place: number;
  header: string;
}

const isWithin = (name: string, outer: string) => name === outer || name.startsWith(`${outer}.`) || name.startsWith(`${outer}[`);

class NotRead {
  readonly rule: string;
  constructor(rule: string) {
    this.rule = rule;
  }
}

function readCell(cell: string, type: CellType): unknown {
  switch (type) {
    case 'text':
    case 'verbatim':
      return cell;
    case 'integer':
      return /^[+-]?\d{1,16}$/.test(cell) ? Number(cell) : new NotRead(`must be a whole number, but is "${shortened(cell)}".`);
    case 'number':
      return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i.test(cell)
        ? Number(cell)
        : new NotRead(`must be a number such as 1.5, but is "${shortened(cell)}".`);
    case 'boolean':
      return BOOLEANS.get(cell.toLowerCase()) ?? new NotRead(`must be true or false, but is "${shortened(cell)}".`);
    case 'list':
      return readList(cell);
    default:
      throw new Error(`unknown type ${type satisfies never}`);
  }
}

const BOOLEANS = new Map([...['true', 'yes', '1'].map((word) => [word, true] as const), ...['false', 'no', '0'].map((word) => [word, false] as const)]);

/** Texts between semicolons; or, where they may hold some themselves, a JSON array of texts. */
function readList(cell: string): unknown {
  if (cell.startsWith('[')) {
    try {
      const list: unknown = JSON.parse(cell);
      if (Array.isArray(list) && list.every((item) => typeof item === 'string')) return list;
    } catch {
      // Then it is a text that happens to begin with a bracket.
    }
  }
  return cell
    .split(';')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Objects and lists are made on the way. Names are the contract's own, but for a custom field's, which may be any. */
function put(record: Json, path: readonly (string | number)[], value: unknown): void {
  let at = record as Record<string | number, unknown>;
  for (let i = 0; i < path.length; i += 1) {
    const step = path[i] as string | number;
    const last = i === path.length - 1;
    const next = last ? value : Object.hasOwn(at, step) ? at[step] : typeof path[i + 1] === 'number' ? [] : {};
    if (step === '__proto__') Object.defineProperty(at, step, { value: next, enumerable: true, configurable: true, writable: true });
    else at[step] = next;
    at = next as Record<string | number, unknown>;
  }
}

/** Closes the gaps that empty cells left in lists, and puts the key where external ids are. */
function finished({ [KEY]: keyValue, ...record }: Json, externalSourceId: string): Json {
  for (const [name, value] of Object.entries(record)) if (Array.isArray(value)) record[name] = value.filter((item) => item !== undefined);
  const listed = (record.externalIds ?? []) as Json[];
  const key = keyValue === undefined ? [] : [{ value: keyValue } as Json];
  const ids = [...key, ...listed].map((entry) => ('externalSource' in entry ? entry : { externalSource: { id: externalSourceId }, ...entry }));
  if (ids.length > 0) record.externalIds = ids;
  return record;
}

/** Where the values of a row's cells have come to stand in the record: the key first, lists without gaps. */
function withPlaces(columns: readonly Column[]): { field: string; header: string }[] {
  const seen = new Map<string, number[]>();
  const isKey = ({ path }: Column) => path[0] === KEY;
  const first = columns.some(isKey) ? 1 : 0;
  for (const { path } of columns)
    for (const [i, step] of path.entries()) {
      if (typeof step !== 'number') continue;
      const list = nameOf(path.slice(0, i));
      seen.set(
        list,
        [...new Set([...(seen.get(list) ?? []), step])].sort((a, b) => a - b),
      );
    }
  return columns.map((column) => {
    if (isKey(column)) return { field: 'externalIds[0].value', header: column.header };
    const path = column.path.map((step, i) => {
      if (typeof step !== 'number') return step;
      const list = nameOf(column.path.slice(0, i));
      return (seen.get(list) ?? []).indexOf(step) + (list === 'externalIds' ? first : 0);
    });
    return { field: nameOf(path), header: column.header };
  });
}

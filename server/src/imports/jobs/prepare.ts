// A row of the file made ready to be written: mapped, held against the contract, with what it is matched by. All of it
// without a database, so that one chunk is made ready while the one before is written.
import type { Contract } from '../../contract/load.ts';
import type { Validator } from '../../contract/validate.ts';
import type { Door } from '../../db/database.ts';
import type { Json } from '../../families/sent.ts';
import type { Wire } from '../../families/wire.ts';
import type { Draft } from '../../families/writes.ts';
import { Refusal } from '../../http/errors.ts';
import type { Principal } from '../../http/principal.ts';
import { type Identifier, type IdentifierType, NO_SOURCE, normalizeValue } from '../../identifiers/index.ts';
import { Unworkable } from '../../jobs/index.ts';
import { APPLIES_TO, schemasOf, type Writable } from '../../schemas/index.ts';
import { createMapping, type Mapped, type Mapping, missingColumns, type RecordKind } from '../csv/mapping.ts';
import type { CsvRow } from '../csv/read.ts';
import type { Rules } from './job.ts';
import { marksOf } from './marks.ts';
import { reasonsOf, sentence } from './reasons.ts';

/** What a row says of one record. */
export interface Said<Body> {
  body: Body;
  /** What it is looked up by, the external id first. */
  identifiers: Identifier[];
}

export interface Prepared {
  row: CsvRow;
  contact?: Said<Wire['ExternalContact']>;
  organization?: Said<Wire['ExternalOrganization']>;
  /** Why it is not to be written; empty where it is. */
  reasons: string[];
  /** The contact as it would be created, or why it could not be; made ahead where it is likely to be. */
  draft?: Draft | Refusal;
}

/** How rows are made ready, for one job and one file. */
export interface Preparation {
  mapping: Mapping;
  prepare(row: CsvRow): Prepared;
  /** Whom a row is about that was refused. */
  marksOf(row: CsvRow): string[];
}

const MODEL = { contact: 'ExternalContact', organization: 'ExternalOrganization' } as const;
const EXTERNAL_ID_MAX = 255;

export interface PreparationDeps {
  contract: Contract;
  validator: Validator;
  door: Door;
  principal: Principal;
  /** Where the rows go. */
  divisionId: string;
}

/** @throws Unworkable where the file's columns or the settings make no record */
export async function createPreparation(deps: PreparationDeps, rules: Rules, headers: string[]): Promise<Preparation> {
  const { contract, validator, door, principal, divisionId } = deps;
  const schemas: Record<RecordKind, MeantSchemas> = { contact: NO_SCHEMAS, organization: NO_SCHEMAS };
  const mapping = createMapping(contract, rules, headers, (record, key, schemaId) => {
    const { named, otherwise } = schemas[record];
    return (named.get(schemaId) ?? otherwise)?.fields.get(key);
  });
  requireColumns(mapping, rules, headers);
  for (const record of ['contact', 'organization'] as const) schemas[record] = await meantSchemas(door, principal.orgId, record, mapping);
  const criteria = { contact: criteriaOf(mapping, rules, headers), organization: [] };
  const read = <Body>(record: RecordKind, mapped: Json | undefined, row: CsvRow, reasons: string[]): Said<Body> | undefined => {
    if (!mapped) return undefined;
    const { otherwise: schema } = schemas[record];
    if (mapped.customFields && !mapped.schema && schema) mapped.schema = { id: schema.id, version: schema.version };
    try {
      const body = validator.named(MODEL[record], mapped) as Json;
      reasons.push(...missingOf(record, body, mapping, rules));
      return { body: body as Body, identifiers: identifiersOf(body, keyOf(body, rules), rules, criteria[record], principal.defaultCountryCode) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      reasons.push(...reasonsOf(error, mapping, record, row.cells));
      return undefined;
    }
  };
  const marking = { mapping, divisionId, country: principal.defaultCountryCode, columns: headers.length };
  return {
    mapping,
    marksOf: (row) => marksOf(row, marking),
    prepare(row) {
      const faults = rowFaults(row, headers);
      if (faults.length > 0) return { row, reasons: faults };
      const mapped: Mapped = mapping.map(row.cells);
      const reasons = mapped.faults.map(({ column, rule }) => sentence(column, rule));
      const contact = read<Wire['ExternalContact']>('contact', mapped.contact, row, reasons);
      const organization = read<Wire['ExternalOrganization']>('organization', mapped.organization, row, reasons);
      if (!mapped.contact && !mapped.organization && reasons.length === 0) reasons.push('None of the columns that are imported has a value.');
      return { row, reasons, ...(contact ? { contact } : {}), ...(organization ? { organization } : {}) };
    },
  };
}

function rowFaults(row: CsvRow, headers: readonly string[]): string[] {
  if (row.fault !== undefined) return [row.fault];
  return row.cells.length === headers.length ? [] : [`The row has ${row.cells.length} cells, and the header ${headers.length}.`];
}

interface MeantSchemas {
  /** By the id that a row has in a cell. */
  named: ReadonlyMap<string, Writable>;
  /** Where it has none. */
  otherwise: Writable | undefined;
}

const NO_SCHEMAS: MeantSchemas = { named: new Map(), otherwise: undefined };

/** The schemas that a record's custom fields may be of. @throws Unworkable */
async function meantSchemas(door: Door, orgId: string, record: RecordKind, mapping: Mapping): Promise<MeantSchemas> {
  const fields = mapping.customFields(record);
  if (fields.length === 0) return NO_SCHEMAS;
  const schemaId = record === 'contact' ? 'schema.id' : 'externalOrganization.schema.id';
  const all = await schemasOf(door, orgId, APPLIES_TO[record]);
  const found = all.filter((schema) => schema.open && fields.every((field) => schema.fields.has(field)));
  if (mapping.columnOf(schemaId) !== undefined || found.length === 1) return { named: new Map(all.map((schema) => [schema.id, schema])), otherwise: found[0] };
  if (found.length === 0) throw new Unworkable(`No schema that is enabled has the custom fields ${fields.join(', ')}.`);
  const names = found.map(({ name }) => name).join(', ');
  throw new Unworkable(`The custom fields ${fields.join(', ')} are in several schemas (${names}): map a column to $.${schemaId}.`);
}

/** @throws Unworkable */
function requireColumns(mapping: Mapping, rules: Rules, headers: readonly string[]): void {
  const records = (['contact', 'organization'] as const).filter((record) => mapping.has(record));
  if (records.length === 0) throw new Unworkable(whyNone(rules, missingColumns(rules, headers)));
  const lacks = records.flatMap((record) => REQUIRED[record].filter(({ targets }) => targets.every((target) => mapping.columnOf(target) === undefined)));
  if (lacks.length > 0) throw new Unworkable(`The file has no column that is imported as ${lacks.map(({ targets: [first] }) => `$.${first}`).join(', ')}.`);
}

function whyNone({ mappings }: Rules, missing: readonly string[]): string {
  if (mappings.length === 0) return 'The CSV settings map no column to a field.';
  return missing.length > 0
    ? `The file has none of the columns ${missing.join(', ')}.`
    : 'The import settings leave out every field that a column is mapped to.';
}

/** What each record needs: a name, and the id that it has in the external source. */
const REQUIRED = {
  contact: [{ targets: ['externalId', 'externalIds[0].value'] }, { targets: ['firstName'] }, { targets: ['lastName'] }],
  organization: [{ targets: ['externalOrganization.externalId', 'externalOrganization.externalIds[0].value'] }, { targets: ['externalOrganization.name'] }],
} as const;

function missingOf(record: RecordKind, body: Json, mapping: Mapping, rules: Rules): string[] {
  const header = (targets: readonly string[]) => targets.map((target) => mapping.columnOf(target)).find((column) => column !== undefined) ?? targets[0] ?? '';
  const [id, ...names] = REQUIRED[record];
  const reasons = names.flatMap(({ targets: [target] }) => {
    const name = target.slice(target.lastIndexOf('.') + 1);
    return body[name] === undefined ? [sentence(header([target]), 'is required.')] : [];
  });
  const key = keyOf(body, rules);
  if (key === undefined) reasons.push(sentence(header(id.targets), 'is required.'));
  else if (key.length > EXTERNAL_ID_MAX) reasons.push(sentence(header(id.targets), `takes at most ${EXTERNAL_ID_MAX} characters, but has ${key.length}.`));
  return reasons;
}

interface ExternalIds {
  externalIds?: { externalSource?: { id?: string }; value: string }[];
}

/** The record's id in the source of the settings. */
const keyOf = (body: Json, { externalSourceId }: Rules): string | undefined =>
  (body as ExternalIds).externalIds?.find(({ externalSource }) => externalSource?.id?.toLowerCase() === externalSourceId)?.value;

const FIELDS: Record<string, readonly string[]> = {
  Email: ['workEmail', 'personalEmail', 'otherEmail'],
  Phone: ['workPhone', 'cellPhone', 'homePhone', 'otherPhone'],
};

/** What contacts are matched by besides their external ids: the criteria in their order, and the fields of each in the file's. */
function criteriaOf(mapping: Mapping, { matchingCriteria }: Rules, headers: readonly string[]): [IdentifierType, field: string][] {
  return matchingCriteria.flatMap((criterion) =>
    (FIELDS[criterion] ?? [])
      .map((field) => ({ field, place: headers.indexOf(mapping.columnOf(field) ?? mapping.columnOf(`${field}.display`) ?? '') }))
      .filter(({ place }) => place >= 0)
      .sort((a, b) => a.place - b.place)
      .map(({ field }): [IdentifierType, string] => [criterion as IdentifierType, field]),
  );
}

function identifiersOf(body: Json, key: string | undefined, rules: Rules, criteria: readonly [IdentifierType, string][], country: string): Identifier[] {
  const found = new Map<string, Identifier>();
  const add = (type: IdentifierType, value: string | undefined, sourceId: string = NO_SOURCE) => {
    if (value) found.set(`${type} ${value}`, { type, value, sourceId });
  };
  add('ExternalId', key && normalizeValue('ExternalId', key), rules.externalSourceId);
  for (const [type, field] of criteria) {
    const value = body[field] as string | { display?: string } | undefined;
    const text = typeof value === 'string' ? value : value?.display;
    if (text !== undefined) add(type, normalizeValue(type, text, country));
  }
  return [...found.values()];
}

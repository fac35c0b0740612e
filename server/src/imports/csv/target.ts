// What a column of a file may be written to: a path such as `$.workEmail`, held against the contract's own models, so that
// whatever a record can be written with can be imported. What the file says of the contact's organization is behind
// `$.externalOrganization.`: one row may be about a contact, an organization, or both.
import type { Contract, Schema } from '../../contract/load.ts';
import { limits } from '../../http/limits.ts';

export type RecordKind = 'contact' | 'organization';

export interface Target {
  record: RecordKind;
  /** Names and places in lists, within that record. */
  path: readonly (string | number)[];
  /** How a cell becomes a value. `custom` is up to the custom field's own schema. */
  type: 'text' | 'integer' | 'boolean' | 'list' | 'custom';
  /** The same text for all ways to write the target. */
  name: string;
}

/** The record's id in the external source of the import settings: how rows and records are told to be the same. */
export const KEY = 'externalId';

/** @returns the target; or a text that says what is wrong with the path */
export function readTarget(contract: Contract, text: string): Target | string {
  const [, company, key] = CUSTOM.exec(text) ?? [];
  if (key !== undefined) return target(company === undefined ? 'contact' : 'organization', ['customFields', key], 'custom');
  if (!PATH.test(text)) return 'must be a path such as $.workEmail, $.address.city or $.externalIds[0].value';
  const steps = [...text.matchAll(STEP)].map(([, name, place]) => name ?? Number(place));
  const organization = steps[0] === 'externalOrganization' && steps[1] !== 'id';
  return read(contract, organization ? 'organization' : 'contact', organization ? steps.slice(1) : steps);
}

const STEP = /\.(\w+)|\[(\d+)\]/g;
/** The name of a custom field is any text. */
const CUSTOM = new RegExp(`^\\$(\\.externalOrganization)?\\.customFields\\.(.{1,${limits.fieldNameCharactersMax}})$`, 'su');
const PATH = /^\$(\.\w{1,100}|\[\d{1,4}\]){1,8}$/;
const MODELS = { contact: 'ExternalContact', organization: 'ExternalOrganization' } as const;

function read(contract: Contract, record: RecordKind, steps: readonly (string | number)[]): Target | string {
  if (steps.length === 1 && steps[0] === KEY) return target(record, steps, 'text');
  let schema: Schema = contract.document.components.schemas[MODELS[record]] as Schema;
  for (const [depth, step] of steps.entries()) {
    const next = within(contract, schema, step);
    if (next === undefined || !isWritable(steps, depth)) return NONE;
    if (typeof next === 'string') return next;
    schema = next;
  }
  if (isPhone(schema)) return target(record, [...steps, 'display'], 'text');
  switch (schema.type) {
    case 'string':
      return target(record, steps, 'text');
    case 'integer':
    case 'boolean':
      return target(record, steps, schema.type);
    case 'array':
      return contract.resolve(schema.items ?? {}).type === 'string' ? target(record, steps, 'list') : GROUP;
    default:
      return GROUP;
  }
}

const NONE = 'must be a field of a contact or an external organization that can be written';
const GROUP = 'must be a single field, not a group of them';

/** @returns undefined where there is no such part, and a text where it is out of bounds */
function within(contract: Contract, schema: Schema, step: string | number): Schema | string | undefined {
  if (typeof step === 'number') {
    if (!schema.items) return undefined;
    const most = schema.maxItems ?? 0;
    return step < most ? contract.resolve(schema.items) : `must be one of ${most} places, counted from 0`;
  }
  const property = schema.properties && Object.hasOwn(schema.properties, step) ? contract.resolve(schema.properties[step] as Schema) : undefined;
  return property?.readOnly ? undefined : property;
}

/** The server makes ids, a job has its division, and of what a record refers to only the reference is the record's. */
function isWritable(steps: readonly (string | number)[], depth: number): boolean {
  if (depth === 0) return steps[0] !== 'id' && steps[0] !== 'division';
  const [outer, inner] = [steps[depth - 1], steps[depth]];
  if (outer === 'schema') return inner === 'id' || inner === 'version';
  return (outer !== 'externalSource' && outer !== 'externalOrganization') || inner === 'id';
}

const isPhone = ({ properties = {} }: Schema) => 'display' in properties && 'e164' in properties;

function target(record: RecordKind, path: readonly (string | number)[], type: Target['type']): Target {
  const steps = record === 'organization' ? ['externalOrganization', ...path] : path;
  return { record, path, type, name: nameOf(steps) };
}

/** firstName, externalIds[0].value: as faults of records name their fields, too. */
export function nameOf(path: readonly (string | number)[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .slice(1);
}

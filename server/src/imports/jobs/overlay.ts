// What a row makes of the record that it is about: its cells win, an empty cell changes nothing, and what comes of it is
// held against the contract like any other body.
import type { Contract, Schema } from '../../contract/load.ts';
import type { Validator } from '../../contract/validate.ts';
import { agrees, asSent, has, type Json } from '../../families/sent.ts';
import { enrich, shapeOf } from '../../identity/index.ts';
import type { RecordKind } from '../csv/mapping.ts';

/** What a stored record becomes; undefined where the row says nothing new of it, unless it is to be written `anyway`. */
export type Overlay = (stored: string, row: Json, anyway?: boolean) => Json | undefined;

const MODEL = { contact: 'ExternalContact', organization: 'ExternalOrganization' } as const;
/** Fields that are taken whole. */
const WHOLES = {
  contact: [
    'workPhone',
    'cellPhone',
    'homePhone',
    'otherPhone',
    'twitterId',
    'lineId',
    'whatsAppId',
    'facebookId',
    'instagramId',
    'externalOrganization',
    'schema',
  ],
  organization: ['phoneNumber', 'faxNumber', 'twitterId', 'schema'],
} as const;
/** A record has its ids in other systems besides; any other list is what the row says. */
const RULES = { defaultArrayAction: 'Replace', rules: [{ field: '$.externalIds', arrayAction: 'Extend' }] } as const;

/** @returns what throws a Refusal 422 where the record would have more than it can */
export function createOverlay(contract: Contract, validator: Validator, record: RecordKind): Overlay {
  const shape = shapeOf(contract, contract.document.components.schemas[MODEL[record]] as Schema, WHOLES[record]);
  return (stored, row, anyway = false) => {
    const old = asSent(JSON.parse(stored) as Json);
    if (!anyway && saysNothingNew(old, row)) return undefined;
    // What another schema's fields hold has no place under this one.
    const other = row.schema !== undefined && idOf(row.schema) !== idOf(old.schema);
    const { division: _, ...body } = enrich(other ? { ...old, customFields: undefined } : old, row, { ...RULES, rules: [...RULES.rules] }, shape);
    return validator.named(MODEL[record], body) as Json;
  };
}

const saysNothingNew = (old: Json, row: Json): boolean =>
  Object.entries(row).every(([name, value]) => {
    if (name !== 'externalIds') return isSame(old[name], value);
    return (value as unknown[]).every((item) => has((old.externalIds ?? []) as unknown[], item));
  });

/** Whether all that the row says is so. A list is all of its items. */
function isSame(old: unknown, said: unknown): boolean {
  if (Array.isArray(said)) return Array.isArray(old) && old.length === said.length && said.every((item, i) => isSame(old[i], item));
  if (typeof said !== 'object' || said === null) return agrees(old, said);
  return (
    typeof old === 'object' && old !== null && Object.entries(said).every(([name, value]) => Object.hasOwn(old, name) && isSame((old as Json)[name], value))
  );
}

const idOf = (schema: unknown): string | undefined => (schema as { id?: string } | undefined)?.id?.toLowerCase();

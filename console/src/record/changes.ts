// What the audit says was changed, as people speak of it: fields by the names that the console has for them, a number as
// one value, and nothing of what the server writes by itself.
import type { Schema } from '../api/schema.ts';
import { useText } from '../language/language.tsx';
import { EVERYWHERE, useNames } from '../list/choices.ts';
import { useCustomFields } from './custom-fields.ts';
import { useFieldName } from './field-name.ts';

type Entry = Schema['AuditEntry'];
export type Change = Entry['changes'][number];

/** A user who may not be named is still no program. */
export const whoOf = ({ user, client }: Entry): string => (user ? (user.name ?? user.id) : (client.name ?? client.id));

const OWN = /^(id|selfUri|version|createDate|modifyDate|dateCreated|dateModified)$/;
const PART = /^(\w+(?:Phone|Number))\.\w+$/;

/** `$.address.city` is `address.city`; a part of a number is the number. */
export const pathOf = (field: string): string => field.replace(/^\$\.?/, '').replace(PART, '$1');

/** Under their paths, each once: of a number the part that people typed, where that is among them. */
export function toldChanges(changes: readonly Change[]): Change[] {
  const told = new Map<string, Change>();
  for (const change of changes) {
    const field = pathOf(change.field);
    if (!OWN.test(field) && (!told.has(field) || change.field.endsWith('.display'))) told.set(field, { ...change, field });
  }
  return [...told.values()];
}

/** Names of fields by their paths, of whatever kind the record is. */
export function useChangeName(): (path: string) => string {
  const fieldName = useFieldName();
  const custom = [...useCustomFields('contact'), ...useCustomFields('organization')];
  return (path) => custom.find(({ name }) => path === `customFields.${name}`)?.title ?? fieldName(path.replace(/\.id$/, ''));
}

/** A number as it was typed, a record by its name; of what has several parts all of them. */
export function shownValue(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.map(shownValue).join(', ');
  const { display, name, selfUri: _, ...parts } = value as Record<string, unknown>;
  const called = display ?? name;
  return called === undefined ? Object.values(parts).map(shownValue).join(', ') : String(called);
}

/** Values by the path they are at: a division goes by its name. */
export function useShownValue(changes: readonly Change[]): (path: string, value: unknown) => string {
  const t = useText();
  const ids = toldChanges(changes).flatMap(({ field, before, after }) => (isDivision(field) ? [before, after] : []).filter(Boolean).map(shownValue));
  const divisionName = useDivisionName(ids);
  return (path, value) =>
    isDivision(path) ? divisionName(shownValue(value)) : value === true ? t('filter.yes') : value === false ? t('filter.no') : shownValue(value);
}

const isDivision = (path: string) => path === 'division' || path === 'division.id';

/** Of records: what is everywhere to a role is a record's that lies in none. */
export function useDivisionName(ids: readonly string[]): (id: string) => string {
  const t = useText();
  const name = useNames('division', ids);
  return (id) => (id === EVERYWHERE ? t('audit.unassigned') : name(id));
}

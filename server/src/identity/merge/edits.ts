// What was changed in the result of a merge since it was made, and what of it another contact can take over.
import { type Difference, differences } from '../../audits/index.ts';
import type { Contact } from './store.ts';

export interface Edit extends Difference {
  kept: boolean;
}

type Json = Record<string, unknown>;

/** What a write cannot change, or does not say anything of the person. */
const NOT_EDITED = new Set(['id', 'division', 'createDate', 'modifyDate', 'selfUri', 'canonicalContact', 'mergeSet', 'mergedFrom', 'mergedTo']);
/** What is edited part by part; other fields are values. */
const IN_PARTS = new Set(['address', 'customFields']);

/**
 * @param made the result as the merge made it
 * @param now the same as it is
 * @param on the body of the contact that takes the edits over, undefined where none does
 * @returns all edits, and that contact's body with those that it can take: custom fields of another schema than its own it
 *   cannot
 */
export function editsSince(made: Contact, now: Contact, on: Contact | undefined): { edits: Edit[]; body: Contact | undefined } {
  const body = on && (structuredClone(on) as Json);
  const takesCustom = body !== undefined && (on?.schema === undefined || now.schema === undefined || on.schema.id === now.schema.id);
  const edits: Edit[] = [];
  for (const name of new Set([...Object.keys(made), ...Object.keys(now)])) {
    if (NOT_EDITED.has(name)) continue;
    const [before, after] = [(made as Json)[name], (now as Json)[name]];
    const changed = differences(only(name, before), only(name, after));
    if (changed.length === 0) continue;
    const kept = body !== undefined && name !== 'type' && (takesCustom || (name !== 'schema' && name !== 'customFields'));
    if (IN_PARTS.has(name)) edits.push(...changed.map((difference) => ({ ...difference, kept })));
    else edits.push({ field: `$.${name}`, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }), kept });
    if (!kept) continue;
    if (IN_PARTS.has(name)) set(body, name, parts(body[name] as Json, before as Json, after as Json));
    else set(body, name, after);
  }
  // Custom fields need the schema that they are of, also where that has not changed.
  if (body?.customFields !== undefined && body.schema === undefined) set(body, 'schema', now.schema);
  return { edits, body: body as Contact | undefined };
}

function parts(own: Json = {}, before: Json = {}, after: Json = {}): Json | undefined {
  const merged = { ...own };
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
    if (differences(only(key, valueAt(before, key)), only(key, valueAt(after, key))).length > 0) set(merged, key, valueAt(after, key));
  return Object.keys(merged).length > 0 ? merged : undefined;
}

const only = (name: string, value: unknown): Json => (value === undefined ? {} : Object.fromEntries([[name, value]]));

const valueAt = (json: Json, key: string) => (Object.hasOwn(json, key) ? json[key] : undefined);

function set(json: Json, key: string, value: unknown): void {
  if (value === undefined) delete json[key];
  else Object.defineProperty(json, key, { value, enumerable: true, configurable: true, writable: true });
}

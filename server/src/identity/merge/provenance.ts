// Where the values of a contact came from: through all merges back to the contacts that brought them, or to where they were
// laid down or written since.
import { contactBodies, viewOf } from '../../contacts/index.ts';
import type { Door } from '../../db/database.ts';
import { refuse } from '../../http/errors.ts';
import { type Divisions, divisionArray, type Principal } from '../../http/principal.ts';
import { agreesWith, slotsLike } from './combine.ts';
import type { Contact } from './store.ts';
import { type Node, treeOf } from './tree.ts';

interface Value {
  field: string;
  value: unknown;
  origin: 'contact' | 'override' | 'edit';
  contacts: { id: string; selfUri: string }[];
}

/** @returns the contact and its values, as JSON. @throws Refusal 404 */
export async function provenance(call: { principal: Principal; door: Door; divisions: Divisions }, id: string): Promise<string> {
  const [found] = await contactBodies(call.door, viewOf(call.principal, divisionArray(call.divisions)), [id]);
  if (!found) throw refuse('not.found');
  const body = JSON.parse(found.body) as Contact;
  const tree = body.canonicalContact ? await treeOf(call.door, call.principal.orgId, body.id as string) : [];
  const nodes = new Map(tree.map((node) => [node.id, node]));
  const whole = nodes.get(body.id as string)?.body ?? body;
  const values = Object.entries(whole).flatMap(([field, value]): Value[] => (OWN.has(field) ? [] : [valueIn(nodes, whole.id as string, field, value)]));
  return JSON.stringify({ contact: referenceTo(body.id as string), values });
}

/** What says nothing of the person, but of the record. */
const OWN = new Set(['id', 'type', 'division', 'createDate', 'modifyDate', 'selfUri', 'canonicalContact', 'mergeSet', 'mergedFrom', 'mergedTo']);

function valueIn(nodes: Map<string, Node>, id: string, field: string, value: unknown): Value {
  const givers = giversOf(nodes, id, field, value);
  const origin = givers.find((giver) => giver.origin !== 'contact')?.origin ?? 'contact';
  return { field, value, origin, contacts: [...new Set(givers.map((giver) => giver.id))].map(referenceTo) };
}

interface Giver {
  id: string;
  origin: Value['origin'];
}

/** Who gave the value that the contact has in the field. */
function giversOf(nodes: Map<string, Node>, id: string, field: string, value: unknown): Giver[] {
  const merge = nodes.get(id)?.merge;
  if (!merge) return [{ id, origin: 'contact' }];
  if (!agreesWith((merge.body as Record<string, unknown>)[field], value)) return [{ id, origin: 'edit' }];
  return (merge.sources[field] ?? []).flatMap((source): Giver[] => {
    if (source === 'override') return [{ id, origin: 'override' }];
    const body = (nodes.get(source)?.body ?? {}) as Record<string, unknown>;
    // A number or an address may have stood in another field there.
    const slot = [field, ...slotsLike(field)].find((name) => agreesWith(body[name], value)) ?? field;
    return giversOf(nodes, source, slot, body[slot]);
  });
}

const referenceTo = (id: string) => ({ id, selfUri: `/api/v2/externalcontacts/contacts/${id}` });

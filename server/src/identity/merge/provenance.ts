// Where the values of a contact came from: through all merges back to the contacts that brought them, or to where they were
// laid down or written since.
import { contactBodies, viewOf } from '../../contacts/index.ts';
import type { Door } from '../../db/database.ts';
import { refuse } from '../../http/errors.ts';
import { type Divisions, divisionArray, type Principal } from '../../http/principal.ts';
import { agreesWith, placeOf, valuesOf } from './combine.ts';
import type { Contact } from './store.ts';
import { type Node, treeOf } from './tree.ts';

interface Value {
  field: string;
  value: unknown;
  origin: 'contact' | 'override' | 'edit';
  contacts: { id: string; selfUri: string }[];
}

interface Giver {
  id: string;
  origin: Value['origin'];
}

/** @returns the contact and its values, as JSON. @throws Refusal 404 */
export async function provenance(call: { principal: Principal; door: Door; divisions: Divisions }, id: string): Promise<string> {
  const [found] = await contactBodies(call.door, viewOf(call.principal, divisionArray(call.divisions)), [id]);
  if (!found) throw refuse('not.found');
  const body = JSON.parse(found.body) as Contact;
  const tree = body.canonicalContact ? await treeOf(call.door, call.principal.orgId, body.id as string) : [];
  const nodes = new Map(tree.map((node) => [node.id, node]));
  const whole = nodes.get(body.id as string)?.body ?? body;
  const values = valuesOf(whole)
    .filter(([field]) => !OWN.has(field))
    .map(([field, value]): Value => {
      const { id: giver, origin } = giverOf(nodes, whole.id as string, field, value);
      return { field, value, origin, contacts: [referenceTo(giver)] };
    });
  return JSON.stringify({ contact: referenceTo(body.id as string), values });
}

/** What says nothing of the person, but of the record. */
const OWN = new Set(['id', 'type', 'division', 'createDate', 'modifyDate', 'selfUri', 'canonicalContact', 'mergeSet', 'mergedFrom', 'mergedTo']);

/** Who gave the value that the contact has there, back through all merges. */
function giverOf(nodes: Map<string, Node>, id: string, name: string, value: unknown): Giver {
  const merge = nodes.get(id)?.merge;
  if (!merge) return { id, origin: 'contact' };
  const made = placeIn(merge.body, name, value);
  if (made === undefined) return { id, origin: 'edit' };
  const source = merge.sources[made];
  if (source === undefined || source === 'override') return { id, origin: 'override' };
  return giverOf(nodes, source, placeIn(nodes.get(source)?.body ?? {}, made, value) ?? made, value);
}

/** Where the contact has the value: a number, an address or an item of a list may have stood in another place. */
function placeIn(contact: Contact, name: string, value: unknown): string | undefined {
  const places = valuesOf(contact).filter(([other, held]) => placeOf(other) === placeOf(name) && agreesWith(held, value));
  return (places.find(([other]) => other === name) ?? places[0])?.[0];
}

const referenceTo = (id: string) => ({ id, selfUri: `/api/v2/externalcontacts/contacts/${id}` });

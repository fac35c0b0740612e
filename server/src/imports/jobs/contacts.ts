// Writes the contacts of a chunk. A row is about the contacts that have the claims to its external id and to the values of
// the matching criteria, in this order: none of them, and it makes a new one; several, and they become one where the
// settings say so; else the first is updated.
import { contactBodies, expire, expiredAmong, promoteStep } from '../../contacts/index.ts';
import type { Json } from '../../families/sent.ts';
import type { Wire } from '../../families/wire.ts';
import type { Dependents, Draft, DraftedWrites, Outcome, Replacement, Writing, Written } from '../../families/writes.ts';
import { Refusal } from '../../http/errors.ts';
import { firstInLine } from '../../identifiers/index.ts';
import { mergeContacts } from '../../identity/index.ts';
import { breathing } from './breathing.ts';
import { type Chunk, type Done, isOvertaken, note, refuseRow } from './outcome.ts';
import type { Overlay } from './overlay.ts';
import type { Prepared, Said } from './prepare.ts';
import { wavesOf } from './waves.ts';

type Contact = Wire['ExternalContact'];

/** A row that is about a contact, with the contacts that it leads to. */
export interface Item {
  prepared: Prepared;
  said: Said<Contact>;
  found: string[];
  keys: string[];
}

export interface ContactTools {
  writes: DraftedWrites<Contact>;
  overlay: Overlay;
  dependents: readonly Dependents[];
}

/** Makes ready what is written of the rows where they make new contacts, which is most of what is to be done without the database. */
export async function draftAll(call: Omit<Writing, 'author'>, { writes }: ContactTools, divisionId: string, rows: readonly Prepared[]): Promise<void> {
  const bodies = rows.flatMap((row) => (row.contact && row.reasons.length === 0 ? [{ row, body: { ...row.contact.body, division: { id: divisionId } } }] : []));
  const draft = await writes.drafter(
    call,
    bodies.map(({ body }) => body),
  );
  await breathing(bodies, ({ row, body }) => {
    row.draft = draft(body);
  });
}

/** What the row looks contacts up by. */
export const valuesOf = ({ contact }: Prepared): string[] => contact?.identifiers.map(({ type, value }) => `${type} ${value}`) ?? [];

/** Who the rows lead to now. */
export async function findContacts({ call, divisionId }: Chunk, rows: readonly Prepared[]): Promise<Item[]> {
  const about = rows.filter((row): row is Prepared & { contact: Said<Contact> } => row.contact !== undefined);
  const owners = await firstInLine(
    call.door,
    call.principal.orgId,
    'contact',
    divisionId,
    about.flatMap(({ contact }) => contact.identifiers),
  );
  let at = 0;
  return about.map((prepared) => {
    const { identifiers } = prepared.contact;
    const found = [...new Set(owners.slice(at, at + identifiers.length).filter((owner) => owner !== undefined))];
    at += identifiers.length;
    return { prepared, said: prepared.contact, found, keys: [...valuesOf(prepared), ...found] };
  });
}

/** @param items of one turn, in the file's order, with whom they led to when it began */
export async function writeContacts(chunk: Chunk, items: readonly Item[], tools: ContactTools): Promise<void> {
  let open = [...items];
  for (let tries = 1; open.length > 0; tries += 1) {
    // Of rows that lead to the same contact by now, though by other values, the first goes first.
    const [turn = []] = wavesOf(
      open.map((item) => ({ item, keys: item.found })),
      1 + open.length,
    ).waves;
    const now = new Set(turn.map(({ item }) => item));
    const again = await attempt(chunk, [...now], tools, tries <= items.length + TRIES);
    const left = open.filter((item) => !now.has(item) || again.has(item)).map(({ prepared }) => prepared);
    open = left.length > 0 ? await findContacts(chunk, left) : [];
  }
}

/** How often a row is tried again that somebody else is faster with. */
const TRIES = 5;

/** @returns those that somebody else was faster with, where these may be tried again */
async function attempt(chunk: Chunk, items: readonly Item[], tools: ContactTools, mayTry: boolean): Promise<Set<Item>> {
  const { call } = chunk;
  const again = new Set<Item>();
  const stored = await storedOf(chunk, items, tools);
  if (mayTry) for (const item of items) if (item.found.some((id) => !stored.has(id))) again.add(item);
  const made: Item[] = [];
  const changed: { item: Item; replacement: Replacement<Contact> }[] = [];
  const merges: { item: Item; body: Contact }[] = [];
  for (const item of items) {
    if (again.has(item)) continue;
    const first = stored.get(item.found[0] ?? '');
    if (!first) made.push(item);
    else if (chunk.mergeContacts && item.found.length > 1) merges.push({ item, body: bodyOf(chunk, item) });
    else {
      const replacement = await replacementOf(chunk, item, bodyOf(chunk, item), first, tools);
      if (replacement) changed.push({ item, replacement });
    }
  }
  const settle = (item: Item, outcome: Outcome | undefined, done: Done) => {
    if (outcome === undefined) throw new Error('a contact had no outcome');
    if (!(outcome instanceof Refusal)) note(chunk, item.prepared, done);
    else if (mayTry && isOvertaken(outcome)) again.add(item);
    else refuseRow(chunk, item.prepared, 'contact', outcome);
  };
  const created = await tools.writes.insert(call, await draftsOf(chunk, made, tools));
  for (const [i, item] of made.entries()) settle(item, created[i], 'created');
  const updated = await tools.writes.update(
    call,
    changed.map(({ replacement }) => replacement),
  );
  for (const [i, { item }] of changed.entries()) settle(item, updated[i], 'updated');
  for (const { item, body } of merges) settle(item, await mergeContacts(call, item.found, body), 'merged');
  return again;
}

/** As they were drafted while other rows were written; those whose organization was not known then, anew under their ids, which have the file's order. */
async function draftsOf(chunk: Chunk, items: readonly Item[], { writes }: ContactTools): Promise<(Draft | Refusal)[]> {
  const bodies = new Map(items.filter(({ prepared }) => !prepared.draft || chunk.organizations.has(prepared)).map((item) => [item, newBodyOf(chunk, item)]));
  const draft = await writes.drafter(chunk.call, [...bodies.values()]);
  return items.map((item) => {
    const { draft: before } = item.prepared;
    const body = bodies.get(item);
    return body ? draft(body, before instanceof Refusal ? undefined : before?.id) : (before as Draft | Refusal);
  });
}

const newBodyOf = (chunk: Chunk, item: Item): Contact => ({ ...bodyOf(chunk, item), division: { id: chunk.divisionId } });

/** What the row says, and the organization that it names besides. */
function bodyOf(chunk: Chunk, { prepared, said }: Item): Contact {
  const organization = chunk.organizations.get(prepared);
  return organization === undefined ? said.body : { ...said.body, externalOrganization: { id: organization } };
}

/** The contacts that rows lead to. Those that have had their time go at once; whom the rows lead to is then another question. */
async function storedOf({ call }: Chunk, items: readonly Item[], { dependents }: ContactTools): Promise<Map<string, Written>> {
  const { orgId } = call.principal;
  const ids = [...new Set(items.flatMap(({ found }) => found))];
  if (ids.length === 0) return new Map();
  const view = { orgId, expand: [], divisions: null, organizationDivisions: [] };
  const stored = new Map((await contactBodies(call.door, view, ids)).map((one) => [one.id, one]));
  const missing = ids.filter((id) => !stored.has(id));
  const expired = await expiredAmong(call.door, orgId, missing);
  if (expired.length > 0) await expire(call.door, call.author, expired, dependents);
  return stored;
}

/** @returns undefined where nothing is to be written: the row says nothing new, or cannot be written */
async function replacementOf(chunk: Chunk, item: Item, body: Contact, stored: Written, { overlay }: ContactTools): Promise<Replacement<Contact> | undefined> {
  const { type } = JSON.parse(stored.body) as Contact;
  try {
    const combined = overlay(stored.body, body as Json, type !== 'Curated');
    if (!combined) {
      note(chunk, item.prepared, 'unchanged');
      return undefined;
    }
    if (type !== 'Curated') await promote(chunk.call, stored.id);
    return { id: stored.id, version: stored.version, body: combined as Contact };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    refuseRow(chunk, item.prepared, 'contact', error);
    return undefined;
  }
}

const promote = ({ door, principal }: Writing, id: string) => door.flight([promoteStep(principal.orgId, id)]);

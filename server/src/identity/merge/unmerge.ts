// Undoing a merge. The inputs come back as they were, with their places in every line; they are only newer, so that whoever
// follows changes sees them come back. What came after the merge is told, and kept where the caller says.
import { type ContactRow, contactReader, contactRecords } from '../../contacts/index.ts';
import { type Fault, invalidFields } from '../../contract/validate.ts';
import { mergedAway, requireRecord } from '../../families/guarded.ts';
import { asSent, type Json } from '../../families/sent.ts';
import type { Writing } from '../../families/writes.ts';
import { refuse } from '../../http/errors.ts';
import { type Edit, editsSince } from './edits.ts';
import { type Hold, untilWritten } from './hold.ts';
import type { Contact } from './store.ts';
import { type Node, treeOf } from './tree.ts';
import { holdLinesToReturnStep, unmergeSteps } from './unmerge-store.ts';

export interface Wishes {
  /** The input that keeps what was edited since; undefined drops it. */
  keepEditsOn?: string;
  /** The input that gets the notes written since; the one modified last where nothing is said. */
  notesTo?: string;
}

/**
 * Undoes the merge that made the contact.
 * @returns the inputs' bodies, the edits made since and how many notes were written since, as JSON
 * @throws Refusal 404, 403; 409 for what no merge made, or what was merged on; 412; 422 for wishes that name no input
 */
export function unmerge(call: Writing & { expectedVersion: number | undefined }, id: string, wishes: Wishes): Promise<string> {
  return untilWritten(call, async (inner, hold) => {
    const { tree, head, merge } = await treeToUndo(inner, id, hold);
    if (call.expectedVersion !== undefined && call.expectedVersion !== head.version)
      throw refuse('version.mismatch', { params: { stored: head.version, wanted: call.expectedVersion } });
    const inputs = tree.filter((node) => node.merged_to === id);
    const keeper = inputNamed('keepEditsOn', wishes.keepEditsOn, inputs);
    const notesTo = inputNamed('notesTo', wishes.notesTo, inputs) ?? (inputs[0] as Node);
    const { edits, body } = editsSince(merge.body, head.body, keeper?.body);
    const edited = keeper && body && edits.some(({ kept }) => kept) ? await rowOf(inner, keeper.id, body) : undefined;
    return write(inner, { tree, head, inputs, keeper, notesTo, edited }, edits);
  });
}

/** @throws Refusal 404, 403, 409 */
async function treeToUndo(call: Writing, id: string, hold: Hold | undefined): Promise<{ tree: Node[]; head: Node; merge: NonNullable<Node['merge']> }> {
  await requireCanonical(call, id);
  if (hold) {
    await call.door.flight([holdLinesToReturnStep(call.principal.orgId, id)]);
    await hold([id]);
  }
  const tree = await treeOf(call.door, call.principal.orgId, id);
  const head = tree.find((node) => node.id === id);
  if (head?.merge) return { tree, head, merge: head.merge };
  // Unless it has gone, or was merged on, since it was looked for.
  await requireCanonical(call, id);
  throw refuse('nothing.to.unmerge');
}

/** @throws Refusal 404, 403; 409 for what was merged on */
async function requireCanonical(call: Writing, id: string): Promise<void> {
  const { merged_into: canonical } = await requireRecord(call, RECORDS, id);
  if (canonical) throw mergedAway(canonical);
}

const RECORDS = { ...contactRecords, edit: 'externalContacts:identity:merge' };

function inputNamed(field: string, id: string | undefined, inputs: Node[]): Node | undefined {
  const named = inputs.find((input) => input.id === id?.toLowerCase());
  if (id === undefined || named) return named;
  const fault: Fault = { field, code: 'not.found', rule: `must be one of the contacts that were merged: ${inputs.map((input) => input.id).join(', ')}.` };
  throw invalidFields([fault]);
}

/** The input with its edits. Custom fields may stay, whatever has become of their schema. */
async function rowOf(call: Writing, id: string, body: Contact): Promise<ContactRow> {
  const held = { schemaId: body.schema?.id ?? null, customFields: body.customFields ?? null };
  const sent = asSent(body as Json) as Contact;
  const read = await contactReader(call, [sent], [held]);
  return read(id, null, sent);
}

/** What an unmerge was decided to be. */
export interface Unmerge {
  tree: Node[];
  head: Node;
  /** The one that was modified last at first. */
  inputs: Node[];
  keeper: Node | undefined;
  notesTo: Node;
  /** The keeper with its edits. */
  edited: ContactRow | undefined;
}

async function write(call: Writing, decided: Unmerge, edits: Edit[]): Promise<string> {
  const { steps, at } = unmergeSteps(call.author, decided);
  const rows = await call.door.flight(steps);
  const claims = (rows[at.claims] ?? []).map(({ body }) => ({ field: '$.identifiers', after: body, kept: decided.keeper !== undefined }));
  const contacts = (rows.at(-1) ?? []).map(({ body }) => body).join(',');
  return `{"contacts":[${contacts}],"edits":${JSON.stringify([...edits, ...claims])},"notes":${rows[at.notes]?.length ?? 0}}`;
}

// Reads what a bulk job is asked to do. What is wrong with it by itself is told at once, and not of each record.
import { type Fault, invalidFields } from '../contract/validate.ts';
import { applyChanges } from '../families/patch.ts';
import { requireDivision } from '../families/references.ts';
import { trial } from '../families/trial.ts';
import { divisionId, type Wire } from '../families/wire.ts';
import type { Writing } from '../families/writes.ts';
import { Refusal, refuse } from '../http/errors.ts';
import { divisionArray, includesDivision, UNASSIGNED } from '../http/principal.ts';
import { knownContacts, wantsSecondPerson } from '../subjects/index.ts';
import { ONE_BY_ONE, type Wish } from './job.ts';
import { type BulkRecords, searched } from './records.ts';
import { editsOf, type WriteDeps } from './write.ts';

type Request = Wire['LiaisonBulkJobRequest'];
type Asking = Writing & { body: Request };

/** @throws Refusal 422 or as the single operation's, 409 where records may not change their division */
export async function readWish(deps: WriteDeps, call: Asking): Promise<Wish> {
  const { act, changes, toDivision, reason } = call.body;
  const taken: Record<string, boolean> = { changes: act === 'edit', toDivision: act === 'move', reason: act === 'erase' };
  const faults = Object.entries({ changes, toDivision, reason }).flatMap(([name, value]): Fault[] => {
    if (value !== undefined && !taken[name]) return [{ field: name, code: 'act', rule: `is not taken by ${act}.` }];
    return value === undefined && taken[name] && name !== 'reason' ? [{ field: name, code: 'required', rule: `is required by ${act}.` }] : [];
  });
  if (faults.length > 0) throw invalidFields(faults);
  if (act === 'erase' && (await wantsSecondPerson(call.door, call.principal.orgId))) throw refuse('conflict', { params: { reason: ONE_BY_ONE } });
  if (act === 'move') return { toDivision: await readDivision(deps, call) };
  if (act === 'edit') await tryChanges(deps, call);
  return { ...(changes ? { changes } : {}), ...(reason ? { reason } : {}) };
}

/** As on the wire. */
async function readDivision(deps: WriteDeps, call: Asking): Promise<string> {
  if (!call.principal.divisionMoves) throw refuse('conflict', { params: { reason: 'The organization does not let records change their division.' } });
  const to = requireDivision(call.body.toDivision, divisionId(call.body.toDivision), call.divisions, deps.records.contact.records.edit);
  const division = { id: to === UNASSIGNED ? '*' : to };
  await tryWriting(deps.records.contact, call, { division });
  return division.id;
}

/** Makes the changes to a record that has nothing else: what is refused of it would be refused of every one. */
async function tryChanges({ contract, validator, records }: WriteDeps, call: Asking): Promise<void> {
  const kind = records[call.body.kind];
  const edits = editsOf(contract, kind, call.body.changes);
  // Custom fields are held against a schema, which records may have and this one has only if it is among the changes.
  const counting = edits.some(({ path: [name] }) => name === 'schema') ? edits : edits.filter(({ path: [name] }) => name !== 'customFields');
  const body = validator.named(kind.model, applyChanges(kind.least, counting)) as object;
  await tryWriting(kind, call, body).catch((error: unknown) => {
    const details = (error instanceof Refusal && error.facts.details) || [];
    if (details.length === 0 || !details.every(({ fieldName }) => fieldName?.startsWith('customFields'))) throw error;
  });
}

async function tryWriting(kind: BulkRecords, call: Asking, body: object): Promise<void> {
  const [outcome] = await trial(call.door, (door) => kind.writes.create({ ...call, door }, [{ ...kind.least, ...body }]));
  if (outcome instanceof Refusal) throw outcome;
}

/**
 * The records that are named, of those that are there for the caller; what is to be erased is there as long as anything is
 * known of it. Of what leads to nothing no id is kept.
 * @throws Refusal 404 where all of them lead to nothing
 */
export async function readIds(kind: BulkRecords, { door, principal, divisions, body }: Asking): Promise<{ ids: string[]; notFound: number }> {
  const ids = [...new Set(body.ids?.map((id) => id.toLowerCase()))];
  const visible = kind.records.visible(principal);
  const there = (await kind.records.stored(door, principal.orgId, ids)).filter(
    ({ division_id: division }) => includesDivision(divisions, division) || includesDivision(visible, division),
  );
  const gone = body.act === 'erase' ? await knownContacts(door, principal.orgId, ids, divisionArray(divisions)) : [];
  const known = new Set([...there, ...gone].map(({ id }) => id));
  if (known.size === 0) throw refuse('not.found');
  return { ids: ids.filter((id) => known.has(id)), notFound: ids.length - known.size };
}

/** @throws Refusal 422 naming what cannot be read */
export async function trySearch(kind: BulkRecords, call: Asking, search: Wire['LiaisonBulkJobSearch']): Promise<void> {
  await kind.find(call.door, call.principal, searched(kind, call, search), search, null);
}

// Does a bulk job's act to a chunk of its records, by the same set-shaped writes as every operation. Each record is read as
// it is now and written only if it is still that.
import { isDeepStrictEqual } from 'node:util';
import type { Contract, Schema } from '../contract/load.ts';
import type { Validator } from '../contract/validate.ts';
import { applyChanges, type Edit, faultOfPath, readChanges } from '../families/patch.ts';
import { asSent, type Json } from '../families/sent.ts';
import { divisionId } from '../families/wire.ts';
import { type Outcome, orRefusal, type Removal, type Replacement, type Writing } from '../families/writes.ts';
import { Refusal, refuse } from '../http/errors.ts';
import { divisionArray, reach } from '../http/principal.ts';
import { type Job, PERMISSIONS, type Wish } from './job.ts';
import type { BulkRecords, RecordsOf } from './records.ts';

/** What came of a record; where it could not be done, why, and in which division it lies. */
export type RecordOutcome = 'done' | 'unchanged' | { reason: string; divisionId: string | null };

export interface WriteDeps {
  contract: Contract;
  validator: Validator;
  records: RecordsOf;
}

/** A record as it is now. */
export interface Current {
  /** Of what was merged away, the canonical contact's. */
  id: string;
  version: number | undefined;
  body: Json;
}

/** @returns the outcomes in the order of the ids */
export async function writeRecords(deps: WriteDeps, call: Writing, job: Job, ids: readonly string[]): Promise<RecordOutcome[]> {
  const kind = deps.records[job.kind];
  const outcomes = new Map<string, RecordOutcome>();
  // Somebody else may be in between, and then what is asked for is done to what the record has become.
  for (let tries = 1; outcomes.size < new Set(ids).size; tries += 1) {
    const open = ids.filter((id) => !outcomes.has(id));
    const now = await currentRecords(kind, call, job, open);
    const written = await (job.act === 'delete' ? remove : change)(deps, call, job, open, now);
    for (const [i, id] of open.entries()) {
      const outcome = written[i] as Outcome | 'unchanged';
      if (outcome instanceof Refusal && outcome.code === 'version.mismatch' && tries < TRIES) continue;
      outcomes.set(id, outcomeOf(outcome, now.get(id)));
    }
  }
  return ids.map((id) => outcomes.get(id) as RecordOutcome);
}

const TRIES = 3;

/** What is told of a record that was not done. */
export const outcomeOf = (outcome: Outcome | 'unchanged', now: Current | undefined): RecordOutcome =>
  outcome === 'unchanged' ? outcome : outcome instanceof Refusal ? { reason: outcome.message, divisionId: divisionOf(now) } : 'done';

const divisionOf = (now: Current | undefined): string | null => (now && divisionId(now.body.division as { id?: string } | undefined)) ?? null;

/** Those that whoever acts may do this to or view, by the ids asked for. */
export async function currentRecords(kind: BulkRecords, { door, principal }: Writing, job: Job, ids: readonly string[]): Promise<Map<string, Current>> {
  const open = reach(principal, ...PERMISSIONS[job.kind][job.act]);
  const visible = kind.records.visible(principal);
  const divisions = open === 'all' || visible === 'all' ? 'all' : new Set([...open, ...visible]);
  const found = await kind.bodies(door, principal, divisionArray(divisions), [...ids]);
  return new Map(
    found.map(({ id, version, body }) => {
      const read = JSON.parse(body) as Json;
      return [id, { id: read.id as string, version, body: read }];
    }),
  );
}

/** Why a record is left out; undefined where it is not. Of what was changed since it was looked for nobody knows whether it matches. */
export function whyLeftOut({ search, createdAt }: Job, now: Current | undefined): Refusal | undefined {
  if (!now) return refuse('not.found');
  if (search !== null && (now.body.modifyDate as string) > createdAt)
    return refuse('conflict', { params: { reason: 'It was changed since the job was made.' } });
  return undefined;
}

type Write = (deps: WriteDeps, call: Writing, job: Job, ids: readonly string[], now: Map<string, Current>) => Promise<(Outcome | 'unchanged')[]>;

const remove: Write = ({ records }, call, job, ids, now) =>
  records[job.kind].writes.remove(
    call,
    ids.map((id): Removal | Refusal => {
      const record = now.get(id);
      // One that was merged away is refused as by the single operation, and its canonical contact left alone.
      return whyLeftOut(job, record) ?? (record?.id === id ? { id, version: record.version } : { id });
    }),
  );

const change: Write = async ({ contract, validator, records }, call, job, ids, now) => {
  const kind = records[job.kind];
  const next = nextOf(contract, kind, job.wish);
  const seen = new Set<string>();
  const items = ids.map((id): Replacement<Json> | Refusal | 'unchanged' => {
    const record = now.get(id);
    const refusal = whyLeftOut(job, record);
    if (refusal || !record) return refusal ?? refuse('not.found');
    const sent = asSent(record.body);
    const changed = next(sent);
    // Ids that lead to the same contact are one.
    if (seen.has(record.id) || isDeepStrictEqual(changed, sent)) return 'unchanged';
    seen.add(record.id);
    return orRefusal(() => ({ id: record.id, version: record.version, body: validator.named(kind.model, changed) as Json }));
  });
  const written = await kind.writes.update(
    call,
    items.filter((item) => item !== 'unchanged'),
  );
  let at = 0;
  return items.map((item) => (item === 'unchanged' ? item : (written[at++] as Outcome)));
};

/** @returns what makes of a record, as a caller would have sent it, what it is to become */
function nextOf(contract: Contract, kind: BulkRecords, { changes, toDivision }: Wish): (record: Json) => Json {
  if (toDivision !== undefined)
    return (record) => ((record.division as { id: string } | undefined)?.id === toDivision ? record : { ...record, division: { id: toDivision } });
  const edits = editsOf(contract, kind, changes);
  return (record) => applyChanges(record, edits);
}

/** @throws Refusal naming each change that cannot be read */
export const editsOf = (contract: Contract, { model }: BulkRecords, changes: Wish['changes'] = []): Edit[] =>
  readChanges(changes, (path) => faultOfPath(contract, contract.document.components.schemas[model] as Schema, path));

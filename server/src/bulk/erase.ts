// Has the people of a bulk job erased, so many at once: each portion is an erasure like any other, which the job waits for
// before it hands over the next. So all that was erased stands in one place, and what comes behind can still be spared.
import { newId } from '../families/id.ts';
import type { Writing } from '../families/writes.ts';
import { limits } from '../http/limits.ts';
import { divisionArray } from '../http/principal.ts';
import { Unworkable } from '../jobs/index.ts';
import { erasureOutcomes, insertErasureSteps, knownContacts, wantsSecondPerson } from '../subjects/index.ts';
import { type Job, ONE_BY_ONE } from './job.ts';
import type { BulkRecords } from './records.ts';
import { nextIds, waitStep } from './store.ts';
import { currentRecords, outcomeOf, type RecordOutcome, whyLeftOut } from './write.ts';

/** @returns what came of the next portion; undefined where it is being erased, or has just been handed over */
export async function eraseRecords(kind: BulkRecords, call: Writing, job: Job): Promise<{ ids: string[]; outcomes: RecordOutcome[] } | undefined> {
  const { door, author } = call;
  const ids = await nextIds(door, job, limits.bulkErasedAtOnce);
  const erased = job.erasureId === null ? undefined : await erasureOutcomes(door, job.orgId, job.erasureId);
  if (job.erasureId !== null && !erased) return undefined;
  const now = erased ? new Map() : await currentRecords(kind, call, job, ids);
  // Of those that were named also who was deleted, and stands in what is told of the changes.
  const named = erased || job.search !== null ? [] : await knownContacts(door, job.orgId, ids, divisionArray(call.divisions));
  const known = new Set(named.map(({ id }) => id));
  const left = ids.map((id) => (erased || known.has(id) ? undefined : whyLeftOut(job, now.get(id))));
  const subjects = ids.flatMap((contactId, place) => (left[place] ? [] : [{ list: 'contactIds' as const, place, contactId }]));
  if (!erased && subjects.length > 0) {
    if (await wantsSecondPerson(door, job.orgId)) throw new Unworkable(ONE_BY_ONE);
    const id = newId();
    const erasure = { id, reason: job.wish.reason, divisions: divisionArray(call.divisions), subjects };
    await door.flight([...insertErasureSteps(author, erasure), waitStep(job, id)]);
    return undefined;
  }
  const outcomes = ids.map((id, place): RecordOutcome => {
    const status = erased?.get(place);
    if (status === 'erased') return 'done';
    if (status === 'waiting') return { reason: REASONS.unwanted, divisionId: null };
    if (status === 'failed') return { reason: REASONS.failed, divisionId: null };
    const refusal = left[place];
    return refusal ? outcomeOf(refusal, now.get(id)) : { reason: REASONS.left, divisionId: null };
  });
  return { ids, outcomes };
}

const REASONS = {
  failed: "It could not be erased; the server's log has the cause.",
  unwanted: 'No second person approved of the erasure.',
  left: 'It was not there any more, or was changed since the job was made.',
};

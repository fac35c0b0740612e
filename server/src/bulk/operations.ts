// The operations on bulk jobs. A job is made, commanded and looked at here; task.ts does its work.
import { Readable } from 'node:stream';
import type { Call, Handlers } from '../contract/bind.ts';
import { invalidFields } from '../contract/validate.ts';
import type { Door } from '../db/database.ts';
import { csvLine } from '../families/csv.ts';
import { readCursor } from '../families/cursor.ts';
import { cursorPage } from '../families/cursor-page.ts';
import { bodyOf, guarded, isObjection, TRIES } from '../families/guarded.ts';
import { newId } from '../families/id.ts';
import { requireRemembered } from '../history/index.ts';
import { refuse } from '../http/errors.ts';
import { limits } from '../http/limits.ts';
import { divisionArray, permit, reach } from '../http/principal.ts';
import { requireScope } from '../http/scopes.ts';
import { readIds, readWish, trySearch } from './asked.ts';
import { commanded, type Job, PERMISSIONS, type Report, viewerOf, whyNotUndone } from './job.ts';
import { beginUndoSteps, findJob, insertSteps, jobText, listJobs, listRefusals, moveSteps } from './store.ts';
import type { WriteDeps } from './write.ts';

export const bulkJobHandlers = (deps: WriteDeps): Handlers => ({
  postLiaisonBulkJobs: async (call) => {
    const { kind, act, ids, everything = false, countFirst = false } = call.body;
    const search = everything ? {} : call.body.search;
    if ([ids, call.body.search, everything || undefined].filter((one) => one !== undefined).length !== 1)
      throw invalidFields([{ field: 'ids', code: 'required', rule: 'or search or everything is needed, and one of them only.' }]);
    const of = [...PERMISSIONS[kind][act]];
    if (of.length === 0) throw invalidFields([{ field: 'act', code: 'act', rule: `${act} is nothing that is done to records of this kind.` }]);
    const asking = { ...call, divisions: permit(call.principal, { mode: 'ANY', of }) };
    if (act === 'erase') requireScope(call.principal, ERASING);
    const wish = await readWish(deps, asking);
    if (search) await trySearch(deps.records[kind], asking, search);
    const named = ids ? await readIds(deps.records[kind], asking) : { ids: [], notFound: 0 };
    const job = { id: newId(), kind, act, wish, search: search ?? null, countFirst, ...named };
    const full = refuse('conflict', { params: { reason: `At most ${limits.bulkJobsRunningMax} bulk jobs of an organization may be under way.` } });
    return { status: 202, body: bodyOf(await guarded(call.door, insertSteps(call.author, job), async () => full)) };
  },

  getLiaisonBulkJobs: async ({ door, principal, query, url }) => {
    const { cursor, limit = DEFAULT_LIMIT } = query;
    const before = cursor ? readCursor(principal, LISTING, cursor) : null;
    const rows = await listJobs(door, viewerOf(principal), before, limit + 1);
    return cursorPage({ principal, url }, LISTING, rows, limit, { bodyOf: ({ body }) => body, placeOf: ({ id }) => id });
  },

  getLiaisonBulkJob: (call) => show(call),

  postLiaisonBulkJobContinue: (call) => command(call, 'continue'),

  postLiaisonBulkJobCancel: (call) => command(call, 'cancel'),

  postLiaisonBulkJobUndo: async (call) => {
    const { door, author } = call;
    const job = await requireJob(call);
    await requireRemembered(door, job.orgId, job.firstPosition);
    const { clientId, userId = null, homeOrgId } = author;
    const { below, restored, left } = job.undo ?? { below: (job.lastPosition ?? 0) + 1, restored: 0, left: 0 };
    const undo = { clientId, userId, homeOrgId, status: 'Running' as const, below, restored, left };
    const whyNot = async () => {
      const reason = whyNotUndone(await requireJob(call));
      return reason === undefined ? undefined : refuse('conflict', { params: { reason } });
    };
    return { status: 202, body: bodyOf(await guarded(door, beginUndoSteps(author, job, undo), whyNot)) };
  },

  getLiaisonBulkJobRefusals: async (call) => {
    const job = await requireJob(call);
    const divisions = divisionArray(reach(call.principal, ...PERMISSIONS[job.kind][job.act]));
    return { stream: Readable.from(refusalsFile(call.door, job, call.query.report ?? 'job', divisions)), type: 'text/csv; charset=utf-8' };
  },
});

/** The scope of /liaison/v1/subjects: a bulk job is no way around it. */
const ERASING = ['gdpr'];
const DEFAULT_LIMIT = 25;
const LISTING = 'bulk jobs';

type Viewing = Pick<Call<'getLiaisonBulkJob'>, 'door' | 'principal' | 'path'>;

/** @throws Refusal 404 for what is hidden from the caller, too */
async function show({ door, principal, path }: Viewing): Promise<string> {
  const text = await jobText(door, viewerOf(principal), path.bulkJobId);
  if (text === undefined) throw refuse('not.found');
  return text;
}

async function requireJob(call: Viewing): Promise<Job> {
  await show(call);
  const job = await findJob(call.door, call.principal.orgId, call.path.bulkJobId.toLowerCase());
  if (!job) throw refuse('not.found');
  return job;
}

/** The job may have moved on since it was looked at. @throws Refusal 409 for what does not suit its state */
async function command(call: Viewing & Pick<Call, 'author'>, given: 'continue' | 'cancel'): Promise<{ status: 202; body: string }> {
  for (let tries = 1; ; tries += 1) {
    const job = await requireJob(call);
    if (job.act === 'erase') requireScope(call.principal, ERASING);
    const to = commanded(job, given);
    if (to === undefined) throw refuse('conflict', { params: { reason: `A job that is ${job.undo ? 'taken back' : job.status} cannot ${given}.` } });
    try {
      return { status: 202, body: bodyOf(await call.door.flight(moveSteps(call.author, job, to))) };
    } catch (error) {
      if (!isObjection(error)) throw error;
      if (tries === TRIES) throw refuse('conflict', { params: { reason: 'The job keeps moving on; try again.' }, cause: error });
    }
  }
}

/** As it comes about. */
async function* refusalsFile(door: Door, { orgId, id, kind }: Job, report: Report, divisions: string[] | null): AsyncGenerator<string> {
  yield csvLine(['kind', 'id', 'reason']);
  for (let after = 0; ; ) {
    const rows = await listRefusals(door, orgId, id, report, divisions, after);
    const last = rows.at(-1);
    if (!last) return;
    yield rows.map((row) => csvLine([kind, row.id, row.reason])).join('');
    after = last.number;
  }
}

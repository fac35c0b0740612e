// Writes exports: one file after the other, each out of one snapshot of the database, line by line as PostgreSQL makes
// them. A process that is killed leaves nothing behind but an attempt, and the next one begins anew.
import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { actorOf } from '../access/index.ts';
import { copyOut } from '../db/copy-out.ts';
import type { Database } from '../db/database.ts';
import { isObjection } from '../families/guarded.ts';
import { newId } from '../families/id.ts';
import { type Files, Unwritable } from '../files/index.ts';
import { limits } from '../http/limits.ts';
import { authorOf, type Principal, UNASSIGNED } from '../http/principal.ts';
import { createPauses, type Task, Unworkable, type Watched } from '../jobs/index.ts';
import { APPLIES_TO } from '../schemas/index.ts';
import { headerOf, mappingOf } from './columns.ts';
import { ownDivisions, type Sight, sightOfExport } from './export.ts';
import { LINES, type Question } from './question.ts';
import {
  beginAttempt,
  customFieldsOf,
  type Due,
  failSteps,
  keyOf,
  narrowSteps,
  nextExport,
  type Result,
  type Running,
  succeedSteps,
  takeBackAttempt,
} from './store.ts';

export const watchedExports: Watched = { name: 'exports', hasWork: async (database) => (await nextExport(database, { orgIds: [], ids: [] })) !== undefined };

export interface ExportTaskDeps {
  database: Database;
  files: Files;
  /** What cannot be told to whoever asked. */
  log(error: unknown, message: string): void;
}

export function exportTask(deps: ExportTaskDeps): Task {
  const pauses = createPauses(deps.log);
  return {
    ...watchedExports,
    async run(signal) {
      // One of each organization, and then the next, so that who asks for twenty does not keep others waiting.
      for (let served: string[] = []; !signal.aborted; ) {
        const due = await nextExport(deps.database, { orgIds: served, ids: pauses.open() });
        if (!due && served.length === 0) return;
        served = due ? [...served, due.orgId] : [];
        if (due) await pauses.attempt(due.id, `the export ${due.id} could not be written, and is tried again`, () => writeExport(deps, due, signal));
      }
    },
  };
}

/** @throws where it may go better the next time */
async function writeExport(deps: ExportTaskDeps, due: Due, signal: AbortSignal): Promise<void> {
  const { database, files } = deps;
  const door = database.tenant(due.orgId);
  const attempt = newId();
  const running = await beginAttempt(door, due, attempt);
  if (!running) return;
  const author = authorOf({ orgId: due.orgId, ...running }, due.id);
  const key = keyOf(due.orgId, attempt);
  const fail = (details: string) => door.flight(failSteps(author, due.id, attempt, details));
  try {
    // Whoever made the attempt before may have been killed when the file was there and the export not told of it yet.
    if (running.before !== null) await files.remove(keyOf(due.orgId, running.before));
    if (running.tries >= limits.exportTriesMax) throw new Unworkable(`It was begun ${running.tries} times and never came to its end.`);
    const result = await fill(deps, due, running, attempt, signal);
    await door.flight(succeedSteps(author, due.id, attempt, result));
  } catch (error) {
    await files.remove(key);
    // Another attempt has begun meanwhile, which is the one that counts.
    if (isObjection(error)) return;
    if (error instanceof Unworkable) await fail(error.message);
    else if (signal.aborted) await takeBackAttempt(door, due, attempt);
    // It is not the export that cannot be written.
    else if (error instanceof Unwritable) {
      await takeBackAttempt(door, due, attempt);
      throw error;
    } else {
      if (running.tries + 1 >= limits.exportTriesMax)
        await fail(`It was begun ${running.tries + 1} times and could not be written; the server's log has the reason.`);
      throw error;
    }
  }
}

async function fill({ database, files }: ExportTaskDeps, due: Due, running: Running, attempt: string, signal: AbortSignal): Promise<Result> {
  const { orgId } = due;
  const { kind, format } = running;
  const door = database.tenant(orgId);
  const principal = await actorOf(database, orgId, running);
  const sight = requireSight(principal, running);
  await door.flight(narrowSteps(orgId, due.id, attempt, sight));
  const fields = () => (format === 'ndjson' || !(kind in APPLIES_TO) ? [] : customFieldsOf(door, orgId, APPLIES_TO[kind as keyof typeof APPLIES_TO]));
  const customFields = await fields();
  const question: Question = {
    orgId,
    kind,
    contactDivisions: sight.contacts,
    organizationDivisions: sight.organizations,
    types: running.asked.types ?? [],
    includeMerged: running.asked.includeMerged ?? false,
    limit: running.limit === null ? null : Number(running.limit),
    path: running.path,
    columns: running.columns,
    words: running.words,
    formulas: running.formulas,
    customFields,
  };
  const { statement, values } = LINES[kind][format](question);
  const header = format === 'csv' ? `${headerOf(kind, customFields).map(headerCell).join(',')}\r\n` : '';
  let bytes = 0;
  const write = async (rows: AsyncIterable<Buffer>) => {
    const content = Readable.from(withHeader(header, rows), { objectMode: false, highWaterMark: CHUNK_BYTES });
    // pipeline, and not pipe, ends the one where the other fails; files.write rejects with the reason.
    const packed = running.gzip ? pipeline(content, createGzip({ level: GZIP_LEVEL, chunkSize: CHUNK_BYTES }), () => undefined) : content;
    ({ bytes } = await files.write(keyOf(orgId, attempt), packed));
  };
  const { rows } = await copyOut(database, orgId, statement, values, format === 'csv' ? '\r\n' : '\n', write, signal);
  // A field that a schema got just before the snapshot has no column, and must not be lost.
  if ((await fields()).join() !== customFields.join()) throw new Error('the custom fields changed while the export was written');
  return { rows, bytes, mapping: format === 'csv' ? mappingOf(kind, customFields) : null };
}

const CHUNK_BYTES = 256 * 1024;
/** Half the processor time of the usual 6, for files a tenth larger. */
const GZIP_LEVEL = 3;

async function* withHeader(header: string, rows: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (header !== '') yield Buffer.from(header);
  yield* rows;
}

/** A custom field may be called anything. */
const headerCell = (name: string) => (/[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);

/** @throws Unworkable where whoever asked may not see what he asked for, or not any more */
function requireSight(principal: Principal | undefined, { kind, divisionIds }: Running): Sight {
  if (!principal) throw new Unworkable('Whoever asked for it may not act in this organization any more.');
  const sight = sightOfExport(principal, kind, divisionIds);
  const own = ownDivisions(sight, kind);
  const lost = divisionIds?.filter((id) => own !== null && !own.includes(id)) ?? [];
  if (own?.length === 0 || lost.length > 0)
    throw new Unworkable(
      `Whoever asked for it may not see ${lost.length > 0 ? `the division ${lost.map(divisionName).join(', ')}` : 'such records'} any more.`,
    );
  return sight;
}

const divisionName = (id: string) => (id === UNASSIGNED ? '*' : id);

// The work on subjects: erases those who wait for it one by one, each in a transaction; writes archives; lets go of those
// that have had their time. All of it goes on where it was, for all that was done is in the database.
import { Readable } from 'node:stream';
import { actorOf } from '../access/index.ts';
import type { Database, Door } from '../db/database.ts';
import { isLostConnection } from '../db/retry.ts';
import { isObjection } from '../families/guarded.ts';
import type { Dependents } from '../families/writes.ts';
import { type Files, Unwritable } from '../files/index.ts';
import { limits } from '../http/limits.ts';
import { divisionArray, reach } from '../http/principal.ts';
import { createPauses, type Task } from '../jobs/index.ts';
import { archiveText } from './archive.ts';
import { archiveTried, archiveWritten, askedOf, type DueArchive, dueArchives, forgetArchive, keyOf } from './archives.ts';
import { eraseContact } from './erase.ts';
import {
  completeErasure,
  erasuresUnderWay,
  erasureUnderWay,
  nextSubject,
  subjectErasedSteps,
  subjectNotFound,
  subjectTried,
  type UnderWay,
  type Waiting,
} from './erasures.ts';

export interface SubjectDeps {
  database: Database;
  files: Files;
  /** What goes with a contact. */
  dependents: readonly Dependents[];
  /** What cannot be told to whoever asked. */
  log(error: unknown, message: string): void;
}

/** For the process that starts the thread. */
export const watchedSubjects = {
  name: 'subjects',
  hasWork: async (database: Database) => (await erasuresUnderWay(database)).length > 0 || (await dueArchives(database)).length > 0,
};

export function subjectTask(deps: SubjectDeps): Task {
  const pauses = createPauses(deps.log);
  return {
    ...watchedSubjects,
    async run(signal) {
      // Some of each at a time, so that whoever asks for a thousand holds up nobody who asks for one.
      for (const { orgId, id } of await erasuresUnderWay(deps.database)) await eraseSome(deps, orgId, id, signal);
      const paused = new Set(pauses.open());
      for (const archive of await dueArchives(deps.database)) {
        if (signal.aborted) return;
        const failure = `the archive ${archive.id} could not be ${archive.expired ? 'removed' : 'written'}, and is tried again`;
        if (!paused.has(archive.id)) await pauses.attempt(archive.id, failure, () => (archive.expired ? letGo : write)(deps, archive));
      }
    },
  };
}

async function eraseSome(deps: SubjectDeps, orgId: string, id: string, signal: AbortSignal): Promise<void> {
  const door = deps.database.tenant(orgId);
  const erasure = await erasureUnderWay(door, orgId, id);
  if (!erasure) return;
  for (let done = 0; done < limits.subjectsAtOnce && !signal.aborted; done += 1) {
    const next = await nextSubject(door, orgId, id);
    if (!next) return completeErasure(door, orgId, id);
    try {
      await eraseOne(deps, door, id, erasure, next);
    } catch (error) {
      if (isLostConnection(error)) throw error;
      if (!isObjection(error)) deps.log(error, `contact ${next.contactId} could not be erased`);
      await subjectTried(door, orgId, id, next.number, limits.subjectTriesMax);
    }
  }
}

async function eraseOne(
  { database, dependents }: SubjectDeps,
  door: Door,
  id: string,
  { author, divisions }: UnderWay,
  { number, contactId }: Waiting,
): Promise<void> {
  const { orgId } = author;
  const found = await database.transaction(orgId, (inner) =>
    eraseContact(inner, { author, divisions, dependents }, contactId, (ids) => subjectErasedSteps(orgId, id, number, ids)),
  );
  if (!found) await subjectNotFound(door, orgId, id, number);
}

async function write({ database, files }: SubjectDeps, { orgId, id }: DueArchive): Promise<void> {
  const door = database.tenant(orgId);
  try {
    const asked = await askedOf(door, orgId, id);
    if (!asked) return;
    const principal = await actorOf(database, orgId, asked);
    const divisions = principal ? divisionArray(reach(principal, 'liaison:subject:view')) : [];
    const text = archiveText(door, orgId, asked.contactIds, divisions, new Date());
    const { bytes } = await files.write(keyOf(orgId, id), Readable.from(text));
    await archiveWritten(door, orgId, id, bytes);
  } catch (error) {
    // Neither is the archive's fault.
    if (!isLostConnection(error) && !(error instanceof Unwritable)) await archiveTried(door, orgId, id, limits.subjectTriesMax);
    throw error;
  }
}

/** The file first, so that none is left behind without a row. */
async function letGo({ database, files }: SubjectDeps, { orgId, id }: DueArchive): Promise<void> {
  await files.remove(keyOf(orgId, id));
  await forgetArchive(database.tenant(orgId), orgId, id);
}

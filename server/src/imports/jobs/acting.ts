// In whose name an import writes: whoever started it, as far as he may still import into the job's division. There the
// import may do what importing takes, and nothing anywhere else.
import { actorOf } from '../../access/index.ts';
import type { Database } from '../../db/database.ts';
import type { Writing } from '../../families/writes.ts';
import { authorOf, includesDivision, reach } from '../../http/principal.ts';
import { Unworkable } from '../../jobs/index.ts';
import type { Job } from './job.ts';

/** What lets somebody start an import, with a file or without, or take one back. */
const IMPORTS = ['externalContacts:importCsvJob:add', 'externalContacts:importJob:add'];
const EDITS = ['externalContacts:importJob:edit'];

/** All but the door of the transaction that is written in. */
export type Acting = Omit<Writing, 'door'>;

/** @throws Unworkable where he may not, or not any more */
export async function actingFor(database: Database, job: Job): Promise<Acting> {
  const undoes = job.undo?.status === 'Running';
  const principal = await actorOf(database, job.orgId, undoes && job.undo ? job.undo : job.acting);
  if (!principal) throw new Unworkable('Whoever started it may not act in this organization any more.');
  if (!includesDivision(reach(principal, ...(undoes ? EDITS : IMPORTS)), job.divisionId))
    throw new Unworkable('Whoever started it may not import into this division.');
  const divisions = new Set([job.divisionId]);
  return {
    // What a record had before the import, such as its organization in another division, it has again when that is taken back.
    principal: { ...principal, divisionsOf: () => (undoes ? 'all' : divisions) },
    divisions,
    author: authorOf(principal, job.id),
  };
}

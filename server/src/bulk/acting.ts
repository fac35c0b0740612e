// In whose name a bulk job acts: whoever started it, or takes it back, as far as he may by now.
import { actorOf } from '../access/index.ts';
import type { Database } from '../db/database.ts';
import type { Writing } from '../families/writes.ts';
import { authorOf, reach } from '../http/principal.ts';
import { Unworkable } from '../jobs/index.ts';
import { type Job, PERMISSIONS } from './job.ts';

/** All but the door of the transaction that is written in. */
export type Acting = Omit<Writing, 'door'>;

/** @throws Unworkable where he may not, or not any more */
export async function actingFor(database: Database, { id, orgId, kind, act, acting, undo }: Job): Promise<Acting> {
  const principal = await actorOf(database, orgId, undo?.status === 'Running' ? undo : acting);
  if (!principal) throw new Unworkable('Whoever started it may not act in this organization any more.');
  const divisions = reach(principal, ...PERMISSIONS[kind][act]);
  if (divisions !== 'all' && divisions.size === 0) throw new Unworkable('Whoever started it may not do this any more.');
  return { principal, divisions, author: authorOf(principal, id) };
}

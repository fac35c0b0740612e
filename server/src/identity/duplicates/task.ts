// Has duplicates found, as a task of the jobs: a server in which nothing is written asks for one number and no more.
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../db/database.ts';
import { isObjection } from '../../families/guarded.ts';
import { limits } from '../../http/limits.ts';
import type { Task, Watched } from '../../jobs/index.ts';
import { createScorers } from './models.ts';
import { isUnsettled, lastPosition, organizationsWithWork } from './progress.ts';
import { takeTurn } from './turn.ts';

/** Sees whether there is something to do. Remembers up to where there was nothing. */
export function watchDuplicates(): Watched {
  let seen = -1;
  return {
    name: 'duplicates',
    async hasWork({ system }) {
      const position = await lastPosition(system);
      if (position === seen) return false;
      const unsettled = await isUnsettled(system);
      const orgIds = await organizationsWithWork(system, Math.max(seen, 0));
      if (orgIds.length > 0) return true;
      if (!unsettled) seen = position;
      return false;
    },
  };
}

export interface DuplicatesDeps {
  database: Database;
  /** What failed in one organization, which must not keep the others waiting. */
  log(error: unknown, message: string): void;
}

/** Takes each organization's turns until there is nothing to do. */
export function duplicatesTask({ database, log }: DuplicatesDeps): Task {
  const scorers = createScorers();
  /** When an organization whose turn failed is tried again. */
  const later = new Map<string, number>();

  const turn = async (orgId: string): Promise<boolean> => {
    try {
      return await takeTurn(database, orgId, scorers);
    } catch (error) {
      // Somebody else has the lead by now, or has just had it.
      if (isObjection(error)) return false;
      later.set(orgId, Date.now() + limits.duplicatesRetryMs);
      log(error, `duplicates could not be looked for in the organization ${orgId}`);
      return false;
    }
  };
  return {
    ...watchDuplicates(),
    background: true,
    async run(signal) {
      for (let done = true; done && !signal.aborted; ) {
        done = false;
        const orgIds = (await organizationsWithWork(database.system, 0)).filter((orgId) => Date.now() >= (later.get(orgId) ?? 0));
        for (const orgId of orgIds) if (!signal.aborted) done = (await turn(orgId)) || done;
      }
      // What is left belongs to transactions under way, or to another time.
      await pause(limits.feedPollMs, undefined, { signal }).catch(() => undefined);
    },
  };
}

// Takes segments away when they lapse, so that followers are told at the time that was set and not when somebody looks.
import type { Database } from '../db/database.ts';
import { limits } from '../http/limits.ts';
import { type Author, UNASSIGNED } from '../http/principal.ts';
import type { Task, Watched } from '../jobs/index.ts';
import { organizationsWithLapsed, takeAwayLapsed } from './segments-store.ts';

export const watchedSegments: Watched = { name: 'segments', hasWork: async (database) => (await organizationsWithLapsed(database)).length > 0 };

export const segmentsTask = (database: Database): Task => ({
  ...watchedSegments,
  async run(signal) {
    for (const { id: orgId } of await organizationsWithLapsed(database)) {
      // Nobody asked for it: the change names a client that is nobody's.
      const author: Author = { orgId, homeOrgId: orgId, clientId: UNASSIGNED, userId: undefined, correlationId: crypto.randomUUID() };
      let taken: number = limits.segmentsLapsedAtOnce;
      while (taken === limits.segmentsLapsedAtOnce && !signal.aborted) taken = await takeAwayLapsed(database.tenant(orgId), author);
    }
  },
});

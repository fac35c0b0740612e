// One organization's turn: a step of each kind of work that there is, so that an organization which brings a million records
// holds up no other.
import type { Database } from '../../db/database.ts';
import { matchSome } from './match.ts';
import { learnAnew, type Scorers, storedModel } from './models.ts';
import { beginSteps, readProgress } from './progress.ts';
import { KINDS, takeIn } from './take-in.ts';

/** @returns whether anything was done */
export async function takeTurn(database: Database, orgId: string, scorers: Scorers): Promise<boolean> {
  const door = database.tenant(orgId);
  const begun = await readProgress(door, orgId);
  if (!begun) {
    await door.flight(beginSteps(orgId));
    return true;
  }
  const { progress, any, more } = await takeIn(database, orgId, begun);
  // Nothing is learned or matched while there is more to know.
  if (more) return true;
  let done = any;
  for (const kind of KINDS) {
    const stored = await storedModel(door, orgId, kind);
    if (!stored) continue;
    const { number, threshold, outgrown, learned } = stored;
    if (outgrown) await learnAnew(database, orgId, kind, progress, number);
    else if (learned)
      done = (await matchSome(database, orgId, kind, progress, { number, threshold, scorer: await scorers.of(door, orgId, kind, number) })) || done;
    done ||= outgrown;
  }
  return done;
}

// How what was read and decided is written: at first without holding anything, for hardly ever does somebody come in between;
// else with the merge sets held while it is read and decided anew, so that who merges what many write is not kept waiting.
import { isObjection } from '../../families/guarded.ts';
import type { Writing } from '../../families/writes.ts';
import { refuse } from '../../http/errors.ts';
import { holdSteps } from './store.ts';

/**
 * Keeps canonical contacts and their ancestors as they are until the end; what they are has to be read once more. Begins
 * anew, with nothing held, where they are no longer canonical.
 */
export type Hold = (ids: string[]) => Promise<unknown>;

/** Whoever begins anew does so because somebody else has come through: so many in a row are hardly ever faster. */
const TRIES = 20;

/** @throws Refusal 409 where the contacts keep changing all the same */
export async function untilWritten<T>(call: Writing, attempt: (call: Writing, hold: Hold | undefined) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      if (tries === 1) return await attempt(call, undefined);
      return await call.door.transaction((door) => attempt({ ...call, door }, (ids) => door.flight(holdSteps(call.author.orgId, ids))));
    } catch (error) {
      if (!isObjection(error)) throw error;
      if (tries > TRIES) throw refuse('conflict', { params: { reason: 'The contacts keep changing; try again.' }, cause: error });
    }
  }
}

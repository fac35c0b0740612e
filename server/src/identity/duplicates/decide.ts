// Dismissing a suggested pair, and having it suggested again.
import type { Writing } from '../../families/writes.ts';
import { refuse } from '../../http/errors.ts';
import { requireDuplicate, sightOf } from './access.ts';
import { recluster } from './clusters.ts';
import { compareAnewStep, decideSteps } from './decisions.ts';
import { duplicateText, type Stored } from './lists.ts';
import { lockStep } from './progress.ts';

/** @throws Refusal 404, 403; 409 for a pair that is not open */
export const dismiss = (call: Writing, id: string): Promise<string> =>
  decide(call, id, async (inner, pair) => {
    requireOpen(pair);
    await inner.door.flight(decideSteps(inner.author, [id], 'dismissed'));
  });

/** @throws Refusal 404, 403; 409 for a pair that is open, or whose records are not both there */
export const reopen = (call: Writing, id: string): Promise<string> =>
  decide(call, id, async (inner, pair) => {
    if (pair.state === 'open') throw refuse('duplicate.state.conflict', { params: { state: pair.state } });
    await inner.door.flight([...decideSteps(inner.author, [id], 'open'), compareAnewStep(inner.author.orgId, [pair.first_id, pair.second_id])]);
  });

/** @throws Refusal 409 */
export function requireOpen({ state }: Stored): void {
  if (state !== 'open') throw refuse('duplicate.state.conflict', { params: { state } });
}

function decide(call: Writing, id: string, write: (inner: Writing, pair: Stored) => Promise<void>): Promise<string> {
  const { principal } = call;
  const { orgId } = principal;
  return call.door.transaction(async (door) => {
    const inner = { ...call, door };
    await door.flight([lockStep(orgId)]);
    const pair = await requireDuplicate(inner, id, 'edit');
    await write(inner, pair);
    await recluster(door, orgId, pair.kind, [pair.first_id, pair.second_id]);
    const text = await duplicateText(door, { orgId, kind: pair.kind, divisions: sightOf(principal, pair.kind, 'edit') }, id);
    // An open pair is shown only where both of its records are there.
    if (text === undefined) throw refuse('duplicate.records.gone');
    return text;
  });
}

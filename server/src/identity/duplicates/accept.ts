// Accepting: the records of a pair or of a cluster become one, and the pairs among them say so, in one transaction.
import { type Fault, invalidFields } from '../../contract/validate.ts';
import type { Wire } from '../../families/wire.ts';
import { type Outcome, single, type Writing } from '../../families/writes.ts';
import { Refusal, refuse } from '../../http/errors.ts';
import type { Kind } from '../linkage/index.ts';
import { mergeContacts } from '../merge/merge.ts';
import { mergeOrganizations } from '../merge/organizations.ts';
import { requireDuplicate, requireRight, sightOf } from './access.ts';
import { requireOpen } from './decide.ts';
import { decideSteps } from './decisions.ts';
import { pairsOfCluster, type Stored } from './lists.ts';
import { lockStep } from './progress.ts';

type Wishes = Wire['LiaisonDuplicateAcceptRequest'];

/** @throws Refusal 404, 403, 422; 409 for a pair that is not open, and as for any merge */
export function acceptDuplicate(call: Writing, id: string, wishes: Wishes, dryRun: boolean) {
  return accept(call, wishes, dryRun, async (inner) => {
    const pair = await requireDuplicate(inner, id, 'merge');
    requireOpen(pair);
    return { kind: pair.kind, divisionId: pair.division_id, ids: [pair.first_id, pair.second_id], pairs: [pair] };
  });
}

/** @throws Refusal the same; 404 for a cluster of which nothing is to be seen */
export function acceptCluster(call: Writing, clusterId: string, wishes: Wire['LiaisonDuplicateClusterAcceptRequest'], dryRun: boolean) {
  return accept(call, wishes, dryRun, async (inner) => {
    const pairs = [...(await seenPairs(inner, 'contact', clusterId)), ...(await seenPairs(inner, 'organization', clusterId))];
    const [first] = pairs;
    if (!first) throw refuse('not.found');
    requireRight(inner.principal, first.kind, first.division_id, 'merge');
    const members = [...new Set(pairs.flatMap(({ first_id, second_id }) => [first_id, second_id]))];
    const ids = wishes.recordIds?.map((id) => id.toLowerCase()) ?? members;
    const faults = ids.flatMap((id, i): Fault[] =>
      members.includes(id) ? [] : [{ field: `recordIds[${i}]`, code: 'not.found', rule: 'must be of the cluster.' }],
    );
    if (faults.length > 0) throw invalidFields(faults);
    const among = pairs.filter((pair) => ids.includes(pair.first_id) && ids.includes(pair.second_id));
    return { kind: first.kind, divisionId: first.division_id, ids, pairs: among };
  });
}

const seenPairs = ({ door, principal }: Writing, kind: Kind, clusterId: string): Promise<Stored[]> =>
  pairsOfCluster(door, { orgId: principal.orgId, kind, divisions: sightOf(principal, kind, 'merge') }, clusterId);

interface Merging {
  kind: Kind;
  divisionId: string;
  ids: string[];
  pairs: Stored[];
}

function accept(call: Writing, wishes: Wishes, dryRun: boolean, read: (inner: Writing) => Promise<Merging>) {
  const { orgId } = call.principal;
  return single(
    call.door.transaction(async (door) => {
      const inner = { ...call, door };
      await door.flight([lockStep(orgId)]);
      const merging = await read(inner);
      requireFitting(merging, wishes);
      const divisions = requireRight(call.principal, merging.kind, merging.divisionId, 'merge');
      const outcome = await merge({ ...inner, divisions }, merging, wishes, dryRun);
      if (outcome instanceof Refusal) throw outcome;
      const pairs = merging.pairs.map(({ id }) => id);
      if (!dryRun) await door.flight(decideSteps(call.author, pairs, 'accepted', outcome.id));
      return [outcome];
    }),
  );
}

const merge = (call: Writing, { kind, ids }: Merging, { valueOverride, keep }: Wishes, dryRun: boolean): Promise<Outcome> =>
  kind === 'contact' ? mergeContacts(call, ids, valueOverride, { dryRun }) : mergeOrganizations(call, ids, { dryRun, keep: keep?.toLowerCase() });

/** @throws Refusal 422 for what is of the other kind, or names none of the records */
function requireFitting({ kind, ids }: Merging, { valueOverride, keep }: Wishes): void {
  const faults: Fault[] = [];
  if (kind === 'organization' && valueOverride) faults.push({ field: 'valueOverride', code: 'kind', rule: 'is for contacts alone.' });
  if (kind === 'contact' && keep !== undefined) faults.push({ field: 'keep', code: 'kind', rule: 'is for external organizations alone.' });
  if (kind === 'organization' && keep !== undefined && !ids.includes(keep.toLowerCase()))
    faults.push({ field: 'keep', code: 'not.found', rule: `must be one of those that are merged: ${ids.join(', ')}.` });
  if (faults.length > 0) throw invalidFields(faults);
}

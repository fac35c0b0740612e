// The statements of undoing a merge.
import { contactText, recordSteps, updateSteps } from '../../contacts/index.ts';
import { handBackConversationsSteps } from '../../conversations/index.ts';
import type { Step } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { identifierBody } from '../../families/wire.ts';
import type { Author } from '../../http/principal.ts';
import { dropStep, lineKey } from '../../identifiers/index.ts';
import { handBackJourneysSteps } from '../../journeys/index.ts';
import { reassignSteps } from '../../notes/index.ts';
import { lockStep } from './store.ts';
import type { Node } from './tree.ts';
import type { Unmerge } from './unmerge.ts';

/**
 * Guarded: ends the transaction unless the result lives and all of its set have the versions that were read. The last
 * statement answers with the inputs' bodies; `at` says where among all the claims and the notes since are answered.
 */
export function unmergeSteps(author: Author, decided: Unmerge): { steps: Step[]; at: { claims: number; notes: number } } {
  const { tree, head, inputs, keeper, notesTo, edited } = decided;
  const { orgId } = author;
  const guard: Step[] = [
    holdLinesToReturnStep(orgId, head.id),
    lockStep(orgId, [head.id]),
    [
      sql`select expect((select count(*) from contacts k join jsonb_to_recordset($2::jsonb) as r (id uuid, version integer) on r.id = k.id and r.version = k.version
        where k.org_id = $1 and k.canonical_id = $3), $4)`,
      [orgId, JSON.stringify(tree.map(({ id, version }) => ({ id, version }))), head.id, tree.length],
    ],
  ];
  const claims: Step = [
    sql`select ${identifierBody} as body from identifiers i where i.org_id = $1 and i.owner_kind = 'contact' and i.owner_id = $2 and ${claimedSince} for update of i`,
    [orgId, head.id],
  ];
  const notes = reassignSteps(author, head.id, notesTo.id);
  const ids = inputs.map(({ id }) => id);
  const steps: Step[] = [
    ...guard,
    claims,
    ...notes,
    ...handBackConversationsSteps(author, head.id, notesTo.id),
    ...handBackJourneysSteps(author, head.id, notesTo.id),
    ...recordSteps(author, 'delete', [head]),
    ...(keeper ? [keepClaimsStep(orgId, head.id, keeper.id)] : []),
    dropStep(orgId, 'contact', [head.id]),
    reviveStep(orgId, decided),
    standInLineStep(orgId, head.id),
    ...recordSteps(
      author,
      'unmerge',
      ids.map((id) => ({ id })),
    ),
    ...(edited ? updateSteps(author, [edited], null, []) : []),
    [sql`delete from contacts k where k.org_id = $1 and k.id = $2`, [orgId, head.id]],
    [
      sql`select ${contactText} as body from contacts x where x.org_id = $1 and x.id = any ($4::uuid[]) order by array_position($4, x.id)`,
      [orgId, [], null, head.merged_from ?? ids],
    ],
  ];
  return { steps, at: { claims: guard.length, notes: guard.length + notes.length } };
}

/** Whether the row of identifiers aliased i, of the result $2, was claimed by name after the merge. */
const claimedSince = sql`(i.pinned and not exists (
  select from merges m, jsonb_to_recordset(m.identifiers) as r (type text, source_id uuid, value text)
  where m.org_id = $1 and m.id = $2 and r.type = i.type and r.source_id = i.source_id and r.value = i.value))`;

const keepClaimsStep = (orgId: string, head: string, keeper: string): Step => [
  sql`update identifiers i set owner_id = $3, held = false where i.org_id = $1 and i.owner_kind = 'contact' and i.owner_id = $2 and ${claimedSince}`,
  [orgId, head, keeper],
];

/** The inputs live again, each at the head of what was merged into it, and newer than anything that was shown under its id. */
function reviveStep(orgId: string, { tree, head, inputs }: Unmerge): Step {
  const left = new Map(head.merge?.inputs.map(({ id, left_ms }) => [id, left_ms]));
  const rows = tree
    .filter((node) => node !== head)
    .map((node) => {
      const input = inputOver(node, tree, head);
      return {
        id: node.id,
        canonical_id: input.merged_from ? input.id : null,
        lives: node === input,
        // In the order in which they were modified.
        after: inputs.length - inputs.indexOf(input),
        left_ms: left.get(node.id) ?? null,
      };
    });
  return [
    sql`update contacts k set canonical_id = r.canonical_id, version = greatest(k.version, $3) + 1,
        merged_to = case when not r.lives then k.merged_to end,
        modified_at = case when r.lives then greatest(statement_timestamp(), k.modified_at) + r.after * interval '1 microsecond' else k.modified_at end,
        expires_at = now() + r.left_ms * interval '1 millisecond'
      from jsonb_to_recordset($2::jsonb) as r (id uuid, canonical_id uuid, lives boolean, after integer, left_ms bigint)
      where k.org_id = $1 and k.id = r.id`,
    [orgId, JSON.stringify(rows), head.version],
  ];
}

/** The input that the node came into the head by. */
function inputOver(node: Node, tree: Node[], head: Node): Node {
  let at = node;
  while (at.merged_to !== head.id) {
    const next = tree.find(({ id }) => id === at.merged_to);
    if (!next) throw new Error(`the merge set of ${head.id} is no tree`);
    at = next;
  }
  return at;
}

/**
 * Takes its turn at the lines that the inputs come back to, and keeps others waiting until the transaction ends: they come
 * before others there, so that whoever asked a line for its first would go by what no longer is so. Goes before any lock on
 * a contact (docs/decisions/0013-enrich-and-observation.md).
 */
export const holdLinesToReturnStep = (orgId: string, head: string): Step => [
  sql`select pg_advisory_xact_lock(hashtextextended(wanted.key, 0)) from (
    select distinct ${lineKey} as key
    from (select 'contact' as kind, k.division_id from contacts k where k.org_id = $1 and k.id = $2) line,
      merges m, jsonb_to_recordset(m.identifiers) as r (type text, source_id uuid, value text)
    where m.org_id = $1 and m.id = $2 order by 1) wanted`,
  [orgId, head],
];

/** What the inputs held when they were merged, they hold again, in the places that they had. */
const standInLineStep = (orgId: string, head: string): Step => [
  sql`insert into identifiers (org_id, owner_kind, owner_id, division_id, type, source_id, value, held, pinned, waived, since)
    select $1, 'contact', k.id, k.division_id, r.type, r.source_id, r.value, r.held, r.pinned, r.waived, r.since
    from merges m, jsonb_to_recordset(m.identifiers) as r (owner_id uuid, type text, source_id uuid, value text, held boolean, pinned boolean, waived boolean,
      since timestamptz), contacts k
    where m.org_id = $1 and m.id = $2 and k.org_id = $1 and k.id = r.owner_id`,
  [orgId, head],
];

// What people decide on suggestions: each is written with the change that says who it was, under the lock that the finder
// takes, too.
import type { Step } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { authorValue, changeColumns, doneBy, holdStep } from '../../families/changes.ts';
import type { Author } from '../../http/principal.ts';
import type { State } from './lists.ts';
import { recordReference } from './wire.ts';

/** @param resultId the record that accepted pairs became */
export function decideSteps(author: Author, ids: readonly string[], state: State, resultId: string | null = null): Step[] {
  return [
    [
      sql`update duplicates d set state = $3, cluster_id = null, result_id = $4, changed_at = now(), decided_at = case when $3 <> 'open' then now() end,
          decided_by = case when $3 <> 'open' then $5::uuid end
        where d.org_id = $1 and d.id = any ($2::uuid[])`,
      [author.orgId, ids, state, resultId, author.userId ?? author.clientId],
    ],
    holdStep(author.orgId),
    [
      sql`insert into changes (${changeColumns})
        select $1, 'duplicate', d.id, ${doneBy}, d.division_id, null, json_strip_nulls(json_build_object('id', d.id, 'kind', d.kind, 'state', d.state,
          'records', (select json_agg(${recordReference} order by r.id) from unnest(array[d.first_id, d.second_id]) r (id)),
          'division', json_build_object('id', wire_division(d.division_id)), 'result', case when d.result_id is not null then json_build_object('id', d.result_id) end))
        from (select 'update' as action, $3::uuid[] as author) done, duplicates d where d.org_id = $1 and d.id = any ($2::uuid[]) order by d.id`,
      [author.orgId, ids, authorValue(author)],
    ],
  ];
}

/** Records are compared anew: what they are worth to each other may have changed while nobody asked. */
export const compareAnewStep = (orgId: string, ids: readonly string[]): Step => [
  sql`update linkage_records r set model = 0 where r.org_id = $1 and r.kind in ('contact', 'organization') and r.record_id = any ($2::uuid[])`,
  [orgId, ids],
];

/** All records of an organization are compared anew where less is to be suggested than before. Goes before the threshold is set. */
export const thresholdStep = (orgId: string, threshold: number): Step => [
  sql`update linkage_models m set number = m.number + 1 where m.org_id = $1 and (select o.duplicate_threshold from organizations o where o.id = $1) > $2`,
  [orgId, threshold],
];

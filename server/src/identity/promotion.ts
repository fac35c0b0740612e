// Promotion: what was only observed becomes a curated contact, under the id that it has. It is found by searches from then
// on, and does not go by itself.
import { contactBodies, contactRecords, recordSteps, viewOf } from '../contacts/index.ts';
import type { Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { isObjection, requireRecord, TRIES } from '../families/guarded.ts';
import type { Writing, Written } from '../families/writes.ts';
import { refuse } from '../http/errors.ts';
import { type Author, divisionArray } from '../http/principal.ts';

const RECORDS = { ...contactRecords, edit: 'externalContacts:identity:promote' };

/**
 * A curated contact stays as it is; of one that was merged away the canonical contact is meant.
 * @throws Refusal 404, 403; 409 where it keeps changing
 */
export async function promote(call: Writing, id: string): Promise<Written> {
  for (let tries = 1; ; tries += 1) {
    await requireRecord(call, RECORDS, id);
    const [found] = await contactBodies(call.door, viewOf(call.principal, divisionArray(call.divisions)), [id]);
    if (!found) throw refuse('not.found');
    const { id: canonical, type } = JSON.parse(found.body) as { id: string; type: string };
    if (type === 'Curated') return { ...found, id: canonical };
    try {
      const rows = await call.door.flight(promoteSteps(call.author, canonical, found.version as number));
      const [promoted] = rows.at(-1) as [{ body: string; version: number }];
      return { id: canonical, body: promoted.body, version: promoted.version };
    } catch (error) {
      if (!isObjection(error)) throw error;
      if (tries === TRIES) throw refuse('conflict', { params: { reason: 'It keeps changing; try again.' }, cause: error });
    }
  }
}

/** Guarded: ends the transaction unless the contact lives and has the version. */
function promoteSteps(author: Author, id: string, version: number): Step[] {
  return [
    [
      sql`select expect((select count(*) from (
          select k.id from contacts k where k.org_id = $1 and k.id = $2 and k.version = $3 and k.merged_to is null for no key update of k) there), 1)`,
      [author.orgId, id, version],
    ],
    [
      sql`update contacts k set type = 'Curated', expires_at = null, version = k.version + 1, modified_at = greatest(statement_timestamp(), k.modified_at)
        where k.org_id = $1 and k.id = $2`,
      [author.orgId, id],
    ],
    ...recordSteps(author, 'update', [{ id }]),
  ];
}

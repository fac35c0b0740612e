// Changes of who may do what. Whether one is allowed depends on much that is read beforehand (the caller's own powers,
// a role's grants), so each raises the organization's access version, is made only if nothing else changed since it
// read, and else decides anew. None may leave an organization without anybody who may do everything.
import type { Door, Row, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { refuse } from '../http/errors.ts';

export interface Changes {
  /**
   * @param decide reads what it needs and returns the statements of the change; asked again when it came too late
   * @returns the rows of each of its statements
   * @throws Refusal 409 where nobody who may do everything would be left
   */
  make(door: Door, orgId: string, decide: () => Promise<readonly Step[]>): Promise<Row[][]>;
  /** Sends statements whose outcome does not hang on what was read, such as the end of a token. */
  send(door: Door, orgId: string, steps: readonly Step[]): Promise<Row[][]>;
}

/** The channel by which processes tell one another that what they remember of an organization is out of date. */
export const CHANNEL = 'liaison_access';

const TRIES = 20;

/** @param forget drops what this process remembers of the organization, before the change is answered */
export function createChanges(forget: (orgId: string) => void): Changes {
  return {
    async make(door, orgId, decide) {
      for (let tries = 1; ; tries += 1) {
        const version = await accessVersion(door, orgId);
        const steps = await decide();
        try {
          const results = await door.flight([
            [expectVersion, [orgId, version]],
            [raiseVersion, [orgId]],
            ...steps,
            [expectFullAccess, [orgId]],
            [tell, [orgId]],
          ]);
          door.afterCommit(() => forget(orgId));
          return results.slice(2, -2);
        } catch (error) {
          const { code } = error as { code?: string };
          if (code !== 'LI001' && code !== '23503') throw error;
          if ((await accessVersion(door, orgId)) === version) {
            // Nothing of who may do what has moved. What else stands in the way, `decide` finds and throws.
            await decide();
            throw refuse('conflict', {
              params: { reason: 'Somebody active must keep every permission in all divisions: this would take it from the last one.' },
              cause: error,
            });
          }
          if (tries === TRIES) throw refuse('conflict', { params: { reason: 'It keeps changing; try again.' }, cause: error });
        }
      }
    },
    async send(door, orgId, steps) {
      const results = await door.flight([...steps, [tell, [orgId]]]);
      door.afterCommit(() => forget(orgId));
      return results.slice(0, -1);
    },
  };
}

async function accessVersion(door: Door, orgId: string): Promise<string> {
  const [row] = await door.rows<{ access_version: string }>(sql`select o.access_version from organizations o where o.id = $1`, [orgId]);
  if (!row) throw refuse('bad.credentials');
  return row.access_version;
}

// Waits for whoever changes the same organization, and then finds no row of that version. The weaker lock lets others
// insert rows that refer to the organization meanwhile.
const expectVersion = sql`select expect((select count(*) from (
  select 1 from organizations o where o.id = $1 and o.access_version = $2 for no key update) locked), 1)`;
const raiseVersion = sql`update organizations o set access_version = o.access_version + 1 where o.id = $1`;
const tell = sql`select pg_notify('liaison_access', $1)`;

const expectFullAccess = sql`select expect((select count(*) from (
  select 1 from grants g join roles r on r.org_id = $1 and r.id = g.role_id
  where g.org_id = $1 and g.division_id = '00000000-0000-0000-0000-000000000000'
    and r.policies @> '[{"domain": "*", "entityName": "*", "actionSet": ["*"]}]'
    and (exists (select 1 from users u where u.org_id = $1 and u.id = g.subject_id and u.state = 'active')
      or exists (select 1 from oauth_clients c where c.org_id = $1 and c.id = g.subject_id and c.state = 'active'
        and c.grant_type in ('CLIENT_CREDENTIALS', 'CLIENT-CREDENTIALS'))
      or exists (select 1 from groups t join group_members m on m.org_id = $1 and m.group_id = t.id
        join users u on u.org_id = $1 and u.id = m.user_id and u.state = 'active'
        where t.org_id = $1 and t.id = g.subject_id and t.state = 'active' and t.roles_enabled))
  limit 1) holders), 1)`;

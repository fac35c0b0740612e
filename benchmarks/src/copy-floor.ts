// The floor of bulk adds: what the rows of a request cost when COPY puts them into the same indexed tables, contacts,
// identifiers and changes, in one transaction. The rows are those that the server's handler would have written, made into
// COPY's text before anything is measured. The owner copies, for COPY knows no row-level security.
import { Pool } from 'pg';
import type { ContactRow } from '../../server/src/contacts/contact.ts';
import { contactBody } from '../../server/src/contacts/wire.ts';
import type { Step } from '../../server/src/db/database.ts';
import { type Cell, copyLine, copyText, tsvector } from './copy.ts';

type Row = Record<string, Cell>;
interface Part {
  /** `table (column, …)` */
  target: string;
  text: string;
}

export interface Copier {
  /** @param steps as contacts/store.ts makes them for new contacts @returns what copies their rows, once, and answers */
  learn(steps: readonly Step[]): Promise<() => Promise<string>>;
}

/** @param lanes connections at most, each with one transaction at a time */
export function createCopier(connection: object, lanes: number, orgId: string): Copier {
  const pool = new Pool({ ...connection, max: lanes });
  return {
    async learn(steps) {
      const now = new Date();
      const contacts = JSON.parse(valuesOf(steps, 'contacts')[1] as string) as ContactRow[];
      const [, , owners, divisions, types, sources, values] = valuesOf(steps, 'identifiers') as [unknown, unknown, ...string[][]];
      const identifiers = (owners ?? []).map(
        (owner_id, i): Row => ({ owner_id, division_id: divisions?.[i], type: types?.[i], source_id: sources?.[i], value: values?.[i] }),
      );
      const [, , , ids, , action, author] = valuesOf(steps, 'changes') as [string, unknown, unknown, string[], unknown, string, (string | null)[]];
      const [userId, clientId, homeOrgId, correlationId] = author;
      const stored = contacts.map(({ version: _, moved_from: __, ...row }) => ({ ...row, org_id: orgId, created_at: now, modified_at: now }));
      const read = await readBack(pool, orgId, stored);
      const parts = [
        partOf(
          'contacts',
          stored.map((row) => ({ ...row, words: tsvector(row.words), organization_words: read.get(row.id)?.words })),
        ),
        partOf(
          'identifiers',
          identifiers.map((row) => ({ ...row, org_id: orgId, owner_kind: 'contact', held: true, since: now })),
        ),
        partOf(
          'changes',
          stored.map((row) => ({
            org_id: orgId,
            kind: 'contact',
            record_id: row.id,
            action,
            division_id: row.division_id,
            at: now,
            user_id: userId,
            client_id: clientId,
            home_org_id: homeOrgId,
            correlation_id: correlationId,
            version: 1,
            body: read.get(row.id)?.body,
          })),
        ),
      ];
      if (ids.length !== contacts.length) throw new Error(`${contacts.length} contacts with ${ids.length} changes`);
      return async () => {
        const client = await pool.connect();
        await client.query('begin');
        for (const { target, text } of parts) await copyText(client, target, [text]);
        await client.query('commit');
        client.release();
        return '{}';
      };
    },
  };
}

function valuesOf(steps: readonly Step[], table: string): Step[1] {
  const step = steps.find(([{ text }]) => text.startsWith(`insert into ${table} `));
  if (!step) throw new Error(`nothing is written into ${table}`);
  return step[1];
}

function partOf(table: string, rows: Row[]): Part {
  return { target: `${table} (${Object.keys(rows[0] as Row).join(', ')})`, text: rows.map((row) => copyLine(Object.values(row))).join('') };
}

/** What the server's statements would find out about the contacts: their bodies, and the words of their organizations. */
async function readBack(pool: Pool, orgId: string, contacts: { id: string; words: unknown }[]): Promise<Map<string, { body: string; words: string }>> {
  const { rows } = await pool.query(
    `select x.id, ${contactBody.text}::text as body, coalesce(o.name_words, '')::text as words
     from jsonb_populate_recordset(null::contacts, $4::jsonb) x left join external_organizations o on o.org_id = $1 and o.id = x.external_organization_id`,
    [orgId, [], null, JSON.stringify(contacts.map(({ words: _, ...row }) => ({ ...row, type: 'Curated' })))],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

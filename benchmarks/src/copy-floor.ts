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
      const contacts = givenRows(stepOn(steps, 'contacts')) as unknown as ContactRow[];
      const identifiers = givenRows(stepOn(steps, 'identifiers'));
      const [, , , ids, , action, author] = stepOn(steps, 'changes')[1] as [string, unknown, unknown, string[], unknown, string, (string | null)[]];
      const [userId, clientId, homeOrgId, correlationId] = author;
      const stored = contacts.map((row) => ({ ...row, org_id: orgId, created_at: now, modified_at: now }));
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

function stepOn(steps: readonly Step[], table: string): Step {
  const step = steps.find(([{ text }]) => text.startsWith(`insert into ${table} `));
  if (!step) throw new Error(`nothing is written into ${table}`);
  return step;
}

/** The rows that a statement unnests, read from the arrays that db/columns.ts has made of them. */
function givenRows([{ text }, values]: Step): Row[] {
  const rows: Row[] = [];
  for (const [, place, type, name] of text.matchAll(/unnest\(\$(\d+)::(\w+)\[\]\) as (\w+)/g)) {
    const array = values[Number(place) - 1] as Buffer | null;
    for (const [i, bytes] of (array ? [...elementsOf(array)] : []).entries()) {
      rows[i] ??= {};
      rows[i][name as string] = bytes && cellOf(type as string, bytes);
    }
  }
  return rows;
}

const ARRAY_HEAD_BYTES = 20;

function* elementsOf(array: Buffer): Generator<Buffer | null> {
  for (let at = ARRAY_HEAD_BYTES; at < array.length; ) {
    const size = array.readInt32BE(at);
    at += 4;
    yield size < 0 ? null : array.subarray(at, at + size);
    at += Math.max(size, 0);
  }
}

function cellOf(type: string, bytes: Buffer): Cell {
  switch (type) {
    case 'uuid':
      return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    case 'jsonb':
      return JSON.parse(bytes.toString('utf8', 1));
    case 'tsvector':
      return bytes.toString('utf8', 4).split('\0\0\0').slice(0, -1);
    case 'boolean':
      return bytes[0] === 1;
    case 'integer':
      return bytes.readInt32BE();
    default:
      return bytes.toString();
  }
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

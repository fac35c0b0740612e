// A data folder of the server with N generated contacts in it, three identifiers each. Rows are made by the server's own
// functions and go in by COPY, chunk by chunk, so memory stays the same at any size. Folders are kept under results/:
// a second run on the same number finds its data there.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { ensureFirstRun } from '../../server/src/access/index.ts';
import { readConfig } from '../../server/src/config.ts';
import { type ContactRow, contactIdentifiers, readContact } from '../../server/src/contacts/contact.ts';
import { openStore, type Store } from '../../server/src/db/open.ts';
import type { Reading } from '../../server/src/families/record.ts';
import { UNASSIGNED } from '../../server/src/http/principal.ts';
import { type OrganizationRow, readOrganization } from '../../server/src/organizations/organization.ts';
import { type Cell, copyIn, tsvector } from './copy.ts';
import { createPeople, type People } from './people.ts';

export const RESULTS = new URL('../results/', import.meta.url).pathname;

/** @returns the data folder, with the server stopped and its tables analysed */
export async function ensureLoaded(contacts: number, log: (line: string) => void = console.log): Promise<string> {
  const folder = join(RESULTS, `data-${contacts}`);
  const stamp = join(folder, 'loaded.json');
  const made = stampNow();
  if (existsSync(stamp)) {
    const found = JSON.parse(readFileSync(stamp, 'utf8')) as Stamp;
    // Later migrations are applied by the server itself; changed ones and other rows need a new folder.
    if (found.rows === made.rows && found.migrations.every((checksum, i) => checksum === made.migrations[i])) return folder;
    log(`${folder} was made by another version: loading it anew`);
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const config = readConfig({ LIAISON_DATA_DIR: folder });
  const store = await openStore(config, log);
  try {
    await ensureFirstRun({ database: store.database, folder, url: 'http://127.0.0.1' });
    await load(store, createPeople(contacts), contacts, log);
  } finally {
    await store.close();
  }
  writeFileSync(stamp, JSON.stringify(made));
  return folder;
}

interface Stamp {
  rows: string;
  migrations: string[];
}

/** What the rows are made from: who the people are, and how the server reads them. */
const ROW_SOURCES = [
  './people.ts',
  './names.ts',
  './load.ts',
  ...['contacts/contact.ts', 'organizations/organization.ts', 'families/record.ts', 'families/words.ts', 'families/phone.ts', 'families/fold.ts'].map(
    (name) => `../../server/src/${name}`,
  ),
];

function stampNow(): Stamp {
  const checksum = (url: URL) => createHash('sha256').update(readFileSync(url)).digest('hex');
  const migrations = new URL('../../server/migrations/', import.meta.url);
  return {
    rows: createHash('sha256')
      .update(ROW_SOURCES.map((name) => checksum(new URL(name, import.meta.url))).join())
      .digest('hex'),
    migrations: readdirSync(migrations)
      .filter((name) => name.endsWith('.sql'))
      .sort()
      .map((name) => checksum(new URL(name, migrations))),
  };
}

// Commits in chunks: one long import transaction was quadratic on a peer, whose plans stayed those of empty tables.
const CHUNK_CONTACTS = 50_000;

async function load(store: Store, people: People, contacts: number, log: (line: string) => void): Promise<void> {
  const began = performance.now();
  const client = await store.database.connect();
  try {
    const { rows } = await client.query('select id, word_prefix, default_country_code from organizations');
    const orgId = rows[0].id as string;
    const reading: Reading = { wordPrefix: rows[0].word_prefix, defaultCountryCode: rows[0].default_country_code };
    // Building an index at the end is several times as fast as keeping it up row by row.
    const indexes = await dropIndexes(client);
    const names: string[] = [];
    await copyIn(client, `external_organizations (${ORGANIZATION_COLUMNS})`, organizationRows(orgId, people, reading, names));
    const words = new Map(names.map((name, i) => [people.companyId(i), name]));
    for (let from = 0; from < contacts; from += CHUNK_CONTACTS) {
      const chunk: ContactRow[] = [];
      const to = Math.min(from + CHUNK_CONTACTS, contacts);
      await copyIn(client, `contacts (${CONTACT_COLUMNS})`, contactRows(orgId, people, reading, from, to, words, chunk));
      await copyIn(client, `identifiers (${IDENTIFIER_COLUMNS})`, identifierRows(orgId, chunk));
      log(`${to} contacts in ${seconds(began)} s`);
    }
    await client.query("set maintenance_work_mem = '512MB'");
    for (const index of indexes) await client.query(index);
    await client.query('vacuum analyze');
    log(`indexed and analysed after ${seconds(began)} s`);
  } finally {
    await client.end();
  }
}

const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(1);

/** Drops the indexes of the loaded tables that no constraint needs. @returns the statements that make them again */
async function dropIndexes(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
     where i.indrelid in ('contacts'::regclass, 'external_organizations'::regclass, 'identifiers'::regclass)
       and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return rows.map((row) => row.definition);
}

const ORGANIZATION_FIELDS = [
  'id',
  'division_id',
  'name',
  'company_type',
  'industry',
  'address',
  'phone_number',
  'employee_count',
  'websites',
  'name_key',
  'company_type_key',
  'industry_key',
] as const satisfies (keyof OrganizationRow)[];
const ORGANIZATION_COLUMNS = ['org_id', ...ORGANIZATION_FIELDS, 'words', 'name_words', 'created_at', 'modified_at'].join(', ');

function* organizationRows(orgId: string, people: People, reading: Reading, names: string[]): Iterable<Cell[]> {
  for (let i = 0; i < people.companies; i += 1) {
    const row = readOrganization(people.companyId(i), UNASSIGNED, people.company(i), reading);
    const name = tsvector(row.name_words);
    names.push(name);
    const now = new Date();
    yield [orgId, ...ORGANIZATION_FIELDS.map((field) => row[field]), tsvector(row.words), name, now, now];
  }
}

const CONTACT_FIELDS = [
  'id',
  'division_id',
  'first_name',
  'middle_name',
  'last_name',
  'salutation',
  'title',
  'work_phone',
  'cell_phone',
  'work_email',
  'address',
  'external_organization_id',
  'survey_opt_out',
  'first_name_key',
  'middle_name_key',
  'last_name_key',
  'title_key',
] as const satisfies (keyof ContactRow)[];
const CONTACT_COLUMNS = ['org_id', ...CONTACT_FIELDS, 'words', 'organization_words', 'created_at', 'modified_at'].join(', ');

/** @param read gets the rows, for their identifiers */
function* contactRows(
  orgId: string,
  people: People,
  reading: Reading,
  from: number,
  to: number,
  organizationWords: Map<string, string>,
  read: ContactRow[],
): Iterable<Cell[]> {
  for (let i = from; i < to; i += 1) {
    const row = readContact(people.contactId(i), UNASSIGNED, people.contact(i), reading);
    read.push(row);
    const now = new Date();
    yield [orgId, ...CONTACT_FIELDS.map((field) => row[field]), tsvector(row.words), organizationWords.get(row.external_organization_id ?? '') ?? '', now, now];
  }
}

const IDENTIFIER_COLUMNS = 'org_id, owner_kind, owner_id, division_id, type, value, held, since';

function* identifierRows(orgId: string, rows: ContactRow[]): Iterable<Cell[]> {
  for (const row of rows) {
    const now = new Date();
    for (const { type, value } of contactIdentifiers(row)) yield [orgId, 'contact', row.id, UNASSIGNED, type, value, true, now];
  }
}

if (import.meta.main) await ensureLoaded(Number(process.argv[2] ?? 200_000));

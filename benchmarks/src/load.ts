// A data folder of the server with N generated contacts in it, three identifiers each, as if the server had written them.
// Rows are made by its own functions and go in by COPY, chunk by chunk, so memory stays the same at any size; what each
// write would have left in the changes is made of them by its own projections. Folders are kept under results/: a second
// run on the same number finds its data there.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { ensureFirstRun } from '../../server/src/access/index.ts';
import { readConfig } from '../../server/src/config.ts';
import { type ContactRow, contactIdentifiers, readContact } from '../../server/src/contacts/contact.ts';
import { contactBody } from '../../server/src/contacts/wire.ts';
import { openStore, type Store } from '../../server/src/db/open.ts';
import type { CustomFields, Reading } from '../../server/src/families/record.ts';
import { UNASSIGNED } from '../../server/src/http/principal.ts';
import { type OrganizationRow, readOrganization } from '../../server/src/organizations/organization.ts';
import { organizationBody } from '../../server/src/organizations/wire.ts';
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
  ...[
    'contacts/contact.ts',
    'contacts/wire.ts',
    'organizations/organization.ts',
    'organizations/wire.ts',
    'families/record.ts',
    'families/words.ts',
    'families/phone.ts',
    'families/fold.ts',
  ].map((name) => `../../server/src/${name}`),
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
    const { rows } = await client.query(
      'select o.id, o.word_prefix, o.default_country_code, c.id as client_id from organizations o join oauth_clients c on c.org_id = o.id',
    );
    const orgId = rows[0].id as string;
    const reading: Reading = { wordPrefix: rows[0].word_prefix, defaultCountryCode: rows[0].default_country_code, customFields: () => NO_CUSTOM_FIELDS };
    const record = (kind: keyof typeof CHANGES, from: string, to: string) =>
      client.query(CHANGES[kind], [orgId, [], null, from, to, rows[0].client_id, crypto.randomUUID()]);
    // Building an index at the end is several times as fast as keeping it up row by row.
    const indexes = await dropIndexes(client);
    const names: string[] = [];
    await copyIn(client, `external_organizations (${ORGANIZATION_COLUMNS})`, organizationRows(orgId, people, reading, names));
    await record('organization', people.companyId(0), people.companyId(people.companies - 1));
    const words = new Map(names.map((name, i) => [people.companyId(i), name]));
    for (let from = 0; from < contacts; from += CHUNK_CONTACTS) {
      const chunk: ContactRow[] = [];
      const to = Math.min(from + CHUNK_CONTACTS, contacts);
      await copyIn(client, `contacts (${CONTACT_COLUMNS})`, contactRows(orgId, people, reading, from, to, words, chunk));
      await copyIn(client, `identifiers (${IDENTIFIER_COLUMNS})`, identifierRows(orgId, chunk));
      await record('contact', people.contactId(from), people.contactId(to - 1));
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
     where i.indrelid in ('contacts'::regclass, 'external_organizations'::regclass, 'identifiers'::regclass, 'changes'::regclass)
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

// The server's own way to write a change, of the records of a range of ids.
const CHANGE_COLUMNS = 'org_id, kind, record_id, action, division_id, at, client_id, home_org_id, correlation_id, version, body';
const CHANGES = {
  organization: `insert into changes (${CHANGE_COLUMNS})
    select $1, 'organization', x.id, 'create', x.division_id, x.created_at, $6, $1, $7, x.version, ${organizationBody.text}
    from external_organizations x where x.org_id = $1 and x.id between $4 and $5 and $3::uuid[] is null order by x.id`,
  contact: `insert into changes (${CHANGE_COLUMNS})
    select $1, 'contact', x.id, 'create', x.division_id, x.created_at, $6, $1, $7, x.version, ${contactBody.text}
    from contacts x where x.org_id = $1 and x.id between $4 and $5 order by x.id`,
};

const NO_CUSTOM_FIELDS: CustomFields = { schema_id: null, schema_version: null, custom_fields: null, texts: [], ids: [] };

const IDENTIFIER_COLUMNS = 'org_id, owner_kind, owner_id, division_id, type, value, held, since';

function* identifierRows(orgId: string, rows: ContactRow[]): Iterable<Cell[]> {
  for (const row of rows) {
    const now = new Date();
    for (const { type, value } of contactIdentifiers(row)) yield [orgId, 'contact', row.id, UNASSIGNED, type, value, true, now];
  }
}

if (import.meta.main) await ensureLoaded(Number(process.argv[2] ?? 200_000));

// Directus over a table of contacts with an index for its sort, as its own guide has it: an existing table, found at
// start and served under /items. The search is its own, over every text column.
import { Client } from 'pg';
import { copyIn } from './copy.ts';
import { freePort, install, runProgram, startProgram, stopProgram } from './peer-process.ts';
import type { Peer, Place } from './peers.ts';
import type { People } from './people.ts';

const PACKAGES = { directus: '^11.17.0' };
const TOKEN = 'benchmark-token-of-the-administrator';

export async function startDirectus({ folder, connection, people, contacts, node }: Place): Promise<Peer> {
  await install(folder, PACKAGES);
  const client = new Client(connection);
  await client.connect();
  await fill(client, people, contacts).finally(() => client.end());
  const port = await freePort();
  const env = {
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DB_CLIENT: 'pg',
    DB_HOST: connection.host,
    DB_PORT: String(connection.port),
    DB_USER: connection.user,
    DB_PASSWORD: 'none',
    DB_DATABASE: connection.database,
    SECRET: 'benchmark',
    ADMIN_EMAIL: 'admin@example.com',
    ADMIN_PASSWORD: 'benchmark',
    ADMIN_TOKEN: TOKEN,
    LOG_LEVEL: 'error',
    TELEMETRY: 'false',
    RATE_LIMITER_ENABLED: 'false',
    CACHE_ENABLED: 'false',
  };
  const program = 'node_modules/directus/cli.js';
  await runProgram(node, folder, [program, 'bootstrap'], env);
  const child = await startProgram(node, folder, [program, 'start'], env, `http://127.0.0.1:${port}/server/ping`);
  return {
    name: 'Directus',
    port,
    pid: child.pid as number,
    headers: { authorization: `Bearer ${TOKEN}` },
    stop: () => stopProgram(child),
    requests(row, count, from) {
      const get = (path: string) => ({ method: 'GET', path: `/items/contacts${path}` });
      switch (row) {
        case 'point read':
          return Array.from({ length: count }, (_, n) => get(`/${people.contactId((n * 7919) % contacts)}`));
        case 'list by lastName':
          return [get('?limit=25&sort=last_name'), get('?limit=25&sort=last_name&page=3')];
        case 'search: one word':
          return [get('?limit=25&search=smith')];
        case 'create':
          return Array.from({ length: count }, (_, n) => ({
            method: 'POST',
            path: '/items/contacts',
            body: JSON.stringify(recordOf(people, contacts + from + n)),
          }));
        default:
          throw new Error(`unknown row ${row satisfies never}`);
      }
    },
  };
}

const COLUMNS = ['id', 'first_name', 'middle_name', 'last_name', 'title', 'work_phone', 'cell_phone', 'work_email', 'address', 'external_organization_id'];

function recordOf(people: People, i: number): Record<string, unknown> {
  const { firstName, middleName, lastName, title, workPhone, cellPhone, workEmail, address, externalOrganization } = people.contact(i);
  return {
    id: people.contactId(i),
    first_name: firstName,
    middle_name: middleName,
    last_name: lastName,
    title,
    work_phone: workPhone?.display,
    cell_phone: cellPhone?.display,
    work_email: workEmail,
    address,
    external_organization_id: externalOrganization?.id,
  };
}

async function fill(client: Client, people: People, contacts: number): Promise<void> {
  await client.query('drop table if exists contacts');
  await client.query(`create table contacts (id uuid primary key, first_name varchar, middle_name varchar, last_name varchar, title varchar,
    work_phone varchar, cell_phone varchar, work_email varchar, address json, external_organization_id uuid)`);
  const rows = function* () {
    for (let i = 0; i < contacts; i += 1) {
      const record = recordOf(people, i);
      yield COLUMNS.map((column) => record[column] as string);
    }
  };
  await copyIn(client, `contacts (${COLUMNS})`, rows());
  await client.query('create index on contacts (last_name, id)');
  await client.query('vacuum analyze contacts');
}

// Parse Server over its PostgreSQL adapter: a class made through its schema API, filled by COPY into the table that it
// made, with an index for its sort. The search is a regular expression over the names, which is how its guides search.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { copyIn } from './copy.ts';
import { freePort, install, startProgram, stopProgram } from './peer-process.ts';
import type { Peer, Place } from './peers.ts';
import type { People } from './people.ts';

const PACKAGES = { 'parse-server': '^9.0.0', express: '^5.0.0' };
const HEADERS = { 'x-parse-application-id': 'benchmark', 'x-parse-master-key': 'benchmark' };

const PROGRAM = `
import express from 'express';
import { ParseServer } from 'parse-server';
const { PORT, DB_HOST, DB_USER, DB_NAME } = process.env;
const parse = new ParseServer({
  databaseURI: 'postgres://' + DB_USER + '@localhost:5432/' + DB_NAME,
  databaseOptions: { host: DB_HOST },
  appId: 'benchmark', masterKey: 'benchmark', serverURL: 'http://127.0.0.1:' + PORT + '/parse',
  silent: true, logLevel: 'error', allowClientClassCreation: true, enableAnonymousUsers: false,
});
await parse.start();
const app = express();
app.use('/parse', parse.app);
app.listen(Number(PORT), '127.0.0.1');
`;

export async function startParse({ folder, connection, people, contacts, node }: Place): Promise<Peer> {
  await install(folder, PACKAGES);
  writeFileSync(join(folder, 'serve.js'), PROGRAM);
  const port = await freePort();
  const base = `http://127.0.0.1:${port}/parse`;
  const env = { PORT: String(port), DB_HOST: connection.host, DB_USER: connection.user, DB_NAME: connection.database };
  const child = await startProgram(node, folder, ['serve.js'], env, `${base}/health`);
  const client = new Client(connection);
  await client.connect();
  await fill(client, base, people, contacts).finally(() => client.end());
  return {
    name: 'Parse Server',
    port,
    pid: child.pid as number,
    headers: HEADERS,
    stop: () => stopProgram(child),
    requests(row, count, from) {
      const get = (path: string) => ({ method: 'GET', path: `/parse/classes/Contact${path}` });
      const smith = { $or: ['firstName', 'lastName', 'workEmail'].map((field) => ({ [field]: { $regex: 'smith', $options: 'i' } })) };
      switch (row) {
        case 'point read':
          return Array.from({ length: count }, (_, n) => get(`/${objectId((n * 7919) % contacts)}`));
        case 'list by lastName':
          return [get('?limit=25&order=lastName'), get('?limit=25&order=lastName&skip=50')];
        case 'search: one word':
          return [get(`?limit=25&order=lastName&where=${encodeURIComponent(JSON.stringify(smith))}`)];
        case 'create':
          return Array.from({ length: count }, (_, n) => ({
            method: 'POST',
            path: '/parse/classes/Contact',
            body: JSON.stringify(recordOf(people, contacts + from + n)),
          }));
        default:
          throw new Error(`unknown row ${row satisfies never}`);
      }
    },
  };
}

const objectId = (i: number): string => `c${String(i).padStart(9, '0')}`;

const FIELDS = ['firstName', 'middleName', 'lastName', 'title', 'workPhone', 'cellPhone', 'workEmail', 'address', 'externalOrganizationId'];

function recordOf(people: People, i: number): Record<string, unknown> {
  const { firstName, middleName, lastName, title, workPhone, cellPhone, workEmail, address, externalOrganization } = people.contact(i);
  return {
    firstName,
    middleName,
    lastName,
    title,
    workPhone: workPhone?.display,
    cellPhone: cellPhone?.display,
    workEmail,
    address,
    externalOrganizationId: externalOrganization?.id,
  };
}

async function fill(client: Client, base: string, people: People, contacts: number): Promise<void> {
  const fields = Object.fromEntries(FIELDS.map((field) => [field, { type: field === 'address' ? 'Object' : 'String' }]));
  const made = await fetch(`${base}/schemas/Contact`, {
    method: 'POST',
    headers: { ...HEADERS, 'content-type': 'application/json' },
    body: JSON.stringify({ className: 'Contact', fields }),
  });
  // 103: the class is there from an earlier run.
  if (!made.ok && !(await made.text()).includes('103')) throw new Error(`Parse Server made no class: ${made.status}`);
  await client.query('truncate "Contact"');
  const now = new Date();
  const rows = function* () {
    for (let i = 0; i < contacts; i += 1) {
      const record = recordOf(people, i);
      yield [objectId(i), now, now, ...FIELDS.map((field) => record[field] as string)];
    }
  };
  await copyIn(client, `"Contact" ("objectId", "createdAt", "updatedAt", ${FIELDS.map((field) => `"${field}"`)})`, rows());
  await client.query('create index if not exists contact_by_last_name on "Contact" ("lastName", "objectId")');
  await client.query('vacuum analyze "Contact"');
}

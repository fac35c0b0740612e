#!/usr/bin/env node
// Ours beside what a team would otherwise put up: Parse Server and Directus, each installed into a folder of its own,
// on the same embedded PostgreSQL, with the same people in a table as they would make it. Not part of CI.
//
//   node benchmarks/src/peers.ts [--contacts 100000] [--seconds 4] [--node PATH]
//
// `--node` runs the peers by another Node.js: one of them compiles native modules, for the version whose headers are there.
// A peer that cannot be installed or started is named with the reason, and the others are measured.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbedded } from '../../server/src/db/embedded.ts';
import { startDirectus } from './directus.ts';
import { drive, encode, type Request } from './drive.ts';
import { ensureLoaded, RESULTS } from './load.ts';
import { startParse } from './parse.ts';
import { createPeople, type People } from './people.ts';
import { ROWS } from './rows.ts';
import { residentMb, startOurs } from './servers.ts';
import { removeWritten } from './written.ts';

export const PEER_ROWS = ['point read', 'list by lastName', 'search: one word', 'create'] as const;
export type PeerRow = (typeof PEER_ROWS)[number];

/** A server with the contacts in it, ready to be asked. */
export interface Peer {
  name: string;
  port: number;
  pid: number;
  headers: Record<string, string>;
  requests(row: PeerRow, count: number, from: number): Request[] | Promise<Request[]>;
  stop(): Promise<void>;
}

/** What a peer starts with: a folder to install into, a database of its own to fill, and the people. */
export interface Place {
  folder: string;
  connection: { host: string; port: number; user: string; database: string };
  people: People;
  contacts: number;
  node: string;
}

const CLIENTS = 10;
const ROUNDS = 3;
const WARM_SECONDS = 1;
const WRITES_PER_SECOND_MAX = 5000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      contacts: { type: 'string', default: '100000' },
      seconds: { type: 'string', default: '4' },
      node: { type: 'string', default: process.execPath },
    },
  });
  const contacts = Number(values.contacts);
  const people = createPeople(contacts);
  const servers: Peer[] = [await ours(contacts, people)];
  const absent: { name: string; reason: string }[] = [];
  const databases: { stop(): Promise<void> }[] = [];
  try {
    for (const [name, start] of [
      ['Parse Server', startParse],
      ['Directus', startDirectus],
    ] as const) {
      const folder = join(RESULTS, 'peers', name.toLowerCase().replace(' ', '-'));
      mkdirSync(folder, { recursive: true });
      try {
        const database = await startEmbedded(join(folder, 'postgres'), () => undefined);
        databases.push(database);
        servers.push(await start({ folder, connection: database.connection, people, contacts, node: values.node }));
      } catch (error) {
        absent.push({ name, reason: (error as Error).message });
        console.log(`${name} could not be started: ${(error as Error).message}`);
      }
    }
    const table = await measureAll(servers, Number(values.seconds));
    report(contacts, servers, table, absent);
  } finally {
    for (const server of servers) await server.stop();
    for (const database of databases) await database.stop();
  }
}

async function ours(contacts: number, people: People): Promise<Peer> {
  const folder = await ensureLoaded(contacts);
  const server = await startOurs(folder);
  const subject = { contacts, people, get: async (path: string) => (await server.request('GET', path)).body };
  return {
    name: 'Liaison',
    port: server.port,
    pid: server.process.pid as number,
    headers: { authorization: `Bearer ${await server.token()}` },
    requests: (row, count, from) => ROWS.find(({ name }) => name === row)?.requests(subject, count, from) ?? [],
    stop: async () => {
      await removeWritten(folder, contacts);
      await server.stop({ keep: true });
    },
  };
}

/** Requests per second, by row and server. The servers take turns in short rounds. */
async function measureAll(servers: Peer[], seconds: number): Promise<Map<PeerRow, number[]>> {
  const table = new Map<PeerRow, number[]>();
  let from = 0;
  for (const row of PEER_ROWS) {
    const rates: number[][] = servers.map(() => []);
    for (let round = -1; round < ROUNDS; round += 1) {
      const long = round < 0 ? WARM_SECONDS : seconds / ROUNDS;
      for (const [i, server] of servers.entries()) {
        const once = row === 'create';
        const count = once ? Math.ceil(WRITES_PER_SECOND_MAX * long) : 1000;
        const buffers = (await server.requests(row, count, from)).map((request) => encode(request, server.headers));
        if (once) from += count;
        let at = 0;
        const { rate } = await drive(server.port, () => (once ? buffers[at++] : buffers[at++ % buffers.length]), { connections: CLIENTS, seconds: long });
        if (round >= 0) rates[i]?.push(rate);
      }
    }
    table.set(
      row,
      rates.map((some) => some.sort((a, b) => a - b)[some.length >> 1] as number),
    );
  }
  return table;
}

function report(contacts: number, servers: Peer[], table: Map<PeerRow, number[]>, absent: object[]): void {
  const memory = servers.map(({ pid }) => Math.round(residentMb(pid)));
  const line = (cells: (string | number)[]) => console.log(cells.map((cell, i) => (i === 0 ? String(cell).padEnd(20) : String(cell).padStart(14))).join(''));
  console.log(`\nrequests per second, ${CLIENTS} clients, ${contacts} contacts`);
  line(['', ...servers.map(({ name }) => name)]);
  for (const [row, rates] of table) line([row, ...rates.map((rate) => (rate < 100 ? rate.toFixed(1) : rate.toFixed(0)))]);
  line(['memory, MB', ...memory]);
  const date = new Date().toISOString();
  const file = join(RESULTS, `peers-${contacts}-${date.replaceAll(':', '')}.json`);
  const names = servers.map(({ name }) => name);
  writeFileSync(file, `${JSON.stringify({ date, contacts, clients: CLIENTS, names, rates: Object.fromEntries(table), memoryMb: memory, absent }, null, 2)}\n`);
  console.log(`Written to ${file}`);
}

if (import.meta.main) await main();

#!/usr/bin/env node
// The benchmark: ours beside the floor, on the same data in the same run (design.md, "How fast is fast").
//
//   npm run bench -- --contacts 200000 [--rows point,search] [--seconds 4] [--check]
//
// The machine is shared and noisy, so the two take turns in short rounds, and a row's ratio is the median of its
// rounds' ratios; beside it stands the ratio of processor time, which other people's work disturbs less. `--check` ends with 1 where a target is missed.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { findRunning } from '../../server/src/db/embedded.ts';
import { drive, encode, type Request } from './drive.ts';
import { ensureLoaded, RESULTS } from './load.ts';
import { createPeople } from './people.ts';
import { ROWS, type Row, type Subject } from './rows.ts';
import { cpuMs, cpuSince, type Floor, postgresCpuMs, residentMb, startFloor, startOurs } from './servers.ts';
import { printTable } from './table.ts';

/** One row at one number of connections. Times in milliseconds, CPU per request. */
export interface Result {
  row: string;
  connections: number;
  ours: Side;
  floor: Side;
  /** Ours over the floor's rate: the median of the rounds. */
  ratio: number;
  /** What the floor's processor time (server and PostgreSQL) is of ours: steadier than the rate on a busy machine. */
  cpuRatio: number;
  target: number;
  oursRssMb: number;
}

interface Side {
  rate: number;
  p50Ms: number;
  p99Ms: number;
  slowestMs: number;
  /** Of the server process, and of PostgreSQL meanwhile. */
  cpuMs: number;
  postgresCpuMs: number;
}

type Ours = Awaited<ReturnType<typeof startOurs>>;

interface Bench {
  folder: string;
  ours: Ours;
  token: string;
  floor: Floor;
  subject: Subject;
  seconds: number;
  /** How many writes were made, so that each is made once. */
  written: number;
}

const CONNECTIONS = [1, 16];
// Short, so that both sides meet the same weather, and at least as many as a median needs.
const ROUND_SECONDS = 0.4;
const ROUNDS_MIN = 3;
const READ_REQUESTS = 2000;
/** Writes are made ready before a round, as many as the floor may use up. */
const WRITES_PER_SECOND_MAX = { one: 1500, many: 5000 };
const WARM_SECONDS = 0.8;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      contacts: { type: 'string', default: '200000' },
      rows: { type: 'string', default: '' },
      seconds: { type: 'string', default: '4' },
      check: { type: 'boolean', default: false },
    },
  });
  const contacts = Number(values.contacts);
  const wanted = values.rows.split(',').filter((name) => name !== '');
  const isWanted = (name: string) => wanted.length === 0 || wanted.some((part) => name.includes(part));

  const folder = await ensureLoaded(contacts);
  const start = isWanted('start') ? await measureStart(folder) : undefined;
  const results: Result[] = [];
  const ours = await startOurs(folder);
  const pid = ours.process.pid as number;
  const floor = await startFloor(folder);
  try {
    const idleRssMb = await idle(pid);
    await removeWritten(folder, contacts);
    const subject: Subject = { contacts, people: createPeople(contacts), get: async (path) => (await ours.request('GET', path)).body };
    const bench: Bench = { folder, ours, token: await ours.token(), floor, subject, seconds: Number(values.seconds), written: 0 };
    for (const row of ROWS.filter(({ name }) => isWanted(name))) {
      for (const connections of CONNECTIONS) {
        const result = await measure(bench, row, connections);
        results.push(result);
        printTable([result], results.length === 1);
      }
    }
    const missed = missedTargets(results, start, idleRssMb);
    report({ contacts, start, idleRssMb, results, missed });
    if (values.check && missed.length > 0) process.exitCode = 1;
    if (bench.written > 0) await removeWritten(folder, contacts);
  } finally {
    floor.process.kill();
    await ours.stop({ keep: true });
  }
}

// Rows ------------------------------------------------------------------------------------------------------------------

async function measure(bench: Bench, row: Row, connections: number): Promise<Result> {
  const { ours, floor } = bench;
  const sides = { ours: newTally(), floor: newTally() };
  const ratios: number[] = [];
  const rounds = Math.max(ROUNDS_MIN, Math.round(bench.seconds / ROUND_SECONDS));
  const reads = row.writes ? [] : await row.requests(bench.subject, READ_REQUESTS, 0);
  if (!row.writes) await floor.prepare(row.operationId, reads);
  const round = async (side: 'ours' | 'floor', seconds: number, tally?: Tally) => {
    const requests = row.writes ? await newWrites(bench, row, connections, seconds) : reads;
    if (row.writes && side === 'floor') await floor.prepare(row.operationId, requests);
    const buffers = requests.map((request, n) => (side === 'ours' ? encode(request, { authorization: `Bearer ${bench.token}` }) : encode(asFloor(request, n))));
    return oneRound(bench, side, buffers, { connections, seconds, once: row.writes }, tally);
  };
  await round('ours', WARM_SECONDS);
  await round('floor', WARM_SECONDS);
  for (let n = 0; n < rounds; n += 1) {
    const rate = await round('ours', bench.seconds / rounds, sides.ours);
    ratios.push(rate / (await round('floor', bench.seconds / rounds, sides.floor)));
  }
  const [mine, least] = [sideOf(sides.ours), sideOf(sides.floor)];
  return {
    row: row.name,
    connections,
    ours: mine,
    floor: least,
    ratio: median(ratios),
    cpuRatio: (least.cpuMs + least.postgresCpuMs) / (mine.cpuMs + mine.postgresCpuMs),
    target: row.target,
    oursRssMb: residentMb(ours.process.pid as number),
  };
}

function newWrites(bench: Bench, row: Row, connections: number, seconds: number): Request[] | Promise<Request[]> {
  const count = Math.ceil((connections === 1 ? WRITES_PER_SECOND_MAX.one : WRITES_PER_SECOND_MAX.many) * seconds);
  bench.written += count;
  return row.requests(bench.subject, count, bench.written - count);
}

/** The floor knows requests by their number. */
const asFloor = (request: Request, n: number): Request => ({ ...request, path: `/${n}` });

interface Tally {
  rates: number[];
  latenciesMs: number[];
  cpuMs: number;
  postgresCpuMs: number;
}

const newTally = (): Tally => ({ rates: [], latenciesMs: [], cpuMs: 0, postgresCpuMs: 0 });

async function oneRound(
  { ours, floor, folder }: Bench,
  side: 'ours' | 'floor',
  buffers: Buffer[],
  load: { connections: number; seconds: number; once: boolean },
  tally: Tally = newTally(),
): Promise<number> {
  const [port, pid] = side === 'ours' ? [ours.port, ours.process.pid] : [floor.port, floor.process.pid];
  let at = 0;
  const next = () => (load.once ? buffers[at++] : buffers[at++ % buffers.length]);
  const before = [cpuMs(pid as number), postgresCpuMs(folder)] as const;
  const { rate, latenciesMs } = await drive(port, next, load);
  tally.cpuMs += cpuMs(pid as number) - before[0];
  tally.postgresCpuMs += cpuSince(before[1], postgresCpuMs(folder));
  tally.rates.push(rate);
  for (const latency of latenciesMs) tally.latenciesMs.push(latency);
  return rate;
}

function sideOf({ rates, latenciesMs, ...cpu }: Tally): Side {
  const sorted = Float64Array.from(latenciesMs).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return {
    rate: median(rates),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    slowestMs: at(1),
    cpuMs: cpu.cpuMs / sorted.length,
    postgresCpuMs: cpu.postgresCpuMs / sorted.length,
  };
}

// Start and memory ------------------------------------------------------------------------------------------------------

const STARTS = 5;
const START_SECONDS_MAX = 1.5;
const IDLE_MB_MAX = 150;
const IDLE_AFTER_MS = 3000;
const BUSY_ABOVE = 3;

/** Seconds from spawning the process on an existing folder until /readyz answers 200: the median. */
async function measureStart(folder: string): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < STARTS; n += 1) {
    const began = performance.now();
    const server = await startOurs(folder);
    const { status } = await fetch(`${server.url}/readyz`);
    times.push((performance.now() - began) / 1000);
    await server.stop({ keep: true });
    if (status !== 200) throw new Error(`/readyz answered ${status}`);
  }
  return median(times);
}

async function idle(pid: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, IDLE_AFTER_MS));
  return residentMb(pid);
}

// What it comes to ------------------------------------------------------------------------------------------------------

function missedTargets(results: Result[], start: number | undefined, idleRssMb: number): string[] {
  const missed = results.flatMap(({ row, connections, ratio, target, ours }) => {
    const slowestMs = connections === 1 ? ROWS.find(({ name }) => name === row)?.slowestMs : undefined;
    return [
      ...(ratio < target ? [`${row} at ${connections}: ${ratio.toFixed(2)} of the floor, not ${target}`] : []),
      ...(slowestMs !== undefined && ours.slowestMs > slowestMs ? [`${row}: one answer took ${ours.slowestMs.toFixed(0)} ms, not ${slowestMs}`] : []),
    ];
  });
  if (start !== undefined && start > START_SECONDS_MAX) missed.push(`start: ${start.toFixed(2)} s, not ${START_SECONDS_MAX}`);
  if (idleRssMb > IDLE_MB_MAX) missed.push(`idle: ${idleRssMb.toFixed(0)} MB, not ${IDLE_MB_MAX}`);
  return missed;
}

function report(found: { contacts: number; start: number | undefined; idleRssMb: number; results: Result[]; missed: string[] }): void {
  const commit = execFileSync('git', ['describe', '--always', '--dirty'], { cwd: RESULTS, encoding: 'utf8' }).trim();
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, memoryGb: Math.round(totalmem() / 2 ** 30), node: process.version };
  const load = loadavg()[1] as number;
  const date = new Date().toISOString();
  mkdirSync(RESULTS, { recursive: true });
  const file = join(RESULTS, `liaison-${found.contacts}-${date.replaceAll(':', '')}.json`);
  writeFileSync(file, `${JSON.stringify({ date, commit, machine, load, ...found }, null, 2)}\n`);
  if (found.start !== undefined) console.log(`\nstart on an existing folder: ${found.start.toFixed(2)} s to /readyz`);
  console.log(`idle memory of the server: ${found.idleRssMb.toFixed(0)} MB`);
  // The bench itself keeps about two cores busy.
  if (load > BUSY_ABOVE) console.log(`The machine was busy (load ${load.toFixed(1)}): believe "of CPU" more than "ratio", and no single answer's time.`);
  console.log(found.missed.length === 0 ? 'Every target is met.' : `Missed:\n  ${found.missed.join('\n  ')}`);
  console.log(`Written to ${file}`);
}

/** What the write rows created goes, also of a run that was interrupted, so that each finds the same number of contacts. */
export async function removeWritten(folder: string, contacts: number): Promise<void> {
  const client = new Client(await findRunning(join(folder, 'postgres')));
  await client.connect();
  const last = createPeople(contacts).contactId(contacts - 1);
  await client.query("delete from identifiers i using organizations o where i.org_id = o.id and i.owner_kind = 'contact' and i.owner_id > $1", [last]);
  const { rowCount } = await client.query('delete from contacts c using organizations o where c.org_id = o.id and c.id > $1', [last]);
  if (rowCount) await client.query('vacuum analyze contacts, identifiers');
  await client.end();
}

function median(numbers: number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

if (import.meta.main) await main();

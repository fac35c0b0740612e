// One row at one number of connections: ours and the floor take turns in short rounds, because machines are shared and
// noisy. A row's ratio is the median of its rounds' ratios; beside it stands that of processor time, which other people's
// work disturbs less.
import { drive, encode, type Request } from './drive.ts';
import type { Row, Subject } from './rows.ts';
import { cpuMs, cpuSince, type Floor, postgresCpuMs, residentMb, type startOurs } from './servers.ts';

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

export interface Side {
  /** Requests per second, or records where a request brings many; the median of the rounds. */
  rate: number;
  /** Of single answers; not a number where there are none. */
  p50Ms: number;
  p99Ms: number;
  slowestMs: number;
  /** Of the server process, and of PostgreSQL meanwhile. */
  cpuMs: number;
  postgresCpuMs: number;
}

type Ours = Awaited<ReturnType<typeof startOurs>>;

export interface Bench {
  folder: string;
  ours: Ours;
  token: string;
  floor: Floor;
  subject: Subject;
  seconds: number;
  /** How many records were written, so that each is made once. */
  written: number;
}

// Short, so that both sides meet the same weather, and at least as many as a median needs.
const ROUND_SECONDS = { one: 0.4, bulk: 1 };
export const ROUNDS_MIN = 3;
const READ_REQUESTS = 2000;
/** Writes are made ready before a round, as many records as the floor may use up. */
const WRITES_PER_SECOND_MAX = { one: 1500, many: 5000, bulk: 15_000 };
const WARM_SECONDS = 0.8;

export async function measure(bench: Bench, row: Row, connections: number): Promise<Result> {
  const { ours, floor } = bench;
  const sides = { ours: newTally(), floor: newTally() };
  const ratios: number[] = [];
  const rounds = Math.max(ROUNDS_MIN, Math.round(bench.seconds / (row.records ? ROUND_SECONDS.bulk : ROUND_SECONDS.one)));
  const copies = row.records !== undefined;
  const reads = row.writes ? [] : await row.requests(bench.subject, READ_REQUESTS, 0);
  if (!row.writes) await floor.prepare(row.operationId, reads, copies);
  if (copies) await requireSuccess(bench, row);
  const round = async (side: 'ours' | 'floor', seconds: number, tally?: Tally) => {
    const requests = row.writes ? await newWrites(bench, row, connections, seconds) : reads;
    if (row.writes && side === 'floor') await floor.prepare(row.operationId, requests, copies);
    const buffers = requests.map((request, n) => (side === 'ours' ? encode(request, { authorization: `Bearer ${bench.token}` }) : encode(asFloor(request, n))));
    return oneRound(bench, side, buffers, { connections, seconds, once: row.writes, records: row.records ?? 1 }, tally);
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
  const most = row.records ? WRITES_PER_SECOND_MAX.bulk / row.records : connections === 1 ? WRITES_PER_SECOND_MAX.one : WRITES_PER_SECOND_MAX.many;
  return nextWrites(bench, row, Math.max(Math.ceil(most * seconds), connections));
}

/** Requests that nobody has sent yet. */
export function nextWrites(bench: Bench, row: Row, count: number): Request[] | Promise<Request[]> {
  const from = bench.written;
  bench.written += count * (row.records ?? 1);
  return row.requests(bench.subject, count, from);
}

/** A bulk operation answers 200 whatever became of its items. */
async function requireSuccess(bench: Bench, row: Row): Promise<void> {
  const [request] = (await nextWrites(bench, row, 1)) as [Request];
  const { body } = await bench.ours.request(request.method, request.path, { body: request.body });
  if (body.errorCount !== 0) throw new Error(`${row.name}: ${body.errorCount} items were refused`);
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
  load: { connections: number; seconds: number; once: boolean; records: number },
  tally: Tally = newTally(),
): Promise<number> {
  const [port, pid] = side === 'ours' ? [ours.port, ours.process.pid] : [floor.port, floor.process.pid];
  let at = 0;
  const next = () => (load.once ? buffers[at++] : buffers[at++ % buffers.length]);
  const before = [cpuMs(pid as number), postgresCpuMs(folder)] as const;
  const { rate, latenciesMs } = await drive(port, next, load);
  tally.cpuMs += cpuMs(pid as number) - before[0];
  tally.postgresCpuMs += cpuSince(before[1], postgresCpuMs(folder));
  tally.rates.push(rate * load.records);
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

export function median(numbers: number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

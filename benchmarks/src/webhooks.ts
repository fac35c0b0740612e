// How fast webhooks are delivered: the server works off a backlog that bulk adds have made while its webhook was switched
// off, to a receiver on this machine; then the floor sends the same messages. No connections come in meanwhile, so that
// the row has one line, at as many deliveries as a webhook has under way at once.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '../../server/src/http/limits.ts';
import { type Bench, median, nextWrites, type Result, ROUNDS_MIN, type Side } from './measure.ts';
import { type Message, type Receiver, startReceiver } from './receiver.ts';
import { bulkAdd } from './rows.ts';
import { cpuMs, cpuSince, postgresCpuMs, residentMb } from './servers.ts';

export const WEBHOOK_ROW = 'webhook throughput';
const TARGET = 0.5;
const BACKLOG = bulkAdd(1000);
/** Events of a round for each second that it should last. */
const EVENTS_PER_SECOND = 2000;

interface Tally {
  rates: number[];
  events: number;
  cpuMs: number;
  postgresCpuMs: number;
}

export async function measureWebhooks(bench: Bench): Promise<Result> {
  const receiver = await startReceiver();
  const floor = spawn(process.execPath, [new URL('webhook-floor.ts', import.meta.url).pathname], { stdio: ['pipe', 'pipe', 'inherit'] });
  const sides = { ours: newTally(), floor: newTally() };
  const ratios: number[] = [];
  const webhook = await makeWebhook(bench, receiver.url);
  try {
    const batches = Math.max(1, Math.round((bench.seconds * EVENTS_PER_SECOND) / ROUNDS_MIN / 1000));
    for (let round = -1; round < ROUNDS_MIN; round += 1) {
      const [ours, floors] = round < 0 ? [newTally(), newTally()] : [sides.ours, sides.floor];
      const messages = await deliverBacklog(bench, webhook, receiver, batches, ours);
      await sendBare(bench, floor, webhook.secret, messages, receiver, floors);
      if (round >= 0) ratios.push((ours.rates.at(-1) as number) / (floors.rates.at(-1) as number));
    }
  } finally {
    await bench.ours.request('DELETE', `/liaison/v1/webhooks/${webhook.id}`);
    floor.kill();
    receiver.close();
  }
  const [mine, least] = [sideOf(sides.ours), sideOf(sides.floor)];
  return {
    row: WEBHOOK_ROW,
    connections: limits.webhookConcurrency,
    ours: mine,
    floor: least,
    ratio: median(ratios),
    cpuRatio: least.cpuMs / (mine.cpuMs + mine.postgresCpuMs),
    target: TARGET,
    oursRssMb: residentMb(bench.ours.process.pid as number),
  };
}

interface Webhook {
  id: string;
  secret: string;
  /** Switches it on or off. */
  enable(enabled: boolean): Promise<unknown>;
}

async function makeWebhook({ ours }: Bench, url: string): Promise<Webhook> {
  const settings = { name: WEBHOOK_ROW, url, kinds: ['contact'] };
  const { status, body, text } = await ours.request('POST', '/liaison/v1/webhooks', { body: { ...settings, enabled: false } });
  if (status !== 200) throw new Error(`no webhook: ${text}`);
  return {
    id: body.id,
    secret: body.secret,
    enable: (enabled) => ours.request('PUT', `/liaison/v1/webhooks/${body.id}`, { body: { ...settings, enabled } }),
  };
}

/** @returns what was delivered */
async function deliverBacklog(bench: Bench, webhook: Webhook, receiver: Receiver, batches: number, tally: Tally): Promise<Message[]> {
  // The dispatcher sees only now and then that a webhook was switched off.
  await pause(2 * limits.webhookTickMs);
  for (const { method, path, body } of await nextWrites(bench, BACKLOG, batches)) await bench.ours.request(method, path, { body });
  const messages = tallied(bench, bench.ours.process, receiver, batches * 1000, tally);
  await webhook.enable(true);
  return messages.finally(() => webhook.enable(false));
}

async function sendBare(bench: Bench, floor: ChildProcess, secret: string, messages: Message[], receiver: Receiver, tally: Tally): Promise<void> {
  const received = tallied(bench, floor, receiver, messages.length, tally);
  floor.stdin?.write(`${JSON.stringify({ url: receiver.url, secret, messages })}\n`);
  await Promise.all([received, once(createInterface(floor.stdout as NodeJS.ReadableStream), 'line')]);
}

/** Counts from the first message that arrives to the last. */
async function tallied({ folder }: Bench, { pid }: ChildProcess, receiver: Receiver, count: number, tally: Tally): Promise<Message[]> {
  let before: [number, Map<number, number>] = [0, new Map()];
  const { messages, seconds } = await receiver.receive(count, () => {
    before = [cpuMs(pid as number), postgresCpuMs(folder)];
  });
  tally.cpuMs += cpuMs(pid as number) - before[0];
  tally.postgresCpuMs += cpuSince(before[1], postgresCpuMs(folder));
  tally.rates.push((count - 1) / seconds);
  tally.events += count;
  return messages;
}

const newTally = (): Tally => ({ rates: [], events: 0, cpuMs: 0, postgresCpuMs: 0 });

function sideOf({ rates, events, ...cpu }: Tally): Side {
  const times = { p50Ms: Number.NaN, p99Ms: Number.NaN, slowestMs: Number.NaN };
  return { rate: median(rates), ...times, cpuMs: cpu.cpuMs / events, postgresCpuMs: cpu.postgresCpuMs / events };
}

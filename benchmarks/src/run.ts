#!/usr/bin/env node
// The benchmark: ours beside the floor, on the same data in the same run (design.md, "How fast is fast").
//
//   npm run bench -- --contacts 200000 [--rows point,search] [--seconds 4] [--check]
//   npm run bench -- imports|exports|browser [100000]
//
// `--check` ends with 1 where a target is missed. Imports, exports and the console are measured by themselves: imports.ts,
// exports.ts, browser.ts.
import { parseArgs } from 'node:util';
import { benchBrowser } from './browser.ts';
import { benchExports } from './exports.ts';
import { benchImports } from './imports.ts';
import { ensureLoaded } from './load.ts';
import { type Bench, measure, median, type Result } from './measure.ts';
import { createPeople } from './people.ts';
import { missedTargets, report } from './report.ts';
import { ROWS, type Subject } from './rows.ts';
import { residentMb, startFloor, startOurs } from './servers.ts';
import { printTable } from './table.ts';
import { measureWebhooks, WEBHOOK_ROW } from './webhooks.ts';
import { removeWritten } from './written.ts';

const CONNECTIONS = [1, 16];

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      contacts: { type: 'string', default: '200000' },
      rows: { type: 'string', default: '' },
      seconds: { type: 'string', default: '4' },
      check: { type: 'boolean', default: false },
    },
  });
  const [files, count = '100000'] = positionals;
  if (files === 'imports') return benchImports(Number(count));
  if (files === 'exports') return benchExports(Number(count));
  if (files === 'browser') {
    process.exitCode = (await benchBrowser(Number(count))) ? 0 : 1;
    return;
  }
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
    if (isWanted(WEBHOOK_ROW)) {
      results.push(await measureWebhooks(bench));
      printTable(results.slice(-1), results.length === 1);
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

// Start and memory ------------------------------------------------------------------------------------------------------

const STARTS = 5;
const IDLE_AFTER_MS = 3000;

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

if (import.meta.main) await main();

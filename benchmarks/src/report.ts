// What a run came to: which targets it missed, and the file that it leaves.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { RESULTS } from './load.ts';
import type { Result } from './measure.ts';
import { ROWS } from './rows.ts';

const START_SECONDS_MAX = 1.5;
const IDLE_MB_MAX = 150;
const BUSY_ABOVE = 3;

/** Each target that was missed, in words. */
export function missedTargets(results: Result[], start: number | undefined, idleRssMb: number): string[] {
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

export function report(found: { contacts: number; start: number | undefined; idleRssMb: number; results: Result[]; missed: string[] }): void {
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

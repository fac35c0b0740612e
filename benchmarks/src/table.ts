// Results as lines of a table.
import type { Result } from './measure.ts';

const COLUMNS: [name: string, width: number, cell: (result: Result) => string][] = [
  ['row', -22, ({ row }) => row],
  ['clients', 7, ({ connections }) => String(connections)],
  ['ours/s', 8, ({ ours }) => rate(ours.rate)],
  ['floor/s', 8, ({ floor }) => rate(floor.rate)],
  ['ratio', 6, ({ ratio }) => ratio.toFixed(2)],
  ['', 1, ({ ratio, target }) => (ratio < target ? '<' : '')],
  ['of CPU', 6, ({ cpuRatio }) => cpuRatio.toFixed(2)],
  ['p50 ms', 8, ({ ours }) => milliseconds(ours.p50Ms, 2)],
  ['p99 ms', 8, ({ ours }) => milliseconds(ours.p99Ms, 2)],
  ['slowest', 8, ({ ours }) => milliseconds(ours.slowestMs, 1)],
  ['CPU ms', 7, ({ ours }) => ours.cpuMs.toFixed(3)],
  ['floor', 7, ({ floor }) => floor.cpuMs.toFixed(3)],
  ['pg ms', 7, ({ ours }) => ours.postgresCpuMs.toFixed(3)],
  ['floor', 7, ({ floor }) => floor.postgresCpuMs.toFixed(3)],
  ['RSS MB', 7, ({ oursRssMb }) => oursRssMb.toFixed(0)],
];

/** CPU is per request, of the server process and of PostgreSQL; `<` marks a ratio under its target. */
export function printTable(results: Result[], withHead: boolean): void {
  if (withHead) console.log(COLUMNS.map(([name, width]) => pad(name, width)).join(' '));
  for (const result of results) console.log(COLUMNS.map(([, width, cell]) => pad(cell(result), width)).join(' '));
}

const pad = (text: string, width: number): string => (width < 0 ? text.padEnd(-width) : text.padStart(width));
const rate = (perSecond: number): string => (perSecond < 100 ? perSecond.toFixed(1) : perSecond.toFixed(0));
const milliseconds = (time: number, digits: number): string => (Number.isNaN(time) ? '–' : time.toFixed(digits));

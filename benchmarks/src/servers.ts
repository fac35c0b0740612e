// The processes under measurement: starting them, and reading what they cost from /proc.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startServer } from '../../acceptance/src/server.ts';

/** The server on a data folder, as an operator runs it: replies unchecked, no limit of requests; webhooks may lead to this machine. */
export function startOurs(folder: string): ReturnType<typeof startServer> {
  return startServer({ LIAISON_DATA_DIR: folder, LIAISON_CHECK_REPLIES: 'no', LIAISON_RATE_LIMIT: '0', LIAISON_WEBHOOK_PRIVATE_TARGETS: 'yes' });
}

export interface Floor {
  process: ChildProcess;
  port: number;
  /** @param copies whether it copies the rows that the requests write, instead of sending their statements */
  prepare(operationId: string, requests: object[], copies: boolean): Promise<void>;
}

/** The floor, on the database of the server that runs in the folder. */
export async function startFloor(folder: string): Promise<Floor> {
  const child = spawn(process.execPath, [new URL('floor.ts', import.meta.url).pathname, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const failed = once(child, 'exit').then(() => Promise.reject(new Error('the floor ended')));
  failed.catch(() => undefined);
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), failed])) as [string];
  const port = Number(line);
  return {
    process: child,
    port,
    async prepare(operationId, requests, copies) {
      const answer = await fetch(`http://127.0.0.1:${port}/prepare`, { method: 'POST', body: JSON.stringify({ operationId, requests, copies }) });
      if (!answer.ok) throw new Error(`the floor cannot learn ${operationId}: ${await answer.text()}`);
    },
  };
}

/** CPU time of a process since it began, in milliseconds; of all its threads. */
export function cpuMs(pid: number): number {
  const fields = statFields(pid);
  return fields ? (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK : 0;
}

/** The same of the PostgreSQL in a data folder, by process; the first has what those took that have ended. */
export function postgresCpuMs(folder: string): Map<number, number> {
  const postmaster = Number.parseInt(readFileSync(join(folder, 'postgres/cluster/postmaster.pid'), 'utf8'), 10);
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const ours = pids.map(Number).filter((pid) => pid === postmaster || Number(statFields(pid)?.[1]) === postmaster);
  const ended = statFields(postmaster)?.slice(13, 15).map(Number) ?? [];
  const endedMs = ended.reduce((sum, ticks) => sum + ticks * MS_PER_TICK, 0);
  return new Map(ours.map((pid) => [pid, cpuMs(pid) + (pid === postmaster ? endedMs : 0)]));
}

/** What it has used from the first reading to the second. */
export function cpuSince(before: Map<number, number>, after: Map<number, number>): number {
  const total = (reading: Map<number, number>) => [...reading.values()].reduce((sum, ms) => sum + ms, 0);
  return total(after) - total(before);
}

/** Resident memory in megabytes. */
export const residentMb = (pid: number): number => statusMb(pid, 'VmRSS');

/** @returns what tells how much was resident at most since then */
export function peakResidentMb(pid: number): () => number {
  // proc_pid_clear_refs(5): 5 has the kernel count the peak anew.
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  return () => statusMb(pid, 'VmHWM');
}

function statusMb(pid: number, field: string): number {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}

// USER_HZ is 100 on every Linux that Node runs on.
const MS_PER_TICK = 10;

/** The fields of /proc/PID/stat from the third on; undefined where the process has gone. */
function statFields(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

// What a stretch of work costs a server: time, processor time of it and of its PostgreSQL, and the memory that it grows by.
import { cpuMs, cpuSince, peakResidentMb, postgresCpuMs, residentMb, type startOurs } from './servers.ts';

export type Ours = Awaited<ReturnType<typeof startOurs>>;

export interface Stretch {
  seconds: number;
  serverCpuSeconds: number;
  postgresCpuSeconds: number;
  /** At most, beyond what was resident before. */
  grownMb: number;
}

/** @param idleMb what the memory is held against */
export async function stretch<T>({ process: { pid = 0 }, folder }: Ours, idleMb: number, work: () => Promise<T>): Promise<Stretch & { result: T }> {
  const [cpu, postgres] = [cpuMs(pid), postgresCpuMs(folder)];
  const peak = peakResidentMb(pid);
  const began = performance.now();
  const result = await work();
  return {
    result,
    seconds: (performance.now() - began) / 1000,
    serverCpuSeconds: (cpuMs(pid) - cpu) / 1000,
    postgresCpuSeconds: cpuSince(postgres, postgresCpuMs(folder)) / 1000,
    grownMb: peak() - idleMb,
  };
}

const IDLE_AFTER_MS = 3000;

export async function idleMbOf({ process: { pid = 0 } }: Ours): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, IDLE_AFTER_MS));
  return residentMb(pid);
}

/** A line of what was done so often in a stretch. */
export function told(what: string, count: number, { seconds, serverCpuSeconds, postgresCpuSeconds, grownMb }: Stretch): string {
  const each = (cpuSeconds: number) => `${((cpuSeconds / count) * 1e6).toFixed(0)} µs`;
  return `${what.padEnd(34)} ${seconds.toFixed(1).padStart(7)} s ${perSecond(count, seconds).padStart(9)}/s   CPU of each ${each(serverCpuSeconds)} in the server, ${each(postgresCpuSeconds)} in PostgreSQL   memory +${grownMb.toFixed(0)} MB`;
}

export const perSecond = (count: number, seconds: number): string => Math.round(count / seconds).toLocaleString('en');

// How this process is doing.
import { hostname } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Wire } from '../families/wire.ts';
import { limits } from '../http/limits.ts';

export type ProcessHealth = Wire['LiaisonServerHealth']['process'];

export interface ProcessWatch {
  read(): ProcessHealth;
  close(): void;
}

/** How often the event loop is asked whether it is late, and for how long after somebody looked: an idle server is left alone. */
const RESOLUTION_MS = 20;
const WATCHED_MS = 120_000;

export function watchProcess(): ProcessWatch {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let off: NodeJS.Timeout | undefined;
  let since = 0;
  /** What is measured is from one look to the next, and at least a step of the charts. */
  const lateness = (): ProcessHealth['eventLoopDelayMs'] => {
    const late = (nanoseconds: number) => Math.max(0, Math.round(nanoseconds / 1e4 - RESOLUTION_MS * 100) / 100);
    const found = delays.count > 0 ? { p50: late(delays.percentile(50)), p99: late(delays.percentile(99)), max: late(delays.max) } : undefined;
    clearTimeout(off);
    if (!off || performance.now() - since > limits.healthStepMs) {
      since = performance.now();
      delays.reset();
    }
    delays.enable();
    off = setTimeout(() => {
      off = undefined;
      delays.disable();
      delays.reset();
    }, WATCHED_MS).unref();
    return found;
  };
  return {
    read() {
      const { rss, heapUsed } = process.memoryUsage();
      const { user, system } = process.cpuUsage();
      const eventLoopDelayMs = lateness();
      return {
        name: `${hostname()}:${process.pid}`,
        started: new Date(performance.timeOrigin).toISOString(),
        uptimeSeconds: Math.round(performance.now() / 1000),
        node: process.versions.node,
        memoryBytes: rss,
        heapBytes: heapUsed,
        cpuSeconds: (user + system) / 1e6,
        ...(eventLoopDelayMs ? { eventLoopDelayMs } : {}),
      };
    },
    close() {
      clearTimeout(off);
      delays.disable();
    },
  };
}

// What the server tells of this moment only, kept from one look to the next, so that it can be drawn over time.
import { useEffect, useState } from 'react';
import type { ServerHealth } from './queries.ts';

export interface Moment {
  /** Seconds since 1970. */
  time: number;
  waiting: number;
  failed: number;
  memory: number;
  heap: number;
}

/** An hour of looks. */
const MOST = 360;
const MB = 1e6;

/** Begins anew where another process answers, whose memory is another. */
export function useMoments(time: string, server: ServerHealth): readonly Moment[] {
  const [kept, setKept] = useState<{ process: string; moments: Moment[] }>({ process: '', moments: [] });
  useEffect(() => {
    const { process, queues } = server;
    const moment = {
      time: Date.parse(time) / 1000,
      waiting: queues.reduce((sum, { waiting }) => sum + waiting, 0),
      failed: queues.reduce((sum, { failed }) => sum + failed, 0),
      memory: process.memoryBytes / MB,
      heap: process.heapBytes / MB,
    };
    setKept((old) => ({ process: process.name, moments: [...(old.process === process.name ? old.moments : []), moment].slice(-MOST) }));
  }, [time, server]);
  return kept.moments;
}

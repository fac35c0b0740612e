// Something to wait at: for a while, or until somebody rings.

export interface Bell {
  ring(): void;
  /** Until it is rung (also before, if nobody has waited since), the time is over, or the signal aborts. */
  wait(ms: number | undefined, signal: AbortSignal): Promise<void>;
}

export function createBell(): Bell {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      wake?.();
    },
    wait: (ms, signal) =>
      new Promise((resolve) => {
        const timer = ms === undefined ? undefined : setTimeout(() => wake?.(), Math.max(0, Math.min(ms, LONGEST_MS)));
        wake = () => {
          wake = undefined;
          rung = false;
          clearTimeout(timer);
          signal.removeEventListener('abort', aborted);
          resolve();
        };
        const aborted = () => wake?.();
        signal.addEventListener('abort', aborted);
        if (rung || signal.aborted) wake();
      }),
  };
}

/** Timers take no more than 2^31 ms; whoever waits looks again after a day. */
const LONGEST_MS = 86_400_000;

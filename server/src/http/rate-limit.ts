// Requests per minute and token, counted in this process. Several processes each count their own share: the limit
// protects a server from a client that loops, it is no quota to bill by.
export interface RateLimit {
  /** Counts one request. `allowed` 0 means that nothing is limited. */
  count(key: string, allowed: number): RateState;
}

export interface RateState {
  count: number;
  allowed: number;
  /** Seconds until the count starts anew. */
  reset: number;
  exceeded: boolean;
}

const WINDOW_MS = 60_000;
const FORGET_ABOVE = 10_000;

export function createRateLimit(now: () => number = Date.now): RateLimit {
  const windows = new Map<string, { count: number; endsAt: number }>();
  return {
    count(key, allowed) {
      const time = now();
      let window = windows.get(key);
      if (!window || window.endsAt <= time) {
        if (windows.size > FORGET_ABOVE) for (const [old, { endsAt }] of windows) if (endsAt <= time) windows.delete(old);
        window = { count: 0, endsAt: time + WINDOW_MS };
        windows.set(key, window);
      }
      window.count += 1;
      const reset = Math.ceil((window.endsAt - time) / 1000);
      return { count: window.count, allowed, reset, exceeded: allowed > 0 && window.count > allowed };
    },
  };
}

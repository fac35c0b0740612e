// Events as they happen, as server-sent events (WHATWG HTML §9.2): what a browser's EventSource reads and resumes.
import { Refusal } from '../http/errors.ts';
import { limits } from '../http/limits.ts';
import { eventsBetween, type Follower, waitAtMost } from './follow.ts';

export interface Streams {
  /** Everything after a position, until the follower goes, may not follow any more, or the streams are closed. */
  open(follower: Follower, after: number): AsyncIterable<string>;
  close(): void;
}

export function createStreams(): Streams {
  const ends = new Set<AbortController>();
  return {
    open(follower, after) {
      const end = new AbortController();
      ends.add(end);
      const lines = stream(follower, after, end.signal);
      return {
        [Symbol.asyncIterator]: () => ({
          async next() {
            const result = await lines.next();
            if (result.done) ends.delete(end);
            return result;
          },
          // Called when the client is gone: by itself the generator would only hear of it after its wait.
          return() {
            end.abort();
            ends.delete(end);
            return lines.return(undefined);
          },
        }),
      };
    },
    close() {
      for (const end of ends) end.abort();
    },
  };
}

async function* stream(follower: Follower, after: number, signal: AbortSignal): AsyncGenerator<string, undefined> {
  const { ids } = follower;
  let position = after;
  // An id without data is remembered and shown to nobody: who reconnects before the first event begins where he began.
  yield `retry: ${RETRY_MS}\nid: ${ids.cursorOf(position)}\n\n`;
  let spokenAt = Date.now();
  try {
    while (!signal.aborted) {
      const settled = await waitAtMost(follower, position, limits.tokenCacheMs, signal);
      await follower.who();
      for await (const event of eventsBetween(follower, position, settled ?? position, BATCH)) {
        if (signal.aborted) return undefined;
        yield `id: ${event.id}\ndata: ${event.text}\n\n`;
        spokenAt = Date.now();
      }
      position = settled ?? position;
      if (Date.now() - spokenAt < limits.heartbeatMs) continue;
      yield `: still here\nid: ${ids.cursorOf(position)}\n\n`;
      spokenAt = Date.now();
    }
  } catch (error) {
    // There is no status left to say it by: the stream ends, and the next request is refused.
    if (!(error instanceof Refusal)) throw error;
  }
  return undefined;
}

/** When a client should come back after a stream has ended. */
const RETRY_MS = 1000;
const BATCH = 100;

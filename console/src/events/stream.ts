// Server-sent events by fetch, for EventSource sends no Authorization header. What was missed while the stream was broken
// comes when it is taken up again, after the last event that was seen.
import { ApiError } from '../api/api.ts';
import { accessToken } from '../session/tokens.ts';

export interface Sent {
  id: string;
  data: string;
}

const PAUSE_MS = 2_000;

interface Listener {
  event(sent: Sent): void;
  state(state: 'live' | 'broken' | Error): void;
}

/** @returns what ends it */
export function follow(path: string, { event, state }: Listener): () => void {
  const stop = new AbortController();
  let last: string | undefined;
  const run = async () => {
    while (!stop.signal.aborted) {
      try {
        const answer = await fetch(path, {
          headers: { Authorization: `Bearer ${await accessToken()}`, Accept: 'text/event-stream', ...(last === undefined ? {} : { 'Last-Event-ID': last }) },
          signal: stop.signal,
        });
        if (!answer.ok || !answer.body) throw new ApiError(answer.status, await answer.json().catch(() => ({})));
        state('live');
        for await (const sent of read(answer.body)) {
          last = sent.id;
          event(sent);
        }
      } catch (error) {
        if (stop.signal.aborted) return;
        if (error instanceof ApiError && error.status < 500) return state(error);
      }
      state('broken');
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  run();
  return () => stop.abort();
}

/** The events of a stream (https://html.spec.whatwg.org/multipage/server-sent-events.html); a sign of life is none. */
async function* read(body: ReadableStream<Uint8Array>): AsyncGenerator<Sent> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split(/\r?\n/);
      const field = (name: string) => lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).replace(/^ /, ''));
      const data = field('data').join('\n');
      if (data !== '') yield { id: field('id').at(-1) ?? '', data };
    }
  }
}

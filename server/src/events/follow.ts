// How somebody follows the changes: by what he may see at the moment that something is shown, and never longer.
import type { FeedKind } from '../families/changes.ts';
import { isId } from '../families/id.ts';
import type { Principal } from '../http/principal.ts';
import { type Event, type EventIds, eventOf, sightOf } from './event.ts';
import type { Feed } from './feed.ts';

export interface Follower {
  feed: Feed;
  orgId: string;
  ids: EventIds;
  /** Kinds and topics he wants; undefined for all. */
  kinds: readonly FeedKind[] | undefined;
  topics: ReadonlySet<string> | undefined;
  /** Who he is by now. @throws Refusal where the token has ended, or may follow nothing any more */
  who(): Promise<Principal>;
}

export interface Shown extends Event {
  position: number;
}

/**
 * What the follower may see of the changes with `after < position <= upTo`, in order, read `batch` by `batch`.
 * @throws Refusal as soon as he may not follow any more
 */
export async function* eventsBetween(follower: Follower, after: number, upTo: number, batch: number): AsyncGenerator<Shown> {
  const { feed, orgId, ids, kinds, topics } = follower;
  const recordIds = topics && [...topics].map(recordOf).filter((id) => id !== undefined);
  let position = after;
  while (position < upTo) {
    const changes = await feed.read(orgId, position, upTo, batch, { sight: sightOf(await follower.who()), kinds, recordIds });
    for (const change of changes) {
      // Asked anew for each: a stream may stand still between two until its client reads on.
      const event = eventOf(change, sightOf(await follower.who()), ids);
      if (event && (topics === undefined || topics.has(event.topic))) yield { ...event, position: change.position };
    }
    position = changes.length < batch ? upTo : (changes.at(-1) as { position: number }).position;
  }
}

/** The last id of a topic is its record's, or that of the contact whose journey it is. */
const recordOf = (topic: string) => topic.split('.').findLast(isId);

/** Feed.wait, for so long at most. */
export async function waitAtMost({ feed, orgId }: Follower, after: number, ms: number, signal: AbortSignal): Promise<number | undefined> {
  if (ms <= 0 || signal.aborted) return undefined;
  const either = new AbortController();
  const end = () => either.abort();
  const timer = setTimeout(end, ms);
  signal.addEventListener('abort', end);
  try {
    return await feed.wait(orgId, after, either.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}

// The operations on events: a page of them, for which one may wait, and a stream.
import type { Call, Handlers } from '../contract/bind.ts';
import { withQuery } from '../families/url.ts';
import { refuse } from '../http/errors.ts';
import { type Principal, permit } from '../http/principal.ts';
import { eventIds } from './event.ts';
import type { Feed } from './feed.ts';
import { eventsBetween, type Follower, type Shown, waitAtMost } from './follow.ts';
import { createStreams } from './stream.ts';

export interface Events {
  handlers: Handlers;
  /** Answers whoever waits, and ends every stream. */
  close(): void;
}

export interface EventsDeps {
  feed: Feed;
  /** Whom a token stands for by now. */
  authenticate(token: string): Principal | undefined | Promise<Principal | undefined>;
}

export function createEvents(deps: EventsDeps): Events {
  const stopping = new AbortController();
  const streams = createStreams();
  return {
    handlers: {
      getLiaisonEvents: async (call) => {
        const follower = followerOf(deps, call);
        return page(call, follower, await start(follower, call.query.after), stopping.signal);
      },
      getLiaisonEventsStream: async (call) => {
        const follower = followerOf(deps, call);
        const after = await start(follower, call.headers['last-event-id']?.toString().trim() || call.query.after);
        return { stream: streams.open(follower, after), type: 'text/event-stream' };
      },
    },
    close() {
      stopping.abort();
      streams.close();
    },
  };
}

type EventsCall = Call<'getLiaisonEvents'> | Call<'getLiaisonEventsStream'>;

function followerOf({ feed, authenticate }: EventsDeps, call: EventsCall): Follower {
  const { orgId, signingKey } = call.principal;
  // The call was admitted by this header: "Bearer" and the token.
  const token = (call.headers.authorization as string).slice('Bearer '.length).trim();
  return {
    feed,
    orgId,
    ids: eventIds(orgId, signingKey),
    kinds: call.query.kinds,
    topics: call.query.topics && new Set(call.query.topics),
    async who() {
      const principal = await authenticate(token);
      if (!principal) throw refuse('bad.credentials');
      permit(principal, { mode: 'ANY', of: ['liaison:event:view'] });
      return principal;
    },
  };
}

/** @throws Refusal 422 for what is no event's id of the organization */
async function start({ feed, ids, orgId }: Follower, after: string | undefined): Promise<number> {
  if (after === undefined) return 0;
  if (after === 'now') return feed.settled(orgId);
  const position = ids.positionOf(after.toLowerCase());
  if (position === undefined) throw refuse('invalid.cursor');
  return position;
}

/** Waits for something that the caller may see. What he may not moves the cursor on, which looks no different for it. */
async function page(call: Call<'getLiaisonEvents'>, follower: Follower, after: number, stopping: AbortSignal): Promise<string> {
  const { limit = DEFAULT_LIMIT, wait = 0 } = call.query;
  const until = Date.now() + wait * 1000;
  let position = after;
  let upTo: number | undefined = await follower.feed.settled(follower.orgId);
  while (upTo !== undefined) {
    const shown: Shown[] = [];
    for await (const event of eventsBetween(follower, position, upTo, limit + 1)) if (shown.push(event) > limit) break;
    if (shown.length > limit) return answer(call, follower, shown.slice(0, limit), (shown[limit - 1] as Shown).position, true);
    position = Math.max(position, upTo);
    if (shown.length > 0) return answer(call, follower, shown, position, false);
    upTo = await waitAtMost(follower, position, until - Date.now(), stopping);
  }
  return answer(call, follower, [], position, false);
}

function answer(call: EventsCall, { ids }: Follower, shown: readonly Shown[], position: number, more: boolean): string {
  const after = ids.cursorOf(position);
  const next = more ? `,"nextUri":${JSON.stringify(withQuery(call.url, { after }))}` : '';
  return `{"entities":[${shown.map(({ text }) => text).join(',')}],"cursors":{"after":"${after}"}${next},"selfUri":${JSON.stringify(call.url)}}`;
}

const DEFAULT_LIMIT = 100;

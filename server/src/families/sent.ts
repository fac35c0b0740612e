// Bodies of records as their callers send them: what patches and enrichments change is brought back to that form first.
import { profileUrlOf } from './record.ts';
import type { Wire } from './wire.ts';

export type Json = Record<string, unknown>;

/**
 * A record's body as a caller would have sent it, so that what is not changed is read as it was at first: a phone number
 * shows what was typed, and an account has no address that was made of its name.
 */
export function asSent(body: Json): Json {
  for (const value of Object.values(body)) {
    const phone = (value as { phoneNumber?: Json } | null)?.phoneNumber ?? value;
    if (typeof phone === 'object' && phone !== null && 'userInput' in phone) (phone as Json).display = (phone as Json).userInput;
  }
  const twitterId = body.twitterId as Wire['TwitterId'] | undefined;
  if (twitterId?.screenName && twitterId.profileUrl === profileUrlOf(twitterId.screenName)) delete twitterId.profileUrl;
  return body;
}

/** Null, "", an empty list or object are no value. */
export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** Whether the list has what is asked for: an object is the one that is meant where it has all that was said of it. */
export const has = (list: unknown[], asked: unknown): boolean => list.some((item) => agrees(item, asked));

/** Whether all that is said of the part is so of the whole. */
export function agrees(whole: unknown, part: unknown): boolean {
  if (typeof whole !== 'object' || whole === null || typeof part !== 'object' || part === null) return whole === part;
  return Object.keys(part).length > 0 && Object.entries(part).every(([name, value]) => Object.hasOwn(whole, name) && agrees((whole as Json)[name], value));
}

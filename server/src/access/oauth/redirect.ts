// The answer to an authorize request: an address to go to, with the result in its query (codes) or fragment (tokens).
import type { Destination } from './request.ts';

/** Values are encoded once, spaces as %20: one client decodes them twice, which leaves what has no "%" as it is. */
export function answerTo({ redirectUri, responseType, state }: Destination, values: Record<string, string | number>): string {
  const pairs = Object.entries({ ...values, ...(state === undefined ? {} : { state }) }).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const uri = encoded(redirectUri);
  return `${uri}${responseType === 'token' ? '#' : uri.includes('?') ? '&' : '?'}${pairs.join('&')}`;
}

/** As a header can have it. */
export const encoded = (uri: string): string => uri.replace(/[^\x21-\x7e]/gu, encodeURIComponent);

export const errorTo = (to: Destination, error: string, description: string): string => answerTo(to, { error, error_description: description });

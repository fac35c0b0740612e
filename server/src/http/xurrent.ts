// The manners of Xurrent's API (developer.xurrent.com, "General"), under /v1: where it signs in, limits and refuses otherwise
// than the platform does. Its clients read these by the letter: one stops where the rate limit's headers are missing, another
// takes every object with a `message` for an error.
import type { IncomingHttpHeaders } from 'node:http';
import { type Detail, type Refusal, refuse } from './errors.ts';
import type { Principal } from './principal.ts';
import type { RateState } from './rate-limit.ts';

export const isXurrent = (url: string): boolean => /^\/v1(?:[/?]|$)/.test(url);

/** Paths may end in `.json`; a filter that has a name may stand where an id does, and is asked for by `state` otherwise. */
export function rewriteXurrent(url: string): string {
  const [, path = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(url) ?? [];
  const plain = path.replace(/\.json\/?$/, '');
  const [, folder, state] = /^(\/v1\/organizations)\/([a-z_]+)\/?$/.exec(plain) ?? [];
  const asked = [...(state === undefined ? [] : [`state=${state}`]), ...(query === '' ? [] : [query])].join('&');
  return `${folder ?? plain}${asked === '' ? '' : `?${asked}`}`;
}

/** Older clients put the token where Basic has the user. */
export function basicToken(authorization: string | undefined): string | undefined {
  if (authorization?.slice(0, 6).toLowerCase() !== 'basic ') return undefined;
  return Buffer.from(authorization.slice(6), 'base64').toString().split(':')[0];
}

/** The value of a header of Xurrent's, by its name of today or that of when the product was called 4me. */
export function xurrentHeader(headers: IncomingHttpHeaders, name: 'account' | 'source'): string | undefined {
  return [headers[`x-xurrent-${name}`], headers[`x-4me-${name}`]].map((value) => String(value ?? '').trim()).find((value) => value !== '');
}

/** The account is the token's organization, by its short name or its id, and need not be named. @throws Refusal 403 for another one */
export function requireAccount({ orgId, shortName }: Pick<Principal, 'orgId' | 'shortName'>, headers: IncomingHttpHeaders): void {
  const account = xurrentHeader(headers, 'account')?.toLowerCase();
  if (account !== undefined && account !== orgId && account !== shortName.toLowerCase()) throw refuse('account.mismatch');
}

/** @throws Refusal 406 for who takes no JSON */
export function requireJsonAccepted(accept: string | undefined): void {
  if (accept === undefined || accept.trim() === '') return;
  const ranges = accept.split(',').map((range) => range.split(';')[0]?.trim().toLowerCase());
  if (!ranges.some((range) => range === '*/*' || range === 'application/*' || range === 'application/json')) throw refuse('not.acceptable');
}

/** All other texts are false. */
export const readsTrue = (text: string): boolean => /^(1|t|y|true|yes|on)$/i.test(text.trim());

const UNLIMITED = 3600;

/** @param rate undefined for who is not known; where there is no limit, it is told the vendor's, and none of it as used */
export function rateHeaders(rate: RateState | undefined, now: number = Date.now()): Record<string, number> {
  const { allowed, count, reset } = rate && rate.allowed > 0 ? rate : { allowed: UNLIMITED, count: 0, reset: 3600 };
  return {
    'X-RateLimit-Limit': allowed,
    'X-RateLimit-Remaining': Math.max(allowed - count, 0),
    'X-RateLimit-Reset': Math.ceil(now / 1000) + reset,
  };
}

const MESSAGES: Record<number, string> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  406: 'Not Acceptable',
  422: 'Validation Failed',
  429: 'Too Many Requests',
};

/** A message, and for what is invalid a list of [field, sentence]. */
export function renderXurrent(refusal: Refusal): string {
  const { params, details } = refusal.facts;
  const message = MESSAGES[refusal.status] ?? (refusal.code === 'bad.request' ? String(params?.reason) : refusal.message);
  const errors = refusal.status === 422 ? details?.map((detail) => [detail.fieldName || 'base', sentenceOf(detail)]) : undefined;
  return JSON.stringify({
    message,
    ...(errors?.length ? { errors } : {}),
    ...(refusal.status === 429 ? { documentation_url: 'https://developer.xurrent.com/v1/#rate-limiting' } : {}),
  });
}

/** In the words of the framework that the vendor's clients know. */
function sentenceOf({ errorCode, fieldName, rule = 'is invalid', most }: Detail): string {
  if (!fieldName || fieldName === 'base') return rule;
  const field = fieldName.replaceAll(/([a-z])([A-Z])/g, '$1 $2').replaceAll('_', ' ');
  const human = field.charAt(0).toUpperCase() + field.slice(1);
  switch (errorCode) {
    case 'required':
      return `${human} can't be blank`;
    case 'enum':
      return `${human} is not included in the list`;
    case 'maxLength':
      return `${human} is too long (maximum is ${most} characters)`;
    default:
      return `${human} ${rule}`;
  }
}

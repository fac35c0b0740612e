// The text of a token: the organization that it acts in, so that it is looked up behind that organization's own door,
// then 24 bytes of chance. URL-safe, because one client decodes it twice on its way through a redirect.
import { hash, randomBytes } from 'node:crypto';

const ORGANIZATION_BYTES = 16;
const CHANCE_BYTES = 24;
/** Of what is good for more than one request to the API: codes, refresh tokens, sessions. */
const MORE_CHANCE_BYTES = 32;

const charactersOf = (chance: number) => Math.ceil(((ORGANIZATION_BYTES + chance) * 4) / 3);
const LENGTHS = [charactersOf(CHANCE_BYTES), charactersOf(MORE_CHANCE_BYTES)];

export function makeToken(orgId: string, chance = CHANCE_BYTES): string {
  return Buffer.concat([Buffer.from(orgId.replaceAll('-', ''), 'hex'), randomBytes(chance)]).toString('base64url');
}

/** What leads to a token, and like it to something of one organization: a code, a refresh token, a session. */
export const makeKey = (orgId: string): string => makeToken(orgId, MORE_CHANCE_BYTES);

/** @returns undefined for text that cannot be a token */
export function organizationOf(token: string): string | undefined {
  if (!LENGTHS.includes(token.length) || !/^[\w-]+$/.test(token)) return undefined;
  const hex = Buffer.from(token, 'base64url').toString('hex', 0, ORGANIZATION_BYTES);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** What is stored of a token, or of a client's secret: both are long and random, so that a plain SHA-256 tells nothing. */
export function digest(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

/** A client's secret: 32 bytes of chance. */
export const makeSecret = (): string => randomBytes(32).toString('base64url');

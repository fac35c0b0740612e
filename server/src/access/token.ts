// The text of a token: the organization that it acts in, so that it is looked up behind that organization's own door,
// then 24 bytes of chance. URL-safe, because one client decodes it twice on its way through a redirect.
import { hash, randomBytes } from 'node:crypto';

const ORGANIZATION_BYTES = 16;
const CHANCE_BYTES = 24;
const CHARACTERS = Math.ceil(((ORGANIZATION_BYTES + CHANCE_BYTES) * 4) / 3);

export function makeToken(orgId: string): string {
  return Buffer.concat([Buffer.from(orgId.replaceAll('-', ''), 'hex'), randomBytes(CHANCE_BYTES)]).toString('base64url');
}

/** @returns undefined for text that cannot be a token */
export function organizationOf(token: string): string | undefined {
  if (token.length !== CHARACTERS || !/^[\w-]+$/.test(token)) return undefined;
  const hex = Buffer.from(token, 'base64url').toString('hex', 0, ORGANIZATION_BYTES);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** What is stored of a token, or of a client's secret: both are long and random, so that a plain SHA-256 tells nothing. */
export function digest(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

/** A client's secret: 32 bytes of chance. */
export const makeSecret = (): string => randomBytes(32).toString('base64url');

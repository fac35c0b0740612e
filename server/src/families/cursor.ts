// Cursors are opaque, bound to the organization and the listing they were made for, and good for 24 hours.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { refuse } from '../http/errors.ts';
import { limits } from '../http/limits.ts';
import type { Principal } from '../http/principal.ts';

type Signer = Pick<Principal, 'orgId' | 'signingKey'>;

/** @param listing what the cursor continues: the operation and whatever narrows it */
export function makeCursor(signer: Signer, listing: string, position: string, now: number = Date.now()): string {
  const payload = JSON.stringify([Math.floor(now / 1000), position]);
  return Buffer.concat([mark(signer, listing, payload), Buffer.from(payload)]).toString('base64url');
}

/** @throws Refusal 422 `invalid.cursor` for any cursor not made by makeCursor for this organization and listing in time */
export function readCursor(signer: Signer, listing: string, cursor: string, now: number = Date.now()): string {
  const bytes = Buffer.from(cursor, 'base64url');
  const payload = bytes.subarray(MARK_BYTES).toString();
  if (bytes.length <= MARK_BYTES || !timingSafeEqual(bytes.subarray(0, MARK_BYTES), mark(signer, listing, payload))) throw refuse('invalid.cursor');
  const [madeAt, position] = JSON.parse(payload) as [number, string];
  if (now / 1000 - madeAt > limits.cursorLifeSeconds) throw refuse('invalid.cursor');
  return position;
}

const MARK_BYTES = 16;

function mark(signer: Signer, listing: string, payload: string): Buffer {
  return createHmac('sha256', signer.signingKey).update(`${signer.orgId}\n${listing}\n${payload}`).digest().subarray(0, MARK_BYTES);
}

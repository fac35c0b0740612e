// Cursors are opaque, bound to the organization and the listing they were made for, and good for 24 hours. They are
// encrypted, not only signed: a walk may stop at a record that the caller must not see, and its keys are its names.
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { refuse } from '../http/errors.ts';
import { limits } from '../http/limits.ts';
import type { Principal } from '../http/principal.ts';

type Signer = Pick<Principal, 'orgId' | 'signingKey'>;

/** @param listing what the cursor continues: the operation and whatever narrows it */
export function makeCursor(signer: Signer, listing: string, position: string, now: number = Date.now()): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keyOf(signer), nonce, OPTIONS).setAAD(bound(signer, listing));
  const sealed = [cipher.update(JSON.stringify([Math.floor(now / 1000), position])), cipher.final()];
  return Buffer.concat([nonce, cipher.getAuthTag(), ...sealed]).toString('base64url');
}

/** @throws Refusal 422 `invalid.cursor` for any cursor not made by makeCursor for this organization and listing in time */
export function readCursor(signer: Signer, listing: string, cursor: string, now: number = Date.now()): string {
  const [madeAt, position] = JSON.parse(open(signer, listing, Buffer.from(cursor, 'base64url'))) as [number, string];
  if (now / 1000 - madeAt > limits.cursorLifeSeconds) throw refuse('invalid.cursor');
  return position;
}

function open(signer: Signer, listing: string, bytes: Buffer): string {
  if (bytes.length <= NONCE_BYTES + TAG_BYTES) throw refuse('invalid.cursor');
  try {
    const decipher = createDecipheriv(CIPHER, keyOf(signer), bytes.subarray(0, NONCE_BYTES), OPTIONS)
      .setAAD(bound(signer, listing))
      .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch (cause) {
    throw refuse('invalid.cursor', { cause });
  }
}

// NIST SP 800-38D: nonces of 96 bits, tags of 128.
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const OPTIONS = { authTagLength: TAG_BYTES };

const keyOf = ({ orgId, signingKey }: Signer) => createHmac('sha256', signingKey).update(`cursors ${orgId}`).digest();
const bound = ({ orgId }: Signer, listing: string) => Buffer.from(`${orgId}\n${listing}`);

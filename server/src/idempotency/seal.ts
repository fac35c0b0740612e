// What is kept of a request can be read only by who has its Idempotency-Key. Answers carry secrets that are told once and
// otherwise stored as hashes (a client's), and requests carry passwords; a key that is random, as they should be, keeps
// both from whoever reads the table.
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';

export interface Seal {
  /** Stands for the key in the table. */
  name: Buffer;
  /** The same for the same request only. */
  fingerprint(request: string): Buffer;
  close(text: string | undefined): Promise<Buffer | null>;
  /** @throws where it was closed by another seal, or changed */
  open(sealed: Buffer | null): Promise<string | undefined>;
}

/** @param signingKey the organization's */
export function createSeal(signingKey: Buffer, key: string): Seal {
  const derive = (purpose: string) => createHmac('sha256', signingKey).update(`idempotency ${purpose}\n${key}`).digest();
  const secret = derive('secret');
  return {
    name: derive('name'),
    fingerprint: (request) => createHmac('sha256', secret).update(request).digest(),
    async close(text) {
      if (text === undefined) return null;
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, secret, nonce);
      const sealed = Buffer.concat([cipher.update(await deflate(text)), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
    },
    async open(sealed) {
      if (sealed === null) return undefined;
      const decipher = createDecipheriv(CIPHER, secret, sealed.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const packed = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
      return (await inflate(packed)).toString();
    },
  };
}

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

// Before sealing, for what is sealed cannot be packed any more: a bulk answer becomes a tenth.
const deflate = promisify<string, Buffer>(deflateRaw);
const inflate = promisify<Buffer, Buffer>(inflateRaw);

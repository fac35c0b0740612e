// Passwords are stored as argon2id in the PHC string format, which carries its own parameters, so that they can be
// raised later without a reset.
import { argon2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

// OWASP Password Storage Cheat Sheet (2025): 19 MiB, two passes, one lane.
const MEMORY_KIB = 19_456;
const PASSES = 2;
const LANES = 1;

const derive = promisify(argon2);

export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await derive('argon2id', { message: password.normalize('NFKC'), nonce, parallelism: LANES, tagLength: 32, memory: MEMORY_KIB, passes: PASSES });
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${base64(nonce)}$${base64(tag)}`;
}

const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

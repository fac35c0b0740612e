import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSeal } from './seal.ts';

const signingKey = randomBytes(32);
const printable = fc.string({ minLength: 1, maxLength: 255, unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) });

test('the same key opens what it closed, and names the same row', async () => {
  await fc.assert(
    fc.asyncProperty(printable, fc.string({ unit: 'grapheme' }), async (key, text) => {
      const [one, two] = [createSeal(signingKey, key), createSeal(signingKey, key)];
      expect(await two.open(await one.close(text))).toBe(text);
      expect([two.name, two.fingerprint(text)]).toEqual([one.name, one.fingerprint(text)]);
    }),
  );
});

test('another key, or the same one of another organization, opens nothing and names another row', async () => {
  await fc.assert(
    fc.asyncProperty(printable, printable, async (key, other) => {
      fc.pre(key !== other);
      const seal = createSeal(signingKey, key);
      const sealed = await seal.close('a secret');
      for (const stranger of [createSeal(signingKey, other), createSeal(randomBytes(32), key)]) {
        await expect(stranger.open(sealed)).rejects.toThrow();
        expect(stranger.name).not.toEqual(seal.name);
        expect(stranger.fingerprint('x')).not.toEqual(seal.fingerprint('x'));
      }
    }),
  );
});

test('what is kept shows nothing of the text, and no change of it goes unnoticed', async () => {
  const seal = createSeal(signingKey, 'key');
  const sealed = (await seal.close('{"secret":"tell nobody"}')) as Buffer;
  expect(sealed.toString('latin1')).not.toContain('tell nobody');
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] as number) ^ 1;
    await expect(seal.open(changed)).rejects.toThrow();
  }
});

test('no body stays none', async () => {
  const seal = createSeal(signingKey, 'key');
  expect(await seal.open(await seal.close(undefined))).toBeUndefined();
});

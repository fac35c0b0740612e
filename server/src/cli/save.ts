// Downloads, written as they arrive. A file that was there before stays as it was until the new one is whole.
import { createWriteStream, existsSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { causeOf, Failure } from './api.ts';

/**
 * @param path `-` for standard output
 * @returns bytes written
 * @throws Failure
 */
export async function save(response: Response, path: string): Promise<number> {
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const content = Readable.from(response.body ?? []);
  if (path === '-') {
    await pipeline(content, counted, process.stdout, { end: false }).catch((error: NodeJS.ErrnoException) => {
      // Whoever reads has had enough, as `head` has.
      if (error.code !== 'EPIPE') throw error;
    });
    return bytes;
  }
  // A device or a pipe is written to; it is not replaced by a file.
  const part = existsSync(path) && !statSync(path).isFile() ? path : `${path}.part`;
  try {
    await pipeline(content, counted, createWriteStream(part));
    if (part !== path) await rename(part, path);
  } catch (error) {
    if (part !== path) await rm(part, { force: true });
    throw new Failure(`${path} could not be written (${causeOf(error)}).`);
  }
  return bytes;
}

/** A name that nothing has yet: what somebody is mending is not written over. */
export function freeName(path: string, extension: string): string {
  for (let i = 1; ; i += 1) {
    const name = `${path}${i === 1 ? '' : `-${i}`}${extension}`;
    if (!existsSync(name)) return name;
  }
}

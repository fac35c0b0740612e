// Files in a folder. A file gets its name once all of it is on the disk: who finds it finds it whole, also after a crash.
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type FileKey, type Files, NoSuchFile, partsOf, Unwritable } from './file-store.ts';

/** People's data: for the server's own user only. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
/** An upload that takes longer than a day would have been given up long before. */
const ABANDONED_MS = 86_400_000;

/** @param folder made when the first file is written */
export function localFiles(folder: string): Files {
  const incoming = join(folder, 'incoming');
  const pathOf = (key: FileKey) => join(folder, ...partsOf(key));
  return {
    async write(key, content) {
      const path = pathOf(key);
      const unfinished = join(incoming, randomUUID());
      try {
        await Promise.all([incoming, dirname(path)].map((one) => mkdir(one, { recursive: true, mode: FOLDER_MODE })));
        const target = createWriteStream(unfinished, { mode: FILE_MODE, flags: 'wx', flush: true });
        await pipeline(content, target);
        await rename(unfinished, path);
        await flushFolder(dirname(path));
        return { bytes: target.bytesWritten };
      } catch (error) {
        // What cannot be removed now is swept later.
        await rm(unfinished, { force: true }).catch(() => undefined);
        throw TROUBLES.has((error as NodeJS.ErrnoException).code ?? '') ? new Unwritable(error) : error;
      }
    },
    async read(key, from = 0): Promise<Readable> {
      const file = await open(pathOf(key)).catch((error: NodeJS.ErrnoException) => {
        throw error.code === 'ENOENT' ? new NoSuchFile(key, error) : error;
      });
      return file.createReadStream({ start: from, highWaterMark: READ_BYTES });
    },
    remove: (key) => rm(pathOf(key), { force: true }),
    async sweep() {
      const names = await readdir(incoming).catch(() => []);
      for (const name of names) {
        const path = join(incoming, name);
        const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
        if (Date.now() - mtimeMs > ABANDONED_MS) await rm(path, { force: true });
      }
    },
  };
}

/** Of the disk and its folders, which whoever keeps the server can mend. */
const TROUBLES = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'ENOTDIR', 'EEXIST']);

/** Fewer and larger reads than a stream's own 64 KiB; a row fits. */
const READ_BYTES = 256 * 1024;

/** A name survives a loss of power once its folder is on the disk. Not every system lets a folder be opened. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path).catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

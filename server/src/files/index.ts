// Files, and links to them. This is the slice's only door.
import { join, resolve } from 'node:path';
import type { Config } from '../config.ts';
import type { Files } from './file-store.ts';
import { localFiles } from './local.ts';
import { s3Files } from './s3.ts';

export { type FileKey, type Files, NoSuchFile, requireFile, Unwritable } from './file-store.ts';
export { linkTo, type Purpose } from './link.ts';
export { type Download, type FileCall, type FileRoutes, registerFileRoutes } from './routes.ts';

/** In the data folder, or where the operator wants them. */
export function createFiles({ dataDir, files }: Pick<Config, 'dataDir' | 'files'>): Promise<Files> | Files {
  return files === undefined ? localFiles(join(resolve(dataDir), 'files')) : s3Files(files);
}

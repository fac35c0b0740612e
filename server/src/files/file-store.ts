// Where files are kept that are no part of the database: what is uploaded to be imported, what was exported. A key says
// whose a file is, so that no organization can name another's.
import type { Readable } from 'node:stream';
import { isId } from '../families/id.ts';
import { refuse } from '../http/errors.ts';

export interface Files {
  /** The file is there when the promise resolves, whole, and not at all where it rejects. @throws Unwritable */
  write(key: FileKey, content: Readable): Promise<{ bytes: number }>;
  /** @param from the byte that it begins with. @throws NoSuchFile */
  read(key: FileKey, from?: number): Promise<Readable>;
  /** Also of what is not there. */
  remove(key: FileKey): Promise<void>;
  /** Lets go of what was begun and never finished, because a process was killed. */
  sweep(): Promise<void>;
}

/** `<organization>/<kind>/<id>` */
export type FileKey = `${string}/${'uploads' | 'exports' | 'subjects'}/${string}`;

export class NoSuchFile extends Error {
  constructor(key: string, cause: unknown) {
    super(`there is no file ${key}`, { cause });
  }
}

/** Where files are kept, none can be for now: the disk is full, or not there as it was. */
export class Unwritable extends Error {
  constructor(cause: unknown) {
    super('no file can be written at the moment', { cause });
  }
}

/** A file that a caller asks for. @throws Refusal 404 */
export function requireFile(files: Files, key: FileKey, from?: number): Promise<Readable> {
  return files.read(key, from).catch((error: unknown) => {
    throw error instanceof NoSuchFile ? refuse('not.found', { cause: error }) : error;
  });
}

/** @throws Error for what is no key, such as a way out of the folder */
export function partsOf(key: FileKey): [orgId: string, kind: string, id: string] {
  const [orgId = '', kind = '', id = '', ...rest] = key.split('/');
  if (!isId(orgId) || !/^[a-z]+$/.test(kind) || !isId(id) || rest.length > 0) throw new Error(`${key} is no file's key`);
  return [orgId, kind, id];
}

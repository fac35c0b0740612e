// The first start makes an organization and leaves its log-ins in a file. Killed at any moment, it leaves either no
// organization or one whose log-ins are there: the file is written under another name, then the organization is made,
// then the file gets its name; the next start finishes what was begun.

import { existsSync } from 'node:fs';
import { open, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { makeOrganization, newLogIns } from './provision.ts';

/**
 * Makes the first organization unless there is one.
 * @returns the file, and what it says where it was written now
 */
export async function ensureFirstRun(deps: { database: Database; folder: string; url: string }): Promise<{ file: string; facts?: Record<string, string> }> {
  const file = join(deps.folder, 'first-run.json');
  const pending = `${file}.pending`;
  const begun = await readPending(pending);
  if (await hasOrganizations(deps.database)) {
    if (!begun) return { file };
    if (await isOrganization(deps.database, begun.organizationId as string)) {
      await settle(pending, file, deps.folder);
      return { file, facts: begun };
    }
    await unlink(pending);
    return { file };
  }
  const logIns = newLogIns();
  const facts = { url: deps.url, ...logIns };
  await writeSecretly(pending, facts);
  try {
    await makeOrganization(deps.database, { name: 'My organization', shortName: 'my-organization' }, logIns, true);
  } catch (error) {
    // Another process was first: ours is not needed.
    if ((error as { code?: string }).code !== 'LI001') throw error;
    await unlink(pending);
    return { file };
  }
  await settle(pending, file, deps.folder);
  return { file, facts };
}

async function hasOrganizations(database: Database): Promise<boolean> {
  return (await database.system.rows(sql`select o.id from organizations o limit 1`, [])).length > 0;
}

async function isOrganization(database: Database, id: string): Promise<boolean> {
  return (await database.system.rows(sql`select o.id from organizations o where o.id = $1`, [id])).length > 0;
}

/** What a killed start left behind; half a file was written before anything was made, and counts for nothing. */
async function readPending(path: string): Promise<Record<string, string> | undefined> {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Record<string, string>;
  } catch {
    await unlink(path);
    return undefined;
  }
}

async function writeSecretly(path: string, facts: Record<string, string>): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(facts, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function settle(pending: string, file: string, folder: string): Promise<void> {
  await rename(pending, file);
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

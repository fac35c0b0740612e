// The files of exports: what a link to one leads to, and how they go.
import type { Door } from '../db/database.ts';
import { type Download, type FileRoutes, type Files, requireFile } from '../files/index.ts';
import { refuse } from '../http/errors.ts';
import type { ExportKind } from './export.ts';
import { deleteExport, expiredExports, finishedExport, keyOf } from './store.ts';

/** For the file routes. */
export const downloadExport =
  (files: Files): NonNullable<FileRoutes['downloads']['export']> =>
  async ({ door, orgId, id }): Promise<Download> => {
    const found = await finishedExport(door, orgId, id);
    if (!found) throw refuse('not.found');
    const content = await requireFile(files, keyOf(orgId, found.attempt));
    const name = `${NAMES[found.kind]}-${found.completedAt.toISOString().slice(0, 10)}.${found.format}`;
    // Packed, it is what was asked for, and not to be unpacked on the way.
    if (found.gzip) return { content, fileName: `${name}.gz`, type: 'application/gzip', bytes: Number(found.bytes) };
    return { content, fileName: name, type: TYPES[found.format], bytes: Number(found.bytes) };
  };

const NAMES: Record<ExportKind, string> = {
  contact: 'contacts',
  organization: 'organizations',
  contactNote: 'contact-notes',
  organizationNote: 'organization-notes',
  relationship: 'relationships',
};
const TYPES = { csv: 'text/csv; charset=utf-8; header=present', ndjson: 'application/x-ndjson' } as const;

/** A chore: the files go first, so that none is left behind without a row. */
export const deleteExpiredExports = (files: Files) => async (door: Door, orgId: string) => {
  for (const { id, attempt } of await expiredExports(door, orgId)) {
    if (attempt !== null) await files.remove(keyOf(orgId, attempt));
    await deleteExport(door, orgId, id);
  }
};

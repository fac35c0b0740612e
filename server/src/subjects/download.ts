// The file of an archive, for whoever has a link to it.
import { type Download, type FileCall, type Files, requireFile } from '../files/index.ts';
import { refuse } from '../http/errors.ts';
import { finishedArchive, keyOf } from './archives.ts';

export const subjectDownload =
  (files: Files) =>
  async ({ door, orgId, id }: FileCall): Promise<Download> => {
    const archive = await finishedArchive(door, orgId, id);
    if (!archive) throw refuse('not.found');
    const content = await requireFile(files, keyOf(orgId, id));
    return { content, fileName: `subject-${id}.json`, type: 'application/json', bytes: archive.bytes };
  };

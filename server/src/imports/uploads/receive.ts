// Takes a file in by its link. It is looked at while it streams, so that no more than a chunk of it is ever in memory.
import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';
import { newId } from '../../families/id.ts';
import type { FileCall, Files } from '../../files/index.ts';
import { refuse } from '../../http/errors.ts';
import { limits } from '../../http/limits.ts';
import { createInspector, type Inspector } from './inspect.ts';
import { arrive, beginAttempt, keyOf, type Upload, uploadOf } from './store.ts';

/** The headers that have to come with the file: its type, and one that says which upload is meant. */
export const uploadHeaders = (id: string) => [
  { name: 'Content-Type', value: 'text/csv' },
  { name: 'X-Liaison-Upload', value: id },
];

/**
 * A file that cannot be imported is taken in all the same, and let go of: what is wrong with it is told by its details.
 * @throws Refusal 404 where there is no such upload any more, 409 where its file is here already, 400 for other headers or
 *   another size than announced; then nothing is kept
 */
export const receiveUpload =
  (files: Files) =>
  async ({ door, orgId, id }: FileCall, request: IncomingMessage) => {
    const upload = await uploadOf(door, orgId, id);
    if (!upload) throw refuse('not.found');
    checkHeaders(upload, request);
    const attempt = newId();
    if (upload.arrived || !(await beginAttempt(door, orgId, id, attempt)))
      throw refuse('conflict', { params: { reason: 'The file of this upload has arrived.' } });
    // What an attempt left behind that was killed.
    if (upload.attempt !== null) await files.remove(keyOf(orgId, upload.attempt));
    const inspector = createInspector(upload.rowsMax);
    const key = keyOf(orgId, attempt);
    request.setTimeout(limits.fileSilenceMs, () => request.destroy());
    const looked = look(upload, inspector);
    // It may fail before the store listens to it; the store then finds it failed.
    looked.on('error', () => undefined);
    const breakOff = () => {
      if (!request.complete) looked.destroy(refuse('bad.request', { params: { reason: 'the body ended before all of it was here.' } }));
    };
    request.once('close', breakOff);
    if (request.destroyed) breakOff();
    await files.write(key, request.pipe(looked));
    const found = inspector.end();
    const counts = await arrive(door, orgId, id, attempt, found);
    if (!counts || !found.inspection.importable) await files.remove(key);
    if (!counts) throw refuse('conflict', { params: { reason: 'The upload was begun again.' } });
  };

/** @throws Refusal 400 */
function checkHeaders({ id, bytes }: Upload, { headers }: IncomingMessage): void {
  for (const { name, value } of uploadHeaders(id)) {
    const given = String(headers[name.toLowerCase()] ?? '').split(';')[0];
    if (given?.trim().toLowerCase() !== value)
      throw refuse('bad.request', { params: { reason: `the header ${name} must be ${value}, as uploadHeaders says.` } });
  }
  const length = headers['content-length'];
  if (length !== undefined && Number(length) !== bytes) throw refuse('bad.request', { params: { reason: otherSize(bytes, `has ${length}`) } });
}

const otherSize = (announced: number, given: string) => `the file was announced with ${announced} bytes and ${given}.`;

/** Passes on what is worth keeping. Fails with a Refusal where there are more bytes than announced, or fewer. */
function look({ bytes }: Upload, inspector: Inspector): Transform {
  let seen = 0;
  const refused = (given: string) => refuse('bad.request', { params: { reason: otherSize(bytes, given) } });
  return new Transform({
    transform(chunk: Buffer, _, done) {
      seen += chunk.length;
      if (seen > bytes) return done(refused('has more'));
      try {
        inspector.push(chunk);
      } catch (error) {
        return done(error as Error);
      }
      if (inspector.hopeless) done();
      else done(null, chunk);
    },
    flush: (done) => done(seen < bytes ? refused(`has ${seen}`) : null),
  });
}

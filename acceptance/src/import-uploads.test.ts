// Uploading files to be imported: what a good file says of itself, and that a bad one gets the right answer and leaves
// nothing behind.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase } from './database.ts';
import { E, NOBODY, NOT_FOUND, UUID } from './directory.ts';
import { importAll, layOut, until } from './importing.ts';
import { connect, type Json, refused, SDKS, type Sdk } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
let contacts: Sdk['contacts'];
beforeAll(async () => {
  server = await startServer();
  ({ contacts } = await connect(server, SDKS[0]));
});
afterAll(() => server.stop());

const announce = (fileSize: number, fileName?: string) => contacts.postExternalcontactsImportCsvUploads({ fileSize, ...(fileName ? { fileName } : {}) });

interface Announced {
  uploadId: string;
  uploadUrl: string;
  uploadHeaders: { name: string; value: string }[];
}

const headersOf = ({ uploadHeaders }: Announced) => Object.fromEntries(uploadHeaders.map(({ name, value }) => [name, value]));

async function put(upload: Announced, content: Uint8Array | string, headers: Record<string, string> = {}): Promise<{ status: number; body: Json }> {
  const response = await fetch(upload.uploadUrl, { method: 'PUT', headers: { ...headersOf(upload), ...headers }, body: content as never });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

/** Announces and sends; @returns the upload's details */
async function send(content: Uint8Array | string, fileName?: string): Promise<Json> {
  const upload = await announce(Buffer.byteLength(content), fileName);
  expect(await put(upload, content)).toEqual({ status: 200, body: undefined });
  return contacts.getExternalcontactsImportCsvUploadDetails(upload.uploadId);
}

/** The files that the server has for uploads, finished or not. */
function filesOf({ folder: data } = server): string[] {
  const folder = join(data, 'files');
  return existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : [])) : [];
}

const eventually = (holds: () => boolean) =>
  until(
    async () => holds(),
    (held) => held,
  );

const GOOD = 'Id,First,Last\n1,Ada,Lovelace\n2,"Grace ""Amazing""",Hopper\n';

describe('a good file', () => {
  it('is announced, sent, checked and shown', async () => {
    const upload = await announce(GOOD.length, 'people.csv');
    expect(upload).toMatchObject({ uploadId: expect.stringMatching(UUID), uploadUrl: expect.stringMatching(/^http/), uploadHeaders: expect.any(Array) });
    const before = await contacts.getExternalcontactsImportCsvUploadDetails(upload.uploadId);
    expect(before).toEqual({
      uploadId: upload.uploadId,
      fileName: 'people.csv',
      validationResult: { separatorValid: true, fileEncodingValid: true, errors: [] },
      arrived: false,
    });
    expect(await refused(contacts.getExternalcontactsImportCsvUploadPreview(upload.uploadId))).toMatchObject({ status: 422, code: 'constraint.validation' });
    expect(await put(upload, GOOD)).toMatchObject({ status: 200 });
    expect(await contacts.getExternalcontactsImportCsvUploadDetails(upload.uploadId)).toEqual({
      ...before,
      arrived: true,
      importable: true,
      errorCount: 0,
      encoding: 'UTF-8',
      separator: ',',
      columns: ['Id', 'First', 'Last'],
      rows: 2,
      sha256: createHash('sha256').update(GOOD).digest('hex'),
    });
    expect(await contacts.getExternalcontactsImportCsvUploadPreview(upload.uploadId)).toEqual({
      uploadId: upload.uploadId,
      headers: ['Id', 'First', 'Last'],
      entries: [
        ['1', 'Ada', 'Lovelace'],
        ['2', 'Grace "Amazing"', 'Hopper'],
      ],
    });
  });

  it.each([
    ['commas', ',', ''],
    ['semicolons', ';', ''],
    ['tabs', '\t', ''],
    ['a BOM', ';', '\ufeff'],
  ])('with %s is read as it is written', async (_, separator, bom) => {
    const content = `${bom}${['Identifikation', '"a,b"', 'c'].join(separator)}\r\n${['1', 'Ä', '😀'].join(separator)}\r\n`;
    const details = await send(content);
    expect(details).toMatchObject({
      importable: true,
      separator,
      encoding: bom ? 'UTF-8 with BOM' : 'UTF-8',
      columns: ['Identifikation', 'a,b', 'c'],
      rows: 1,
    });
    expect(await contacts.getExternalcontactsImportCsvUploadPreview(details.uploadId)).toMatchObject({ entries: [['1', 'Ä', '😀']] });
  });

  it('is previewed by its first ten rows', async () => {
    const { uploadId } = await send(`a,b\n${Array.from({ length: 25 }, (_, i) => `${i},x`).join('\n')}`);
    const { entries } = await contacts.getExternalcontactsImportCsvUploadPreview(uploadId);
    expect(entries).toHaveLength(10);
    expect(entries.at(-1)).toEqual(['9', 'x']);
  });

  it('may have rows that are badly written: they are told by line, the first hundred one by one', async () => {
    const details = await send(`a,b\n"x" y,1\n1\n1,2,3\n${'1,2,3\n'.repeat(200)}`);
    expect(details).toMatchObject({ importable: true, rows: 203, errorCount: 203 });
    expect(details.validationResult.errors).toHaveLength(100);
    expect(details.validationResult.errors.slice(0, 3)).toEqual([
      { lineNumber: 2, message: expect.stringContaining('closing quote') },
      { lineNumber: 3, message: expect.stringContaining('1 cells') },
      { lineNumber: 4, message: expect.stringContaining('3 cells') },
    ]);
  });

  it('says which job imported the same bytes before', async () => {
    expect((await send(GOOD)).sameAs).toBeUndefined();
    const job = await importAll(server, await layOut(server, { Id: '$.externalId', First: '$.firstName', Last: '$.lastName' }), GOOD);
    expect(job).toMatchObject({ status: 'Completed' });
    expect(await send(GOOD)).toMatchObject({ sameAs: { id: job.id, selfUri: job.selfUri } });
  });

  it('can be larger than the API takes, by an operation of its own', async () => {
    const fileSize = 52_428_801;
    expect(await refused(announce(fileSize))).toMatchObject({ status: 400, details: [{ fieldName: 'fileSize' }] });
    const answer = await server.request('POST', '/liaison/v1/import/uploads', { body: { fileSize, fileName: 'large.csv' } });
    expect(answer.status).toBe(201);
    const row = `1,${'x'.repeat(1021)}\n`;
    const content = Buffer.concat([Buffer.from('a,b\n'), Buffer.alloc(fileSize - 4, row)]);
    expect(await put(answer.body, content)).toMatchObject({ status: 200 });
    expect(await contacts.getExternalcontactsImportCsvUploadDetails(answer.body.uploadId)).toMatchObject({
      importable: true,
      rows: Math.ceil((fileSize - 4) / row.length),
    });
    expect((await server.request('POST', '/liaison/v1/import/uploads', { body: { fileSize: 8 * 2 ** 30 + 1 } })).status).toBe(400);
  });
});

describe('a bad file', () => {
  const wide = (columns: number) => `${Array.from({ length: columns }, (_, i) => `c${i}`).join(',')}\n${'x,'.repeat(columns - 1)}x\n`;
  it.each<[what: string, content: Uint8Array | string, line: number, message: string, more?: object]>([
    ['is empty', '\r\n\r\n', 1, 'is empty'],
    ['has a header only', 'a,b\n', 1, 'no rows'],
    ['has no header', 'ada@example.com,Ada\ngrace@example.com,Grace\n', 1, 'no header'],
    ['has 300 columns', wide(300), 1, '300 columns'],
    ['has a header without a name', 'a,,c\n1,2,3\n', 1, 'Column 2 has no header'],
    ['has a header twice', 'Mail,name, mail \n1,2,3\n', 1, 'stands twice'],
    ['has one column', 'a|b\n1|2\n', 1, 'one column', { validationResult: { separatorValid: false } }],
    ['has a quote that is not closed', 'a,b\n1,2\n3,"4\n5,6\n', 3, 'not closed'],
    [
      'is written in Latin-1',
      Buffer.from('a,b\n1,2\n3,Zürich\n', 'latin1'),
      3,
      'not written in UTF-8',
      { encoding: 'unknown', validationResult: { fileEncodingValid: false } },
    ],
    ['is written in UTF-16', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'), 1, 'UTF-16', { encoding: 'UTF-16', validationResult: { fileEncodingValid: false } }],
    ['is written in UTF-16 without a BOM', Buffer.from('a,b\n1,2\n', 'utf16le'), 1, 'UTF-16', { encoding: 'UTF-16' }],
    ['has NUL characters', `a,b\n1,2\n3,${'x'.repeat(20)}\0\n`, 3, 'NUL', { validationResult: { fileEncodingValid: false } }],
    ['has a row of two mebibytes', `a,b\n1,2\n3,${'x'.repeat(2 * 2 ** 20)}\n`, 3, 'longer than'],
    ['has 500,001 rows', `a,b\n${'1,2\n'.repeat(500_001)}`, 500_002, 'more than 500000 rows'],
  ])('that %s is told so, cannot be previewed and is not kept', async (_, content, lineNumber, message, more = {}) => {
    const before = filesOf().length;
    const details = await send(content);
    expect(details).toMatchObject({ arrived: true, importable: false, ...more });
    expect(details.validationResult.errors.at(-1)).toEqual({ lineNumber, message: expect.stringContaining(message) });
    expect(await refused(contacts.getExternalcontactsImportCsvUploadPreview(details.uploadId))).toMatchObject({ status: 422 });
    expect(filesOf()).toHaveLength(before);
  });

  it('of a hundred thousand columns is told so, and no more of them is kept than a file can have', async () => {
    const details = await send(wide(100_000));
    expect(details).toMatchObject({ importable: false, columns: { length: 200 } });
    expect(details.validationResult.errors).toEqual([{ lineNumber: 1, message: 'The file has 100000 columns; it can have 200.' }]);
  });

  it('of one line of 100 MB is told so as soon as a mebibyte of it is here', async () => {
    const fileSize = 100_000_000;
    const { body: upload } = await server.request('POST', '/liaison/v1/import/uploads', { body: { fileSize } });
    const before = filesOf().length;
    expect(await put(upload, Buffer.alloc(fileSize, 'x'))).toMatchObject({ status: 200 });
    const { validationResult } = await contacts.getExternalcontactsImportCsvUploadDetails(upload.uploadId);
    expect(validationResult.errors).toEqual([{ lineNumber: 1, message: expect.stringContaining('longer than') }]);
    expect(filesOf()).toHaveLength(before);
  });
});

describe('an upload', () => {
  it('goes after a week, with its file', async () => {
    let own = await startServer();
    const path = (id: string) => `${E}/import/csv/uploads/${id}/details`;
    const upload = (await own.request('POST', `${E}/import/csv/uploads`, { body: { fileSize: GOOD.length } })).body as Announced;
    const kept = (await own.request('POST', `${E}/import/csv/uploads`, { body: { fileSize: GOOD.length } })).body as Announced;
    for (const one of [upload, kept]) expect(await put(one, GOOD)).toMatchObject({ status: 200 });
    const database = await connectDatabase(own);
    const { rows } = await database.query(
      "update import_uploads set expires_at = expires_at - interval '7 days' where id = $1 returning expires_at < now() as over",
      [upload.uploadId],
    );
    await database.end();
    expect(rows).toEqual([{ over: true }]);
    expect((await own.request('GET', path(upload.uploadId))).status).toBe(404);
    await own.stop({ keep: true });
    own = await startServer({ LIAISON_DATA_DIR: own.folder });
    await eventually(() => filesOf(own).length === 1);
    expect((await own.request('GET', path(kept.uploadId))).body).toMatchObject({ arrived: true });
    await own.stop();
  });

  it('is refused with other headers or another size than it was announced with, and can then be sent rightly', async () => {
    const upload = await announce(GOOD.length);
    const before = filesOf().length;
    const refusal = (text: string) => ({ status: 400, body: expect.objectContaining({ code: 'bad.request', message: expect.stringContaining(text) }) });
    expect(await put(upload, GOOD, { 'Content-Type': 'application/json' })).toEqual(refusal('Content-Type'));
    expect(await put(upload, GOOD, { 'X-Liaison-Upload': NOBODY })).toEqual(refusal('X-Liaison-Upload'));
    expect(await put(upload, `${GOOD}3,x,y\n`)).toEqual(refusal('announced with'));
    expect(await put(upload, GOOD.slice(1))).toEqual(refusal('announced with'));
    for (const content of [`${GOOD}3,x,y\n`, GOOD.slice(1)]) expect((await chunked(upload, content)).status).toBe(400);
    await eventually(() => filesOf().length === before);
    expect(await contacts.getExternalcontactsImportCsvUploadDetails(upload.uploadId)).toMatchObject({ arrived: false });
    expect(await put(upload, GOOD, { 'Content-Type': 'text/csv; charset=utf-8' })).toMatchObject({ status: 200 });
  });

  it('is sent once', async () => {
    const upload = await announce(GOOD.length);
    expect(await put(upload, GOOD)).toMatchObject({ status: 200 });
    expect(await put(upload, GOOD)).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  it('leaves nothing behind where the client breaks off, and is begun anew', async () => {
    const content = `a,b\n${'1,2\n'.repeat(500_000)}`;
    const upload = await announce(content.length);
    const before = filesOf().length;
    const sending = httpRequest(upload.uploadUrl, { method: 'PUT', headers: { ...headersOf(upload), 'content-length': content.length } });
    sending.on('error', () => undefined);
    sending.write(content.slice(0, 1_000_000));
    await eventually(() => filesOf().length > before);
    sending.destroy();
    await eventually(() => filesOf().length === before);
    expect(await put(upload, content)).toMatchObject({ status: 200 });
    expect(await contacts.getExternalcontactsImportCsvUploadDetails(upload.uploadId)).toMatchObject({ importable: true, rows: 500_000 });
  });

  it('belongs to one organization and lives by a link that nobody can make up', async () => {
    const upload = await announce(GOOD.length);
    const [base, token] = [upload.uploadUrl.slice(0, upload.uploadUrl.lastIndexOf('/') + 1), upload.uploadUrl.split('/').at(-1)];
    const [claims, proof] = token.split('.');
    const [orgId, id, purpose, expiry] = Buffer.from(claims, 'base64url').toString().split(' ');
    expect(Number(expiry) * 1000 - Date.now()).toBeLessThanOrEqual(15 * 60_000);
    const forged = (...parts: unknown[]) => `${base}${Buffer.from(parts.join(' ')).toString('base64url')}.${proof}`;
    for (const uploadUrl of [
      `${base}x`,
      `${base}${claims}.`,
      `${base}${claims}.${proof.slice(0, -2)}`,
      forged(orgId, NOBODY, purpose, expiry),
      forged(NOBODY, id, purpose, expiry),
      forged(orgId, id, purpose, Number(expiry) + 60),
      forged(orgId, id, 'importReport', expiry),
    ])
      expect(await put({ ...upload, uploadUrl }, GOOD)).toMatchObject({ status: 403, body: { code: 'invalid.link' } });
    const download = await fetch(upload.uploadUrl.replace('/uploads/', '/downloads/'));
    expect([download.status, ((await download.json()) as Json).code]).toEqual([403, 'invalid.link']);
    expect((await fetch(upload.uploadUrl)).status).toBe(404);
  });

  it('that is not there is not found', async () => {
    expect(await refused(contacts.getExternalcontactsImportCsvUploadDetails(NOBODY))).toEqual(NOT_FOUND);
    expect(await refused(contacts.getExternalcontactsImportCsvUploadPreview(NOBODY))).toEqual(NOT_FOUND);
  });

  it('has a size and a name within bounds', async () => {
    expect(await refused(contacts.postExternalcontactsImportCsvUploads({}))).toMatchObject({ status: 400, details: [{ fieldName: 'fileSize' }] });
    expect(await refused(announce(0))).toMatchObject({ status: 400, details: [{ fieldName: 'fileSize' }] });
    expect(await refused(announce(1, 'x'.repeat(256)))).toMatchObject({ status: 400, details: [{ fieldName: 'fileName' }] });
  });

  it('does not hinder other bodies from being JSON', async () => {
    const answer = await server.request('POST', `${E}/contacts`, { body: GOOD, headers: { 'content-type': 'text/csv' } });
    expect(answer.status).toBe(415);
  });
});

/** A PUT that does not say how long it is. */
async function chunked(upload: Announced, content: string): Promise<Response> {
  const body = new Blob([content]).stream();
  return fetch(upload.uploadUrl, { method: 'PUT', headers: headersOf(upload), body, duplex: 'half' } as RequestInit);
}

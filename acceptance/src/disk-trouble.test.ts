// Where no file can be written for a while, nothing is lost: uploads are asked to come again, and exports and archives wait.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { must } from './access-callers.ts';
import { connectDatabase } from './database.ts';
import { E, make } from './directory.ts';
import { fileOf, X } from './exporting.ts';
import { until } from './importing.ts';
import type { Json } from './sdk.ts';
import { type Server, startServer } from './server.ts';
import { ACCESS, download } from './subject-calls.ts';

let server: Server;
let database: Client;
beforeAll(async () => {
  server = await startServer();
  database = await connectDatabase(server);
});
afterAll(async () => {
  await database.end();
  await server.stop();
});

/** A file in the folder's place: nobody, root included, can write into it. @returns what mends it */
function breakFolder(): () => void {
  const folder = join(server.folder, 'files', 'incoming');
  mkdirSync(folder, { recursive: true });
  renameSync(folder, `${folder}-aside`);
  writeFileSync(folder, '');
  return () => {
    rmSync(folder);
    renameSync(`${folder}-aside`, folder);
  };
}

it('an upload is asked to come again, and may by the same link', async () => {
  const { uploadUrl, uploadHeaders } = await must(server, 'POST', `${E}/import/csv/uploads`, { fileName: 'a.csv', fileSize: 8 });
  const headers = Object.fromEntries(uploadHeaders.map(({ name, value }: Json) => [name, value]));
  const put = () => fetch(uploadUrl, { method: 'PUT', headers, body: 'a,b\n1,2\n' });
  const mend = breakFolder();
  const refused = await put();
  mend();
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '30']);
  expect(await refused.json()).toMatchObject({ code: 'service.unavailable' });
  expect((await put()).status).toBe(200);
});

it('exports and archives wait, however often they were tried', async () => {
  const { id } = await make(server, '/contacts', { lastName: 'Patient' });
  const mend = breakFolder();
  const [wanted, asked] = [await must(server, 'POST', X, { kind: 'contact' }), await must(server, 'POST', ACCESS, { contactId: id })];
  const attempts = new Set<string>();
  await until(
    async () => {
      const [{ tries, attempt }] = (await database.query('select tries, attempt from exports where id = $1', [wanted.id])).rows;
      if (attempt !== null) attempts.add(attempt);
      return { tries };
    },
    ({ tries }) => attempts.size === 3 && tries === 0,
  );
  expect((await database.query('select attempts, status from subject_archives where id = $1', [asked.id])).rows).toEqual([{ attempts: 0, status: 'running' }]);
  mend();
  const over = ({ status }: Json) => !['RUNNING', 'running'].includes(status);
  expect(await fileOf(await until(() => must(server, 'GET', wanted.selfUri), over))).toContain('Patient');
  expect((await download(await until(() => must(server, 'GET', asked.selfUri), over))).text).toContain('Patient');
}, 60_000);

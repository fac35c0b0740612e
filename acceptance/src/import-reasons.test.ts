// An import says what hinders it as it is, whatever stands in the file, and as soon as it can be known.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeDivision, must, unique } from './access-callers.ts';
import { E, make, NOBODY } from './directory.ts';
import { command, csvOf, finish, importAll, importOf, isOver, jobOf, layOut, PEOPLE, rejects, startImport, until, upload, waits } from './importing.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
});
afterAll(() => server.stop());

const own = async () => (await makeDivision(server)).id;

it('where a text is cut in the middle of an emoji, the reason is told without it', async () => {
  const long = `${'x'.repeat(59)}😀z`;
  const header = `${'h'.repeat(99)}😀z`;
  const id = await upload(server, `${header},b,${header}\n1,2,3`);
  const { validationResult } = await must(server, 'GET', `${E}/import/csv/uploads/${id}/details`);
  expect(validationResult.errors).toEqual([{ lineNumber: 1, message: `The header "${'h'.repeat(99)}" stands twice.` }]);
  const layout = await layOut(server, { ...PEOPLE, Survey: '$.surveyOptOut' });
  const rows = [
    { Id: '1', First: 'A', Last: 'A', Mail: long },
    { Id: '2', First: 'B', Last: 'B', Survey: long },
  ];
  const job = await importAll(server, layout, csvOf([...Object.keys(PEOPLE), 'Survey'], rows), { division: await own() });
  const [, mail, survey] = await rejects(server, job.id);
  expect(mail).toContain(`but is ""${'x'.repeat(59)}…""`);
  expect(survey).toContain(`Survey: must be true or false, but is ""${'x'.repeat(59)}…""`);
});

it('a custom field that no schema has does not matter where it is left out, or where the file lacks its column', async () => {
  const columns = { ...PEOPLE, Zzz: '$.customFields.zzz' };
  const [layout, without] = [await layOut(server, columns), await layOut(server, columns, { importFields: [{ name: 'customFields', included: false }] })];
  const person = { Id: '1', First: 'A', Last: 'A' };
  expect(await importAll(server, layout, csvOf(Object.keys(PEOPLE), [person]), { division: await own() })).toMatchObject({ status: 'Completed' });
  const file = csvOf(Object.keys(columns), [{ ...person, Zzz: 'z' }]);
  expect(await importAll(server, without, file, { division: await own() })).toMatchObject({ status: 'Completed', metadata: { importSuccessCount: 1 } });
  expect(await importAll(server, layout, file)).toMatchObject({ status: 'Failed', statusDetails: 'No schema that is enabled has the custom fields zzz.' });
});

it.each([
  ['division', 'The division that it imports into has gone.'],
  ['source', 'The external source of its import settings has gone.'],
])('where its %s has gone while it waited, the job fails and says so, as often as it is retried', async (what, reason) => {
  const [layout, division] = [await layOut(server, PEOPLE), await own()];
  const id = await startImport(server, layout, csvOf(Object.keys(PEOPLE), [{ Id: '1', First: 'A', Last: 'A' }]), { division });
  await until(() => jobOf(server, id), waits);
  await must(server, 'DELETE', what === 'division' ? `/api/v2/authorization/divisions/${division}` : `${E}/externalsources/${layout.sourceId}`);
  expect(await finish(server, id)).toMatchObject({ status: 'Failed', executionStep: 'Importing', statusDetails: reason });
  expect((await command(server, id, 'Retry')).status).toBe(202);
  expect(await until(() => jobOf(server, id), isOver)).toMatchObject({ status: 'Failed', statusDetails: reason, metadata: { importFailedCount: 0 } });
});

it('columns that the file lacks are named, and so is why nothing is imported', async () => {
  const layout = await layOut(server, PEOPLE, { importFields: [{ name: 'title', included: false }] });
  const job = await importAll(server, layout, ' ID,FIRST,Last\r\n1,A,A', { division: await own() });
  expect(await importOf(server, job.id)).toMatchObject({ status: 'Completed', missingColumns: ['Mail', 'Phone'] });
  const whole = await importAll(server, layout, csvOf(Object.keys(PEOPLE), [{ Id: '1', First: 'A', Last: 'A' }]), { division: await own() });
  expect(await importOf(server, whole.id)).not.toHaveProperty('missingColumns');
  for (const [columns, more, reason] of [
    [{}, {}, 'The CSV settings map no column to a field.'],
    [{ Nobody: '$.title' }, {}, 'The file has none of the columns Nobody.'],
    [{ First: '$.title' }, { importFields: [{ name: 'title', included: false }] }, 'The import settings leave out every field that a column is mapped to.'],
  ] as const)
    expect(await importAll(server, await layOut(server, columns, more), 'Id,First\r\n1,A')).toMatchObject({ status: 'Failed', statusDetails: reason });
});

it('the dry run refuses what leads nowhere, in the words of the import', async () => {
  const [layout, division, other] = [await layOut(server, REFERRING), await own(), await own()];
  const [company, hidden, near] = await Promise.all(
    [division, other, other].map((id) => make(server, '/organizations', { name: 'Engines', division: { id } })),
  );
  await make(server, '/contacts', { lastName: 'There', division: { id: division }, externalOrganization: { id: near.id } });
  const schema = await must(server, 'POST', `${E}/contacts/schemas`, { name: unique('Plain'), enabled: true, jsonSchema: { title: 'Plain', properties: {} } });
  const rows: [reason: string | undefined, Record<string, string>][] = [
    [undefined, { Company: company.id, Value: 'x', Source: layout.sourceId.toUpperCase(), Schema: schema.id }],
    [undefined, { Company: near.id }],
    ['Company: must be a UUID, but is ""zzz"".', { Company: 'zzz' }],
    [`Company: there is no external organization ${NOBODY}.`, { Company: NOBODY }],
    [`Company: there is no external organization ${hidden.id}.`, { Company: hidden.id }],
    ['Source: must be a UUID, but is ""zzz"".', { Value: 'x', Source: 'zzz' }],
    [`Source: there is no external source ${NOBODY}.`, { Value: 'x', Source: NOBODY }],
    ['Schema: names no schema of contacts.', { Schema: NOBODY }],
    ['Schema: names no schema of contacts.', { Schema: 'zzz' }],
  ];
  const text = csvOf(
    Object.keys(REFERRING),
    rows.map(([, cells], i) => ({ Id: `${i}`, First: 'A', Last: 'A', ...cells })),
  );
  const job = await importAll(server, layout, text, { division });
  const report = await rejects(server, job.id, 'dryRun');
  expect(report.slice(1).map((line) => /^\d+,"?(.*\.)"?,\d,A,A/.exec(line)?.[1])).toEqual(rows.flatMap(([reason]) => reason ?? []));
  // That of another division's contacts is only seen in vain.
  expect((await rejects(server, job.id)).filter((line) => !line.includes(near.id))).toEqual(report);
});

const REFERRING = {
  Id: '$.externalId',
  First: '$.firstName',
  Last: '$.lastName',
  Company: '$.externalOrganization.id',
  Value: '$.externalIds[1].value',
  Source: '$.externalIds[1].externalSource.id',
  Schema: '$.schema.id',
};

it('a first line that names the separator is no row, and counts as a line', async () => {
  const layout = await layOut(server, PEOPLE);
  for (const line of ['\ufeffsep=;\r\n', '"SEP=;"\n']) {
    const text = `${line}Id;First;Last, or not\n1;A, B;A\n2;;A`;
    const uploadId = await upload(server, text);
    const details = await must(server, 'GET', `${E}/import/csv/uploads/${uploadId}/details`);
    expect(details).toMatchObject({ importable: true, separator: ';', columns: ['Id', 'First', 'Last, or not'], rows: 2 });
    const preview = await must(server, 'GET', `${E}/import/csv/uploads/${uploadId}/preview`);
    expect(preview.entries[0]).toEqual(['1', 'A, B', 'A']);
    const job = await importAll(server, layout, text.replace(', or not', ''), { division: await own() });
    expect(await importOf(server, job.id)).toMatchObject({ rows: { created: 1, rejected: 1 } });
    expect((await rejects(server, job.id))[1]).toMatch(/^4;First: is required\.;2;/);
  }
});

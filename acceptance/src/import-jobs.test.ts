// Import jobs: their states and commands, how rows are matched and written, and what is said of those that are refused.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCaller, makeDivision, must } from './access-callers.ts';
import { connectDatabase } from './database.ts';
import { E, make, NOBODY, UUID } from './directory.ts';
import {
  allContacts,
  COMPANIES,
  command,
  csvOf,
  finish,
  importAll,
  importOf,
  jobOf,
  type Layout,
  layOut,
  PEOPLE,
  rejects,
  startImport,
  until,
  upload,
  waits,
} from './importing.ts';
import { connect, type Json, refused, SDKS, type Sdk } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
let contacts: Sdk['contacts'];
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
  ({ contacts } = await connect(server, SDKS[0]));
});
afterAll(() => server.stop());

const HEADER = Object.keys(PEOPLE);

/** A division of its own for each test: rows are matched within one. */
const own = async () => (await makeDivision(server)).id;
const byId = (all: Json[], value: string): Json => all.find(({ externalIds }) => externalIds?.some((one: Json) => one.value === value));

async function imported(layout: Layout, header: readonly string[], rows: Parameters<typeof csvOf>[1], division: string): Promise<{ job: Json; all: Json[] }> {
  const job = await importAll(server, layout, csvOf(header, rows), { division });
  return { job, all: await allContacts(server, division) };
}

describe('a job', () => {
  it('validates, waits, imports and completes, through the SDK', async () => {
    const layout = await layOut(server, PEOPLE);
    const division = await own();
    const uploadId = await upload(server, csvOf(HEADER, [['1', 'Ada', 'Lovelace', 'ada@example.com', '+44 20 7946 0123', 'Countess']]));
    const { job } = await contacts.postExternalcontactsImportCsvJobs({ uploadId, settingsId: layout.csvSettingsId, division: { id: division } });
    expect(job).toEqual({ id: expect.stringMatching(UUID), selfUri: `/api/v2/externalcontacts/import/jobs/${job.id}` });
    const validated = await until(() => contacts.getExternalcontactsImportJob(job.id), waits);
    expect(validated).toMatchObject({
      status: 'Running',
      executionStep: 'Validated',
      metadata: { fileName: 'people.csv', dryRunSuccessCount: 1, dryRunFailedCount: 0 },
    });
    expect(validated.metadata.dryRunReportDownloadUrl).toMatch(/^http/);
    expect(validated.metadata).not.toHaveProperty('importSuccessCount');
    expect(await allContacts(server, division)).toEqual([]);
    expect(await contacts.putExternalcontactsImportJob(job.id, { jobId: job.id, status: 'Continue' })).toEqual({ jobId: job.id, status: 'Continue' });
    const completed = await until(
      () => contacts.getExternalcontactsImportJob(job.id, { expand: ['division'] }),
      ({ status }) => status === 'Completed',
    );
    expect(completed).toMatchObject({
      executionStep: 'Importing',
      metadata: { importSuccessCount: 1, importFailedCount: 0, importReportDownloadUrl: expect.stringMatching(/^http/) },
      division: { id: division, name: expect.any(String) },
      settings: { id: layout.settingsId },
    });
    const [ada] = await allContacts(server, division);
    expect(ada).toMatchObject({
      type: 'Curated',
      firstName: 'Ada',
      workEmail: 'ada@example.com',
      workPhone: { e164: '+442079460123' },
      title: 'Countess',
      division: { id: division },
      externalIds: [{ value: '1', externalSource: { id: layout.sourceId } }],
    });
    const listed = await contacts.getExternalcontactsImportJobs({ jobStatus: 'Completed', sortOrder: 'Descending', pageSize: '1' });
    expect(listed.entities).toMatchObject([{ id: job.id }]);
  });

  it('takes no command that does not suit its state', async () => {
    const layout = await layOut(server, PEOPLE);
    const id = await startImport(server, layout, csvOf(HEADER, [{ Id: '1', First: 'Ada', Last: 'Lovelace' }]), { division: await own() });
    await until(() => jobOf(server, id), waits);
    expect(await command(server, id, 'Retry')).toMatchObject({ status: 409, body: { code: 'conflict' } });
    const other = await server.request('PUT', `${E}/import/jobs/${id}`, { body: { jobId: NOBODY, status: 'Continue' } });
    expect(other).toMatchObject({ status: 400, body: { code: 'constraint.validation' } });
    expect((await command(server, id, 'Cancel')).status).toBe(202);
    expect(await jobOf(server, id)).toMatchObject({ status: 'Cancelled' });
    for (const status of ['Cancel', 'Continue', 'Retry']) expect((await command(server, id, status)).status).toBe(409);
    expect((await command(server, NOBODY, 'Cancel')).status).toBe(404);
  });

  it('without a file goes through the same states', async () => {
    const { settingsId } = await layOut(server, PEOPLE);
    const job = await contacts.postExternalcontactsImportJobs({ settingsId });
    expect(job).toMatchObject({ status: 'Created', settings: { id: settingsId }, division: { id: '*' } });
    expect(await finish(server, job.id)).toMatchObject({ status: 'Completed' });
  });

  it('is refused for an upload or settings that it cannot be made with', async () => {
    const { csvSettingsId } = await layOut(server, PEOPLE);
    const { uploadId } = await contacts.postExternalcontactsImportCsvUploads({ fileSize: 10 });
    expect(await refused(contacts.postExternalcontactsImportCsvJobs({ uploadId, settingsId: csvSettingsId }))).toMatchObject({ status: 409 });
    expect(await refused(contacts.postExternalcontactsImportCsvJobs({ uploadId: NOBODY, settingsId: csvSettingsId }))).toMatchObject({
      status: 400,
      details: [{ fieldName: 'uploadId', errorCode: 'not.found' }],
    });
    const good = await upload(server, csvOf(HEADER, [{ Id: '1', First: 'A', Last: 'B' }]));
    expect(await refused(contacts.postExternalcontactsImportCsvJobs({ uploadId: good, settingsId: NOBODY }))).toMatchObject({
      details: [{ fieldName: 'settingsId' }],
    });
    const faulty = await upload(server, 'Id;First\r\n1;"Ada');
    expect(await refused(contacts.postExternalcontactsImportCsvJobs({ uploadId: faulty, settingsId: csvSettingsId }))).toMatchObject({ status: 409 });
  });

  it('fails where the file has none of the columns that are needed', async () => {
    const layout = await layOut(server, PEOPLE);
    const job = await importAll(server, layout, 'Nobody,knows\r\n1,2');
    expect(job).toMatchObject({ status: 'Failed', statusDetails: expect.stringContaining('none of the columns') });
    const lacking = await importAll(server, layout, 'Id,First\r\n1,Ada');
    expect(lacking.statusDetails).toContain('$.lastName');
  });
});

describe('rows', () => {
  it('update the contact of the same external id: cells win, empty cells change nothing', async () => {
    const [layout, division] = [await layOut(server, PEOPLE), await own()];
    await imported(layout, HEADER, [{ Id: '7', First: 'Ada', Last: 'Lovelace', Mail: 'ada@example.com', Title: 'Countess' }], division);
    const { job, all } = await imported(layout, HEADER, [{ Id: '7', First: 'Augusta', Last: 'Lovelace', Phone: '(317) 222-2222' }], division);
    expect(job.metadata).toMatchObject({ importSuccessCount: 1, importFailedCount: 0 });
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ firstName: 'Augusta', title: 'Countess', workEmail: 'ada@example.com', workPhone: { e164: '+13172222222' } });
    expect(await importOf(server, job.id)).toMatchObject({ rows: { read: 1, total: 1, updated: 1, created: 0, unchanged: 0 } });
  });

  it('are applied in the order of the file, each time, and counted each time', async () => {
    const [layout, division] = [await layOut(server, PEOPLE), await own()];
    const rows = Array.from({ length: 30 }, (_, i) => ({ Id: `${i % 3}`, First: `First ${i}`, Last: 'Last', Title: i < 3 ? 'first' : '' }));
    const { job, all } = await imported(layout, HEADER, rows, division);
    expect(job.metadata).toMatchObject({ importSuccessCount: 30 });
    expect([0, 1, 2].map((id) => byId(all, `${id}`))).toMatchObject([27, 28, 29].map((i) => ({ firstName: `First ${i}`, title: 'first' })));
    expect(await importOf(server, job.id)).toMatchObject({ rows: { created: 3, updated: 27 } });
  });

  it('that say nothing new change nothing: the same file sent twice', async () => {
    const [layout, division] = [await layOut(server, { ...PEOPLE, ...COMPANIES }), await own()];
    const text = csvOf(
      [...HEADER, ...Object.keys(COMPANIES)],
      [
        { Id: '1', First: 'Ada', Last: 'Lovelace', Mail: 'Ada@Example.com', Phone: '+442079460123', 'Company Id': 'c1', Company: 'Engines' },
        { Id: '2', First: 'Grace', Last: 'Hopper', Phone: 'none yet', 'Company Id': 'c1', Company: 'Engines' },
      ],
    );
    const first = await importAll(server, layout, text, { division });
    const before = await allContacts(server, division);
    const second = await importAll(server, layout, text, { division });
    expect(second.metadata).toMatchObject({ importSuccessCount: 2, importFailedCount: 0 });
    expect(await allContacts(server, division)).toEqual(before);
    expect(await importOf(server, second.id)).toMatchObject({ rows: { unchanged: 2 }, sameFileAs: [{ id: first.id }] });
  });

  it('are matched by e-mail and phone in the order of the criteria, and take the external id along', async () => {
    const division = await own();
    const phoneOwner = await make(server, '/contacts', { firstName: 'P', lastName: 'P', cellPhone: { display: '+13175550100' }, division: { id: division } });
    const mailOwner = await make(server, '/contacts', { firstName: 'M', lastName: 'M', personalEmail: 'm@example.com', division: { id: division } });
    const layout = await layOut(server, PEOPLE, { matchingCriteria: ['Phone', 'Email'] });
    const { all } = await imported(layout, HEADER, [{ Id: '1', First: 'New', Last: 'Name', Mail: 'M@example.com', Phone: '317-555-0100' }], division);
    expect(all).toHaveLength(2);
    expect(all.find(({ id }) => id === phoneOwner.id)).toMatchObject({ firstName: 'New', externalIds: [{ value: '1' }], workEmail: 'M@example.com' });
    expect(all.find(({ id }) => id === mailOwner.id)).toMatchObject({ firstName: 'M' });
  });

  it('make one contact of all that they match, where the settings say so', async () => {
    const division = await own();
    const one = await make(server, '/contacts', {
      firstName: 'P',
      lastName: 'P',
      title: 'Dr',
      cellPhone: { display: '+13175550101' },
      division: { id: division },
    });
    const two = await make(server, '/contacts', { firstName: 'M', lastName: 'M', personalEmail: 'm2@example.com', division: { id: division } });
    const layout = await layOut(server, PEOPLE, { matchingCriteria: ['Email', 'Phone'], mergeContacts: true });
    const { job, all } = await imported(layout, HEADER, [{ Id: '1', First: 'New', Last: 'Name', Mail: 'm2@example.com', Phone: '+13175550101' }], division);
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ firstName: 'New', title: 'Dr', externalIds: [{ value: '1' }] });
    expect(all[0].mergedFrom.map(({ id }: Json) => id).sort()).toEqual([one.id, two.id].sort());
    expect(await importOf(server, job.id)).toMatchObject({ rows: { merged: 1 } });
  });

  it('later in the file match what earlier ones made', async () => {
    const [layout, division] = [await layOut(server, PEOPLE, { matchingCriteria: ['Email'], mergeContacts: true }), await own()];
    const { all } = await imported(
      layout,
      HEADER,
      [
        { Id: '1', First: 'A', Last: 'A', Mail: 'a@example.com' },
        { Id: '2', First: 'B', Last: 'B', Mail: 'b@example.com' },
        { Id: '2', First: 'C', Last: 'C', Mail: 'a@example.com' },
        { Id: '3', First: 'D', Last: 'D', Mail: 'b@example.com' },
      ],
      division,
    );
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ firstName: 'D' });
    expect(all[0].externalIds.map(({ value }: Json) => value).sort()).toEqual(['1', '2', '3']);
  });

  it('promote contacts that were only observed', async () => {
    const division = await own();
    const observed = await must(server, 'POST', '/liaison/v1/observe', {
      division: { id: division },
      identifiers: [{ type: 'Email', value: 'seen@example.com' }],
    });
    const layout = await layOut(server, PEOPLE, { matchingCriteria: ['Email'] });
    const { all } = await imported(layout, HEADER, [{ Id: '1', First: 'Seen', Last: 'Before', Mail: 'seen@example.com' }], division);
    expect(all).toMatchObject([{ id: observed.contact.id, type: 'Curated', firstName: 'Seen' }]);
  });

  it('that merge are written in transactions of a few', async () => {
    const [layout, division] = [await layOut(server, PEOPLE, { matchingCriteria: ['Email', 'Phone'], mergeContacts: true }), await own()];
    const each = <T>(make: (i: number) => T) => Array.from({ length: 60 }, (_, i) => make(i));
    const mail = (i: number) => ({ First: 'F', Last: 'L', Mail: `m${i}@example.com` });
    const phone = (i: number) => ({ First: 'F', Last: 'L', Phone: `+131755501${10 + i}` });
    await imported(layout, HEADER, [...each((i) => ({ Id: `a${i}`, ...mail(i) })), ...each((i) => ({ Id: `b${i}`, ...phone(i) }))], division);
    const file = each((i) => ({ Id: `c${i}`, ...mail(i), ...phone(i) }));
    const { job, all } = await imported(layout, HEADER, file, division);
    expect(all).toHaveLength(60);
    const database = await connectDatabase(server);
    const { rows } = await database.query(
      `select count(*)::int as changes from changes where correlation_id = $1 and kind = 'contact' and action = 'merge' group by at`,
      [job.id],
    );
    await database.end();
    // Of each merge there are three: the two that were merged, and the one that they became.
    expect(rows.map(({ changes }) => changes / 3).toSorted((a, b) => b - a)).toEqual([25, 25, 10]);
  });

  it('make organizations once and link their contacts', async () => {
    const [layout, division] = [await layOut(server, { ...PEOPLE, ...COMPANIES }), await own()];
    const header = [...HEADER, ...Object.keys(COMPANIES)];
    const { job, all } = await imported(
      layout,
      header,
      [
        ...Array.from({ length: 20 }, (_, i) => ({ Id: `${i}`, First: 'F', Last: `L${i}`, 'Company Id': `c${i % 2}`, Company: `Company ${i % 2}` })),
        { 'Company Id': 'c1', Company: 'Company 1', Industry: 'Engines' },
        { 'Company Id': 'c1', Company: 'Company One' },
      ],
      division,
    );
    expect(job.metadata).toMatchObject({ importSuccessCount: 22, importFailedCount: 0 });
    const organizations = new Set(all.map(({ externalOrganization }) => externalOrganization.id));
    expect(organizations.size).toBe(2);
    const one = await must(server, 'GET', `${E}/organizations/${byId(all, '1').externalOrganization.id}`);
    expect(one).toMatchObject({ name: 'Company One', industry: 'Engines', externalIds: [{ value: 'c1' }], division: { id: division } });
  });

  it('carry custom fields, of the schema that has them', async () => {
    const schema = await must(server, 'POST', `${E}/contacts/schemas`, {
      name: `Imported ${process.pid}`,
      jsonSchema: {
        title: 'Imported',
        properties: {
          level_integer: { allOf: [{ $ref: '#/definitions/integer' }], title: 'Level', description: 'x', minimum: 0, maximum: 10 },
          vip_checkbox: { allOf: [{ $ref: '#/definitions/checkbox' }], title: 'VIP', description: 'x' },
          likes_tag: {
            allOf: [{ $ref: '#/definitions/tag' }],
            title: 'Likes',
            description: 'x',
            items: { minLength: 1, maxLength: 20 },
            minItems: 0,
            maxItems: 5,
            uniqueItems: true,
          },
        },
      },
    });
    const columns = {
      Id: '$.externalId',
      First: '$.firstName',
      Last: '$.lastName',
      Level: '$.customFields.level_integer',
      Vip: '$.customFields.vip_checkbox',
      Likes: '$.customFields.likes_tag',
    };
    const [layout, division] = [await layOut(server, columns), await own()];
    const header = Object.keys(columns);
    const { job, all } = await imported(
      layout,
      header,
      [
        ['1', 'A', 'A', '7', 'yes', 'tea; cake'],
        ['2', 'B', 'B', '70', '', ''],
        ['3', 'C', 'C', 'x', '', ''],
      ],
      division,
    );
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ schema: { id: schema.id }, customFields: { level_integer: 7, vip_checkbox: true, likes_tag: ['tea', 'cake'] } });
    const report = await rejects(server, job.id);
    expect(report).toHaveLength(3);
    expect(report[1]).toMatch(/^3,"?Level: /);
    expect(report[2]).toMatch(/^4,"?Level: must be a whole number/);
    expect(await rejects(server, job.id, 'dryRun')).toEqual(report);
  });
});

describe('refused rows', () => {
  it('come back with their lines and reasons, and can be mended and sent again', async () => {
    const [layout, division] = [await layOut(server, PEOPLE), await own()];
    const text = csvOf(HEADER, [
      { Id: '1', First: 'Good', Last: 'Row' },
      { Id: '2', First: '=SUM(A1)', Last: '', Mail: 'x@example.com' },
      { Id: '', First: 'No', Last: 'Id' },
      { Id: '4', First: 'Bad', Last: 'Mail', Mail: 'not an address' },
      ['5', 'Too', 'few'],
    ]);
    const job = await importAll(server, layout, text, { division });
    expect(job.metadata).toMatchObject({ dryRunSuccessCount: 1, dryRunFailedCount: 4, importSuccessCount: 1, importFailedCount: 4 });
    const linked = await fetch(job.metadata.importReportDownloadUrl);
    expect(linked.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(linked.headers.get('content-disposition')).toContain('people refused.csv');
    const report = (await linked.text()).split('\r\n').slice(0, -1);
    expect(report).toEqual(await rejects(server, job.id));
    expect(report[0]).toBe(`line,reasons,${HEADER.join(',')}`);
    expect(report.slice(1).map((line) => line.split(',')[0])).toEqual(['3', '4', '5', '6']);
    expect(report[1]).toBe("3,Last: is required.,2,'=SUM(A1),,x@example.com,,");
    expect(report[2]).toBe('4,Id: is required.,,No,Id,,,');
    expect(report[3]).toMatch(/^5,"Mail: .*but is ""not an address""\.",4,Bad,Mail,not an address,,$/);
    expect(report[4]).toBe('6,"The row has 3 cells, and the header 6.",5,Too,few');
    const mended = report
      .map((line) =>
        line
          .replace('=SUM(A1),,', '=SUM(A1),There,')
          .replaceAll('not an address', 'an@example.com')
          .replace(',,No,Id,', ',3,No,Id,')
          .replace('5,Too,few', '5,Too,few,,,'),
      )
      .join('\r\n');
    const again = await importAll(server, layout, mended, { division });
    expect(again.metadata).toMatchObject({ importSuccessCount: 4, importFailedCount: 0 });
    const contacts = await allContacts(server, division);
    expect(contacts).toHaveLength(5);
    expect(contacts.map(({ firstName }) => firstName)).toContain('=SUM(A1)');
  });

  it.each([
    ['has such columns of its own', ['Id', 'Line', 'Reasons', 'First', 'Last'], {}, 'line (2),reasons (2),Id,Line,Reasons,First,Last'],
    [
      'begins with such columns, which are imported',
      ['line', 'reasons', 'Id', 'First', 'Last'],
      { line: '$.title' },
      'line (2),reasons (2),line,reasons,Id,First,Last',
    ],
    ['was a report already', ['line (2)', 'reasons (2)', 'Id', 'Line', 'First', 'Last'], {}, 'line (2),reasons (2),Id,Line,First,Last'],
    ['has as many columns as it may', ['Id', 'First', 'Last', ...Array.from({ length: 197 }, (_, i) => `c${i}`)], {}, 'line,reasons,Id,First,Last,c0,'],
  ])('can be sent again where the file %s', async (_, columns, more, header) => {
    const layout = await layOut(server, { Id: '$.externalId', First: '$.firstName', Last: '$.lastName', ...more });
    const text = csvOf(columns, [{ ...Object.fromEntries(columns.map((column) => [column, `own ${column}`])), Last: '' }]);
    const job = await importAll(server, layout, text, { division: await own() });
    const report = await rejects(server, job.id);
    expect(report[0]?.startsWith(header)).toBe(true);
    const [cells = ''] = report.slice(1);
    if ('line' in more) expect(cells).toContain('own line,own reasons,');
    const again = await importAll(server, layout, report.join('\r\n').replace('own First,', 'own First,Mended'), { division: await own() });
    expect(again).toMatchObject({ status: 'Completed', metadata: { importSuccessCount: 1, importFailedCount: 0 } });
  });

  it('that the database takes for no reason of theirs do not keep the others from being written', async () => {
    const [layout, division] = [await layOut(server, PEOPLE), await own()];
    const database = await connectDatabase(server);
    await database.query(`create function refuse_poison() returns trigger language plpgsql as $$ begin raise exception 'poison'; end $$;
      create trigger poison before insert on contacts for each row when (new.last_name = 'Poison') execute function refuse_poison()`);
    try {
      const rows = Array.from({ length: 40 }, (_, i) => ({ Id: `${i}`, First: 'F', Last: i === 17 ? 'Poison' : `L${i}` }));
      const { job, all } = await imported(layout, HEADER, rows, division);
      expect(job).toMatchObject({ status: 'Completed', metadata: { importSuccessCount: 39, importFailedCount: 1 } });
      expect(all).toHaveLength(39);
      expect((await rejects(server, job.id))[1]).toMatch(/^19,It could not be written; the server's log has the cause under [0-9a-f-]{36}\.,17,F,Poison,,,$/);
    } finally {
      await database.query('drop trigger poison on contacts');
      await database.end();
    }
  });

  it('are named again by line where they are refused again', async () => {
    const [layout, division] = [await layOut(server, PEOPLE), await own()];
    const rows = [
      { Id: '', First: 'No', Last: 'Id', Phone: '+1 317 555 0100', Title: '=1+1' },
      { Id: '', First: "'=1+1", Last: "''-1", Title: "'quoted'" },
    ];
    const first = await importAll(server, layout, csvOf(HEADER, rows), { division });
    const report = await rejects(server, first.id);
    const second = await importAll(server, layout, report.join('\r\n'), { division });
    expect(await rejects(server, second.id)).toEqual(report);
  });
});

describe('divisions', () => {
  it('hold what is imported, and rows match nothing outside theirs', async () => {
    const layout = await layOut(server, PEOPLE, { matchingCriteria: ['Email'] });
    const [one, other] = [await own(), await own()];
    const row = [{ Id: '1', First: 'A', Last: 'A', Mail: 'division@example.com' }];
    await imported(layout, HEADER, row, one);
    const { all } = await imported(layout, HEADER, row, other);
    expect(all).toHaveLength(1);
    expect(await allContacts(server, one)).toHaveLength(1);
  });

  it('that the caller may not import into are refused, and jobs of others are hidden', async () => {
    const layout = await layOut(server, PEOPLE);
    const [mine, theirs] = [await own(), await own()];
    const caller = await makeCaller(
      server,
      ['externalContacts:importCsvJob:add', 'externalContacts:importJob:view', 'externalContacts:importJob:viewAll', 'externalContacts:importJob:edit'],
      mine,
    );
    const uploadId = await upload(server, csvOf(HEADER, [{ Id: '1', First: 'A', Last: 'A' }]));
    const start = (division: string) =>
      server.request('POST', `${E}/import/csv/jobs`, { token: caller.token, body: { uploadId, settingsId: layout.csvSettingsId, division: { id: division } } });
    expect((await start(theirs)).status).toBe(403);
    const hidden = await startImport(server, layout, csvOf(HEADER, [{ Id: '1', First: 'A', Last: 'A' }]), { division: theirs });
    const { body } = await start(mine);
    const asCaller = (path: string) => server.request('GET', path, { token: caller.token });
    expect((await asCaller(`${E}/import/jobs/${hidden}`)).status).toBe(404);
    expect((await asCaller(`/liaison/v1/imports/${hidden}`)).status).toBe(404);
    expect((await asCaller(`/liaison/v1/imports/${hidden}/rejects`)).status).toBe(404);
    const seen = (await asCaller(`${E}/import/jobs?pageSize=100`)).body.entities.map(({ id }: Json) => id);
    expect(seen).toContain(body.job.id);
    expect(seen).not.toContain(hidden);
    expect((await command(server, hidden, 'Cancel', caller.token)).status).toBe(404);
    expect(await finish(server, body.job.id)).toMatchObject({ status: 'Completed' });
  });

  it('a job fails, saying so, once whoever started it may not import any more, and goes on with Retry', async () => {
    const layout = await layOut(server, PEOPLE);
    const division = await own();
    const caller = await makeCaller(server, ['externalContacts:importCsvJob:add'], division);
    const id = await startImport(server, layout, csvOf(HEADER, [{ Id: '1', First: 'A', Last: 'A' }]), { division, token: caller.token });
    await until(() => jobOf(server, id), waits);
    const client = await must(server, 'GET', `/api/v2/oauth/clients/${caller.clientId}`);
    await must(server, 'PUT', `/api/v2/oauth/clients/${caller.clientId}`, { ...client, roleDivisions: [] });
    await command(server, id, 'Continue');
    expect(
      await until(
        () => jobOf(server, id),
        ({ status }) => status === 'Failed',
      ),
    ).toMatchObject({ executionStep: 'Importing', statusDetails: expect.stringContaining('may not') });
    await must(server, 'PUT', `/api/v2/oauth/clients/${caller.clientId}`, { ...client, roleDivisions: client.roleDivisions });
    expect((await command(server, id, 'Retry')).status).toBe(202);
    expect(
      await until(
        () => jobOf(server, id),
        ({ status }) => status !== 'Running',
      ),
    ).toMatchObject({ status: 'Completed' });
    expect(await allContacts(server, division)).toHaveLength(1);
  });
});

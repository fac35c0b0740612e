// Erasure: of a person with something in every field, in notes, identifiers, merges, suggested duplicates, deliveries and
// refused rows of imports, no table and no operation shows anything any more; and nobody else has lost anything.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCaller, makeDivision, must } from './access-callers.ts';
import { build, createCast } from './contract-walk.ts';
import { connectDatabase } from './database.ts';
import { E, idsOf, make, makeContacts, NOBODY, NOT_FOUND } from './directory.ts';
import { EVENTS } from './followers.ts';
import { finish, type Layout, layOut, PEOPLE, rejects, startImport, until } from './importing.ts';
import { makeOrganization } from './other-organization.ts';
import { type Contract, type Operation, readContract } from './served-contract.ts';
import { type Json, startServer } from './server.ts';
import { ACCESS, collect, download, ERASURES, erase, filesWith, tablesWith } from './subject-calls.ts';
import { makeWebhook, startReceiver, whenWebhook } from './webhook-receiver.ts';

const server = await startServer({
  LIAISON_RATE_LIMIT: '0',
  LIAISON_WEBHOOK_PRIVATE_TARGETS: 'yes',
  LIAISON_WEBHOOK_RETRY_MS: '10',
  LIAISON_WEBHOOK_ATTEMPTS: '2',
});
const database = await connectDatabase(server);
afterAll(async () => {
  await database.end();
  await server.stop();
});

/** Stands in every text that is said of the person, and nowhere else. */
const CANARY = 'qzcanary';
let contract: Contract;
/** Makes bodies in which every field says something of the person. */
let person: ReturnType<typeof createCast>;
beforeAll(async () => {
  contract = await readContract(server);
  const others = createCast(server, contract, 'heron', server.token);
  const given = {
    division: '*',
    externalSource: await others.id('externalSource'),
    externalOrganization: await others.id('externalOrganization'),
    schema: (near = '') => others.id('schema', { near }),
  };
  person = createCast(server, contract, CANARY, server.token, given);
});

const operation = (id: string): Operation => contract.operations.find((one) => one.id === id) as Operation;
const bodyFor = async (id: string): Promise<Json> => (await build(person, operation(id))).body;
const historyOf = (id: string) => must(server, 'GET', `/liaison/v1/audits?entityId=${id}&limit=200`);
const eventsOf = async (id: string): Promise<Json[]> => (await must(server, 'GET', `${EVENTS}?topics=v2.externalcontacts.contacts.${id}`)).entities;

test('nothing that was ever said of a person is in any table, file or answer', { timeout: 180_000 }, async () => {
  const receiver = await startReceiver();
  receiver.answer = () => 500;
  const hook = await makeWebhook(server, receiver);

  const first = await make(server, '/contacts', await bodyFor('postExternalcontactsContacts'));
  await must(server, 'PUT', `${E}/contacts/${first.id}`, await bodyFor('postExternalcontactsContacts'));
  const phones = [first.workPhone.e164, first.homePhone.e164];
  const keyed = await server.request('POST', `${E}/contacts`, { body: await bodyFor('postExternalcontactsContacts'), headers: { 'idempotency-key': 'once' } });
  expect(keyed.status).toBe(200);
  const second = keyed.body;
  const notes = [];
  for (const word of ['kept', 'gone']) notes.push(await make(server, `/contacts/${first.id}/notes`, { noteText: `${CANARY} ${word}` }));
  await must(server, 'PUT', `${E}/contacts/${first.id}/notes/${notes[0].id}`, { noteText: `${CANARY} again` });
  await must(server, 'DELETE', `${E}/contacts/${first.id}/notes/${notes[1].id}`);
  await must(server, 'PATCH', `${E}/contacts/${first.id}/identifiers`, { operation: 'Claim', identifier: { type: 'Cookie', value: `${CANARY}-cookie` } });
  await until(
    () => must(server, 'GET', `/liaison/v1/duplicates?recordId=${second.id}`),
    ({ entities }) => entities.length > 0,
  );
  const merged = async (ids: string[]) => make(server, '/contacts/merge', { contactIds: ids, valueOverride: { title: `${CANARY} merged` } });
  const undone = await merged([first.id, second.id]);
  await make(server, `/contacts/${undone.id}/notes`, { noteText: `${CANARY} on the result` });
  await must(server, 'POST', `/liaison/v1/contacts/${undone.id}/unmerge`, { notesTo: first.id });
  const head = await merged([first.id, second.id]);
  await until(
    () => must(server, 'GET', `/liaison/v1/webhooks/${hook.id}`),
    ({ deliveries }) => deliveries.dead > 10,
  );
  const archive = await collect(server, { contactId: head.id });

  const words = [CANARY, ...phones.map((phone: string) => phone.slice(1))];
  expect((await tablesWith(database, words)).map((found) => found.split(':')[0])).toEqual(
    expect.arrayContaining(['changes', 'contacts', 'identifiers', 'merges', 'notes']),
  );
  expect(filesWith(server, words)).toHaveLength(1);
  const { subjects } = await erase(server, { contactIds: [first.id], reason: 'case 7' });
  expect(subjects).toEqual([
    { list: 'contactIds', index: 0, status: 'erased', contact: { id: first.id }, erasedIds: expect.any(Array), dateErased: expect.any(String) },
  ]);
  expect(subjects[0].erasedIds.sort()).toEqual([first.id, second.id, undone.id, head.id].sort());

  await until(
    async () => filesWith(server, words),
    (files) => files.length === 0,
  );
  expect(await tablesWith(database, words)).toEqual([]);
  for (const { id } of [first, second, undone, head]) {
    expect((await server.request('GET', `${E}/contacts/${id}`)).body).toEqual(NOT_FOUND);
    expect((await server.request('GET', `${E}/contacts/${id}/unresolved`)).body).toEqual(NOT_FOUND);
    expect((await server.request('POST', ACCESS, { body: { contactId: id } })).body).toEqual(NOT_FOUND);
  }
  expect((await server.request('GET', archive.selfUri)).body).toEqual(NOT_FOUND);
  expect((await fetch(archive.downloadUrl)).status).toBe(404);
  for (const one of contract.operations.filter(({ gap, method, parameters }) => !gap && method === 'GET' && !parameters.some(({ required }) => required))) {
    if (one.path.endsWith('/stream')) continue;
    const { text } = await server.request('GET', `${one.path}${one.parameters.some(({ name }) => name === 'limit') ? '?limit=100' : ''}`);
    expect(text.includes(CANARY) && one.id).toBe(false);
  }
  expect((await must(server, 'GET', `${E}/contacts?q=${CANARY}`)).total).toBe(0);

  // What was dead is delivered again: without a word of what it said.
  receiver.answer = () => 200;
  const before = receiver.accepted().length;
  await must(server, 'POST', `/liaison/v1/webhooks/${hook.id}/deliveries/replay`, {});
  await whenWebhook(server, hook.id, ({ deliveries }) => deliveries.dead === 0 && deliveries.waiting === 0);
  const replayed = receiver.accepted().slice(before);
  expect(replayed.length).toBeGreaterThan(10);
  expect(replayed.filter(({ text }) => text.includes(CANARY))).toEqual([]);
  receiver.close();
});

test('that there were changes stays, and who made them', async () => {
  const { id } = await make(server, '/contacts', { firstName: 'Anna', lastName: 'Perenna' });
  await must(server, 'PUT', `${E}/contacts/${id}`, { firstName: 'Anna', lastName: 'Perennis' });
  const before = (await historyOf(id)).entities;
  await erase(server, { contactIds: [id] });
  const events = await eventsOf(id);
  expect(events.map(({ eventBody, metadata }) => [metadata.action, eventBody])).toEqual(['create', 'update', 'delete'].map((action) => [action, { id }]));
  const [deleted, ...entries] = (await historyOf(id)).entities;
  expect(deleted).toMatchObject({ action: 'delete', entity: { type: 'contact', id }, changes: [] });
  expect(entries).toEqual(before.map((entry: Json) => ({ ...entry, entity: { type: 'contact', id }, changes: [] })));
  const [erasure] = (await must(server, 'GET', '/liaison/v1/audits?entityType=erasure&limit=1')).entities;
  expect(erasure).toMatchObject({ action: 'create', client: { id: server.firstRun.clientId } });
});

test('a note that goes with a person is told by its id, on the topic that it had', async () => {
  const { id } = await make(server, '/contacts', { lastName: 'Notanda' });
  const note = await make(server, `/contacts/${id}/notes`, { noteText: 'secret' });
  await erase(server, { contactIds: [id] });
  const { entities } = await must(server, 'GET', `${EVENTS}?topics=v2.externalcontacts.contacts.${id}.notes.${note.id}`);
  expect(entities.map(({ eventBody }: Json) => eventBody)).toEqual(Array(2).fill({ id: note.id, entityId: id, entityType: 'Contact' }));
});

test('who was deleted before is erased by an id that is left, and may be erased again', async () => {
  const { id } = await make(server, '/contacts', { lastName: 'Qzdeleted' });
  await make(server, `/contacts/${id}/notes`, { noteText: 'qzdeleted note' });
  await must(server, 'DELETE', `${E}/contacts/${id}`);
  expect(await tablesWith(database, ['qzdeleted'])).not.toEqual([]);
  for (let times = 0; times < 2; times += 1) {
    const { subjects } = await erase(server, { contactIds: [id] });
    expect(subjects).toMatchObject([{ status: 'erased', erasedIds: [id] }]);
    expect(await tablesWith(database, ['qzdeleted'])).toEqual([]);
  }
});

test('who was only observed, and whose time is up, is erased', async () => {
  const { contact } = await must(server, 'POST', '/liaison/v1/observe', { identifiers: [{ type: 'Cookie', value: 'qzobserved' }] });
  await database.query("update contacts set expires_at = now() - interval '1 second' where id = $1", [contact.id]);
  expect((await erase(server, { contactIds: [contact.id] })).subjects).toMatchObject([{ status: 'erased' }]);
  expect(await tablesWith(database, ['qzobserved'])).toEqual([]);
});

test('who is written, noted, claimed for and merged at the same time is erased all the same', async () => {
  const made = idsOf(
    await makeContacts(
      server,
      Array.from({ length: 12 }, (_, i) => ({ lastName: `Qzbusy ${i}` })),
    ),
  );
  let over = false;
  let written = 0;
  const write = async (turn: number) => {
    const [id, other] = [made[turn % made.length] as string, made[(turn * 5 + 1) % made.length] as string];
    const identifier = { type: 'Cookie', value: `qzbusy-${turn}` };
    const asked = [
      ['PUT', `/contacts/${id}`, { lastName: `Qzbusy again ${turn}`, workEmail: `qzbusy${turn}@busy.example` }],
      ['POST', `/contacts/${id}/notes`, { noteText: 'qzbusy note' }],
      ['PATCH', `/contacts/${id}/identifiers`, { operation: 'Claim', identifier }],
      ['POST', '/contacts/merge', { contactIds: [id, other] }],
    ][turn % 4] as [string, string, object];
    const { status, text } = await server.request(asked[0], E + asked[1], { body: asked[2] });
    if (status >= 500) throw new Error(text);
    if (status === 200) written += 1;
  };
  const writers = [0, 1, 2, 3].map(async (first) => {
    for (let turn = first; !over; turn += 5) await write(turn);
  });
  await until(
    async () => written,
    (times) => times > 20,
  );
  const { subjects } = await erase(server, { contactIds: made });
  over = true;
  await Promise.all(writers);
  expect(subjects.map(({ status }: Json) => status)).toEqual(Array(made.length).fill('erased'));
  expect(await tablesWith(database, ['qzbusy'])).toEqual([]);
});

describe('nobody else', () => {
  test('loses anything: neither a namesake, nor who was taken for the person and told apart again', async () => {
    const [anna, berta, namesake] = await makeContacts(server, [
      { firstName: 'Qzanna', lastName: 'Same', workEmail: 'qzanna@same.example' },
      { firstName: 'Berta', lastName: 'Same', workEmail: 'berta@same.example', title: 'Doctor' },
      { firstName: 'Qzannika', lastName: 'Same', workEmail: 'office@same.example' },
    ]);
    await make(server, `/contacts/${berta.id}/notes`, { noteText: 'of Berta' });
    const wrong = await make(server, '/contacts/merge', { contactIds: [anna.id, berta.id] });
    await must(server, 'POST', `/liaison/v1/contacts/${wrong.id}/unmerge`, {});
    const seen = async () => [
      await must(server, 'GET', `${E}/contacts/${berta.id}?expand=identifiers`),
      await must(server, 'GET', `${E}/contacts/${berta.id}/notes`),
      (await historyOf(berta.id)).entities,
      await must(server, 'GET', `${E}/contacts/${namesake.id}?expand=identifiers`),
      (await historyOf(namesake.id)).entities,
    ];
    const before = await seen();
    const { subjects } = await erase(server, { identifiers: [{ type: 'Email', value: 'QzAnna@Same.example' }] });
    expect(subjects).toMatchObject([{ list: 'identifiers', index: 0, status: 'erased', contact: { id: anna.id } }]);
    expect(subjects[0].erasedIds.sort()).toEqual([anna.id, wrong.id].sort());
    expect(await tablesWith(database, ['qzanna@'])).toEqual([]);
    expect(await seen()).toEqual(before);
  });

  test('is meant by an identifier that the person stands behind in line for', async () => {
    const [first, second] = await makeContacts(server, [
      { lastName: 'First', workEmail: 'shared@same.example' },
      { lastName: 'Second', workEmail: 'shared@same.example' },
    ]);
    expect((await erase(server, { identifiers: [{ type: 'Email', value: 'shared@same.example' }] })).subjects).toMatchObject([{ contact: { id: first.id } }]);
    expect((await must(server, 'POST', `${E}/identifierlookup/contacts`, { type: 'Email', value: 'shared@same.example' })).id).toBe(second.id);
  });
});

test('rows of imports that were refused go with whoever is known by what stands in them', async () => {
  const layout = await layOut(server, PEOPLE);
  const text = 'Id,First,Last,Mail,Phone,Title\r\n1,Ann,,qzrejected@row.example,,\r\n2,Bob,,other@row.example,,\r\n';
  await finish(server, await startImport(server, layout, text));
  expect(await tablesWith(database, ['qzrejected'])).toEqual([expect.stringMatching(/^import_rejects/)]);
  const { id } = await make(server, '/contacts', { lastName: 'Row', workEmail: 'QZrejected@row.example' });
  await erase(server, { contactIds: [id] });
  expect(await tablesWith(database, ['qzrejected'])).toEqual([]);
  expect(await tablesWith(database, ['other@row.example'])).not.toEqual([]);
});

describe('of the rows of imports that were refused', () => {
  const HEADER = 'Id,First,Last,Mail,Phone,Title';
  const left = async (job: string) => (await rejects(server, job)).slice(1);
  const bring = async (rows: string[], division?: string, layout?: Layout) => {
    const job = await startImport(server, layout ?? (await layOut(server, PEOPLE)), [HEADER, ...rows].join('\r\n'), division ? { division } : {});
    await finish(server, job);
    return job;
  };

  test('those go that name the person in whatever way, and no others', async () => {
    const job = await bring([
      '1,Ann,,,0044 20 7946 0321,',
      '2,Ann,,,+44 (20) 7946-0321,',
      '3,Ann,,,(317) 222-4321,',
      '4,Ann,,,,Ann Qz <QZwritten@row.example>',
      '5,Ann,,,,+44 20 7946 0321',
      '6,Ann,too,few cells,317 222 4321',
      '7,Bob,,,+44 20 7946 0322,1',
    ]);
    const workPhone = { display: '+44 20 7946 0321' };
    const { id } = await make(server, '/contacts', {
      lastName: 'Row',
      workPhone,
      homePhone: { display: '+1 317 222 4321' },
      workEmail: 'qzwritten@row.example',
    });
    const { text } = await download(await collect(server, { contactId: id }));
    const told = JSON.parse(text).importRejects.filter(({ report }: Json) => report === 'import');
    expect(told.map(({ line }: Json) => line)).toEqual([2, 3, 4, 5, 6, 7]);
    await erase(server, { contactIds: [id] });
    expect(await left(job)).toEqual([expect.stringMatching(/^8,.*Bob/)]);
  });

  test('an external id names the person only in its source, in its column and in the division', async () => {
    const [here, there] = [(await makeDivision(server)).id, (await makeDivision(server)).id];
    const layout = await layOut(server, PEOPLE);
    const rows = ['1,Ann,,,,', '2,Bob,,,,1', '3,Cat,,,,'];
    const mine = await bring(rows, here, layout);
    const elsewhere = await bring(rows, there, layout);
    const otherSource = await bring(rows, here);
    const { id } = await make(server, '/contacts', {
      lastName: 'One',
      division: { id: here },
      externalIds: [{ externalSource: { id: layout.sourceId }, value: '1' }],
    });
    await erase(server, { contactIds: [id] });
    expect((await left(mine)).map((line) => line[0])).toEqual(['3', '4']);
    expect([await left(elsewhere), await left(otherSource)].map(({ length }) => length)).toEqual([3, 3]);
  });

  test('those of before the upgrade go by their cells, where these are long enough to tell', async () => {
    const job = await bring(['1,Ann,,,,', 'qz-4711,Bob,,,,', '3,Cat,,old@row.example,,']);
    await database.query('update import_rejects set marks = null where job_id = $1', [job]);
    const source = (await must(server, 'POST', `${E}/externalsources`, { name: 'Old rows', active: true })).id;
    const externalIds = ['1', 'qz-4711'].map((value) => ({ externalSource: { id: source }, value }));
    await erase(server, { contactIds: [(await make(server, '/contacts', { lastName: 'Old', externalIds })).id] });
    expect((await left(job)).map((line) => line[0])).toEqual(['2', '4']);
  });
});

describe('in bulk', () => {
  test('a hundred are erased, each item by itself', async () => {
    const made = await makeContacts(
      server,
      Array.from({ length: 100 }, (_, i) => ({ lastName: `Qzbulk ${i}`, workEmail: `qzbulk${i}@bulk.example` })),
    );
    const contactIds = [...idsOf(made).slice(0, 50), NOBODY, 'no id'];
    const identifiers = made.slice(50).map(({ workEmail }) => ({ type: 'Email', value: workEmail }));
    const { subjects } = await erase(server, { contactIds, identifiers: [...identifiers, { type: 'Email', value: 'nobody@bulk.example' }] });
    const notFound = subjects.filter(({ status }: Json) => status === 'notFound');
    expect(notFound).toEqual(
      [50, 51].map((index) => ({ list: 'contactIds', index, status: 'notFound' })).concat([{ list: 'identifiers', index: 50, status: 'notFound' }]),
    );
    expect(subjects.filter(({ status }: Json) => status === 'erased').map(({ contact }: Json) => contact.id)).toEqual(idsOf(made));
    expect(await tablesWith(database, ['qzbulk', NOBODY])).toEqual([]);
  });

  test('they are listed for whoever restores an older backup, page by page', async () => {
    const page = await must(server, 'GET', `${ERASURES}?limit=2`);
    expect(page.entities).toHaveLength(2);
    const next = await must(server, 'GET', page.nextUri);
    expect(new Set([...idsOf(page.entities), ...idsOf(next.entities)]).size).toBe(2 + next.entities.length);
    const { entities } = await must(server, 'GET', `${ERASURES}?limit=100`);
    const last = entities.at(-1);
    expect((await must(server, 'GET', `${ERASURES}?since=${last.dateCompleted}`)).entities).toEqual([last]);
    expect((await server.request('GET', `${ERASURES}?since=yesterday`)).body.code).toBe('invalid.query.param.value');
  });
});

describe('is refused', () => {
  const refused = async (body: object, token?: string) => {
    const answer = await server.request('POST', ERASURES, { body, ...(token === undefined ? {} : { token }) });
    return [answer.status, answer.body.code];
  };

  test('without anybody, with an identifier that is none, and for nobody', async () => {
    expect(await refused({})).toEqual([422, 'constraint.validation']);
    expect(await refused({ identifiers: [{ type: 'Phone', value: 'none' }] })).toEqual([422, 'constraint.validation']);
    expect(await refused({ contactIds: Array(1001).fill(NOBODY) })).toEqual([422, 'constraint.validation']);
    expect(await refused({ contactIds: [NOBODY], identifiers: [{ type: 'Email', value: 'nobody@nowhere.example' }] })).toEqual([404, 'not.found']);
  });

  test('without the permission, in other divisions, and of other organizations', async () => {
    const [here, there] = [(await makeDivision(server)).id, (await makeDivision(server)).id];
    const mine = await make(server, '/contacts', { lastName: 'Here', division: { id: here }, workEmail: 'twice@division.example' });
    const theirs = await make(server, '/contacts', { lastName: 'There', division: { id: there }, workEmail: 'twice@division.example' });
    const viewer = await makeCaller(server, ['liaison:subject:view', 'externalContacts:contact:delete']);
    expect(await refused({ contactIds: [mine.id] }, viewer.token)).toEqual([403, 'missing.any.permissions']);
    const eraser = await makeCaller(server, ['liaison:subject:erase'], here);
    expect(await refused({ contactIds: [theirs.id] }, eraser.token)).toEqual([404, 'not.found']);
    const other = await makeOrganization(server, 'Otter');
    const abroad = await server.tokenFor(other.clientId, other.clientSecret);
    expect(await refused({ contactIds: [mine.id] }, abroad)).toEqual([404, 'not.found']);

    const both = await erase(server, { identifiers: [{ type: 'Email', value: 'twice@division.example' }], contactIds: [theirs.id] }, eraser.token);
    expect(both.subjects.map(({ list, status }: Json) => [list, status])).toEqual([
      ['contactIds', 'notFound'],
      ['identifiers', 'erased'],
    ]);
    expect((await server.request('GET', `${E}/contacts/${mine.id}`)).status).toBe(404);
    expect((await server.request('GET', `${E}/contacts/${theirs.id}`)).status).toBe(200);
    // Who may do it everywhere sees it; who may do it somewhere sees what is his own.
    expect((await server.request('GET', both.selfUri)).status).toBe(200);
    const another = await makeCaller(server, ['liaison:subject:erase'], here);
    expect((await server.request('GET', both.selfUri, { token: another.token })).status).toBe(404);
    expect((await must(server, 'GET', ERASURES, undefined, another.token)).entities).toEqual([]);
    expect((await server.request('GET', both.selfUri, { token: abroad })).status).toBe(404);
  });
});

test('the tenant role cannot take out of the history what a living contact did, nor what another organization did', async () => {
  const { id } = await make(server, '/contacts', { lastName: 'Living' });
  const before = (await historyOf(id)).entities;
  const gone = await make(server, '/contacts', { lastName: 'Gone' });
  await must(server, 'DELETE', `${E}/contacts/${gone.id}`);
  const goneBefore = (await historyOf(gone.id)).entities;
  await database.query('begin');
  await database.query('set local role liaison_app');
  await database.query('select erase_changes($1)', [[id, gone.id]]);
  await database.query('set local liaison.org_id = $org$00000000-0000-0000-0000-000000000000$org$');
  await database.query('select erase_changes($1)', [[id, gone.id]]);
  await database.query(`set local liaison.org_id = '${server.firstRun.organizationId}'`);
  await database.query('select erase_changes($1)', [[id]]);
  await database.query('commit');
  expect((await historyOf(id)).entities).toEqual(before);
  expect((await historyOf(gone.id)).entities).toEqual(goneBefore);
});

// Access: an archive has every word that is held on a person, and is for nobody else.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCaller, makeDivision, must } from './access-callers.ts';
import { build, createCast } from './contract-walk.ts';
import { E, make, NOBODY, NOT_FOUND } from './directory.ts';
import { finish, jobOf, layOut, PEOPLE, startImport, until, waits } from './importing.ts';
import { makeOrganization } from './other-organization.ts';
import { type Contract, type Operation, readContract } from './served-contract.ts';
import { type Json, startServer } from './server.ts';
import { ACCESS, collect, download, textsIn } from './subject-calls.ts';

const server = await startServer({ LIAISON_RATE_LIMIT: '0' });
afterAll(() => server.stop());
let contract: Contract;
beforeAll(async () => {
  contract = await readContract(server);
});

const archiveOf = async (body: object, token?: string): Promise<Json> => JSON.parse((await download(await collect(server, body, token))).text);

describe('an archive', () => {
  test('has every word of a person, of all that was merged, taken back, deleted or refused', { timeout: 120_000 }, async () => {
    const cast = createCast(server, contract, 'heron', server.token, { division: '*' });
    const body = async () => (await build(cast, contract.operations.find(({ id }) => id === 'postExternalcontactsContacts') as Operation)).body as Json;
    const [one, two, three] = [await body(), await body(), await body()];
    const first = await make(server, '/contacts', one);
    await must(server, 'PUT', `${E}/contacts/${first.id}`, two);
    const second = await make(server, '/contacts', three);
    const note = await make(server, `/contacts/${first.id}/notes`, { noteText: 'a note that stays' });
    const gone = await make(server, `/contacts/${first.id}/notes`, { noteText: 'a note that goes' });
    await must(server, 'DELETE', `${E}/contacts/${first.id}/notes/${gone.id}`);
    await must(server, 'PATCH', `${E}/contacts/${first.id}/identifiers`, { operation: 'Claim', identifier: { type: 'Cookie', value: 'a cookie' } });
    await until(
      () => must(server, 'GET', `/liaison/v1/duplicates?recordId=${second.id}`),
      ({ entities }) => entities.length > 0,
    );
    const undone = await make(server, '/contacts/merge', { contactIds: [first.id, second.id], valueOverride: { title: 'a title for a while' } });
    await must(server, 'POST', `/liaison/v1/contacts/${undone.id}/unmerge`, {});
    const head = await make(server, '/contacts/merge', { contactIds: [first.id, second.id] });
    const row = `Id,First,Last,Mail,Phone,Title\r\n1,Ann,,${one.workEmail},,"a row, refused"\r\n`;
    await finish(server, await startImport(server, await layOut(server, PEOPLE), row));

    const asked = await collect(server, { contactId: first.id });
    expect(asked).toMatchObject({ status: 'completed', contacts: [{ id: head.id }], createdBy: { id: server.firstRun.clientId } });
    const { text, headers } = await download(asked);
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('content-disposition')).toContain(`subject-${asked.id}.json`);
    expect(Number(headers.get('content-length'))).toBe(asked.bytes);
    const archive = JSON.parse(text);
    expect(Object.keys(archive)).toEqual([
      'about',
      'contacts',
      'identifiers',
      'notes',
      'conversations',
      'sessions',
      'segments',
      'merges',
      'duplicates',
      'importRejects',
      'history',
    ]);
    // What is read as something else is a number in its E.164, and the rest as it was sent.
    const has = new Set(textsIn(archive));
    const said = [one, two, three].flatMap(textsIn).filter((word) => word !== '*');
    expect(said.length).toBeGreaterThan(100);
    expect(said.filter((word) => !has.has(word))).toEqual([]);
    for (const word of ['a note that stays', 'a note that goes', 'a cookie', 'a title for a while', 'a row, refused']) expect(has).toContain(word);
    expect(archive.contacts.map(({ id }: Json) => id)).toEqual(
      [head.id, first.id, second.id].sort((a, b) => Number(b === head.id) - Number(a === head.id) || (a < b ? -1 : 1)),
    );
    expect(archive.notes).toMatchObject([{ id: note.id, contact: { id: first.id } }]);
    expect(archive.merges).toMatchObject([{ result: { id: head.id } }]);
    expect(archive.importRejects).toHaveLength(2);
    expect(archive.history[0]).toMatchObject({
      action: 'create',
      type: 'contact',
      record: { id: first.id },
      client: { name: 'First client' },
      after: { id: first.id },
    });
    expect(new Set(archive.history.map(({ action }: Json) => action))).toEqual(new Set(['create', 'update', 'delete', 'claim', 'merge', 'unmerge']));
  });

  test('has the records of every division that an identifier leads to, and only these', async () => {
    const [here, there] = [(await makeDivision(server)).id, (await makeDivision(server)).id];
    const made = [];
    for (const id of [here, there])
      made.push(await make(server, '/contacts', { lastName: 'Twice', division: { id }, workPhone: { display: '+44 20 7946 0199' } }));
    await make(server, '/contacts', { lastName: 'Other', otherPhone: { display: '+44 20 7946 0198' } });
    const identifiers = [{ type: 'Phone', value: '+442079460199' }];
    const archive = await archiveOf({ identifiers });
    expect(archive.contacts.map(({ id }: Json) => id).sort()).toEqual(made.map(({ id }) => id).sort());
    expect(JSON.stringify(archive)).not.toContain('Other');
    const caller = await makeCaller(server, ['liaison:subject:view'], here);
    expect((await archiveOf({ identifiers }, caller.token)).contacts.map(({ id }: Json) => id)).toEqual([made[0].id]);
    expect((await archiveOf({ identifiers: [{ ...identifiers[0], division: { id: there } }] })).contacts.map(({ id }: Json) => id)).toEqual([made[1].id]);
  });

  test('has nothing of other divisions than the caller’s: no row that was imported there, no name of a company', async () => {
    const [here, there] = [(await makeDivision(server)).id, (await makeDivision(server)).id];
    const company = await make(server, '/organizations', { name: 'Hidden Works', division: { id: there } });
    const workEmail = 'seen@division.example';
    const { id } = await make(server, '/contacts', { lastName: 'Seen', division: { id: here }, workEmail, externalOrganization: { id: company.id } });
    const layout = await layOut(server, PEOPLE);
    for (const division of [here, there]) {
      const row = `Id,First,Last,Mail,Phone,Title\r\n1,Ann,,${workEmail},,in ${division}\r\n`;
      const job = await startImport(server, layout, row, { division });
      await until(() => jobOf(server, job), waits);
    }
    const whole = await archiveOf({ contactId: id });
    expect(whole.importRejects).toHaveLength(2);
    expect(whole.contacts[0].externalOrganization.name).toBe('Hidden Works');
    const caller = await makeCaller(server, ['liaison:subject:view'], here);
    const archive = await archiveOf({ contactId: id }, caller.token);
    expect(archive.importRejects).toMatchObject([{ cells: ['1', 'Ann', '', workEmail, '', `in ${here}`] }]);
    expect(archive.contacts[0].externalOrganization.id).toBe(company.id);
    expect(JSON.stringify(archive)).not.toContain('Hidden Works');
  });

  test('of somebody who was deleted has the history', async () => {
    const { id } = await make(server, '/contacts', { lastName: 'Gone by now' });
    await must(server, 'DELETE', `${E}/contacts/${id}`);
    const archive = await archiveOf({ contactId: id });
    expect(archive.contacts).toEqual([]);
    expect(archive.history).toMatchObject([{ action: 'create', after: { lastName: 'Gone by now' } }, { action: 'delete' }]);
  });

  test('goes on where a history is long', async () => {
    const { id } = await make(server, '/contacts', { lastName: '0' });
    for (let i = 1; i <= 520; i += 1) await must(server, 'PUT', `${E}/contacts/${id}`, { lastName: String(i) });
    const { history } = await archiveOf({ contactId: id });
    expect(history.map(({ after }: Json) => after.lastName)).toEqual(Array.from({ length: 521 }, (_, i) => String(i)));
  });

  test('that was asked for is an audit entry', async () => {
    const { id } = await make(server, '/contacts', { lastName: 'Audited' });
    const archive = await collect(server, { contactId: id });
    const { entities } = await must(server, 'GET', `/liaison/v1/audits?entityType=subjectAccess&entityId=${archive.id}`);
    expect(entities).toMatchObject([
      { action: 'create', client: { id: server.firstRun.clientId }, changes: [{ field: '$.id' }, { field: '$.contacts', after: [id] }] },
    ]);
  });
});

test('archives are listed, the newest first, for whoever asked for them, and all for who may ask in every division', async () => {
  const here = (await makeDivision(server)).id;
  const { id } = await make(server, '/contacts', { lastName: 'Listed', division: { id: here } });
  const [some, others] = [await makeCaller(server, ['liaison:subject:view'], here), await makeCaller(server, ['liaison:subject:view'], here)];
  const mine = [(await collect(server, { contactId: id }, some.token)).id, (await collect(server, { contactId: id }, some.token)).id];
  const list = async (token?: string, query = '') => (await must(server, 'GET', `${ACCESS}${query}`, undefined, token)) as Json;
  const idsOf = ({ entities }: Json): string[] => entities.map((archive: Json) => archive.id);
  expect(idsOf(await list(some.token))).toEqual(mine.toReversed());
  expect((await list(some.token)).entities[0]).toMatchObject({ status: 'completed', contacts: [{ id }] });
  const first = await list(some.token, '?limit=1');
  const second = await list(some.token, `?limit=1&cursor=${encodeURIComponent(first.cursors.after)}`);
  expect([idsOf(first), idsOf(second), second.cursors.after]).toEqual([[mine[1]], [mine[0]], undefined]);
  expect(idsOf(await list(others.token))).toEqual([]);
  expect(idsOf(await list(undefined, '?limit=100'))).toEqual(expect.arrayContaining(mine));
  const organization = await makeOrganization(server, 'Badger');
  expect(idsOf(await list(await server.tokenFor(organization.clientId, organization.clientSecret)))).toEqual([]);
});

describe('is refused', () => {
  const asks = async (body: object, token?: string) => (await server.request('POST', ACCESS, { body, ...(token === undefined ? {} : { token }) })).status;

  test('without anybody, for nobody, without the permission, in another division and in another organization', async () => {
    const [here, there] = [(await makeDivision(server)).id, (await makeDivision(server)).id];
    const { id } = await make(server, '/contacts', { lastName: 'There', division: { id: there }, workEmail: 'there@division.example' });
    const eraser = await makeCaller(server, ['liaison:subject:erase', 'externalContacts:contact:view']);
    const elsewhere = await makeCaller(server, ['liaison:subject:view'], here);
    const organization = await makeOrganization(server, 'Otter');
    const abroad = await server.tokenFor(organization.clientId, organization.clientSecret);
    expect(await asks({})).toBe(422);
    expect(await asks({ contactId: NOBODY })).toBe(404);
    expect(await asks({ contactId: 'no id' })).toBe(404);
    expect(await asks({ contactId: id }, eraser.token)).toBe(403);
    for (const token of [elsewhere.token, abroad]) {
      expect(await asks({ contactId: id }, token)).toBe(404);
      expect(await asks({ identifiers: [{ type: 'Email', value: 'there@division.example' }] }, token)).toBe(404);
    }
    const archive = await collect(server, { contactId: id });
    for (const token of [elsewhere.token, abroad]) expect((await server.request('GET', archive.selfUri, { token })).body).toEqual(NOT_FOUND);
    // A link is for one file: of another there is none without a new one.
    const [folder, token] = [archive.downloadUrl.slice(0, archive.downloadUrl.lastIndexOf('/') + 1), archive.downloadUrl.split('/').at(-1)];
    expect((await fetch(`${folder}${token.slice(0, -2)}`)).status).toBe(403);
  });
});

// One act on many records: what was counted is done, once each, with the rights that whoever started it has by then, and
// what was edited or moved can be taken back.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCaller, makeClient, makeDivision, makeRole, must, unique } from './access-callers.ts';
import { B, bulkJob, makeMany, refusals, runBulk, search, settled, undone } from './bulk-calls.ts';
import { E, NOBODY } from './directory.ts';
import { until } from './importing.ts';
import { makeOrganization } from './other-organization.ts';
import { type Json, type Server, startServer } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
});
afterAll(() => server.stop());

const EDIT = 'externalContacts:contact:edit';
const VIEW = 'externalContacts:contact:view';
const update = (field: string, value: unknown) => ({ field: `$.${field}`, action: 'Update', value });
const people = (title: string, count: number, more: object = {}) =>
  Array.from({ length: count }, (_, i) => ({ firstName: `First${i}`, lastName: `Last${i}`, title, ...more }));
const titled = (title: string) => ({ field: 'title', eq: title });
const readContact = (id: string) => must(server, 'GET', `${E}/contacts/${id}`);

describe('a job by a search', () => {
  it('searches no other divisions than those it names', async () => {
    const title = unique('Apart');
    const { id: divisionId } = await makeDivision(server);
    await makeMany(server, 'contacts', people(title, 2));
    await makeMany(server, 'contacts', people(title, 1, { division: { id: divisionId } }));
    const search = { filter: titled(title), divisionIds: [divisionId] };
    expect(await runBulk(server, { kind: 'contact', search, act: 'delete' })).toMatchObject({ status: 'Completed', records: { found: 1, done: 1 } });
    const asked = await server.request('POST', B, { body: { kind: 'contact', search: { ...search, divisionIds: ['nowhere'] }, act: 'delete' } });
    expect(asked).toMatchObject({ status: 422, body: { details: [{ fieldName: 'divisionIds[0]' }] } });
  });

  it('finds nothing where it asks for no word, as the deep search does', async () => {
    const title = unique('Wordless');
    const [id = ''] = await makeMany(server, 'contacts', people(title, 1));
    for (const search of [{ q: '***' }, { q: '—', filter: titled(title) }]) {
      const job = await runBulk(server, { kind: 'contact', search, act: 'delete' });
      expect(job).toMatchObject({ status: 'Completed', records: { found: 0, done: 0 } });
    }
    expect(await readContact(id)).toMatchObject({ title });
  });

  it('counts exactly, waits, does all that match and nothing else, and is taken back', async () => {
    const title = unique('Wanted');
    const ids = await makeMany(server, 'contacts', people(title, 1203));
    const [other = ''] = await makeMany(server, 'contacts', people(unique('Other'), 1));
    const job = await runBulk(server, {
      kind: 'contact',
      search: { filter: titled(title) },
      act: 'edit',
      changes: [update('department_', 1)],
      countFirst: true,
    }).catch((error: Error) => error.message);
    expect(job).toMatch(/422.*department_/);
    const changes = [update('address.city', 'Leeds'), { field: '$.middleName', action: 'UpdateIfEmpty', value: 'M' }];
    const counted = await runBulk(server, { kind: 'contact', search: { filter: titled(title) }, act: 'edit', changes, countFirst: true });
    expect(counted).toMatchObject({ status: 'Counted', records: { found: 1203, done: 0, unchanged: 0, refused: 0 } });
    expect(await readContact(ids[0] as string)).not.toHaveProperty('address');
    await must(server, 'POST', `${B}/${counted.id}/continue`);
    expect(await settled(server, counted.id)).toMatchObject({ status: 'Completed', records: { found: 1203, done: 1203, refused: 0 } });
    expect((await search(server, titled(title))).filter(({ address, middleName }) => address?.city === 'Leeds' && middleName === 'M')).toHaveLength(1203);
    expect(await readContact(other)).not.toHaveProperty('middleName');

    const audit = await must(server, 'GET', `/liaison/v1/audits?entityType=contact&correlationId=${counted.id}&limit=1`);
    expect(audit.entities[0]).toMatchObject({ action: 'update', correlationId: counted.id });
    const [touched = ''] = ids;
    await must(server, 'PATCH', `${E}/contacts/${touched}`, { changes: [update('title', title)] });
    expect(await undone(server, counted.id)).toMatchObject({ undo: { status: 'Completed', restored: 1202, left: 1 } });
    expect(await refusals(server, counted.id, { report: 'undo' })).toEqual([`contact,${touched},It was changed since.`]);
    expect((await search(server, titled(title))).filter(({ address, middleName }) => address || middleName).map(({ id }) => id)).toEqual([touched]);
    expect(await server.request('POST', `${B}/${counted.id}/undo`)).toMatchObject({ status: 409 });
  });

  it('leaves out what was changed after it was made', async () => {
    const title = unique('Moving');
    const [id = '', ...rest] = await makeMany(server, 'contacts', people(title, 3));
    const { id: job } = await runBulk(server, { kind: 'contact', search: { filter: titled(title) }, act: 'delete', countFirst: true });
    await must(server, 'PATCH', `${E}/contacts/${id}`, { changes: [update('title', 'Somebody else')] });
    await must(server, 'POST', `${B}/${job}/continue`);
    expect(await settled(server, job)).toMatchObject({ status: 'Completed', records: { found: 3, done: 2, refused: 1 } });
    expect(await refusals(server, job)).toEqual([expect.stringContaining(`contact,${id},`)]);
    expect(await readContact(id)).toMatchObject({ title: 'Somebody else' });
    for (const gone of rest) expect((await server.request('GET', `${E}/contacts/${gone}`)).status).toBe(404);
    expect(await server.request('POST', `${B}/${job}/undo`)).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  it('finds by words, external organizations too, and completes where nothing matches', async () => {
    const word = unique('Quibble').replaceAll(/[ -]/g, '');
    await makeMany(server, 'organizations', [
      { name: `${word} Ltd`, tags: ['a'] },
      { name: `${word} Inc`, tags: ['b'] },
    ]);
    const changes = [{ field: '$.tags', action: 'AppendToCollection', value: ['b'] }];
    const done = await runBulk(server, { kind: 'organization', search: { q: word }, act: 'edit', changes });
    expect(done).toMatchObject({ status: 'Completed', records: { found: 2, done: 1, unchanged: 1, refused: 0 } });
    expect(await undone(server, done.id)).toMatchObject({ undo: { status: 'Completed', restored: 1, left: 0 } });
    expect(await runBulk(server, { kind: 'organization', search: { q: `${word}x` }, act: 'delete' })).toMatchObject({
      status: 'Completed',
      records: { found: 0 },
    });
    expect(await runBulk(server, { kind: 'organization', search: { q: word }, act: 'delete' })).toMatchObject({ records: { found: 2, done: 2 } });
  });
});

describe('a job on named records', () => {
  it('moves contacts with what hangs on them, and back', async () => {
    const division = (await makeDivision(server)).id;
    const ids = await makeMany(server, 'contacts', people(unique('Mover'), 3));
    const body = { kind: 'contact', ids, act: 'move', toDivision: { id: division } };
    expect(await server.request('POST', B, { body })).toMatchObject({ status: 409 });
    await must(server, 'PUT', '/liaison/v1/settings', { divisionMoves: true });
    const moved = await runBulk(server, body);
    expect(moved).toMatchObject({ status: 'Completed', toDivision: { id: division }, records: { done: 3 } });
    expect(await readContact(ids[0] as string)).toMatchObject({ division: { id: division } });
    expect(await undone(server, moved.id)).toMatchObject({ undo: { status: 'Completed', restored: 3, left: 0 } });
    expect(await readContact(ids[0] as string)).toMatchObject({ division: { id: '*' } });
    expect(await server.request('POST', B, { body: { ...body, toDivision: { id: NOBODY } } })).toMatchObject({ status: 422 });
    await must(server, 'PUT', '/liaison/v1/settings', { divisionMoves: false });
  });

  it('erases people, in erasures that are listed', async () => {
    const ids = await makeMany(server, 'contacts', people(unique('Gone'), 130));
    const job = await runBulk(server, { kind: 'contact', ids, act: 'erase', reason: 'case 7' });
    expect(job).toMatchObject({ status: 'Completed', records: { found: 130, done: 130, refused: 0 } });
    const { entities } = await must(server, 'GET', '/liaison/v1/subjects/erasures?limit=100');
    const erased = entities.filter(({ reason }: Json) => reason === 'case 7').flatMap(({ subjects }: Json) => subjects.map(({ contact }: Json) => contact.id));
    expect(erased.sort()).toEqual(ids.toSorted());
    expect((await server.request('GET', `${E}/contacts/${ids[0]}`)).status).toBe(404);
  });

  it('erases who was deleted as well, and counts whom it leaves out', async () => {
    const [gone = '', living = ''] = await makeMany(server, 'contacts', people(unique('Erased'), 2));
    await must(server, 'DELETE', `${E}/contacts/${gone}`);
    const job = await runBulk(server, { kind: 'contact', ids: [gone, NOBODY, living], act: 'erase' });
    expect(job).toMatchObject({ status: 'Completed', records: { found: 2, done: 2, refused: 0, notFound: 1 } });
    const { entities } = await must(server, 'GET', `/liaison/v1/audits?entityId=${gone}`);
    expect(JSON.stringify(entities)).not.toContain('Last0');
    const edit = { kind: 'contact', act: 'edit', changes: [update('title', 'x')] };
    expect(await server.request('POST', B, { body: { ...edit, ids: [gone] } })).toMatchObject({ status: 404 });
  });

  it('erases nobody where a second person is wanted for it', async () => {
    const ids = await makeMany(server, 'contacts', people(unique('Second'), 2));
    await must(server, 'PUT', '/liaison/v1/settings', { divisionMoves: true, erasureApprovalDays: 3 });
    const asked = await server.request('POST', B, { body: { kind: 'contact', ids, act: 'erase' } });
    await must(server, 'PUT', '/liaison/v1/settings', { divisionMoves: true, erasureApprovalDays: 0 });
    expect(asked).toMatchObject({ status: 409, body: { code: 'conflict' } });
    for (const id of ids) expect(await readContact(id)).toMatchObject({ id });
  });

  it('tells what is wrong with it at once', async () => {
    const [id = ''] = await makeMany(server, 'contacts', people(unique('Bad'), 1));
    const edit = { kind: 'contact', act: 'edit', changes: [update('title', 'x')] };
    const refused: [object, number, string][] = [
      [edit, 422, 'ids'],
      [{ ...edit, ids: [id], everything: true }, 422, 'ids'],
      [{ ...edit, ids: [NOBODY] }, 404, ''],
      [{ ...edit, ids: ['x'] }, 422, 'ids[0]'],
      [{ kind: 'contact', ids: [id], act: 'edit' }, 422, 'changes'],
      [{ ...edit, ids: [id], act: 'delete' }, 422, 'changes'],
      [{ kind: 'organization', everything: true, act: 'erase' }, 422, 'act'],
      [{ kind: 'organization', everything: true, act: 'move', toDivision: { id: '*' } }, 422, 'act'],
      [{ ...edit, search: { filter: { field: 'nothing', eq: 'x' } } }, 422, 'filter.field'],
      [{ ...edit, ids: [id], changes: [update('workEmail', 'no address')] }, 422, 'workEmail'],
      [{ ...edit, ids: [id], changes: [update('externalOrganization.id', NOBODY)] }, 422, 'externalOrganization.id'],
      [{ ...edit, ids: [id], changes: [update('createDate', '2020-01-01T00:00:00Z')] }, 422, 'changes[0].field'],
    ];
    for (const [body, status, field] of refused) {
      const answer = await server.request('POST', B, { body });
      expect(answer.status, JSON.stringify(body)).toBe(status);
      if (field)
        expect(
          answer.body.details.map(({ fieldName }: Json) => fieldName),
          JSON.stringify(body),
        ).toContain(field);
    }
  });

  it('is stopped where somebody cancels it, and takes no command that does not suit it', async () => {
    const ids = await makeMany(server, 'contacts', people(unique('Stop'), 2));
    const { id } = await runBulk(server, { kind: 'contact', ids, act: 'delete', countFirst: true });
    expect(await must(server, 'POST', `${B}/${id}/cancel`)).toMatchObject({ status: 'Cancelled' });
    expect(await server.request('POST', `${B}/${id}/cancel`)).toMatchObject({ status: 409 });
    expect(await server.request('POST', `${B}/${id}/continue`)).toMatchObject({ status: 409 });
    expect(await readContact(ids[1] as string)).toMatchObject({ id: ids[1] });
  });
});

describe('rights', () => {
  it('needs what the single operation needs', async () => {
    const ids = await makeMany(server, 'contacts', people(unique('Right'), 1));
    const { token } = await makeCaller(server, [EDIT, VIEW]);
    const forbidden = await server.request('POST', B, { token, body: { kind: 'contact', ids, act: 'delete' } });
    expect(forbidden).toMatchObject({ status: 403, body: { code: 'missing.any.permissions' } });
    expect(await server.request('POST', B, { token, body: { kind: 'contact', ids, act: 'erase' } })).toMatchObject({ status: 403 });
    expect(await runBulk(server, { kind: 'contact', ids, act: 'edit', changes: [update('title', 'Right')] }, token)).toMatchObject({ records: { done: 1 } });
  });

  it('is confined to the divisions of whoever asks, in what it finds and does and shows', async () => {
    const [here, there] = [(await makeDivision(server)).id, (await makeDivision(server)).id];
    const title = unique('Apart');
    const mine = await makeMany(server, 'contacts', people(title, 2, { division: { id: here } }));
    const theirs = await makeMany(server, 'contacts', people(title, 2, { division: { id: there } }));
    const edits = await makeRole(server, EDIT, VIEW);
    const views = await makeRole(server, VIEW);
    const { token } = await makeClient(server, [
      { roleId: edits.id, divisionId: here },
      { roleId: views.id, divisionId: there },
    ]);
    const changes = [update('salutation', 'Dr')];
    const found = await runBulk(server, { kind: 'contact', search: { filter: titled(title) }, act: 'edit', changes }, token);
    expect(found.records).toMatchObject({ found: 2, done: 2 });
    const named = await runBulk(server, { kind: 'contact', ids: [...mine, ...theirs], act: 'edit', changes: [update('salutation', 'Prof')] }, token);
    expect(named.records).toMatchObject({ found: 4, done: 2, refused: 2 });
    // The reasons of what lies where he may not do it are for those who may.
    expect(await refusals(server, named.id, { token })).toEqual([]);
    expect((await refusals(server, named.id)).map((line) => line.split(',')[1]).sort()).toEqual(theirs.toSorted());
    for (const id of theirs) expect(await readContact(id)).not.toHaveProperty('salutation');
    const elsewhere = await makeClient(server, [{ roleId: edits.id, divisionId: there }]);
    expect(await server.request('GET', `${B}/${named.id}`, { token: elsewhere.token })).toMatchObject({ status: 404 });
    expect((await must(server, 'GET', B, undefined, elsewhere.token)).entities).toEqual([]);
    expect((await must(server, 'GET', B, undefined, token)).entities.map(({ id }: Json) => id)).toEqual([named.id, found.id]);
  });

  it('stops where whoever started it may not go on', async () => {
    const title = unique('Lost');
    await makeMany(server, 'contacts', people(title, 3));
    const role = await makeRole(server, EDIT, VIEW);
    const caller = await makeClient(server, [{ roleId: role.id, divisionId: '*' }]);
    const { id } = await runBulk(
      server,
      { kind: 'contact', search: { filter: titled(title) }, act: 'edit', changes: [update('salutation', 'Dr')], countFirst: true },
      caller.token,
    );
    const powerless = await makeRole(server, VIEW);
    await must(server, 'PUT', `/api/v2/oauth/clients/${caller.clientId}`, {
      name: unique('Client'),
      authorizedGrantType: 'CLIENT_CREDENTIALS',
      roleDivisions: [{ roleId: powerless.id, divisionId: '*' }],
    });
    await must(server, 'POST', `${B}/${id}/continue`);
    const failed = await settled(server, id);
    expect(failed).toMatchObject({ status: 'Failed', statusDetails: 'Whoever started it may not do this any more.', records: { done: 0 } });
    await must(server, 'PUT', `/api/v2/oauth/clients/${caller.clientId}`, {
      name: unique('Client'),
      authorizedGrantType: 'CLIENT_CREDENTIALS',
      roleDivisions: [{ roleId: role.id, divisionId: '*' }],
    });
    await must(server, 'POST', `${B}/${id}/continue`);
    expect(await settled(server, id)).toMatchObject({ status: 'Completed', records: { done: 3 } });
  });

  it("sees, changes and infers nothing of another organization's", async () => {
    const other = await makeOrganization(server, 'Bulk Otter');
    const token = await server.tokenFor(other.clientId, other.clientSecret);
    const title = unique('Ours');
    const ids = await makeMany(server, 'contacts', people(title, 2));
    const { id } = await runBulk(server, { kind: 'contact', ids, act: 'edit', changes: [update('salutation', 'Dr')] });
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/continue'],
      ['POST', '/cancel'],
      ['POST', '/undo'],
      ['GET', '/refusals'],
    ] as const)
      expect(await server.request(method, `${B}/${id}${path}`, { token })).toMatchObject({ status: 404 });
    expect(await server.request('POST', B, { token, body: { kind: 'contact', ids, act: 'delete' } })).toMatchObject({ status: 404 });
    const started = await must(server, 'POST', B, { kind: 'contact', search: { filter: titled(title) }, act: 'delete' }, token);
    const none = await until(
      () => bulkJob(server, started.id, token),
      ({ status }) => status === 'Completed',
    );
    expect(none.records).toEqual({ found: 0, done: 0, unchanged: 0, refused: 0 });
    expect(await readContact(ids[0] as string)).toMatchObject({ salutation: 'Dr' });
  });
});

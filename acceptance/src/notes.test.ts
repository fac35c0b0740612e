import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDivision, makeUser } from './access-callers.ts';
import { DATE, idsOf, make, NOBODY, NOT_FOUND, UNASSIGNED, UUID } from './directory.ts';
import { connect, type Json, type OperationId, refused, SDKS, type Sdk } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
let user: { id: string; email: string };
beforeAll(async () => {
  server = await startServer();
  user = await makeUser(server, { name: 'Ann Author' });
});
afterAll(() => server.stop());

const OWNERS = [
  ['Contact', '/contacts', { firstName: 'Owner' }],
  ['Organization', '/organizations', { name: 'Owner' }],
] as const;

describe.each(SDKS)('notes, by %s', (name) => {
  let contacts: Sdk['contacts'];
  beforeAll(async () => {
    ({ contacts } = await connect(server, name));
  });

  describe.each(OWNERS)('on a %s', (kind, path, body) => {
    const call = (method: OperationId, ...args: unknown[]): Promise<Json> => contacts[method](...args);
    const add = (ownerId: string, note: unknown) => call(`postExternalcontacts${kind}Notes`, ownerId, note);
    const list = (ownerId: string, opts = {}) => call(`getExternalcontacts${kind}Notes`, ownerId, opts);
    const read = (ownerId: string, id: string, opts = {}) => call(`getExternalcontacts${kind}Note`, ownerId, id, opts);
    const change = (ownerId: string, id: string, note: unknown) => call(`putExternalcontacts${kind}Note`, ownerId, id, note);
    const remove = (ownerId: string, id: string) => call(`deleteExternalcontacts${kind}Note`, ownerId, id);
    const makeOwner = async (more = {}): Promise<string> => (await make(server, path, { ...body, ...more })).id;

    it('is written, read, changed and deleted', async () => {
      const owner = await makeOwner();
      const note = await add(owner, { noteText: ' Likes tea.\nBlack. ', createdBy: { id: user.id } });
      expect(note).toEqual({
        id: expect.stringMatching(UUID),
        division: UNASSIGNED,
        entityId: owner,
        entityType: kind.toLowerCase(),
        noteText: ' Likes tea.\nBlack. ',
        createDate: expect.stringMatching(DATE),
        modifyDate: note.createDate,
        createdBy: { id: user.id, selfUri: `/api/v2/users/${user.id}` },
        selfUri: `/api/v2/externalcontacts${path}/${owner}/notes/${note.id}`,
      });
      expect(await read(owner, note.id)).toEqual(note);
      expect(await read(owner, note.id, { expand: ['author', 'division', 'externalDataSources'] })).toMatchObject({
        division: { name: 'Unassigned' },
        createdBy: { id: user.id, name: 'Ann Author', email: user.email, selfUri: `/api/v2/users/${user.id}` },
      });
      const changed = await change(owner, note.id, { noteText: 'Likes coffee.' });
      expect(changed).toEqual({ ...note, noteText: 'Likes coffee.', modifyDate: expect.stringMatching(DATE) });
      expect(changed.modifyDate > note.modifyDate).toBe(true);
      expect(await list(owner)).toMatchObject({ total: 1, pageCount: 1, entities: [changed] });
      expect(await remove(owner, note.id)).toEqual({});
      expect(await refused(read(owner, note.id))).toEqual(NOT_FOUND);
      expect(await refused(change(owner, note.id, { noteText: 'x' }))).toEqual(NOT_FOUND);
      expect(await refused(remove(owner, note.id))).toEqual(NOT_FOUND);
      expect(await list(owner)).toMatchObject({ total: 0, entities: [] });
    });

    it('is the client’s own where nobody is named', async () => {
      const note = await add(await makeOwner(), { noteText: 'x' });
      expect(note.createdBy.id).toBe(server.firstRun.clientId);
    });

    it('holds 1 to 32,000 characters', async () => {
      const owner = await makeOwner();
      expect((await add(owner, { noteText: 'é'.repeat(32_000) })).noteText).toHaveLength(32_000);
      for (const noteText of ['x'.repeat(32_001), '', null]) {
        expect(await refused(add(owner, { noteText }))).toMatchObject({ status: 422, details: [{ fieldName: 'noteText' }] });
      }
    });

    it('is listed by date, a page at a time', async () => {
      const owner = await makeOwner();
      const notes: Json[] = [];
      for (const noteText of ['first', 'second', 'third']) notes.push(await add(owner, { noteText }));
      expect(idsOf((await list(owner)).entities)).toEqual(idsOf(notes));
      expect(idsOf((await list(owner, { sortOrder: 'createDate:desc' })).entities)).toEqual(idsOf(notes.toReversed()));
      const second = await list(owner, { pageSize: 2, pageNumber: 2, expand: ['author'] });
      expect(second).toMatchObject({ total: 3, pageCount: 2, entities: [{ id: notes[2].id, createdBy: { name: 'First client' } }] });
      expect(await refused(list(owner, { pageSize: 101 }))).toMatchObject({ status: 400, messageParams: { name: 'pageSize' } });
      expect(await refused(list(owner, { sortOrder: 'noteText' }))).toMatchObject({ status: 400, messageParams: { name: 'sortOrder' } });
    });

    it('belongs to its owner, and goes with it', async () => {
      const [owner, other] = [await makeOwner(), await makeOwner()];
      const note = await add(owner, { noteText: 'x' });
      expect(await refused(read(other, note.id))).toEqual(NOT_FOUND);
      expect(await refused(change(other, note.id, { noteText: 'y' }))).toEqual(NOT_FOUND);
      expect(await refused(remove(other, note.id))).toEqual(NOT_FOUND);
      expect(await refused(add(NOBODY, { noteText: 'x' }))).toEqual(NOT_FOUND);
      expect(await refused(list(NOBODY))).toEqual(NOT_FOUND);
      expect(await refused(read(NOBODY, note.id))).toEqual(NOT_FOUND);
      await server.request('DELETE', `/api/v2/externalcontacts${path}/${owner}`);
      expect(await refused(read(owner, note.id))).toEqual(NOT_FOUND);
    });

    it('lies in the division of its owner', async () => {
      const division = await makeDivision(server);
      const owner = await makeOwner({ division: { id: division.id } });
      expect(await add(owner, { noteText: 'x' })).toMatchObject({ division: { id: division.id } });
      expect(await refused(add(owner, { noteText: 'x', division: { id: '*' } }))).toMatchObject({ status: 422, details: [{ fieldName: 'division.id' }] });
    });
  });

  it('is no note of a contact when it is one of an organization', async () => {
    const contact = await make(server, '/contacts', {});
    const note = await make(server, `/contacts/${contact.id}/notes`, { noteText: 'x' });
    expect(await refused(contacts.getExternalcontactsOrganizationNote(contact.id, note.id))).toEqual(NOT_FOUND);
  });
});

// Taking an import back: what it made goes, what it changed is as before, what it merged is apart again; and what somebody
// has touched since stays, and is named.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeDivision, must } from './access-callers.ts';
import { E, make } from './directory.ts';
import { allContacts, COMPANIES, command, csvOf, I, importAll, importOf, layOut, PEOPLE, rejects, startImport, until, waits } from './importing.ts';
import { visit } from './journey-fixtures.ts';
import type { Json } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
});
afterAll(() => server.stop());

const HEADER = [...Object.keys(PEOPLE), ...Object.keys(COMPANIES)];
const own = async () => (await makeDivision(server)).id;

/** Records without what a write that changes nothing else changes. */
const lasting = (all: Json[]): Json[] => all.map(({ modifyDate: _, ...rest }) => rest);

async function takeBack(id: string): Promise<Json> {
  const answer = await server.request('POST', `${I}/${id}/undo`);
  expect(answer).toMatchObject({ status: 202, body: { undo: { status: 'Running' } } });
  return (
    await until(
      () => importOf(server, id),
      ({ undo }) => undo.status !== 'Running',
    )
  ).undo;
}

const identifiers = async (division: string) =>
  Promise.all((await allContacts(server, division)).map(async ({ id }) => [id, await must(server, 'GET', `${E}/contacts/${id}/identifiers`)]));

it('gives back the directory as it was', async () => {
  const division = await own();
  const layout = await layOut(server, { ...PEOPLE, ...COMPANIES }, { matchingCriteria: ['Email', 'Phone'], mergeContacts: true });
  const at = { division: { id: division } };
  const company = await make(server, '/organizations', { name: 'Engines', externalIds: [{ externalSource: { id: layout.sourceId }, value: 'c1' }], ...at });
  await make(server, '/contacts', {
    firstName: 'Kept',
    lastName: 'As',
    workEmail: 'kept@example.com',
    title: 'Dr',
    externalOrganization: { id: company.id },
    ...at,
  });
  await make(server, '/contacts', { firstName: 'One', lastName: 'One', workEmail: 'one@example.com', ...at });
  await make(server, '/contacts', { firstName: 'Two', lastName: 'Two', cellPhone: { display: '+13175550111' }, ...at });
  const before = [lasting(await allContacts(server, division)), await identifiers(division)];
  const job = await importAll(
    server,
    layout,
    csvOf(HEADER, [
      { Id: '1', First: 'Changed', Last: 'Now', Mail: 'kept@example.com', Phone: '+13175550199', 'Company Id': 'c2', Company: 'Looms' },
      { Id: '2', First: 'New', Last: 'New', 'Company Id': 'c1', Company: 'Engines Ltd' },
      { Id: '3', First: 'Both', Last: 'Both', Mail: 'one@example.com', Phone: '+13175550111' },
      { Id: '3', First: 'Both again', Last: 'Both' },
      { Id: '1', First: 'Changed', Last: 'Again' },
    ]),
    { division },
  );
  expect(await importOf(server, job.id)).toMatchObject({ rows: { created: 1, merged: 1, updated: 3, rejected: 0 } });
  const undone = await takeBack(job.id);
  expect(undone).toMatchObject({ status: 'Completed', deleted: 2, unmerged: 1, left: 0 });
  expect([lasting(await allContacts(server, division)), await identifiers(division)]).toEqual(before);
  expect(await must(server, 'GET', `${E}/organizations/${company.id}`)).toMatchObject({ name: 'Engines' });
  expect(await server.request('POST', `${I}/${job.id}/undo`)).toMatchObject({ status: 409, body: { code: 'conflict' } });
});

it('leaves what was touched since, and lists it', async () => {
  const division = await own();
  const layout = await layOut(server, { ...PEOPLE, ...COMPANIES });
  const job = await importAll(
    server,
    layout,
    csvOf(HEADER, [
      { Id: '1', First: 'Edited', Last: 'Since', 'Company Id': 'c1', Company: 'Engines' },
      { Id: '2', First: '@Noted', Last: 'Since' },
      { Id: '3', First: 'Gone', Last: 'Since' },
      { Id: '4', First: 'Plain', Last: 'New' },
    ]),
    { division },
  );
  const [edited, noted, gone] = (await allContacts(server, division)) as [Json, Json, Json];
  await must(server, 'PUT', `${E}/contacts/${edited.id}`, { ...edited, title: 'Dr' });
  await must(server, 'POST', `${E}/contacts/${noted.id}/notes`, { noteText: 'Called' });
  await must(server, 'DELETE', `${E}/contacts/${gone.id}`);
  expect(await takeBack(job.id)).toMatchObject({ status: 'Completed', deleted: 1, left: 3 });
  expect((await allContacts(server, division)).map(({ id }) => id)).toEqual([edited.id, noted.id]);
  const report = await rejects(server, job.id, 'undo');
  expect(report[0]).toBe('line,reasons,type,id,name');
  expect(report.slice(1).map((line) => line.split(',').slice(2, 5).join())).toEqual([
    // A spreadsheet would run it.
    `contact,${noted.id},'@Noted Since`,
    `contact,${edited.id},Edited Since`,
    `organization,${edited.externalOrganization.id},Engines`,
  ]);
});

it('leaves what it made where a conversation or a journey is of it by now, and no record that was there before', async () => {
  const division = await own();
  const layout = await layOut(server, PEOPLE, { matchingCriteria: ['Email'], mergeContacts: true });
  const at = { division: { id: division } };
  const before = await make(server, '/contacts', { firstName: 'Was', lastName: 'Before', workEmail: 'before@example.com', ...at });
  for (const part of ['one', 'two']) await make(server, '/contacts', { firstName: part, lastName: 'Part', workEmail: `${part}@example.com`, ...at });
  const file = csvOf(
    [...Object.keys(PEOPLE), 'Other'],
    [
      { Id: '1', First: 'Called', Last: 'A' },
      { Id: '2', First: 'Visited', Last: 'A' },
      { Id: '3', First: 'Assigned', Last: 'A' },
      { Id: '4', First: 'Untouched', Last: 'A' },
      { Id: '5', First: 'Now', Last: 'A', Mail: 'before@example.com' },
      { Id: '6', First: 'Merged', Last: 'A', Mail: 'one@example.com', Other: 'two@example.com' },
    ],
  );
  const wider = await layOut(server, { ...PEOPLE, Other: '$.otherEmail' }, { sourceId: layout.sourceId, matchingCriteria: ['Email'], mergeContacts: true });
  const job = await importAll(server, wider, file, { division });
  expect(await importOf(server, job.id)).toMatchObject({ rows: { created: 4, updated: 1, merged: 1 } });
  const all = new Map((await allContacts(server, division)).map((contact) => [contact.firstName, contact]));
  const idOf = (firstName: string): string => all.get(firstName)?.id;
  const call = async (externalContactId: string) => {
    const leg = { conversationId: randomUUID(), communicationId: randomUUID(), mediaType: 'CALL', externalContactId };
    await must(server, 'PUT', `${E}/conversations/${leg.conversationId}`, leg);
  };
  await call(idOf('Called'));
  await call(before.id);
  await call(idOf('Merged'));
  await must(server, 'POST', '/liaison/v1/journey/sessions', { entities: [visit(idOf('Visited'))] });
  await must(server, 'POST', `${E}/contacts/${idOf('Assigned')}/journey/segments`, { assign: { segments: [{ id: 'vip' }] } });
  expect(await takeBack(job.id)).toMatchObject({ status: 'Completed', deleted: 1, restored: 1, unmerged: 0, left: 4 });
  expect((await allContacts(server, division)).map(({ firstName }) => firstName).toSorted()).toEqual(['Assigned', 'Called', 'Merged', 'Visited', 'Was']);
});

it('is refused while the job is not over', async () => {
  const layout = await layOut(server, PEOPLE);
  const id = await startImport(server, layout, csvOf(Object.keys(PEOPLE), [{ Id: '1', First: 'A', Last: 'A' }]), { division: await own() });
  await until(() => must(server, 'GET', `${E}/import/jobs/${id}`), waits);
  expect((await server.request('POST', `${I}/${id}/undo`)).status).toBe(409);
});

it('what was taken back is not gone on with', async () => {
  const layout = await layOut(server, PEOPLE);
  const id = await startImport(server, layout, 'Id,First\r\n1,A', { division: await own() });
  expect(await until(() => must(server, 'GET', `${E}/import/jobs/${id}`), waits)).toMatchObject({ status: 'Failed' });
  expect(await takeBack(id)).toMatchObject({ status: 'Completed', deleted: 0 });
  expect(await command(server, id, 'Retry')).toMatchObject({ status: 409, body: { code: 'conflict' } });
});

it('a later import of the same rows is not taken back with an earlier one', async () => {
  const division = await own();
  const layout = await layOut(server, PEOPLE);
  const header = Object.keys(PEOPLE);
  const first = await importAll(server, layout, csvOf(header, [{ Id: '1', First: 'A', Last: 'A' }]), { division });
  const second = await importAll(server, layout, csvOf(header, [{ Id: '1', First: 'B', Last: 'B' }]), { division });
  expect(await takeBack(first.id)).toMatchObject({ deleted: 0, left: 1 });
  expect(await takeBack(second.id)).toMatchObject({ restored: 1, left: 0 });
  expect(await allContacts(server, division)).toMatchObject([{ firstName: 'A' }]);
});

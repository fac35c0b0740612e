// Where the organization wants it so, nobody erases anybody alone: an erasure waits for a second person, who approves of it
// or refuses it, for as long as is set.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeCaller, makeDivision, makeUser, must, roleNamed } from './access-callers.ts';
import { connectDatabase } from './database.ts';
import { E, makeContacts, NOBODY } from './directory.ts';
import { until } from './importing.ts';
import { makeOrganization } from './other-organization.ts';
import { type Json, type Server, startServer } from './server.ts';
import { askToken, authorizeUrl, codeOf, makeOAuthClient, makeVerifier, openBrowser, PASSWORD } from './signing-in.ts';
import { ERASURES, erase } from './subject-calls.ts';

let server: Server;
/** Two users who may do everything. */
let one: string;
let other: string;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
  [one, other] = [await tokenOfUser('Full Access'), await tokenOfUser('Full Access')];
}, 60_000);
afterAll(() => server.stop());

const REDIRECT = 'http://127.0.0.1:1/back';
async function tokenOfUser(role: string): Promise<string> {
  const user = await makeUser(server, { password: PASSWORD });
  const { id } = await roleNamed(server, role);
  await must(server, 'POST', `/api/v2/authorization/subjects/${user.id}/bulkadd`, { grants: [{ roleId: id, divisionId: '*' }] });
  const client = await makeOAuthClient(server, 'PKCE', REDIRECT);
  const { verifier, challenge } = makeVerifier();
  const query = { response_type: 'code', client_id: client.id, redirect_uri: REDIRECT, ...challenge };
  const page = await openBrowser(server).signIn(authorizeUrl(query), user.email, PASSWORD);
  const form = { grant_type: 'authorization_code', code: codeOf(page), redirect_uri: REDIRECT, code_verifier: verifier };
  return (await askToken(server, { id: client.id }, form)).body.access_token;
}

const wantSecondPerson = (erasureApprovalDays: number) => must(server, 'PUT', '/liaison/v1/settings', { divisionMoves: false, erasureApprovalDays });
const person = async (): Promise<string> => (await makeContacts(server, [{ lastName: 'Waits' }]))[0]?.id;
const isThere = async (id: string) => (await server.request('GET', `${E}/contacts/${id}`)).status === 200;
const post = (path: string, token?: string) => server.request('POST', path, { body: undefined, ...(token === undefined ? {} : { token }) });
const conflict = (reason: string) => ({ status: 409, body: { code: 'conflict', message: expect.stringContaining(reason) } });

it('is done at once where no second person is wanted', async () => {
  const id = await person();
  expect(await erase(server, { contactIds: [id] }, one)).not.toHaveProperty('dateExpires');
  expect(await isThere(id)).toBe(false);
});

it('waits for another user than the one who asked, and is done with the approval', async () => {
  await wantSecondPerson(7);
  const id = await person();
  const asked: Json = await must(server, 'POST', ERASURES, { contactIds: [id], reason: 'case 1' }, one);
  expect(asked).toMatchObject({ status: 'requested', subjects: [{ status: 'waiting', contact: { id } }] });
  expect(Math.round((Date.parse(asked.dateExpires) - Date.parse(asked.dateCreated)) / 86_400_000)).toBe(7);
  expect(await post(`${asked.selfUri}/approve`, one)).toMatchObject(conflict('somebody else'));
  // A client that acts by itself is nobody's second pair of eyes.
  expect(await post(`${asked.selfUri}/approve`)).toMatchObject({ status: 400, body: { code: 'not.a.user' } });
  expect(await isThere(id)).toBe(true);
  expect(await post(`${asked.selfUri}/approve`, other)).toMatchObject({ status: 202, body: { status: 'running', decidedBy: { id: expect.any(String) } } });
  const done = await until(
    () => must(server, 'GET', asked.selfUri),
    ({ status }) => status === 'completed',
  );
  expect(done).toMatchObject({ createdBy: asked.createdBy, dateDecided: expect.any(String), subjects: [{ status: 'erased', erasedIds: [id] }] });
  expect(done.decidedBy.id).not.toBe(done.createdBy.id);
  expect(await isThere(id)).toBe(false);
  for (const word of ['approve', 'refuse']) expect(await post(`${asked.selfUri}/${word}`, other)).toMatchObject(conflict('The erasure is completed.'));
  const { entities } = await must(server, 'GET', `/liaison/v1/audits?entityId=${asked.id}`);
  expect(entities.map(({ action, user }: Json) => [action, user.id])).toEqual([
    ['update', done.decidedBy.id],
    ['create', done.createdBy.id],
  ]);
});

it('waits for two users where a client asked by itself, for one of them may know its secret', async () => {
  const id = await person();
  const asked: Json = await must(server, 'POST', ERASURES, { contactIds: [id] });
  const approve = (token: string) => post(`${asked.selfUri}/approve`, token);
  const [first, ...rest] = (await Promise.all([approve(one), approve(one)])).filter(({ status }) => status === 202);
  expect(first).toMatchObject({ body: { status: 'requested', firstApprovedBy: { id: expect.any(String) } } });
  expect(rest).toEqual([]);
  expect(await approve(one)).toMatchObject(conflict('approved of it first'));
  expect(await isThere(id)).toBe(true);
  const second = await approve(other);
  expect(second).toMatchObject({ status: 202, body: { status: 'running', firstApprovedBy: first?.body.firstApprovedBy } });
  expect(second.body.decidedBy.id).not.toBe(first?.body.firstApprovedBy.id);
  await until(
    () => must(server, 'GET', asked.selfUri),
    ({ status }) => status === 'completed',
  );
  expect(await isThere(id)).toBe(false);
});

it('is refused for good, by the second person or by whoever asked', async () => {
  for (const token of [one, other]) {
    const id = await person();
    const { selfUri } = await must(server, 'POST', ERASURES, { contactIds: [id] }, one);
    expect(await post(`${selfUri}/refuse`, token)).toMatchObject({ status: 200, body: { status: 'refused' } });
    expect(await post(`${selfUri}/approve`, other)).toMatchObject(conflict('The erasure is refused.'));
    expect(await isThere(id)).toBe(true);
  }
});

it('is approved of once, however many do at the same moment', async () => {
  const { selfUri } = await must(server, 'POST', ERASURES, { contactIds: [await person()] }, one);
  const answers = await Promise.all(['approve', 'refuse', 'approve', 'refuse'].map((word) => post(`${selfUri}/${word}`, other)));
  expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(3);
});

it('expires, and still wants a second person after the setting was taken back', async () => {
  const id = await person();
  const late = await must(server, 'POST', ERASURES, { contactIds: [id] }, one);
  const waiting = await must(server, 'POST', ERASURES, { contactIds: [id] }, one);
  const database = await connectDatabase(server);
  await database.query("update erasures set expires_at = now() - interval '1 second' where id = $1", [late.id]);
  await database.end();
  await wantSecondPerson(0);
  expect(await must(server, 'GET', late.selfUri)).toMatchObject({ status: 'expired' });
  expect(await post(`${late.selfUri}/approve`, other)).toMatchObject(conflict('The erasure is expired.'));
  expect(await post(`${waiting.selfUri}/approve`, one)).toMatchObject(conflict('somebody else'));
  expect(await isThere(id)).toBe(true);
});

it('is decided on by nobody who may erase in some divisions only, nor by another organization', async () => {
  await wantSecondPerson(1);
  const { selfUri } = await must(server, 'POST', ERASURES, { contactIds: [await person()] }, one);
  const some = await makeCaller(server, ['liaison:subject:erase'], (await makeDivision(server)).id);
  const viewer = await makeCaller(server, ['liaison:subject:view']);
  const partner = await makeOrganization(server, 'Partner');
  const theirs = await server.tokenFor(partner.clientId, partner.clientSecret);
  for (const word of ['approve', 'refuse']) {
    for (const token of [some.token, theirs]) expect(await post(`${selfUri}/${word}`, token)).toMatchObject({ status: 404 });
    expect(await post(`${selfUri}/${word}`, viewer.token)).toMatchObject({ status: 403 });
    expect(await post(`${ERASURES}/${NOBODY}/${word}`, other)).toMatchObject({ status: 404 });
    expect((await post(`${ERASURES}/nonsense/${word}`, other)).status).toBeLessThan(500);
  }
  expect(await must(server, 'GET', selfUri)).toMatchObject({ status: 'requested' });
});

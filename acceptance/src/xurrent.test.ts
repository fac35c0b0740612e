// Xurrent's API: the vectors of its documentation by their numbers, and the manners that its clients rely on.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCaller, makeDivision, must, unique } from './access-callers.ts';
import { connectDatabase } from './database.ts';
import { E, NOBODY } from './directory.ts';
import { makeOrganization } from './other-organization.ts';
import { type Server, startServer } from './server.ts';
import { EXAMPLE, inDirectory, type Xurrent, xurrent } from './xurrent-caller.ts';

let server: Server;
let api: Xurrent;
beforeAll(async () => {
  server = await startServer({ LIAISON_CORS_ORIGINS: 'https://app.example' });
  api = xurrent(server);
});
afterAll(() => server.stop());

const VIEW = 'externalContacts:externalOrganization:view';
const EDIT = 'externalContacts:externalOrganization:edit';

/** An organization with the contacts of the documentation's example, under its ids, the general telephone kept by a program. */
async function bestIt() {
  const made = await api.organization();
  const lines: { id: number }[] = JSON.parse(EXAMPLE);
  const ids: Record<number, number> = {};
  for (const { id, ...line } of lines.toSorted((a, b) => a.id - b.id))
    ids[(await api.must('POST', made.contacts, { ...line, integration: id === 68 })).id] = id;
  const client = await connectDatabase(server);
  await client.query(
    `update external_organizations set contact_points = (select jsonb_agg(point || jsonb_build_object('id', $2::jsonb -> (point ->> 'id')) order by at)
       from jsonb_array_elements(contact_points) with ordinality p (point, at)) where id = $1`,
    [made.uuid, JSON.stringify(ids)],
  );
  await client.end();
  return made;
}

describe('the vectors', () => {
  it('C-01: a client signs in with a form, for an hour', async () => {
    const { clientId, clientSecret } = server.firstRun;
    const form = (secret: string) => new URLSearchParams({ client_id: clientId, client_secret: secret, grant_type: 'client_credentials' });
    const answer = await fetch(`${server.url}/token`, { method: 'POST', body: form(clientSecret) });
    expect([answer.status, await answer.json()]).toEqual([200, { access_token: expect.any(String), token_type: 'bearer', expires_in: 3600 }]);
    const wrong = await fetch(`${server.url}/token`, { method: 'POST', body: form('wrong') });
    expect([wrong.status, await wrong.json()]).toMatchObject([400, { error: 'invalid_client' }]);
  });

  it("C-02: lists an organization's contacts as the documentation shows them, byte for byte", async () => {
    const { contacts } = await bestIt();
    const { status, text, headers } = await api.send('GET', contacts, undefined, { 'X-Xurrent-Account': 'my-organization' });
    expect([status, text]).toEqual([200, JSON.stringify(JSON.parse(EXAMPLE))]);
    expect(headers.get('x-pagination-total-entries')).toBe('7');
    expect(headers.get('x-ratelimit-limit')).toBe('3600');
  });

  it('C-03, C-08 and C-09: reads, changes and removes one, also one that a program keeps', async () => {
    const { contacts } = await bestIt();
    const line = { id: 68, label: 'general', telephone: '+1 (203) 413 4880', integration: true };
    expect(await api.must('GET', `${contacts}/68`)).toEqual(line);
    for (const [method, telephone] of [
      ['PATCH', '+1 555'],
      ['PUT', '+1 556'],
    ] as const)
      expect(await api.must(method, `${contacts}/68`, { telephone })).toEqual({ ...line, telephone });
    const gone = await api.send('DELETE', `${contacts}/68`);
    expect([gone.status, gone.text]).toEqual([204, '']);
    const { status, text } = await api.send('GET', `${contacts}/68`);
    expect([status, text]).toEqual([404, '{"message":"Not Found"}']);
  });

  it('C-04: adds one', async () => {
    const { contacts } = await api.organization();
    const { status, body } = await api.send('POST', contacts, { label: 'general', email: 'info@best-it.com' });
    expect([status, body]).toEqual([201, { id: expect.any(Number), label: 'general', email: 'info@best-it.com', integration: false }]);
    expect(Number.isSafeInteger(body.id)).toBe(true);
  });

  it.each([
    ['C-05: one without a label', { email: 'a@b.c' }, ['label', "Label can't be blank"]],
    ['one with an empty label', { label: '', email: 'a@b.c' }, ['label', "Label can't be blank"]],
    ['one with a label that there is not', { label: 'work', email: 'a@b.c' }, ['label', 'Label is not included in the list']],
    ['C-06: a fax that is no telephone', { label: 'fax', email: 'a@b.c' }, ['label', 'Label is only allowed for telephone']],
    ['C-07: what is too long', { label: 'general', telephone: '1'.repeat(256) }, ['telephone', 'Telephone is too long (maximum is 255 characters)']],
    ['one without a value', { label: 'general', email: ' ' }, ['base', 'One of Telephone, Email or Website must be filled']],
    ['one with two', { label: 'general', email: 'a', website: 'b' }, ['base', 'Only one of Telephone, Email or Website can be filled']],
    ['a character that cannot be stored', { label: 'general', email: 'a\0' }, ['email', 'Email is invalid']],
  ])('%s is refused', async (_, line, error) => {
    const { contacts } = await api.organization();
    const { status, body } = await api.send('POST', contacts, line);
    expect([status, body]).toEqual([422, { message: 'Validation Failed', errors: [error] }]);
    expect(await api.must('GET', contacts)).toEqual([]);
  });

  it('C-10: removes all, with and without a slash at the end, and where there is none', async () => {
    for (const slash of ['', '/', '/']) {
      const { contacts } = await bestIt();
      for (let times = 1; times <= 2; times += 1) expect((await api.send('DELETE', contacts + slash)).status).toBe(204);
      const { body, headers } = await api.send('GET', contacts);
      expect([body, headers.get('x-pagination-total-entries')]).toEqual([[], '0']);
    }
  });

  it('C-11: who sends no token, or one that is none, is told so, and of the rate limit', async () => {
    for (const token of [null, 'nonsense']) {
      const { status, text, headers } = await server.request('GET', '/v1/organizations', { token });
      expect([status, text]).toEqual([401, '{"message":"Unauthorized"}']);
      for (const name of ['limit', 'remaining', 'reset']) expect(Number(headers.get(`x-ratelimit-${name}`))).toBeGreaterThan(0);
    }
  });

  it.each([
    ['C-12: per_page=0', "Parameter 'per_page' cannot be less than 1"],
    ['page=-1', "Parameter 'page' cannot be less than 1"],
    ['C-13: sort=problem', 'Sorting not allowed on fields: problem'],
    ['strange=1&disabled=true&odd=2', 'Unknown fields: strange, odd'],
    ['fields=name,strange', 'Unknown fields: strange'],
    ['remarks=x', 'Filtering not allowed on fields: remarks'],
    ['disabled=>true', "Field 'disabled' does not support the '>' operator"],
    ['disabled=true,false', "Cannot filter on a set of values for field 'disabled'"],
    ['created_at=yesterday', "Field 'created_at' does not take the value 'yesterday'"],
    ['updated_at=>=0000-01-01', "Field 'updated_at' does not take the value '0000-01-01'"],
    ['id=x', "Field 'id' does not take the value 'x'"],
  ])('%s is refused', async (query, message) => {
    const { status, body } = await api.send('GET', `/organizations?${query.replace(/^C-\d\d: /, '')}`);
    expect([status, body]).toEqual([400, { message }]);
  });

  it('C-14: pages are told in headers, and linked without commas', async () => {
    const financialID = unique('three, of');
    for (const name of ['A', 'B', 'C']) await api.organization({ name, financialID });
    const first = await api.send('GET', `/organizations?per_page=1&financialID=${encodeURIComponent(financialID)}`);
    expect(first.headers.get('x-pagination-total-pages')).toBe('3');
    const seen = [first.body[0].name];
    const rels: string[][] = [];
    for (let { headers } = first; ; ) {
      const links = [...(headers.get('link') ?? '').matchAll(/<([^>,]+)>; rel="(\w+)"/g)].map(([, url, rel]) => ({ url: url as string, rel: rel as string }));
      rels.push(links.map(({ rel }) => rel));
      const next = links.find(({ rel }) => rel === 'next');
      if (!next) break;
      expect(next.url.startsWith(`${server.url}/v1/organizations?`)).toBe(true);
      const answer = await server.request('GET', next.url.slice(server.url.length));
      seen.push(answer.body[0].name);
      headers = answer.headers;
    }
    expect([seen, rels]).toEqual([
      ['A', 'B', 'C'],
      [['next'], ['first', 'prev', 'next'], ['first', 'prev']],
    ]);
  });

  it('C-15 and C-16: an organization knows the system that it comes from, and is found by its id there', async () => {
    const { status, body } = await api.send('POST', '/organizations', { name: 'Best IT', sourceID: 'X1' }, { 'X-Xurrent-Source': 'SomeSD' });
    expect([status, body]).toMatchObject([201, { name: 'Best IT', source: 'SomeSD', sourceID: 'X1' }]);
    expect((await api.send('GET', '/organizations?sourceID=X1&fields=name')).text).toBe(JSON.stringify([{ id: body.id, name: 'Best IT' }]));
  });
});

describe('manners', () => {
  it('the account may be left out, and named by short name or id, by the header of today or of 4me; another one is refused', async () => {
    const other = await makeOrganization(server, unique('Other'));
    const ask = async (headers: Record<string, string>) => (await api.send('GET', '', undefined, headers)).status;
    expect(await ask({})).toBe(200);
    for (const name of ['X-Xurrent-Account', 'X-4me-Account']) {
      expect(await ask({ [name]: 'my-organization' })).toBe(200);
      expect(await ask({ [name]: server.firstRun.organizationId })).toBe(200);
      for (const account of [other.shortName, 'nobody']) {
        const { status, text } = await api.send('GET', '/organizations', undefined, { [name]: account });
        expect([status, text]).toEqual([403, '{"message":"Forbidden"}']);
      }
    }
  });

  it('a token may come as the user of Basic; paths may end in .json or a slash', async () => {
    const authorization = `Basic ${btoa(`${await server.token()}:x`)}`;
    const { id, contacts } = await api.organization();
    for (const path of [`/organizations/${id}.json`, `/organizations/${id}/`, `${contacts}.json`, `${contacts}/`])
      expect((await server.request('GET', `/v1${path}`, { token: null, headers: { authorization } })).status).toBe(200);
  });

  it.each([
    ['a path that there is not', 'GET', '/nonsense', {}, undefined, 404, 'Not Found'],
    ['an id that is none', 'GET', '/organizations/abc', {}, undefined, 404, 'Not Found'],
    ['the id of another API', 'GET', `/organizations/${NOBODY}`, {}, undefined, 404, 'Not Found'],
    ['an Accept without JSON', 'GET', '/organizations', { accept: 'text/html' }, undefined, 406, 'Not Acceptable'],
    ['malformed JSON', 'POST', '/organizations', {}, '{', 400, expect.stringContaining('JSON')],
    ['a body that is no object', 'POST', '/organizations', {}, '[]', 400, expect.any(String)],
    ['another content type', 'POST', '/organizations', { 'content-type': 'text/plain' }, 'x', 415, expect.stringContaining('text/plain')],
  ])('%s is refused in this dialect', async (_, method, path, headers, body, status, message) => {
    const answer = await server.request(method, `/v1${path}`, { headers, ...(body === undefined ? {} : { body }) });
    expect([answer.status, answer.body]).toEqual([status, { message }]);
    expect(answer.headers.has('x-ratelimit-limit')).toBe(true);
  });

  it('true has many names; fields that are not known, or only the server writes, are ignored', async () => {
    const { contacts } = await api.organization();
    for (const [integration, read] of [
      ['YES', true],
      ['t', true],
      [1, true],
      ['no', false],
      [0, false],
      [{}, false],
    ] as const)
      expect(await api.must('POST', contacts, { id: 7, strange: 1, label: 'general', email: 'a@b.c', integration })).toMatchObject({ integration: read });
    const list = await api.must('GET', `${contacts}?fields=integration`);
    expect(list[0]).toEqual({ id: expect.any(Number), integration: true });
    expect(list.map(({ id }: { id: number }) => id)).not.toContain(7);
  });

  it('a telephone becomes an e-mail address where its old value is cleared in the same request', async () => {
    const { contacts } = await api.organization();
    const { id } = await api.must('POST', contacts, { label: 'service_desk', telephone: '1' });
    expect((await api.send('PATCH', `${contacts}/${id}`, { email: 'a@b.c' })).body.errors[0][0]).toBe('base');
    expect((await api.send('PATCH', `${contacts}/${id}`, { telephone: '' })).body.errors[0][0]).toBe('base');
    expect(await api.must('PATCH', `${contacts}/${id}`, { telephone: null, email: 'a@b.c' })).toEqual({
      id,
      label: 'service_desk',
      email: 'a@b.c',
      integration: false,
    });
  });

  it('an organization has no more contacts than the limits say', async () => {
    const { contacts, uuid } = await api.organization();
    const { contactPointsMax } = await must(server, 'GET', '/liaison/v1/limits');
    await must(server, 'PUT', `/liaison/v1/organizations/${uuid}/contact-points`, {
      entities: Array(contactPointsMax).fill({ label: 'general', email: 'a@b.c' }),
    });
    const { status, body } = await api.send('POST', contacts, { label: 'general', email: 'b' });
    expect([status, body.errors]).toEqual([422, [['base', 'An organization can have at most 100 contacts']]]);
  });

  it('a write that expects another version is refused', async () => {
    const { id } = await api.organization();
    const { headers } = await api.send('GET', `/organizations/${id}`);
    const change = (etag: string) => api.send('PATCH', `/organizations/${id}`, { region: 'EU' }, { 'if-match': etag });
    expect((await change('"99"')).status).toBe(412);
    const { status, headers: after } = await change(headers.get('etag') as string);
    expect([status, after.get('etag')]).toEqual([200, '"2"']);
  });
});

describe('organizations', () => {
  it('have all their fields, null where there is no value', async () => {
    const parent = await api.organization({ name: 'Parent', sourceID: 'P' });
    const sent = {
      name: 'Child',
      parent_id: parent.id,
      disabled: 'true',
      financialID: 'F',
      region: 'EU',
      remarks: 'x',
      source: 'Crm',
      sourceID: 'S',
      picture_uri: 'p',
    };
    const { id, uuid } = await api.organization(sent);
    const { parent_id: _, ...plain } = sent;
    const shown = await api.must('GET', `/organizations/${id}`);
    expect(shown).toEqual({
      ...plain,
      id,
      nodeID: uuid,
      disabled: true,
      parent: { id: parent.id, name: 'Parent', sourceID: 'P' },
      ...{ manager: null, substitute: null, order_template: null, business_unit_organization: null, ui_extension: null },
      ...{ business_unit: false, end_user_privacy: false, addresses: [], contacts: [], attachments: [], custom_fields: [] },
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      updated_at: expect.any(String),
    });
    expect(await api.must('GET', `/organizations/${parent.id}/children`)).toMatchObject([{ id }]);
    expect(await api.must('PATCH', `/organizations/${id}`, { parent_id: null, region: '', disabled: false })).toMatchObject({
      ...{ parent: null, region: null, disabled: false, remarks: 'x', source: 'Crm' },
    });
  });

  it.each([
    ['no name', {}, ['name', "Name can't be blank"]],
    ['a parent that there is not', { name: 'A', parent_id: 1 }, ['parent', "Parent can't be found"]],
    ['a name that is too long', { name: 'x'.repeat(129) }, ['name', 'Name is too long (maximum is 128 characters)']],
  ])('%s is refused', async (_, body, error) => {
    const answer = await api.send('POST', '/organizations', body);
    expect([answer.status, answer.body.errors]).toEqual([422, [error]]);
  });

  it("a source is the body's, else that of a header, else the user agent, of which the beginning is kept", async () => {
    const emoji = `a${'\u{1F600}'.repeat(29)}`;
    const sourceOf = async (body: object, headers = {}) => (await api.send('POST', '/organizations', { name: 'A', ...body }, headers)).body.source;
    expect(await sourceOf({ source: emoji }, { 'x-4me-source': 'header' })).toBe(emoji);
    expect(await sourceOf({ source: ' ' }, { 'x-4me-source': 'x'.repeat(40) })).toBe('x'.repeat(30));
    expect(await sourceOf({}, { 'user-agent': 'agent' })).toBe('agent');
  });

  it('has none where the parent is deleted, and says that it has changed', async () => {
    const parent = await api.organization({ name: 'Goes' });
    const { id } = await api.organization({ name: 'Stays', parent_id: parent.id });
    const before = await api.send('GET', `/organizations/${id}`);
    await must(server, 'DELETE', `${E}/organizations/${parent.uuid}`);
    const after = await api.send('GET', `/organizations/${id}`);
    expect([before.body.parent?.id, after.body.parent]).toEqual([parent.id, null]);
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
  });

  it('is listed by as many conditions as a filter may have', async () => {
    const conditions = (count: number) => Array.from({ length: count }, (_, i) => `name=!${i}`).join('&');
    expect((await api.send('GET', `/organizations?${conditions(25)}`)).status).toBe(200);
    for (const query of [conditions(26), `id=${Array.from({ length: 101 }, (_, i) => i).join()}`])
      expect((await api.send('GET', `/organizations?${query}`)).status).toBe(400);
  });

  it('is not its own parent', async () => {
    const { id } = await api.organization();
    expect((await api.send('PATCH', `/organizations/${id}`, { parent_id: id })).status).toBe(422);
  });

  it('one of the directory has an integer id, and its address; one made here is in the directory', async () => {
    const address = { address1: 'Main St 1', city: 'Norwalk', postalCode: '06851', countryCode: 'US' };
    const made = await must(server, 'POST', `${E}/organizations`, { name: 'Directory', address });
    const { organizationNumber } = await must(server, 'GET', `/liaison/v1/organizations/${made.id}/contact-points`);
    expect(await api.must('GET', `/organizations/${organizationNumber}`)).toMatchObject({
      nodeID: made.id,
      addresses: [{ label: 'street', address: 'Main St 1', city: 'Norwalk', state: null, zip: '06851', country: 'US' }],
    });
    const { uuid } = await api.organization({ name: 'Here' });
    expect(await inDirectory(server, uuid)).toMatchObject({ id: uuid, name: 'Here', division: { id: '*' } });
  });

  it('are filtered and sorted', async () => {
    const financialID = unique('F');
    const [a, b, c] = [
      await api.organization({ name: 'a', financialID, sourceID: '1', disabled: true }),
      await api.organization({ name: 'b', financialID, sourceID: '2' }),
      await api.organization({ name: 'c', financialID }),
    ];
    const parent = await api.must('PATCH', `/organizations/${c.id}`, { parent_id: a.id });
    const names = async (query: string, path = '/organizations') => {
      const list = await api.must('GET', `${path}?financialID=${encodeURIComponent(financialID)}&${query}`);
      return list.map(({ name }: { name: string }) => name).join('');
    };
    expect(await names('')).toBe('abc');
    expect(await names('sort=-name')).toBe('cba');
    expect(await names('sort=-sourceID,name')).toBe('bac');
    expect(await names('sort=-updated_at')).toBe('cba');
    expect(await names('name=a')).toBe('a');
    expect(await names('name=A')).toBe('');
    expect(await names('name=!a')).toBe('bc');
    expect(await names('sourceID=')).toBe('c');
    expect(await names('sourceID=!')).toBe('ab');
    expect(await names('sourceID=2')).toBe('b');
    expect(await names('disabled=true')).toBe('a');
    expect(await names(`id=${a.id},${b.id}`)).toBe('ab');
    expect(await names(`id!=${a.id},${b.id}`)).toBe('c');
    expect(await names(`id=>=${Math.max(a.id, b.id, c.id)}`)).toHaveLength(1);
    expect(await names(`parent=${a.id}`)).toBe('c');
    expect(await names(`updated_at=>=${parent.updated_at}&name=c`)).toBe('c');
    expect(await names('created_at=>=2020-01-01<2021-01-01')).toBe('');
    expect(await names('created_at=>2020-01-01')).toBe('abc');
    expect(await names('', '/organizations/disabled')).toBe('a');
    expect(await names('state=enabled')).toBe('bc');
    expect(await names('', '/organizations/external')).toBe('abc');
    for (const state of ['internal', 'trusted', 'directory', 'support_domain', 'managed_by_me']) expect(await names('', `/organizations/${state}`)).toBe('');
  });
});

describe('rights', () => {
  it('whoever may only view is refused what changes (403); what is hidden is not there (404)', async () => {
    const [open, closed] = [(await makeDivision(server)).id, (await makeDivision(server)).id];
    const viewer = xurrent(server, (await makeCaller(server, [VIEW])).token);
    const editor = xurrent(server, (await makeCaller(server, [VIEW, EDIT], open)).token);
    const number = async (division: string) => {
      const { id } = await must(server, 'POST', `${E}/organizations`, { name: 'In a division', division: { id: division } });
      return (await must(server, 'GET', `/liaison/v1/organizations/${id}/contact-points`)).organizationNumber;
    };
    const [mine, hidden] = [await number(open), await number(closed)];
    const line = { label: 'general', email: 'a@b.c' };
    expect((await viewer.send('GET', `/organizations/${hidden}/contacts`)).status).toBe(200);
    expect((await viewer.send('POST', `/organizations/${mine}/contacts`, line)).text).toBe('{"message":"Forbidden"}');
    expect((await editor.send('POST', `/organizations/${mine}/contacts`, line)).status).toBe(201);
    for (const [method, body] of [
      ['GET', undefined],
      ['POST', line],
      ['DELETE', undefined],
    ] as const)
      expect((await editor.send(method, `/organizations/${hidden}/contacts`, body)).status).toBe(404);
    expect((await editor.send('PATCH', `/organizations/${mine}`, { parent_id: hidden })).status).toBe(422);
    await api.must('PATCH', `/organizations/${mine}`, { parent_id: hidden });
    expect(await editor.must('GET', `/organizations/${mine}`)).toMatchObject({ parent: null });
    expect(await editor.must('GET', `/organizations?parent=${hidden}`)).toEqual([]);
  });

  it('another organization sees, changes and refers to nothing of this one', async () => {
    const other = await makeOrganization(server, unique('Other'));
    const stranger = xurrent(server, await server.tokenFor(other.clientId, other.clientSecret));
    const { id, contacts } = await bestIt();
    expect(await stranger.must('GET', '/organizations')).toEqual([]);
    expect(await stranger.must('GET', `/organizations?id=${id}`)).toEqual([]);
    for (const [method, path, body] of [
      ['GET', `/organizations/${id}`, undefined],
      ['PATCH', `/organizations/${id}`, { name: 'x' }],
      ['GET', `/organizations/${id}/children`, undefined],
      ['GET', contacts, undefined],
      ['POST', contacts, { label: 'general', email: 'a@b.c' }],
      ['DELETE', contacts, undefined],
      ['GET', `${contacts}/68`, undefined],
      ['PATCH', `${contacts}/68`, { telephone: '1' }],
      ['DELETE', `${contacts}/68`, undefined],
    ] as const) {
      const { status, text } = await stranger.send(method, path, body);
      expect([method, path, status, text]).toEqual([method, path, 404, '{"message":"Not Found"}']);
    }
    expect((await stranger.send('POST', '/organizations', { name: 'A', parent_id: id })).status).toBe(422);
    expect(await api.must('GET', contacts)).toEqual(JSON.parse(EXAMPLE));
  });

  it('a contact of another organization of the directory is not there', async () => {
    const { contacts } = await bestIt();
    const [{ id }] = await api.must('GET', contacts);
    const second = await api.organization();
    for (const method of ['GET', 'DELETE']) expect((await api.send(method, `${second.contacts}/${id}`)).status).toBe(404);
    expect((await api.send('PATCH', `${second.contacts}/${id}`, { telephone: '1' })).status).toBe(404);
  });
});

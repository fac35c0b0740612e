import { request as httpRequest, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { E, idsOf, make, makeContacts, NOBODY, UUID } from './directory.ts';
import type { Json } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
let contact: Json;
beforeAll(async () => {
  server = await startServer();
  contact = await make(server, '/contacts', { firstName: 'Ada', lastName: 'Lovelace' });
});
afterAll(() => server.stop());

const get = (path: string, headers: Record<string, string> = {}) => server.request('GET', E + path, { headers });

describe('query parameters', () => {
  it('take arrays joined by commas, repeated, and both', async () => {
    const whole = (await get(`/contacts/${contact.id}?expand=division&expand=identifiers`)).body;
    expect(whole).toMatchObject({ division: { name: 'Unassigned' }, identifiers: [] });
    for (const query of [
      'expand=division,identifiers',
      'expand=division%2Cidentifiers',
      'expand=division,identifiers&expand=division',
      'expand=,division,,identifiers,',
    ]) {
      expect((await get(`/contacts/${contact.id}?${query}`)).body, query).toEqual(whole);
    }
  });

  it('take an empty value for none', async () => {
    const plain = (await get('/contacts')).body;
    const empty = (await get('/contacts?pageSize=&pageNumber=&q=&sortOrder=&expand=&divisionIds=')).body;
    expect(empty).toMatchObject({ entities: plain.entities, pageSize: plain.pageSize, pageNumber: 1, total: plain.total });
    expect((await get('/scan/contacts?cursor=&divisionId=&limit=')).body.entities).toEqual(plain.entities);
  });

  it('take an empty boolean for false', async () => {
    const passive = await make(server, '/externalsources', { name: 'Passive', active: false });
    const active = await make(server, '/externalsources', { name: 'Active' });
    const list = async (query: string) => idsOf((await get(`/externalsources${query}`)).body.entities);
    expect(await list('?active=')).toEqual([passive.id]);
    expect(await list('?active=false')).toEqual([passive.id]);
    expect(await list('?active=true')).toEqual([active.id]);
    expect(await list('')).toEqual([passive.id, active.id]);
    expect((await get('/externalsources?active=maybe')).body).toMatchObject({ status: 400, messageParams: { name: 'active', value: 'maybe' } });
  });

  it('that are not known, or nothing, are passed over', async () => {
    for (const query of ['?shoeSize=43', '?&', '?', '?&&pageSize=20&', '?=', '?=x']) expect((await get(`/contacts${query}`)).status, query).toBe(200);
  });

  it('may hold a raw asterisk, plus and colon', async () => {
    expect((await get('/contacts?divisionIds=*')).body.total).toBe(1);
    expect((await get('/contacts?q=ada+lovelace&sortOrder=lastName:asc')).body.total).toBe(1);
  });

  it.each([
    ['pageSize', '0'],
    ['pageSize', '201'],
    ['pageSize', 'ten'],
    ['pageSize', '1.5'],
    ['pageSize', '1e1'],
    ['pageNumber', '0'],
    ['pageNumber', '-1'],
    ['q', 'x'.repeat(1001)],
    ['q', '\0'],
    ['sortOrder', 'lastName:up'],
    ['sortOrder', 'lastName:asc:desc'],
    ['expand', 'everything'],
    ['divisionIds', 'home'],
  ])('refuse %s=%s, and say what they take', async (name, value) => {
    const { body } = await get(`/contacts?${name}=${encodeURIComponent(value)}`);
    expect(body).toMatchObject({
      status: 400,
      code: 'invalid.query.param.value',
      messageParams: { name },
      messageWithParams: expect.stringContaining('{name}'),
    });
    expect(body.message).toContain(`parameter ${name} `);
  });

  it('take 50 divisions at most', async () => {
    const ids = (count: number) => Array.from({ length: count }, (_, i) => `${NOBODY.slice(0, -2)}${10 + i}`).join(',');
    expect((await get(`/contacts?divisionIds=${ids(50)}`)).body.total).toBe(0);
    expect((await get(`/contacts?divisionIds=${ids(51)}`)).body).toMatchObject({ status: 400, messageParams: { name: 'divisionIds' } });
  });
});

describe('paths', () => {
  it.each(['', '/api', '/some/gateway/path', '/v2'])('may come behind %j', async (prefix) => {
    expect((await server.request('GET', `${prefix}${E}/contacts/${contact.id}?expand=division`)).body).toMatchObject({
      id: contact.id,
      division: { name: 'Unassigned' },
    });
  });

  it('may end in a slash, and ids be in capitals', async () => {
    expect((await get('/contacts/')).status).toBe(200);
    expect((await get(`/contacts/${contact.id.toUpperCase()}`)).body.id).toBe(contact.id);
  });

  it.each(['/nothing', '/api/v2', '/api/v2/externalcontacts', `${E}/contact`, `${E}/contacts/a/b/c/d`])('%s leads nowhere', async (path) => {
    const answer = await server.request('GET', path);
    expect(answer).toMatchObject({ status: 404, body: { status: 404, code: 'not.found' } });
  });

  it('that cannot be decoded are refused', async () => {
    expect((await get('/contacts/%ZZ')).body).toMatchObject({ status: 400, code: 'bad.request' });
  });

  it('know their methods', async () => {
    for (const method of ['PATCH', 'PUT', 'DELETE'])
      expect((await server.request(method, `${E}/contacts`, { body: {} })).body).toMatchObject({ status: 404, code: 'not.found' });
  });
});

describe('bodies', () => {
  const post = (body: string, headers: Record<string, string> = {}) => server.request('POST', `${E}/contacts`, { body, headers });

  it('may be missing where none is asked for, in spite of their type', async () => {
    const json = { 'content-type': 'application/json' };
    expect((await get(`/contacts/${contact.id}`, json)).status).toBe(200);
    const gone = await make(server, '/contacts', {});
    expect((await server.request('DELETE', `${E}/contacts/${gone.id}`, { headers: json })).status).toBe(200);
    expect((await server.request('PUT', `${E}/organizations/${NOBODY}/trustor/${NOBODY}`, { headers: { ...json, 'content-length': '0' } })).status).toBe(404);
  });

  it('are asked for where they are needed', async () => {
    for (const body of ['', 'null']) expect((await post(body)).body).toMatchObject({ status: 400, code: 'bad.request' });
  });

  it.each(['{', '{"firstName":}', '{"a":1}}', 'firstName=Ada', '\ufeff{', "{'a':1}", '{"a":NaN}'])('like %s are malformed', async (body) => {
    expect((await post(body)).body).toMatchObject({ status: 400, code: 'bad.request', message: expect.stringMatching(/^The request could not be understood/) });
  });

  it.each(['[]', '"text"', '7', 'true', '[{"firstName":"Ada"}]'])('like %s are no object', async (body) => {
    expect((await post(body)).body.status).toBe(400);
  });

  it.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/octet-stream', 'nonsense'])(
    'of type %s are not supported',
    async (type) => {
      const answer = await post('{}', { 'content-type': type });
      expect(answer.body).toMatchObject({ status: 415, code: 'unsupported.media.type' });
      expect(answer.body.message).toContain(type);
    },
  );

  it('may say their character set', async () => {
    expect((await post('{"firstName":"Zoë"}', { 'content-type': 'application/json; charset=utf-8' })).body.firstName).toBe('Zoë');
    expect((await post('{"firstName":"Zoë"}', { 'content-type': 'Application/JSON;charset=UTF-8' })).body.firstName).toBe('Zoë');
  });

  it('are 10 MB at most', async () => {
    const token = await server.token();
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = httpRequest(`${server.url}${E}/contacts`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': 10 * 1024 * 1024 + 1 },
      });
      request.on('response', resolve).on('error', reject).flushHeaders();
    });
    let text = '';
    for await (const chunk of response) text += chunk;
    expect(response.statusCode).toBe(413);
    expect(JSON.parse(text)).toMatchObject({ status: 413, code: 'request.entity.too.large', contextId: response.headers['inin-correlation-id'] });
    expect((await post(JSON.stringify({ firstName: 'fits', unknown: 'x'.repeat(9 * 1024 * 1024) }))).status).toBe(200);
  });
});

describe('tokens', () => {
  const ask = (headers: Record<string, string>, path = `${E}/contacts`) => server.request('GET', path, { token: null, headers });

  it.each<[string, Record<string, string>]>([
    ['none', {}],
    ['an empty header', { authorization: '' }],
    ['another scheme', { authorization: 'Basic abc' }],
    ['a scheme alone', { authorization: 'Bearer' }],
    ['a token alone', { authorization: 'abc' }],
  ])('are asked for where there is %s', async (_, headers) => {
    expect((await ask(headers)).body).toMatchObject({
      status: 401,
      code: 'authentication.required',
      message: 'No authentication bearer token specified in authorization header.',
    });
  });

  it('are refused where they are wrong', async () => {
    const token = await server.token();
    for (const wrong of ['abc', `${token}x`, token.slice(1), 'x'.repeat(5000), '..']) {
      expect((await ask({ authorization: `Bearer ${wrong}` })).body, wrong).toMatchObject({
        status: 401,
        code: 'bad.credentials',
        message: 'Invalid login credentials.',
      });
    }
  });

  it('come with any spelling of the scheme', async () => {
    for (const scheme of ['bearer', 'BEARER', 'Bearer ']) expect((await ask({ authorization: `${scheme} ${await server.token()}` })).status).toBe(200);
  });

  it('come before everything but the path', async () => {
    expect((await ask({}, `${E}/contacts/nobody`)).status).toBe(401);
    expect((await ask({}, `${E}/contacts?pageSize=0`)).status).toBe(401);
    expect((await server.request('POST', `${E}/contacts`, { token: null, body: '{' })).status).toBe(401);
    expect((await ask({}, '/nothing')).status).toBe(404);
  });
});

describe('answers', () => {
  it.each([
    ['GET', `${E}/contacts`, 200],
    ['GET', `${E}/contacts/${NOBODY}`, 404],
    ['GET', `${E}/contacts?pageSize=0`, 400],
    ['POST', `${E}/contacts`, 400],
    ['GET', '/nothing', 404],
  ])('to %s %s have a correlation id of their own', async (method, path, status) => {
    const [answer, again] = [await server.request(method, path), await server.request(method, path)];
    expect(answer.status).toBe(status);
    const id = answer.headers.get('ININ-Correlation-Id');
    expect(id).toMatch(UUID);
    expect(again.headers.get('ININ-Correlation-Id')).not.toBe(id);
    if (status >= 400) expect(answer.body.contextId).toBe(id);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('cache-control')).toBe('no-cache, no-store, must-revalidate');
  });

  it('that refuse have one shape', async () => {
    const token = await server.token();
    const refusals = [
      await get(`/contacts/${NOBODY}`),
      await get('/contacts?pageSize=0'),
      await server.request('POST', `${E}/contacts`, { body: '{' }),
      await server.request('POST', `${E}/contacts`, { body: { workEmail: 'x' } }),
      await server.request('GET', `${E}/contacts`, { token: null }),
      await server.request('GET', `${E}/contacts`, { token: `${token}x` }),
      await server.request('PUT', `${E}/conversations/${NOBODY}`, { body: {} }),
    ];
    for (const { status, body } of refusals) {
      const { messageWithParams, ...rest } = body;
      expect(rest).toEqual({
        message: expect.any(String),
        code: expect.stringMatching(/^[a-z]+(\.[a-z]+)*$/),
        status,
        messageParams: expect.any(Object),
        contextId: expect.stringMatching(UUID),
        details: expect.any(Array),
        errors: [],
      });
      for (const value of Object.values(body.messageParams)) expect(value).toEqual(expect.any(String));
      for (const detail of body.details) for (const value of Object.values(detail)) expect(value).toEqual(expect.any(String));
      // The sentence is the template with the parameters put in.
      if (messageWithParams) expect(messageWithParams.replaceAll(/\{(\w+)\}/g, (_: string, name: string) => body.messageParams[name])).toBe(body.message);
    }
  });

  it('tell no secrets of the server', async () => {
    for (const answer of [await server.request('POST', `${E}/contacts`, { body: '{' }), await get('/contacts?q=%00'), await get('/contacts/%ZZ')]) {
      expect(answer.text).not.toMatch(/node_modules|server\/src|at \w+ \(|select |FST_ERR/);
    }
    expect((await get('/contacts')).headers.get('x-powered-by')).toBeNull();
  });

  it('have dates in UTC with milliseconds', async () => {
    const { createDate, modifyDate } = await make(server, '/contacts', {});
    for (const date of [createDate, modifyDate]) expect(new Date(date).toISOString()).toBe(date);
    expect(Math.abs(Date.parse(createDate) - Date.now())).toBeLessThan(60_000);
  });

  it('do not differ by the reader’s language or what it accepts', async () => {
    const plain = (await get(`/contacts/${contact.id}`)).text;
    expect((await get(`/contacts/${contact.id}`, { accept: 'text/html', 'accept-language': 'de' })).text).toBe(plain);
  });

  it('come to many at once, each its own', async () => {
    const made = await makeContacts(
      server,
      Array.from({ length: 20 }, (_, i) => ({ firstName: `Parallel ${i}` })),
    );
    const read = await Promise.all(made.map(({ id }) => get(`/contacts/${id}`)));
    expect(read.map(({ body }) => body)).toEqual(made);
  });
});

describe('browsers', () => {
  it('may ask from anywhere', async () => {
    const preflight = await server.request('OPTIONS', `${E}/contacts`, {
      token: null,
      headers: { origin: 'https://app.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-methods')?.split(', ')).toEqual(expect.arrayContaining(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']));
    expect(preflight.headers.get('access-control-allow-headers')?.toLowerCase().split(', ')).toEqual([
      'authorization',
      'content-type',
      'idempotency-key',
      'if-match',
      'last-event-id',
      'x-liaison-upload',
      'x-xurrent-account',
      'x-xurrent-source',
      'x-4me-account',
      'x-4me-source',
    ]);
  });

  it.each([
    ['an answer', `${E}/contacts`, 200],
    ['a refusal', `${E}/contacts/${NOBODY}`, 404],
    ['a path that leads nowhere', '/nothing', 404],
  ])('may read %s and its headers', async (_, path, status) => {
    const answer = await server.request('GET', path, { headers: { origin: 'https://app.example' } });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-expose-headers')?.split(', ').toSorted()).toEqual([
      'Content-Disposition',
      'ETag',
      'ININ-Correlation-Id',
      'Idempotency-Replayed',
      'Link',
      'Retry-After',
      'X-Pagination-Current-Page',
      'X-Pagination-Per-Page',
      'X-Pagination-Throttled',
      'X-Pagination-Total-Entries',
      'X-Pagination-Total-Pages',
      'X-RateLimit-Limit',
      'X-RateLimit-Remaining',
      'X-RateLimit-Reset',
      'inin-ratelimit-allowed',
      'inin-ratelimit-count',
      'inin-ratelimit-reset',
    ]);
  });
});

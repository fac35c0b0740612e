import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOBODY } from './directory.ts';
import { type Json, methodsOf, SDKS } from './sdk.ts';
import { type Server, startServer } from './server.ts';

const gaps = new Set(Object.keys(JSON.parse(readFileSync(new URL('../../contract/gaps.json', import.meta.url), 'utf8'))));

/** Operations that came after the contract's version of the API; what they would reach is not there. */
const NEWER = /^(get|put)ExternalcontactsGraphs|^(get|post)Externalcontacts(Notes|Organizations|Relationships)Exports?$|^postExternalcontactsContactsSearch$/;

interface Operation {
  method: string;
  path: string;
}

let server: Server;
const operations = new Map<string, Operation>();
beforeAll(async () => {
  server = await startServer();
  const { body } = await server.request('GET', '/openapi.json', { token: null });
  for (const [path, item] of Object.entries<Json>(body.paths)) {
    for (const [method, { operationId }] of Object.entries<Json>(item)) operations.set(operationId, { method: method.toUpperCase(), path });
  }
});
afterAll(() => server.stop());

/** A call with ids that nothing has, and an empty body where there can be one. */
const call = ({ method, path }: Operation, token?: null) =>
  server.request(method, path.replaceAll(/\{\w+\}/g, NOBODY), {
    ...(['GET', 'HEAD', 'DELETE'].includes(method) ? {} : { body: {} }),
    ...(token === undefined ? {} : { token }),
  });

describe.each(SDKS)('%s', (name) => {
  describe.each([
    ['ExternalContactsApi', 120],
    ['OrganizationAuthorizationApi', 48],
    ['NotificationsApi', 8],
  ] as const)('%s', (api, least) => {
    const methods = methodsOf(name, api);
    const known = methods.filter((method) => !(name === 'purecloud-newest' && NEWER.test(method)));

    it('has a method for most of the contract', () => {
      expect(methods.length).toBeGreaterThanOrEqual(least);
      expect(methods.length - known.length).toBe(name === 'purecloud-newest' && api === 'ExternalContactsApi' ? 20 : 0);
    });

    it('is known to the contract, method by method', () => {
      expect(known.filter((method) => !operations.has(method))).toEqual([]);
    });

    it.each(known)('%s is answered, or a named gap', async (method) => {
      const operation = operations.get(method) as Operation;
      // Only what has a route asks for a token.
      const stranger = await call(operation, null);
      expect(stranger.status).toBe(401);
      const answer = await call(operation);
      if (operation.method === 'HEAD') return expect(answer.status).toBe(404);
      expect(stranger.body).toMatchObject({ code: 'authentication.required' });
      if (gaps.has(method)) expect(answer.body).toMatchObject({ status: 501, code: 'not.implemented', messageParams: { operation: method } });
      else expect(answer.status).toBeLessThan(500);
      if (answer.status >= 400) expect(answer.body).toMatchObject({ status: answer.status, code: expect.any(String), message: expect.any(String) });
    });
  });
});

it('leaves no gap that is no operation', () => {
  expect([...gaps].filter((gap) => !operations.has(gap))).toEqual([]);
});

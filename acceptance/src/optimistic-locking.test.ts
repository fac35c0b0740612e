// ETag and If-Match: nobody overwrites what he has not seen. Clients that send no If-Match notice nothing.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeUser } from './access-callers.ts';
import { E, make } from './directory.ts';
import type { Json } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
});
afterAll(() => server.stop());

/** How to make a record, where it is, and what replaces it. */
const NOUNS: Record<string, () => Promise<{ path: string; body: Json }>> = {
  contact: async () => ({ path: `/contacts/${(await make(server, '/contacts', { title: 'x' })).id}`, body: { title: 'y' } }),
  organization: async () => ({ path: `/organizations/${(await make(server, '/organizations', { name: 'x' })).id}`, body: { name: 'y' } }),
  'note of a contact': async () => {
    const contact = await make(server, '/contacts', {});
    return { path: `/contacts/${contact.id}/notes/${(await make(server, `/contacts/${contact.id}/notes`, { noteText: 'x' })).id}`, body: { noteText: 'y' } };
  },
  'note of an organization': async () => {
    const { id } = await make(server, '/organizations', { name: 'x' });
    return { path: `/organizations/${id}/notes/${(await make(server, `/organizations/${id}/notes`, { noteText: 'x' })).id}`, body: { noteText: 'y' } };
  },
  relationship: async () => {
    const body = { user: await makeUser(server), externalOrganization: await make(server, '/organizations', { name: 'x' }), relationship: 'knows' };
    return { path: `/relationships/${(await make(server, '/relationships', body)).id}`, body: { ...body, relationship: 'left' } };
  },
};

describe.each(Object.entries(NOUNS))('a %s', (_, makeOne) => {
  it('is written where it is what the writer has seen, and nowhere else', async () => {
    const { path, body } = await makeOne();
    const ask = (method: string, tag: string | undefined, sent?: Json) =>
      server.request(method, E + path, { ...(sent === undefined ? {} : { body: sent }), headers: tag === undefined ? {} : { 'if-match': tag } });
    const seen = (await ask('GET', undefined)).headers.get('etag') as string;
    expect(seen).toMatch(/^"\d+"$/);
    const replaced = await ask('PUT', seen, body);
    expect(replaced.status).toBe(200);
    const now = replaced.headers.get('etag') as string;
    expect(now).not.toBe(seen);
    expect((await ask('GET', undefined)).headers.get('etag')).toBe(now);
    const stale = [seen, '"9999"', 'W/"77"', '"abc"', 'xyz'];
    for (const tag of stale) {
      const patch = { changes: [] };
      for (const refused of [await ask('PUT', tag, body), await ask('PATCH', tag, patch), await ask('DELETE', tag)])
        expect(refused).toMatchObject({ status: 412, body: { status: 412, code: 'version.mismatch' } });
    }
    const patched = await ask('PATCH', now, { changes: [] });
    expect(patched.status).toBe(200);
    expect((await ask('PUT', '*', body)).status).toBe(200);
    expect((await ask('PUT', undefined, body)).status).toBe(200);
    const last = (await ask('GET', undefined)).headers.get('etag') as string;
    expect((await ask('DELETE', last)).status).toBe(200);
    expect((await ask('PUT', last, body)).status).toBe(404);
  });
});

it('of twenty who have seen the same record, one writes it', async () => {
  const { id } = await make(server, '/contacts', {});
  const seen = (await server.request('GET', `${E}/contacts/${id}`)).headers.get('etag') as string;
  const writers = Array.from({ length: 20 }, (_, i) =>
    server.request('PUT', `${E}/contacts/${id}`, { body: { title: `writer ${i}` }, headers: { 'if-match': seen } }),
  );
  const answers = await Promise.all(writers);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 412)]);
  const winner = answers.find(({ status }) => status === 200);
  expect((await server.request('GET', `${E}/contacts/${id}`)).body.title).toBe(winner?.body.title);
});

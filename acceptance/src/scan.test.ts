import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCaller, makeDivision, makeUser } from './access-callers.ts';
import { connectDatabase } from './database.ts';
import { idsOf, make } from './directory.ts';
import { makeOrganization } from './other-organization.ts';
import { connect, type Json, type OperationId, refused, SDKS, type Sdk } from './sdk.ts';
import { type Server, startServer } from './server.ts';

// Two full pages of the smallest size and a rest, unassigned; one more in a division.
const COUNT = 23;
let server: Server;
let division: { id: string; name: string };
const made: Record<string, string[]> = { Contacts: [], Organizations: [], Notes: [], Relationships: [] };
const divided: Record<string, string> = {};
let stranger: string;

beforeAll(async () => {
  server = await startServer();
  division = await makeDivision(server);
  const { clientId, clientSecret } = await makeOrganization(server, 'Stranger');
  stranger = await server.tokenFor(clientId, clientSecret);
  const user = await makeUser(server);
  for (let i = 0; i <= COUNT; i += 1) {
    const where = i === COUNT ? { division: { id: division.id } } : {};
    const contact = await make(server, '/contacts', { firstName: `Contact ${i}`, ...where });
    const organization = await make(server, '/organizations', { name: `Organization ${i}`, ...where });
    const note = await make(server, i % 2 === 0 ? `/contacts/${contact.id}/notes` : `/organizations/${organization.id}/notes`, { noteText: `Note ${i}` });
    const relationship = await make(server, '/relationships', {
      user: { id: user.id },
      externalOrganization: { id: organization.id },
      relationship: 'Manager',
    });
    for (const [kind, { id }] of Object.entries({ Contacts: contact, Organizations: organization, Notes: note, Relationships: relationship })) {
      if (i === COUNT) divided[kind] = id;
      else made[kind]?.push(id);
    }
  }
});
afterAll(() => server.stop());

/** When a record was changed, as its body says it; relationships do not. */
async function moment(kind: string, id: string): Promise<string> {
  const client = await connectDatabase(server);
  const { rows } = await client.query<{ at: string }>(
    `select wire_date(modified_at) as at from ${kind === 'Organizations' ? 'external_organizations' : kind.toLowerCase()} where id = $1`,
    [id],
  );
  await client.end();
  return rows[0]?.at as string;
}

describe.each(SDKS)('scans, by %s', (name) => {
  let contacts: Sdk['contacts'];
  beforeAll(async () => {
    ({ contacts } = await connect(server, name));
  });

  describe.each(Object.keys(made))('of %s', (kind) => {
    const scan = (opts: object = {}, all = '') => contacts[`getExternalcontactsScan${kind}${all}` as OperationId](opts);
    const whole = async (opts: object, all = '') => {
      const ids: string[] = [];
      for (let cursor = ''; ; ) {
        const page = await scan({ ...opts, cursor }, all);
        ids.push(...idsOf(page.entities));
        if (!page.cursors.after) return ids;
        expect(page.entities).toHaveLength(10);
        expect(page.nextUri).toContain(`cursor=${encodeURIComponent(page.cursors.after)}`);
        cursor = page.cursors.after;
      }
    };

    it('gives each unassigned record once, oldest first', async () => {
      expect(await whole({ limit: 10 })).toEqual(made[kind]);
      expect(await whole({ limit: 10, divisionId: '*' })).toEqual(made[kind]);
      expect(await scan()).toMatchObject({ cursors: {}, selfUri: `/api/v2/externalcontacts/scan/${kind.toLowerCase()}` });
    });

    it('gives those of a division', async () => {
      expect(await whole({ limit: 10, divisionId: division.id })).toEqual([divided[kind]]);
    });

    it('gives those of all divisions', async () => {
      expect(await whole({ limit: 10 }, 'DivisionviewsAll')).toEqual([...(made[kind] ?? []), divided[kind]]);
    });

    it('has no next page at its end', async () => {
      const last = await scan({ limit: 100 });
      expect(last).not.toHaveProperty('nextUri');
      expect(last.cursors).not.toHaveProperty('after');
    });

    it('is walked by its nextUri as well', async () => {
      const ids: string[] = [];
      for (let uri: string | undefined = `/api/v2/externalcontacts/scan/${kind.toLowerCase()}?limit=10`; uri; ) {
        const page: Json = (await server.request('GET', uri)).body;
        ids.push(...idsOf(page.entities));
        uri = page.nextUri;
      }
      expect(ids).toEqual(made[kind]);
    });

    it('goes on from where it was, whatever came and went', async () => {
      const first = await scan({ limit: 10 }, 'DivisionviewsAll');
      const cursor = first.cursors.after;
      const extra = await make(server, '/contacts', { firstName: 'Late' });
      await server.request('DELETE', `/api/v2/externalcontacts/contacts/${extra.id}`);
      expect(idsOf((await scan({ limit: 10, cursor }, 'DivisionviewsAll')).entities)).toEqual(made[kind]?.slice(10, 20));
    });

    it('refuses cursors that are not its own', async () => {
      const { cursors } = await scan({ limit: 10 });
      const cursor = cursors.after as string;
      const flipped = (cursor[0] === 'A' ? 'B' : 'A') + cursor.slice(1);
      const own = { status: 422, code: 'invalid.cursor' };
      for (const wrong of [flipped, cursor.slice(0, -4), `${cursor}AAAA`, 'nonsense', Buffer.from('{"id":"0"}').toString('base64url')]) {
        expect(await refused(scan({ limit: 10, cursor: wrong })), wrong).toMatchObject(own);
      }
      expect(await refused(scan({ limit: 10, cursor, divisionId: division.id }))).toMatchObject(own);
      expect(await refused(scan({ limit: 10, cursor }, 'DivisionviewsAll'))).toMatchObject(own);
      const another = kind === 'Notes' ? 'Contacts' : 'Notes';
      expect(await refused(contacts[`getExternalcontactsScan${another}` as OperationId]({ limit: 10, cursor }))).toMatchObject(own);
      const elsewhere = await server.request('GET', `/api/v2/externalcontacts/scan/${kind.toLowerCase()}?limit=10&cursor=${cursor}`, { token: stranger });
      expect(elsewhere.body).toMatchObject(own);
    });

    it('gives what was changed since a moment, in the order of changes, and nothing twice', async () => {
      const opts = (more: object) => new URLSearchParams({ limit: '10', ...more } as Record<string, string>);
      const since = async (modifiedSince: string, all = '/divisionviews/all') => {
        const ids: string[] = [];
        for (let uri: string | undefined = `/api/v2/externalcontacts/scan/${kind.toLowerCase()}${all}?${opts({ modifiedSince })}`; uri; ) {
          const page: Json = (await server.request('GET', uri)).body;
          ids.push(...idsOf(page.entities));
          uri = page.nextUri;
        }
        return ids;
      };
      const everything = [...(made[kind] ?? []), divided[kind]];
      expect(await since('2020-01-01T00:00:00Z')).toEqual(everything);
      expect(await since('2020-01-01T00:00:00Z', '')).toEqual(made[kind]);
      expect(await since('2999-01-01T00:00:00Z')).toEqual([]);
      const last = await moment(kind, everything.at(-1) as string);
      // To the millisecond, of which one may have two changes.
      const some = await since(last);
      expect(some).toEqual(everything.slice(-some.length));
      expect(some.length).toBeLessThan(4);
      expect(await since(last.replace('Z', '+00:00'))).toEqual(some);
    });

    it('refuses a cursor of a scan since another moment, and what is no moment', async () => {
      const scanned = `/api/v2/externalcontacts/scan/${kind.toLowerCase()}?limit=10`;
      const { cursors } = (await server.request('GET', `${scanned}&modifiedSince=2020-01-01T00:00:00Z`)).body;
      const invalid = { status: 422, body: { code: 'invalid.cursor' } };
      expect(await server.request('GET', `${scanned}&cursor=${cursors.after}`)).toMatchObject(invalid);
      expect(await server.request('GET', `${scanned}&modifiedSince=2020-01-02T00:00:00Z&cursor=${cursors.after}`)).toMatchObject(invalid);
      const plain = (await scan({ limit: 10 })).cursors.after;
      expect(await server.request('GET', `${scanned}&modifiedSince=2020-01-01T00:00:00Z&cursor=${plain}`)).toMatchObject(invalid);
      for (const wrong of ['yesterday', '2020-01-01', '2020-13-01T00:00:00Z', '2020-01-01T00:00:00', '0000-01-01T00:00:00Z'])
        expect(await server.request('GET', `${scanned}&modifiedSince=${wrong}`), wrong).toMatchObject({
          status: 400,
          body: { messageParams: { name: 'modifiedSince' } },
        });
    });

    it('expands as a read of one does', async () => {
      for (const path of [`scan/${kind.toLowerCase()}`, `scan/${kind.toLowerCase()}/divisionviews/all`]) {
        for (const entity of (await server.request('GET', `/api/v2/externalcontacts/${path}?expand=division`)).body.entities)
          expect(entity.division.name).toBe(entity.division.id === '*' ? 'Unassigned' : division.name);
      }
      expect(await server.request('GET', `/api/v2/externalcontacts/scan/${kind.toLowerCase()}?expand=nothing`)).toMatchObject({ status: 400 });
    });

    it('takes 10 to 200 records a page', async () => {
      expect((await scan({ limit: 200 })).entities).toHaveLength(COUNT);
      for (const limit of [9, 201, 'many']) {
        expect(await refused(scan({ limit }))).toMatchObject({ status: 400, code: 'invalid.query.param.value', messageParams: { name: 'limit' } });
        expect(await refused(scan({ limit }, 'DivisionviewsAll'))).toMatchObject({ status: 400, messageParams: { name: 'limit' } });
      }
      expect(await refused(scan({ divisionId: 'all' }))).toMatchObject({ status: 400, messageParams: { name: 'divisionId' } });
    });
  });
});

it('a scan of contacts names their organizations, for whoever may see those', async () => {
  const company = await make(server, '/organizations', { name: 'Company', division: { id: division.id } });
  const contact = await make(server, '/contacts', { externalOrganization: { id: company.id } });
  const scanned = '/api/v2/externalcontacts/scan/contacts?limit=200&expand=externalOrganization,identifiers';
  const seen = async (token?: string) =>
    (await server.request('GET', scanned, token ? { token } : {})).body.entities.find(({ id }: Json) => id === contact.id).externalOrganization;
  expect(await seen()).toMatchObject({ id: company.id, name: 'Company' });
  const { token } = await makeCaller(server, ['externalContacts:contact:view']);
  expect(Object.keys(await seen(token))).toEqual(['id', 'selfUri']);
});

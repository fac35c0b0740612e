import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase } from './database.ts';
import { DATE, idsOf, make, NOBODY, NOT_FOUND } from './directory.ts';
import { makeOrganization } from './other-organization.ts';
import { connect, type Json, refused, SDKS, type Sdk } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
const trustors: { organizationId: string }[] = [];
let stranger: { organizationId: string };

beforeAll(async () => {
  server = await startServer();
  for (const name of ['Trustor One', 'Trustor Two']) trustors.push(await makeOrganization(server, name));
  stranger = await makeOrganization(server, 'Stranger');
  const database = await connectDatabase(server);
  for (const { organizationId } of trustors) {
    await database.query('insert into trusts (org_id, trustee_org_id, created_at) values ($1, $2, now())', [organizationId, server.firstRun.organizationId]);
  }
  // One whose trust has ended.
  await database.query(`insert into trusts (org_id, trustee_org_id, created_at, expires_at) values ($1, $2, now(), now() - interval '1 day')`, [
    stranger.organizationId,
    server.firstRun.organizationId,
  ]);
  await database.end();
});
afterAll(() => server.stop());

describe.each(SDKS)('trustor links, by %s', (name) => {
  let contacts: Sdk['contacts'];
  const ids: [string, string] = ['', ''];
  beforeAll(async () => {
    ({ contacts } = await connect(server, name));
    ids[0] = (trustors[0] as { organizationId: string }).organizationId;
    ids[1] = (trustors[1] as { organizationId: string }).organizationId;
  });
  const link = (id: string, trustorId: string) => contacts.putExternalcontactsOrganizationTrustorTrustorId(id, trustorId);
  const unlink = (id: string) => contacts.deleteExternalcontactsOrganizationTrustor(id);

  it('binds an organization to who trusts us, one to one', async () => {
    const one = await make(server, '/organizations', { name: 'One' });
    const two = await make(server, '/organizations', { name: 'Two' });
    expect(await link(one.id, ids[0])).toMatchObject({
      division: { id: '*' },
      externalOrganizationId: one.id,
      trustorOrgId: ids[0],
      dateCreated: expect.stringMatching(DATE),
      externalOrganizationUri: one.selfUri,
    });
    expect(await link(one.id, ids[0])).toMatchObject({ trustorOrgId: ids[0] });
    expect(await refused(link(two.id, ids[0]))).toMatchObject({ status: 409, code: 'conflict' });
    expect(await link(two.id, ids[1])).toMatchObject({ trustorOrgId: ids[1] });
    expect(await refused(link(two.id, ids[0]))).toMatchObject({ status: 409 });
    await unlink(one.id);
    expect(await link(two.id, ids[0])).toMatchObject({ trustorOrgId: ids[0] });
    expect(await refused(unlink(one.id))).toEqual(NOT_FOUND);
    await unlink(two.id);
  });

  it('shows the trustor only when asked', async () => {
    const { id } = await make(server, '/organizations', { name: 'Shown' });
    await link(id, ids[0]);
    const trustor = {
      id: ids[0],
      enabled: true,
      dateCreated: expect.stringMatching(DATE),
      organization: expect.objectContaining({ id: ids[0], name: 'Trustor One', selfUri: `/api/v2/organizations/${ids[0]}` }),
      // A client is nobody's member.
      authorization: { permissions: [] },
      selfUri: `/api/v2/orgauthorization/trustors/${ids[0]}`,
    };
    expect(await contacts.getExternalcontactsOrganization(id)).not.toHaveProperty('trustor');
    expect(await contacts.getExternalcontactsOrganization(id, { includeTrustors: false })).not.toHaveProperty('trustor');
    expect((await contacts.getExternalcontactsOrganization(id, { includeTrustors: true })).trustor).toEqual(trustor);
    const listed = await contacts.getExternalcontactsOrganizations({ q: 'shown', includeTrustors: true });
    expect(listed.entities).toMatchObject([{ id, trustor }]);
    await contacts.deleteExternalcontactsOrganization(id);
    const again = await make(server, '/organizations', { name: 'After' });
    expect(await link(again.id, ids[0])).toMatchObject({ externalOrganizationId: again.id });
    await contacts.deleteExternalcontactsOrganization(again.id);
  });

  it('lists by trustor, in the order asked for, whatever the search', async () => {
    const made: Json[] = [];
    for (const i of [0, 1] as const) {
      const organization = await make(server, '/organizations', { name: `Listed ${i}` });
      await link(organization.id, ids[i]);
      made.push(organization);
    }
    const list = async (trustorId: string[], opts = {}) => contacts.getExternalcontactsOrganizations({ trustorId, ...opts });
    expect(idsOf((await list([ids[0], ids[1]])).entities)).toEqual(idsOf(made));
    expect(idsOf((await list([ids[1], ids[0]], { q: 'nothing of the kind' })).entities)).toEqual(idsOf(made.toReversed()));
    expect(await list([ids[1], NOBODY])).toMatchObject({ total: 1, entities: [{ id: made[1].id }] });
    expect(await list([stranger.organizationId])).toMatchObject({ total: 0, entities: [] });
    expect(await refused(list(Array.from({ length: 26 }, (_, i) => `${NOBODY.slice(0, -2)}${10 + i}`)))).toMatchObject({
      status: 400,
      messageParams: { name: 'trustorId' },
    });
    for (const { id } of made) await contacts.deleteExternalcontactsOrganization(id);
  });

  it('needs an organization that trusts us at present', async () => {
    const { id } = await make(server, '/organizations', { name: 'Alone' });
    for (const trustorId of [NOBODY, stranger.organizationId, server.firstRun.organizationId, 'nobody']) {
      expect(await refused(link(id, trustorId)), trustorId).toEqual(NOT_FOUND);
    }
    expect(await refused(link(NOBODY, ids[0]))).toEqual(NOT_FOUND);
    expect(await refused(unlink(NOBODY))).toEqual(NOT_FOUND);
  });
});

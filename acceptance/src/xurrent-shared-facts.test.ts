// An organization's general telephone, fax and websites are the same facts in both APIs, whoever writes them and by whatever
// way: writes of either, merges, imports that are taken back, enrichment.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDivision, must } from './access-callers.ts';
import { E, make, NOBODY } from './directory.ts';
import { D, suggestionOf } from './duplicates-finder.ts';
import { COMPANIES, csvOf, I, importAll, importOf, layOut, PEOPLE, until } from './importing.ts';
import { type Json, type Server, startServer } from './server.ts';
import { inDirectory, type Xurrent, xurrent } from './xurrent-caller.ts';

let server: Server;
let api: Xurrent;
beforeAll(async () => {
  server = await startServer();
  api = xurrent(server);
});
afterAll(() => server.stop());

/** What each of the two says of the same facts. */
async function facts(uuid: string) {
  const { phoneNumber, faxNumber, websites = [] } = await inDirectory(server, uuid);
  const { entities } = await must(server, 'GET', points(uuid));
  const values = (label: string, protocol: string) =>
    entities.filter((line: Json) => line.label === label && line[protocol]).map((line: Json) => line[protocol]);
  return {
    directory: { phone: phoneNumber?.userInput, fax: faxNumber?.userInput, websites },
    xurrent: { phone: values('general', 'telephone')[0], fax: values('fax', 'telephone')[0], websites: values('general', 'website') },
  };
}

const points = (uuid: string) => `/liaison/v1/organizations/${uuid}/contact-points`;
const contactsOf = async (uuid: string) => `/organizations/${(await must(server, 'GET', points(uuid))).organizationNumber}/contacts`;
const put = (uuid: string, body: Json) => must(server, 'PUT', `${E}/organizations/${uuid}`, { name: 'Best IT', ...body });
const phone = (display: string, more = {}) => ({ display, ...more });

describe('a fact', () => {
  it('written in one is read in the other', async () => {
    const { contacts, uuid } = await api.organization();
    for (const line of [
      { label: 'general', telephone: '+1 (203) 413 4880' },
      { label: 'fax', telephone: '+1 (203) 413 4881' },
      { label: 'general', website: 'www.best-it.com' },
    ])
      await api.must('POST', contacts, line);
    expect(await inDirectory(server, uuid)).toMatchObject({
      phoneNumber: { display: '+1 203 413 4880', userInput: '+1 (203) 413 4880', e164: '+12034134880' },
      faxNumber: { e164: '+12034134881' },
      websites: ['www.best-it.com'],
    });
    await put(uuid, { phoneNumber: phone('555-0100'), websites: ['b', 'www.best-it.com'] });
    const lines = await api.must('GET', contacts);
    expect(lines.map(({ id: _, ...line }: Json) => line)).toEqual([
      { label: 'general', telephone: '555-0100' },
      { label: 'general', website: 'b' },
      { label: 'general', website: 'www.best-it.com' },
    ]);
  });

  it('keeps its id in the second while the first changes it, and what is known of a number while the second changes something else', async () => {
    const made = await make(server, '/organizations', { name: 'A', phoneNumber: phone('555-0100', { extension: 7 }), websites: ['a', 'b'] });
    const { organizationNumber, entities } = await must(server, 'GET', points(made.id));
    const contacts = `/organizations/${organizationNumber}/contacts`;
    const idOf = (list: Json[], value: string) => list.find((line) => Object.values(line).includes(value)).id;
    await api.must('PATCH', `${contacts}/${idOf(entities, '555-0100')}`, { integration: true });
    expect((await inDirectory(server, made.id)).phoneNumber).toMatchObject({ userInput: '555-0100', extension: 7 });
    await put(made.id, { phoneNumber: phone('555-0101'), websites: ['c', 'b'] });
    const now = await api.must('GET', `${contacts}?fields=label,telephone,website,integration`);
    expect(now).toEqual([
      { id: idOf(entities, '555-0100'), label: 'general', telephone: '555-0101', integration: true },
      { id: idOf(entities, 'a'), label: 'general', website: 'c', integration: false },
      { id: idOf(entities, 'b'), label: 'general', website: 'b', integration: false },
    ]);
  });

  it('of two general telephones the first is the phone number; when it goes, the next one is; none means none', async () => {
    const { contacts, uuid } = await api.organization();
    const [first] = [
      await api.must('POST', contacts, { label: 'general', telephone: '1' }),
      await api.must('POST', contacts, { label: 'general', telephone: '2' }),
    ];
    expect((await facts(uuid)).directory.phone).toBe('1');
    await api.must('PATCH', `${contacts}/${first.id}`, { label: 'service_desk' });
    expect((await facts(uuid)).directory.phone).toBe('2');
    await api.must('POST', contacts, { label: 'general', telephone: '3' });
    await put(uuid, {});
    expect((await api.must('GET', contacts)).map(({ telephone }: Json) => telephone)).toEqual(['1']);
  });

  it('is a change of the organization: version, event and audit', async () => {
    const { contacts, uuid } = await api.organization();
    const { id } = await api.must('POST', contacts, { label: 'general', telephone: '555-0100' });
    await api.must('PATCH', `${contacts}/${id}`, { integration: true });
    const { entities } = await must(server, 'GET', `/liaison/v1/audits?entityId=${uuid}`);
    const [flagged, added] = entities.toSorted((a: Json, b: Json) => b.time.localeCompare(a.time));
    expect(flagged.changes.map(({ field }: Json) => field)).toEqual(['$.contactPoints', '$.modifyDate']);
    expect(added.changes.map(({ field }: Json) => field)).toEqual(expect.arrayContaining(['$.phoneNumber', '$.contactPoints']));
    const events = await must(server, 'GET', `/liaison/v1/events?topics=v2.externalcontacts.organizations.${uuid}`);
    expect(events.entities.at(-1).eventBody).toMatchObject({ phoneNumber: { userInput: '555-0100' }, contactPoints: [{ id, integration: true }] });
  });
});

describe('contact points under /liaison/v1', () => {
  it('are replaced together: what has an id stays, what has none is new, what is left out goes', async () => {
    const { contacts, uuid } = await api.organization();
    const [a] = [await api.must('POST', contacts, { label: 'general', email: 'a' }), await api.must('POST', contacts, { label: 'general', email: 'b' })];
    const { entities } = await must(server, 'PUT', points(uuid), {
      entities: [
        { label: 'fax', telephone: '1' },
        { id: a.id, label: 'service_desk', email: 'A' },
      ],
    });
    expect(entities).toEqual([
      { id: expect.any(Number), label: 'fax', telephone: '1', integration: false },
      { id: a.id, label: 'service_desk', email: 'A', integration: false },
    ]);
    expect((await facts(uuid)).directory).toEqual({ phone: undefined, fax: '1', websites: [] });
  });

  it.each([
    ['an id of another organization', { id: 1, label: 'general', email: 'a' }, 'entities[0].id'],
    ['no value', { label: 'general' }, 'entities[0]'],
    ['a fax that is none', { label: 'fax', email: 'a' }, 'entities[0].label'],
  ])('%s is refused', async (_, entity, fieldName) => {
    const { uuid } = await api.organization();
    const { status, body } = await server.request('PUT', points(uuid), { body: { entities: [entity] } });
    expect([status, body.code, body.details[0].fieldName]).toEqual([422, 'constraint.validation', fieldName]);
  });

  it('are not emptied by a body that does not name them', async () => {
    const { uuid, contacts } = await api.organization();
    await api.must('POST', contacts, { label: 'general', telephone: '1' });
    for (const body of [{}, { entities: null }, { contactPoints: [] }]) expect((await server.request('PUT', points(uuid), { body })).status).toBe(422);
    expect(await api.must('GET', contacts)).toHaveLength(1);
  });

  it('of an organization that is not there are not there', async () => {
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', { entities: [] }],
    ] as const)
      expect((await server.request(method, points(NOBODY), { body })).status).toBe(404);
  });
});

describe('other ways to write an organization', () => {
  it('a merge keeps the contact points of all, each once, and the children', async () => {
    const body = { name: 'Bagadako Works', phoneNumber: phone('+13176000001'), websites: ['https://bagadako.example'] };
    const [kept, other] = [await make(server, '/organizations', body), await make(server, '/organizations', body)];
    const pair = await suggestionOf(server, other.id, 'organization');
    const contacts = await contactsOf(other.id);
    const [, ours, theirs] = /organizations\/(\d+).*organizations\/(\d+)/.exec(`${await contactsOf(kept.id)} ${contacts}`) as unknown as string[];
    const child = await api.organization({ name: 'Child', parent_id: Number(theirs) });
    await api.must('PATCH', `/organizations/${theirs}`, { sourceID: 'X1', remarks: 'theirs', disabled: true });
    const line = await api.must('POST', contacts, { label: 'service_desk', email: 'help' });
    for (const value of [{ telephone: '2' }, { website: 'HTTPS://bagadako.example' }]) await api.must('POST', contacts, { label: 'general', ...value });
    await must(server, 'POST', `${D}/${pair.id}/accept`);
    const lines: Json[] = await api.must('GET', await contactsOf(kept.id));
    expect(lines.map(({ id: _, ...rest }) => rest)).toEqual([
      { label: 'general', telephone: '+13176000001' },
      { label: 'general', telephone: '2' },
      { label: 'service_desk', email: 'help' },
      { label: 'general', website: expect.stringMatching(/^https:..bagadako.example$/i) },
    ]);
    expect(lines[2].id).toBe(line.id);
    const { directory, xurrent: second } = await facts(kept.id);
    expect(second).toEqual(directory);
    expect(await api.must('GET', `/organizations/${child.id}`)).toMatchObject({ parent: { id: Number(ours) } });
    // What only the second dialect says is taken over, too; whether it is disabled is each one's own affair.
    expect(await api.must('GET', `/organizations/${ours}`)).toMatchObject({ sourceID: 'X1', remarks: 'theirs', disabled: false });
    expect((await api.send('GET', contacts)).status).toBe(404);
  });

  it('an import changes them, and gives them back', async () => {
    const columns = {
      ...PEOPLE,
      ...COMPANIES,
      Number: '$.externalOrganization.phoneNumber',
      Site: '$.externalOrganization.websites',
    };
    const layout = await layOut(server, columns);
    const externalIds = [{ externalSource: { id: layout.sourceId }, value: 'c1' }];
    const { id } = await make(server, '/organizations', { name: 'Imported', phoneNumber: phone('1'), websites: ['a', 'b'], externalIds });
    const contacts = await contactsOf(id);
    for (const line of [{ telephone: '2' }, { email: 'e' }]) await api.must('POST', contacts, { label: 'general', ...line });
    const before: Json[] = await api.must('GET', contacts);
    const job = await importAll(
      server,
      layout,
      csvOf(Object.keys(columns), [{ Id: '1', First: 'F', Last: 'L', 'Company Id': 'c1', Company: 'Imported', Number: '9', Site: '["c"]' }]),
    );
    const after: Json[] = await api.must('GET', contacts);
    expect(after.map(({ telephone, email, website }) => telephone ?? email ?? website)).toEqual(['9', '2', 'e', 'c']);
    expect(after.map((line) => line.id)).toEqual(before.slice(0, 4).map((line) => line.id));
    await must(server, 'POST', `${I}/${job.id}/undo`);
    await until(
      () => importOf(server, job.id),
      ({ undo }) => undo.status !== 'Running',
    );
    expect(await api.must('GET', contacts)).toEqual(before);
  });

  it('enrichment changes them', async () => {
    const source = await make(server, '/externalsources', { name: 'Enriched', active: true });
    const externalIds = [{ externalSource: { id: source.id }, value: 'e1' }];
    const { id } = await make(server, '/organizations', { name: 'Enriched', externalIds });
    const contacts = await contactsOf(id);
    await api.must('POST', contacts, { label: 'general', email: 'e' });
    const identifier = { type: 'ExternalId', ...externalIds[0] };
    await must(server, 'POST', `${E}/organizations/enrich`, {
      action: 'Update',
      matchingIdentifiers: [identifier],
      externalOrganization: { phoneNumber: phone('5') },
    });
    expect((await api.must('GET', contacts)).map(({ telephone, email }: Json) => telephone ?? email)).toEqual(['5', 'e']);
  });
});

describe('any interleaving of writes through both', () => {
  const TEXTS = ['1', '2', '+1 203 413 4880 ext. 5', 'x'];
  const text = fc.constantFrom(...TEXTS);
  const line = fc.oneof(
    fc.record({ label: fc.constantFrom('general', 'fax', 'service_desk', 'service_desk_fax'), telephone: text }),
    fc.record({ label: fc.constantFrom('general', 'service_desk'), website: text }),
    fc.record({ label: fc.constantFrom('general', 'service_desk'), email: text }),
  );
  const said = fc.record(
    { phoneNumber: text.map((display) => ({ display })), faxNumber: text.map((display) => ({ display })), websites: fc.array(text, { maxLength: 3 }) },
    { requiredKeys: [] },
  );
  const place = fc.nat(9);
  const step = fc.oneof(
    fc.record({ do: fc.constant('add' as const), line }),
    fc.record({ do: fc.constant('change' as const), place, line }),
    fc.record({ do: fc.constant('remove' as const), place }),
    fc.record({ do: fc.constant('clear' as const) }),
    fc.record({ do: fc.constant('put' as const), said }),
    fc.record({ do: fc.constant('patch' as const), said }),
  );

  it('leaves both views with the same facts, and changes no other contact point', async () => {
    const division = (await makeDivision(server)).id;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 10 }), async (steps) => {
        const { id: uuid } = await make(server, '/organizations', { name: 'Best IT', division: { id: division } });
        const contacts = await contactsOf(uuid);
        for (const one of steps) {
          const before: Json[] = await api.must('GET', contacts);
          await take(one, uuid, contacts, before);
          const { directory, xurrent: second } = await facts(uuid);
          expect(second).toEqual(directory);
          // What the first dialect has no field for, it leaves alone; and no two contact points have one id.
          const after: Json[] = await api.must('GET', contacts);
          const others = (list: Json[]) => list.filter((one) => one.email || one.label.startsWith('service_desk'));
          if (one.do === 'put' || one.do === 'patch') expect(others(after)).toEqual(others(before));
          expect(new Set(after.map(({ id }) => id)).size).toBe(after.length);
        }
      }),
      { numRuns: 25 },
    );
  });

  async function take(one: typeof step extends fc.Arbitrary<infer Step> ? Step : never, uuid: string, contacts: string, lines: Json[]): Promise<void> {
    const chosen = 'place' in one ? lines[one.place % (lines.length || 1)]?.id : undefined;
    const none = { telephone: null, email: null, website: null };
    switch (one.do) {
      case 'add':
        await api.must('POST', contacts, one.line);
        return;
      case 'change':
        if (chosen) await api.must('PATCH', `${contacts}/${chosen}`, { ...none, ...one.line });
        return;
      case 'remove':
        if (chosen) await api.must('DELETE', `${contacts}/${chosen}`);
        return;
      case 'clear':
        return api.must('DELETE', contacts);
      case 'put':
        return put(uuid, one.said);
      case 'patch': {
        const changes = Object.entries(one.said).map(([field, value]) => ({ field: `$.${field}`, action: 'Update', value }));
        return must(server, 'PATCH', `${E}/organizations/${uuid}`, { changes });
      }
    }
  }

  it('at the same time loses none of them', async () => {
    const { contacts, uuid } = await api.organization();
    const emails = ['a', 'b', 'c', 'd'];
    const writes = [
      ...emails.map((email) => api.send('POST', contacts, { label: 'general', email })),
      server.request('PATCH', `${E}/organizations/${uuid}`, { body: { changes: [{ field: '$.phoneNumber', action: 'Update', value: { display: '1' } }] } }),
    ];
    expect((await Promise.all(writes)).map(({ status }) => status).sort()).toEqual([200, 201, 201, 201, 201]);
    const lines: Json[] = await api.must('GET', contacts);
    expect(lines.map(({ email, telephone }) => email ?? telephone).sort()).toEqual(['1', ...emails]);
    const { directory, xurrent: second } = await facts(uuid);
    expect(second).toEqual(directory);
  });
});

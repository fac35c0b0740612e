// What is exported can be imported again, and gives the same directory: generated contacts and external organizations go
// from one organization into another, as NDJSON through the bulk operations and as CSV through import jobs.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { must } from './access-callers.ts';
import { E } from './directory.ts';
import { exportOf, fileOf, objectsOf } from './exporting.ts';
import { importAll, layOut } from './importing.ts';
import { makeOrganization } from './other-organization.ts';
import type { Json } from './sdk.ts';
import { type Server, startServer } from './server.ts';

const RUNS = Number(process.env.LIAISON_ROUND_TRIPS ?? 3);

/** An organization as the test needs it: what its records refer to. */
interface Place {
  token: string;
  /** Of external ids: the first is the key of imports. */
  sources: [string, string];
  /** Contacts are of one or the other, and their custom fields as well. */
  schemas: [string, string];
}

let server: Server;
let from: Place;
let to: Place;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
  const { clientId, clientSecret } = await makeOrganization(server, 'Elsewhere');
  [from, to] = [await furnish(await server.tokenFor(clientId, clientSecret)), await furnish(await server.token())];
});
afterAll(() => server.stop());

const property = (type: string, more: object = {}) => ({ allOf: [{ $ref: `#/definitions/${type}` }], title: type, description: type, ...more });
const FIELDS = {
  note_text: property('text'),
  count_integer: property('integer'),
  ratio_number: property('number'),
  vip_checkbox: property('checkbox'),
  born_date: property('date'),
  labels_tag: property('tag', { items: { minLength: 1, maxLength: 20 }, minItems: 0, maxItems: 10, uniqueItems: true }),
};
const OTHER_FIELDS = {
  größe_text: property('text'),
  'a.b[0] c': property('longtext'),
  rank_integer: property('integer'),
  open_checkbox: property('checkbox'),
  likes_tag: property('tag', { items: { minLength: 1, maxLength: 20 }, minItems: 0, maxItems: 10, uniqueItems: true }),
};

async function furnish(token: string): Promise<Place> {
  const source = async (name: string): Promise<string> => (await must(server, 'POST', `${E}/externalsources`, { name, active: true }, token)).id;
  const schema = async (name: string, properties: object): Promise<string> =>
    (await must(server, 'POST', `${E}/contacts/schemas`, { name, enabled: true, jsonSchema: { title: name, properties } }, token)).id;
  // What a schema had that is deleted is in the header still.
  const gone = await schema('Gone', { gone_integer: property('integer') });
  await must(server, 'DELETE', `${E}/contacts/schemas/${gone}`, undefined, token);
  return { token, sources: [await source('Keys'), await source('Others')], schemas: [await schema('Fields', FIELDS), await schema('Others', OTHER_FIELDS)] };
}

// Directories --------------------------------------------------------------------------------------------------------

const anyText = (maxLength = 30) =>
  fc
    .oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength }),
      fc
        .tuple(fc.constantFrom('=', '+', '-', '@', "'", "'=", "''+", '"', ',', ';', '\\', '[', '{'), fc.string({ maxLength: maxLength - 2 }))
        .map((parts) => parts.join('')),
      fc.constantFrom('a\nb', 'a\r\nb', 'x"y""z', '\\.', 'NULL', 'Größe, 日本', "O'Neill"),
    )
    .filter((one) => one !== '' && one.length <= maxLength);
/** What imports keep as it is but for texts of custom fields: they cut white space off at the ends of cells. */
const text = (maxLength = 30) => anyText(maxLength).filter((one) => one.trim() === one);
const customText = fc.oneof(anyText(), fc.constantFrom(' lead\n', '\u00a0', '\t=1', ' '));
const phone = fc.record(
  {
    display: fc.constantFrom('+442079460123', '(317) 222-2222', '+1 317 222 2222 ext 7', 'ask for Bob', '=1+1'),
    extension: fc.integer({ min: 1, max: 9999 }),
    acceptsSMS: fc.boolean(),
    normalizationCountryCode: fc.constantFrom('GB', 'DE'),
  },
  { requiredKeys: ['display'] },
);
const email = fc.stringMatching(/^[a-z]{1,8}@example\.com$/);
const address = fc.record(
  { address1: text(), address2: text(), city: text(), state: text(), postalCode: text(20), countryCode: text(20) },
  { requiredKeys: [] },
);
const twitterId = fc.record({ id: text(), name: text(), screenName: fc.stringMatching(/^@?[a-z]{1,8}$/), verified: fc.boolean() }, { requiredKeys: [] });
const ids = (name: string) => fc.record({ displayName: text(), ids: text().map((id) => [{ [name]: id }]) }, { requiredKeys: ['ids'] });
const customFields = fc.record(
  {
    note_text: customText,
    count_integer: fc.integer(),
    ratio_number: fc.integer({ min: -1000, max: 1000 }).map((n) => n / 8),
    vip_checkbox: fc.boolean(),
    born_date: fc.constantFrom('1815-12-10', '2000-02-29'),
    labels_tag: fc.uniqueArray(text(20), { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ['note_text'] },
);
const otherCustomFields = fc.record(
  {
    größe_text: customText,
    'a.b[0] c': customText,
    rank_integer: fc.integer(),
    open_checkbox: fc.boolean(),
    likes_tag: fc.uniqueArray(text(20), { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ['rank_integer'] },
);

const contact = fc.record(
  {
    firstName: text(),
    lastName: text(),
    middleName: text(),
    salutation: text(),
    title: text(),
    workPhone: phone,
    cellPhone: phone,
    homePhone: phone,
    otherPhone: phone,
    workEmail: email,
    personalEmail: email,
    otherEmail: email,
    address,
    twitterId,
    lineId: ids('userId'),
    facebookId: ids('scopedId'),
    instagramId: ids('scopedId'),
    whatsAppId: fc.record({ phoneNumber: fc.constantFrom('+442079460123', '442079460123').map((display) => ({ display })), displayName: text() }),
    appleOpaqueIds: fc.uniqueArray(text(), { minLength: 1, maxLength: 10 }).map((values) => values.map((value) => ({ value }))),
    surveyOptOut: fc.boolean(),
    externalSystemUrl: fc.constant('https://example.com/a?b=c,d'),
    customFields: fc.oneof(customFields, otherCustomFields),
    others: fc.uniqueArray(text(), { maxLength: 3 }),
    /** Which of the organizations it belongs to. */
    at: fc.nat({ max: 2 }),
  },
  { requiredKeys: ['firstName', 'lastName'] },
);
const organization = fc.record(
  {
    name: text(),
    companyType: text(),
    industry: text(),
    address,
    phoneNumber: phone,
    faxNumber: phone,
    employeeCount: fc.nat(),
    revenue: fc.nat(),
    tags: fc.uniqueArray(text(), { minLength: 1, maxLength: 5 }),
    websites: fc.uniqueArray(text(), { minLength: 1, maxLength: 3 }),
    tickers: fc.array(fc.record({ symbol: text(), exchange: text() }), { minLength: 1, maxLength: 4 }),
    twitterId,
  },
  { requiredKeys: ['name'] },
);
const directory = fc.record({
  organizations: fc.array(organization, { minLength: 1, maxLength: 3 }),
  contacts: fc.array(contact, { minLength: 1, maxLength: 12 }),
});

// The way there and back -----------------------------------------------------------------------------------------------

const division = async (token: string): Promise<string> =>
  (await must(server, 'POST', '/api/v2/authorization/divisions', { name: `Division ${crypto.randomUUID()}` }, token)).id;

async function addAll(noun: 'contacts' | 'organizations', entities: Json[], token: string): Promise<Json[]> {
  const { results } = await must(server, 'POST', `${E}/bulk/${noun}/add`, { entities }, token);
  return results.map((result: Json) => {
    if (result.success !== true) throw new Error(JSON.stringify(result));
    return result.entity;
  });
}

const exported = (kind: string, format: string, divisionId: string, token: string) => exportOf(server, { kind, format, divisionIds: [divisionId] }, { token });

/** Records without what the server gave them, and with names for what they refer to, in the order of their keys. */
function comparable(records: Json[], place: Place, organizations: Json[] = []): Json[] {
  const keyOf = ({ externalIds }: Json): string => externalIds.find(({ externalSource }: Json) => externalSource.id === place.sources[0]).value;
  return records
    .map(({ id: _, createDate, modifyDate, selfUri, division: __, schema, externalIds, externalOrganization, ...rest }) => ({
      ...rest,
      schema: schema && place.schemas.indexOf(schema.id),
      externalIds: externalIds.map(({ externalSource, value }: Json) => [place.sources.indexOf(externalSource.id), value]),
      organization: externalOrganization && keyOf(organizations.find((one) => one.id === externalOrganization.id)),
    }))
    .sort((a, b) => (a.externalIds[0][1] < b.externalIds[0][1] ? -1 : 1));
}

/** The same text with the other place's ids. */
function moved(content: string, organizations: [Json, Json][]): string {
  const ids: [string, string][] = [
    [from.sources[0], to.sources[0]],
    [from.sources[1], to.sources[1]],
    [from.schemas[0], to.schemas[0]],
    [from.schemas[1], to.schemas[1]],
    ...organizations.map(([one, other]): [string, string] => [one.id, other.id]),
  ];
  return ids.reduce((all, [old, anew]) => all.replaceAll(old, anew), content);
}

const byKey = (theirs: Json[], ours: Json[]): [Json, Json][] =>
  theirs.map((one) => [one, ours.find(({ externalIds }) => externalIds[0].value === one.externalIds[0].value)] as [Json, Json]);

/** As a caller sends it: a phone number shows what was typed. */
function asSent(record: Json): Json {
  for (const value of Object.values(record) as Json[]) {
    const number = value?.phoneNumber ?? value;
    if (typeof number === 'object' && number?.userInput) number.display = number.userInput;
  }
  return record;
}

async function build({ contacts, organizations }: { contacts: Json[]; organizations: Json[] }, divisionId: string): Promise<void> {
  const [keys, others] = from.sources;
  const key = (i: number) => ({ externalSource: { id: keys }, value: `${divisionId} ${String(i).padStart(3, '0')}` });
  const at = { division: { id: divisionId } };
  const made = await addAll(
    'organizations',
    organizations.map((body, i) => ({ ...body, ...at, externalIds: [key(i)] })),
    from.token,
  );
  const bodies = contacts.map(({ others: values = [], at: place, ...body }, i) => ({
    ...body,
    ...at,
    externalIds: [key(i), ...values.map((value: string) => ({ externalSource: { id: others }, value }))],
    ...(body.customFields ? { schema: { id: from.schemas['rank_integer' in body.customFields ? 1 : 0] } } : {}),
    ...(made[place] ? { externalOrganization: { id: made[place].id } } : {}),
  }));
  await addAll('contacts', bodies, from.token);
}

it(`holds for ${RUNS} directories`, { timeout: 120_000 * RUNS }, async () => {
  await fc.assert(
    fc.asyncProperty(directory, async (generated) => {
      const home = await division(from.token);
      await build(generated, home);
      const read = async (kind: string, divisionId: string, { token }: Place) => objectsOf(await exported(kind, 'ndjson', divisionId, token));
      const [organizations, contacts] = [await read('organization', home, from), await read('contact', home, from)];
      const expected = { organizations: comparable(organizations, from), contacts: comparable(contacts, from, organizations) };
      const found = async (divisionId: string) => {
        const [theirs, people] = [await read('organization', divisionId, to), await read('contact', divisionId, to)];
        return { organizations: comparable(theirs, to), contacts: comparable(people, to, theirs) };
      };

      const first = await division(to.token);
      const sent = (records: Json[], pairs: [Json, Json][]) =>
        (JSON.parse(moved(JSON.stringify(records), pairs)) as Json[]).map(({ id: _, ...record }) => ({ ...asSent(record), division: { id: first } }));
      const made = await addAll('organizations', sent(organizations, []), to.token);
      await addAll('contacts', sent(contacts, byKey(organizations, made)), to.token);
      expect(await found(first)).toEqual(expected);

      const second = await division(to.token);
      const bring = async (kind: string, pairs: [Json, Json][]) => {
        const done = await exported(kind, 'csv', home, from.token);
        const columns = Object.fromEntries(done.importMapping.map(({ sourceField, targetField }: Json) => [sourceField, targetField]));
        const layout = await layOut(server, columns, { sourceId: to.sources[0] });
        const job = await importAll(server, layout, moved(await fileOf(done), pairs), { division: second });
        expect(job).toMatchObject({ status: 'Completed', metadata: { importFailedCount: 0 } });
      };
      await bring('organization', []);
      await bring('contact', byKey(organizations, await read('organization', second, to)));
      expect(await found(second)).toEqual(expected);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

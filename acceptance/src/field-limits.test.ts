import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { E, make, NOBODY } from './directory.ts';
import type { Json } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
let sourceId: string;
beforeAll(async () => {
  server = await startServer();
  sourceId = (await make(server, '/externalsources', { name: 'CRM' })).id;
});
afterAll(() => server.stop());

const text = (length: number) => 'é'.repeat(length);
const email = (length: number) => `${'a'.repeat(length - 10)}@b.example`;
const url = (length: number) => `https://x.example/${'a'.repeat(length - 18)}`;
const times = <T>(count: number, item: (i: number) => T) => Array.from({ length: count }, (_, i) => item(i));

/** `a.b[0].c` and a value → { a: { b: [{ c: value }] } }, beside what its neighbours need. */
function nested(path: string, value: unknown): Json {
  const [head, ...rest] = path.split('.') as [string, ...string[]];
  const inner = rest.length > 0 ? { ...besides(path), ...nested(rest.join('.'), value) } : value;
  return head.endsWith('[0]') ? { [head.slice(0, -3)]: [inner] } : { [head]: inner };
}

function besides(path: string): object {
  if (path === 'externalIds[0].value') return { externalSource: { id: sourceId } };
  if (path === 'tickers[0].symbol') return { exchange: 'X' };
  if (path === 'tickers[0].exchange') return { symbol: 'X' };
  if (/^(lineId|facebookId|instagramId)\.(displayName|handle)$/.test(path)) return { ids: [path.startsWith('line') ? { userId: 'u' } : { scopedId: 's' }] };
  if (path === 'whatsAppId.displayName') return { phoneNumber: { display: '+33100000001' } };
  if (path.endsWith('normalizationCountryCode')) return { display: '1' };
  return {};
}

function at(body: Json, path: string): unknown {
  return path
    .split(/[.[\]]+/)
    .filter(Boolean)
    .reduce((value, name) => value?.[name], body);
}

type Limit = [path: string, most: number, value: (length: number) => unknown];

const ADDRESS: Limit[] = [
  ['address.address1', 200, text],
  ['address.address2', 200, text],
  ['address.city', 100, text],
  ['address.state', 50, text],
  ['address.postalCode', 25, text],
  ['address.countryCode', 25, text],
];
const TWITTER: Limit[] = [
  ['twitterId.id', 255, text],
  ['twitterId.name', 255, text],
  ['twitterId.screenName', 255, (length) => 'a'.repeat(length)],
];
const externalIds = (count: number) => times(count, (i) => ({ externalSource: { id: sourceId }, value: `${i}` }));

describe.each<[string, string, object, Limit[]]>([
  [
    'contacts',
    '/contacts',
    {},
    [
      ...['firstName', 'middleName', 'lastName', 'salutation', 'title'].map((name): Limit => [name, 1000, text]),
      ...['workEmail', 'personalEmail', 'otherEmail'].map((name): Limit => [name, 256, email]),
      ...['workPhone', 'cellPhone', 'homePhone', 'otherPhone'].map((name): Limit => [`${name}.display`, 512, text]),
      ['workPhone.normalizationCountryCode', 4, (length) => 'X'.repeat(length)],
      ...ADDRESS,
      ...TWITTER,
      ['lineId.ids[0].userId', 255, text],
      ['lineId.displayName', 100, text],
      ['lineId.ids', 1, (count) => times(count, (i) => ({ userId: `${i}` }))],
      ['whatsAppId.displayName', 100, text],
      ['facebookId.ids[0].scopedId', 255, text],
      ['facebookId.displayName', 100, text],
      ['facebookId.ids', 1, (count) => times(count, (i) => ({ scopedId: `${i}` }))],
      ['instagramId.ids[0].scopedId', 255, text],
      ['instagramId.displayName', 100, text],
      ['instagramId.handle', 100, text],
      ['instagramId.ids', 1, (count) => times(count, (i) => ({ scopedId: `${i}` }))],
      ['appleOpaqueIds[0].value', 255, text],
      ['appleOpaqueIds', 10, (count) => times(count, (i) => ({ value: `${i}` }))],
      ['externalIds[0].value', 255, text],
      ['externalIds', 10, externalIds],
      ['externalSystemUrl', 1000, url],
    ],
  ],
  [
    'organizations',
    '/organizations',
    { name: 'Limits' },
    [
      ['name', 1000, text],
      ['companyType', 1000, text],
      ['industry', 1000, text],
      ['phoneNumber.display', 512, text],
      ['faxNumber.display', 512, text],
      ...ADDRESS,
      ...TWITTER,
      ['tags', 100, (count) => times(count, (i) => `tag ${i}`)],
      ['tags[0]', 100, text],
      ['websites', 100, (count) => times(count, (i) => `https://${i}.example`)],
      ['websites[0]', 2000, text],
      ['tickers', 20, (count) => times(count, (i) => ({ symbol: `${i}`, exchange: 'X' }))],
      ['tickers[0].symbol', 100, text],
      ['tickers[0].exchange', 100, text],
      ['externalIds[0].value', 255, text],
      ['externalIds', 10, externalIds],
      ['externalSystemUrl', 1000, url],
    ],
  ],
])('%s', (_, path, base, limits) => {
  const save = (field: string, value: unknown) => server.request('POST', E + path, { body: { ...base, ...nested(field, value) } });

  it.each(limits)('%s: %i fits, one more does not', async (field, most, value) => {
    const fits = await save(field, value(most));
    expect(fits.status, fits.text.slice(0, 300)).toBe(200);
    expect(at(fits.body, field)).toMatchObject(value(most) as object);
    const over = await save(field, value(most + 1));
    expect(over.body).toMatchObject({ status: 422, code: 'constraint.validation', details: [{ fieldName: field }] });
  });

  it('are the same in bulk and in part', async () => {
    const over = limits.map(([field, most, value]) => ({ ...base, ...nested(field, value(most + 1)) }));
    const { results } = (await server.request('POST', `${E}/bulk${path}/add`, { body: { entities: over } })).body;
    expect(results.map(({ status, error }: Json) => [status, error?.details.map(({ fieldName }: Json) => fieldName)])).toEqual(
      limits.map(([field]) => [422, [field]]),
    );
    const { id } = await make(server, path, base);
    for (const [field, most, value] of limits.filter(([name]) => !/[[\]]/.test(name))) {
      const patch = (length: number) => {
        const body = nested(field, value(length));
        const changes = Object.entries(body).map(([name, whole]) => ({ field: `$.${name}`, action: 'Update', value: whole }));
        return server.request('PATCH', `${E}${path}/${id}`, { body: { changes } });
      };
      expect((await patch(most + 1)).body, field).toMatchObject({ status: 422, code: 'constraint.validation', details: [{ fieldName: field }] });
      expect(at((await patch(most)).body, field), field).toMatchObject(value(most) as object);
    }
  });

  it.each(limits.filter(([, , value]) => value === text).map(([field]) => [field]))('%s is trimmed', async (field) => {
    const { body } = await save(field, '  \tin the middle \n');
    expect(at(body, field)).toBe('in the middle');
  });

  it.each([
    ['address', 'at home'],
    ['twitterId', []],
    ['twitterId.screenName', 'with space'],
    ['externalSystemUrl', 'javascript:alert(1)'],
    ['externalSystemUrl', '/relative'],
    ['externalSystemUrl', 'http://'],
    ['externalIds', { value: 'x' }],
    ['address.city', { name: 'x' }],
    ['externalIds[0].value', 7],
    ['division', 'home'],
  ])('%s cannot be %j', async (field, value) => {
    const { body } = await save(field, value);
    expect(body).toMatchObject({ status: 422, code: 'constraint.validation', details: [{ fieldName: field }] });
  });
});

describe('contacts', () => {
  const refusedFields = async (body: object) => {
    const answer = await server.request('POST', `${E}/contacts`, { body });
    expect(answer.body).toMatchObject({ status: 422, code: 'constraint.validation' });
    return answer.body.details.map((detail: Json) => detail.fieldName);
  };

  it.each(['nobody', 'a@', '@b', 'a b@c.d', 'a@b@c', 'a@b c', '<a@b.c>'])('have no e-mail address like %s', async (workEmail) => {
    expect(await refusedFields({ workEmail })).toEqual(['workEmail']);
  });

  it.each(['a@b.example', "o'neil+x@sub.b.example", 'é@ü.example', 'UPPER@B.EXAMPLE', 'a@localhost'])('have an e-mail address like %s', async (workEmail) => {
    expect(await make(server, '/contacts', { workEmail })).toMatchObject({ workEmail });
  });

  it('say every field that is wrong at once', async () => {
    const fields = await refusedFields({
      firstName: 1,
      surveyOptOut: 'no',
      workPhone: { display: '1', extension: 1.5, acceptsSMS: 'y' },
      appleOpaqueIds: [{ value: 'a' }, {}],
    });
    expect(fields.toSorted()).toEqual(['appleOpaqueIds[1].value', 'firstName', 'surveyOptOut', 'workPhone.acceptsSMS', 'workPhone.extension']);
  });

  it.each([
    ['lineId', { displayName: 'x' }, 'lineId.ids'],
    ['facebookId', { displayName: 'x' }, 'facebookId.ids'],
    ['instagramId', { handle: 'x' }, 'instagramId.ids'],
    ['whatsAppId', { displayName: 'x' }, 'whatsAppId.phoneNumber'],
  ])('have no %s without what identifies it', async (account, value, missing) => {
    expect(await refusedFields({ [account]: value })).toEqual([missing]);
  });

  it('name a source with each external id', async () => {
    expect(await refusedFields({ externalIds: [{ value: 'x' }] })).toEqual(['externalIds[0].externalSource']);
    expect(await refusedFields({ externalIds: [{ externalSource: { id: 'crm' }, value: 'x' }] })).toEqual(['externalIds[0].externalSource.id']);
    expect(await refusedFields({ externalIds: [{ externalSource: { id: NOBODY }, value: 'x' }] })).toEqual(['externalIds[0].externalSource.id']);
  });

  it('have no custom fields while there is no schema to check them by', async () => {
    expect(await refusedFields({ customFields: { size: 3 } })).toEqual(['schema']);
    expect(await refusedFields({ schema: { id: NOBODY, version: 1 }, customFields: { size: 3 } })).toEqual(['schema.id']);
  });

  it.each([
    ['NUL', 'a\u0000b'],
    ['half a surrogate pair', 'a\ud83db'],
    ['the other half', '\udc00'],
  ])('hold no text with %s', async (_, value) => {
    expect(await refusedFields({ firstName: value })).toEqual(['firstName']);
    expect(await refusedFields({ address: { city: value } })).toEqual(['address.city']);
    expect(await refusedFields({ appleOpaqueIds: [{ value: 'fine' }, { value }] })).toEqual(['appleOpaqueIds[1].value']);
    const organization = await server.request('POST', `${E}/organizations`, { body: { name: 'x', tags: ['fine', value] } });
    expect(organization.body).toMatchObject({ status: 422, details: [{ fieldName: 'tags[1]' }] });
  });

  it('hold any other text as it is', async () => {
    const firstName = 'Zoë 🦊 ﷽ \u202Eevil\u202C \u0001 \\u0000 \'"; drop table contacts; --';
    const { id } = await make(server, '/contacts', { firstName });
    expect((await server.request('GET', `${E}/contacts/${id}`)).body.firstName).toBe(firstName);
  });

  it('are refused, not overturned, by a body that is too deep', async () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    for (const [path, body] of [
      ['/contacts', `{"customFields":{"a":${deep}}}`],
      ['/organizations', `{"name":"x","tags":${deep}}`],
      ['/contacts', `{"address":${'{"address1":'.repeat(50_000)}1${'}'.repeat(50_000)}}`],
    ] as const) {
      const answer = await server.request('POST', E + path, { body });
      expect(answer.status, body.slice(0, 30)).toBe(422);
    }
  });
});

describe('organizations', () => {
  const save = (body: object) => server.request('POST', `${E}/organizations`, { body: { name: 'Numbers', ...body } });

  it('count in whole numbers that every client can read', async () => {
    for (const field of ['employeeCount', 'revenue']) {
      for (const value of [0, 1, Number.MAX_SAFE_INTEGER]) expect((await save({ [field]: value })).body[field]).toBe(value);
      for (const value of [1.5, '7', 2 ** 53]) expect((await save({ [field]: value })).body).toMatchObject({ status: 422, details: [{ fieldName: field }] });
    }
  });

  it('need both halves of a ticker', async () => {
    expect((await save({ tickers: [{ symbol: 'X' }] })).body).toMatchObject({ status: 422, details: [{ fieldName: 'tickers[0].exchange' }] });
  });
});

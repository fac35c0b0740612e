import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from './access-callers.ts';
import { E, make } from './directory.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const read = async (workPhone: object) => (await make(server, '/contacts', { workPhone })).workPhone;

describe('a phone number', () => {
  it.each([
    ['+33 1 00 00 00 01', '+33 1 00 00 00 01', '+33100000001', 'FR'],
    ['+33100000001', '+33 1 00 00 00 01', '+33100000001', 'FR'],
    ['(317) 555-1234', '+1 317 555 1234', '+13175551234', 'US'],
    ['1-317-555-1234', '+1 317 555 1234', '+13175551234', 'US'],
    ['+44 20 7946 0018', '+44 20 7946 0018', '+442079460018', 'GB'],
    ['  +49 30 901820  ', '+49 30 901820', '+4930901820', 'DE'],
  ])('%j is shown internationally', async (display, shown, e164, countryCode) => {
    expect(await read({ display })).toEqual({ display: shown, userInput: display.trim(), e164, countryCode });
  });

  it.each(['ask at the door', '4711', '+', '00', 'ext. 12', '040#8', '+999 123 456 789', '1'.repeat(40)])('%j stays as it was typed', async (display) => {
    expect(await read({ display })).toEqual({ display, userInput: display });
  });

  it('is read by the country that it names', async () => {
    expect(await read({ display: '030 901820', normalizationCountryCode: 'DE' })).toEqual({
      display: '+49 30 901820',
      userInput: '030 901820',
      e164: '+4930901820',
      countryCode: 'DE',
      normalizationCountryCode: 'DE',
    });
    expect(await read({ display: '030 901820', normalizationCountryCode: 'de' })).toMatchObject({ e164: '+4930901820', normalizationCountryCode: 'de' });
    expect(await read({ display: '+33 1 00 00 00 01', normalizationCountryCode: 'DE' })).toMatchObject({ e164: '+33100000001', countryCode: 'FR' });
    expect(await read({ display: '317 555 1234', normalizationCountryCode: 'XX' })).toMatchObject({ e164: '+13175551234', countryCode: 'US' });
  });

  it('keeps its extension and whether it takes messages', async () => {
    expect(await read({ display: '+13175551234', extension: 42, acceptsSMS: true })).toMatchObject({ e164: '+13175551234', extension: 42, acceptsSMS: true });
    expect(await read({ display: '+1 317 555 1234 ext. 42' })).toMatchObject({ display: '+1 317 555 1234', e164: '+13175551234', extension: 42 });
  });

  it('that cannot be read identifies nobody, and is found as text', async () => {
    const { id } = await make(server, '/contacts', { homePhone: { display: 'Bellhop 4712' } });
    expect((await server.request('GET', `${E}/contacts/${id}/identifiers`)).body).toEqual({ entities: [] });
    expect((await server.request('GET', `${E}/contacts?q=%224712%22`)).body).toMatchObject({ total: 1, entities: [{ id }] });
  });

  it('is read by the country of the organization', async () => {
    const before = await must(server, 'GET', '/api/v2/organizations/me');
    expect(before.defaultCountryCode).toBe('US');
    await must(server, 'PUT', '/api/v2/organizations/me', { ...before, defaultCountryCode: 'FR' });
    expect(await read({ display: '01 00 00 00 09' })).toMatchObject({ e164: '+33100000009', countryCode: 'FR' });
    expect((await make(server, '/organizations', { name: 'x', faxNumber: { display: '01 00 00 00 01' } })).faxNumber).toMatchObject({ e164: '+33100000001' });
    expect((await server.request('GET', `${E}/contacts?q=0100000009`)).body.total).toBe(1);
    await must(server, 'PUT', '/api/v2/organizations/me', { ...before, version: before.version + 1 });
    expect(await read({ display: '317 555 1234' })).toMatchObject({ countryCode: 'US' });
  });
});

describe('an account', () => {
  it.each([
    ['+33 1 00 00 00 01', '+33 1 00 00 00 01', '+33100000001'],
    ['33100000001', '+33 1 00 00 00 01', '+33100000001'],
    ['+33100000001', '+33 1 00 00 00 01', '+33100000001'],
  ])('of WhatsApp may be %s', async (display, shown, e164) => {
    const { id, whatsAppId } = await make(server, '/contacts', { whatsAppId: { phoneNumber: { display } } });
    expect(whatsAppId.phoneNumber).toEqual({ display: shown, userInput: display, e164, countryCode: 'FR' });
    expect((await server.request('GET', `${E}/contacts/${id}/identifiers`)).body.entities).toMatchObject([{ type: 'SocialWhatsapp', value: '33100000001' }]);
    await server.request('DELETE', `${E}/contacts/${id}`);
  });

  it('of Twitter has a profile, its own or a derived one', async () => {
    const profile = async (twitterId: object) => (await make(server, '/contacts', { twitterId })).twitterId.profileUrl;
    expect(await profile({ screenName: 'ada' })).toBe('https://www.twitter.com/ada');
    expect(await profile({ screenName: '@ada' })).toBe('https://www.twitter.com/ada');
    expect(await profile({ screenName: 'ada', profileUrl: 'https://x.example/ada' })).toBe('https://x.example/ada');
    expect(await profile({ id: '7' })).toBeUndefined();
  });
});

it('an e-mail address is shown as it was written, and compares without its case', async () => {
  const { id, workEmail } = await make(server, '/contacts', { workEmail: 'Ada.Lovelace@Example.COM' });
  expect(workEmail).toBe('Ada.Lovelace@Example.COM');
  expect((await server.request('GET', `${E}/contacts/${id}/identifiers`)).body.entities).toMatchObject([{ type: 'Email', value: 'ada.lovelace@example.com' }]);
});

// The main job on real input: the companies of the S&P 500 and a thousand (made-up) persons become a directory, which is
// then searched, scanned, noted, related, looked up and looked up in reverse. Each answer is held against the files.
import { deepEqual, equal } from 'node:assert/strict';
import { readCsv } from './csv.ts';
import { connect, each, type Models, scanAll } from './sdk.ts';

const companies = readCsv(new URL('../data/sp500.csv', import.meta.url), [
  'Symbol',
  'Security',
  'GICS Sector',
  'GICS Sub-Industry',
  'Headquarters Location',
  'Date added',
  'CIK',
  'Founded',
]);
const persons = readCsv(new URL('../data/febrl1.csv', import.meta.url), [
  'rec_id',
  'given_name',
  'surname',
  'street_number',
  'address_1',
  'address_2',
  'suburb',
  'postcode',
  'state',
]);
type Company = (typeof companies)[number];
type Person = (typeof persons)[number];

const { contacts: api, users } = await connect();
const say = (what: string, count: number) => console.log(`${String(count).padStart(6)}  ${what}`);

// Where the ids of the files come from. The links lead an agent back to the record in its own system.
const sec = await api.postExternalcontactsExternalsources({
  name: 'SEC CIK',
  active: true,
  linkConfiguration: { uriTemplate: 'https://www.sec.gov/edgar/browse/?CIK={{externalId.value}}' },
});
const febrl = await api.postExternalcontactsExternalsources({ name: 'Febrl', active: true });

// Companies and persons ----------------------------------------------------------------------------------------------

const organizations = await each(companies, (company) => api.postExternalcontactsOrganizations(organizationOf(company)));
say('companies created', organizations.length);

/** Person n belongs to company n, and round again when the companies are through. */
const companyOf = (index: number) => companies[index % companies.length] as Company;
const created = await each(persons, (person, index) => {
  const { id = '', name } = organizations[index % organizations.length] as Models.ExternalOrganization;
  return api.postExternalcontactsContacts({ ...contactOf(person), externalOrganization: { id, name } });
});
say('persons created', created.length);

function organizationOf(company: Company): Models.ExternalOrganization {
  const [city = '', ...rest] = company['Headquarters Location'].replace(/\[\d+\]/g, '').split(', ');
  return {
    name: company.Security,
    companyType: company['GICS Sector'],
    industry: company['GICS Sub-Industry'],
    tickers: [{ symbol: company.Symbol, exchange: 'US' }],
    address: tidy({ city, state: rest.join(', ') }),
    tags: [`founded ${company.Founded}`, `S&P 500 since ${company['Date added']}`],
    externalIds: [{ externalSource: sec, value: company.CIK }],
  };
}

// NOTE: date of birth and social security number stay behind; a directory has no field for them.
function contactOf(person: Person): Models.ExternalContact {
  return tidy({
    firstName: person.given_name,
    lastName: person.surname,
    address: tidy({
      address1: `${person.street_number} ${person.address_1}`.trim(),
      address2: person.address_2,
      city: person.suburb,
      postalCode: person.postcode,
      state: person.state,
      countryCode: 'AU',
    }),
    externalIds: [{ externalSource: febrl, value: person.rec_id }],
  });
}

/** Without the fields that the file leaves empty. */
function tidy<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== '' && value !== undefined)) as T;
}

// Scans: every record once, whatever the number -----------------------------------------------------------------------

const scannedCompanies = await scanAll((opts) => api.getExternalcontactsScanOrganizations(opts));
say('companies scanned', scannedCompanies.length);
deepEqual(scannedCompanies.map(({ name }) => name).sort(), companies.map(({ Security }) => Security).sort());

const scannedPersons = await scanAll((opts) => api.getExternalcontactsScanContacts(opts));
say('persons scanned', scannedPersons.length);
deepEqual(recordIds(scannedPersons), persons.map(({ rec_id }) => rec_id).sort());

function recordIds(entities: Models.ExternalContact[]): string[] {
  return entities.flatMap(({ externalIds = [] }) => externalIds.map(({ value }) => value ?? '')).sort();
}

// Searches: all words, each from its beginning, in any field -----------------------------------------------------------

const someone = persons.find(({ given_name, surname }) => given_name !== '' && surname !== '') as Person;
for (const q of ['white', 'campb', `${someone.given_name} ${someone.surname}`, 'st james', someone.postcode, 'estee lauder', 'nobody of that name']) {
  const { entities = [], total = 0 } = await api.getExternalcontactsContacts({ q, pageSize: 200 });
  const expected = persons.filter((person, index) => matches(q, person, companyOf(index)));
  say(`persons found by "${q}"`, total);
  deepEqual(recordIds(entities), expected.map(({ rec_id }) => rec_id).sort());
  equal(total, expected.length);
}

/** The same search in a dozen lines: what the server must find in a thousand records it must find in a million. */
function matches(q: string, person: Person, company: Company): boolean {
  const { rec_id: _, ...fields } = person;
  const words = [...Object.values(fields), 'AU', company.Security].flatMap(wordsOf);
  return wordsOf(q).every((wanted) => words.some((word) => word.startsWith(wanted)));
}

function wordsOf(text: string): string[] {
  const folded = text
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase();
  return folded.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}

// Notes and relationships ----------------------------------------------------------------------------------------------

const admin = ((await users.getUsers()).entities ?? []).find(({ name }) => name === 'Administrator');
if (!admin) throw new Error('The users API does not list the administrator.');

const firstTen = created.slice(0, 10);
await each(firstTen, ({ id = '', lastName }) => api.postExternalcontactsContactNotes(id, { noteText: `Called ${lastName}, call back.`, createdBy: admin }));
const notes = await each(firstTen, ({ id = '' }) => api.getExternalcontactsContactNotes(id, { expand: ['author'] }));
say('persons noted', notes.filter(({ total }) => total === 1).length);
equal(notes[0]?.entities?.[0]?.createdBy.name, admin.name);
equal((await scanAll((opts) => api.getExternalcontactsScanNotes(opts))).length, 10);

const five = organizations.slice(0, 5);
await each(five, (company) => api.postExternalcontactsRelationships({ user: admin, externalOrganization: company, relationship: 'Account manager' }));
const related = await each(five, ({ id = '' }) => api.getExternalcontactsOrganizationRelationships(id));
say('companies with an account manager', related.filter(({ entities = [] }) => entities[0]?.user.id === admin.id).length);
equal((await scanAll((opts) => api.getExternalcontactsScanRelationships(opts))).length, 5);

// Look-ups -------------------------------------------------------------------------------------------------------------

const lookedUp = await each(persons, ({ rec_id }) =>
  api.postExternalcontactsIdentifierlookupContacts({ type: 'ExternalId', value: rec_id, externalSource: febrl }),
);
say('persons looked up by the id of their record', lookedUp.length);
deepEqual(
  lookedUp.map(({ id }) => id),
  created.map(({ id }) => id),
);
const { name: cik66740 } = await api.postExternalcontactsIdentifierlookupOrganizations({ type: 'ExternalId', value: '66740', externalSource: sec });
equal(cik66740, '3M');

// Ten of them write in. From then on an e-mail from that address says who it is from.
const addressed = await each(firstTen, async (contact, index) => {
  const { id = '' } = contact;
  const workEmail = `${persons[index]?.rec_id}@example.com`;
  await api.putExternalcontactsContact(id, { ...(await api.getExternalcontactsContact(id)), workEmail });
  const { contacts = [] } = await api.getExternalcontactsReversewhitepageslookup(workEmail.toUpperCase());
  return contacts.map((found) => found.id).join();
});
say('senders recognised by their address', addressed.length);
deepEqual(
  addressed,
  firstTen.map(({ id }) => id),
);

equal(scannedCompanies.length, 503);
equal(scannedPersons.length, 1000);

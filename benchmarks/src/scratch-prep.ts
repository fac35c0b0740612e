import { loadContract } from '../../server/src/contract/load.ts';
import { createValidator } from '../../server/src/contract/validate.ts';
import { readContact } from '../../server/src/contacts/contact.ts';
import { createPreparation } from '../../server/src/imports/jobs/prepare.ts';
import { createPeople } from './people.ts';
import { rowsOf } from '../../server/src/imports/csv/read.ts';
import { Readable } from 'node:stream';
import { csvOf } from '../../acceptance/src/importing.ts';
const COLUMNS = { Id: '$.externalId', First: '$.firstName', Middle: '$.middleName', Last: '$.lastName', Salutation: '$.salutation', Title: '$.title', Mail: '$.workEmail', Phone: '$.workPhone', Street: '$.address.address1', City: '$.address.city', State: '$.address.state', 'Postal Code': '$.address.postalCode', Country: '$.address.countryCode' };
const contract = loadContract();
const validator = createValidator(contract);
const rules = { mappings: Object.entries(COLUMNS).map(([sourceField, targetField]) => ({ sourceField, targetField })), importFields: [], externalSourceId: '0198a1b2-0000-7000-8000-000000000001', matchingCriteria: ['Email', 'Phone'], mergeContacts: false };
const prep = await createPreparation({ contract, validator, door: {} as never, principal: { orgId: 'x', defaultCountryCode: 'US' } as never }, rules as never, Object.keys(COLUMNS));
const people = createPeople(20000);
const rows = Array.from({ length: 20000 }, (_, i) => { const c = people.contact(i); const a = c.address ?? {}; return [`P-${i}`, c.firstName, c.middleName, c.lastName, c.salutation, c.title, c.workEmail, c.workPhone?.display, a.address1, a.city, a.state, a.postalCode, a.countryCode].map((x) => x ?? ''); });
const text = csvOf(Object.keys(COLUMNS), rows);
const reading = { wordPrefix: 'abcd', defaultCountryCode: 'US', customFields: () => ({ schema_id: null, schema_version: null, custom_fields: null, texts: [], ids: [] }) } as never;
const best: Record<string, number> = {};
for (let round = 0; round < 12; round++) {
  const parts: Record<string, number> = {};
  const took = <T>(name: string, f: () => T): T => { const c = process.cpuUsage(); const r = f(); const d = process.cpuUsage(c); parts[name] = (parts[name] ?? 0) + (d.user + d.system) / 20000; return r; };
  for await (const batch of rowsOf(Readable.from([Buffer.from(text)]), { separator: ',' })) {
    const p = took('prepare', () => batch.map((row) => prep.prepare(row)));
    const read = took('readContact', () => p.filter((x) => x.contact).map((x, i) => readContact(people.contactId(i), '00000000-0000-0000-0000-000000000000', x.contact!.body, reading)));
    took('stringify', () => JSON.stringify(read));
  }
  for (const [k, v] of Object.entries(parts)) best[k] = Math.min(best[k] ?? Infinity, v);
}
console.log(Object.fromEntries(Object.entries(best).map(([k, v]) => [k, v.toFixed(1) + ' µs'])));

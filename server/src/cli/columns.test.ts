// Which columns are known by their names, and which are asked for.
import { describe, expect, it, test } from 'vitest';
import { assignColumns, isOfCompanies, missingFields, readTarget } from './columns.ts';

function assign(headers: string[], given: Record<string, string | undefined> = {}, foreign = (_: string) => false) {
  const map = new Map(Object.entries(given));
  const { mappings, leftOut, unknown } = assignColumns(headers, { ofCompanies: isOfCompanies(headers, []), given: map, foreign });
  return {
    targets: Object.fromEntries(mappings.map(({ sourceField, targetField }) => [sourceField, targetField])),
    leftOut,
    unknown: Object.fromEntries(unknown),
  };
}

test.each([
  ['First name', '$.firstName'],
  ['first_name', '$.firstName'],
  ['FIRSTNAME', '$.firstName'],
  ['$.firstName', '$.firstName'],
  ['Surname', '$.lastName'],
  ['E-mail', '$.workEmail'],
  ['Mobile', '$.cellPhone'],
  ['workPhone.extension', '$.workPhone.extension'],
  ['Postal Code', '$.address.postalCode'],
  ['externalIds[1].value', '$.externalIds[1].value'],
  ['customFields.Tier_text', '$.customFields.Tier_text'],
  ['Id', '$.externalId'],
  ['Company', '$.externalOrganization.name'],
  ['Company id', '$.externalOrganization.externalId'],
  ['externalOrganization.id', '$.externalOrganization.id'],
  ['Organisation city', '$.externalOrganization.address.city'],
  ['externalOrganization.customFields.tier_text', '$.externalOrganization.customFields.tier_text'],
])('%s is %s', (name, target) => {
  expect(readTarget(name, false)).toBe(target);
});

it('is not sure of what it does not know, nor of two columns for one field', () => {
  expect(assign(['Id', 'First', 'Last', 'Vorname', 'Mail', 'Email'])).toEqual({
    targets: { Id: '$.externalId', First: '$.firstName', Last: '$.lastName', Mail: '$.workEmail' },
    leftOut: [],
    unknown: { Vorname: '', Email: '"Mail" is $.workEmail already' },
  });
});

it('lets what is said go before what it thinks', () => {
  expect(assign(['Id', 'First', 'Mail', 'Email'], { id: undefined, email: '$.workEmail' })).toMatchObject({
    targets: { First: '$.firstName', Email: '$.workEmail' },
    leftOut: ['Id'],
    unknown: { Mail: '"Email" is $.workEmail already' },
  });
});

it('leaves out what the server adds to its own files', () => {
  expect(assign(['line', 'reasons', 'Id', 'First'])).toMatchObject({ leftOut: ['line', 'reasons'], unknown: {} });
  expect(assign(['line (2)', 'reasons (2)', 'Line', 'First'])).toMatchObject({ leftOut: ['line (2)', 'reasons (2)'], unknown: { Line: '' } });
  expect(assign(['First', 'line', 'reasons'])).toMatchObject({ leftOut: [], unknown: { line: '', reasons: '' } });
  const exported = [
    'id',
    'division.id',
    'firstName',
    'workPhone',
    'workPhone.e164',
    'schema.id',
    'externalIds[0].externalSource.id',
    'externalIds[0].value',
    'Shoe',
  ];
  expect(assign(exported, {}, (header) => header === 'schema.id')).toEqual({
    targets: {
      firstName: '$.firstName',
      workPhone: '$.workPhone',
      'externalIds[0].externalSource.id': '$.externalIds[0].externalSource.id',
      'externalIds[0].value': '$.externalIds[0].value',
    },
    leftOut: ['id', 'division.id', 'workPhone.e164', 'schema.id'],
    unknown: { Shoe: '' },
  });
});

describe('a file without names of people', () => {
  it('is about companies', () => {
    expect(assign(['Id', 'Name', 'City', 'Phone', 'Website'])).toMatchObject({
      targets: {
        Id: '$.externalOrganization.externalId',
        Name: '$.externalOrganization.name',
        City: '$.externalOrganization.address.city',
        Phone: '$.externalOrganization.phoneNumber',
        Website: '$.externalOrganization.websites',
      },
    });
    expect(isOfCompanies(['Nr', 'Name'], ['lastName'])).toBe(false);
  });
});

it('asks for a company that no id tells', () => {
  expect(assign(['Id', 'First', 'Last', 'Company'])).toMatchObject({
    targets: { Id: '$.externalId' },
    unknown: { Company: expect.stringContaining("the company's id") },
  });
});

it('knows what a job wants', () => {
  const mapping = (...targets: string[]) => targets.map((targetField) => ({ sourceField: targetField, targetField }));
  expect(missingFields([])).toEqual(['externalId', 'firstName', 'lastName']);
  expect(missingFields(mapping('$.externalIds[0].value', '$.firstName', '$.lastName', '$.externalOrganization.id'))).toEqual([]);
  expect(missingFields(mapping('$.externalOrganization.name'))).toEqual(['externalOrganization.externalId']);
});

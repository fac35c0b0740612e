import { describe, expect, test } from 'vitest';
import { loadContract } from '../../contract/load.ts';
import { createValidator } from '../../contract/validate.ts';
import { type CustomFieldType, createMapping, faultsOfMappings, type MappingRules } from './mapping.ts';
import { readTarget } from './target.ts';

const contract = loadContract();
const SOURCE = 'b0a5f8a4-0f0e-4f6c-9f3e-000000000001';

const mappingOf = (targets: string[], rules: Partial<MappingRules> = {}, customFieldType?: CustomFieldType) =>
  createMapping(
    contract,
    {
      mappings: targets.map((targetField, i) => ({ sourceField: `column ${i}`, targetField })),
      importFields: [],
      externalSourceId: SOURCE,
      ...rules,
    },
    targets.map((_, i) => `Column ${i} `),
    customFieldType,
  );

describe('a target', () => {
  test.each([
    ['$.firstName', 'contact', 'text'],
    ['$.workPhone', 'contact', 'text'],
    ['$.workPhone.extension', 'contact', 'integer'],
    ['$.address.city', 'contact', 'text'],
    ['$.surveyOptOut', 'contact', 'boolean'],
    ['$.externalId', 'contact', 'text'],
    ['$.externalIds[9].externalSource.id', 'contact', 'text'],
    ['$.lineId.ids[0].userId', 'contact', 'text'],
    ['$.whatsAppId.phoneNumber', 'contact', 'text'],
    ['$.twitterId.screenName', 'contact', 'text'],
    ['$.customFields.tier_enum', 'contact', 'custom'],
    ['$.customFields.größe [1].x', 'contact', 'custom'],
    ['$.externalOrganization.customFields.a b', 'organization', 'custom'],
    ['$.schema.id', 'contact', 'text'],
    ['$.externalOrganization.id', 'contact', 'text'],
    ['$.externalOrganization.name', 'organization', 'text'],
    ['$.externalOrganization.employeeCount', 'organization', 'integer'],
    ['$.externalOrganization.tags', 'organization', 'list'],
    ['$.externalOrganization.tickers[1].symbol', 'organization', 'text'],
    ['$.externalOrganization.externalId', 'organization', 'text'],
  ])('%s can be written', (path, record, type) => {
    expect(readTarget(contract, path)).toMatchObject({ record, type });
  });

  test.each([
    'firstName',
    '$',
    '$.',
    '$..firstName',
    '$.nonsense',
    '$.id',
    '$.division.id',
    '$.type',
    '$.modifyDate',
    '$.selfUri',
    '$.workPhone.e164',
    '$.address',
    '$.externalIds',
    '$.externalIds[10].value',
    '$.externalIds[0].externalSource.name',
    '$.customFields',
    '$.customFields[0]',
    '$.schema.name',
    '$.externalOrganization',
    '$.externalOrganization.trustor.id',
    '$.externalOrganization.externalOrganization.id',
    '$.constructor',
    '$.__proto__.polluted',
    `$${'.address'.repeat(9)}`,
  ])('%s cannot', (path) => {
    expect(readTarget(contract, path)).toBeTypeOf('string');
  });
});

describe('a mapping', () => {
  test('makes a contact and its organization of one row, as the contract has them', () => {
    const mapping = mappingOf([
      '$.firstName',
      '$.workPhone',
      '$.workPhone.extension',
      '$.address.city',
      '$.externalId',
      '$.lineId.ids[0].userId',
      '$.surveyOptOut',
      '$.externalOrganization.name',
      '$.externalOrganization.externalId',
      '$.externalOrganization.tags',
    ]);
    const { contact, organization, faults } = mapping.map([
      ' Ada ',
      '+442079460123',
      '12',
      'London',
      'c-1',
      'U1',
      'Yes',
      'Analytical Engines',
      'o-1',
      'old; steam;',
    ]);
    expect(faults).toEqual([]);
    expect(contact).toEqual({
      firstName: 'Ada',
      workPhone: { display: '+442079460123', extension: 12 },
      address: { city: 'London' },
      lineId: { ids: [{ userId: 'U1' }] },
      surveyOptOut: true,
      externalIds: [{ externalSource: { id: SOURCE }, value: 'c-1' }],
    });
    expect(organization).toEqual({ name: 'Analytical Engines', tags: ['old', 'steam'], externalIds: [{ externalSource: { id: SOURCE }, value: 'o-1' }] });
    const validator = createValidator(contract);
    expect(() => validator.named('ExternalContact', contact)).not.toThrow();
    expect(() => validator.named('ExternalOrganization', organization)).not.toThrow();
  });

  test('says nothing of a record all of whose cells are empty, or that the row is too short for', () => {
    const mapping = mappingOf(['$.externalOrganization.name', '$.firstName']);
    expect(mapping.map(['Acme', '  '])).toEqual({ contact: undefined, organization: { name: 'Acme' }, faults: [] });
    expect(mapping.map([''])).toEqual({ contact: undefined, organization: undefined, faults: [] });
  });

  test('leaves out fields that the settings exclude, and all that belongs to them', () => {
    const mapping = mappingOf(['$.firstName', '$.address.city', '$.workPhone', '$.externalOrganization.name'], {
      importFields: [
        { name: 'firstName', included: true },
        { name: 'address', included: false },
        { name: '$.workPhone', included: false },
        { name: 'externalOrganization', included: false },
      ],
    });
    expect(mapping.map(['Ada', 'London', '+1', 'Acme'])).toMatchObject({ contact: { firstName: 'Ada' }, organization: undefined });
    expect([mapping.has('contact'), mapping.has('organization')]).toEqual([true, false]);
  });

  test('names the cells that are not what their fields take', () => {
    const types: CustomFieldType = (_, key) => (key === 'score' ? 'number' : key === 'labels' ? 'list' : 'text');
    const mapping = mappingOf(['$.surveyOptOut', '$.workPhone.extension', '$.customFields.score', '$.customFields.labels', '$.customFields.note'], {}, types);
    expect(mapping.map(['maybe', '1.5', '1,5', '["a;b","c"]', '7'])).toEqual({
      contact: { customFields: { labels: ['a;b', 'c'], note: '7' } },
      organization: undefined,
      faults: [
        { column: 'Column 0 ', rule: 'must be true or false, but is "maybe".' },
        { column: 'Column 1 ', rule: 'must be a whole number, but is "1.5".' },
        { column: 'Column 2 ', rule: 'must be a number such as 1.5, but is "1,5".' },
      ],
    });
    expect(mapping.map(['', '', '1e3', '', '']).contact).toEqual({ customFields: { score: 1000 } });
  });

  test('reads custom fields as the schema has them that the row names, and leaves white space to texts', () => {
    const types: CustomFieldType = (_, key, schemaId) => (schemaId === 'one' ? 'verbatim' : key === 'n' && schemaId === 'two' ? 'integer' : undefined);
    const mapping = mappingOf(['$.schema.id', '$.customFields.n'], {}, types);
    const read = (schema: string, cell: string) => mapping.map([schema, cell]).contact?.customFields;
    expect(read(' One', ' 7\u00a0')).toEqual({ n: ' 7\u00a0' });
    expect(read('two', ' 7')).toEqual({ n: 7 });
    expect(read('', ' 7 ')).toEqual({ n: '7' });
    expect([read('one', ' '), read('two', ' '), read('one', '')]).toEqual([{ n: ' ' }, undefined, undefined]);
  });

  test('tells the column of a field, also where empty cells have moved a list together', () => {
    const mapping = mappingOf([
      '$.externalId',
      '$.externalIds[0].value',
      '$.externalIds[1].value',
      '$.externalIds[1].externalSource.id',
      '$.workPhone',
      '$.address.city',
    ]);
    const cells = ['key', '', 'other', 'another source', '+1', 'London'];
    expect(mapping.map(cells).contact?.externalIds).toEqual([
      { externalSource: { id: SOURCE }, value: 'key' },
      { externalSource: { id: 'another source' }, value: 'other' },
    ]);
    const header = (field: string) => mapping.headerOf('contact', field, cells)?.trim();
    expect(header('externalIds[0].value')).toBe('Column 0');
    expect(header('externalIds[1].value')).toBe('Column 2');
    expect(header('externalIds[1].externalSource.id')).toBe('Column 3');
    expect(header('workPhone.display')).toBe('Column 4');
    expect(header('address')).toBe('Column 5');
    expect(header('lastName')).toBeUndefined();
    expect(mapping.columnOf('externalId')).toBe('Column 0 ');
  });

  test('passes over columns that the file does not have, and compares headers without regard to case', () => {
    const mappings = [
      { sourceField: 'First', targetField: '$.firstName' },
      { sourceField: 'Last', targetField: '$.lastName' },
    ];
    const mapping = createMapping(contract, { mappings, importFields: [], externalSourceId: SOURCE }, [' FIRST', 'other']);
    expect(mapping.map(['Ada', 'x']).contact).toEqual({ firstName: 'Ada' });
    expect([mapping.columnOf('firstName'), mapping.columnOf('lastName')]).toEqual([' FIRST', undefined]);
  });

  test('is not given a name that means something to JavaScript', () => {
    const { contact } = mappingOf(['$.customFields.__proto__']).map(['x']);
    expect(Object.keys(contact?.customFields as object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});

test('settings may name a column or a target once only', () => {
  const entries = [
    { sourceField: 'Mail', targetField: '$.workEmail' },
    { sourceField: ' mail', targetField: '$.personalEmail' },
    { sourceField: 'Phone', targetField: '$.workPhone' },
    { sourceField: 'Number', targetField: '$.workPhone.display' },
    { sourceField: 'Wrong', targetField: '$.nothing' },
  ];
  expect(faultsOfMappings(contract, entries).map(({ field, code }) => [field, code])).toEqual([
    ['mappings[1].sourceField', 'duplicate'],
    ['mappings[3].targetField', 'duplicate'],
    ['mappings[4].targetField', 'field'],
  ]);
});

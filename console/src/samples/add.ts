// Makes sample data as anybody's program would: a few hundred by bulk operations, many by an import.
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { sendFile } from '../imports/send.ts';
import { sourceNamed, startImport } from '../imports/start.ts';
import { COMPANY } from '../imports/targets.ts';
import { SOURCE } from './mark.ts';
import { companiesOf, SAMPLE_NOTES, sampleCompany, samplePerson } from './people.ts';

export const FEW = 500;
export const MANY = 100_000;
export const FILE = 'sample-data.csv';

const NOTE_EVERY = 5;

/** Permissions that it takes, all of them. */
export const PERMISSIONS = ['externalContacts:contact:add', 'externalContacts:externalOrganization:add', 'externalContacts:externalSource:add'];

/** Contacts, their organizations, and notes on some of them. @returns how many contacts were made @throws ApiError */
export async function addSamples(): Promise<number> {
  const { id: sourceId } = await sourceNamed(SOURCE);
  const externalIds = (what: string, i: number) => [{ externalSource: { id: sourceId }, value: `${what}-${i + 1}` }];
  const companies = await body(
    api.POST('/api/v2/externalcontacts/bulk/organizations/add', {
      body: {
        entities: numbers(companiesOf(FEW)).map((i) => ({ ...sampleCompany(i), externalIds: externalIds('company', i) })) as Schema['ExternalOrganization'][],
      },
    }),
  );
  const people = await body(
    api.POST('/api/v2/externalcontacts/bulk/contacts/add', {
      body: {
        entities: numbers(FEW).map((i) => {
          const { company, cellPhone, city, postalCode, countryCode, ...person } = samplePerson(i);
          const externalOrganization = companies.results?.[company]?.entity;
          return {
            ...person,
            address: { city, postalCode, countryCode },
            ...(cellPhone ? { cellPhone: { display: cellPhone } } : {}),
            ...(externalOrganization?.id ? { externalOrganization: { id: externalOrganization.id } } : {}),
            externalIds: externalIds('person', i),
          };
        }) as Schema['ExternalContact'][],
      },
    }),
  );
  const made = (people.results ?? []).flatMap(({ entity }) => entity?.id ?? []);
  const noted = made.filter((_, i) => i % NOTE_EVERY === 0);
  const notes = noted.map((entityId, i) => ({ entityId, entityType: 'contact' as const, noteText: SAMPLE_NOTES[i % SAMPLE_NOTES.length] as string }));
  await api.POST('/api/v2/externalcontacts/bulk/notes/add', { body: { entities: notes } });
  return made.length;
}

const COLUMNS = {
  id: '$.externalId',
  firstName: '$.firstName',
  lastName: '$.lastName',
  title: '$.title',
  workEmail: '$.workEmail',
  cellPhone: '$.cellPhone',
  city: '$.address.city',
  postalCode: '$.address.postalCode',
  countryCode: '$.address.countryCode',
  companyId: `${COMPANY}externalId`,
  companyName: `${COMPANY}name`,
  companyIndustry: `${COMPANY}industry`,
};

/** The same as a file of many rows, sent to be imported. @returns the id of the job, which shows what would come of it first */
export async function importSamples(mayList: boolean, onSent: (share: number) => void): Promise<string> {
  const file = new File([csvOf(MANY)], FILE, { type: 'text/csv' });
  const uploadId = await sendFile(file, (bytes) => onSent(bytes / file.size));
  const mappings = Object.entries(COLUMNS).map(([sourceField, targetField]) => ({ sourceField, targetField }));
  const { jobId } = await startImport({ uploadId, mappings, division: undefined, mayList, source: SOURCE, match: [], mergeContacts: false });
  return jobId;
}

/** None of the values has a comma, a quote or a line's end. */
function csvOf(people: number): string {
  const rows = numbers(people).map((i) => {
    const { company, ...person } = samplePerson(i);
    const { name, industry } = sampleCompany(company);
    const row: Record<string, unknown> = {
      ...person,
      id: `person-${i + 1}`,
      companyId: `company-${company + 1}`,
      companyName: name,
      companyIndustry: industry,
    };
    return Object.keys(COLUMNS)
      .map((column) => row[column] ?? '')
      .join(',');
  });
  return [Object.keys(COLUMNS).join(','), ...rows, ''].join('\r\n');
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

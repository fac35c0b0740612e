// What is measured: each row says which operation it asks for, with which requests, and what share of the floor it must
// reach (design.md, "How fast is fast").
import type { OperationId } from '../../server/src/contract/bind.ts';
import type { Request } from './drive.ts';
import type { People } from './people.ts';

export interface Row {
  name: string;
  operationId: OperationId;
  /** Of the floor, at least. */
  target: number;
  /** The slowest single answer to one client, where that is a target. */
  slowestMs?: number;
  /** Records that each request brings: then rates are of records, and the floor copies their rows. */
  records?: number;
  /** Writes use up their requests; reads go round them. */
  writes: boolean;
  /** @param from for writes: how many records were written before, so that none is made twice */
  requests(subject: Subject, count: number, from: number): Request[] | Promise<Request[]>;
}

/** What the rows ask about. */
export interface Subject {
  contacts: number;
  people: People;
  /** The server's answer to a GET. */
  get(path: string): Promise<{ nextUri?: string }>;
}

const BASE = '/api/v2/externalcontacts';

/** A search must take no longer at a million contacts. */
const SEARCH_MS_MAX = 50;
const SCAN_PAGES = 100;

const equal = (field: string, value: string | boolean) => ({ field, eq: value });

export const ROWS: Row[] = [
  {
    name: 'point read',
    operationId: 'getExternalcontactsContact',
    target: 0.8,
    writes: false,
    requests: (subject, count) => times(count, (n) => ({ method: 'GET', path: `${BASE}/contacts/${subject.people.contactId(anyOf(subject, n))}` })),
  },
  {
    name: 'identifier look-up',
    operationId: 'postExternalcontactsIdentifierlookupContacts',
    target: 0.8,
    writes: false,
    requests: (subject, count) =>
      times(count, (n) => {
        const contact = subject.people.contact(anyOf(subject, n));
        const identifier = n % 2 === 0 ? { type: 'Phone', value: contact.workPhone?.display } : { type: 'Email', value: contact.workEmail };
        return { method: 'POST', path: `${BASE}/identifierlookup/contacts`, body: JSON.stringify(identifier) };
      }),
  },
  ...['lastName', 'firstName', 'middleName', 'title'].map((field) =>
    list(`list by ${field}`, 0.8, () => [`sortOrder=${field}`, `sortOrder=${field}&pageNumber=3`]),
  ),
  search('one word', () => ['smith']),
  search('two words', () => ['john smith']),
  search('two letters', () => ['jo']),
  search('phone', (subject) => times(100, (n) => subject.people.contact(anyOf(subject, n)).cellPhone?.display ?? '')),
  search('e-mail', (subject) => times(100, (n) => subject.people.contact(anyOf(subject, n)).workEmail ?? '')),
  search('no match', () => ['zzq']),
  deepSearch('two filters', [
    { and: [equal('title', 'Engineer'), equal('address.city', 'Leeds')] },
    { and: [{ field: 'lastName', prefix: 'Mor' }, equal('address.countryCode', 'GB')] },
    { and: [equal('surveyOptOut', true), { field: 'workPhone.e164', prefix: '+4930' }] },
  ]),
  {
    name: 'scan page of 100',
    operationId: 'getExternalcontactsScanContacts',
    target: 0.8,
    writes: false,
    requests: async (subject, count) => {
      const paths: string[] = [`${BASE}/scan/contacts?limit=100`];
      while (paths.length < Math.min(count, SCAN_PAGES)) {
        const { nextUri } = await subject.get(paths.at(-1) as string);
        if (!nextUri) break;
        paths.push(nextUri);
      }
      return paths.map((path) => ({ method: 'GET', path }));
    },
  },
  {
    name: 'create',
    operationId: 'postExternalcontactsContacts',
    target: 0.8,
    writes: true,
    requests: (subject, count, from) =>
      times(count, (n) => ({ method: 'POST', path: `${BASE}/contacts`, body: JSON.stringify(subject.people.contact(subject.contacts + from + n)) })),
  },
  {
    name: 'update',
    operationId: 'putExternalcontactsContact',
    target: 0.8,
    writes: true,
    requests: (subject, count, from) =>
      times(count, (n) => {
        const i = anyOf(subject, from + n);
        const body = { ...subject.people.contact(i), title: `Manager ${n % 100}`, cellPhone: { display: `+1317${2_000_000 + ((from + n) % 7_999_999)}` } };
        return { method: 'PUT', path: `${BASE}/contacts/${subject.people.contactId(i)}`, body: JSON.stringify(body) };
      }),
  },
  bulkAdd(100),
  bulkAdd(1000),
];

/** New contacts with three identifiers each, so many in a request. */
export function bulkAdd(records: number): Row {
  return {
    name: `bulk add, ${records}`,
    operationId: 'postExternalcontactsBulkContactsAdd',
    target: 0.6,
    writes: true,
    records,
    requests: (subject, count, from) =>
      times(count, (n) => {
        const entities = times(records, (k) => subject.people.contact(subject.contacts + from + n * records + k));
        return { method: 'POST', path: `${BASE}/bulk/contacts/add`, body: JSON.stringify({ entities }) };
      }),
  };
}

function list(name: string, target: number, queries: (subject: Subject) => string[], slowestMs?: number): Row {
  return {
    name,
    operationId: 'getExternalcontactsContacts',
    target,
    ...(slowestMs ? { slowestMs } : {}),
    writes: false,
    requests: (subject) => queries(subject).map((query) => ({ method: 'GET', path: `${BASE}/contacts?${query}` })),
  };
}

function search(name: string, words: (subject: Subject) => string[]): Row {
  return list(`search: ${name}`, 0.9, (subject) => words(subject).map((q) => `q=${encodeURIComponent(q)}`), SEARCH_MS_MAX);
}

function deepSearch(name: string, filters: object[]): Row {
  return {
    name: `deep search, ${name}`,
    operationId: 'postLiaisonContactsSearch',
    target: 0.9,
    slowestMs: SEARCH_MS_MAX,
    writes: false,
    requests: () => filters.map((filter) => ({ method: 'POST', path: '/liaison/v1/contacts/search', body: JSON.stringify({ filter }) })),
  };
}

function times<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}

/** All over the directory, each number once: the step has no factor in common with any round number of contacts. */
function anyOf(subject: Subject, n: number): number {
  return (n * 7919 + 13) % subject.contacts;
}

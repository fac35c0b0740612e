// The deep search of contacts: by any field, in any order, without an end.
import type { Handlers } from '../contract/bind.ts';
import type { Door } from '../db/database.ts';
import { deepSearch, type Met, type Question, type Searchable } from '../families/deep-search.ts';
import type { Filter } from '../families/filter.ts';
import { ADDRESS, BOOLEAN, ID, OUTSIDE_ID, phone, TEXT, twitterId, WORDS } from '../families/filterable.ts';
import type { Principal } from '../http/principal.ts';
import { viewOf } from './operations.ts';
import { CONTACT_COLUMNS, type SearchOrder, searchContactsDeep } from './search-store.ts';

export const contactSearchHandlers: Handlers = {
  postLiaisonContactsSearch: (call) =>
    deepSearch(call, FILTERABLE_CONTACTS, (question) =>
      searchContactsDeep(call.door, viewOf(call.principal, question.divisions, call.body.expand), question, organizationsOf(question.filter)),
    ),
};

/** The same for whoever needs their ids only, which are its entities. */
export const findContacts = (door: Door, principal: Principal, question: Question<SearchOrder>): Promise<Met> =>
  searchContactsDeep(door, { ...viewOf(principal, question.divisions), bare: true }, question, organizationsOf(question.filter));

export const FILTERABLE_CONTACTS: Searchable<SearchOrder> = {
  what: 'contacts',
  columns: CONTACT_COLUMNS,
  others: ['selfUri', 'identifiers', 'externalDataSources', 'canonicalContact', 'mergeSet', 'mergedFrom', 'mergedTo'],
  orders: {
    lastName: { field: 'lastName', keys: ['text', 'text'] },
    firstName: { field: 'firstName', keys: ['text'] },
    middleName: { field: 'middleName', keys: ['text'] },
    title: { field: 'title', keys: ['text'] },
    createDate: { field: 'createDate', keys: [] },
    modifyDate: { field: 'modifyDate', keys: ['date'] },
  },
  // Words: what contact.ts makes them of.
  fields: {
    id: ID,
    firstName: WORDS,
    middleName: WORDS,
    lastName: WORDS,
    salutation: TEXT,
    title: WORDS,
    ...phone('workPhone'),
    ...phone('cellPhone'),
    ...phone('homePhone'),
    ...phone('otherPhone'),
    workEmail: WORDS,
    personalEmail: WORDS,
    otherEmail: WORDS,
    ...ADDRESS,
    ...twitterId(WORDS),
    'lineId.displayName': TEXT,
    'lineId.ids.userId': OUTSIDE_ID,
    ...phone('whatsAppId.phoneNumber', TEXT),
    'whatsAppId.displayName': TEXT,
    'facebookId.displayName': TEXT,
    'facebookId.ids.scopedId': OUTSIDE_ID,
    'instagramId.displayName': TEXT,
    'instagramId.handle': TEXT,
    'instagramId.ids.scopedId': OUTSIDE_ID,
    'appleOpaqueIds.value': OUTSIDE_ID,
    'externalIds.value': OUTSIDE_ID,
    'externalIds.externalSource.id': ID,
    'externalOrganization.id': ID,
    surveyOptOut: BOOLEAN,
    externalSystemUrl: TEXT,
    type: TEXT,
    'division.id': ID,
    'schema.id': ID,
    customFields: { kind: 'custom' },
    createDate: { kind: 'date' },
    modifyDate: { kind: 'date' },
  },
};

/** The external organizations of one of which everything must be that the filter lets pass: an index finds those. */
function organizationsOf(filter: Filter | undefined): string[] | undefined {
  if (filter && 'all' in filter) return filter.all.map(organizationsOf).find((ids) => ids !== undefined);
  if (!filter || !('path' in filter) || filter.path !== 'externalOrganization.id') return undefined;
  const ids = filter.tests.map((test) => (test.op === 'eq' ? [String(test.value)] : test.op === 'in' ? test.values.map(String) : undefined));
  return ids.find((some) => some !== undefined);
}

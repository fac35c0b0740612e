// The deep search of external organizations: by any field, in any order, without an end.
import type { Handlers } from '../contract/bind.ts';
import type { Door } from '../db/database.ts';
import { deepSearch, type Met, type Question, type Searchable } from '../families/deep-search.ts';
import { ADDRESS, ID, NUMBER, OUTSIDE_ID, phone, TEXT, twitterId, WORDS } from '../families/filterable.ts';
import { ORGANIZATION_COLUMNS, type SearchOrder, searchOrganizationsDeep } from './search-store.ts';

export const organizationSearchHandlers: Handlers = {
  postLiaisonOrganizationsSearch: (call) =>
    deepSearch(call, FILTERABLE_ORGANIZATIONS, (question) =>
      searchOrganizationsDeep(call.door, { orgId: call.principal.orgId, expand: call.body.expand ?? [], divisions: question.divisions }, question),
    ),
};

/** The same for whoever needs their ids only, which are its entities. */
export const findOrganizations = (door: Door, orgId: string, question: Question<SearchOrder>): Promise<Met> =>
  searchOrganizationsDeep(door, { orgId, expand: [], divisions: question.divisions, bare: true }, question);

export const FILTERABLE_ORGANIZATIONS: Searchable<SearchOrder> = {
  what: 'organizations',
  columns: ORGANIZATION_COLUMNS,
  others: ['selfUri', 'identifiers', 'externalDataSources'],
  orders: {
    name: { field: 'name', keys: ['text'] },
    industry: { field: 'industry', keys: ['text'] },
    companyType: { field: 'companyType', keys: ['text'] },
    createDate: { field: 'createDate', keys: [] },
    modifyDate: { field: 'modifyDate', keys: ['date'] },
  },
  // Words: what organization.ts makes them of.
  fields: {
    id: ID,
    name: WORDS,
    companyType: WORDS,
    industry: WORDS,
    ...ADDRESS,
    ...phone('phoneNumber'),
    ...phone('faxNumber'),
    employeeCount: NUMBER,
    revenue: NUMBER,
    tags: WORDS,
    websites: WORDS,
    'tickers.symbol': WORDS,
    'tickers.exchange': TEXT,
    ...twitterId(TEXT),
    'externalIds.value': OUTSIDE_ID,
    'externalIds.externalSource.id': ID,
    externalSystemUrl: TEXT,
    'division.id': ID,
    'schema.id': ID,
    customFields: { kind: 'custom' },
    createDate: { kind: 'date' },
    modifyDate: { kind: 'date' },
  },
};

// What a bulk job needs to know of the kind of its records: how they are found, read and written.
import { contactBodies, contactRecords, contactsOfOrganizations, contactWrites, FILTERABLE_CONTACTS, findContacts, viewOf } from '../contacts/index.ts';
import { conversationsOfContacts } from '../conversations/index.ts';
import type { Door } from '../db/database.ts';
import { type Met, questionOf, readDivisions } from '../families/deep-search.ts';
import type { Records } from '../families/guarded.ts';
import type { Json } from '../families/sent.ts';
import type { Writes, Writing, Written } from '../families/writes.ts';
import { limits } from '../http/limits.ts';
import { both, divisionArray, type Principal } from '../http/principal.ts';
import { journeysOfContacts } from '../journeys/index.ts';
import { notesOf } from '../notes/index.ts';
import { FILTERABLE_ORGANIZATIONS, findOrganizations, organizationBodies, organizationRecords, organizationWrites } from '../organizations/index.ts';
import { relationshipsOfOrganizations } from '../relationships/index.ts';
import type { Kind, Search } from './job.ts';

export interface BulkRecords {
  model: 'ExternalContact' | 'ExternalOrganization';
  /** As little as a record can be. */
  least: Json;
  records: Records;
  writes: Writes<Json>;
  /** Those that are there and lie in the divisions (null for all); what was merged away leads to its canonical record. */
  bodies(door: Door, principal: Principal, divisions: string[] | null, ids: string[]): Promise<Written[]>;
  /**
   * The ids of those that match, in the order of their making, behind one of them.
   * @throws Refusal 422 naming what cannot be read
   */
  find(door: Door, principal: Principal, divisions: string[] | null, search: Search, after: string | null): Promise<Found>;
}

/** The divisions that a job searches: where whoever started it may see such records and do this, of those that he named. @throws Refusal 422 */
export const searched = ({ records }: BulkRecords, { principal, divisions }: Pick<Writing, 'principal' | 'divisions'>, search: Search): string[] | null =>
  both(both(divisionArray(divisions), divisionArray(records.visible(principal))), readDivisions({ body: search, divisions: 'all' }));

export interface Found {
  ids: string[];
  /** Null at the end. */
  upTo: string | null;
}

export type RecordsOf = Record<Kind, BulkRecords>;

export function createBulkRecords(): RecordsOf {
  const ofContacts = [notesOf('contact'), conversationsOfContacts, journeysOfContacts];
  const ofOrganizations = [contactsOfOrganizations, notesOf('organization'), relationshipsOfOrganizations];
  return {
    contact: {
      model: 'ExternalContact',
      least: { firstName: '-', lastName: '-' },
      records: contactRecords,
      writes: contactWrites(ofContacts) as unknown as Writes<Json>,
      bodies: (door, principal, divisions, ids) => contactBodies(door, viewOf(principal, divisions), ids),
      find: async (door, principal, divisions, search, after) => {
        const question = questionOf(principal, FILTERABLE_CONTACTS, search, { ...IN_ORDER, divisions });
        return question.asksNothing ? NOTHING : found(await findContacts(door, principal, behind(question, after)));
      },
    },
    organization: {
      model: 'ExternalOrganization',
      least: { name: '-' },
      records: organizationRecords,
      writes: organizationWrites(ofOrganizations) as unknown as Writes<Json>,
      bodies: (door, { orgId }, divisions, ids) => organizationBodies(door, { orgId, expand: [], divisions }, ids),
      find: async (door, principal, divisions, search, after) => {
        const question = questionOf(principal, FILTERABLE_ORGANIZATIONS, search, { ...IN_ORDER, divisions });
        return question.asksNothing ? NOTHING : found(await findOrganizations(door, principal.orgId, behind(question, after)));
      },
    },
  };
}

/** The order of ids, in which no record can come twice or be passed over, whatever becomes of it meanwhile. */
const IN_ORDER = { by: 'createDate', descending: false, size: limits.bulkFoundAtOnce } as const;

/** What has no words is found nowhere, as in the deep search. */
const NOTHING: Found = { ids: [], upTo: null };

const behind = <Q extends { from: readonly string[] }>(question: Q, after: string | null): Q => (after === null ? question : { ...question, from: [after] });

const found = ({ entities, reached }: Met): Found => ({ ids: JSON.parse(entities) as string[], upTo: reached?.[0] ?? null });

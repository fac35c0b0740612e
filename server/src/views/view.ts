// A saved view: what it asks of its table, whose it is, and who sees it.
import { contactReach, FILTERABLE_CONTACTS } from '../contacts/index.ts';
import { invalidFields } from '../contract/validate.ts';
import { readFilter } from '../families/filter.ts';
import type { Wire } from '../families/wire.ts';
import type { Divisions, Principal } from '../http/principal.ts';
import { FILTERABLE_ORGANIZATIONS, organizationReach } from '../organizations/index.ts';

export type View = Wire['LiaisonView'];
export type Screen = View['screen'];

/** Words, filter, order and columns, as they were sent. */
export type Asked = Pick<View, 'q' | 'filter' | 'sort' | 'columns'>;

export interface Reader {
  orgId: string;
  /** The user, or the client where it acts for itself. */
  id: string;
  /** The tables whose records he may view somewhere. */
  screens: Screen[];
}

const REACHES: Record<Screen, (principal: Principal) => Divisions> = { contacts: contactReach, organizations: organizationReach };
const SEARCHABLE = { contacts: FILTERABLE_CONTACTS, organizations: FILTERABLE_ORGANIZATIONS };

export function readerOf(principal: Principal): Reader {
  const sees = (divisions: Divisions) => divisions === 'all' || divisions.size > 0;
  return {
    orgId: principal.orgId,
    id: principal.userId ?? principal.clientId,
    screens: (Object.keys(REACHES) as Screen[]).filter((screen) => sees(REACHES[screen](principal))),
  };
}

/** @throws Refusal 422 for what the table's search would not take */
export function readAsked({ screen, q, filter, sort, columns }: View): Asked {
  const searchable = SEARCHABLE[screen];
  if (filter) readFilter(filter, searchable);
  if (sort && !(sort.field in searchable.orders))
    throw invalidFields([{ field: 'sort.field', code: 'unknown.field', rule: `must be one of ${Object.keys(searchable.orders).join(', ')}.` }]);
  return { ...(q ? { q } : {}), ...(filter ? { filter } : {}), ...(sort ? { sort } : {}), ...(columns ? { columns } : {}) };
}

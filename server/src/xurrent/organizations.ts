// Lists of organizations in the second dialect.
import type { Call } from '../contract/bind.ts';
import { refuse } from '../http/errors.ts';
import { divisionArray } from '../http/principal.ts';
import { type Condition, predefined, readConditions, readSorts } from './filters.ts';
import { chosen, LIST_PARAMETERS, listReply, readFields, readPage } from './listing.ts';
import { LISTED, ORGANIZATION_FIELDS, organizationOf } from './organization.ts';
import { listOrganizations, type Wanted } from './store.ts';

type Asking = Pick<Call, 'door' | 'principal' | 'divisions' | 'url'> & {
  query: { per_page?: number; page?: number; fields?: string; sort?: string; state?: string };
};

/** @param parent the UUID of one whose children are wanted, and no others */
export async function listAll(call: Asking, origin: string, parent?: string) {
  const page = readPage(call.query);
  const fields = readFields(call.query.fields, ORGANIZATION_FIELDS) ?? LISTED;
  const sorts = readSorts(call.query.sort);
  const state = predefined(call.query.state);
  if (state === undefined) throw refuse('not.found');
  const asked = readConditions(call.url, LIST_PARAMETERS, ORGANIZATION_FIELDS);
  if (state === 'none') return listReply([], 0, page, call.url, origin);
  const conditions = [...state, ...asked];
  const wanted: Wanted = { conditions, sorts, ...(parent === undefined ? narrowest(conditions) : { by: 'parent', values: [parent] }) };
  const view = { orgId: call.principal.orgId, divisions: divisionArray(call.divisions) };
  const { total, found } = await listOrganizations(call.door, view, wanted, page);
  const records = found.map((one) => chosen(organizationOf(one), fields));
  return listReply(records, total, page, call.url, origin);
}

/** The condition that an index answers, if there is one: the others are looked at row by row. */
function narrowest(conditions: readonly Condition[]): Pick<Wanted, 'by' | 'values'> {
  const bySource = conditions.find(({ field, op, negated, values }) => field === 'sourceID' && op === '=' && !negated && !values.includes(''));
  if (bySource) return { by: 'sourceID', values: bySource.values };
  const byChange = conditions.find(({ field, op }) => field === 'updated_at' && op.startsWith('>'));
  return byChange ? { by: 'updated', values: byChange.values } : { by: 'all', values: [] };
}

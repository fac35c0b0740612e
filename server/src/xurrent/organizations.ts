// Lists of organizations in the second dialect.
import type { Call } from '../contract/bind.ts';
import { sortKey } from '../families/fold.ts';
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
  const wanted: Wanted = { sorts, ...(parent === undefined ? narrowest(conditions) : { by: 'parent', values: [parent], conditions }) };
  const view = { orgId: call.principal.orgId, divisions: divisionArray(call.divisions) };
  const { total, found } = await listOrganizations(call.door, view, wanted, page);
  const records = found.map((one) => chosen(organizationOf(one), fields));
  return listReply(records, total, page, call.url, origin);
}

/** The condition that is quickest to answer, and the others, which are looked at row by row. */
function narrowest(conditions: readonly Condition[]): Pick<Wanted, 'by' | 'values' | 'conditions'> {
  const equal = (field: string) => conditions.find((one) => one.field === field && one.op === '=' && !one.negated && !one.values.includes(''));
  const without = (condition: Condition) => conditions.filter((other) => other !== condition);
  for (const by of ['id', 'sourceID'] as const) {
    const found = equal(by);
    if (found) return { by, values: found.values, conditions: without(found) };
  }
  // Names are told apart by capitals, their keys are not.
  const named = equal('name');
  if (named) return { by: 'name', values: named.values.map(sortKey), conditions: [...conditions] };
  const since = conditions.find(({ field, op }) => field === 'updated_at' && op === '>=');
  if (since) return { by: 'updated', values: since.values, conditions: without(since) };
  const disabled = equal('disabled');
  return disabled ? { by: 'disabled', values: disabled.values, conditions: without(disabled) } : { by: 'all', values: [], conditions: [...conditions] };
}

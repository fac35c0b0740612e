// The operations on audits between organizations. The trustor sees what people of its trustees did in it; the trustee
// sees that its people did it, and nothing of the trustor's records.
import { auditSight } from '../../audits/index.ts';
import type { Handlers } from '../../contract/bind.ts';
import { invalidFields } from '../../contract/validate.ts';
import { cut } from '../../families/cut.ts';
import { readMoment } from '../../families/date.ts';
import { isId } from '../../families/id.ts';
import { pageOf } from '../../families/page.ts';
import { refuse } from '../../http/errors.ts';
import { limits } from '../../http/limits.ts';
import type { Principal } from '../../http/principal.ts';
import type { TrustDeps } from '../trust.ts';
import { messageOf } from './message.ts';
import { type Asked, countFacets, readConditions, sorted } from './query.ts';
import { type TrustAuditFilter, trustAudits } from './store.ts';

export const trustAuditHandlers = (deps: TrustDeps): Handlers => ({
  postOrgauthorizationTrusteesAudits: ({ principal, query, body }) =>
    answer(deps, principal, query, body, {
      trustorOrgId: principal.orgId,
      trusteeOrgIds: idsOf(body.trusteeOrganizationIds),
      userIds: idsOf(body.trusteeUserIds),
    }),

  postOrgauthorizationTrustorAudits: ({ principal, query, body }) => {
    const trustorOrgId = body.trustorOrganizationId.toLowerCase();
    if (!isId(trustorOrgId) || trustorOrgId === principal.orgId) throw refuse('not.found');
    return answer(deps, principal, query, body, { trustorOrgId, trusteeOrgIds: [principal.orgId], userIds: idsOf(body.trusteeUserIds) });
  },
});

/** Null for all, where there are none. What is no id is nobody's. */
const idsOf = (ids: readonly string[]): string[] | null => (ids.length === 0 ? null : ids.map((id) => id.toLowerCase()).filter(isId));

type Page = { pageSize?: number; pageNumber?: number; sortBy?: string; sortOrder?: string };
type Body = Asked & { startDate?: string; endDate?: string };

async function answer(deps: TrustDeps, principal: Principal, query: Page, body: Body, whose: Omit<TrustAuditFilter, 'from' | 'to'>): Promise<string> {
  const page = pageOf(query, limits.trustAuditRowsMax);
  const { sortBy = 'timestamp', sortOrder = 'descending' } = query;
  if (!['ascending', 'descending'].includes(sortOrder))
    throw refuse('invalid.query.param.value', { params: { name: 'sortOrder', value: cut(sortOrder, 200), rule: 'It takes ascending or descending.' } });
  const descending = sortOrder === 'descending';
  const fits = readConditions(body);
  const period = { from: readTime('startDate', body.startDate), to: readTime('endDate', body.endDate) };
  const newest = descending || sortBy !== 'timestamp';
  const rows = await trustAudits(deps.database.system, { ...whose, ...period }, newest, limits.trustAuditRowsMax);
  const sight = whose.trustorOrgId === principal.orgId ? auditSight(principal, 'all') : undefined;
  const messages = rows.map((row) => messageOf(row, whose.trustorOrgId, sight, principal.signingKey)).filter(fits);
  return JSON.stringify({
    pageNumber: page.number,
    pageSize: page.size,
    total: messages.length,
    pageCount: Math.ceil(messages.length / page.size),
    facetInfo: countFacets(body, messages),
    auditMessages: sorted(messages, sortBy, descending).slice(page.offset, page.offset + page.size),
  });
}

function readTime(field: string, text: string | undefined): Date | null {
  if (text === undefined) return null;
  const ms = readMoment(text);
  if (ms === undefined) throw invalidFields([{ field, code: 'invalid', rule: 'must be a date and time such as 2026-07-01T00:00:00Z.' }]);
  return new Date(ms);
}

// What the audit is told of signing in: who did, and what was refused. Whoever is refused is nobody yet, so that it stands
// there as done by the client, about the user who was meant, or about the client where that is not known.
import type { Database, Step } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { authorValue, changeColumns, doneBy, holdStep } from '../../families/changes.ts';
import { networkOf } from '../../http/address.ts';
import { limits } from '../../http/limits.ts';
import type { Author } from '../../http/principal.ts';
import { createRateLimit } from '../../http/rate-limit.ts';

/** A change of an access that somebody signs in by: one of a browser, or a token. */
export interface Event {
  kind: 'signIn' | 'token';
  action: 'create' | 'refuse';
  recordId: string;
  facts: Record<string, string | undefined>;
}

export const recordSteps = (author: Author, { kind, action, recordId, facts }: Event): Step[] => [
  holdStep(author.orgId),
  [
    sql`insert into changes (${changeColumns}) select $1, $2, $3, ${doneBy}, null, null, $6
      from (select $4::text as action, $5::uuid[] as author) done`,
    [author.orgId, kind, recordId, action, authorValue(author), JSON.stringify(facts)],
  ],
];

export interface Refused {
  orgId: string;
  clientId: string;
  /** Who was meant, where that is known. */
  userId?: string | undefined;
  correlationId: string;
  reason: string;
  address: string;
}

export type RecordRefusal = (kind: Event['kind'], refused: Refused) => Promise<void>;

/** Everybody can be refused as often as they like, without being anybody: of more a minute from one network the audit says no more. */
export function createRefusals(database: Database): RecordRefusal {
  const recorded = createRateLimit();
  return async (kind, { orgId, clientId, userId, correlationId, reason, address }) => {
    if (recorded.count(`${orgId} ${networkOf(address)}`, limits.refusalsRecordedPerMinute).exceeded) return;
    const author = { orgId, homeOrgId: orgId, clientId, userId: undefined, correlationId };
    const facts = { clientId, userId, reason, address };
    await database.tenant(orgId).flight(recordSteps(author, { kind, action: 'refuse', recordId: userId ?? clientId, facts }));
  };
}

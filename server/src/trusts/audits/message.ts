// The platform's shape of an audit entry, and the fields by which entries are filtered, counted and sorted.
import { createHmac } from 'node:crypto';
import { type AuditSight, differences, nameOf, statesOf } from '../../audits/index.ts';
import type { TrustAuditRow } from './store.ts';

export interface AuditMessage {
  id: string;
  user: { id: string; name?: string | undefined };
  correlationId: string;
  transactionId: string;
  transactionInitiator: boolean;
  application: string;
  serviceName: string;
  level: 'USER';
  timestamp: string;
  receivedTimestamp: string;
  status: 'SUCCESS' | 'FAILURE';
  action: string;
  entity: { type: string; id: string; name?: string | undefined };
  changes: { property: string; oldValues: string[]; newValues: string[] }[];
  serviceContext: { name: string };
  /** Whose people did it, and which trustee the entry is about. */
  userHomeOrgId: string;
  userTrusteeOrgId?: string | undefined;
}

const TRUST_KINDS: Record<string, string> = {
  trust: 'Trustee',
  trustUser: 'TrusteeUser',
  trustGroup: 'TrusteeGroup',
  clonedUser: 'ClonedUser',
};
const ACCESS_KINDS = new Set([
  'user',
  'group',
  'role',
  'division',
  'grant',
  'client',
  'token',
  'signIn',
  'identityProvider',
  'pairing',
  ...Object.keys(TRUST_KINDS),
]);

/** A trust is its trustee's affair as well as its trustor's. */
const NOTHING: AuditSight = { contacts: [], organizations: [], identifiers: [], sessions: [], segments: [], others: [] };
const ALL: AuditSight = { contacts: null, organizations: null, identifiers: null, sessions: null, segments: null, others: null };

/**
 * @param sight what the reader may see of the trustor's records; undefined for the trustee, which sees what its people
 *   did, and nothing of what they did it to
 */
export function messageOf(row: TrustAuditRow, trustorOrgId: string, sight: AuditSight | undefined, key: Buffer): AuditMessage {
  const ofTrust = TRUST_KINDS[row.kind];
  const { before, after } = statesOf(row, ofTrust ? ALL : (sight ?? NOTHING));
  const acting = row.home_org_id !== trustorOrgId;
  const service = ACCESS_KINDS.has(row.kind) ? 'authorization' : 'externalContacts';
  return {
    id: createHmac('sha256', key).update(`${trustorOrgId} ${row.position}`).digest('hex').slice(0, 32),
    user: { id: row.user_id ?? row.client_id, name: (row.user_id ? row.user_name : row.client_name) ?? undefined },
    correlationId: row.correlation_id,
    transactionId: row.correlation_id,
    transactionInitiator: true,
    application: 'liaison',
    serviceName: service,
    level: 'USER',
    timestamp: row.at,
    receivedTimestamp: row.at,
    status: row.action === 'refuse' ? 'FAILURE' : 'SUCCESS',
    action: row.action.toUpperCase(),
    entity: { type: ofTrust ?? typeOf(row.kind), id: row.record_id, name: nameOf(after ?? before) },
    changes: differences(before, after).map(({ field, before: old, after: now }) => ({
      property: field.slice(2),
      oldValues: valuesOf(old),
      newValues: valuesOf(now),
    })),
    serviceContext: { name: service },
    userHomeOrgId: row.home_org_id,
    userTrusteeOrgId: row.trustee_org_id ?? (acting ? row.home_org_id : undefined),
  };
}

function typeOf(kind: string): string {
  if (kind === 'organization') return 'ExternalOrganization';
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
}

const valuesOf = (value: unknown): string[] =>
  value === undefined ? [] : (Array.isArray(value) ? value : [value]).map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));

/** By name, all values of an entry. */
export const FIELDS: Record<string, (message: AuditMessage) => (string | undefined)[]> = {
  timestamp: (message) => [message.timestamp],
  action: (message) => [message.action],
  status: (message) => [message.status],
  level: (message) => [message.level],
  serviceName: (message) => [message.serviceName],
  correlationId: (message) => [message.correlationId],
  'user.id': (message) => [message.user.id],
  'user.name': (message) => [message.user.name],
  'entity.type': (message) => [message.entity.type],
  'entity.id': (message) => [message.entity.id],
  'entity.name': (message) => [message.entity.name],
  userHomeOrgId: (message) => [message.userHomeOrgId],
  userTrusteeOrgId: (message) => [message.userTrusteeOrgId],
  property: (message) => message.changes.map(({ property }) => property),
};

/** Whether the text stands in the action, the record's name or the values that changed. */
export function mentions({ action, entity, changes }: AuditMessage, phrase: string): boolean {
  const texts = [action, entity.name ?? '', ...changes.flatMap(({ oldValues, newValues }) => [...oldValues, ...newValues])];
  return texts.some((text) => text.toLowerCase().includes(phrase));
}

// The rules of webhooks: what a body says, who may have one, which secrets sign.
import { randomBytes, randomUUID } from 'node:crypto';
import { type Fault, invalidFields } from '../contract/validate.ts';
import type { Sight } from '../events/index.ts';
import type { FeedKind } from '../families/changes.ts';
import { isId } from '../families/id.ts';
import type { Wire } from '../families/wire.ts';
import { type Refusal, refuse } from '../http/errors.ts';
import type { Divisions } from '../http/principal.ts';

/** Of records of the directory: what becomes of an import is nothing to keep a copy of. */
export const KINDS: readonly Exclude<FeedKind, 'importJob'>[] = [
  'contact',
  'organization',
  'contactNote',
  'organizationNote',
  'relationship',
  'conversation',
  'journeySession',
  'journeySegment',
];
/** What happens all the time is sent to who asks for it. */
const BY_DEFAULT = KINDS.slice(0, 5);

/** What people say of a webhook. */
export interface Settings {
  name: string;
  url: string;
  kinds: FeedKind[];
  /** Null for all. */
  divisionIds: string[] | null;
  enabled: boolean;
}

/** @throws Refusal 422 naming each faulty field */
export function readSettings(body: Wire['LiaisonWebhook']): Settings {
  const faults: Fault[] = [];
  const url = readUrl(body.url as string, faults);
  const divisionIds = body.divisionIds?.map((id, i) => {
    if (!isId(id.toLowerCase())) faults.push({ field: `divisionIds[${i}]`, code: 'format', rule: 'must be the id of a division.' });
    return id.toLowerCase();
  });
  if (faults.length > 0) throw invalidFields(faults);
  return {
    name: body.name as string,
    url,
    kinds: body.kinds ? KINDS.filter((kind) => body.kinds?.includes(kind)) : [...BY_DEFAULT],
    divisionIds: divisionIds ? [...new Set(divisionIds)].sort() : null,
    enabled: body.enabled ?? true,
  };
}

/** As URL writes it. Whoever reads webhooks or audits would read a password in it, too. */
function readUrl(text: string, faults: Fault[]): string {
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    faults.push({ field: 'url', code: 'format', rule: 'must have no user name or password: deliveries are signed instead.' });
  url.hash = '';
  return url.href;
}

export const REFUSED_URL: Fault = {
  field: 'url',
  code: 'address',
  rule: 'leads to an address that is not a public one, to which this server does not deliver.',
};

/**
 * A webhook belongs to the organization and outlives whoever made it: it sees with the organization's eyes, in its
 * divisions. So only who sees all of that himself may make one or change one, be it but to where it leads; else a
 * webhook would be a way to have oneself sent what one may not read (G21).
 * @param sight of the caller
 */
export function requireSight(sight: Sight, { kinds, divisionIds }: Pick<Settings, 'kinds' | 'divisionIds'>): void {
  const refusal = kinds.map((kind) => missing(kind, sight(kind), divisionIds)).find((found) => found !== undefined);
  if (refusal) throw refusal;
}

function missing(kind: FeedKind, seen: Divisions, divisionIds: string[] | null): Refusal | undefined {
  if (seen === 'all') return undefined;
  const permissions = PERMISSIONS[kind] ?? 'externalContacts:externalOrganization:view';
  if (divisionIds === null) return refuse('missing.permissions', { params: { permissions: `${permissions} in all divisions` } });
  return divisionIds.every((id) => seen.has(id)) ? undefined : refuse('missing.division.permission', { params: { permissions } });
}

/** What a refusal names, where it is not that of organizations. */
const PERMISSIONS: Partial<Record<FeedKind, string>> = {
  contact: 'externalContacts:contact:view',
  contactNote: 'externalContacts:contact:view',
  conversation: 'externalContacts:contact:view',
  journeySession: 'externalContacts:session:view',
  journeySegment: 'externalContacts:segmentAssignment:view',
};

/** What a webhook sees: its kinds, in its divisions, nothing else. */
export function sightOfWebhook(kinds: readonly FeedKind[], divisionIds: readonly string[] | null): Sight {
  const divisions: Divisions = divisionIds === null ? 'all' : new Set(divisionIds);
  return (kind) => (kinds.includes(kind) ? divisions : NOWHERE);
}

const NOWHERE: Divisions = new Set();

// Secrets --------------------------------------------------------------------------------------------------------------

const PREFIX = 'whsec_';
/** Of a secret's key (Standard Webhooks: 24 to 64 bytes). */
const [BYTES_MIN, BYTES_MAX] = [24, 64];

export const newSecret = (): string => PREFIX + randomBytes(32).toString('base64');

/** @throws Refusal 422 for what is no secret of Standard Webhooks. The refusal does not repeat it. */
export function readSecret(given: string | undefined): string {
  if (given === undefined) return newSecret();
  const key = Buffer.from(given.slice(PREFIX.length), 'base64');
  if (given === PREFIX + key.toString('base64') && key.length >= BYTES_MIN && key.length <= BYTES_MAX) return given;
  throw invalidFields([{ field: 'secret', code: 'format', rule: `must be ${PREFIX} and the base64 of ${BYTES_MIN} to ${BYTES_MAX} bytes.` }]);
}

/** The secrets that sign now. */
export function signing(secrets: { secret: string; previous: string | null; previousUntil: Date | null }, now: number): string[] {
  const { secret, previous, previousUntil } = secrets;
  return previous !== null && previousUntil !== null && previousUntil.getTime() > now ? [secret, previous] : [secret];
}

/** What a test delivers: an envelope like any other's, about no record. */
export function testMessage(webhookId: string, correlationId: string): { id: string; text: string } {
  const id = randomUUID();
  const metadata = { CorrelationId: correlationId, id, action: 'test', time: new Date().toISOString() };
  return { id, text: JSON.stringify({ topicName: `liaison.webhooks.${webhookId}.test`, version: '2', eventBody: { id: webhookId }, metadata }) };
}

// The vocabulary of refusals. Every error a client sees is one of these codes; a code's sentence is public, the cause
// is for the log. Sources: the platform's published codes where known, our own names where nothing is published.
import { limits } from './limits.ts';

const CATALOGUE = {
  'bad.request': [400, 'The request could not be understood by the server: {reason}'],
  'invalid.query.param.value': [400, 'The query parameter {name} does not take the value "{value}". {rule}'],
  'constraint.validation': [422, 'The request breaks a rule of this resource. {reason}'],
  'invalid.value': [400, 'The value "{value}" of {name} is not one it takes. {rule}'],
  'not.a.user': [400, 'This request needs a token of a user; the token given belongs to a client.'],
  'authentication.required': [401, 'No authentication bearer token specified in authorization header.'],
  'bad.credentials': [401, 'Invalid login credentials.'],
  'invalid.link': [403, 'The link is not one of this server, is for something else, or has expired. Ask for a new one.'],
  'not.authorized': [403, 'The scopes of the token do not allow this. It takes one of: {scopes}'],
  'missing.permissions': [403, 'Unable to perform the requested action. You are missing the following permission(s): {permissions}'],
  'missing.any.permissions': [403, 'Unable to perform the requested action. You must have at least one of the following permissions assigned: {permissions}'],
  'missing.division.permission': [
    403,
    'Unable to perform the requested action in this division. It needs one of the following permissions there: {permissions}',
  ],
  'missing.trustor.permissions': [403, 'Missing required permission(s)'],
  'account.mismatch': [403, 'The token is of another account than the one that the request names.'],
  'self.trust.not.allowed': [400, "The pairing trustee organization id cannot match the creator of the trust's organization id."],
  'pairing.id.required': [400, 'A valid pairingId is required.'],
  'trustee.user.required': [400, 'At least one trustee user is required.'],
  'max.trustee.users': [400, 'At most {most} users of one organization can be authorized.'],
  'max.trustee.groups': [400, 'At most {most} groups of one organization can be authorized.'],
  'max.cloned.users': [400, 'An organization can have at most {most} cloned users.'],
  'not.found': [404, 'The requested resource was not found.'],
  'general.resource.not.found': [404, 'The requested resource was not found: {what}'],
  conflict: [409, 'The request conflicts with the current state of the target resource. {reason}'],
  'general.conflict': [409, 'The version supplied does not match the current version of the {what}.'],
  'division.change.not.allowed': [409, 'The division of a {what} cannot be changed: it is {stored}, the request says {wanted}.'],
  'identifier.already.claimed': [409, 'The identifier is claimed by another record of the same division.'],
  'identifier.not.found': [404, 'The record does not have the claim to this identifier.'],
  'enrich.matched': [409, 'The identifiers already lead to a record, and Insert changes none.'],
  'enrich.unmatched': [404, 'The identifiers lead to no record, and Update makes none.'],
  'external.source.inactive': [409, 'The external source is not active.'],
  'contact.merged.away': [409, 'The contact was merged into another. Its canonical contact is {canonical}.'],
  'contacts.already.merged': [409, 'Contacts of one merge set cannot be merged again: they are one contact, {canonical}.'],
  'contacts.both.curated': [409, 'This merge takes no two curated contacts; POST /api/v2/externalcontacts/contacts/merge does.'],
  'division.mismatch': [409, 'Contacts can be merged only within one division.'],
  'mergeset.limit.exceeded': [409, 'The merge set would have {count} contacts. It can have {most}.'],
  'duplicate.state.conflict': [409, 'The pair is {state}.'],
  'duplicate.records.gone': [409, 'The two records of the pair are not both there.'],
  'nothing.to.unmerge': [409, 'The contact did not come of a merge: there is nothing to undo.'],
  'division.not.empty': [409, 'The division still holds {count} records. Move or delete them first.'],
  'not.acceptable': [406, 'This address answers in application/json only.'],
  'version.mismatch': [412, 'The record has changed: it has the version {stored}, If-Match says {wanted}. Read it again.'],
  'request.entity.too.large': [413, 'The request body is larger than {most} bytes.'],
  'idempotency.key.reused': [422, 'The Idempotency-Key was used within 24 hours for a request with another address or body.'],
  'idempotent.answer.too.large': [413, 'The answer would be larger than the {most} bytes that are kept for an Idempotency-Key. Nothing was done.'],
  'patch.conflict': [409, 'A field and a part of it cannot be changed together: {parent} and {child}.'],
  'unsupported.media.type': [415, 'The content type {type} is not supported; send application/json.'],
  'invalid.cursor': [422, 'The cursor is not one of this listing, or is older than 24 hours. Start again without it.'],
  'too.many.requests.retry.after': [429, 'Rate limit exceeded the maximum. Retry the request in [{seconds}] seconds'],
  'internal.server.error': [500, 'The server failed to process the request. Its log has the details under this contextId.'],
  'not.implemented': [501, 'This server does not offer {operation} yet.'],
  'service.unavailable': [503, 'The server is not ready, or cannot reach its database or write files at the moment. Try again.'],
  'request.timeout': [504, 'The request took too long and was given up.'],
} as const satisfies Record<string, readonly [number, string]>;

export type Code = keyof typeof CATALOGUE;

export interface Detail {
  errorCode: string;
  fieldName?: string | undefined;
  entityId?: string | undefined;
  entityName?: string | undefined;
  /** The value's fault and the rule, for people: bulk operations tell it of each field, ErrorBody has no place for it. */
  rule?: string;
  /** What `maxLength` allows, for the sentences of another dialect. */
  most?: number | undefined;
}

export interface RefusalFacts {
  params?: Record<string, string | number>;
  details?: Detail[];
  /** Replaces the catalogue's status, where an operation declares another one for the same fault. */
  status?: number;
  /** By default one of the directory. */
  limit?: { key: string; value: number; namespace?: string };
  headers?: Record<string, string>;
  cause?: unknown;
}

/** An answer that says no. Thrown anywhere, rendered in the dialect that the request came in by. */
export class Refusal extends Error {
  readonly code: Code;
  readonly status: number;
  readonly template: string;
  readonly facts: RefusalFacts;

  constructor(code: Code, facts: RefusalFacts = {}) {
    const [status, template] = CATALOGUE[code];
    super(fill(template, facts.params ?? {}), { cause: facts.cause });
    this.code = code;
    this.status = facts.status ?? status;
    this.template = template;
    this.facts = facts;
  }
}

export const refuse = (code: Code, facts?: RefusalFacts): Refusal => new Refusal(code, facts);

/** The codes with their statuses and sentences, for the docs and their test. */
export const catalogue: Readonly<Record<string, readonly [number, string]>> = CATALOGUE;

/** The body of the platform's ErrorBody; `contextId` equals the correlation id of the answer. */
export function renderErrorBody(refusal: Refusal, contextId: string): string {
  const { params, details, limit } = refusal.facts;
  const messageParams: Record<string, string> = {};
  for (const [name, value] of Object.entries(params ?? {})) messageParams[name] = String(value);
  return JSON.stringify({
    message: refusal.message,
    code: refusal.code,
    status: refusal.status,
    ...(params ? { messageWithParams: refusal.template, messageParams } : { messageParams }),
    contextId,
    details: (details ?? []).slice(0, limits.errorDetailsMax).map(({ rule: _, most: __, ...detail }) => detail),
    errors: [],
    ...(limit ? { limit: { namespace: 'external.contacts', ...limit } } : {}),
  });
}

/** RFC 6749 §5.2, with the platform's additional `description`. */
export function renderOAuth(error: string, description: string): string {
  return JSON.stringify({ error, description, error_description: description });
}

function fill(template: string, params: Record<string, string | number>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? '')).trim();
}

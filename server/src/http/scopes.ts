// Which scopes let a token use an operation. Scopes bind what an OAuth client may do for its users, whatever those may do
// themselves; a token of a client that acts for itself has none. The names are the platform's. Our own operations take
// the scope of the family that they extend: those on a person's rights are its gdpr.
import { refuse } from './errors.ts';
import type { Principal } from './principal.ts';

/** What every token may ask: what it stands for, and to end. */
const ANY: readonly string[] = [];

/** Path prefix → scopes, any of which opens what lies under it. The longest prefix counts. */
const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  '/api/v2/authorization': ['authorization'],
  '/api/v2/externalcontacts': ['external-contacts'],
  '/api/v2/groups': ['groups'],
  '/api/v2/notifications': ['notifications'],
  '/api/v2/oauth': ['oauth'],
  '/api/v2/organizations': ['organization'],
  '/api/v2/orgauthorization': ['organization-authorization'],
  '/api/v2/tokens': ['oauth'],
  '/api/v2/tokens/me': ANY,
  '/api/v2/users': ['users'],
  '/api/v2/users/me': ['users', 'user-basic-info'],
  '/api/v2/users/me/password': ['users'],
  '/liaison/v1/audits': ['audits'],
  '/liaison/v1/bulk-jobs': ['external-contacts'],
  '/liaison/v1/contacts': ['external-contacts'],
  '/liaison/v1/duplicates': ['external-contacts'],
  // Both show what happens to external contacts, and nothing else.
  '/liaison/v1/events': ['external-contacts'],
  '/liaison/v1/webhooks': ['external-contacts'],
  '/liaison/v1/exports': ['external-contacts'],
  '/liaison/v1/health': ['organization'],
  '/liaison/v1/identity-providers': ['identity-providers'],
  '/liaison/v1/import': ['external-contacts'],
  '/liaison/v1/imports': ['external-contacts'],
  '/liaison/v1/journey': ['external-contacts'],
  '/liaison/v1/limits': ['organization'],
  '/liaison/v1/observe': ['external-contacts'],
  '/liaison/v1/organizations': ['external-contacts'],
  '/liaison/v1/settings': ['organization'],
  '/liaison/v1/subjects': ['gdpr'],
  '/liaison/v1/views': ['external-contacts'],
  '/v1': ['external-contacts'],
};

/** Opens everything. */
const ALL = 'all';

interface Asked {
  method: string;
  path: string;
  permissions?: { of: string[] };
}

/**
 * The scopes that open an operation, each by itself; none where any token may use it.
 * @throws Error for a path of no family: whoever adds one decides
 */
export function scopesOf(operation: Asked): readonly string[] {
  const [prefix] = Object.keys(FAMILIES)
    .filter((candidate) => operation.path === candidate || operation.path.startsWith(`${candidate}/`))
    .sort((a, b) => b.length - a.length);
  const scopes = prefix === undefined ? undefined : FAMILIES[prefix];
  if (scopes === undefined) throw new Error(`server/src/http/scopes.ts names no scope for ${operation.path}`);
  return isRead(operation) ? scopes.flatMap((scope) => [scope, `${scope}:readonly`]) : scopes;
}

/** Whoever may view may keep how he looks at it, which changes no record and still is a write. */
const KEEPS = '/liaison/v1/views';

/** A POST that searches, looks up or fetches many asks for no permission but to view. */
function isRead({ method, path, permissions }: Asked): boolean {
  if (method === 'GET' || method === 'HEAD') return true;
  return method === 'POST' && path !== KEEPS && (permissions?.of.every((permission) => /:(view|viewAll|search)$/.test(permission)) ?? false);
}

/** Whether the scopes of the token, if it has any, open what takes one of these. */
export function isInScope({ scopes }: Pick<Principal, 'scopes'>, enough: readonly string[]): boolean {
  return scopes.length === 0 || enough.length === 0 || scopes.some((scope) => scope === ALL || enough.includes(scope));
}

/** @throws Refusal 403 naming the scopes */
export function requireScope(principal: Pick<Principal, 'scopes'>, enough: readonly string[]): void {
  if (!isInScope(principal, enough)) throw refuse('not.authorized', { params: { scopes: enough.join(', ') } });
}

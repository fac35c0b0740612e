// Who is asking, and in which divisions they may do what.
import { refuse } from './errors.ts';

/** The divisions in which something is allowed: every one, or these. An empty set still counts as allowed nowhere. */
export type Divisions = 'all' | ReadonlySet<string>;

/** The division "*", unassigned, in the tables. Records in it are open to whoever has the permission anywhere. */
export const UNASSIGNED = '00000000-0000-0000-0000-000000000000';

export interface Principal {
  /** The organization that the token acts in. */
  readonly orgId: string;
  /** The organization whose people or programs the caller belongs to. */
  readonly homeOrgId: string;
  readonly clientId: string;
  readonly clientName: string;
  /** In the organization that the caller belongs to. */
  readonly userId: string | undefined;
  /** The user that stands for the caller in the organization it acts in, if there is one. */
  readonly cloneId: string | undefined;
  /** The organization's name in addresses and headers. */
  readonly shortName: string;
  /** What the organization's search words start with. */
  readonly wordPrefix: string;
  /** Signs the organization's cursors. */
  readonly signingKey: Buffer;
  /** ISO 3166 code: how the organization reads phone numbers without a country code. */
  readonly defaultCountryCode: string;
  /** Whether records of the directory may be moved from one division to another (a setting of the organization). */
  readonly divisionMoves: boolean;
  /** Days that an observed contact stays, 0 for good (a setting of the organization). */
  readonly identityExpiryDays: number;
  /** Type of identifier → who is meant by a value that several hold; what is not named is `oldest` (a setting of the organization). */
  readonly sharedIdentifiers: Readonly<Record<string, 'oldest' | 'newest' | 'none'>>;
  /** Requests a minute, 0 for no limit, undefined for the server's own setting. */
  readonly rateLimit: number | undefined;
  /** What the client may do for the user (see scopes.ts); none for everything that the user may. */
  readonly scopes: readonly string[];
  readonly tokenHash: Buffer;
  readonly expiresAt: number;
  /** Where the permission (`domain:entity:action`) is granted. */
  divisionsOf(permission: string): Divisions;
}

/** Whom a change is attributed to. */
export type Author = Pick<Principal, 'orgId' | 'homeOrgId' | 'clientId' | 'userId'> & {
  /** The id that the request's answer carries in its header, too. */
  readonly correlationId: string;
};

/** Changes are attributed to a principal, or to whom a row names. */
export const authorOf = (
  { orgId, homeOrgId, clientId, userId }: Pick<Principal, 'orgId' | 'homeOrgId' | 'clientId'> & { userId?: string | null | undefined },
  correlationId: string,
): Author => ({ orgId, homeOrgId, clientId, userId: userId ?? undefined, correlationId });

/**
 * The divisions in which the caller may do what an operation does.
 * @throws Refusal 403 with the platform's code for the operation's mode.
 */
export function permit(principal: Principal, permissions: { mode: 'ANY' | 'ALL'; of: string[] } | undefined): Divisions {
  if (!permissions) return 'all';
  const granted = permissions.of.map((permission) => principal.divisionsOf(permission));
  const allowed = permissions.mode === 'ANY' ? granted.reduce(union) : granted.reduce(intersection);
  if (allowed === 'all' || allowed.size > 0) return allowed;
  throw permissions.mode === 'ANY'
    ? refuse('missing.any.permissions', { params: { permissions: `[${permissions.of.join(', ')}]` } })
    : refuse('missing.permissions', { params: { permissions: permissions.of.filter((_, i) => !isSome(granted[i])).join(', ') || permissions.of.join(', ') } });
}

/** Where any of the permissions is granted: how far the caller sees beyond what the operation itself is about. */
export function reach(principal: Principal, ...permissions: string[]): Divisions {
  return permissions.map((permission) => principal.divisionsOf(permission)).reduce(union);
}

/** As an SQL array for `in_divisions is null or division_id = any (in_divisions)`: null for all; unassigned is open to whoever is allowed anywhere. */
export function divisionArray(divisions: Divisions): string[] | null {
  if (divisions === 'all') return null;
  return divisions.size === 0 ? [] : [...divisions, UNASSIGNED];
}

/** Of two such arrays what is in both. */
export function both(a: string[] | null, b: string[] | null): string[] | null {
  return a === null ? b : b === null ? a : a.filter((id) => b.includes(id));
}

export function includesDivision(divisions: Divisions, id: string): boolean {
  return divisions === 'all' || divisions.has(id) || (id === UNASSIGNED && divisions.size > 0);
}

const isSome = (divisions: Divisions | undefined) => divisions === 'all' || (divisions?.size ?? 0) > 0;

function union(a: Divisions, b: Divisions): Divisions {
  return a === 'all' || b === 'all' ? 'all' : new Set([...a, ...b]);
}

function intersection(a: Divisions, b: Divisions): Divisions {
  if (a === 'all') return b;
  return b === 'all' ? a : new Set([...a].filter((id) => b.has(id)));
}

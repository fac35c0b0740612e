// What the operations on trusts have in common: whose side a request comes from, and what it needs on the other.

import type { Catalogue, Changes } from '../access/index.ts';
import { divisionsHeld, findAccess } from '../access/index.ts';
import type { Call } from '../contract/bind.ts';
import { invalidFields } from '../contract/validate.ts';
import type { Database, Door } from '../db/database.ts';
import { readMoment } from '../families/date.ts';
import { refuse } from '../http/errors.ts';
import type { Author, Principal } from '../http/principal.ts';
import { storedTrust } from './store.ts';

export interface TrustDeps {
  database: Database;
  changes: Changes;
  catalogue: Catalogue;
  /** Organizations whose people support others, as the operator set them: trusted without a pairing. */
  careOrganizations: readonly string[];
  pairingHours: number;
}

/** A trust as one of its two organizations comes to it. What is written is the trustor's, whoever asks. */
export interface Side {
  trustorOrgId: string;
  trusteeOrgId: string;
  /** The trustor's. */
  door: Door;
  author: Author;
  principal: Principal;
}

type Asking = Pick<Call, 'door' | 'principal' | 'author'>;

/** Who grants. @throws Refusal 404 without a trust */
export async function asTrustor({ database }: TrustDeps, { door, principal, author }: Asking, trusteeOrgId: string): Promise<Side> {
  if (!(await storedTrust(database.system, principal.orgId, trusteeOrgId))) throw refuse('not.found');
  return { trustorOrgId: principal.orgId, trusteeOrgId, door, author, principal };
}

/**
 * Who receives.
 * @param permission that the caller also needs in the trustor, by the trust itself; members of a support organization
 *   are its own affair, for its trusts name none
 * @throws Refusal 404 without a trust, 403 without the permission
 */
export async function asTrustee(deps: TrustDeps, { principal, author }: Asking, trustorOrgId: string, permission?: string): Promise<Side> {
  const { system } = deps.database;
  const { orgId: trusteeOrgId, userId } = principal;
  if (!(await storedTrust(system, trustorOrgId, trusteeOrgId))) throw refuse('not.found');
  if (permission !== undefined && !deps.careOrganizations.includes(trusteeOrgId)) {
    const access = userId === undefined ? undefined : await findAccess(system, trustorOrgId, trusteeOrgId, userId);
    const divisions = divisionsHeld(access?.powers ?? [])(permission);
    if (divisions !== 'all' && divisions.size === 0) throw refuse('missing.trustor.permissions', { params: { permissions: permission } });
  }
  return { trustorOrgId, trusteeOrgId, door: deps.database.tenant(trustorOrgId), author: { ...author, orgId: trustorOrgId }, principal };
}

/** @returns null for none. @throws Refusal 400 for what is no moment */
export function readExpiry(text: string | undefined): Date | null {
  if (text === undefined) return null;
  const ms = readMoment(text);
  if (ms === undefined) throw invalidFields([{ field: 'dateExpired', code: 'invalid', rule: 'must be a date and time such as 2026-07-01T00:00:00Z.' }]);
  return new Date(ms);
}

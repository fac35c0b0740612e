// Who somebody is by e-mail address and password. An address that nobody has, one whose owner has no password, and a wrong
// password look alike and take the same time.
import type { Door } from '../../db/database.ts';
import { limits } from '../../http/limits.ts';
import { verifyPassword } from '../password.ts';
import { type Candidate, candidates } from './store.ts';

export interface Claim {
  email: string;
  password: string;
  /** The organization it has to be; without it, any may be looked in. */
  orgId: string | undefined;
  /** A name that narrows it down. */
  organization: string | undefined;
}

export interface Identified {
  /** Several where the same password was right in several organizations. */
  right: Candidate[];
  /** Who was meant, wherever the password was wrong. */
  wrong: Candidate[];
}

export async function identify(system: Door, { email, password, orgId, organization }: Claim): Promise<Identified> {
  const found = isText(email) && isText(organization ?? '') ? await candidates(system, email, orgId, organization) : [];
  const tries = orgId === undefined ? limits.signInOrganizationsMax : 1;
  const verified = await Promise.all(Array.from({ length: tries }, (_, i) => verifyPassword(password, found[i]?.password_hash ?? undefined)));
  return { right: found.filter((_, i) => verified[i]), wrong: found.filter((_, i) => !verified[i]) };
}

/** PostgreSQL takes no NUL in a text, and no address or name has one. */
const isText = (text: string): boolean => text.length <= 500 && !text.includes('\0');

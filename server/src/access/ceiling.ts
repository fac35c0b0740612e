// Nobody gives what they do not hold: neither by a grant, nor by a role that others hold already, nor by a client's
// secret or a user's password. What is given is compared pattern by pattern, in the divisions it is given in; "*" is
// held only by who holds "*", because it reaches what later versions add.
import { refuse } from '../http/errors.ts';
import { type Divisions, type Principal, UNASSIGNED } from '../http/principal.ts';
import { type Power, patternsOf } from './policies.ts';

/** @throws Refusal 403 naming what the caller lacks */
export function requireHeld(principal: Principal, powers: readonly Power[]): void {
  const lacking = new Set<string>();
  for (const power of powers) {
    for (const pattern of patternsOf(power.policies)) if (!covers(principal.divisionsOf(pattern), power.divisionId)) lacking.add(pattern);
  }
  if (lacking.size > 0) throw missing(lacking);
}

/** For what is granted to nobody yet. @throws Refusal 403 naming what the caller holds in no division at all */
export function requireHeldSomewhere(principal: Principal, patterns: readonly string[]): void {
  const lacking = patterns.filter((pattern) => {
    const divisions = principal.divisionsOf(pattern);
    return divisions !== 'all' && divisions.size === 0;
  });
  if (lacking.length > 0) throw missing(lacking);
}

/** Whether a permission held in these divisions is enough for acting on that one. All divisions take a permission in all. */
export function covers(divisions: Divisions, divisionId: string): boolean {
  return divisions === 'all' || (divisionId !== UNASSIGNED && divisions.has(divisionId));
}

/** @throws Refusal 403 where one of the divisions is closed to the caller */
export function requireDivisions(divisions: Divisions, wanted: Iterable<string>, permission: string): void {
  for (const id of wanted) if (!covers(divisions, id)) throw refuse('missing.division.permission', { params: { permissions: permission } });
}

const SHOWN = 20;

function missing(patterns: Iterable<string>) {
  return refuse('missing.permissions', { params: { permissions: [...patterns].slice(0, SHOWN).join(', ') } });
}

// What a role's policies allow. A policy names a domain, an entity and a set of actions, each of which may be "*". The
// same comparison says whether a pattern lies within another: "*" is matched by "*" and by nothing narrower.
import { type Divisions, UNASSIGNED } from '../http/principal.ts';

export interface Policy {
  domain: string;
  entityName: string;
  actionSet: string[];
  /** This server evaluates no conditions; a policy with one, should it ever be stored, grants nothing. */
  resourceConditionNode?: unknown;
}

/** The policies of one role in the division it is granted in; UNASSIGNED stands for all divisions. */
export interface Power {
  divisionId: string;
  policies: readonly Policy[];
}

/** @param permission `domain:entity:action`, or a pattern of it */
export function allows(policies: readonly Policy[], permission: string): boolean {
  const [domain, entity, action] = permission.split(':') as [string, string, string];
  return policies.some(
    (policy) =>
      policy.resourceConditionNode === undefined &&
      (policy.domain === '*' || policy.domain === domain) &&
      (policy.entityName === '*' || policy.entityName === entity) &&
      (policy.actionSet.includes('*') || policy.actionSet.includes(action)),
  );
}

/** Every `domain:entity:action` that the policies name, "*" left as it is. */
export function patternsOf(policies: readonly Policy[]): string[] {
  return [...new Set(policies.flatMap((policy) => policy.actionSet.map((action) => `${policy.domain}:${policy.entityName}:${action}`)))];
}

/** @returns where a permission is granted; remembers what it was asked */
export function divisionsHeld(powers: readonly Power[]): (permission: string) => Divisions {
  const known = new Map<string, Divisions>();
  return (permission) => {
    let divisions = known.get(permission);
    if (divisions === undefined) {
      const held = powers.filter((power) => allows(power.policies, permission)).map((power) => power.divisionId);
      divisions = held.includes(UNASSIGNED) ? 'all' : new Set(held);
      known.set(permission, divisions);
    }
    return divisions;
  };
}

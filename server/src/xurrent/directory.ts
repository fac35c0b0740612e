// The way from the second dialect to the records of the directory: found by integer ids, changed as any partial update
// changes them, so that events, audits, versions, divisions and permissions are those of the first.
import type { Call } from '../contract/bind.ts';
import { invalidFields, type Validator } from '../contract/validate.ts';
import { edit } from '../families/patch.ts';
import type { Wire } from '../families/wire.ts';
import type { Writes, Writing, Written } from '../families/writes.ts';
import { refuse } from '../http/errors.ts';
import { divisionArray, reach } from '../http/principal.ts';
import { type ContactPoint, contactPointsOf, withContactPoints } from '../organizations/index.ts';
import { requireRoom } from './contacts.ts';
import { type Found, organizationByNumber, organizationsById, type View } from './store.ts';

export type Organization = Wire['ExternalOrganization'];
/** A request about one organization, by its integer id or its UUID. */
type About = Writing & Pick<Call, 'expectedVersion'> & { path: { id: number } | { externalOrganizationId: string } };

export interface Directory {
  /** @throws Refusal 404 where it is not there for the caller to see */
  see(call: About): Promise<Found>;
  /** The same to see or to change. */
  find(call: About): Promise<Found>;
  /** Writes what becomes of it as it is now. @throws Refusal as for any write */
  change(call: About, next: (record: Organization) => Organization): Promise<{ body: string; version?: number }>;
  changePoints(call: About, next: (points: ContactPoint[]) => ContactPoint[]): Promise<{ status: 200; body: string; version?: number }>;
  /** Checks what is to be written against the contract. @throws Refusal 422 */
  valid(body: Organization): Organization;
}

export function createDirectory(validator: Validator, writes: Writes<Organization>): Directory {
  const look = async ({ path, door }: About, view: View): Promise<Found> => {
    const found = 'id' in path ? await organizationByNumber(door, view, path.id) : (await organizationsById(door, view, [path.externalOrganizationId]))[0];
    if (!found) throw refuse('not.found');
    return found;
  };
  const find = (call: About) => look(call, sightOf(call));
  // What the contract lets nobody send in the first dialect is set aside while the rest is checked.
  const valid = ({ contactPoints, xurrent, ...rest }: Organization): Organization => ({
    ...(validator.named('ExternalOrganization', rest) as Organization),
    ...(contactPoints ? { contactPoints } : {}),
    ...(xurrent ? { xurrent } : {}),
  });
  const change = (call: About, next: (record: Organization) => Organization) =>
    edit(
      call,
      writes,
      async (): Promise<Written> => find(call),
      (record) => valid(next(record as Organization)),
    );
  return {
    see: (call) => look(call, { orgId: call.principal.orgId, divisions: divisionArray(call.divisions) }),
    find,
    change,
    valid,
    changePoints: (call, next) =>
      change(call, (record) => {
        const points = contactPointsOf(record);
        const changed = next(points);
        if (changed.length > points.length) requireRoom(changed);
        return withContactPoints(record, changed);
      }),
  };
}

/** Where the caller sees organizations: who may change one reads it first. */
export const sightOf = ({ principal }: Pick<Writing, 'principal'>): View => ({
  orgId: principal.orgId,
  divisions: divisionArray(
    reach(principal, 'externalContacts:externalOrganization:edit', 'externalContacts:externalOrganization:view', 'relate:externalOrganization:view'),
  ),
});

export const pointsOf = ({ body }: Pick<Written, 'body'>): ContactPoint[] => contactPointsOf(JSON.parse(body) as Organization);

/** @throws Refusal 404 */
export function pointOf(points: readonly ContactPoint[], id: number): ContactPoint {
  const found = points.find((point) => point.id === id);
  if (!found) throw refuse('not.found');
  return found;
}

/** The UUID that a parent's integer id stands for. @throws Refusal 422 where the caller sees no such organization, or it is its own */
export async function parentOf(call: Writing & { path?: object }, parentId: number | undefined): Promise<string | undefined> {
  if (parentId === undefined) return undefined;
  const found = await organizationByNumber(call.door, sightOf(call), parentId);
  if (!found) throw invalidFields([{ field: 'parent', code: 'not.found', rule: "can't be found" }]);
  if ('id' in (call.path ?? {}) && (call.path as { id: number }).id === parentId)
    throw invalidFields([{ field: 'parent', code: 'parent', rule: "can't be the organization itself" }]);
  return found.id;
}

// The operations on divisions.
import type { Call, Handlers } from '../../contract/bind.ts';
import { fold } from '../../families/fold.ts';
import { bodyOf } from '../../families/guarded.ts';
import { isId, newId } from '../../families/id.ts';
import { pageListing, pageOf } from '../../families/page.ts';
import { unique } from '../../families/unique.ts';
import { refuse } from '../../http/errors.ts';
import type { Divisions, Principal } from '../../http/principal.ts';
import { requireDivisions } from '../ceiling.ts';
import type { Changes } from '../changes.ts';
import { recordLostGrants } from '../grants/store.ts';
import { moveUsers, recordUsers, storedUsers, usersOfDivision } from '../users/store.ts';
import { readIds, requireOpen } from '../users/user.ts';
import {
  countDivisions,
  deleteDivisionSteps,
  divisionContents,
  divisionStep,
  divisionText,
  homeDivision,
  insertDivision,
  listDivisions,
  recordDivisions,
  storedDivisions,
  updateDivision,
} from './store.ts';

/** Grants and filters name divisions one by one; more than this is no longer a partition that people administer. */
const DIVISIONS_MAX = 1000;

export const divisionHandlers = (changes: Changes): Handlers => ({
  getAuthorizationDivisions: async ({ door, principal, query, url }) => {
    const page = pageOf(query, Number.MAX_SAFE_INTEGER);
    const filter = { ids: readIds(query.id), nameKey: query.name && fold(query.name), counts: maySeeCounts(principal, query) };
    const found = await listDivisions(door, principal.orgId, filter, page);
    return pageListing(url, page, found.entities, found);
  },

  postAuthorizationDivisions: async ({ door, principal, author, body }) => {
    const { orgId } = principal;
    if ((await countDivisions(door, orgId)) >= DIVISIONS_MAX)
      throw refuse('conflict', { params: { reason: `An organization has at most ${DIVISIONS_MAX} divisions.` } });
    const id = newId();
    const fields = { name: body.name, nameKey: fold(body.name), description: body.description };
    const steps = [insertDivision(orgId, id, fields), ...recordDivisions(author, 'create', [id]), divisionStep(orgId, id)];
    return bodyOf(await unique('name', body.name, door.flight(steps)));
  },

  getAuthorizationDivisionsHome: async ({ door, principal }) =>
    divisionOr404(await divisionText(door, principal.orgId, await homeDivision(door, principal.orgId), false)),

  getAuthorizationDivisionsLimit: () => String(DIVISIONS_MAX),

  getAuthorizationDivision: async ({ door, principal, path, query }) =>
    divisionOr404(await divisionText(door, principal.orgId, path.divisionId, maySeeCounts(principal, query))),

  putAuthorizationDivision: async ({ door, principal, author, divisions, path, body }) => {
    const { orgId } = principal;
    await requireDivision({ door, principal }, path.divisionId);
    requireDivisions(divisions, [path.divisionId], 'authorization:division:edit');
    const fields = { name: body.name, nameKey: fold(body.name), description: body.description };
    const steps = [
      updateDivision(orgId, path.divisionId, fields),
      ...recordDivisions(author, 'update', [path.divisionId]),
      divisionStep(orgId, path.divisionId),
    ];
    const results = await unique('name', body.name, door.flight(steps));
    return divisionOr404(results.at(-1)?.[0]?.body as string | undefined);
  },

  deleteAuthorizationDivision: async (call) => {
    const { door, principal, author, divisions, path, query } = call;
    await changes.make(door, principal.orgId, async () => {
      const division = await requireDivision(call, path.divisionId);
      requireDivisions(divisions, [path.divisionId], 'authorization:division:delete');
      if (division.home) throw refuse('conflict', { params: { reason: 'The home division cannot be deleted.' } });
      const { records, naming } = await divisionContents(door, principal.orgId, path.divisionId);
      if (records > 0 || (naming > 0 && !query.force)) throw refuse('division.not.empty', { params: { count: records + naming } });
      const users = await usersOfDivision(door, principal.orgId, division.id);
      return [
        ...recordDivisions(author, 'delete', [division.id]),
        ...recordLostGrants(author, { divisionId: division.id }),
        ...deleteDivisionSteps(principal.orgId, division.id),
        ...recordUsers(author, 'update', users),
      ];
    });
    return { status: 204 };
  },

  postAuthorizationDivisionObject: (call) => moveObjects(call, changes),

  getAuthorizationDivisionspermittedMe: async ({ door, principal, query }) => {
    const filter = { ids: idsOf(principal.divisionsOf(query.permission)), nameKey: query.name && fold(query.name), counts: false };
    const found = await listDivisions(door, principal.orgId, filter, { size: DIVISIONS_MAX, offset: 0 });
    return found.entities;
  },

  getAuthorizationDivisionspermittedPagedMe: async ({ door, principal, query, url }) => {
    const page = pageOf(query, Number.MAX_SAFE_INTEGER);
    const found = await listDivisions(door, principal.orgId, { ids: idsOf(principal.divisionsOf(query.permission)), nameKey: undefined, counts: false }, page);
    return pageListing(url, page, found.entities, found);
  },
});

/** What a division holds is counted for whoever may see it all, in every division; for others the count would tell. */
function maySeeCounts(principal: Principal, query: { objectCount?: boolean }): boolean {
  const needed = ['directory:user:view', 'externalContacts:contact:view', 'externalContacts:externalOrganization:view'];
  return query.objectCount === true && needed.every((permission) => principal.divisionsOf(permission) === 'all');
}

const idsOf = (divisions: Divisions) => (divisions === 'all' ? null : [...divisions]);

function divisionOr404(text: string | undefined): string {
  if (text === undefined) throw refuse('not.found');
  return text;
}

async function requireDivision({ door, principal }: Pick<Call, 'door' | 'principal'>, id: string) {
  const [division] = await storedDivisions(door, principal.orgId, [id]);
  if (!division) throw refuse('not.found');
  return division;
}

async function moveObjects(call: Call<'postAuthorizationDivisionObject'>, changes: Changes): Promise<{ status: number }> {
  const { door, principal, author, divisions, path, body } = call;
  if (path.objectType !== 'USER') throw refuse('bad.request', { params: { reason: `objects of type ${path.objectType} cannot be moved; USER can.` } });
  const ids = [...new Set(body.map((id) => id.toLowerCase()))];
  await changes.make(door, principal.orgId, async () => {
    await requireDivision(call, path.divisionId);
    requireDivisions(divisions, [path.divisionId], 'directory:user:edit');
    const users = await storedUsers(door, principal.orgId, ids.filter(isId));
    for (const id of ids) {
      const user = users.find((candidate) => candidate.id === id && candidate.state !== 'deleted');
      requireOpen(user, id, call, 'directory:user:edit');
    }
    const moving = users.filter((user) => user.division_id !== path.divisionId).map((user) => user.id);
    return [moveUsers(principal.orgId, moving, path.divisionId), ...recordUsers(author, 'update', moving)];
  });
  return { status: 204 };
}

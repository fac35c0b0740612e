// The operations on saved views.
import type { Call, Handlers } from '../contract/bind.ts';
import { invalidFields } from '../contract/validate.ts';
import { readCursor } from '../families/cursor.ts';
import { cursorPage } from '../families/cursor-page.ts';
import { bodyOf, guarded } from '../families/guarded.ts';
import { newId } from '../families/id.ts';
import { refuse } from '../http/errors.ts';
import { limits } from '../http/limits.ts';
import { chooseSteps, deleteSteps, insertSteps, listViews, type Stored, storedView, updateSteps } from './store.ts';
import { readAsked, readerOf, type View } from './view.ts';

export const viewHandlers: Handlers = {
  getLiaisonViews: async ({ door, principal, query, url }) => {
    const { screen = null, cursor, limit = DEFAULT_LIMIT } = query;
    const listing = `views ${screen}`;
    const after = cursor ? readCursor(principal, listing, cursor) : null;
    const rows = await listViews(door, readerOf(principal), screen, after, limit + 1);
    return cursorPage({ principal, url }, listing, rows, limit, { bodyOf: ({ body }) => body, placeOf: ({ id }) => id });
  },

  postLiaisonViews: async ({ door, principal, author, body }) => {
    const reader = readerOf(principal);
    if (!reader.screens.includes(body.screen)) throw refuse('missing.permissions', { params: { permissions: VIEWING[body.screen] } });
    const full = refuse('conflict', { params: { reason: `Somebody can have at most ${limits.viewsMax} views.` } });
    return bodyOf(await guarded(door, insertSteps(author, reader, newId(), body.screen, said(body)), async () => full));
  },

  getLiaisonView: async (call) => (await requireView(call)).body,

  putLiaisonView: async (call) => {
    const { door, principal, author, path, body } = call;
    const { screen } = await requireOwn(call);
    if (screen !== body.screen) throw invalidFields([{ field: 'screen', code: 'mismatch', rule: 'must stay as it is.' }]);
    return bodyOf(await guarded(door, updateSteps(author, readerOf(principal), path.viewId, said(body)), gone));
  },

  deleteLiaisonView: async (call) => {
    const { door, principal, author, path } = call;
    await requireOwn(call);
    await guarded(door, deleteSteps(author, readerOf(principal), path.viewId), gone);
    return { status: 204 };
  },

  putLiaisonViewChoice: async (call) => {
    await requireView(call);
    return bodyOf(await guarded(call.door, chooseSteps(readerOf(call.principal), call.path.viewId, call.body), gone));
  },
};

const DEFAULT_LIMIT = 100;
const VIEWING = { contacts: 'externalContacts:contact:view', organizations: 'externalContacts:externalOrganization:view' };
const SETTINGS = 'liaison:settings:edit';

const said = (body: View) => ({ name: body.name, asked: readAsked(body), shared: body.shared ?? false });
const gone = async () => refuse('not.found');

type Viewing = Pick<Call<'getLiaisonView'>, 'door' | 'principal' | 'path'>;

/** @throws Refusal 404 for what is hidden from the caller, too */
async function requireView({ door, principal, path }: Viewing): Promise<Stored> {
  const found = await storedView(door, readerOf(principal), path.viewId);
  if (!found) throw refuse('not.found');
  return found;
}

/** @throws Refusal 404, or 403 where it is somebody else's */
async function requireOwn(call: Viewing): Promise<Stored> {
  const found = await requireView(call);
  if (!found.mine && call.principal.divisionsOf(SETTINGS) !== 'all') throw refuse('missing.permissions', { params: { permissions: SETTINGS } });
  return found;
}

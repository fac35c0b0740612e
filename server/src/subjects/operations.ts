// The operations on a person's rights. A request says whom it means by ids or identifiers; these are looked up at once, so
// that identifiers are nowhere kept, and what takes long is done by the task.
import type { Call, Handlers } from '../contract/bind.ts';
import { invalidFields } from '../contract/validate.ts';
import { readCursor } from '../families/cursor.ts';
import { cursorPage } from '../families/cursor-page.ts';
import { readMoment } from '../families/date.ts';
import { bodyOf, guarded } from '../families/guarded.ts';
import { isId, newId } from '../families/id.ts';
import { divisionId, type Wire } from '../families/wire.ts';
import { linkTo } from '../files/index.ts';
import { refuse } from '../http/errors.ts';
import { type Divisions, divisionArray, type Principal } from '../http/principal.ts';
import { readIdentifier } from '../identifiers/index.ts';
import { archiveOf, insertArchiveSteps, listArchives } from './archives.ts';
import { approveFirstSteps, askedErasure, decideSteps, erasureText, insertErasureSteps, listErasures, type Subject, type Viewer } from './erasures.ts';
import { canonicalOf, claimantsAnywhere, type Known, knownContacts } from './find.ts';

/** @param publicUrl how the operator says the server is reached */
export const subjectHandlers = (publicUrl: string | undefined): Handlers => ({
  postLiaisonSubjectsAccess: async (call) => {
    const { contactId, identifiers } = call.body;
    const subjects = await subjectsOf(call, contactId === undefined ? [] : [contactId], identifiers ?? [], ({ erased }) => !erased);
    const found = [...new Set(subjects.flatMap(({ contactId: id }) => id ?? []))];
    const canonical = await Promise.all(found.map(async (id) => (await canonicalOf(call.door, call.principal.orgId, id)) ?? id));
    return { status: 202, body: bodyOf(await call.door.flight(insertArchiveSteps(call.author, newId(), [...new Set(canonical)]))) };
  },

  getLiaisonSubjectsAccesses: async ({ door, principal, divisions, query, url }) => {
    const { cursor, limit = DEFAULT_LIMIT } = query;
    const after = cursor ? readCursor(principal, ARCHIVES, cursor) : null;
    const rows = await listArchives(door, viewerOf(principal, divisions), after, limit + 1);
    return cursorPage({ principal, url }, ARCHIVES, rows, limit, { bodyOf: ({ body }) => body, placeOf: ({ id }) => id });
  },

  getLiaisonSubjectsAccess: async ({ door, principal, divisions, path, headers }) => {
    const { orgId, signingKey } = principal;
    const archive = await archiveOf(door, viewerOf(principal, divisions), path.accessId);
    if (!archive) throw refuse('not.found');
    if (!archive.completed) return JSON.stringify(archive.body);
    const downloadUrl = linkTo({ orgId, id: path.accessId.toLowerCase(), purpose: 'subject' }, signingKey, { publicUrl, host: headers.host });
    return JSON.stringify({ ...archive.body, downloadUrl });
  },

  postLiaisonSubjectsErasures: async (call) => {
    const { contactIds = [], identifiers = [], reason } = call.body;
    const subjects = await subjectsOf(call, contactIds, identifiers, () => true);
    const erasure = { id: newId(), reason, divisions: divisionArray(call.divisions), subjects };
    return { status: 202, body: bodyOf(await call.door.flight(insertErasureSteps(call.author, erasure))) };
  },

  postLiaisonSubjectsErasureApprove: async (call) => ({ status: 202, body: await decide(call, 'running') }),

  postLiaisonSubjectsErasureRefuse: (call) => decide(call, 'refused'),

  getLiaisonSubjectsErasures: async ({ door, principal, divisions, query, url }) => {
    const { since, cursor, limit = DEFAULT_LIMIT } = query;
    const listing = `erasures ${since ?? ''}`;
    const after = cursor ? readCursor(principal, listing, cursor) : null;
    const rows = await listErasures(door, viewerOf(principal, divisions), readSince(since), after, limit + 1);
    return cursorPage({ principal, url }, listing, rows, limit, { bodyOf: ({ body }) => body, placeOf: ({ id }) => id });
  },

  getLiaisonSubjectsErasure: async ({ door, principal, divisions, path }) => {
    const text = await erasureText(door, viewerOf(principal, divisions), path.erasureId);
    if (text === undefined) throw refuse('not.found');
    return text;
  },
});

const DEFAULT_LIMIT = 25;
/** Names the listing to its cursors. */
const ARCHIVES = 'archives';

/**
 * The second person's word. Who may see what others asked for may erase in every division, and so may decide on all of it.
 * Where a client asked by itself it takes two: one of them may be who has its secret.
 * @throws Refusal 400 where a client would approve by itself; 404; 409 where it does not wait, or not for whoever approves
 */
async function decide({ door, principal, divisions, author, path }: Deciding, decision: 'running' | 'refused'): Promise<string> {
  const id = path.erasureId;
  const asked = async () => (await askedErasure(door, viewerOf(principal, divisions), id)) ?? Promise.reject(refuse('not.found'));
  const { userId, firstUserId } = await asked();
  const approves = decision === 'running';
  if (approves) {
    if (principal.userId === undefined) throw refuse('not.a.user');
    if (principal.userId === userId) throw refuse('conflict', { params: { reason: 'It waits for somebody else than who asked for it.' } });
    if (principal.userId === firstUserId) throw refuse('conflict', { params: { reason: 'It waits for somebody else than who approved of it first.' } });
  }
  const explain = async () => {
    const { status, firstUserId: first } = await asked();
    if (status !== 'requested') return refuse('conflict', { params: { reason: `The erasure is ${status}.` } });
    return first === firstUserId ? undefined : refuse('conflict', { params: { reason: 'Somebody else has approved of it just now.' } });
  };
  const isFirst = approves && userId === null && firstUserId === null;
  return bodyOf(await guarded(door, isFirst ? approveFirstSteps(author, id) : decideSteps(author, { id, firstUserId }, decision), explain));
}

type Deciding = Call<'postLiaisonSubjectsErasureApprove' | 'postLiaisonSubjectsErasureRefuse'>;

/** @throws Refusal 400 */
function readSince(text: string | undefined): Date | null {
  const ms = text === undefined ? null : readMoment(text);
  if (ms !== undefined) return ms === null ? null : new Date(ms);
  throw refuse('invalid.query.param.value', { params: { name: 'since', value: text ?? '', rule: 'It takes a date and time such as 2026-07-01T00:00:00Z.' } });
}

function viewerOf({ orgId, clientId, userId }: Principal, divisions: Divisions): Viewer {
  return { orgId, all: divisions === 'all', clientId, userId };
}

type Asking = Pick<Call, 'door' | 'principal' | 'divisions'>;

/**
 * Whom the items of a request mean, in the divisions that are open to the caller. Of what leads to nobody no id is kept.
 * @throws Refusal 422 where it has no items, or one that cannot be read; 404 where all of them lead to nobody
 */
async function subjectsOf(
  { door, principal, divisions }: Asking,
  contactIds: readonly string[],
  identifiers: readonly Wire['ContactIdentifier'][],
  counts: (known: Known) => boolean,
): Promise<Subject[]> {
  if (contactIds.length + identifiers.length === 0)
    throw invalidFields([{ field: 'identifiers', code: 'required', rule: 'are needed where no contact is named.' }]);
  const open = divisionArray(divisions);
  const ids = contactIds.map((id) => id.toLowerCase());
  const known = new Map((await knownContacts(door, principal.orgId, ids.filter(isId), open)).filter(counts).map((one) => [one.id, one]));
  const sought = identifiers.map((identifier, i) => ({
    ...readIdentifier(identifier, `identifiers[${i}].`, principal.defaultCountryCode),
    divisionId: identifier.division?.id === undefined ? null : (divisionId(identifier.division) ?? NOWHERE),
  }));
  const claimants = sought.length === 0 ? [] : await claimantsAnywhere(door, principal.orgId, sought, open);
  const subjects: Subject[] = [
    ...ids.map((id, place): Subject => ({ list: 'contactIds', place, contactId: known.has(id) ? id : null })),
    ...claimants.flatMap((owners, place): Subject[] => (owners.length > 0 ? owners : [null]).map((contactId) => ({ list: 'identifiers', place, contactId }))),
  ];
  if (subjects.every(({ contactId }) => contactId === null)) throw refuse('not.found');
  return subjects;
}

/** The id of no division: what is no id is in none. */
const NOWHERE = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

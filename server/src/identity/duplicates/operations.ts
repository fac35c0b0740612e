// The operations on suggested duplicates.
import type { Call, Handlers } from '../../contract/bind.ts';
import { readCursor } from '../../families/cursor.ts';
import { cursorPage } from '../../families/cursor-page.ts';
import { divisionsAsked } from '../../families/listing.ts';
import { refuse } from '../../http/errors.ts';
import type { Kind } from '../linkage/index.ts';
import { acceptCluster, acceptDuplicate } from './accept.ts';
import { sightOf, viewable } from './access.ts';
import { dismiss, reopen } from './decide.ts';
import { duplicateText, listClusters, listDuplicates, type Place, storedDuplicate, type View } from './lists.ts';

export const duplicateHandlers: Handlers = {
  getLiaisonDuplicates: async (call) => {
    const { kind = 'contact', state = 'open', recordId, clusterId, minProbability, limit = DEFAULT_LIMIT, cursor } = call.query;
    const view = viewOf(call, kind);
    const wanted = {
      state,
      recordId: recordId?.toLowerCase() ?? null,
      clusterId: clusterId?.toLowerCase() ?? null,
      score: minProbability === undefined ? null : Math.log2(minProbability / (1 - minProbability)),
    };
    const listing = `duplicates ${JSON.stringify([kind, wanted, view.divisions])}`;
    const after = cursor ? (JSON.parse(readCursor(call.principal, listing, cursor)) as Place) : undefined;
    const rows = await listDuplicates(call.door, view, wanted, after, limit + 1);
    return cursorPage(call, listing, rows, limit, { bodyOf, placeOf: ({ score, id }) => JSON.stringify({ score, id }) });
  },

  getLiaisonDuplicatesClusters: async (call) => {
    const { kind = 'contact', limit = DEFAULT_LIMIT, cursor } = call.query;
    const view = viewOf(call, kind);
    const listing = `clusters of duplicates ${JSON.stringify([kind, view.divisions])}`;
    const after = cursor ? readCursor(call.principal, listing, cursor) : null;
    const rows = await listClusters(call.door, view, after, limit + 1);
    return cursorPage(call, listing, rows, limit, { bodyOf, placeOf: ({ id }) => id });
  },

  getLiaisonDuplicate: async ({ door, principal, path, query }) => {
    const stored = await storedDuplicate(door, principal.orgId, path.duplicateId);
    if (!stored) throw refuse('not.found');
    const { kind } = stored;
    const text = await duplicateText(door, { orgId: principal.orgId, kind, divisions: sightOf(principal, kind), expand: query.expand }, stored.id);
    if (text === undefined) throw refuse('not.found');
    return text;
  },

  postLiaisonDuplicateAccept: (call) => acceptDuplicate(call, call.path.duplicateId, call.body ?? {}, call.query.dryRun === true),
  postLiaisonDuplicatesClusterAccept: (call) => acceptCluster(call, call.path.clusterId, call.body ?? {}, call.query.dryRun === true),
  postLiaisonDuplicateDismiss: (call) => dismiss(call, call.path.duplicateId),
  postLiaisonDuplicateReopen: (call) => reopen(call, call.path.duplicateId),
};

const DEFAULT_LIMIT = 25;

type Listing = Call<'getLiaisonDuplicates'> | Call<'getLiaisonDuplicatesClusters'>;

function viewOf({ principal, query }: Listing, kind: Kind): View {
  return { orgId: principal.orgId, kind, divisions: divisionsAsked(query.divisionIds, viewable(principal, kind)), expand: query.expand };
}

const bodyOf = ({ body }: { body: string }): string => body;

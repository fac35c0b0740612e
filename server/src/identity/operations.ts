// The operations of identity resolution on whole contacts: merging, undoing it, promoting, asking where values came from.
import type { Handlers } from '../contract/bind.ts';
import { single } from '../families/writes.ts';
import { mergeContacts } from './merge/merge.ts';
import { provenance } from './merge/provenance.ts';
import { unmerge } from './merge/unmerge.ts';
import { promote } from './promotion.ts';

export const identityHandlers: Handlers = {
  postExternalcontactsContactsMerge: (call) => {
    const { contactIds, valueOverride } = call.body;
    return single(mergeContacts(call, contactIds, valueOverride, { dryRun: call.query.dryRun === true }).then((outcome) => [outcome]));
  },

  postExternalcontactsMergeContacts: (call) => {
    const { sourceContactId, targetContactId } = call.body;
    return single(mergeContacts(call, [sourceContactId, targetContactId], {}, { oneCurated: true }).then((outcome) => [outcome]));
  },

  postExternalcontactsContactPromotion: (call) => single(promote(call, call.path.contactId).then((promoted) => [promoted])),

  getLiaisonContactProvenance: (call) => provenance(call, call.path.contactId),
  postLiaisonContactUnmerge: (call) => unmerge(call, call.path.contactId, call.body ?? {}),
};

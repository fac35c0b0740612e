// What identifies contacts: their claims, the look-ups, and reverse white pages.
import type { Handlers } from '../contract/bind.ts';
import type { Door } from '../db/database.ts';
import { divisionAsked } from '../families/listing.ts';
import type { Wire } from '../families/wire.ts';
import { refuse } from '../http/errors.ts';
import { limits } from '../http/limits.ts';
import type { Divisions, Principal } from '../http/principal.ts';
import { holders, identifiersOf, normalizeValue, readLookUp, twitterHolders } from '../identifiers/index.ts';
import { viewOf } from './operations.ts';
import { claimantText, contactsText } from './store.ts';
import { contactRecords } from './writes.ts';

const identifiers = identifiersOf('contact', contactRecords);

export const contactIdentifierHandlers: Handlers = {
  getExternalcontactsContactIdentifiers: (call) => identifiers.list(call, call.path.contactId),
  patchExternalcontactsContactIdentifiers: (call) => identifiers.change(call, call.path.contactId),
  postExternalcontactsIdentifierlookup: (call) => lookUp(call),
  postExternalcontactsIdentifierlookupContacts: (call) => lookUp(call),

  getExternalcontactsReversewhitepageslookup: async (call) => {
    const divisions = divisionAsked('divisionId', call.query.divisionId ?? '*', call.divisions);
    const ids = await findHolders(call.door, call.principal, call.query.lookupVal, divisions);
    const expand = call.query.expand?.map((field) => field.replace(/^contacts\./, ''));
    return `{"contacts":${await contactsText(call.door, viewOf(call.principal, divisions, expand), ids)}}`;
  },
};

interface LookUp {
  principal: Principal;
  door: Door;
  divisions: Divisions;
  body: Wire['ContactIdentifier'];
  query: { expand?: string[] };
}

async function lookUp(call: LookUp): Promise<string> {
  const { identifier, divisions } = readLookUp(call);
  const text = await claimantText(call.door, viewOf(call.principal, divisions, call.query.expand), identifier);
  if (text === undefined) throw refuse('not.found');
  return text;
}

/** Everybody who holds a phone number, an e-mail address or a Twitter screen name, the longest holder first. */
async function findHolders(door: Door, principal: Principal, text: string, divisions: string[]): Promise<string[]> {
  // A plus sign that was not encoded arrives as a space.
  const value = /^ \d/.test(text) ? `+${text.trim()}` : text.trim();
  const phone = /^\+?[\d\s().-]+$/.test(value) ? normalizeValue('Phone', value, principal.defaultCountryCode) : undefined;
  if (phone) return holders(door, principal.orgId, 'Phone', phone, divisions, limits.reverseWhitePagesMax);
  const email = normalizeValue('Email', value);
  if (email) return holders(door, principal.orgId, 'Email', email, divisions, limits.reverseWhitePagesMax);
  return twitterHolders(door, principal, value.replace(/^@/, ''), divisions, limits.reverseWhitePagesMax);
}

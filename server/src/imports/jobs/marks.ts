// Whom a refused row is about, for those who ask what is held on them or want to be forgotten: what the row would have been
// looked up by, had it been accepted, and what says so of itself in any cell.
import { unneutralise } from '../../families/formula.ts';
import { isId } from '../../families/id.ts';
import type { Wire } from '../../families/wire.ts';
import { limits } from '../../http/limits.ts';
import { type IdentifierType, markOf, markOfId, marksOfPhone, NO_SOURCE, normalizeValue } from '../../identifiers/index.ts';
import type { Mapping } from '../csv/mapping.ts';
import type { CsvRow } from '../csv/read.ts';

export interface Marking {
  mapping: Mapping;
  divisionId: string;
  /** Of numbers that do not name one. */
  country: string;
  /** How many cells a row should have: with others they may stand under a wrong header. */
  columns: number;
}

export function marksOf({ cells, fault }: CsvRow, { mapping, divisionId, country, columns }: Marking): string[] {
  const isSound = fault === undefined && cells.length === columns;
  const { contact } = mapping.map(cells);
  const inCells = cells.flatMap((cell) => {
    const text = unneutralise(cell).trim();
    if (isId(text.toLowerCase())) return [markOfId(text)];
    if (text.includes('@')) return emailsIn(text).map((value) => markOf({ type: 'Email', value, sourceId: NO_SOURCE }, divisionId));
    return (isSound ? ABROAD : NUMBER).test(text) ? marksOfPhone(text, country) : [];
  });
  const marks = new Set([...(contact ? marksOfContact(contact, divisionId, country) : []), ...inCells]);
  return [...marks].filter(({ length }) => length <= MARK_MAX).slice(0, limits.importMarksMax);
}

const NUMBER = /^\+?[\d\s()./-]{7,30}$/;
/** A number that says of itself that it is one. */
const ABROAD = /^(\+|00)[\d\s()./-]{6,30}$/;
/** Longer than any identifier, and as long as the index takes one. */
const MARK_MAX = 500;

/** Also in "Ada Lovelace <ada@example.com>". */
function emailsIn(text: string): string[] {
  const words = text.split(/[\s<>()[\]:;,"]+/).filter((word) => word.includes('@') && word.length <= EMAIL_MAX);
  return words.flatMap((word) => normalizeValue('Email', word.replace(/^'+|['.]+$/g, '')) ?? []);
}

/** What RFC 5321 allows. */
const EMAIL_MAX = 320;

/** @param mapped what the row's columns came to, before it was held against the contract */
function marksOfContact(mapped: object, divisionId: string, country: string): string[] {
  const contact = mapped as Wire['ExternalContact'];
  const marks: string[] = [];
  const add = (type: IdentifierType, text: string | undefined, sourceId = NO_SOURCE) => {
    const value = text && normalizeValue(type, text);
    if (value) marks.push(markOf({ type, value, sourceId }, divisionId));
  };
  const { workPhone, cellPhone, homePhone, otherPhone, twitterId, lineId, facebookId, instagramId, whatsAppId, appleOpaqueIds, externalIds } = contact;
  for (const phone of [workPhone, cellPhone, homePhone, otherPhone])
    if (phone?.display) marks.push(...marksOfPhone(phone.display, (phone.normalizationCountryCode ?? country).toUpperCase()));
  // Without its plus, as the API asks for it.
  const whatsApp = whatsAppId?.phoneNumber?.display;
  if (whatsApp) marks.push(...marksOfPhone(/^\d{8,}$/.test(whatsApp) ? `+${whatsApp}` : whatsApp, country));
  add('SocialTwitter', twitterId?.id);
  add('SocialTwitter', twitterId?.screenName);
  for (const one of lineId?.ids ?? []) add('SocialLine', one.userId);
  for (const one of facebookId?.ids ?? []) add('SocialFacebook', one.scopedId);
  for (const one of instagramId?.ids ?? []) add('SocialInstagram', one.scopedId);
  for (const one of appleOpaqueIds ?? []) add('AppleOpaqueId', one.value);
  for (const one of externalIds ?? []) add('ExternalId', one.value, one.externalSource?.id?.toLowerCase());
  return marks;
}

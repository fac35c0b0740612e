// What contacts and external organizations read alike from the wire.
import type { Fault } from '../contract/validate.ts';
import { cut } from './cut.ts';
import { isId } from './id.ts';
import type { Wire } from './wire.ts';

/** What a write stores of a record's custom fields; the texts are found by word, the ids exactly and without regard to case. */
export interface CustomFields {
  schema_id: string | null;
  schema_version: number | null;
  custom_fields: Record<string, unknown> | null;
  texts: string[];
  ids: string[];
}

/** Holds a body's custom fields against their schema, and names each that breaks it. */
export type ReadCustomFields = (body: { schema?: Wire['DataSchema']; customFields?: Record<string, unknown> }, faults: Fault[]) => CustomFields;

/** What reading a record depends on besides its body. */
export interface Reading {
  wordPrefix: string;
  defaultCountryCode: string;
  customFields: ReadCustomFields;
}

export interface StoredExternalId {
  externalSource: { id: string; selfUri: string };
  value: string;
}

export interface TwitterId {
  id?: string;
  name?: string;
  screenName?: string;
  verified?: boolean;
  profileUrl?: string;
}

export function readTwitterId(input: Wire['TwitterId'] | undefined): TwitterId | null {
  const twitterId = orNull(input);
  if (!twitterId?.screenName || twitterId.profileUrl) return twitterId;
  return { ...twitterId, profileUrl: profileUrlOf(twitterId.screenName) };
}

/** The address of an account where none is given. */
export const profileUrlOf = (screenName: string): string => `https://www.twitter.com/${screenName.replace(/^@/, '')}`;

export function readExternalIds(input: Wire['ExternalId'][] | undefined, faults: Fault[]): StoredExternalId[] | null {
  if (!input?.length) return null;
  return input.map(({ externalSource, value }, i) => {
    const id = readReference(`externalIds[${i}].externalSource.id`, externalSource?.id, faults);
    if (!externalSource?.id) faults.push({ field: `externalIds[${i}].externalSource.id`, code: 'required', rule: 'is required.' });
    return { externalSource: { id: id ?? '', selfUri: `/api/v2/externalcontacts/externalsources/${id}` }, value };
  });
}

export function readReference(field: string, id: string | undefined, faults: Fault[]): string | null {
  if (id === undefined) return null;
  const lower = id.toLowerCase();
  if (isId(lower)) return lower;
  faults.push({ field, code: 'format', rule: `must be a UUID, but is "${cut(id, 60)}".` });
  return null;
}

/** Null for what is absent or has nothing in it. */
export function orNull<T extends object>(value: T | undefined): T | null {
  return value && Object.keys(value).length > 0 ? value : null;
}

// Entity tags (RFC 9110 §8.8.3): a record's version in quotes. If-Match on a write makes it fail with 412 where the record
// has another version by then, so that nobody overwrites what he has not seen.

export const entityTag = (version: number): string => `"${version}"`;

/** A version that no record has: what a tag that is none of ours asks for. */
const NO_VERSION = 0;

/** @returns undefined where any version will do: without the header, and for `*` */
export function readIfMatch(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '' || header.trim() === '*') return undefined;
  const version = Number(/^(?:W\/)?"(\d{1,9})"$/.exec(header.trim())?.[1] ?? NO_VERSION);
  return version;
}

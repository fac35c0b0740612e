// Who is meant: contacts by their ids or by identifiers, with all that belongs to one person's record. A contact that was
// deleted still stands in what is told of its changes, and is meant as well.
import type { Door } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { hasClaim } from '../families/wire.ts';
import { type Identifier, markOf, markOfId, marksOfPhone, NO_SOURCE, normalizeValue } from '../identifiers/index.ts';

export interface Known {
  id: string;
  /** Whether nothing is left but that it was. */
  erased: boolean;
}

/** Of the ids those that are, or were, contacts of the divisions (null for all), in no order. */
export function knownContacts(door: Door, orgId: string, ids: readonly string[], divisions: string[] | null): Promise<Known[]> {
  return door.rows<Known>(
    sql`select a.id, c.body ->> 'erased' is not null as erased from unnest($2::uuid[]) a (id)
      left join contacts k on k.org_id = $1 and k.id = a.id
      left join lateral (select c.division_id, c.body from changes c
        where c.org_id = $1 and c.record_id = a.id and c.kind = 'contact' and k.id is null order by c.position desc limit 1) c on true
      where coalesce(k.division_id, c.division_id) is not null and ($3::uuid[] is null or coalesce(k.division_id, c.division_id) = any ($3))`,
    [orgId, ids, divisions],
  );
}

export type Sought = Identifier & { divisionId: string | null };

/** Who has the claim to each, in every division of those that are open: for each identifier, by its place, any number. */
export async function claimantsAnywhere(door: Door, orgId: string, sought: readonly Sought[], divisions: string[] | null): Promise<string[][]> {
  const rows = await door.rows<{ at: number; owner_id: string }>(
    sql`select r.at::int as at, i.owner_id from unnest($2::text[], $3::text[], $4::uuid[], $5::uuid[]) with ordinality r (type, value, source_id, division_id, at)
      join identifiers i on i.org_id = $1 and i.owner_kind = 'contact' and i.type = r.type and i.value = r.value and i.source_id = r.source_id
      where (r.division_id is null or i.division_id = r.division_id) and ($6::uuid[] is null or i.division_id = any ($6)) and ${hasClaim}`,
    [
      orgId,
      sought.map(({ type }) => type),
      sought.map(({ value }) => value),
      sought.map(({ sourceId }) => sourceId),
      sought.map(({ divisionId }) => divisionId),
      divisions,
    ],
  );
  return sought.map((_, i) => rows.filter(({ at }) => at === i + 1).map(({ owner_id }) => owner_id));
}

/** The canonical contact of what is there; undefined for what is not, or not any more. */
export async function canonicalOf(door: Door, orgId: string, id: string): Promise<string | undefined> {
  const [row] = await door.rows<{ id: string }>(sql`select coalesce(k.canonical_id, k.id) as id from contacts k where k.org_id = $1 and k.id = $2`, [
    orgId,
    id,
  ]);
  return row?.id;
}

/** A canonical contact with its ancestors, itself first. */
export async function mergeSetOf(door: Door, orgId: string, canonical: string): Promise<string[]> {
  const rows = await door.rows<{ id: string }>(
    sql`select k.id from contacts k where k.org_id = $1 and (k.id = $2 or k.canonical_id = $2) order by k.merged_to is not null, k.id`,
    [orgId, canonical],
  );
  return rows.map(({ id }) => id);
}

/** The same as it was when it was deleted, by any id of it: whoever is deleted goes with the whole of the set. */
export async function deletedSetOf(door: Door, orgId: string, id: string): Promise<string[]> {
  const rows = await door.rows<{ id: string }>(
    sql`select distinct s.id from (select c.body from changes c where c.org_id = $1 and c.record_id = $2 and c.kind = 'contact' order by c.position desc limit 1) c
      cross join lateral (select $2::uuid as id union select (m.value ->> 'id')::uuid from json_array_elements(c.body -> 'mergeSet') m (value)) s
      where not exists (select from contacts k where k.org_id = $1 and k.id = s.id)`,
    [orgId, id],
  );
  return rows.map(({ id: one }) => one);
}

/**
 * The contacts with all that they were once part of: the results of merges that were undone are there no longer, but what
 * they took from these contacts stands in their changes.
 */
export async function withUndoneMerges(door: Door, orgId: string, ids: readonly string[]): Promise<string[]> {
  const rows = await door.rows<{ id: string }>(
    sql`with recursive part (id) as (
        select p.id from unnest($2::uuid[]) p (id)
        union select r.id::uuid from part p join changes x on x.org_id = $1 and x.record_id = p.id and x.kind = 'contact'
          cross join lateral (values (x.body #>> '{mergedTo,id}'), (x.body #>> '{canonicalContact,id}')) r (id) where r.id is not null)
      select p.id from part p where p.id = any ($2) or not exists (select from contacts k where k.org_id = $1 and k.id = p.id)`,
    [orgId, ids],
  );
  return rows.map(({ id }) => id);
}

/** By what rows of files that were refused are known to be of somebody. */
export interface KnownBy {
  /** See identifiers/marks.ts. */
  marks: string[];
  /** For rows without marks: as people wrote it and as it is compared, in lower case. */
  spellings: string[];
}

/** All that ever identified the contacts. Names are not among it, nor what the customer's own fields say. */
export async function knownBy(door: Door, orgId: string, ids: readonly string[]): Promise<KnownBy> {
  const held = await door.rows<Identifier & { divisionId: string }>(identifiersEver, [orgId, ids, NO_SOURCE]);
  const typed = await door.rows<{ value: string }>(phonesEver, [orgId, ids]);
  const written = await door.rows<{ value: string }>(spellingsEver, [orgId, ids]);
  const marks = held.flatMap(({ divisionId, ...identifier }) => {
    const value = normalizeValue(identifier.type, identifier.value);
    return value === undefined ? [] : [markOf({ ...identifier, value }, divisionId)];
  });
  return {
    marks: [...new Set([...ids.map(markOfId), ...marks, ...typed.flatMap(({ value }) => marksOfPhone(value))])],
    // What is as short as an external id can be also stands in rows of others.
    spellings: written.map(({ value }) => value).filter(({ length }) => length >= TELLING_CHARACTERS),
  };
}

const TELLING_CHARACTERS = 6;

const identifiersEver = sql`select i.type, i.value, i.source_id as "sourceId", i.division_id as "divisionId"
    from identifiers i where i.org_id = $1 and i.owner_kind = 'contact' and i.owner_id = any ($2::uuid[])
  union select v.type, v.value, coalesce(v.source_id::uuid, $3), x.division_id from changes x cross join lateral (
      select x.body ->> 'type' as type, x.body ->> 'value' as value, x.body #>> '{externalSource,id}' as source_id where x.kind = 'identifier'
      union all select 'ExternalId', e.value ->> 'value', e.value #>> '{externalSource,id}' from json_array_elements(x.body -> 'externalIds') e (value)
      union all select 'Email', e.value, null from unnest(array[x.body ->> 'workEmail', x.body ->> 'personalEmail', x.body ->> 'otherEmail']) e (value)
      union all select 'SocialTwitter', t.value, null from unnest(array[x.body #>> '{twitterId,id}', x.body #>> '{twitterId,screenName}']) t (value)
      union all select 'SocialLine', l.value ->> 'userId', null from json_array_elements(x.body #> '{lineId,ids}') l (value)
      union all select 'SocialFacebook', f.value ->> 'scopedId', null from json_array_elements(x.body #> '{facebookId,ids}') f (value)
      union all select 'SocialInstagram', i.value ->> 'scopedId', null from json_array_elements(x.body #> '{instagramId,ids}') i (value)
      union all select 'AppleOpaqueId', a.value ->> 'value', null from json_array_elements(x.body -> 'appleOpaqueIds') a (value)) v
    where x.org_id = $1 and x.record_id = any ($2) and x.kind in ('contact', 'identifier') and v.type is not null and v.value is not null`;

/** Read, or else as they were typed. */
const phonesEver = sql`select distinct coalesce(p.value ->> 'e164', p.value ->> 'userInput') as value from changes x
  cross join lateral unnest(array[x.body -> 'workPhone', x.body -> 'cellPhone', x.body -> 'homePhone', x.body -> 'otherPhone', x.body #> '{whatsAppId,phoneNumber}']) p (value)
  where x.org_id = $1 and x.record_id = any ($2::uuid[]) and x.kind = 'contact' and coalesce(p.value ->> 'e164', p.value ->> 'userInput') is not null`;

const spellingsEver = sql`select lower(i.value) as value from identifiers i where i.org_id = $1 and i.owner_kind = 'contact' and i.owner_id = any ($2::uuid[])
  union select i.owner_id::text from unnest($2) i (owner_id)
  union select lower(trim(v.value #>> '{}')) from changes x cross join lateral jsonb_path_query(x.body::jsonb - 'customFields',
    '$.** ? (@.type() == "object").keyvalue() ? (@.value.type() == "string" && @.key like_regex "^(e164|display|userInput|value|(work|personal|other)Email|screenName|scopedId|userId|opaqueId)$").value') v (value)
  where x.org_id = $1 and x.record_id = any ($2) and x.kind in ('contact', 'identifier')`;

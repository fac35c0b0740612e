-- Merged contacts. Columns and tables follow the manners of 0001: keys lead with org_id, and the tenant role sees one
-- organization.

-- Merging ------------------------------------------------------------------------------------------------------------

/*
 * A merge makes a new contact of several, which stay as its ancestors and are out of every list. Results may be merged
 * again, so that the ancestors of a contact are a tree; its head is the canonical contact.
 */
alter table contacts
  -- The result of the merge that consumed it; null while it lives.
  add column merged_to uuid,
  -- The head of its tree, also of the head itself; null for what was never merged.
  add column canonical_id uuid,
  -- The inputs of the merge that made it.
  add column merged_from uuid[],
  -- When it goes by itself; null for what stays.
  add column expires_at timestamptz;
create index contacts_by_canonical on contacts (org_id, canonical_id) where canonical_id is not null;

-- With what tells apart the contacts that are listed, so that they are counted without being read.
drop index contacts_by_division;
create index contacts_by_division on contacts (org_id, division_id, id) include (type, merged_to);

/* What a merge did, for undoing it and for saying what came from where. Goes with the contact that it made. */
create table merges (
  org_id uuid not null,
  -- The result.
  id uuid not null,
  made_at timestamptz not null,
  -- Its inputs: their ids, and when they would have gone by themselves.
  inputs jsonb not null,
  -- The rows of identifiers that the inputs had, as they were; `leads` where others came at the same moment and stand behind.
  identifiers jsonb not null,
  -- The body of the result as it was made.
  body json not null,
  -- Field → the ids of the contacts that gave it, or `override`.
  sources jsonb not null,
  primary key (org_id, id),
  foreign key (org_id, id) references contacts (org_id, id) on delete cascade
);
alter table merges enable row level security;
create policy one_organization on merges using (org_id = current_org());
grant select, insert, update, delete on merges to liaison_app;

/* Contacts as bodies refer to them. Not inlined, so that a body that refers to none pays nothing for it. */
create function contact_references(ids uuid[]) returns json language plpgsql immutable parallel safe as $$
begin
  return (select json_agg(json_build_object('id', r.id, 'selfUri', '/api/v2/externalcontacts/contacts/' || r.id) order by r.at)
    from unnest(ids) with ordinality r (id, at));
end $$;

/* All contacts of a tree. */
create function merge_set(in_org uuid, in_canonical uuid) returns json language plpgsql stable parallel safe as $$
begin
  return contact_references(array(select m.id from contacts m where m.org_id = in_org and m.canonical_id = in_canonical order by m.id));
end $$;

/* As in 0001, without the contacts that were merged away. */
create or replace function contact_hits(query tsquery, own_only boolean, in_divisions uuid[], most integer)
returns table (id uuid, last_name_key text, first_name_key text, middle_name_key text, title_key text)
language plpgsql stable security definer rows 500 set search_path = public, pg_temp set plan_cache_mode = force_custom_plan set work_mem = '64MB' as $$
begin
  return query
  select c.id, c.last_name_key, c.first_name_key, c.middle_name_key, c.title_key
  from contacts c
  where c.org_id = current_org() and (c.words || c.organization_words) @@ query and c.type = 'Curated' and c.merged_to is null
    and (not own_only or c.words @@ query)
    and (in_divisions is null or c.division_id = any (in_divisions))
  limit most;
end $$;

-- Observation --------------------------------------------------------------------------------------------------------

-- What was observed and nobody has curated goes by itself: see expires_at.
create index contacts_by_expiry on contacts (org_id, expires_at) where expires_at is not null;
alter type contact_input add attribute type text, add attribute expires_at timestamptz;

alter table organizations
  -- How long a contact stays that was only ever observed, from the last time; 0 for good.
  add column identity_expiry_days integer not null default 60 check (identity_expiry_days between 0 and 3650),
  -- Type of identifier → who is meant by a value that several hold: oldest (where nothing is said), newest, none.
  add column shared_identifiers jsonb not null default '{}';

-- A person's rights: archives of all that is held on somebody, and erasure. Columns and tables follow the manners of 0001:
-- keys lead with org_id, and the tenant role sees one organization.

/* What somebody asked to see of a person, in a file until expires_at. */
create table subject_archives (
  org_id uuid not null references organizations (id),
  id uuid not null,
  -- As found when it was asked for: canonical contacts, and contacts that are no more.
  contact_ids uuid[] not null,
  status text not null default 'running' check (status in ('running', 'completed', 'failed')),
  attempts integer not null default 0,
  bytes bigint,
  client_id uuid not null,
  user_id uuid,
  home_org_id uuid not null,
  created_at timestamptz not null,
  completed_at timestamptz,
  -- When the row and its file go.
  expires_at timestamptz not null,
  primary key (org_id, id)
);
create index subject_archives_by_expiry on subject_archives (org_id, expires_at);
create index subject_archives_under_way on subject_archives (org_id, id) where status = 'running';

create table erasures (
  org_id uuid not null references organizations (id),
  id uuid not null,
  -- In the words of whoever asked.
  reason text,
  status text not null default 'running' check (status in ('running', 'completed')),
  -- Where it may erase, by what its caller was granted; null for all.
  division_ids uuid[],
  client_id uuid not null,
  user_id uuid,
  home_org_id uuid not null,
  correlation_id uuid not null,
  created_at timestamptz not null,
  completed_at timestamptz,
  primary key (org_id, id)
);
create index erasures_under_way on erasures (org_id, id) where status = 'running';

/* Whom an erasure is about, and when that was done: what is left of a person, and therefore ids and nothing else. */
create table erasure_subjects (
  org_id uuid not null,
  erasure_id uuid not null,
  number integer not null,
  -- Which item of the request it comes from: contactIds or identifiers, and its place there.
  list text not null check (list in ('contactIds', 'identifiers')),
  place integer not null,
  -- Null where the item led to nobody.
  contact_id uuid,
  status text not null check (status in ('waiting', 'erased', 'notFound', 'failed')),
  attempts integer not null default 0,
  -- All contacts that were erased, with ancestors and what undone merges had made.
  erased_ids uuid[],
  erased_at timestamptz,
  primary key (org_id, erasure_id, number),
  foreign key (org_id, erasure_id) references erasures (org_id, id)
);

-- The changes of notes by what they were on: those of notes that are no more can be found by nothing else.
create index changes_of_notes on changes (org_id, ((body ->> 'entityId')::uuid)) where kind = 'contactNote';

/* Their positions. A function of the owner, because under row-level security the planner may not use that index. */
create function changes_of_notes_on(contact_ids uuid[]) returns setof bigint
language sql stable security definer rows 10 set search_path = public, pg_temp as $$
  select c.position from changes c where c.org_id = current_org() and c.kind = 'contactNote' and (c.body ->> 'entityId')::uuid = any (contact_ids)
$$;

/* The cells of a refused row of an import as they are compared; longer than any identifier is none, and would not fit the index. */
create function compared_cells(cells jsonb) returns text[] language sql immutable parallel safe as $$
  select array(select lower(trim(c.cell)) from jsonb_array_elements_text(cells) c (cell) where length(c.cell) between 1 and 320)
$$;
-- Without it, 100,000 refused rows take a second for each person who is erased.
create index import_rejects_by_cell on import_rejects using gin (compared_cells(cells));

/* The rows that have one of these in a cell. A function of the owner for the same reason. */
create function import_rejects_with(spellings text[]) returns table (job_id uuid, kind text, line bigint)
language sql stable security definer rows 10 set search_path = public, pg_temp as $$
  select r.job_id, r.kind, r.line from import_rejects r where r.org_id = current_org() and compared_cells(r.cells) && spellings
$$;

/*
 * Takes the bodies out of the changes of contacts that are no more, and of their notes and identifiers; that there was a
 * change, when and by whom stays, and so does its place in the order. A function of the owner, for the tenant role may not
 * change what was done; it therefore names the organization itself, and leaves alone what a living contact has done.
 */
create function erase_changes(contact_ids uuid[]) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  gone uuid[] := array(select id from unnest(contact_ids) g (id)
    where not exists (select from contacts k where k.org_id = current_org() and k.id = g.id));
begin
  update changes c set body = json_build_object('id', c.record_id, 'erased', true)
  where c.org_id = current_org() and c.record_id = any (gone) and c.kind in ('contact', 'identifier');
  update changes c set body = json_build_object('id', c.record_id, 'entityId', c.body ->> 'entityId', 'erased', true)
  where c.org_id = current_org() and c.position in (select changes_of_notes_on(gone));
end $$;

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['subject_archives', 'erasures', 'erasure_subjects'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('create policy one_organization on %I using (org_id = current_org())', tenant_table);
    execute format('grant select, insert, update, delete on %I to liaison_app', tenant_table);
  end loop;
end $$;

-- Bulk jobs, and saved views. Columns and tables follow the manners of 0001: keys lead with org_id, and the tenant role sees
-- one organization.

/*
 * One act on many records. The records are found first, and their ids kept, so that what was counted is what is done; then
 * they are gone through, chunk by chunk. What a chunk did, what it refused and how far the job is are committed together:
 * whoever goes on after a crash begins at records_at.
 */
create table bulk_jobs (
  org_id uuid not null references organizations (id),
  id uuid not null,
  kind text not null check (kind in ('contact', 'organization')),
  act text not null check (act in ('edit', 'move', 'delete', 'erase')),
  -- What the act takes besides: see Wish in the source.
  wish jsonb not null,
  -- Words and filter, as they were asked for; null where the records were named by their ids.
  search jsonb,
  -- Whether it waits to be continued once the records are counted.
  count_first boolean not null,
  status text not null check (status in ('Counting', 'Counted', 'Running', 'Completed', 'Failed', 'Cancelled')),
  -- Why it failed, for people.
  details text,
  -- Whom it acts for.
  client_id uuid not null,
  user_id uuid,
  home_org_id uuid not null,

  -- Where the search goes on, and whether it has come to its end.
  found_up_to uuid,
  found_all boolean not null,
  records_found bigint not null default 0,
  -- Records that were gone through, and what came of them.
  records_at bigint not null default 0,
  done bigint not null default 0,
  unchanged bigint not null default 0,
  refused bigint not null default 0,
  -- The erasure that it waits for.
  erasure_id uuid,
  -- Its changes lie after the one and up to the other; null before it has written.
  first_position bigint,
  last_position bigint,

  -- Taking back what it wrote: see Undo. Null where nobody asked for it.
  undo jsonb,

  created_at timestamptz not null,
  modified_at timestamptz not null,
  primary key (org_id, id)
);
-- Those with something to be done: a handful at most.
create index bulk_jobs_due on bulk_jobs (modified_at) where status in ('Counting', 'Running') or undo ->> 'status' = 'Running';

/* The ids of its records, so many in a row as were found at once; `place` is how many come before. */
create table bulk_job_records (
  org_id uuid not null,
  job_id uuid not null,
  place bigint not null,
  ids uuid[] not null,
  primary key (org_id, job_id, place),
  foreign key (org_id, job_id) references bulk_jobs (org_id, id) on delete cascade
);

/* Records that it could not do, and those that taking it back left as they are. */
create table bulk_job_refusals (
  org_id uuid not null,
  job_id uuid not null,
  report text not null check (report in ('job', 'undo')),
  number bigint not null,
  record_id uuid not null,
  -- Where it lay; null for what was not there.
  division_id uuid,
  reason text not null,
  primary key (org_id, job_id, report, number),
  foreign key (org_id, job_id) references bulk_jobs (org_id, id) on delete cascade
);
create index bulk_job_refusals_by_record on bulk_job_refusals (org_id, record_id);

/*
 * A way to look at a table of the console that somebody keeps, for himself or for everybody. Whose it is: a user, or a
 * client that acts for itself.
 */
create table saved_views (
  org_id uuid not null references organizations (id),
  id uuid not null,
  screen text not null check (screen in ('contacts', 'organizations')),
  name text not null,
  -- Words, filter, order and columns, as they were sent.
  asked jsonb not null,
  shared boolean not null,
  owner_id uuid not null,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  primary key (org_id, id)
);
create index saved_views_by_owner on saved_views (org_id, owner_id);
create index saved_views_shared on saved_views (org_id, screen) where shared;

/* What somebody does with a view: has it as a tab, or begins with it. */
create table saved_view_choices (
  org_id uuid not null,
  view_id uuid not null,
  reader_id uuid not null,
  pinned boolean not null,
  is_default boolean not null,
  primary key (org_id, reader_id, view_id),
  foreign key (org_id, view_id) references saved_views (org_id, id) on delete cascade
);
create index saved_view_choices_by_view on saved_view_choices (org_id, view_id);

-- Nothing has used them since rows go into statements as arrays, one a column.
drop type contact_input;
drop type external_organization_input;

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['bulk_jobs', 'bulk_job_records', 'bulk_job_refusals', 'saved_views', 'saved_view_choices'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('create policy one_organization on %I using (org_id = current_org())', tenant_table);
    execute format('grant select, insert, update, delete on %I to liaison_app', tenant_table);
  end loop;
end $$;

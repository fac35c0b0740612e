-- Import jobs. Columns and tables follow the manners of 0001: keys lead with org_id, and the tenant role sees one
-- organization.

/*
 * A job reads its file twice, to validate and to import, row by row in the file's order. How far it has come, what it wrote
 * and what it refused are committed together, chunk by chunk: whoever goes on after a crash begins at at_byte.
 */
create table import_jobs (
  org_id uuid not null references organizations (id),
  id uuid not null,
  division_id uuid not null,
  status text not null default 'Created' check (status in ('Created', 'Running', 'Completed', 'Failed', 'Cancelled')),
  step text not null default 'Validating' check (step in ('Validating', 'Validated', 'Importing')),
  -- Why it failed, for people.
  details text,
  -- The import settings, and those of the CSV file; what they said when the job was made is in `rules`.
  settings_id uuid not null,
  csv_settings_id uuid,
  rules jsonb not null,
  -- None where there is no file.
  upload_id uuid,
  -- Where it lies and how it is written: see ImportFile.
  file jsonb,
  -- Whom it acts for.
  client_id uuid not null,
  user_id uuid,
  home_org_id uuid not null,

  -- The present step: where in the file it goes on, rows behind it, and how long they took.
  at_byte bigint not null default 0,
  at_line bigint not null default 1,
  rows_read bigint not null default 0,
  worked_ms bigint not null default 0,
  dry_accepted bigint not null default 0,
  dry_rejected bigint not null default 0,
  created bigint not null default 0,
  updated bigint not null default 0,
  merged bigint not null default 0,
  unchanged bigint not null default 0,
  rejected bigint not null default 0,
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
create index import_jobs_due on import_jobs (modified_at)
  where status = 'Created' or (status = 'Running' and step <> 'Validated') or undo ->> 'status' = 'Running';
create index import_jobs_by_settings on import_jobs (org_id, settings_id);
create index import_jobs_by_upload on import_jobs (org_id, upload_id);

/* Rows that a job refused, in the validation and in the import, and records that taking it back left as they are. */
create table import_rejects (
  org_id uuid not null,
  job_id uuid not null,
  kind text not null check (kind in ('dryRun', 'import', 'undo')),
  -- The line of the file that the row begins in; of a record, its number in the list.
  line bigint not null,
  cells jsonb not null,
  reasons text not null,
  primary key (org_id, job_id, kind, line),
  foreign key (org_id, job_id) references import_jobs (org_id, id) on delete cascade
);

/*
 * What the planner knows of tables that were empty a moment ago: nothing, and so it would read them from end to end for each
 * chunk of an import until PostgreSQL looks at them by itself, a minute later. Does nothing where they are known. The tables'
 * owner's, for nobody else may have them looked at.
 */
create function refresh_statistics() returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if (select min(c.reltuples) from pg_class c where c.oid in ('contacts'::regclass, 'identifiers'::regclass)) < 1000 then
    analyze contacts, external_organizations, identifiers, changes;
  end if;
end $$;

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['import_jobs', 'import_rejects'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('create policy one_organization on %I using (org_id = current_org())', tenant_table);
    execute format('grant select, insert, update, delete on %I to liaison_app', tenant_table);
  end loop;
end $$;

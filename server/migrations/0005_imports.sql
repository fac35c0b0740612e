-- What imports begin with: uploaded files and settings. Columns and tables follow the manners of 0001: keys lead with
-- org_id, and the tenant role sees one organization.

/* A file that was announced; with what was found in it once it has arrived. */
create table import_uploads (
  org_id uuid not null references organizations (id),
  id uuid not null,
  file_name text,
  -- As announced, and so as it has to be.
  bytes bigint not null,
  -- How many rows it may have; null for any number.
  rows_max integer,
  created_at timestamptz not null,
  -- When the row and its file go.
  expires_at timestamptz not null,
  -- The last attempt to send it, whose id the file is named after; null before the first.
  attempt uuid,
  arrived_at timestamptz,
  sha256 bytea,
  -- See Inspection in the source.
  inspection jsonb,
  primary key (org_id, id)
);
create index import_uploads_by_expiry on import_uploads (org_id, expires_at);

/* The rules by which rows are matched and written. */
create table import_settings (
  org_id uuid not null references organizations (id),
  id uuid not null,
  name text not null,
  name_key text not null collate "C",
  -- Email, Phone: in the order in which they are tried.
  matching_criteria text[] not null,
  merge_contacts boolean not null,
  external_source_id uuid not null,
  import_fields jsonb not null,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  primary key (org_id, id)
);

/* Which column of a file is written to which field. */
create table csv_settings (
  org_id uuid not null,
  id uuid not null,
  import_settings_id uuid not null,
  mappings jsonb not null,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  primary key (org_id, id),
  foreign key (org_id, import_settings_id) references import_settings (org_id, id)
);
create index csv_settings_by_import_settings on csv_settings (org_id, import_settings_id, id);

do $$
declare tenant_table text;
begin
  foreach tenant_table in array array['import_uploads', 'import_settings', 'csv_settings'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('create policy one_organization on %I using (org_id = current_org())', tenant_table);
    execute format('grant select, insert, update, delete on %I to liaison_app', tenant_table);
  end loop;
end $$;

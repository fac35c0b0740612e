-- Suggestions of records that are probably one. Columns and tables follow the manners of 0001: keys lead with org_id, and
-- the tenant role sees one organization.

alter table organizations
  -- Whether duplicates are looked for.
  add column duplicates boolean not null default true,
  -- From which probability on a pair is suggested.
  add column duplicate_threshold double precision not null default 0.5 check (duplicate_threshold between 0.05 and 0.999);

/* How far the finder has come: without a row it has not begun. Whoever writes suggestions locks it first. */
create table linkage_progress (
  org_id uuid not null,
  -- All settled changes up to here are taken in.
  position bigint not null,
  -- Before the changes all records are walked, by kind and id; null when they are through.
  walk_kind text check (walk_kind in ('contact', 'organization')),
  walk_id uuid,
  -- The version of the method that the keys were made by.
  method integer not null,
  primary key (org_id)
);

/* What was learned from an organization's records, the newest only. */
create table linkage_models (
  org_id uuid not null,
  kind text not null check (kind in ('contact', 'organization')),
  -- Records that were matched under a lower number are matched again.
  number integer not null default 0,
  -- How many records there were when it was learned, and how many were taken in since.
  records integer not null default 0,
  taken integer not null,
  learned_at timestamptz,
  -- Null where there were too few records to learn anything.
  model json,
  primary key (org_id, kind)
);

/* The records that are compared. */
create table linkage_records (
  org_id uuid not null,
  kind text not null check (kind in ('contact', 'organization')),
  record_id uuid not null,
  -- What stands in blocking_keys.
  keys bigint[] not null,
  -- The number of the model that it was matched under; 0 for what has changed since and waits.
  model integer not null default 0,
  primary key (org_id, kind, record_id)
);
create index linkage_records_in_turn on linkage_records (org_id, kind, model, record_id);

/*
 * Only records that share keys are compared. A key is a hash of the kind, the division and a text; its lowest bits say how
 * much it tells. The table is its own index.
 */
create table blocking_keys (
  org_id uuid not null,
  key bigint not null,
  record_id uuid not null,
  primary key (org_id, key, record_id)
);

/* Pairs that were suggested, with what became of them. */
create table duplicates (
  org_id uuid not null,
  id uuid not null,
  kind text not null check (kind in ('contact', 'organization')),
  division_id uuid not null,
  first_id uuid not null,
  second_id uuid not null check (first_id < second_id),
  -- The log2 of the odds that they are one, what was taken off for being of one household, and what each field says.
  score double precision not null,
  related double precision not null,
  evidence json not null,
  state text not null default 'open' check (state in ('open', 'accepted', 'dismissed')),
  -- Of an open pair whose two are in one cluster.
  cluster_id uuid,
  found_at timestamptz not null,
  changed_at timestamptz not null,
  decided_at timestamptz,
  -- The user, or the client where there was none.
  decided_by uuid,
  -- The record that an accepted pair became.
  result_id uuid,
  primary key (org_id, id)
);
create unique index duplicates_by_pair on duplicates (org_id, first_id, second_id);
create index duplicates_by_second on duplicates (org_id, second_id);
create index duplicates_by_score on duplicates (org_id, kind, state, score desc, id desc);
create index duplicates_by_cluster on duplicates (org_id, cluster_id, kind) where cluster_id is not null;

do $$
declare tenant_table text;
begin
  foreach tenant_table in array array['linkage_progress', 'linkage_models', 'linkage_records', 'blocking_keys', 'duplicates'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('create policy one_organization on %I using (org_id = current_org())', tenant_table);
    execute format('grant select, insert, update, delete on %I to liaison_app', tenant_table);
  end loop;
end $$;

-- Custom fields, versions of records, and the changes that feed and audit read. Columns and tables follow the manners of
-- 0001: keys lead with org_id, and the tenant role sees one organization.

-- Custom fields ------------------------------------------------------------------------------------------------------

create table data_schemas (
  org_id uuid not null references organizations (id),
  id uuid not null,
  applies_to text not null check (applies_to in ('CONTACT', 'EXTERNAL_ORGANIZATION')),
  -- The newest of its versions.
  version integer not null default 1,
  -- Deleted schemas can still be read by their ids; records keep what they hold.
  deleted boolean not null default false,
  created_at timestamptz not null,
  primary key (org_id, id)
);

-- What was once a version never changes, so that whoever knows one may remember it.
create table data_schema_versions (
  org_id uuid not null,
  schema_id uuid not null,
  version integer not null,
  name text not null,
  enabled boolean not null,
  -- Not jsonb, which puts the fields in an order of its own.
  json_schema json not null,
  -- The user, or the client where there was none.
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (org_id, schema_id, version),
  foreign key (org_id, schema_id) references data_schemas (org_id, id)
);

alter table contacts
  add column schema_id uuid,
  add column schema_version integer,
  add column custom_fields jsonb,
  -- Raised with every write of the record: what ETag and If-Match compare.
  add column version integer not null default 1;
alter table contacts add foreign key (org_id, schema_id, schema_version) references data_schema_versions (org_id, schema_id, version);
alter table external_organizations
  add column schema_id uuid,
  add column schema_version integer,
  add column custom_fields jsonb,
  add column version integer not null default 1;
alter table external_organizations add foreign key (org_id, schema_id, schema_version) references data_schema_versions (org_id, schema_id, version);
alter table notes add column version integer not null default 1;
alter table relationships add column version integer not null default 1;

create index contacts_by_modified on contacts (org_id, modified_at, id);
create index external_organizations_by_modified on external_organizations (org_id, modified_at, id);
create index notes_by_modified on notes (org_id, modified_at, id);
create index relationships_by_modified on relationships (org_id, modified_at, id);

-- A record without a value sorts after all that have one. The last character of Unicode says so in the key itself, for
-- a null cannot be compared with where a page ended.
update contacts set first_name_key = coalesce(first_name_key, U&'\+10FFFF'), middle_name_key = coalesce(middle_name_key, U&'\+10FFFF'),
  last_name_key = coalesce(last_name_key, U&'\+10FFFF'), title_key = coalesce(title_key, U&'\+10FFFF')
where num_nulls(first_name_key, middle_name_key, last_name_key, title_key) > 0;
alter table contacts alter column first_name_key set not null, alter column middle_name_key set not null,
  alter column last_name_key set not null, alter column title_key set not null;
update external_organizations set company_type_key = coalesce(company_type_key, U&'\+10FFFF'), industry_key = coalesce(industry_key, U&'\+10FFFF')
where num_nulls(company_type_key, industry_key) > 0;
alter table external_organizations alter column company_type_key set not null, alter column industry_key set not null;

alter type contact_input add attribute schema_id uuid, add attribute schema_version integer, add attribute custom_fields jsonb,
  add attribute version integer;
alter type external_organization_input add attribute schema_id uuid, add attribute schema_version integer, add attribute custom_fields jsonb,
  add attribute version integer;

-- Organizations are never removed, and row-level security binds every row to one that is there. A foreign key to them has
-- each write lock the organization's row for each of its own, which was a third of what identifiers cost in bulk.
alter table contacts drop constraint contacts_org_id_fkey;
alter table external_organizations drop constraint external_organizations_org_id_fkey;
alter table identifiers drop constraint identifiers_org_id_fkey;
alter table notes drop constraint notes_org_id_fkey;
alter table relationships drop constraint relationships_org_id_fkey;

-- Settings -----------------------------------------------------------------------------------------------------------

-- Whether contacts may be moved from one division to another: what the vendor does not allow.
alter table organizations add column division_moves boolean not null default false;

-- Changes ------------------------------------------------------------------------------------------------------------

/*
 * What was done to a record, by whom, and the record's body afterwards (of a deleted one, its last): written in the
 * transaction of the write. Followers read it as events, auditors with the difference to the record's change before.
 * Never updated: the tenant role may only add and read. Without a foreign key to organizations, which every write would
 * lock for nothing: organizations are never removed.
 */
create table changes (
  org_id uuid not null,
  position bigint generated by default as identity,
  kind text not null,
  record_id uuid not null,
  action text not null,
  -- Whose readers may see it; null for what lies in no division.
  division_id uuid,
  -- Where the record was moved away from: its readers see it go.
  left_division_id uuid,
  at timestamptz not null,
  user_id uuid,
  client_id uuid not null,
  home_org_id uuid not null,
  correlation_id uuid not null,
  -- The record's version afterwards, where it has one.
  version integer,
  body json not null,
  primary key (org_id, position)
);
create index changes_of_record on changes (org_id, record_id, position);

/*
 * The highest position that was ever given out. Asked of the function and not of the sequence's row, which nextval changes
 * under a lock that a plain select does not take.
 */
create function last_position() returns bigint language sql volatile as $$
  select coalesce(pg_sequence_last_value('changes_position_seq'), 0)
$$;

/*
 * Positions are given out before they are committed, so that a lower one may appear after a higher one. Every writer
 * therefore holds, until its transaction ends, an advisory lock that says below which position it has written nothing:
 * taken before its first position, and by the organization, so that another's long transaction holds nobody up.
 */
create function hold_changes(in_org uuid) returns void language plpgsql volatile as $$
begin
  -- The low 32 bits, as the signed number that the lock takes.
  perform pg_advisory_xact_lock_shared(hashtext(in_org::text), ((last_position() << 32) >> 32)::int);
end $$;

/*
 * Up to where the organization's changes are settled: nothing at or below it will appear any more. A transaction is
 * visible to others before its locks are gone, so that what no lock holds can be read by the next statement.
 */
create function settled_position(in_org uuid) returns bigint language plpgsql volatile as $$
declare
  newest bigint := last_position();
begin
  return (
    -- A lock that was taken after `newest` was read lies ahead of it, and holds back nothing up to there.
    select newest - coalesce(max(case when behind.by < 2147483648 then behind.by end), 0)
    from pg_locks l cross join lateral (select (newest - l.objid::bigint) & 4294967295 as by) behind
    where l.locktype = 'advisory' and l.objsubid = 2 and l.database = (select d.oid from pg_database d where d.datname = current_database())
      and l.classid::bigint = hashtext(in_org::text)::bigint & 4294967295);
end $$;

-- Feeds --------------------------------------------------------------------------------------------------------------

create table webhooks (
  org_id uuid not null references organizations (id),
  id uuid not null,
  name text not null,
  url text not null,
  -- Kinds of records whose changes it wants, such as contact.
  kinds text[] not null,
  -- Divisions whose changes it wants; null for all.
  division_ids uuid[],
  enabled boolean not null default true,
  -- Standard Webhooks: base64 after whsec_. Needed in the clear to sign with.
  secret text not null,
  secret_changed_at timestamptz not null,
  -- The secret before, which signs along for a while, so that a receiver can take over the new one in its own time.
  previous_secret text,
  previous_secret_until timestamptz,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  primary key (org_id, id)
);

-- How far a webhook has come: apart from what people set, because deliveries write it all the time.
create table webhook_progress (
  org_id uuid not null,
  webhook_id uuid not null,
  -- All settled changes up to here are delivered, or stand in webhook_deliveries.
  position bigint not null,
  last_success_at timestamptz,
  last_failure_at timestamptz,
  last_error text,
  primary key (org_id, webhook_id),
  foreign key (org_id, webhook_id) references webhooks (org_id, id) on delete cascade
);

-- What could not be delivered at the first try, and what waits behind it because it is of the same record.
create table webhook_deliveries (
  org_id uuid not null,
  webhook_id uuid not null,
  position bigint not null,
  record_id uuid not null,
  state text not null check (state in ('waiting', 'dead')),
  attempts integer not null default 0,
  -- Infinity behind another of the same record; of a dead one, when it died.
  next_attempt_at timestamptz not null,
  last_status integer,
  last_error text,
  primary key (org_id, webhook_id, position),
  foreign key (org_id, webhook_id) references webhooks (org_id, id) on delete cascade
);
create index webhook_deliveries_by_time on webhook_deliveries (org_id, webhook_id, state, next_attempt_at);
create index webhook_deliveries_by_record on webhook_deliveries (org_id, webhook_id, record_id, position) where state = 'waiting';

create table notification_channels (
  org_id uuid not null references organizations (id),
  id uuid not null,
  -- The token that made it: what its holder may see, the channel may show, and no longer than the token lives.
  token_hash bytea not null,
  -- Everything up to here has reached the client: it answered a ping that was sent after.
  position bigint not null,
  created_at timestamptz not null,
  -- Until when it counts as in use: ahead of now while a client is connected. Who makes too many loses the least used.
  used_until timestamptz not null,
  expires_at timestamptz not null,
  primary key (org_id, id)
);
create index notification_channels_by_token on notification_channels (org_id, token_hash);

create table notification_subscriptions (
  org_id uuid not null,
  channel_id uuid not null,
  topic text not null,
  -- Only what came after.
  since bigint not null,
  primary key (org_id, channel_id, topic),
  foreign key (org_id, channel_id) references notification_channels (org_id, id) on delete cascade
);

-- Retries ------------------------------------------------------------------------------------------------------------

-- Answers to requests that named themselves by an Idempotency-Key, written in the transaction of what they did. Some
-- answers and requests have secrets in them, so that only who has the key can read them.
create table idempotent_answers (
  org_id uuid not null references organizations (id),
  client_id uuid not null,
  -- The nil UUID where the client acts by itself.
  user_id uuid not null,
  -- An HMAC of the key, and with the key one of method, address and body.
  key bytea not null,
  fingerprint bytea not null,
  status integer,
  -- The version of the record in the answer, for its ETag.
  version integer,
  -- The body, sealed with the key; null for none.
  body bytea,
  created_at timestamptz not null,
  primary key (org_id, client_id, user_id, key)
);
create index idempotent_answers_by_age on idempotent_answers (org_id, created_at);

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['data_schemas', 'data_schema_versions', 'changes', 'webhooks', 'webhook_progress', 'webhook_deliveries', 'notification_channels',
    'notification_subscriptions', 'idempotent_answers'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('create policy one_organization on %I using (org_id = current_org())', tenant_table);
    execute format('grant select, insert, update, delete on %I to liaison_app', tenant_table);
  end loop;
end $$;
revoke update, delete on changes from liaison_app;
grant select, usage on sequence changes_position_seq to liaison_app;

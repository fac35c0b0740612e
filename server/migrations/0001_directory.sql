-- The directory and what guards it. Every tenant table's keys lead with org_id, so that tenants are apart by
-- construction and the tables can be distributed by it. The nil UUID stands for the division "*" (unassigned on
-- records, all on grants) and for "no external source".

create table organizations (
  id uuid primary key,
  name text not null,
  short_name text not null unique,
  domain text not null,
  state text not null default 'active' check (state in ('active', 'inactive', 'deleted')),
  default_language text not null default 'en-us',
  default_country_code text not null default 'US',
  -- Leads every search word of the organization, so that one organization's words never cost another anything.
  word_prefix text not null unique,
  -- Signs its cursors and links.
  signing_key bytea not null,
  version integer not null default 1,
  -- Raised with every change of who may do what, so that a change decided on what it read is made only if nothing moved.
  access_version bigint not null default 0,
  created_at timestamptz not null,
  modified_at timestamptz not null
);

-- Access -------------------------------------------------------------------------------------------------------------

create table divisions (
  org_id uuid not null references organizations (id),
  id uuid not null,
  name text not null,
  name_key text not null collate "C",
  description text,
  home boolean not null default false,
  created_at timestamptz not null,
  primary key (org_id, id)
);
create unique index divisions_by_name on divisions (org_id, name_key);
create unique index divisions_one_home on divisions (org_id) where home;

create table users (
  org_id uuid not null references organizations (id),
  id uuid not null,
  division_id uuid not null,
  name text not null,
  name_key text not null collate "C",
  email text not null,
  email_key text not null collate "C",
  title text,
  department text,
  state text not null default 'active' check (state in ('active', 'inactive', 'deleted')),
  password_hash text,
  version integer not null default 1,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  primary key (org_id, id),
  foreign key (org_id, division_id) references divisions (org_id, id)
);
create unique index users_by_email on users (org_id, email_key) where state <> 'deleted';
create index users_by_name on users (org_id, name_key, id);

create table groups (
  org_id uuid not null references organizations (id),
  id uuid not null,
  name text not null,
  name_key text not null collate "C",
  description text,
  type text not null default 'official' check (type in ('official', 'social')),
  visibility text not null default 'public' check (visibility in ('public', 'owners', 'members')),
  state text not null default 'active' check (state in ('active', 'inactive', 'deleted')),
  rules_visible boolean not null default true,
  roles_enabled boolean not null default true,
  version integer not null default 1,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  primary key (org_id, id)
);
create index groups_by_name on groups (org_id, name_key, id);

create table group_members (
  org_id uuid not null,
  group_id uuid not null,
  user_id uuid not null,
  primary key (org_id, group_id, user_id),
  foreign key (org_id, group_id) references groups (org_id, id) on delete cascade,
  foreign key (org_id, user_id) references users (org_id, id) on delete cascade
);
create index group_members_by_user on group_members (org_id, user_id);

create table roles (
  org_id uuid not null references organizations (id),
  id uuid not null,
  name text not null,
  name_key text not null collate "C",
  description text,
  -- The name of the default role it was made from, null for an organization's own.
  default_role text,
  -- [{"domain", "entityName", "actionSet": [], …}], as on the wire
  policies jsonb not null default '[]',
  -- The flat list of older clients: kept and shown, it grants nothing.
  permissions jsonb not null default '[]',
  version integer not null default 1,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  primary key (org_id, id)
);
create unique index roles_by_name on roles (org_id, name_key);

create table grants (
  org_id uuid not null,
  subject_id uuid not null,
  subject_type text not null check (subject_type in ('PC_USER', 'PC_GROUP', 'PC_OAUTH_CLIENT')),
  role_id uuid not null,
  division_id uuid not null,
  granted_at timestamptz not null,
  primary key (org_id, subject_id, role_id, division_id),
  foreign key (org_id, role_id) references roles (org_id, id) on delete cascade
);
create index grants_by_role on grants (org_id, role_id);

create table oauth_clients (
  org_id uuid not null references organizations (id),
  id uuid not null,
  name text not null,
  name_key text not null collate "C",
  description text,
  -- In the spelling it was written in: clients compare what they read with what they wrote.
  grant_type text not null check (grant_type in ('CODE', 'TOKEN', 'SAML2BEARER', 'SAML2-BEARER', 'PASSWORD', 'CLIENT_CREDENTIALS', 'CLIENT-CREDENTIALS', 'PKCE')),
  -- SHA-256 of the secret, which is shown once and never stored.
  secret_hash bytea not null,
  redirect_uris jsonb not null default '[]',
  scopes jsonb not null default '[]',
  token_validity_seconds integer not null default 86400,
  state text not null default 'active' check (state in ('active', 'disabled', 'inactive')),
  -- Requests a minute per token: null for the server's own setting, 0 for no limit.
  rate_limit integer,
  created_by uuid,
  created_at timestamptz not null,
  modified_by uuid,
  modified_at timestamptz not null,
  primary key (org_id, id)
);
create index oauth_clients_by_id on oauth_clients (id);

create table tokens (
  org_id uuid not null references organizations (id),
  -- SHA-256 of the token; the token itself is never stored.
  hash bytea not null,
  client_id uuid not null,
  user_id uuid,
  home_org_id uuid not null,
  scopes jsonb not null default '[]',
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (org_id, hash)
);
create index tokens_by_client on tokens (org_id, client_id);
create index tokens_by_user on tokens (org_id, user_id) where user_id is not null;
create index tokens_by_expiry on tokens (org_id, expires_at);

-- Directory ----------------------------------------------------------------------------------------------------------

create table external_sources (
  org_id uuid not null references organizations (id),
  id uuid not null,
  name text not null,
  name_key text not null collate "C",
  active boolean not null default true,
  uri_template text,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  primary key (org_id, id)
);
create unique index external_sources_by_name on external_sources (org_id, name_key);

create table external_organizations (
  org_id uuid not null references organizations (id),
  id uuid not null,
  division_id uuid not null,
  name text not null,
  company_type text,
  industry text,
  address jsonb,
  phone_number jsonb,
  fax_number jsonb,
  employee_count bigint,
  revenue bigint,
  tags jsonb,
  websites jsonb,
  tickers jsonb,
  twitter_id jsonb,
  external_ids jsonb,
  external_system_url text,
  name_key text not null collate "C",
  company_type_key text collate "C",
  industry_key text collate "C",
  words tsvector not null,
  -- The words of the name alone: what its contacts are found by.
  name_words tsvector not null,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  primary key (org_id, id)
);
create index external_organizations_by_division on external_organizations (org_id, division_id, id);
create index external_organizations_by_name on external_organizations (org_id, name_key, id);
create index external_organizations_by_company_type on external_organizations (org_id, company_type_key, id);
create index external_organizations_by_industry on external_organizations (org_id, industry_key, id);
create index external_organizations_by_words on external_organizations using gin (words);

create table contacts (
  org_id uuid not null references organizations (id),
  id uuid not null,
  division_id uuid not null,
  type text not null default 'Curated' check (type in ('Ephemeral', 'Identified', 'Curated')),
  first_name text,
  middle_name text,
  last_name text,
  salutation text,
  title text,
  work_phone jsonb,
  cell_phone jsonb,
  home_phone jsonb,
  other_phone jsonb,
  work_email text,
  personal_email text,
  other_email text,
  address jsonb,
  twitter_id jsonb,
  line_id jsonb,
  whats_app_id jsonb,
  facebook_id jsonb,
  instagram_id jsonb,
  apple_opaque_ids jsonb,
  external_ids jsonb,
  external_organization_id uuid,
  survey_opt_out boolean,
  external_system_url text,
  first_name_key text collate "C",
  middle_name_key text collate "C",
  last_name_key text collate "C",
  title_key text collate "C",
  words tsvector not null,
  -- A copy of its organization's name_words, kept by whoever writes either.
  organization_words tsvector not null default '',
  created_at timestamptz not null,
  modified_at timestamptz not null,
  primary key (org_id, id),
  foreign key (org_id, external_organization_id) references external_organizations (org_id, id)
);
create index contacts_by_division on contacts (org_id, division_id, id) include (type);
create index contacts_by_organization on contacts (org_id, external_organization_id, id) where external_organization_id is not null;
create index contacts_by_last_name on contacts (org_id, last_name_key, first_name_key, id);
create index contacts_by_first_name on contacts (org_id, first_name_key, id);
create index contacts_by_middle_name on contacts (org_id, middle_name_key, id);
create index contacts_by_title on contacts (org_id, title_key, id);
create index contacts_by_words on contacts using gin ((words || organization_words));

-- Who holds which identifier. The rows of one value stand in line: the first that is not waived has the claim, and when
-- it leaves, the next one has it, with nothing to move.
create table identifiers (
  org_id uuid not null references organizations (id),
  owner_kind text not null check (owner_kind in ('contact', 'organization')),
  owner_id uuid not null,
  division_id uuid not null,
  type text not null,
  source_id uuid not null default '00000000-0000-0000-0000-000000000000',
  value text not null collate "C",
  -- A field of the owner has the value.
  held boolean not null,
  -- Claimed by name, beyond what the fields say.
  pinned boolean not null default false,
  -- Released by name while a field still has the value.
  waived boolean not null default false,
  since timestamptz not null,
  primary key (org_id, owner_kind, owner_id, type, source_id, value)
);
create index identifiers_in_line on identifiers
  (org_id, owner_kind, type, value, source_id, division_id, pinned desc, since, owner_id);

create table notes (
  org_id uuid not null references organizations (id),
  id uuid not null,
  contact_id uuid,
  external_organization_id uuid,
  division_id uuid not null,
  note_text text not null,
  created_by uuid not null,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  primary key (org_id, id),
  check (num_nonnulls(contact_id, external_organization_id) = 1),
  foreign key (org_id, contact_id) references contacts (org_id, id) on delete cascade,
  foreign key (org_id, external_organization_id) references external_organizations (org_id, id) on delete cascade
);
create index notes_by_contact on notes (org_id, contact_id, created_at, id) where contact_id is not null;
create index notes_by_organization on notes (org_id, external_organization_id, created_at, id) where external_organization_id is not null;
create index notes_by_division on notes (org_id, division_id, id);

create table relationships (
  org_id uuid not null references organizations (id),
  id uuid not null,
  division_id uuid not null,
  user_id uuid not null,
  external_organization_id uuid not null,
  relationship text not null,
  relationship_key text not null collate "C",
  created_at timestamptz not null,
  modified_at timestamptz not null,
  primary key (org_id, id),
  foreign key (org_id, user_id) references users (org_id, id),
  foreign key (org_id, external_organization_id) references external_organizations (org_id, id) on delete cascade
);
create index relationships_by_organization on relationships (org_id, external_organization_id, created_at, id);
create index relationships_by_division on relationships (org_id, division_id, id);
create index relationships_by_user on relationships (org_id, user_id);

-- Trust --------------------------------------------------------------------------------------------------------------

-- The trustor grants, the trustee receives. One row, seen from both sides through a door of its own.
create table trusts (
  trustor_org_id uuid not null references organizations (id),
  trustee_org_id uuid not null references organizations (id),
  enabled boolean not null default true,
  expires_at timestamptz,
  created_by uuid,
  created_at timestamptz not null,
  primary key (trustor_org_id, trustee_org_id)
);
create index trusts_by_trustee on trusts (trustee_org_id, trustor_org_id);

create table trustor_links (
  org_id uuid not null references organizations (id),
  external_organization_id uuid not null,
  trustor_org_id uuid not null references organizations (id),
  created_at timestamptz not null,
  primary key (org_id, external_organization_id),
  foreign key (org_id, external_organization_id) references external_organizations (org_id, id) on delete cascade
);
create unique index trustor_links_by_trustor on trustor_links (org_id, trustor_org_id);

-- Guards -------------------------------------------------------------------------------------------------------------

/* Ends a transaction whose guard did not find what it was told to expect, so that nothing is half written. */
create function expect(actual bigint, wanted bigint) returns void language plpgsql as $$
begin
  if actual is distinct from wanted then
    raise exception 'a guard expected % and found %', wanted, actual using errcode = 'LI001';
  end if;
end $$;

/* The organization that the connection speaks for; null, and so nothing at all, where none is set. */
create function current_org() returns uuid language sql stable parallel safe as $$
  select nullif(current_setting('liaison.org_id', true), '')::uuid
$$;

/* A contact as a write brings it: the columns of contacts that a caller decides, words not yet a tsvector. */
create type contact_input as (
  id uuid, division_id uuid, first_name text, middle_name text, last_name text, salutation text, title text,
  work_phone jsonb, cell_phone jsonb, home_phone jsonb, other_phone jsonb, work_email text, personal_email text, other_email text,
  address jsonb, twitter_id jsonb, line_id jsonb, whats_app_id jsonb, facebook_id jsonb, instagram_id jsonb, apple_opaque_ids jsonb,
  external_ids jsonb, external_organization_id uuid, survey_opt_out boolean, external_system_url text,
  first_name_key text, middle_name_key text, last_name_key text, title_key text, words text[]
);

/* An external organization as a write brings it. */
create type external_organization_input as (
  id uuid, division_id uuid, name text, company_type text, industry text, address jsonb, phone_number jsonb, fax_number jsonb,
  employee_count bigint, revenue bigint, tags jsonb, websites jsonb, tickers jsonb, twitter_id jsonb, external_ids jsonb,
  external_system_url text, name_key text, company_type_key text, industry_key text, words text[], name_words text[]
);

/* Dates on the wire are UTC with milliseconds and Z. */
create function wire_date(moment timestamptz) returns text language sql stable parallel safe as $$
  select to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

/* The id of a division on the wire: the nil UUID is "*". */
create function wire_division(division_id uuid) returns text language sql immutable parallel safe as $$
  select case when division_id = '00000000-0000-0000-0000-000000000000' then '*' else division_id::text end
$$;

/*
 * Up to `most` contacts whose words match, in no order. A function of the owner, because under row-level security the
 * planner may use no index for @@ (it is not leakproof); it therefore names the organization itself. `own_only` leaves
 * out what matches by the name of the contact's organization alone, for callers who may not see that. With less memory
 * than this the bitmap of a dense word turns lossy, and every contact of a page is read and compared again.
 */
create function contact_hits(query tsquery, own_only boolean, in_divisions uuid[], most integer)
returns table (id uuid, last_name_key text, first_name_key text, middle_name_key text, title_key text)
language plpgsql stable security definer rows 500 set search_path = public, pg_temp set plan_cache_mode = force_custom_plan set work_mem = '64MB' as $$
begin
  return query
  select c.id, c.last_name_key, c.first_name_key, c.middle_name_key, c.title_key
  from contacts c
  where c.org_id = current_org() and (c.words || c.organization_words) @@ query and c.type = 'Curated'
    and (not own_only or c.words @@ query)
    and (in_divisions is null or c.division_id = any (in_divisions))
  limit most;
end $$;

/* How many contacts the planner expects to match; near enough to tell dense words from others (measured: within a fifth). */
create function contact_hits_expected(query tsquery, in_divisions uuid[]) returns double precision
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  plan json;
begin
  execute format('explain (format json) select from contacts c where (c.words || c.organization_words) @@ %L::tsquery and (%L::uuid[] is null or c.division_id = any (%L::uuid[]))',
    query, in_divisions, in_divisions) into plan;
  return plan -> 0 -> 'Plan' ->> 'Plan Rows';
end $$;

create function external_organization_hits(query tsquery, in_divisions uuid[], most integer)
returns table (id uuid, name_key text, industry_key text, company_type_key text)
language plpgsql stable security definer rows 500 set search_path = public, pg_temp set plan_cache_mode = force_custom_plan set work_mem = '64MB' as $$
begin
  return query
  select o.id, o.name_key, o.industry_key, o.company_type_key
  from external_organizations o
  where o.org_id = current_org() and o.words @@ query
    and (in_divisions is null or o.division_id = any (in_divisions))
  limit most;
end $$;

grant usage on schema public to liaison_app;

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array[
    'divisions', 'users', 'groups', 'group_members', 'roles', 'grants', 'oauth_clients', 'tokens',
    'external_sources', 'external_organizations', 'contacts', 'identifiers', 'notes', 'relationships', 'trustor_links'
  ] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('create policy one_organization on %I using (org_id = current_org())', tenant_table);
    execute format('grant select, insert, update, delete on %I to liaison_app', tenant_table);
  end loop;
end $$;

alter table organizations enable row level security;
create policy one_organization on organizations using (id = current_org());
grant select on organizations to liaison_app;
grant update on organizations to liaison_app;

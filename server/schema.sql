-- The schema after all migrations, in the order of names. Written by "npm run schema"; compared in CI.

create type contact_input as (
  id uuid,
  division_id uuid,
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
  first_name_key text,
  middle_name_key text,
  last_name_key text,
  title_key text,
  words text[]
);

create type external_organization_input as (
  id uuid,
  division_id uuid,
  name text,
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
  name_key text,
  company_type_key text,
  industry_key text,
  words text[],
  name_words text[]
);

create table contacts (
  org_id uuid not null,
  id uuid not null,
  division_id uuid not null,
  type text default 'Curated'::text not null,
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
  organization_words tsvector default ''::tsvector not null,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  constraint contacts_pkey PRIMARY KEY (org_id, id),
  constraint contacts_org_id_external_organization_id_fkey FOREIGN KEY (org_id, external_organization_id) REFERENCES external_organizations(org_id, id),
  constraint contacts_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id),
  constraint contacts_type_check CHECK ((type = ANY (ARRAY['Ephemeral'::text, 'Identified'::text, 'Curated'::text])))
);
CREATE INDEX contacts_by_division ON public.contacts USING btree (org_id, division_id, id) INCLUDE (type);
CREATE INDEX contacts_by_first_name ON public.contacts USING btree (org_id, first_name_key, id);
CREATE INDEX contacts_by_last_name ON public.contacts USING btree (org_id, last_name_key, first_name_key, id);
CREATE INDEX contacts_by_middle_name ON public.contacts USING btree (org_id, middle_name_key, id);
CREATE INDEX contacts_by_organization ON public.contacts USING btree (org_id, external_organization_id, id) WHERE (external_organization_id IS NOT NULL);
CREATE INDEX contacts_by_title ON public.contacts USING btree (org_id, title_key, id);
CREATE INDEX contacts_by_words ON public.contacts USING gin (((words || organization_words)));
alter table contacts enable row level security;
create policy one_organization on contacts as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on contacts to liaison_app;

create table divisions (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  name_key text collate "C" not null,
  description text,
  home boolean default false not null,
  created_at timestamp with time zone not null,
  constraint divisions_pkey PRIMARY KEY (org_id, id),
  constraint divisions_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
CREATE UNIQUE INDEX divisions_by_name ON public.divisions USING btree (org_id, name_key);
CREATE UNIQUE INDEX divisions_one_home ON public.divisions USING btree (org_id) WHERE home;
alter table divisions enable row level security;
create policy one_organization on divisions as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on divisions to liaison_app;

create table external_organizations (
  org_id uuid not null,
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
  name_key text collate "C" not null,
  company_type_key text collate "C",
  industry_key text collate "C",
  words tsvector not null,
  name_words tsvector not null,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  constraint external_organizations_pkey PRIMARY KEY (org_id, id),
  constraint external_organizations_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
CREATE INDEX external_organizations_by_company_type ON public.external_organizations USING btree (org_id, company_type_key, id);
CREATE INDEX external_organizations_by_division ON public.external_organizations USING btree (org_id, division_id, id);
CREATE INDEX external_organizations_by_industry ON public.external_organizations USING btree (org_id, industry_key, id);
CREATE INDEX external_organizations_by_name ON public.external_organizations USING btree (org_id, name_key, id);
CREATE INDEX external_organizations_by_words ON public.external_organizations USING gin (words);
alter table external_organizations enable row level security;
create policy one_organization on external_organizations as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on external_organizations to liaison_app;

create table external_sources (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  name_key text collate "C" not null,
  active boolean default true not null,
  uri_template text,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  constraint external_sources_pkey PRIMARY KEY (org_id, id),
  constraint external_sources_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
CREATE UNIQUE INDEX external_sources_by_name ON public.external_sources USING btree (org_id, name_key);
alter table external_sources enable row level security;
create policy one_organization on external_sources as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on external_sources to liaison_app;

create table grants (
  org_id uuid not null,
  subject_id uuid not null,
  subject_type text not null,
  role_id uuid not null,
  division_id uuid not null,
  granted_at timestamp with time zone not null,
  constraint grants_pkey PRIMARY KEY (org_id, subject_id, role_id, division_id),
  constraint grants_org_id_role_id_fkey FOREIGN KEY (org_id, role_id) REFERENCES roles(org_id, id) ON DELETE CASCADE,
  constraint grants_subject_type_check CHECK ((subject_type = ANY (ARRAY['PC_USER'::text, 'PC_GROUP'::text, 'PC_OAUTH_CLIENT'::text])))
);
CREATE INDEX grants_by_role ON public.grants USING btree (org_id, role_id);
alter table grants enable row level security;
create policy one_organization on grants as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on grants to liaison_app;

create table group_members (
  org_id uuid not null,
  group_id uuid not null,
  user_id uuid not null,
  constraint group_members_pkey PRIMARY KEY (org_id, group_id, user_id),
  constraint group_members_org_id_group_id_fkey FOREIGN KEY (org_id, group_id) REFERENCES groups(org_id, id) ON DELETE CASCADE,
  constraint group_members_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES users(org_id, id) ON DELETE CASCADE
);
CREATE INDEX group_members_by_user ON public.group_members USING btree (org_id, user_id);
alter table group_members enable row level security;
create policy one_organization on group_members as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on group_members to liaison_app;

create table groups (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  name_key text collate "C" not null,
  description text,
  type text default 'official'::text not null,
  visibility text default 'public'::text not null,
  state text default 'active'::text not null,
  rules_visible boolean default true not null,
  roles_enabled boolean default true not null,
  version integer default 1 not null,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  constraint groups_pkey PRIMARY KEY (org_id, id),
  constraint groups_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id),
  constraint groups_state_check CHECK ((state = ANY (ARRAY['active'::text, 'inactive'::text, 'deleted'::text]))),
  constraint groups_type_check CHECK ((type = ANY (ARRAY['official'::text, 'social'::text]))),
  constraint groups_visibility_check CHECK ((visibility = ANY (ARRAY['public'::text, 'owners'::text, 'members'::text])))
);
CREATE INDEX groups_by_name ON public.groups USING btree (org_id, name_key, id);
alter table groups enable row level security;
create policy one_organization on groups as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on groups to liaison_app;

create table identifiers (
  org_id uuid not null,
  owner_kind text not null,
  owner_id uuid not null,
  division_id uuid not null,
  type text not null,
  source_id uuid default '00000000-0000-0000-0000-000000000000'::uuid not null,
  value text collate "C" not null,
  held boolean not null,
  pinned boolean default false not null,
  waived boolean default false not null,
  since timestamp with time zone not null,
  constraint identifiers_pkey PRIMARY KEY (org_id, owner_kind, owner_id, type, source_id, value),
  constraint identifiers_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id),
  constraint identifiers_owner_kind_check CHECK ((owner_kind = ANY (ARRAY['contact'::text, 'organization'::text])))
);
CREATE INDEX identifiers_in_line ON public.identifiers USING btree (org_id, owner_kind, type, value, source_id, division_id, pinned DESC, since, owner_id);
alter table identifiers enable row level security;
create policy one_organization on identifiers as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on identifiers to liaison_app;

create table notes (
  org_id uuid not null,
  id uuid not null,
  contact_id uuid,
  external_organization_id uuid,
  division_id uuid not null,
  note_text text not null,
  created_by uuid not null,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  constraint notes_pkey PRIMARY KEY (org_id, id),
  constraint notes_check CHECK ((num_nonnulls(contact_id, external_organization_id) = 1)),
  constraint notes_org_id_contact_id_fkey FOREIGN KEY (org_id, contact_id) REFERENCES contacts(org_id, id) ON DELETE CASCADE,
  constraint notes_org_id_external_organization_id_fkey FOREIGN KEY (org_id, external_organization_id) REFERENCES external_organizations(org_id, id) ON DELETE CASCADE,
  constraint notes_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
CREATE INDEX notes_by_contact ON public.notes USING btree (org_id, contact_id, created_at, id) WHERE (contact_id IS NOT NULL);
CREATE INDEX notes_by_division ON public.notes USING btree (org_id, division_id, id);
CREATE INDEX notes_by_organization ON public.notes USING btree (org_id, external_organization_id, created_at, id) WHERE (external_organization_id IS NOT NULL);
alter table notes enable row level security;
create policy one_organization on notes as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on notes to liaison_app;

create table oauth_clients (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  name_key text collate "C" not null,
  description text,
  grant_type text not null,
  secret_hash bytea not null,
  redirect_uris jsonb default '[]'::jsonb not null,
  scopes jsonb default '[]'::jsonb not null,
  token_validity_seconds integer default 86400 not null,
  state text default 'active'::text not null,
  rate_limit integer,
  created_by uuid,
  created_at timestamp with time zone not null,
  modified_by uuid,
  modified_at timestamp with time zone not null,
  constraint oauth_clients_pkey PRIMARY KEY (org_id, id),
  constraint oauth_clients_grant_type_check CHECK ((grant_type = ANY (ARRAY['CODE'::text, 'TOKEN'::text, 'SAML2BEARER'::text, 'SAML2-BEARER'::text, 'PASSWORD'::text, 'CLIENT_CREDENTIALS'::text, 'CLIENT-CREDENTIALS'::text, 'PKCE'::text]))),
  constraint oauth_clients_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id),
  constraint oauth_clients_state_check CHECK ((state = ANY (ARRAY['active'::text, 'disabled'::text, 'inactive'::text])))
);
CREATE INDEX oauth_clients_by_id ON public.oauth_clients USING btree (id);
alter table oauth_clients enable row level security;
create policy one_organization on oauth_clients as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on oauth_clients to liaison_app;

create table organizations (
  id uuid not null,
  name text not null,
  short_name text not null,
  domain text not null,
  state text default 'active'::text not null,
  default_language text default 'en-us'::text not null,
  default_country_code text default 'US'::text not null,
  word_prefix text not null,
  signing_key bytea not null,
  version integer default 1 not null,
  access_version bigint default 0 not null,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  constraint organizations_pkey PRIMARY KEY (id),
  constraint organizations_short_name_key UNIQUE (short_name),
  constraint organizations_state_check CHECK ((state = ANY (ARRAY['active'::text, 'inactive'::text, 'deleted'::text]))),
  constraint organizations_word_prefix_key UNIQUE (word_prefix)
);
alter table organizations enable row level security;
create policy one_organization on organizations as permissive for all to public using ((id = current_org()));
grant select, update on organizations to liaison_app;

create table relationships (
  org_id uuid not null,
  id uuid not null,
  division_id uuid not null,
  user_id uuid not null,
  external_organization_id uuid not null,
  relationship text not null,
  relationship_key text collate "C" not null,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  constraint relationships_pkey PRIMARY KEY (org_id, id),
  constraint relationships_org_id_external_organization_id_fkey FOREIGN KEY (org_id, external_organization_id) REFERENCES external_organizations(org_id, id) ON DELETE CASCADE,
  constraint relationships_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id),
  constraint relationships_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES users(org_id, id)
);
CREATE INDEX relationships_by_division ON public.relationships USING btree (org_id, division_id, id);
CREATE INDEX relationships_by_organization ON public.relationships USING btree (org_id, external_organization_id, created_at, id);
CREATE INDEX relationships_by_user ON public.relationships USING btree (org_id, user_id);
alter table relationships enable row level security;
create policy one_organization on relationships as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on relationships to liaison_app;

create table roles (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  name_key text collate "C" not null,
  description text,
  default_role text,
  policies jsonb default '[]'::jsonb not null,
  permissions jsonb default '[]'::jsonb not null,
  version integer default 1 not null,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  constraint roles_pkey PRIMARY KEY (org_id, id),
  constraint roles_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
CREATE UNIQUE INDEX roles_by_name ON public.roles USING btree (org_id, name_key);
alter table roles enable row level security;
create policy one_organization on roles as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on roles to liaison_app;

create table schema_migrations (
  version integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone default now() not null,
  constraint schema_migrations_pkey PRIMARY KEY (version)
);

create table tokens (
  org_id uuid not null,
  hash bytea not null,
  client_id uuid not null,
  user_id uuid,
  home_org_id uuid not null,
  scopes jsonb default '[]'::jsonb not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  constraint tokens_pkey PRIMARY KEY (org_id, hash),
  constraint tokens_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
CREATE INDEX tokens_by_client ON public.tokens USING btree (org_id, client_id);
CREATE INDEX tokens_by_expiry ON public.tokens USING btree (org_id, expires_at);
CREATE INDEX tokens_by_user ON public.tokens USING btree (org_id, user_id) WHERE (user_id IS NOT NULL);
alter table tokens enable row level security;
create policy one_organization on tokens as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on tokens to liaison_app;

create table trustor_links (
  org_id uuid not null,
  external_organization_id uuid not null,
  trustor_org_id uuid not null,
  created_at timestamp with time zone not null,
  constraint trustor_links_pkey PRIMARY KEY (org_id, external_organization_id),
  constraint trustor_links_org_id_external_organization_id_fkey FOREIGN KEY (org_id, external_organization_id) REFERENCES external_organizations(org_id, id) ON DELETE CASCADE,
  constraint trustor_links_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id),
  constraint trustor_links_trustor_org_id_fkey FOREIGN KEY (trustor_org_id) REFERENCES organizations(id)
);
CREATE UNIQUE INDEX trustor_links_by_trustor ON public.trustor_links USING btree (org_id, trustor_org_id);
alter table trustor_links enable row level security;
create policy one_organization on trustor_links as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on trustor_links to liaison_app;

create table trusts (
  trustor_org_id uuid not null,
  trustee_org_id uuid not null,
  enabled boolean default true not null,
  expires_at timestamp with time zone,
  created_by uuid,
  created_at timestamp with time zone not null,
  constraint trusts_pkey PRIMARY KEY (trustor_org_id, trustee_org_id),
  constraint trusts_trustee_org_id_fkey FOREIGN KEY (trustee_org_id) REFERENCES organizations(id),
  constraint trusts_trustor_org_id_fkey FOREIGN KEY (trustor_org_id) REFERENCES organizations(id)
);
CREATE INDEX trusts_by_trustee ON public.trusts USING btree (trustee_org_id, trustor_org_id);

create table users (
  org_id uuid not null,
  id uuid not null,
  division_id uuid not null,
  name text not null,
  name_key text collate "C" not null,
  email text not null,
  email_key text collate "C" not null,
  title text,
  department text,
  state text default 'active'::text not null,
  password_hash text,
  version integer default 1 not null,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  constraint users_pkey PRIMARY KEY (org_id, id),
  constraint users_org_id_division_id_fkey FOREIGN KEY (org_id, division_id) REFERENCES divisions(org_id, id),
  constraint users_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id),
  constraint users_state_check CHECK ((state = ANY (ARRAY['active'::text, 'inactive'::text, 'deleted'::text])))
);
CREATE UNIQUE INDEX users_by_email ON public.users USING btree (org_id, email_key) WHERE (state <> 'deleted'::text);
CREATE INDEX users_by_name ON public.users USING btree (org_id, name_key, id);
alter table users enable row level security;
create policy one_organization on users as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on users to liaison_app;

CREATE OR REPLACE FUNCTION public.contact_hits(query tsquery, own_only boolean, in_divisions uuid[], most integer)
 RETURNS TABLE(id uuid, last_name_key text, first_name_key text, middle_name_key text, title_key text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 500
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
 SET work_mem TO '64MB'
AS $function$
begin
  return query
  select c.id, c.last_name_key, c.first_name_key, c.middle_name_key, c.title_key
  from contacts c
  where c.org_id = current_org() and (c.words || c.organization_words) @@ query and c.type = 'Curated'
    and (not own_only or c.words @@ query)
    and (in_divisions is null or c.division_id = any (in_divisions))
  limit most;
end $function$;

CREATE OR REPLACE FUNCTION public.contact_hits_expected(query tsquery, in_divisions uuid[])
 RETURNS double precision
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  plan json;
begin
  execute format('explain (format json) select from contacts c where (c.words || c.organization_words) @@ %L::tsquery and (%L::uuid[] is null or c.division_id = any (%L::uuid[]))',
    query, in_divisions, in_divisions) into plan;
  return plan -> 0 -> 'Plan' ->> 'Plan Rows';
end $function$;

CREATE OR REPLACE FUNCTION public.current_org()
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select nullif(current_setting('liaison.org_id', true), '')::uuid
$function$;

CREATE OR REPLACE FUNCTION public.expect(actual bigint, wanted bigint)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if actual is distinct from wanted then
    raise exception 'a guard expected % and found %', wanted, actual using errcode = 'LI001';
  end if;
end $function$;

CREATE OR REPLACE FUNCTION public.external_organization_hits(query tsquery, in_divisions uuid[], most integer)
 RETURNS TABLE(id uuid, name_key text, industry_key text, company_type_key text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 500
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
 SET work_mem TO '64MB'
AS $function$
begin
  return query
  select o.id, o.name_key, o.industry_key, o.company_type_key
  from external_organizations o
  where o.org_id = current_org() and o.words @@ query
    and (in_divisions is null or o.division_id = any (in_divisions))
  limit most;
end $function$;

CREATE OR REPLACE FUNCTION public.wire_date(moment timestamp with time zone)
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$function$;

CREATE OR REPLACE FUNCTION public.wire_division(division_id uuid)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case when division_id = '00000000-0000-0000-0000-000000000000' then '*' else division_id::text end
$function$;

grant usage on schema public to liaison_app;

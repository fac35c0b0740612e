-- The schema after all migrations, in the order of names. Written by "npm run schema"; compared in CI.

create table authorizations (
  org_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  client_id uuid not null,
  client_org_id uuid not null,
  target_org_id uuid not null,
  scopes jsonb not null,
  redirect_uri text not null,
  code_hash bytea not null,
  challenge text,
  created_at timestamp with time zone not null,
  code_expires_at timestamp with time zone not null,
  code_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  constraint authorizations_pkey PRIMARY KEY (org_id, id),
  constraint authorizations_org_id_code_hash_key UNIQUE (org_id, code_hash),
  constraint authorizations_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES users(org_id, id)
);
CREATE INDEX authorizations_by_client ON public.authorizations USING btree (org_id, client_id);
CREATE INDEX authorizations_by_expiry ON public.authorizations USING btree (org_id, code_expires_at);
CREATE INDEX authorizations_by_user ON public.authorizations USING btree (org_id, user_id);
alter table authorizations enable row level security;
create policy one_organization on authorizations as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on authorizations to liaison_app;

create table blocking_keys (
  org_id uuid not null,
  key bigint not null,
  record_id uuid not null,
  constraint blocking_keys_pkey PRIMARY KEY (org_id, key, record_id)
);
alter table blocking_keys enable row level security;
create policy one_organization on blocking_keys as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on blocking_keys to liaison_app;

create table bulk_job_records (
  org_id uuid not null,
  job_id uuid not null,
  place bigint not null,
  ids uuid[] not null,
  constraint bulk_job_records_pkey PRIMARY KEY (org_id, job_id, place),
  constraint bulk_job_records_org_id_job_id_fkey FOREIGN KEY (org_id, job_id) REFERENCES bulk_jobs(org_id, id) ON DELETE CASCADE
);
alter table bulk_job_records enable row level security;
create policy one_organization on bulk_job_records as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on bulk_job_records to liaison_app;

create table bulk_job_refusals (
  org_id uuid not null,
  job_id uuid not null,
  report text not null,
  number bigint not null,
  record_id uuid not null,
  division_id uuid,
  reason text not null,
  constraint bulk_job_refusals_pkey PRIMARY KEY (org_id, job_id, report, number),
  constraint bulk_job_refusals_org_id_job_id_fkey FOREIGN KEY (org_id, job_id) REFERENCES bulk_jobs(org_id, id) ON DELETE CASCADE,
  constraint bulk_job_refusals_report_check CHECK ((report = ANY (ARRAY['job'::text, 'undo'::text])))
);
CREATE INDEX bulk_job_refusals_by_record ON public.bulk_job_refusals USING btree (org_id, record_id);
alter table bulk_job_refusals enable row level security;
create policy one_organization on bulk_job_refusals as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on bulk_job_refusals to liaison_app;

create table bulk_jobs (
  org_id uuid not null,
  id uuid not null,
  kind text not null,
  act text not null,
  wish jsonb not null,
  search jsonb,
  count_first boolean not null,
  status text not null,
  details text,
  client_id uuid not null,
  user_id uuid,
  home_org_id uuid not null,
  found_up_to uuid,
  found_all boolean not null,
  records_found bigint default 0 not null,
  records_at bigint default 0 not null,
  done bigint default 0 not null,
  unchanged bigint default 0 not null,
  refused bigint default 0 not null,
  erasure_id uuid,
  first_position bigint,
  last_position bigint,
  undo jsonb,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  ids_not_found integer default 0 not null,
  constraint bulk_jobs_pkey PRIMARY KEY (org_id, id),
  constraint bulk_jobs_act_check CHECK ((act = ANY (ARRAY['edit'::text, 'move'::text, 'delete'::text, 'erase'::text]))),
  constraint bulk_jobs_kind_check CHECK ((kind = ANY (ARRAY['contact'::text, 'organization'::text]))),
  constraint bulk_jobs_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id),
  constraint bulk_jobs_status_check CHECK ((status = ANY (ARRAY['Counting'::text, 'Counted'::text, 'Running'::text, 'Completed'::text, 'Failed'::text, 'Cancelled'::text])))
);
CREATE INDEX bulk_jobs_due ON public.bulk_jobs USING btree (modified_at) WHERE ((status = ANY (ARRAY['Counting'::text, 'Running'::text])) OR ((undo ->> 'status'::text) = 'Running'::text));
alter table bulk_jobs enable row level security;
create policy one_organization on bulk_jobs as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on bulk_jobs to liaison_app;

create table changes (
  org_id uuid not null,
  "position" bigint generated by default as identity not null,
  kind text not null,
  record_id uuid not null,
  action text not null,
  division_id uuid,
  left_division_id uuid,
  at timestamp with time zone not null,
  user_id uuid,
  client_id uuid not null,
  home_org_id uuid not null,
  correlation_id uuid not null,
  version integer,
  body json not null,
  constraint changes_pkey PRIMARY KEY (org_id, "position")
);
CREATE INDEX changes_by_others ON public.changes USING btree (org_id, "position") WHERE (home_org_id <> org_id);
CREATE INDEX changes_of_journeys ON public.changes USING btree (org_id, (((body #>> '{externalContact,id}'::text[]))::uuid)) WHERE (kind = ANY (ARRAY['conversation'::text, 'journeySession'::text, 'journeySegment'::text]));
CREATE INDEX changes_of_notes ON public.changes USING btree (org_id, (((body ->> 'entityId'::text))::uuid)) WHERE (kind = 'contactNote'::text);
CREATE INDEX changes_of_record ON public.changes USING btree (org_id, record_id, "position");
CREATE INDEX changes_of_trusts ON public.changes USING btree (org_id, "position") WHERE (kind = ANY (ARRAY['trust'::text, 'trustUser'::text, 'trustGroup'::text, 'clonedUser'::text]));
alter table changes enable row level security;
create policy one_organization on changes as permissive for all to public using ((org_id = current_org()));
grant insert, select on changes to liaison_app;

create table cloned_users (
  org_id uuid not null,
  trustee_org_id uuid not null,
  trustee_user_id uuid not null,
  user_id uuid not null,
  created_at timestamp with time zone not null,
  constraint cloned_users_pkey PRIMARY KEY (org_id, trustee_org_id, trustee_user_id),
  constraint cloned_users_org_id_trustee_org_id_fkey FOREIGN KEY (org_id, trustee_org_id) REFERENCES trusts(org_id, trustee_org_id) ON DELETE CASCADE,
  constraint cloned_users_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES users(org_id, id)
);
CREATE INDEX cloned_users_by_user ON public.cloned_users USING btree (org_id, user_id);
alter table cloned_users enable row level security;
create policy one_organization on cloned_users as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on cloned_users to liaison_app;

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
  first_name_key text collate "C" not null,
  middle_name_key text collate "C" not null,
  last_name_key text collate "C" not null,
  title_key text collate "C" not null,
  words tsvector not null,
  organization_words tsvector default ''::tsvector not null,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  schema_id uuid,
  schema_version integer,
  custom_fields jsonb,
  version integer default 1 not null,
  merged_to uuid,
  canonical_id uuid,
  merged_from uuid[],
  expires_at timestamp with time zone,
  constraint contacts_pkey PRIMARY KEY (org_id, id),
  constraint contacts_org_id_external_organization_id_fkey FOREIGN KEY (org_id, external_organization_id) REFERENCES external_organizations(org_id, id),
  constraint contacts_org_id_schema_id_schema_version_fkey FOREIGN KEY (org_id, schema_id, schema_version) REFERENCES data_schema_versions(org_id, schema_id, version),
  constraint contacts_type_check CHECK ((type = ANY (ARRAY['Ephemeral'::text, 'Identified'::text, 'Curated'::text])))
);
CREATE INDEX contacts_by_canonical ON public.contacts USING btree (org_id, canonical_id) WHERE (canonical_id IS NOT NULL);
CREATE INDEX contacts_by_division ON public.contacts USING btree (org_id, division_id, id) INCLUDE (type, merged_to);
CREATE INDEX contacts_by_expiry ON public.contacts USING btree (org_id, expires_at) WHERE (expires_at IS NOT NULL);
CREATE INDEX contacts_by_first_name ON public.contacts USING btree (org_id, first_name_key, id);
CREATE INDEX contacts_by_last_name ON public.contacts USING btree (org_id, last_name_key, first_name_key, id);
CREATE INDEX contacts_by_middle_name ON public.contacts USING btree (org_id, middle_name_key, id);
CREATE INDEX contacts_by_modified ON public.contacts USING btree (org_id, modified_at, id);
CREATE INDEX contacts_by_organization ON public.contacts USING btree (org_id, external_organization_id, id) WHERE (external_organization_id IS NOT NULL);
CREATE INDEX contacts_by_title ON public.contacts USING btree (org_id, title_key, id);
CREATE INDEX contacts_by_words ON public.contacts USING gin (((words || organization_words)));
alter table contacts enable row level security;
create policy one_organization on contacts as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on contacts to liaison_app;

create table conversation_links (
  org_id uuid not null,
  id uuid not null,
  conversation_id uuid not null,
  communication_id text not null,
  media_type text not null,
  contact_id uuid not null,
  division_id uuid not null,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  constraint conversation_links_pkey PRIMARY KEY (org_id, id),
  constraint conversation_links_org_id_contact_id_fkey FOREIGN KEY (org_id, contact_id) REFERENCES contacts(org_id, id) ON DELETE CASCADE,
  constraint conversation_links_org_id_conversation_id_communication_id__key UNIQUE (org_id, conversation_id, communication_id, contact_id),
  constraint conversation_links_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
CREATE INDEX conversation_links_by_contact ON public.conversation_links USING btree (org_id, contact_id, id);
alter table conversation_links enable row level security;
create policy one_organization on conversation_links as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on conversation_links to liaison_app;

create table csv_settings (
  org_id uuid not null,
  id uuid not null,
  import_settings_id uuid not null,
  mappings jsonb not null,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  constraint csv_settings_pkey PRIMARY KEY (org_id, id),
  constraint csv_settings_org_id_import_settings_id_fkey FOREIGN KEY (org_id, import_settings_id) REFERENCES import_settings(org_id, id)
);
CREATE INDEX csv_settings_by_import_settings ON public.csv_settings USING btree (org_id, import_settings_id, id);
alter table csv_settings enable row level security;
create policy one_organization on csv_settings as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on csv_settings to liaison_app;

create table data_schema_versions (
  org_id uuid not null,
  schema_id uuid not null,
  version integer not null,
  name text not null,
  enabled boolean not null,
  json_schema json not null,
  created_by uuid not null,
  created_at timestamp with time zone not null,
  constraint data_schema_versions_pkey PRIMARY KEY (org_id, schema_id, version),
  constraint data_schema_versions_org_id_schema_id_fkey FOREIGN KEY (org_id, schema_id) REFERENCES data_schemas(org_id, id)
);
alter table data_schema_versions enable row level security;
create policy one_organization on data_schema_versions as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on data_schema_versions to liaison_app;

create table data_schemas (
  org_id uuid not null,
  id uuid not null,
  applies_to text not null,
  version integer default 1 not null,
  deleted boolean default false not null,
  created_at timestamp with time zone not null,
  constraint data_schemas_pkey PRIMARY KEY (org_id, id),
  constraint data_schemas_applies_to_check CHECK ((applies_to = ANY (ARRAY['CONTACT'::text, 'EXTERNAL_ORGANIZATION'::text]))),
  constraint data_schemas_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
alter table data_schemas enable row level security;
create policy one_organization on data_schemas as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on data_schemas to liaison_app;

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

create table duplicates (
  org_id uuid not null,
  id uuid not null,
  kind text not null,
  division_id uuid not null,
  first_id uuid not null,
  second_id uuid not null,
  score double precision not null,
  related double precision not null,
  evidence json not null,
  state text default 'open'::text not null,
  cluster_id uuid,
  found_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  decided_at timestamp with time zone,
  decided_by uuid,
  result_id uuid,
  constraint duplicates_pkey PRIMARY KEY (org_id, id),
  constraint duplicates_check CHECK ((first_id < second_id)),
  constraint duplicates_kind_check CHECK ((kind = ANY (ARRAY['contact'::text, 'organization'::text]))),
  constraint duplicates_state_check CHECK ((state = ANY (ARRAY['open'::text, 'accepted'::text, 'dismissed'::text])))
);
CREATE INDEX duplicates_by_cluster ON public.duplicates USING btree (org_id, cluster_id, kind) WHERE (cluster_id IS NOT NULL);
CREATE UNIQUE INDEX duplicates_by_pair ON public.duplicates USING btree (org_id, first_id, second_id);
CREATE INDEX duplicates_by_score ON public.duplicates USING btree (org_id, kind, state, score DESC, id DESC);
CREATE INDEX duplicates_by_second ON public.duplicates USING btree (org_id, second_id);
alter table duplicates enable row level security;
create policy one_organization on duplicates as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on duplicates to liaison_app;

create table erasure_subjects (
  org_id uuid not null,
  erasure_id uuid not null,
  number integer not null,
  list text not null,
  place integer not null,
  contact_id uuid,
  status text not null,
  attempts integer default 0 not null,
  erased_ids uuid[],
  erased_at timestamp with time zone,
  constraint erasure_subjects_pkey PRIMARY KEY (org_id, erasure_id, number),
  constraint erasure_subjects_list_check CHECK ((list = ANY (ARRAY['contactIds'::text, 'identifiers'::text]))),
  constraint erasure_subjects_org_id_erasure_id_fkey FOREIGN KEY (org_id, erasure_id) REFERENCES erasures(org_id, id),
  constraint erasure_subjects_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'erased'::text, 'notFound'::text, 'failed'::text])))
);
alter table erasure_subjects enable row level security;
create policy one_organization on erasure_subjects as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on erasure_subjects to liaison_app;

create table erasures (
  org_id uuid not null,
  id uuid not null,
  reason text,
  status text default 'running'::text not null,
  division_ids uuid[],
  client_id uuid not null,
  user_id uuid,
  home_org_id uuid not null,
  correlation_id uuid not null,
  created_at timestamp with time zone not null,
  completed_at timestamp with time zone,
  expires_at timestamp with time zone,
  decided_at timestamp with time zone,
  decided_client_id uuid,
  decided_user_id uuid,
  first_user_id uuid,
  constraint erasures_pkey PRIMARY KEY (org_id, id),
  constraint erasures_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id),
  constraint erasures_status_check CHECK ((status = ANY (ARRAY['requested'::text, 'refused'::text, 'running'::text, 'completed'::text])))
);
CREATE INDEX erasures_under_way ON public.erasures USING btree (org_id, id) WHERE (status = 'running'::text);
alter table erasures enable row level security;
create policy one_organization on erasures as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on erasures to liaison_app;

create table exports (
  org_id uuid not null,
  id uuid not null,
  kind text not null,
  format text not null,
  gzip boolean not null,
  formulas boolean not null,
  division_ids uuid[],
  asked jsonb not null,
  path text,
  path_columns text[],
  words text,
  rows_max bigint,
  contact_divisions uuid[],
  organization_divisions uuid[],
  status text default 'RUNNING'::text not null,
  details text,
  tries integer default 0 not null,
  attempt uuid,
  client_id uuid not null,
  user_id uuid,
  home_org_id uuid not null,
  created_at timestamp with time zone not null,
  completed_at timestamp with time zone,
  expires_at timestamp with time zone not null,
  row_count bigint,
  bytes bigint,
  mapping jsonb,
  constraint exports_pkey PRIMARY KEY (org_id, id),
  constraint exports_format_check CHECK ((format = ANY (ARRAY['csv'::text, 'ndjson'::text]))),
  constraint exports_kind_check CHECK ((kind = ANY (ARRAY['contact'::text, 'organization'::text, 'contactNote'::text, 'organizationNote'::text, 'relationship'::text]))),
  constraint exports_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id),
  constraint exports_status_check CHECK ((status = ANY (ARRAY['RUNNING'::text, 'SUCCEEDED'::text, 'FAILED'::text])))
);
CREATE INDEX exports_by_expiry ON public.exports USING btree (org_id, expires_at);
CREATE INDEX exports_running ON public.exports USING btree (org_id, id) WHERE (status = 'RUNNING'::text);
alter table exports enable row level security;
create policy one_organization on exports as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on exports to liaison_app;

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
  company_type_key text collate "C" not null,
  industry_key text collate "C" not null,
  words tsvector not null,
  name_words tsvector not null,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  schema_id uuid,
  schema_version integer,
  custom_fields jsonb,
  version integer default 1 not null,
  number bigint generated always as (integer_id(id)) not null,
  contact_points jsonb,
  xurrent jsonb,
  source text generated always as ((xurrent ->> 'source'::text)),
  source_id text generated always as ((xurrent ->> 'sourceID'::text)),
  parent_id uuid generated always as (((xurrent ->> 'parentId'::text))::uuid),
  constraint external_organizations_pkey PRIMARY KEY (org_id, id),
  constraint external_organizations_org_id_schema_id_schema_version_fkey FOREIGN KEY (org_id, schema_id, schema_version) REFERENCES data_schema_versions(org_id, schema_id, version)
);
CREATE INDEX external_organizations_by_company_type ON public.external_organizations USING btree (org_id, company_type_key, id);
CREATE INDEX external_organizations_by_division ON public.external_organizations USING btree (org_id, division_id, id);
CREATE INDEX external_organizations_by_industry ON public.external_organizations USING btree (org_id, industry_key, id);
CREATE INDEX external_organizations_by_modified ON public.external_organizations USING btree (org_id, modified_at, id);
CREATE INDEX external_organizations_by_name ON public.external_organizations USING btree (org_id, name_key, id);
CREATE UNIQUE INDEX external_organizations_by_number ON public.external_organizations USING btree (org_id, number);
CREATE INDEX external_organizations_by_parent ON public.external_organizations USING btree (org_id, parent_id) WHERE (parent_id IS NOT NULL);
CREATE INDEX external_organizations_by_source_id ON public.external_organizations USING btree (org_id, source_id) WHERE (source_id IS NOT NULL);
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

create table idempotent_answers (
  org_id uuid not null,
  client_id uuid not null,
  user_id uuid not null,
  key bytea not null,
  fingerprint bytea not null,
  status integer,
  version integer,
  body bytea,
  created_at timestamp with time zone not null,
  constraint idempotent_answers_pkey PRIMARY KEY (org_id, client_id, user_id, key),
  constraint idempotent_answers_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
CREATE INDEX idempotent_answers_by_age ON public.idempotent_answers USING btree (org_id, created_at);
alter table idempotent_answers enable row level security;
create policy one_organization on idempotent_answers as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on idempotent_answers to liaison_app;

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
  constraint identifiers_owner_kind_check CHECK ((owner_kind = ANY (ARRAY['contact'::text, 'organization'::text])))
);
CREATE INDEX identifiers_in_line ON public.identifiers USING btree (org_id, owner_kind, type, value, source_id, division_id, pinned DESC, since, owner_id);
alter table identifiers enable row level security;
create policy one_organization on identifiers as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on identifiers to liaison_app;

create table identity_providers (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  name_key text not null,
  issuer text not null,
  client_id text not null,
  client_secret text,
  state text not null,
  version integer default 1 not null,
  created_by uuid not null,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  constraint identity_providers_pkey PRIMARY KEY (org_id, id),
  constraint identity_providers_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id),
  constraint identity_providers_org_id_name_key_key UNIQUE (org_id, name_key),
  constraint identity_providers_state_check CHECK ((state = ANY (ARRAY['active'::text, 'inactive'::text])))
);
alter table identity_providers enable row level security;
create policy one_organization on identity_providers as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on identity_providers to liaison_app;

create table import_jobs (
  org_id uuid not null,
  id uuid not null,
  division_id uuid not null,
  status text default 'Created'::text not null,
  step text default 'Validating'::text not null,
  details text,
  settings_id uuid not null,
  csv_settings_id uuid,
  rules jsonb not null,
  upload_id uuid,
  file jsonb,
  client_id uuid not null,
  user_id uuid,
  home_org_id uuid not null,
  at_byte bigint default 0 not null,
  at_line bigint default 1 not null,
  rows_read bigint default 0 not null,
  worked_ms bigint default 0 not null,
  dry_accepted bigint default 0 not null,
  dry_rejected bigint default 0 not null,
  created bigint default 0 not null,
  updated bigint default 0 not null,
  merged bigint default 0 not null,
  unchanged bigint default 0 not null,
  rejected bigint default 0 not null,
  first_position bigint,
  last_position bigint,
  undo jsonb,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  constraint import_jobs_pkey PRIMARY KEY (org_id, id),
  constraint import_jobs_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id),
  constraint import_jobs_status_check CHECK ((status = ANY (ARRAY['Created'::text, 'Running'::text, 'Completed'::text, 'Failed'::text, 'Cancelled'::text]))),
  constraint import_jobs_step_check CHECK ((step = ANY (ARRAY['Validating'::text, 'Validated'::text, 'Importing'::text])))
);
CREATE INDEX import_jobs_by_settings ON public.import_jobs USING btree (org_id, settings_id);
CREATE INDEX import_jobs_by_upload ON public.import_jobs USING btree (org_id, upload_id);
CREATE INDEX import_jobs_due ON public.import_jobs USING btree (modified_at) WHERE ((status = 'Created'::text) OR ((status = 'Running'::text) AND (step <> 'Validated'::text)) OR ((undo ->> 'status'::text) = 'Running'::text));
alter table import_jobs enable row level security;
create policy one_organization on import_jobs as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on import_jobs to liaison_app;

create table import_rejects (
  org_id uuid not null,
  job_id uuid not null,
  kind text not null,
  line bigint not null,
  cells jsonb not null,
  reasons text not null,
  marks text[],
  constraint import_rejects_pkey PRIMARY KEY (org_id, job_id, kind, line),
  constraint import_rejects_kind_check CHECK ((kind = ANY (ARRAY['dryRun'::text, 'import'::text, 'undo'::text]))),
  constraint import_rejects_org_id_job_id_fkey FOREIGN KEY (org_id, job_id) REFERENCES import_jobs(org_id, id) ON DELETE CASCADE
);
CREATE INDEX import_rejects_by_cell ON public.import_rejects USING gin (compared_cells(cells)) WHERE (marks IS NULL);
CREATE INDEX import_rejects_by_mark ON public.import_rejects USING gin (marks);
alter table import_rejects enable row level security;
create policy one_organization on import_rejects as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on import_rejects to liaison_app;

create table import_settings (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  name_key text collate "C" not null,
  matching_criteria text[] not null,
  merge_contacts boolean not null,
  external_source_id uuid not null,
  import_fields jsonb not null,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  constraint import_settings_pkey PRIMARY KEY (org_id, id),
  constraint import_settings_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
alter table import_settings enable row level security;
create policy one_organization on import_settings as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on import_settings to liaison_app;

create table import_uploads (
  org_id uuid not null,
  id uuid not null,
  file_name text,
  bytes bigint not null,
  rows_max integer,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  attempt uuid,
  arrived_at timestamp with time zone,
  sha256 bytea,
  inspection jsonb,
  constraint import_uploads_pkey PRIMARY KEY (org_id, id),
  constraint import_uploads_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
CREATE INDEX import_uploads_by_expiry ON public.import_uploads USING btree (org_id, expires_at);
alter table import_uploads enable row level security;
create policy one_organization on import_uploads as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on import_uploads to liaison_app;

create table journey_segments (
  org_id uuid not null,
  id uuid not null,
  contact_id uuid not null,
  division_id uuid not null,
  segment_id text not null,
  session_id text not null,
  session_type text,
  assigned_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  constraint journey_segments_pkey PRIMARY KEY (org_id, id),
  constraint journey_segments_org_id_contact_id_fkey FOREIGN KEY (org_id, contact_id) REFERENCES contacts(org_id, id) ON DELETE CASCADE,
  constraint journey_segments_org_id_contact_id_segment_id_session_id_key UNIQUE (org_id, contact_id, segment_id, session_id),
  constraint journey_segments_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
CREATE INDEX journey_segments_by_expiry ON public.journey_segments USING btree (org_id, expires_at);
alter table journey_segments enable row level security;
create policy one_organization on journey_segments as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on journey_segments to liaison_app;

create table journey_sessions (
  org_id uuid not null,
  id uuid not null,
  contact_id uuid not null,
  division_id uuid not null,
  started_at timestamp with time zone not null,
  data jsonb not null,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  constraint journey_sessions_pkey PRIMARY KEY (org_id, id),
  constraint journey_sessions_org_id_contact_id_fkey FOREIGN KEY (org_id, contact_id) REFERENCES contacts(org_id, id) ON DELETE CASCADE,
  constraint journey_sessions_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
CREATE INDEX journey_sessions_by_contact ON public.journey_sessions USING btree (org_id, contact_id, started_at, id);
alter table journey_sessions enable row level security;
create policy one_organization on journey_sessions as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on journey_sessions to liaison_app;

create table linkage_models (
  org_id uuid not null,
  kind text not null,
  number integer default 0 not null,
  records integer default 0 not null,
  taken integer not null,
  learned_at timestamp with time zone,
  model json,
  constraint linkage_models_pkey PRIMARY KEY (org_id, kind),
  constraint linkage_models_kind_check CHECK ((kind = ANY (ARRAY['contact'::text, 'organization'::text])))
);
alter table linkage_models enable row level security;
create policy one_organization on linkage_models as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on linkage_models to liaison_app;

create table linkage_progress (
  org_id uuid not null,
  "position" bigint not null,
  walk_kind text,
  walk_id uuid,
  method integer not null,
  constraint linkage_progress_pkey PRIMARY KEY (org_id),
  constraint linkage_progress_walk_kind_check CHECK ((walk_kind = ANY (ARRAY['contact'::text, 'organization'::text])))
);
alter table linkage_progress enable row level security;
create policy one_organization on linkage_progress as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on linkage_progress to liaison_app;

create table linkage_records (
  org_id uuid not null,
  kind text not null,
  record_id uuid not null,
  keys bigint[] not null,
  model integer default 0 not null,
  constraint linkage_records_pkey PRIMARY KEY (org_id, kind, record_id),
  constraint linkage_records_kind_check CHECK ((kind = ANY (ARRAY['contact'::text, 'organization'::text])))
);
CREATE INDEX linkage_records_in_turn ON public.linkage_records USING btree (org_id, kind, model, record_id);
alter table linkage_records enable row level security;
create policy one_organization on linkage_records as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on linkage_records to liaison_app;

create table merges (
  org_id uuid not null,
  id uuid not null,
  made_at timestamp with time zone not null,
  inputs jsonb not null,
  identifiers jsonb not null,
  body json not null,
  sources jsonb not null,
  constraint merges_pkey PRIMARY KEY (org_id, id),
  constraint merges_org_id_id_fkey FOREIGN KEY (org_id, id) REFERENCES contacts(org_id, id) ON DELETE CASCADE
);
alter table merges enable row level security;
create policy one_organization on merges as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on merges to liaison_app;

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
  version integer default 1 not null,
  constraint notes_pkey PRIMARY KEY (org_id, id),
  constraint notes_check CHECK ((num_nonnulls(contact_id, external_organization_id) = 1)),
  constraint notes_org_id_contact_id_fkey FOREIGN KEY (org_id, contact_id) REFERENCES contacts(org_id, id) ON DELETE CASCADE,
  constraint notes_org_id_external_organization_id_fkey FOREIGN KEY (org_id, external_organization_id) REFERENCES external_organizations(org_id, id) ON DELETE CASCADE
);
CREATE INDEX notes_by_contact ON public.notes USING btree (org_id, contact_id, created_at, id) WHERE (contact_id IS NOT NULL);
CREATE INDEX notes_by_division ON public.notes USING btree (org_id, division_id, id);
CREATE INDEX notes_by_modified ON public.notes USING btree (org_id, modified_at, id);
CREATE INDEX notes_by_organization ON public.notes USING btree (org_id, external_organization_id, created_at, id) WHERE (external_organization_id IS NOT NULL);
alter table notes enable row level security;
create policy one_organization on notes as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on notes to liaison_app;

create table notification_channels (
  org_id uuid not null,
  id uuid not null,
  token_hash bytea not null,
  "position" bigint not null,
  created_at timestamp with time zone not null,
  used_until timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  constraint notification_channels_pkey PRIMARY KEY (org_id, id),
  constraint notification_channels_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
CREATE INDEX notification_channels_by_token ON public.notification_channels USING btree (org_id, token_hash);
alter table notification_channels enable row level security;
create policy one_organization on notification_channels as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on notification_channels to liaison_app;

create table notification_subscriptions (
  org_id uuid not null,
  channel_id uuid not null,
  topic text not null,
  since bigint not null,
  constraint notification_subscriptions_pkey PRIMARY KEY (org_id, channel_id, topic),
  constraint notification_subscriptions_org_id_channel_id_fkey FOREIGN KEY (org_id, channel_id) REFERENCES notification_channels(org_id, id) ON DELETE CASCADE
);
alter table notification_subscriptions enable row level security;
create policy one_organization on notification_subscriptions as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on notification_subscriptions to liaison_app;

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
  division_moves boolean default false not null,
  identity_expiry_days integer default 60 not null,
  shared_identifiers jsonb default '{}'::jsonb not null,
  duplicates boolean default true not null,
  duplicate_threshold double precision default 0.5 not null,
  erasure_approval_days integer default 0 not null,
  history_days integer default 0 not null,
  history_from bigint default 0 not null,
  constraint organizations_pkey PRIMARY KEY (id),
  constraint organizations_duplicate_threshold_check CHECK (((duplicate_threshold >= (0.05)::double precision) AND (duplicate_threshold <= (0.999)::double precision))),
  constraint organizations_identity_expiry_days_check CHECK (((identity_expiry_days >= 0) AND (identity_expiry_days <= 3650))),
  constraint organizations_short_name_key UNIQUE (short_name),
  constraint organizations_state_check CHECK ((state = ANY (ARRAY['active'::text, 'inactive'::text, 'deleted'::text]))),
  constraint organizations_word_prefix_key UNIQUE (word_prefix)
);
alter table organizations enable row level security;
create policy one_organization on organizations as permissive for all to public using ((id = current_org()));
grant select, update on organizations to liaison_app;

create table pairings (
  org_id uuid not null,
  id uuid not null,
  user_ids uuid[] not null,
  group_ids uuid[] not null,
  created_by uuid,
  created_by_org_id uuid,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint pairings_pkey PRIMARY KEY (org_id, id),
  constraint pairings_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
CREATE INDEX pairings_by_expiry ON public.pairings USING btree (org_id, expires_at);
CREATE INDEX pairings_by_id ON public.pairings USING btree (id);
alter table pairings enable row level security;
create policy one_organization on pairings as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on pairings to liaison_app;

create table provider_visits (
  org_id uuid not null,
  hash bytea not null,
  browser_hash bytea not null,
  provider_id uuid not null,
  provider_version integer not null,
  nonce text not null,
  verifier text not null,
  return_to text not null,
  expires_at timestamp with time zone not null,
  constraint provider_visits_pkey PRIMARY KEY (org_id, hash),
  constraint provider_visits_org_id_provider_id_fkey FOREIGN KEY (org_id, provider_id) REFERENCES identity_providers(org_id, id) ON DELETE CASCADE
);
CREATE INDEX provider_visits_by_expiry ON public.provider_visits USING btree (org_id, expires_at);
CREATE INDEX provider_visits_by_provider ON public.provider_visits USING btree (org_id, provider_id);
alter table provider_visits enable row level security;
create policy one_organization on provider_visits as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on provider_visits to liaison_app;

create table refresh_tokens (
  org_id uuid not null,
  hash bytea not null,
  authorization_id uuid not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint refresh_tokens_pkey PRIMARY KEY (org_id, hash),
  constraint refresh_tokens_org_id_authorization_id_fkey FOREIGN KEY (org_id, authorization_id) REFERENCES authorizations(org_id, id) ON DELETE CASCADE
);
CREATE INDEX refresh_tokens_by_authorization ON public.refresh_tokens USING btree (org_id, authorization_id);
CREATE INDEX refresh_tokens_by_expiry ON public.refresh_tokens USING btree (org_id, expires_at);
alter table refresh_tokens enable row level security;
create policy one_organization on refresh_tokens as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on refresh_tokens to liaison_app;

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
  version integer default 1 not null,
  constraint relationships_pkey PRIMARY KEY (org_id, id),
  constraint relationships_org_id_external_organization_id_fkey FOREIGN KEY (org_id, external_organization_id) REFERENCES external_organizations(org_id, id) ON DELETE CASCADE,
  constraint relationships_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES users(org_id, id)
);
CREATE INDEX relationships_by_division ON public.relationships USING btree (org_id, division_id, id);
CREATE INDEX relationships_by_modified ON public.relationships USING btree (org_id, modified_at, id);
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

create table saved_view_choices (
  org_id uuid not null,
  view_id uuid not null,
  reader_id uuid not null,
  pinned boolean not null,
  is_default boolean not null,
  constraint saved_view_choices_pkey PRIMARY KEY (org_id, reader_id, view_id),
  constraint saved_view_choices_org_id_view_id_fkey FOREIGN KEY (org_id, view_id) REFERENCES saved_views(org_id, id) ON DELETE CASCADE
);
CREATE INDEX saved_view_choices_by_view ON public.saved_view_choices USING btree (org_id, view_id);
alter table saved_view_choices enable row level security;
create policy one_organization on saved_view_choices as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on saved_view_choices to liaison_app;

create table saved_views (
  org_id uuid not null,
  id uuid not null,
  screen text not null,
  name text not null,
  asked jsonb not null,
  shared boolean not null,
  owner_id uuid not null,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  constraint saved_views_pkey PRIMARY KEY (org_id, id),
  constraint saved_views_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id),
  constraint saved_views_screen_check CHECK ((screen = ANY (ARRAY['contacts'::text, 'organizations'::text])))
);
CREATE INDEX saved_views_by_owner ON public.saved_views USING btree (org_id, owner_id);
CREATE INDEX saved_views_shared ON public.saved_views USING btree (org_id, screen) WHERE shared;
alter table saved_views enable row level security;
create policy one_organization on saved_views as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on saved_views to liaison_app;

create table schema_migrations (
  version integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone default now() not null,
  constraint schema_migrations_pkey PRIMARY KEY (version)
);

create table sessions (
  org_id uuid not null,
  hash bytea not null,
  user_id uuid not null,
  method text not null,
  created_at timestamp with time zone not null,
  used_at timestamp with time zone not null,
  constraint sessions_pkey PRIMARY KEY (org_id, hash),
  constraint sessions_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES users(org_id, id)
);
CREATE INDEX sessions_by_use ON public.sessions USING btree (org_id, used_at);
CREATE INDEX sessions_by_user ON public.sessions USING btree (org_id, user_id);
alter table sessions enable row level security;
create policy one_organization on sessions as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on sessions to liaison_app;

create table sign_in_attempts (
  key bytea not null,
  failures integer not null,
  tried_at timestamp with time zone not null,
  blocked_until timestamp with time zone,
  constraint sign_in_attempts_pkey PRIMARY KEY (key)
);

create table subject_archives (
  org_id uuid not null,
  id uuid not null,
  contact_ids uuid[] not null,
  status text default 'running'::text not null,
  attempts integer default 0 not null,
  bytes bigint,
  client_id uuid not null,
  user_id uuid,
  home_org_id uuid not null,
  created_at timestamp with time zone not null,
  completed_at timestamp with time zone,
  expires_at timestamp with time zone not null,
  constraint subject_archives_pkey PRIMARY KEY (org_id, id),
  constraint subject_archives_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id),
  constraint subject_archives_status_check CHECK ((status = ANY (ARRAY['running'::text, 'completed'::text, 'failed'::text])))
);
CREATE INDEX subject_archives_by_expiry ON public.subject_archives USING btree (org_id, expires_at);
CREATE INDEX subject_archives_under_way ON public.subject_archives USING btree (org_id, id) WHERE (status = 'running'::text);
alter table subject_archives enable row level security;
create policy one_organization on subject_archives as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on subject_archives to liaison_app;

create table tokens (
  org_id uuid not null,
  hash bytea not null,
  client_id uuid not null,
  user_id uuid,
  home_org_id uuid not null,
  scopes jsonb default '[]'::jsonb not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  client_org_id uuid,
  authorization_id uuid,
  constraint tokens_pkey PRIMARY KEY (org_id, hash),
  constraint tokens_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
CREATE INDEX tokens_by_authorization ON public.tokens USING btree (org_id, authorization_id) WHERE (authorization_id IS NOT NULL);
CREATE INDEX tokens_by_client ON public.tokens USING btree (org_id, client_id);
CREATE INDEX tokens_by_expiry ON public.tokens USING btree (org_id, expires_at);
CREATE INDEX tokens_by_user ON public.tokens USING btree (org_id, user_id) WHERE (user_id IS NOT NULL);
alter table tokens enable row level security;
create policy one_organization on tokens as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on tokens to liaison_app;

create table trust_members (
  org_id uuid not null,
  trustee_org_id uuid not null,
  subject_id uuid not null,
  subject_type text not null,
  created_by uuid,
  created_by_org_id uuid,
  created_at timestamp with time zone not null,
  constraint trust_members_pkey PRIMARY KEY (org_id, trustee_org_id, subject_id),
  constraint trust_members_org_id_trustee_org_id_fkey FOREIGN KEY (org_id, trustee_org_id) REFERENCES trusts(org_id, trustee_org_id) ON DELETE CASCADE,
  constraint trust_members_subject_type_check CHECK ((subject_type = ANY (ARRAY['PC_USER'::text, 'PC_GROUP'::text])))
);
alter table trust_members enable row level security;
create policy one_organization on trust_members as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on trust_members to liaison_app;

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
  org_id uuid not null,
  trustee_org_id uuid not null,
  enabled boolean default true not null,
  expires_at timestamp with time zone,
  created_by uuid,
  created_at timestamp with time zone not null,
  uses_default_role boolean default false not null,
  has_full_access boolean default false not null,
  is_trusted_user boolean default false not null,
  created_by_org_id uuid,
  constraint trusts_pkey PRIMARY KEY (org_id, trustee_org_id),
  constraint trusts_trustee_org_id_fkey FOREIGN KEY (trustee_org_id) REFERENCES organizations(id),
  constraint trusts_trustor_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
CREATE INDEX trusts_by_trustee ON public.trusts USING btree (trustee_org_id, org_id);
alter table trusts enable row level security;
create policy one_organization on trusts as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on trusts to liaison_app;

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
  acting_tokens_after timestamp with time zone,
  constraint users_pkey PRIMARY KEY (org_id, id),
  constraint users_org_id_division_id_fkey FOREIGN KEY (org_id, division_id) REFERENCES divisions(org_id, id),
  constraint users_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id),
  constraint users_state_check CHECK ((state = ANY (ARRAY['active'::text, 'inactive'::text, 'deleted'::text])))
);
CREATE UNIQUE INDEX users_by_email ON public.users USING btree (org_id, email_key) WHERE (state <> 'deleted'::text);
CREATE INDEX users_by_email_anywhere ON public.users USING btree (email_key) WHERE (state <> 'deleted'::text);
CREATE INDEX users_by_name ON public.users USING btree (org_id, name_key, id);
alter table users enable row level security;
create policy one_organization on users as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on users to liaison_app;

create table webhook_deliveries (
  org_id uuid not null,
  webhook_id uuid not null,
  "position" bigint not null,
  record_id uuid not null,
  state text not null,
  attempts integer default 0 not null,
  next_attempt_at timestamp with time zone not null,
  last_status integer,
  last_error text,
  constraint webhook_deliveries_pkey PRIMARY KEY (org_id, webhook_id, "position"),
  constraint webhook_deliveries_org_id_webhook_id_fkey FOREIGN KEY (org_id, webhook_id) REFERENCES webhooks(org_id, id) ON DELETE CASCADE,
  constraint webhook_deliveries_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'dead'::text])))
);
CREATE INDEX webhook_deliveries_by_record ON public.webhook_deliveries USING btree (org_id, webhook_id, record_id, "position") WHERE (state = 'waiting'::text);
CREATE INDEX webhook_deliveries_by_time ON public.webhook_deliveries USING btree (org_id, webhook_id, state, next_attempt_at);
alter table webhook_deliveries enable row level security;
create policy one_organization on webhook_deliveries as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on webhook_deliveries to liaison_app;

create table webhook_progress (
  org_id uuid not null,
  webhook_id uuid not null,
  "position" bigint not null,
  last_success_at timestamp with time zone,
  last_failure_at timestamp with time zone,
  last_error text,
  constraint webhook_progress_pkey PRIMARY KEY (org_id, webhook_id),
  constraint webhook_progress_org_id_webhook_id_fkey FOREIGN KEY (org_id, webhook_id) REFERENCES webhooks(org_id, id) ON DELETE CASCADE
);
alter table webhook_progress enable row level security;
create policy one_organization on webhook_progress as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on webhook_progress to liaison_app;

create table webhooks (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  url text not null,
  kinds text[] not null,
  division_ids uuid[],
  enabled boolean default true not null,
  secret text not null,
  secret_changed_at timestamp with time zone not null,
  previous_secret text,
  previous_secret_until timestamp with time zone,
  version integer default 1 not null,
  created_by uuid not null,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  constraint webhooks_pkey PRIMARY KEY (org_id, id),
  constraint webhooks_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
alter table webhooks enable row level security;
create policy one_organization on webhooks as permissive for all to public using ((org_id = current_org()));
grant delete, insert, select, update on webhooks to liaison_app;

CREATE OR REPLACE FUNCTION public.changes_of_journeys_of(contact_ids uuid[])
 RETURNS SETOF bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 10
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select c.position from changes c where c.org_id = current_org() and c.kind in ('conversation', 'journeySession', 'journeySegment')
    and (c.body #>> '{externalContact,id}')::uuid = any (contact_ids)
$function$;

CREATE OR REPLACE FUNCTION public.changes_of_notes_on(contact_ids uuid[])
 RETURNS SETOF bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 10
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select c.position from changes c where c.org_id = current_org() and c.kind = 'contactNote' and (c.body ->> 'entityId')::uuid = any (contact_ids)
$function$;

CREATE OR REPLACE FUNCTION public.compared_cells(cells jsonb)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select array(select lower(trim(c.cell)) from jsonb_array_elements_text(cells) c (cell) where length(c.cell) between 1 and 320)
$function$;

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
  where c.org_id = current_org() and (c.words || c.organization_words) @@ query and c.type = 'Curated' and c.merged_to is null
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

CREATE OR REPLACE FUNCTION public.contact_points_after(points jsonb, phone jsonb, fax jsonb, websites jsonb)
 RETURNS jsonb
 LANGUAGE sql
AS $function$
  with old as (
    select o.point, o.at, case
        when o.point ->> 'label' = 'general' and o.point ? 'telephone' then 'phone'
        when o.point ->> 'label' = 'fax' then 'fax'
        when o.point ->> 'label' = 'general' and o.point ? 'website' then 'website' end as fact
    from jsonb_array_elements(points) with ordinality o (point, at)),
  numbers as (
    select n.fact, n.label, n.value, (select min(old.at) from old where old.fact = n.fact) as first
    from (values ('phone', 'general', phone ->> 'userInput'), ('fax', 'fax', fax ->> 'userInput')) n (fact, label, value)
    where n.value is not null),
  had as (
    select old.point, old.at, old.point ->> 'website' as site, row_number() over (partition by old.point ->> 'website' order by old.at) as nth
    from old where old.fact = 'website'),
  said as (
    select w.site, w.at, row_number() over (partition by w.site order by w.at) as nth
    from jsonb_array_elements_text(websites) with ordinality w (site, at)),
  same as (select said.at, had.at as had_at, had.point from said join had using (site, nth)),
  gone as (select had.point, row_number() over (order by had.at) as place from had where had.at not in (select same.had_at from same)),
  come as (select said.site, said.at, row_number() over (order by said.at) as place from said where said.at not in (select same.at from same)),
  fresh as (select jsonb_build_object('integration', false) as point)
  select coalesce(jsonb_agg(n.point order by n.turn, n.at), '[]') from (
    select 1 as turn, old.at, case when old.at = numbers.first then old.point || jsonb_build_object('telephone', numbers.value) else old.point end as point
      from old left join numbers using (fact) where old.fact is null or numbers.fact is not null
    union all
    select 2, 0, fresh.point || jsonb_build_object('id', (random() * 281474976710655)::bigint, 'label', numbers.label, 'telephone', numbers.value)
      from numbers, fresh where numbers.first is null
    union all
    select 3, same.at, same.point from same
    union all
    select 3, come.at, coalesce(gone.point, fresh.point || jsonb_build_object('id', (random() * 281474976710655)::bigint, 'label', 'general'))
        || jsonb_build_object('website', come.site)
      from come cross join fresh left join gone using (place)
  ) n
$function$;

CREATE OR REPLACE FUNCTION public.contact_references(ids uuid[])
 RETURNS json
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
begin
  return (select json_agg(json_build_object('id', r.id, 'selfUri', '/api/v2/externalcontacts/contacts/' || r.id) order by r.at)
    from unnest(ids) with ordinality r (id, at));
end $function$;

CREATE OR REPLACE FUNCTION public.csv_cell(value text, formulas boolean)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select quote_ident(case when ascii(value) in (9, 13, 39, 43, 45, 61, 64) and not formulas and value ~ '^''*[=+@\t\r-]' then '''' || value else value end)
$function$;

CREATE OR REPLACE FUNCTION public.csv_custom_cells(held jsonb, keys text[], formulas boolean)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
begin
  if held is null then
    return repeat(',', cardinality(keys));
  end if;
  return (select coalesce(string_agg(',' || coalesce(csv_cell(held ->> k.key, formulas), ''), '' order by k.at), '') from unnest(keys) with ordinality k (key, at));
end $function$;

CREATE OR REPLACE FUNCTION public.csv_list_cells(held jsonb, places integer, formulas boolean, VARIADIC paths text[])
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
begin
  if held is null or held = '[]' then
    return repeat(',', places * cardinality(paths) - 1);
  end if;
  return (select string_agg(coalesce(csv_cell(item.value #>> string_to_array(p.path, '.'), formulas), ''), ',' order by item.at, p.at)
      from jsonb_array_elements(held) with ordinality item (value, at), unnest(paths) with ordinality p (path, at))
    || repeat(',', (places - jsonb_array_length(held)) * cardinality(paths));
end $function$;

CREATE OR REPLACE FUNCTION public.current_org()
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select nullif(current_setting('liaison.org_id', true), '')::uuid
$function$;

CREATE OR REPLACE FUNCTION public.erase_changes(contact_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  gone uuid[] := array(select id from unnest(contact_ids) g (id)
    where not exists (select from contacts k where k.org_id = current_org() and k.id = g.id));
  sessions uuid[];
begin
  update changes c set body = json_build_object('id', c.record_id, 'erased', true)
  where c.org_id = current_org() and c.record_id = any (gone) and c.kind in ('contact', 'identifier');
  update changes c set body = json_build_object('id', c.record_id, 'entityId', c.body ->> 'entityId', 'erased', true)
  where c.org_id = current_org() and c.position in (select changes_of_notes_on(gone));
  sessions := array(select c.record_id from changes c where c.org_id = current_org() and c.kind = 'journeySession'
    and c.position in (select changes_of_journeys_of(gone))
    and not exists (select from journey_sessions s where s.org_id = current_org() and s.id = c.record_id));
  update changes c set body = json_build_object('id', c.record_id, 'externalContact', json_build_object('id', c.body #>> '{externalContact,id}'), 'erased', true)
  where c.org_id = current_org() and c.position in (select changes_of_journeys_of(gone));
  update changes c set body = json_build_object('id', c.record_id, 'externalContact', json_build_object('id', c.body #>> '{externalContact,id}'), 'erased', true)
  where c.org_id = current_org() and c.kind = 'journeySession' and c.record_id = any (sessions);
end $function$;

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

CREATE OR REPLACE FUNCTION public.forget_changes(most integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  begun bigint;
  since timestamptz;
  reached bigint;
  looked_at integer;
  gone bigint[];
begin
  select o.history_from, now() - o.history_days * interval '1 day' into begun, since
  from organizations o where o.id = current_org() and o.history_days > 0 for no key update;
  with next as materialized (select x.position, x.at from changes x where x.org_id = current_org() and x.position > begun order by x.position limit most)
  select max(n.position), count(*) into reached, looked_at from next n
  where n.position < coalesce((select min(l.position) from next l where l.at >= since), 9223372036854775807);
  if looked_at = 0 then
    return 0;
  end if;
  with newest as materialized (
    select x.kind, x.record_id, max(x.position) as position from changes x
    where x.org_id = current_org() and x.position > begun and x.position <= reached group by x.kind, x.record_id),
  overtaken as (
    delete from changes c using newest n
    where c.org_id = current_org() and c.record_id = n.record_id and c.kind = n.kind and (c.position < n.position
      or (c.position = n.position and c.action = 'delete' and c.kind <> all (array['contact', 'organization', 'contactNote', 'organizationNote',
        'relationship', 'conversation', 'journeySession', 'journeySegment', 'importJob'])))
    returning c.position)
  select array_agg(o.position) into gone from overtaken o;
  update changes c set body = json_strip_nulls(json_build_object('id', c.record_id, 'entityId', c.body -> 'entityId',
    'externalContact', case when c.body #>> '{externalContact,id}' is not null then json_build_object('id', c.body #>> '{externalContact,id}') end, 'erased', true))
  where c.org_id = current_org() and c.position > begun and c.position <= reached and c.action = 'delete' and c.body ->> 'erased' is null;
  delete from webhook_deliveries d using webhooks w
  where w.org_id = current_org() and d.org_id = w.org_id and d.webhook_id = w.id and d.position = any (gone);
  update organizations o set history_from = reached where o.id = current_org();
  return looked_at;
end $function$;

CREATE OR REPLACE FUNCTION public.hold_changes(in_org uuid)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  -- The low 32 bits, as the signed number that the lock takes.
  perform pg_advisory_xact_lock_shared(hashtext(in_org::text), ((last_position() << 32) >> 32)::int);
end $function$;

CREATE OR REPLACE FUNCTION public.import_rejects_of(known_by text[], spellings text[])
 RETURNS TABLE(job_id uuid, kind text, line bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 10
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select r.job_id, r.kind, r.line from import_rejects r where r.org_id = current_org() and r.marks && known_by
  union all select r.job_id, r.kind, r.line from import_rejects r where r.org_id = current_org() and r.marks is null and compared_cells(r.cells) && spellings
$function$;

CREATE OR REPLACE FUNCTION public.integer_id(id uuid)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select ('x' || right(id::text, 12))::bit(48)::bigint
$function$;

CREATE OR REPLACE FUNCTION public.last_position()
 RETURNS bigint
 LANGUAGE sql
AS $function$
  select coalesce(pg_sequence_last_value('changes_position_seq'), 0)
$function$;

CREATE OR REPLACE FUNCTION public.merge_set(in_org uuid, in_canonical uuid)
 RETURNS json
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE
AS $function$
begin
  return contact_references(array(select m.id from contacts m where m.org_id = in_org and m.canonical_id = in_canonical order by m.id));
end $function$;

CREATE OR REPLACE FUNCTION public.queue_depths(org uuid)
 RETURNS TABLE(name text, waiting bigint, failed bigint)
 LANGUAGE sql
 STABLE
AS $function$
  select 'imports', count(*) filter (where j.status = 'Created' or (j.status = 'Running' and j.step <> 'Validated') or j.undo ->> 'status' = 'Running'),
    count(*) filter (where j.status = 'Failed' or j.undo ->> 'status' = 'Failed')
  from import_jobs j where j.org_id = org
  union all
  select 'exports', count(*) filter (where e.status = 'RUNNING'), count(*) filter (where e.status = 'FAILED') from exports e where e.org_id = org
  union all
  select 'bulk', count(*) filter (where j.status in ('Counting', 'Running') or j.undo ->> 'status' = 'Running'),
    count(*) filter (where j.status = 'Failed' or j.undo ->> 'status' = 'Failed')
  from bulk_jobs j where j.org_id = org
  union all
  select 'archives', count(*) filter (where a.status = 'running'), count(*) filter (where a.status = 'failed') from subject_archives a where a.org_id = org
  union all
  select 'erasures', (select count(*) from erasures e where e.org_id = org and e.status = 'running'),
    (select count(*) from (select from erasure_subjects s where s.org_id = org and s.status = 'failed' limit 10000) counted)
  union all
  select 'duplicates', (select count(*) from unnest(array['contact', 'organization']) kind
    cross join lateral (select from linkage_records r where r.org_id = org and r.kind = kind and r.model = 0 limit 10000) counted), 0
  union all
  select 'deliveries', (select count(*) from webhooks w cross join lateral (
      select from webhook_deliveries d where d.org_id = org and d.webhook_id = w.id and d.state = 'waiting' limit 10000) counted where w.org_id = org),
    (select count(*) from webhooks w cross join lateral (
      select from webhook_deliveries d where d.org_id = org and d.webhook_id = w.id and d.state = 'dead' limit 10000) counted where w.org_id = org)
$function$;

CREATE OR REPLACE FUNCTION public.refresh_statistics()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if (select min(c.reltuples) from pg_class c where c.oid in ('contacts'::regclass, 'identifiers'::regclass)) < 1000 then
    analyze contacts, external_organizations, identifiers, changes;
  end if;
end $function$;

CREATE OR REPLACE FUNCTION public.settled_position(in_org uuid)
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
declare
  newest bigint := last_position();
begin
  return (
    -- A lock that was taken after `newest` was read lies ahead of it, and holds back nothing up to there.
    select newest - coalesce(max(case when behind.by < 2147483648 then behind.by end), 0)
    from pg_locks l cross join lateral (select (newest - l.objid::bigint) & 4294967295 as by) behind
    where l.locktype = 'advisory' and l.objsubid = 2 and l.database = (select d.oid from pg_database d where d.datname = current_database())
      and l.classid::bigint = hashtext(in_org::text)::bigint & 4294967295);
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

CREATE OR REPLACE FUNCTION public.wire_org_user(in_org uuid, in_user uuid)
 RETURNS json
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select (wire_trust_user(in_org, in_user) || jsonb_build_object('organization', wire_organization(in_org)))::json
$function$;

CREATE OR REPLACE FUNCTION public.wire_organization(in_org uuid)
 RETURNS json
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select json_build_object('id', o.id, 'name', o.name, 'thirdPartyOrgName', o.short_name, 'domain', o.domain, 'version', o.version,
    'state', o.state, 'defaultLanguage', o.default_language, 'defaultCountryCode', o.default_country_code,
    'selfUri', '/api/v2/organizations/' || o.id)
  from organizations o where o.id = in_org
$function$;

CREATE OR REPLACE FUNCTION public.wire_trust_group(in_org uuid, in_group uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select jsonb_strip_nulls(jsonb_build_object('id', s.id, 'name', s.name, 'description', s.description, 'dateModified', wire_date(s.modified_at),
    'memberCount', (select count(*) from group_members m where m.org_id = s.org_id and m.group_id = s.id), 'state', s.state, 'version', s.version,
    'type', s.type, 'rulesVisible', s.rules_visible, 'visibility', s.visibility))
  from groups s where s.org_id = in_org and s.id = in_group
$function$;

CREATE OR REPLACE FUNCTION public.wire_trust_user(in_org uuid, in_user uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select jsonb_strip_nulls(jsonb_build_object('id', u.id, 'name', u.name,
    'division', jsonb_build_object('id', d.id, 'name', d.name, 'selfUri', '/api/v2/authorization/divisions/' || d.id),
    'email', u.email, 'state', u.state, 'title', u.title, 'department', u.department, 'username', u.email, 'version', u.version))
  from users u join divisions d on d.org_id = u.org_id and d.id = u.division_id where u.org_id = in_org and u.id = in_user
$function$;

grant usage on schema public to liaison_app;

-- Trusts between organizations. What a trust consists of is the trustor's and is found under its org_id; what it is given
-- to is the trustee's. Roles that members hold stand in `grants`, like everybody's, so that whoever changes a role or a
-- division meets them there.

alter table trusts rename column trustor_org_id to org_id;
alter table trusts
  add column uses_default_role boolean not null default false,
  add column has_full_access boolean not null default false,
  add column is_trusted_user boolean not null default false,
  -- The organization that created_by is a user of.
  add column created_by_org_id uuid;

/* Users and groups of the trustee that the trustor lets in. */
create table trust_members (
  org_id uuid not null,
  trustee_org_id uuid not null,
  subject_id uuid not null,
  subject_type text not null check (subject_type in ('PC_USER', 'PC_GROUP')),
  created_by uuid,
  created_by_org_id uuid,
  created_at timestamptz not null,
  primary key (org_id, trustee_org_id, subject_id),
  foreign key (org_id, trustee_org_id) references trusts (org_id, trustee_org_id) on delete cascade
);

/* Native users of the trustor that stand for users of the trustee. */
create table cloned_users (
  org_id uuid not null,
  trustee_org_id uuid not null,
  trustee_user_id uuid not null,
  -- The native user; deleted users stay as rows.
  user_id uuid not null,
  created_at timestamptz not null,
  primary key (org_id, trustee_org_id, trustee_user_id),
  foreign key (org_id, trustee_org_id) references trusts (org_id, trustee_org_id) on delete cascade,
  foreign key (org_id, user_id) references users (org_id, id)
);
create index cloned_users_by_user on cloned_users (org_id, user_id);

/* What an organization asks others for: whoever knows the id may grant it, once. */
create table pairings (
  org_id uuid not null references organizations (id),
  id uuid not null,
  user_ids uuid[] not null,
  group_ids uuid[] not null,
  created_by uuid,
  created_by_org_id uuid,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (org_id, id)
);
create index pairings_by_id on pairings (id);
create index pairings_by_expiry on pairings (org_id, expires_at);

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['trusts', 'trust_members', 'cloned_users', 'pairings'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('create policy one_organization on %I using (org_id = current_org())', tenant_table);
    execute format('grant select, insert, update, delete on %I to liaison_app', tenant_table);
  end loop;
end $$;

-- Whose client it was made with; null for the organization's own.
alter table tokens add column client_org_id uuid;
-- Tokens that the user got for other organizations before count no more.
alter table users add column acting_tokens_after timestamptz;

-- What acting users did, and what became of trusts: few among many.
create index changes_by_others on changes (org_id, position) where home_org_id <> org_id;
create index changes_of_trusts on changes (org_id, position) where kind in ('trust', 'trustUser', 'trustGroup', 'clonedUser');

/* An organization as trusts show it to the other side. */
create function wire_organization(in_org uuid) returns json language sql stable parallel safe as $$
  select json_build_object('id', o.id, 'name', o.name, 'thirdPartyOrgName', o.short_name, 'domain', o.domain, 'version', o.version,
    'state', o.state, 'defaultLanguage', o.default_language, 'defaultCountryCode', o.default_country_code,
    'selfUri', '/api/v2/organizations/' || o.id)
  from organizations o where o.id = in_org
$$;

/* A user as trusts show it to the other side, without the organization. */
create function wire_trust_user(in_org uuid, in_user uuid) returns jsonb language sql stable parallel safe as $$
  select jsonb_strip_nulls(jsonb_build_object('id', u.id, 'name', u.name,
    'division', jsonb_build_object('id', d.id, 'name', d.name, 'selfUri', '/api/v2/authorization/divisions/' || d.id),
    'email', u.email, 'state', u.state, 'title', u.title, 'department', u.department, 'username', u.email, 'version', u.version))
  from users u join divisions d on d.org_id = u.org_id and d.id = u.division_id where u.org_id = in_org and u.id = in_user
$$;

/* A group as trusts show it to the other side. */
create function wire_trust_group(in_org uuid, in_group uuid) returns jsonb language sql stable parallel safe as $$
  select jsonb_strip_nulls(jsonb_build_object('id', s.id, 'name', s.name, 'description', s.description, 'dateModified', wire_date(s.modified_at),
    'memberCount', (select count(*) from group_members m where m.org_id = s.org_id and m.group_id = s.id), 'state', s.state, 'version', s.version,
    'type', s.type, 'rulesVisible', s.rules_visible, 'visibility', s.visibility))
  from groups s where s.org_id = in_org and s.id = in_group
$$;

/* A user with the organization. */
create function wire_org_user(in_org uuid, in_user uuid) returns json language sql stable parallel safe as $$
  select (wire_trust_user(in_org, in_user) || jsonb_build_object('organization', wire_organization(in_org)))::json
$$;

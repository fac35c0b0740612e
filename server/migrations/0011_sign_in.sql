-- Signing in: sessions of browsers, what people let clients do in their names, and how often a password was tried.

/* A browser in which somebody is signed in. Its cookie is kept as a hash only. */
create table sessions (
  org_id uuid not null,
  hash bytea not null,
  user_id uuid not null,
  -- 'password', or the name of the provider that said who it is.
  method text not null,
  created_at timestamptz not null,
  used_at timestamptz not null,
  primary key (org_id, hash),
  foreign key (org_id, user_id) references users (org_id, id)
);
create index sessions_by_user on sessions (org_id, user_id);
create index sessions_by_use on sessions (org_id, used_at);

/* What a user let a client do: it begins with a code and goes on with the tokens got for it. It is found under the user's organization. */
create table authorizations (
  org_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  client_id uuid not null,
  client_org_id uuid not null,
  -- Where the tokens act: the user's own organization, or one that trusts it.
  target_org_id uuid not null,
  scopes jsonb not null,
  redirect_uri text not null,
  code_hash bytea not null,
  -- BASE64URL(SHA256(verifier)) of RFC 7636.
  challenge text,
  created_at timestamptz not null,
  code_expires_at timestamptz not null,
  code_used_at timestamptz,
  revoked_at timestamptz,
  primary key (org_id, id),
  unique (org_id, code_hash),
  foreign key (org_id, user_id) references users (org_id, id)
);
create index authorizations_by_user on authorizations (org_id, user_id);
create index authorizations_by_client on authorizations (org_id, client_id);
create index authorizations_by_expiry on authorizations (org_id, code_expires_at);

/* Each is good once; used ones stay, so that who uses one again is found out. */
create table refresh_tokens (
  org_id uuid not null,
  hash bytea not null,
  authorization_id uuid not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (org_id, hash),
  foreign key (org_id, authorization_id) references authorizations (org_id, id) on delete cascade
);
create index refresh_tokens_by_authorization on refresh_tokens (org_id, authorization_id);
create index refresh_tokens_by_expiry on refresh_tokens (org_id, expires_at);

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['sessions', 'authorizations', 'refresh_tokens'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('create policy one_organization on %I using (org_id = current_org())', tenant_table);
    execute format('grant select, insert, update, delete on %I to liaison_app', tenant_table);
  end loop;
end $$;

-- What the token came of, so that it ends with it.
alter table tokens add column authorization_id uuid;
create index tokens_by_authorization on tokens (org_id, authorization_id) where authorization_id is not null;

/* How often a password was tried lately, by a hash of the e-mail address that it was tried for, or of the network address it was tried from. */
create table sign_in_attempts (
  key bytea primary key,
  failures integer not null,
  tried_at timestamptz not null,
  blocked_until timestamptz
);

-- Who signs in may have forgotten to say in which organization.
create index users_by_email_anywhere on users (email_key) where state <> 'deleted';

-- The console of this server, which has the same id in every organization. No secret has this hash.
insert into oauth_clients (org_id, id, name, name_key, description, grant_type, secret_hash, created_at, modified_at)
select o.id, 'c0150e00-0000-4000-8000-000000000000', 'Liaison Console', 'liaison console', 'The console that comes with the server', 'PKCE',
  decode(repeat('00', 32), 'hex'), now(), now()
from organizations o;

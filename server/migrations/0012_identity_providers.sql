-- OpenID Connect providers that users of an organization sign in through.

create table identity_providers (
  org_id uuid not null references organizations (id),
  id uuid not null,
  name text not null,
  name_key text not null,
  issuer text not null,
  client_id text not null,
  -- Needed in the clear to prove at the provider who asks; null for a public client.
  client_secret text,
  state text not null check (state in ('active', 'inactive')),
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  primary key (org_id, id),
  unique (org_id, name_key)
);

/* Browsers that were sent to a provider and have not come back. */
create table provider_visits (
  org_id uuid not null,
  -- Of the state that comes back with them, once.
  hash bytea not null,
  -- Of the cookie by which it is the same browser.
  browser_hash bytea not null,
  provider_id uuid not null,
  -- The provider as it was asked: what another one says is no answer.
  provider_version integer not null,
  nonce text not null,
  verifier text not null,
  -- What follows /oauth/authorize where they go on.
  return_to text not null,
  expires_at timestamptz not null,
  primary key (org_id, hash),
  foreign key (org_id, provider_id) references identity_providers (org_id, id) on delete cascade
);
create index provider_visits_by_provider on provider_visits (org_id, provider_id);
create index provider_visits_by_expiry on provider_visits (org_id, expires_at);

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['identity_providers', 'provider_visits'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('create policy one_organization on %I using (org_id = current_org())', tenant_table);
    execute format('grant select, insert, update, delete on %I to liaison_app', tenant_table);
  end loop;
end $$;

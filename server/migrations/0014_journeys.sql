-- Which conversations were a contact's, and its journey: sessions, and segments that are assigned for a time. Columns and
-- tables follow the manners of 0001: keys lead with org_id, and the tenant role sees one organization. A row stays with the
-- contact that it was written for when this is merged into another, as a note does.

/* That somebody took part in a leg of a conversation. Others may have linked the same leg in divisions of their own. */
create table conversation_links (
  org_id uuid not null references organizations (id),
  id uuid not null,
  conversation_id uuid not null,
  communication_id text not null,
  media_type text not null,
  contact_id uuid not null,
  -- That of the contact.
  division_id uuid not null,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  primary key (org_id, id),
  unique (org_id, conversation_id, communication_id, contact_id),
  foreign key (org_id, contact_id) references contacts (org_id, id) on delete cascade
);
create index conversation_links_by_contact on conversation_links (org_id, contact_id, id);

/* A session as it was fed, under the id that its feeder gave it. */
create table journey_sessions (
  org_id uuid not null references organizations (id),
  id uuid not null,
  contact_id uuid not null,
  division_id uuid not null,
  -- When it began: what lists are sorted by.
  started_at timestamptz not null,
  -- The rest of it, as it is shown.
  data jsonb not null,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  primary key (org_id, id),
  foreign key (org_id, contact_id) references contacts (org_id, id) on delete cascade
);
create index journey_sessions_by_contact on journey_sessions (org_id, contact_id, started_at, id);

/* A segment that a contact has until expires_at; its id is nobody's here. */
create table journey_segments (
  org_id uuid not null references organizations (id),
  id uuid not null,
  contact_id uuid not null,
  division_id uuid not null,
  segment_id text not null,
  -- Of the session that it was assigned in; empty where it is of none.
  session_id text not null,
  session_type text,
  assigned_at timestamptz not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  primary key (org_id, id),
  unique (org_id, contact_id, segment_id, session_id),
  foreign key (org_id, contact_id) references contacts (org_id, id) on delete cascade
);
create index journey_segments_by_expiry on journey_segments (org_id, expires_at);

-- The changes of these by the contact that each is about: what an archive shows, and an erasure takes.
create index changes_of_journeys on changes (org_id, ((body #>> '{externalContact,id}')::uuid)) where kind in ('conversation', 'journeySession', 'journeySegment');

/* Their positions. A function of the owner, because under row-level security the planner may not use that index. */
create function changes_of_journeys_of(contact_ids uuid[]) returns setof bigint
language sql stable security definer rows 10 set search_path = public, pg_temp as $$
  select c.position from changes c where c.org_id = current_org() and c.kind in ('conversation', 'journeySession', 'journeySegment')
    and (c.body #>> '{externalContact,id}')::uuid = any (contact_ids)
$$;

/*
 * As before, and the same of conversations, sessions and segments; of a session that has gone with a contact, also what was
 * said of it while it was taken for another's.
 */
create or replace function erase_changes(contact_ids uuid[]) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
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
end $$;

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['conversation_links', 'journey_sessions', 'journey_segments'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('create policy one_organization on %I using (org_id = current_org())', tenant_table);
    execute format('grant select, insert, update, delete on %I to liaison_app', tenant_table);
  end loop;
end $$;

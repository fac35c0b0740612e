-- How long it stays known what was before. Until a day, changes stand one after the other. Of older ones only the last of
-- each record does: whatever was at any moment since can be told, an event or an entry of the audit has its "before", and
-- who follows the changes misses nothing but what has been overtaken, however late he comes.

-- For how many days; 0 for good.
alter table organizations add column history_days integer not null default 0;
-- The position up to which only the last changes stand.
alter table organizations add column history_from bigint not null default 0;

/*
 * Looks at some of the oldest changes that were not looked at yet, and takes away what they have overtaken. A deletion that
 * nobody follows goes, too; of any other stays that it was one, as after an erasure. Returns how many were looked at.
 */
create function forget_changes(most integer) returns integer
language plpgsql volatile security definer set search_path = public, pg_temp as $$
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
end $$;

-- The second dialect over external organizations: integer ids, contact points, and what only that dialect knows of one.

/* An organization's integer id: the 48 random bits at the end of its UUID. Nobody has to give it out, and it tells nothing of how many there are. */
create function integer_id(id uuid) returns bigint language sql immutable parallel safe as $$
  select ('x' || right(id::text, 12))::bit(48)::bigint
$$;

alter table external_organizations
  add column number bigint not null generated always as (integer_id(id)) stored,
  -- All of them, {id, label, telephone | email | website, integration}, in the order in which they came. Null until the
  -- second dialect first wrote one: then they follow from phone_number, fax_number and websites alone.
  add column contact_points jsonb,
  -- The fields of the second dialect that the first has not; null where it never wrote the organization.
  add column xurrent jsonb,
  add column source text generated always as (xurrent ->> 'source') stored,
  add column source_id text generated always as (xurrent ->> 'sourceID') stored,
  add column parent_id uuid generated always as ((xurrent ->> 'parentId')::uuid) stored;
create unique index external_organizations_by_number on external_organizations (org_id, number);
create index external_organizations_by_source_id on external_organizations (org_id, source_id) where source_id is not null;
create index external_organizations_by_parent on external_organizations (org_id, parent_id) where parent_id is not null;

alter type external_organization_input add attribute contact_points jsonb, add attribute xurrent jsonb;

/*
 * Contact points as they follow from what the organization now says. The first general telephone is its phone number, the
 * first fax its fax number, the general websites are its websites. A point keeps its id while its value changes; no number
 * means none at all; a website that goes while another comes is the same point with another value.
 */
create function contact_points_after(points jsonb, phone jsonb, fax jsonb, websites jsonb) returns jsonb language sql volatile as $$
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
$$;

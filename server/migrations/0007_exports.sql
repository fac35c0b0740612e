-- Exports. Columns and tables follow the manners of 0001: keys lead with org_id, and the tenant role sees one organization.

/*
 * A file that is asked for, and what became of it. Whoever writes it gives the attempt an id, which the file is named
 * after: of two that write the same export, because one was thought dead, only the last one counts.
 */
create table exports (
  org_id uuid not null references organizations (id),
  id uuid not null,
  kind text not null check (kind in ('contact', 'organization', 'contactNote', 'organizationNote', 'relationship')),
  format text not null check (format in ('csv', 'ndjson')),
  gzip boolean not null,
  -- Whether cells stay as they are that a spreadsheet would run.
  formulas boolean not null,
  -- As it was asked for: divisions, or null for all that may be seen; the conditions; see Asked in the source.
  division_ids uuid[],
  asked jsonb not null,
  -- The filter's path, the columns that it looks at and the words that all its records have; null for no filter.
  path text,
  path_columns text[],
  words text,
  rows_max bigint,
  -- What it shows: the divisions of the contacts and of the external organizations in it, null for all.
  contact_divisions uuid[],
  organization_divisions uuid[],
  status text not null default 'RUNNING' check (status in ('RUNNING', 'SUCCEEDED', 'FAILED')),
  -- Why it failed, for people.
  details text,
  tries integer not null default 0,
  attempt uuid,
  -- Whom it acts for.
  client_id uuid not null,
  user_id uuid,
  home_org_id uuid not null,
  created_at timestamptz not null,
  completed_at timestamptz,
  -- When the row and its file go.
  expires_at timestamptz not null,
  row_count bigint,
  bytes bigint,
  -- The columns of a CSV file that can be imported, and as what.
  mapping jsonb,
  primary key (org_id, id)
);
create index exports_running on exports (org_id, id) where status = 'RUNNING';
create index exports_by_expiry on exports (org_id, expires_at);
alter table exports enable row level security;
create policy one_organization on exports using (org_id = current_org());
grant select, insert, update, delete on exports to liaison_app;

/*
 * A cell of a CSV file (RFC 4180). An identifier of SQL is quoted just so, quotes in it twice, unless it is a small word
 * that needs none; quote_ident does in one step what takes replace and two more, a third of what a row costs. With
 * `formulas` false, what a spreadsheet would run gets an apostrophe: see families/formula.ts. 9 and 13 are tab and
 * carriage return, 43 45 61 64 are + - = @, 39 is the apostrophe.
 */
create function csv_cell(value text, formulas boolean) returns text language sql immutable parallel safe as $$
  select quote_ident(case when ascii(value) in (9, 13, 39, 43, 45, 61, 64) and not formulas and value ~ '^''*[=+@\t\r-]' then '''' || value else value end)
$$;

/* The cells of custom fields, each behind a comma. Neither this nor the next is inlined, so that who has none pays nothing. */
create function csv_custom_cells(held jsonb, keys text[], formulas boolean) returns text language plpgsql immutable parallel safe as $$
begin
  if held is null then
    return repeat(',', cardinality(keys));
  end if;
  return (select coalesce(string_agg(',' || coalesce(csv_cell(held ->> k.key, formulas), ''), '' order by k.at), '') from unnest(keys) with ordinality k (key, at));
end $$;

/* The cells of a list with so many places, one for each item or two, by where in the item they are. */
create function csv_list_cells(held jsonb, places integer, formulas boolean, variadic paths text[]) returns text language plpgsql immutable parallel safe as $$
begin
  if held is null or held = '[]' then
    return repeat(',', places * cardinality(paths) - 1);
  end if;
  return (select string_agg(coalesce(csv_cell(item.value #>> string_to_array(p.path, '.'), formulas), ''), ',' order by item.at, p.at)
      from jsonb_array_elements(held) with ordinality item (value, at), unnest(paths) with ordinality p (path, at))
    || repeat(',', (places - jsonb_array_length(held)) * cardinality(paths));
end $$;

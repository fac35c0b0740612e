-- Whom a refused row of an import is about: the row has what it would have been looked up by, each in the form that
-- compares, so that a number is found however it was written, and a cell that happens to say the same is not.

-- Null of rows that were refused before; they are compared by their cells until they are out of date.
alter table import_rejects add column marks text[];

drop index import_rejects_by_cell;
create index import_rejects_by_cell on import_rejects using gin (compared_cells(cells)) where marks is null;
create index import_rejects_by_mark on import_rejects using gin (marks);

drop function import_rejects_with(text[]);
/* The rows that have one of these marks or, where they have none, one of these texts in a cell. */
create function import_rejects_of(known_by text[], spellings text[]) returns table (job_id uuid, kind text, line bigint)
language sql stable security definer rows 10 set search_path = public, pg_temp as $$
  select r.job_id, r.kind, r.line from import_rejects r where r.org_id = current_org() and r.marks && known_by
  union all select r.job_id, r.kind, r.line from import_rejects r where r.org_id = current_org() and r.marks is null and compared_cells(r.cells) && spellings
$$;

-- Ids that a bulk job was given and that lead to nothing; only how many they are is kept.
alter table bulk_jobs add column ids_not_found integer not null default 0;

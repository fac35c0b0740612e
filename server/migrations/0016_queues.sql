-- What waits to be done for an organization, and what has failed for good. Whatever adds a kind of work adds it here, and
-- has it in /liaison/v1/health and at /metrics. What may be many is counted up to 10,000.
create function queue_depths(org uuid) returns table (name text, waiting bigint, failed bigint)
language sql stable
as $$
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
$$;

-- Erasures that wait for a second person, where the organization wants one.

-- For how many days they wait; 0 where none is needed.
alter table organizations add column erasure_approval_days integer not null default 0;

alter table erasures drop constraint erasures_status_check;
alter table erasures add constraint erasures_status_check check (status in ('requested', 'refused', 'running', 'completed'));
-- Until when it can be approved of; null where it needed no second person.
alter table erasures add column expires_at timestamptz;
alter table erasures add column decided_at timestamptz;
alter table erasures add column decided_client_id uuid;
alter table erasures add column decided_user_id uuid;

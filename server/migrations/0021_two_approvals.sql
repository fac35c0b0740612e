-- An erasure that a client asked for by itself waits for two users: the first of them, who is not enough.
alter table erasures add column first_user_id uuid;

-- What operators do, and see: the audit trail, sessions of the console, and tokens of the operators' API.

-- +goose Up
create table external_api.audit_event (
    id uuid primary key,
    time timestamptz not null,
    action text not null,
    outcome text not null check (outcome in ('success', 'failure')),
    reason text,
    channel text not null,
    operator text,
    client_id text,
    user_id uuid,
    address text,
    request_id text,
    target_kind text,
    target_id text,
    changes jsonb
);
create index on external_api.audit_event (client_id, id);
create index on external_api.audit_event (user_id, id) where user_id is not null;
create index on external_api.audit_event (target_id, id) where target_id is not null;
create index on external_api.audit_event (request_id);
-- Tokens that were issued are most of all events.
create index on external_api.audit_event (client_id, id) where action <> 'token.issue' or outcome = 'failure';
create index on external_api.audit_event (id) where action <> 'token.issue' or outcome = 'failure';
create index on external_api.audit_event (id) where operator is not null;
comment on table external_api.audit_event is
    'Who did what to what, from where, and what came of it; never a secret or a token. Kept for EXTERNAL_API_AUDIT_RETENTION_DAYS.';
comment on column external_api.audit_event.id is 'A UUID whose order is that of time (RFC 9562, section 5.7).';
comment on column external_api.audit_event.reason is 'The code of the refusal. Null: it succeeded.';
comment on column external_api.audit_event.client_id is 'The application that acted; where operator is not null, the one that it was done to.';
comment on column external_api.audit_event.user_id is 'The user acted for; where operator is not null, the one that it was done to.';

create table external_api.token_count (
    client_id text not null,
    hour timestamptz not null,
    reason text not null,
    count bigint not null,
    primary key (client_id, hour, reason)
);
create index on external_api.token_count (hour);
comment on table external_api.token_count is
    'How many tokens were issued (reason empty) or refused, by the hour. Kept for EXTERNAL_API_AUDIT_RETENTION_DAYS.';

create table external_api.operator_session (
    id bytea primary key,
    user_id uuid not null,
    password_mark bytea not null,
    created_at timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at timestamptz not null
);
create index on external_api.operator_session (expires_at);
comment on table external_api.operator_session is 'Who is signed in to the console.';
comment on column external_api.operator_session.id is 'SHA-256 of what the cookie holds.';
comment on column external_api.operator_session.password_mark is 'SHA-256 of meet_user.password at the time: another password ends the session.';

create table external_api.operator_token (
    id uuid primary key,
    name text not null,
    hash bytea not null unique,
    scope text not null check (scope in ('read', 'write')),
    created_at timestamptz not null,
    created_by text not null,
    expires_at timestamptz not null,
    last_used_at timestamptz
);
create index on external_api.operator_token (expires_at);
comment on table external_api.operator_token is 'Tokens of the operators'' API.';
comment on column external_api.operator_token.hash is 'SHA-256 of the token, which has over 250 random bits.';

-- The newest rooms of an application come first. Those that are there already come last, in any order.
alter table external_api.room add column created_at timestamptz not null default '-infinity';
alter table external_api.room alter column created_at set default now();
create index on external_api.room (application_id, created_at, room_id);
drop index external_api.room_application_id_idx;
comment on column external_api.room.created_at is 'The order of the rooms of an application. Before all others: it was not stored then.';

-- +goose Down
create index on external_api.room (application_id);
alter table external_api.room drop column created_at;
drop table external_api.operator_token;
drop table external_api.operator_session;
drop table external_api.token_count;
drop table external_api.audit_event;

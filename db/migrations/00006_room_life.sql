-- The life of a room: for whom it was made, until when it is there, and what is left to do once it is gone; and creations that can be
-- repeated.

-- +goose Up
alter table external_api.room
    add column user_id uuid,
    add column expires_at timestamptz,
    add column delete_at timestamptz;
create index on external_api.room (expires_at) where expires_at is not null;
create index on external_api.room (delete_at) where delete_at is not null;
comment on column external_api.room.user_id is 'The user for whom the room was made. Null: it was made by a release that did not store that, or the user is gone.';
comment on column external_api.room.expires_at is 'From then on the room is gone for callers. Null: it does not expire.';
comment on column external_api.room.delete_at is
    'When background work deletes the room: when it expires, or later where that has failed.';

create table external_api.idempotency_key (
    application_id uuid not null,
    user_id uuid not null,
    key text not null,
    created_at timestamptz not null,
    request_hash bytea not null,
    room_id uuid not null,
    etag text not null,
    answer text not null,
    primary key (application_id, user_id, key)
);
create index on external_api.idempotency_key (created_at);
comment on table external_api.idempotency_key is
    'Creations of rooms that were sent with an Idempotency-Key, and their answers, for 24 hours.';
comment on column external_api.idempotency_key.application_id is 'All zeros: a caller without an application.';
comment on column external_api.idempotency_key.request_hash is 'SHA-256 of method, path and body.';

create table external_api.livekit_outbox (
    room_id uuid primary key,
    created_at timestamptz not null default now(),
    try_at timestamptz not null default now(),
    tries integer not null default 0
);
create index on external_api.livekit_outbox (try_at);
create index on external_api.livekit_outbox (created_at);
comment on table external_api.livekit_outbox is 'Rooms that are deleted here and may still be open in LiveKit.';
comment on column external_api.livekit_outbox.try_at is 'When to try next. Whoever tries sets it to a later time first.';

alter table external_api.user alter column tokens_from drop not null;
alter table external_api.user add column provisional boolean not null default false;
comment on column external_api.user.provisional is 'The user was created for an address that nobody had. Once signed in, meet_user.sub is set.';

-- +goose Down
alter table external_api.user drop column provisional;
delete from external_api.user where tokens_from is null;
alter table external_api.user alter column tokens_from set not null;
drop table external_api.livekit_outbox;
drop table external_api.idempotency_key;
alter table external_api.room drop column delete_at, drop column expires_at, drop column user_id;

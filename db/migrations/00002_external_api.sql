-- What this project stores beyond Meet's tables. Earlier releases made foreign keys here and in 00003: 00005 drops those.

-- +goose Up
create table external_api.application (
    application_id uuid primary key,
    visibility text not null default 'user' check (visibility in ('user', 'own')),
    tokens_from timestamptz
);
comment on column external_api.application.visibility is
    'user: every room of the user that it acts for. own: only the rooms that this application created.';
comment on column external_api.application.tokens_from is
    'Tokens issued before this time, a whole second, are revoked.';

create table external_api.room (
    room_id uuid primary key,
    application_id uuid
);
create index on external_api.room (application_id);
comment on table external_api.room is
    'Rooms that were created through this API, and by which application; null: by a user without one.';

-- +goose Down
drop table external_api.room;
drop table external_api.application;

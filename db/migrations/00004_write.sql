-- By what a write is found whose answer was lost.
-- +goose Up
create table external_api.write (
    id uuid primary key,
    cancelled boolean not null default false
);
comment on table external_api.write is
    'A receipt for each write, stored with it: where it is, the write was stored. Removed after a day.';
comment on column external_api.write.id is 'Of version 7 (RFC 9562): it begins with the time.';
comment on column external_api.write.cancelled is
    'The write was looked for and not found: it was not stored, and cannot be any more.';
-- +goose Down
drop table external_api.write;

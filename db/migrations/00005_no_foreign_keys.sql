-- Nothing ties this project to Meet's tables: a foreign key puts triggers on them, makes `manage.py flush` and `pg_restore --clean`
-- fail, and vanishes with `manage.py migrate core zero`. Rows whose row of Meet is gone mean nothing, and housekeeping removes them.
-- And scopes of applications that Meet does not know: with one of them in its own column it cannot save the row.

-- +goose Up
-- +goose StatementBegin
do $$
declare
    key record;
begin
    for key in
        select conrelid, conname from pg_constraint
        where contype = 'f' and connamespace = cast('external_api' as regnamespace)
            and confrelid not in (select oid from pg_class where relnamespace = cast('external_api' as regnamespace))
    loop
        -- A table of Meet's is waited for less long than PostgreSQL waits until it ends one of two transactions that wait for each
        -- other, and than anybody notices: it is this one that gives up, to be tried again.
        perform set_config('lock_timeout', '100ms', true);
        execute format('alter table %s drop constraint %I', cast(key.conrelid as regclass), key.conname);
    end loop;
end
$$;
-- +goose StatementEnd
alter table external_api.application add column if not exists scopes text[] not null default '{}';
comment on column external_api.application.scopes is
    'Permission scopes of the application beside those in meet_application.scopes, which holds those that Meet knows.';
comment on table external_api.room is
    'Rooms that were created through this API, and by which application, whether or not it is still there; null: by a user without one.';

-- +goose Down
alter table external_api.application drop column scopes;

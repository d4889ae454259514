-- Meet's tables are made by no migration: beside Meet they are there, and elsewhere db/meet_tables.sql makes them where that is asked
-- for. Earlier releases made them here.

-- +goose Up
select 1;

-- +goose Down
select 1;

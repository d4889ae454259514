-- The tables of La Suite Meet (release 1.27.0) that this project shares with it, for a database that has none of them: made as
-- Django makes them: ids and times from the writer, no defaults, deferrable keys without cascades, an index for each foreign key;
-- and with the indexes that Meet does not have (db/indexes.go).

-- Of processes that come at once one makes them.
select pg_advisory_xact_lock(hashtext('external_api: the tables of Meet'));
do $$
begin
    if to_regclass('meet_user') is not null then
        return;
    end if;

    create table meet_user (
        id uuid not null primary key,
        password varchar(128) not null,
        last_login timestamptz,
        is_superuser boolean not null,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        sub varchar(255) unique,
        email varchar(254),
        admin_email varchar(254) unique,
        language varchar(10) not null,
        timezone varchar(63) not null,
        is_device boolean not null,
        is_staff boolean not null,
        is_active boolean not null,
        full_name varchar(100),
        short_name varchar(100),
        default_room_access_level varchar(50),
        default_room_configuration jsonb not null
    );
    create unique index unique_email_when_sub_is_null on meet_user (lower(email)) where sub is null;
    create index external_api_meet_user_email on meet_user (lower(email collate "C"));

    create table meet_resource (
        id uuid not null primary key,
        created_at timestamptz not null,
        updated_at timestamptz not null
    );

    create table meet_room (
        resource_id uuid not null primary key references meet_resource (id) deferrable initially deferred,
        name varchar(500) not null,
        slug varchar(100) unique,
        configuration jsonb not null,
        access_level varchar(50) not null,
        pin_code varchar unique
    );

    create index external_api_meet_room_name on meet_room (name, resource_id);

    create table meet_resource_access (
        id uuid not null primary key,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        role varchar(20) not null,
        resource_id uuid not null references meet_resource (id) deferrable initially deferred,
        user_id uuid not null references meet_user (id) deferrable initially deferred,
        unique (user_id, resource_id)
    );
    create index on meet_resource_access (resource_id);
    create index on meet_resource_access (user_id);

    create table meet_application (
        id uuid not null primary key,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        name varchar(255) not null,
        is_active boolean not null,
        client_id varchar(100) not null unique,
        client_secret varchar(255) not null,
        scopes varchar(50)[] not null
    );

    create table meet_application_domain (
        id uuid not null primary key,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        domain varchar(253) not null,
        application_id uuid not null references meet_application (id) deferrable initially deferred,
        unique (application_id, domain)
    );
    create index on meet_application_domain (application_id);
end
$$;

-- The life of credentials: several secrets of an application, its public keys, and what has been revoked or used.
-- +goose Up
alter table external_api.application add column public_keys jsonb;
comment on column external_api.application.public_keys is
    'A JWK Set (RFC 7517): the keys that verify assertions of the application (RFC 7523). Null: it has none.';

create table external_api.secret (
    application_id uuid not null,
    hash text not null,
    created_at timestamptz,
    expires_at timestamptz,
    last_used_at timestamptz,
    primary key (application_id, hash)
);
comment on table external_api.secret is
    'Client secrets beside what meet_application.client_secret holds, and what is known of that one.';
comment on column external_api.secret.created_at is 'Null: it was made in Meet.';
comment on column external_api.secret.expires_at is
    'Until then the secret counts. Null: it counts as long as it is the one in meet_application.client_secret.';

create table external_api.user (
    user_id uuid primary key,
    tokens_from timestamptz not null
);
comment on column external_api.user.tokens_from is
    'Tokens for the user that were issued before this time, a whole second, are revoked.';

create table external_api.revoked_token (
    id text primary key,
    expires_at timestamptz not null
);
create index on external_api.revoked_token (expires_at);
comment on table external_api.revoked_token is 'Single tokens by their jti, until they expire.';

create table external_api.used_assertion (
    application_id uuid not null,
    id text not null,
    expires_at timestamptz not null,
    primary key (application_id, id)
);
create index on external_api.used_assertion (expires_at);
comment on table external_api.used_assertion is 'Client assertions by their jti, until they expire: each counts once.';
-- +goose Down
drop table external_api.used_assertion;
drop table external_api.revoked_token;
drop table external_api.user;
drop table external_api.secret;
alter table external_api.application drop column public_keys;

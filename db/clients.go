package db

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"
)

// Client is what a token request needs to know: an application, and who has the address that it wants to act for.
type Client struct {
	// ID is the UUID of the application; empty: there is none with that client id.
	ID       string         `db:"id"`
	ClientID string         `db:"client_id"`
	IsActive bool           `db:"is_active"`
	Scopes   pq.StringArray `db:"scopes"`
	// Domains hold one of the e-mail domains that the application may act for, that of the address where it is one of them;
	// none: it may act for all.
	Domains pq.StringArray `db:"domains"`
	// SecretHashes are those of its valid secrets, in Django's forms.
	SecretHashes pq.StringArray `db:"secret_hashes"`
	// PublicKeys are a JWK Set, which verifies its assertions; nil: it has no keys, or they were not asked for.
	PublicKeys []byte `db:"public_keys"`
	// TokensFrom is set when its tokens that were issued before it have been revoked.
	TokensFrom *time.Time `db:"tokens_from"`
	// Users are up to two who have the address, active ones first.
	Users []User `db:"-"`
}

// ClientQuery is what a client and the user that it wants to act for are found by.
type ClientQuery struct {
	ClientID string
	// Address is in lower case.
	Address string
	// Keys is whether its public keys are needed.
	Keys bool
}

// The users are looked for whether or not there is such an application, and another application is read where there is none, so
// that the time tells nobody which. Nor does how much is stored of an application, of which no more is read than is needed.
var clientAndUsers = statement(`
	select coalesce(a.client_id = $1, false) as known, coalesce(cast(a.id as text), '') as id, coalesce(a.client_id, '') as client_id,
		coalesce(a.is_active, false) as is_active, coalesce(a.scopes, '{}') as scopes,
		array_remove(array[coalesce(
			(select d.domain from meet_application_domain d where d.application_id = a.id and d.domain = $3),
			(select d.domain from meet_application_domain d where d.application_id = a.id limit 1))], null) as domains,
		array(select a.client_secret where a.id is not null union all
			select s.hash from external_api.secret s where s.application_id = a.id and s.expires_at > now()) as secret_hashes,
		case when $4 then e.public_keys end as public_keys, e.tokens_from,
		u.id as user_id, u.is_active as user_is_active, u.tokens_from as user_tokens_from
	from (select) as one
	left join meet_application a on a.id = coalesce(
		(select id from meet_application where client_id = $1), (select id from meet_application limit 1))
	left join external_api.application e on e.application_id = a.id
	left join lateral (
		select u.id, u.is_active, r.tokens_from
		from meet_user u
		left join external_api.user r on r.user_id = u.id
		where lower(u.email collate "C") = $2 order by u.is_active desc, u.id limit 2
	) u on true`)

// ClientAndUsers looks up an application by its client id, and the users by an address, in one round trip.
func (d *DB) ClientAndUsers(ctx context.Context, q ClientQuery) (Client, error) {
	domain := q.Address[strings.LastIndexByte(q.Address, '@')+1:]
	var rows []struct {
		Client
		Known          bool       `db:"known"`
		UserID         *string    `db:"user_id"`
		UserIsActive   *bool      `db:"user_is_active"`
		UserTokensFrom *time.Time `db:"user_tokens_from"`
	}
	if err := d.list(ctx, &rows, clientAndUsers, q.ClientID, q.Address, domain, q.Keys); err != nil {
		return Client{}, err
	}
	var client Client
	if rows[0].Known {
		client = rows[0].Client
	}
	for _, row := range rows {
		if row.UserID != nil {
			client.Users = append(client.Users, User{ID: *row.UserID, IsActive: *row.UserIsActive, TokensFrom: row.UserTokensFrom})
		}
	}
	return client, nil
}

var useAssertion = statement(`
	insert into external_api.used_assertion (application_id, id, expires_at) values ($1, $2, $3) on conflict do nothing`)

// UseAssertion notes that an application's assertion has been used, until it expires. Errors: ErrConflict when it had been
// already, or when nobody knows.
func (d *DB) UseAssertion(ctx context.Context, applicationID, id string, expires time.Time) error {
	return d.write(ctx, func(t tx) error {
		noted, err := t.exec(useAssertion, applicationID, id, expires)
		if err == nil && noted == 0 {
			return ErrConflict
		}
		return err
	}, unsettled)
}

// Caller is what is stored about the application, the user and the token of a request. An empty id: there is none.
type Caller struct {
	ApplicationID     string     `db:"application_id"`
	ApplicationActive bool       `db:"application_active"`
	OwnRoomsOnly      bool       `db:"own_rooms_only"`
	UserID            string     `db:"user_id"`
	UserActive        bool       `db:"user_active"`
	TokensFrom        *time.Time `db:"tokens_from"`
	TokenRevoked      bool       `db:"token_revoked"`
}

var caller = statement(`
	select coalesce(cast(a.id as text), '') as application_id, coalesce(a.is_active, false) as application_active,
		coalesce(e.visibility = 'own', false) as own_rooms_only,
		coalesce(cast(u.id as text), '') as user_id, coalesce(u.is_active, false) as user_active,
		greatest(e.tokens_from, r.tokens_from) as tokens_from,
		exists (select from external_api.revoked_token t where t.id = $3) as token_revoked
	from (select) as one
	left join meet_application a on a.client_id = $1
	left join external_api.application e on e.application_id = a.id
	left join meet_user u on u.id = $2
	left join external_api.user r on r.user_id = u.id`)

// Caller looks up an application by its client id, a user by its UUID and whether the token with that id is revoked, in one
// round trip. A userID that is no UUID is nobody's.
func (d *DB) Caller(ctx context.Context, clientID, userID, tokenID string) (Caller, error) {
	var found Caller
	err := d.get(ctx, &found, caller, clientID, uuidOrNull(userID), tokenID)
	return found, err
}

// uuidOrNull takes the one form of 36 characters; the parser knows others, and PostgreSQL not all of them.
func uuidOrNull(id string) *string {
	if len(id) != 36 || uuid.Validate(id) != nil {
		return nil
	}
	return &id
}

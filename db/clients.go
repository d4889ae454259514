package db

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/lib/pq"
)

// Client is what a token request needs to know: an application, and the users who have the address that it wants to
// act for.
type Client struct {
	// ID is the UUID of the application; empty: there is none with that client id.
	ID       string
	ClientID string
	IsActive bool
	Scopes   pq.StringArray
	// Domains hold one of the e-mail domains that the application may act for, that of the address where it is one of them, letter
	// for letter; none: it may act for all.
	Domains pq.StringArray
	// SecretHashes are those of its valid secrets.
	SecretHashes pq.StringArray
	// UnmovedHash is the one of them that stands in Meet's old column, and is to be moved to the new one; empty where none is.
	UnmovedHash string
	// PublicKeys are a JWK Set, which verifies its assertions; nil: it has no keys, or they were not asked for.
	PublicKeys []byte
	// TokensFrom is set when its tokens that were issued before it have been revoked.
	TokensFrom *time.Time
	// Users are up to two who have the address, active ones first.
	Users []User
}

// ClientQuery is what a client and the user that it wants to act for are found by.
type ClientQuery struct {
	ClientID string
	// Address is in lower case.
	Address string
	// Keys is whether its public keys are needed.
	Keys bool
}

// ClientAndUsers looks up an application by its client id, and the users by an address, in one round trip.
func (d *DB) ClientAndUsers(ctx context.Context, q ClientQuery) (Client, error) {
	var (
		client Client
		known  bool
		users  []User
	)
	domain := q.Address[strings.LastIndexByte(q.Address, '@')+1:]
	// The users are looked for whether or not there is such an application, and another application is read where there is none, so
	// that the time tells nobody which. Nor does how much is stored of an application, of which no more is read than is needed.
	err := d.each(ctx, `
		select coalesce(a.client_id = $1, false), coalesce(cast(a.id as text), ''), coalesce(a.is_active, false),
			coalesce(a.scopes, '{}') || coalesce(e.scopes, '{}'),
			coalesce(a.hashes, '{}') ||
				array(select s.hash from external_api.secret s where s.application_id = a.id and s.expires_at > now()),
			coalesce(a.unmoved, ''),
			coalesce(
				(select d.domain from meet_application_domain d where d.application_id = a.id and d.domain = $3),
				(select d.domain from meet_application_domain d where d.application_id = a.id limit 1)),
			case when $4 then e.public_keys end, e.tokens_from,
			coalesce(cast(u.id as text), ''), coalesce(u.is_active, false), u.tokens_from
		from (select) as one
		left join lateral (
			select id, client_id, is_active, scopes, hashes, unmoved from `+applications+` where client_id = $1
			union all (select id, client_id, is_active, scopes, hashes, unmoved from `+applications+` limit 1)
			limit 1
		) a on true
		left join lateral (
			select public_keys, tokens_from, scopes from external_api.application where application_id = a.id limit 1
		) e on true
		left join lateral (
			select u.id, u.is_active, (select r.tokens_from from external_api.user r where r.user_id = u.id) as tokens_from
			from meet_user u
			where `+sameAddress("$2", "$5")+` order by u.is_active desc, u.id limit 2
		) u on true`, []any{q.ClientID, q.Address, domain, q.Keys, strings.ToUpper(q.Address)}, func(row *sql.Rows) error {
		var (
			user    User
			allowed sql.NullString
		)
		err := row.Scan(&known, &client.ID, &client.IsActive, &client.Scopes, &client.SecretHashes, &client.UnmovedHash, &allowed, &client.PublicKeys,
			&client.TokensFrom, &user.ID, &user.IsActive, &user.TokensFrom)
		if allowed.Valid {
			client.Domains = []string{allowed.String}
		}
		if user.ID != "" {
			users = append(users, user)
		}
		return err
	})
	client.ClientID = q.ClientID
	if r := d.release.Load(); r == nil || !r.moves {
		client.UnmovedHash = ""
	}
	if !known {
		client = Client{}
	}
	client.Users = users
	return client, err
}

// UseAssertion notes that an application's assertion has been used, until it expires. Errors: ErrConflict when it had been
// already.
func (d *DB) UseAssertion(ctx context.Context, applicationID, id string, expires time.Time) error {
	return d.write(ctx, func(t *tx) {
		noted := t.exec(`
			insert into external_api.used_assertion (application_id, id, expires_at) values ($1, $2, $3)
			on conflict do nothing`, applicationID, id, expires)
		if noted == 0 {
			t.fail(ErrConflict)
		}
	})
}

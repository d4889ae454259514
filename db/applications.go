package db

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"
)

// Application is a row of meet_application with what belongs to it, as the command line prints it too.
type Application struct {
	ID       string `db:"id" json:"id"`
	Name     string `db:"name" json:"name"`
	ClientID string `db:"client_id" json:"client_id"`
	IsActive bool   `db:"is_active" json:"is_active"`
	// SecretHash is in one of Django's forms: that of the newest secret, which Meet takes too.
	SecretHash string         `db:"client_secret" json:"-"`
	Scopes     pq.StringArray `db:"scopes" json:"scopes"`
	// Domains are the e-mail domains that the application may act for; none: all of them.
	Domains pq.StringArray `db:"domains" json:"domains"`
	// Visibility is which rooms of the user it can see: `user`, all of them, as in Meet, or `own`, those that it created.
	Visibility string `db:"visibility" json:"visibility"`
	// TokensFrom is set when tokens that were issued before it have been revoked.
	TokensFrom *time.Time `db:"tokens_from" json:"tokens_revoked_until,omitempty"`
	CreatedAt  time.Time  `db:"created_at" json:"created_at"`
	// PublicKeys are a JWK Set, which verifies the application's assertions; nil: it has no keys.
	PublicKeys *json.RawMessage `db:"public_keys" json:"public_keys,omitempty"`
}

const selectApplication = `
	select a.id, a.created_at, a.name, a.is_active, a.client_id, a.client_secret, a.scopes,
		array(select d.domain from meet_application_domain d where d.application_id = a.id order by d.domain) as domains,
		coalesce(e.visibility, 'user') as visibility, e.tokens_from, e.public_keys
	from meet_application a
	left join external_api.application e on e.application_id = a.id`

const selectApplicationByID = selectApplication + ` where a.client_id = $1 or cast(a.id as text) = lower($1)`

// Application finds an application by its client id or by its UUID. Errors: ErrNotFound.
func (d *DB) Application(ctx context.Context, id string) (Application, error) {
	var application Application
	err := d.get(ctx, &application, selectApplicationByID, id)
	return application, err
}

// Applications returns all applications by name.
func (d *DB) Applications(ctx context.Context) ([]Application, error) {
	list := []Application{}
	err := d.list(ctx, &list, selectApplication+` order by a.name, a.id`)
	return list, err
}

// NewApplication is what CreateApplication stores.
type NewApplication struct {
	Name       string
	ClientID   string
	SecretHash string
	Scopes     []string
	Domains    []string // lower-cased
}

// CreateApplication stores an active application and returns it. Errors: ErrConflict when the client id is taken.
func (d *DB) CreateApplication(ctx context.Context, a NewApplication) (Application, error) {
	var stored Application
	id := uuid.NewString()
	err := d.write(ctx, func(t *tx) {
		t.exec(`
			insert into meet_application (id, created_at, updated_at, name, is_active, client_id, client_secret, scopes)
			values ($1, now(), now(), $2, true, $3, $4, coalesce($5, cast('{}' as varchar[])))`,
			id, a.Name, a.ClientID, a.SecretHash, pq.Array(a.Scopes))
		t.insertSecret(id, a.SecretHash)
		t.insertDomains(id, a.Domains)
		t.get(&stored, selectApplicationByID, id)
	})
	return stored, err
}

func (t *tx) insertDomains(applicationID string, domains []string) {
	t.exec(`
		insert into meet_application_domain (id, created_at, updated_at, domain, application_id)
		select gen_random_uuid(), now(), now(), domain, $1 from unnest(cast($2 as text[])) as domain
		on conflict do nothing`, applicationID, pq.Array(domains))
}

func (t *tx) deleteDomains(applicationID string) {
	t.exec(`delete from meet_application_domain where application_id = $1`, applicationID)
}

// ApplicationChange is what UpdateApplication changes; nil leaves a field as it is.
type ApplicationChange struct {
	Name     *string
	IsActive *bool
	Scopes   []string
	// Domains replaces the domains where it is not nil; none: any domain.
	Domains    []string
	Visibility *string
	// PublicKeys is a JWK Set; an empty one takes the keys away.
	PublicKeys []byte
	// RevokeTokens ends all tokens that were issued before now.
	RevokeTokens bool
}

// nextSecond is the time from which tokens count when all before are revoked: they tell their time in whole seconds.
const nextSecond = `date_trunc('second', now()) + interval '1 second'`

// UpdateApplication changes the application with that client id or UUID and returns it as it then is. Repeating a change
// is harmless. Errors: ErrNotFound.
func (d *DB) UpdateApplication(ctx context.Context, id string, c ApplicationChange) (Application, error) {
	var application Application
	err := d.write(ctx, func(t *tx) {
		t.get(&application, selectApplicationByID, id)
		t.updateApplication(application.ID, c)
		t.get(&application, selectApplicationByID, application.ID)
	})
	return application, err
}

func (t *tx) updateApplication(id string, c ApplicationChange) {
	t.exec(`
		update meet_application set updated_at = now(), name = coalesce($2, name), is_active = coalesce($3, is_active),
			scopes = coalesce($4, scopes)
		where id = $1`, id, c.Name, c.IsActive, pq.Array(c.Scopes))
	if c.Domains != nil {
		t.deleteDomains(id)
		t.insertDomains(id, c.Domains)
	}
	if c.Visibility != nil || c.RevokeTokens || c.PublicKeys != nil {
		t.exec(`
			insert into external_api.application (application_id, visibility, tokens_from, public_keys)
			values ($1, coalesce($2, 'user'), case when $3 then `+nextSecond+` end, cast(nullif($4, '') as jsonb))
			on conflict (application_id) do update set
				visibility = coalesce($2, application.visibility),
				tokens_from = coalesce(excluded.tokens_from, application.tokens_from),
				public_keys = case when $4 is null then application.public_keys else excluded.public_keys end`,
			id, c.Visibility, c.RevokeTokens, c.PublicKeys)
	}
}

// DeleteApplication removes the application with that client id or UUID; the rooms that it created stay. Errors:
// ErrNotFound.
func (d *DB) DeleteApplication(ctx context.Context, id string) error {
	return d.write(ctx, func(t *tx) {
		var application Application
		t.get(&application, selectApplicationByID, id)
		t.deleteDomains(application.ID)
		t.exec(`delete from meet_application where id = $1`, application.ID)
	})
}

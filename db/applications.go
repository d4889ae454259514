package db

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"
)

// The visibilities of an application: which rooms of the user that it acts for it can see.
const (
	VisibilityUser = "user" // all of them, as in Meet
	VisibilityOwn  = "own"  // those that it created
)

// Application is a row of meet_application with what belongs to it.
type Application struct {
	ID        string    `db:"id"`
	CreatedAt time.Time `db:"created_at"`
	Name      string    `db:"name"`
	IsActive  bool      `db:"is_active"`
	ClientID  string    `db:"client_id"`
	// SecretHash is in one of Django's forms: that of the newest secret, which Meet takes too.
	SecretHash string         `db:"client_secret"`
	Scopes     pq.StringArray `db:"scopes"`
	// Domains are the e-mail domains that the application may act for; none: all of them.
	Domains pq.StringArray `db:"domains"`
	// Visibility is VisibilityUser or VisibilityOwn.
	Visibility string `db:"visibility"`
	// TokensFrom is set when tokens that were issued before it have been revoked.
	TokensFrom *time.Time `db:"tokens_from"`
	// PublicKeys are a JWK Set, which verifies the application's assertions; nil: it has no keys.
	PublicKeys []byte `db:"public_keys"`
}

const applicationColumns = `
	select a.id, a.created_at, a.name, a.is_active, a.client_id, a.client_secret, a.scopes,
		array(select d.domain from meet_application_domain d where d.application_id = a.id order by d.domain) as domains,
		coalesce(e.visibility, 'user') as visibility, e.tokens_from, e.public_keys
	from meet_application a
	left join external_api.application e on e.application_id = a.id`

var applicationByEither = statement(applicationColumns + ` where a.client_id = $1 or cast(a.id as text) = lower($1)`)

// Application finds an application by its client id or by its UUID. Errors: ErrNotFound.
func (d *DB) Application(ctx context.Context, id string) (Application, error) {
	var application Application
	err := d.get(ctx, &application, applicationByEither, id)
	return application, err
}

var applications = statement(applicationColumns + ` order by a.name, a.id`)

// Applications returns all applications by name.
func (d *DB) Applications(ctx context.Context) ([]Application, error) {
	list := []Application{}
	err := d.list(ctx, &list, applications)
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

var (
	insertApplication = statement(`
		insert into meet_application (id, created_at, updated_at, name, is_active, client_id, client_secret, scopes)
		values ($1, now(), now(), $2, true, $3, $4, coalesce($5, cast('{}' as varchar[])))`)
	insertDomains = statement(`
		insert into meet_application_domain (id, created_at, updated_at, domain, application_id)
		select gen_random_uuid(), now(), now(), domain, $1 from unnest(cast($2 as text[])) as domain
		on conflict do nothing`)
)

// CreateApplication stores an active application and returns it. Errors: ErrConflict when the client id is taken.
func (d *DB) CreateApplication(ctx context.Context, a NewApplication) (Application, error) {
	id := uuid.NewString()
	err := d.write(ctx, func(t tx) error {
		if _, err := t.exec(insertApplication, id, a.Name, a.ClientID, a.SecretHash, pq.Array(a.Scopes)); err != nil {
			return err
		}
		if _, err := t.exec(insertSecret, id, a.SecretHash); err != nil {
			return err
		}
		_, err := t.exec(insertDomains, id, pq.Array(a.Domains))
		return err
	}, d.applicationStored(id))
	if err != nil {
		return Application{}, err
	}
	return d.Application(ctx, id)
}

func (d *DB) applicationStored(id string) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) { return found(d.Application(ctx, id)) }
}

// found reads "not found" as an answer.
func found[T any](_ T, err error) (bool, error) {
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
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

var (
	updateApplication = statement(`
		update meet_application set updated_at = now(), name = coalesce($2, name), is_active = coalesce($3, is_active),
			scopes = coalesce($4, scopes)
		where id = $1`)
	deleteDomains   = statement(`delete from meet_application_domain where application_id = $1`)
	upsertExtension = statement(`
		insert into external_api.application (application_id, visibility, tokens_from, public_keys)
		values ($1, coalesce($2, 'user'), case when $3 then ` + nextSecond + ` end, cast(nullif($4, '') as jsonb))
		on conflict (application_id) do update set
			visibility = coalesce($2, application.visibility),
			tokens_from = coalesce(excluded.tokens_from, application.tokens_from),
			public_keys = case when $4 is null then application.public_keys else excluded.public_keys end`)
)

// UpdateApplication changes the application with that client id or UUID and returns it as it then is. Repeating a change
// is harmless. Errors: ErrNotFound.
func (d *DB) UpdateApplication(ctx context.Context, id string, c ApplicationChange) (Application, error) {
	application, err := d.Application(ctx, id)
	if err != nil {
		return Application{}, err
	}
	err = d.write(ctx, func(t tx) error { return changeApplication(t, application.ID, c) }, unsettled)
	if err != nil {
		return Application{}, err
	}
	return d.Application(ctx, application.ID)
}

// unsettled is for writes that leave nothing by which to tell whether they were stored: the caller may repeat them.
func unsettled(context.Context) (bool, error) { return false, nil }

func changeApplication(t tx, id string, c ApplicationChange) error {
	changed, err := t.exec(updateApplication, id, c.Name, c.IsActive, pq.Array(c.Scopes))
	if err != nil {
		return err
	}
	if changed == 0 {
		return ErrNotFound
	}
	if c.Domains != nil {
		if _, err := t.exec(deleteDomains, id); err != nil {
			return err
		}
		if _, err := t.exec(insertDomains, id, pq.Array(c.Domains)); err != nil {
			return err
		}
	}
	if c.Visibility != nil || c.RevokeTokens || c.PublicKeys != nil {
		_, err = t.exec(upsertExtension, id, c.Visibility, c.RevokeTokens, textOrNull(c.PublicKeys))
	}
	return err
}

func textOrNull(data []byte) *string {
	if data == nil {
		return nil
	}
	text := string(data)
	return &text
}

var deleteApplication = statement(`delete from meet_application where id = $1`)

// DeleteApplication removes the application with that client id or UUID; the rooms that it created stay. Errors:
// ErrNotFound.
func (d *DB) DeleteApplication(ctx context.Context, id string) error {
	application, err := d.Application(ctx, id)
	if err != nil {
		return err
	}
	err = d.write(ctx, func(t tx) error {
		if _, err := t.exec(deleteDomains, application.ID); err != nil {
			return err
		}
		_, err := t.exec(deleteApplication, application.ID)
		return err
	}, func(ctx context.Context) (bool, error) {
		there, err := found(d.Application(ctx, application.ID))
		return !there, err
	})
	if err != nil {
		return fmt.Errorf("deleting the application: %w", err)
	}
	return nil
}

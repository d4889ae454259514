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
	// SecretHash is in one of Django's forms.
	SecretHash string         `db:"client_secret"`
	Scopes     pq.StringArray `db:"scopes"`
	// Domains are the e-mail domains that the application may act for; none: all of them.
	Domains pq.StringArray `db:"domains"`
	// Visibility is VisibilityUser or VisibilityOwn.
	Visibility string `db:"visibility"`
	// TokensFrom is set when tokens that were issued before it have been revoked.
	TokensFrom *time.Time `db:"tokens_from"`
}

const applicationColumns = `
	select a.id, a.created_at, a.name, a.is_active, a.client_id, a.client_secret, a.scopes,
		array(select d.domain from meet_application_domain d where d.application_id = a.id order by d.domain) as domains,
		coalesce(e.visibility, 'user') as visibility, e.tokens_from
	from meet_application a
	left join external_api.application e on e.application_id = a.id`

var applicationByClientID = statement(applicationColumns + ` where a.client_id = $1`)

// ApplicationByClientID finds an application. Errors: ErrNotFound.
func (d *DB) ApplicationByClientID(ctx context.Context, clientID string) (Application, error) {
	var application Application
	err := d.get(ctx, &application, applicationByClientID, clientID)
	return application, err
}

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

var secretHashes = statement(`
	select min(client_secret) from meet_application
	group by split_part(client_secret, '$', 1), split_part(client_secret, '$', 2),
		case split_part(client_secret, '$', 1) when 'pbkdf2_sha256' then '' else split_part(client_secret, '$', 4) end,
		case split_part(client_secret, '$', 1) when 'scrypt' then split_part(client_secret, '$', 5) end`)

// SecretHashes returns one stored hash of each algorithm and cost that any application has.
func (d *DB) SecretHashes(ctx context.Context) ([]string, error) {
	var hashes []string
	err := d.list(ctx, &hashes, secretHashes)
	return hashes, err
}

// Caller is what is stored about the application and the user that a token names. An empty id: there is none.
type Caller struct {
	ApplicationID     string     `db:"application_id"`
	ApplicationActive bool       `db:"application_active"`
	OwnRoomsOnly      bool       `db:"own_rooms_only"`
	TokensFrom        *time.Time `db:"tokens_from"`
	UserID            string     `db:"user_id"`
	UserActive        bool       `db:"user_active"`
}

var caller = statement(`
	select coalesce(cast(a.id as text), '') as application_id, coalesce(a.is_active, false) as application_active,
		coalesce(e.visibility = 'own', false) as own_rooms_only, e.tokens_from,
		coalesce(cast(u.id as text), '') as user_id, coalesce(u.is_active, false) as user_active
	from (select) as one
	left join meet_application a on a.client_id = $1
	left join external_api.application e on e.application_id = a.id
	left join meet_user u on u.id = $2`)

// Caller looks up an application by its client id and a user by its UUID, in one round trip. A userID that is no UUID is
// nobody's.
func (d *DB) Caller(ctx context.Context, clientID, userID string) (Caller, error) {
	var found Caller
	err := d.get(ctx, &found, caller, clientID, uuidOrNull(userID))
	return found, err
}

func uuidOrNull(id string) *string {
	if uuid.Validate(id) != nil {
		return nil
	}
	return &id
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
	Name       *string
	IsActive   *bool
	SecretHash *string
	Scopes     []string
	// Domains replaces the domains where it is not nil; none: any domain.
	Domains    []string
	Visibility *string
	// RevokeTokens ends all tokens that were issued before now.
	RevokeTokens bool
}

var (
	updateApplication = statement(`
		update meet_application set updated_at = now(), name = coalesce($2, name), is_active = coalesce($3, is_active),
			client_secret = coalesce($4, client_secret), scopes = coalesce($5, scopes)
		where id = $1`)
	deleteDomains   = statement(`delete from meet_application_domain where application_id = $1`)
	upsertExtension = statement(`
		insert into external_api.application (application_id, visibility, tokens_from)
		values ($1, coalesce($2, 'user'), case when $3 then date_trunc('second', now()) + interval '1 second' end)
		on conflict (application_id) do update set
			visibility = coalesce($2, application.visibility),
			tokens_from = coalesce(excluded.tokens_from, application.tokens_from)`)
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
	changed, err := t.exec(updateApplication, id, c.Name, c.IsActive, c.SecretHash, pq.Array(c.Scopes))
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
	if c.Visibility != nil || c.RevokeTokens {
		_, err = t.exec(upsertExtension, id, c.Visibility, c.RevokeTokens)
	}
	return err
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

package db

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
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
	// SecretHashes are those of the newest secret, which Meet takes too: one for each column that Meet has for it.
	SecretHashes pq.StringArray `db:"hashes" json:"-"`
	Scopes       pq.StringArray `db:"scopes" json:"scopes"`
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

// applications are Meet's, with the hashes of their secrets from the columns that are there. PostgreSQL looks for a column of a name
// there first; where there is none it finds that of neverThere, which is null, and which this has to stand behind in a query. The plan
// is the same as without it. unmoved is the hash of a secret that is not in the new column.
const (
	neverThere   = `(select cast(null as text) as client_secret, cast(null as text) as client_secret_sha256) as never`
	applications = neverThere + ` cross join lateral (
		select id, created_at, name, is_active, client_id, cast(scopes as text[]) as scopes,
			array_remove(array[cast(client_secret_sha256 as text), cast(client_secret as text)], null) as hashes,
			case when client_secret_sha256 is null then client_secret end as unmoved
		from meet_application
	) as a`
)

const selectApplication = `
	select a.id, a.created_at, a.name, a.is_active, a.client_id, a.hashes,
		a.scopes || array(select scope from unnest(e.scopes) as scope where scope <> all(a.scopes)) as scopes,
		array(select d.domain from meet_application_domain d where d.application_id = a.id order by d.domain) as domains,
		coalesce(e.visibility, 'user') as visibility, e.tokens_from, e.public_keys
	from ` + applications + `
	left join external_api.application e on e.application_id = a.id`

const selectApplicationByID = selectApplication + ` where a.client_id = $1 or cast(a.id as text) = lower($1)`

// Application finds an application by its client id or by its UUID. Errors: ErrNotFound.
func (d *DB) Application(ctx context.Context, id string) (Application, error) {
	var application Application
	err := d.get(ctx, &application, selectApplicationByID, id)
	return application, err
}

// Applications hands on the applications by name, one by one. They are searched by name and client id, and After is a client id or a
// UUID. Errors: ErrNotFound where there is no such application as After, and those of each.
func (d *DB) Applications(ctx context.Context, p Page, each func(Application) error) error {
	var after Application
	if p.After != "" {
		if err := d.get(ctx, &after, selectApplicationByID, p.After); err != nil {
			return err
		}
	}
	return eachRow(ctx, d, each, selectApplication+`
		where strpos(lower(a.name || ' ' || a.client_id), lower($1)) > 0
			and ($2 = '' or (a.name, a.id) > ($3, cast(nullif($2, '') as uuid)))
		order by a.name, a.id limit nullif(cast($4 as bigint), 0)`, p.Search, after.ID, after.Name, p.Limit)
}

// CreatedRooms returns how many of the rooms that the application with that UUID created are still there.
func (d *DB) CreatedRooms(ctx context.Context, applicationID string) (int, error) {
	var rooms int
	err := d.get(ctx, &rooms, `
		select count(*) from external_api.room o join meet_room r on r.resource_id = o.room_id where o.application_id = $1`, applicationID)
	return rooms, err
}

// NewSecret are the hashes of one secret, for the columns that Meet has in one release or another.
type NewSecret struct {
	// Hash is in one of Django's forms, SHA256 in that of Meet's column of that name.
	Hash, SHA256 string
}

// NewApplication is what CreateApplication stores.
type NewApplication struct {
	Name     string
	ClientID string
	Secret   NewSecret
	Scopes   []string
	Domains  []string // lower-cased
}

// CreateApplication stores an active application and returns it. Errors: ErrConflict when the client id is taken.
func (d *DB) CreateApplication(ctx context.Context, a NewApplication) (Application, error) {
	var stored Application
	id := uuid.NewString()
	change := ApplicationChange{Scopes: a.Scopes, Domains: a.Domains}
	meets, _ := splitScopes(a.Scopes)
	err := d.withRelease(ctx, func(r *release) error {
		columns, values := r.secretColumns(a.Secret)
		return d.write(ctx, func(t *tx) {
			t.exec(`
				insert into meet_application (id, created_at, updated_at, name, is_active, client_id, scopes, `+strings.Join(columns, ", ")+`)
				values ($1, now(), now(), $2, true, $3, $4, `+placeholders(5, len(values))+`)`,
				append([]any{id, a.Name, a.ClientID, pq.Array(meets)}, values...)...)
			t.insertSecret(id, a.Secret.hash(r))
			t.insertDomains(id, a.Domains)
			t.updateOurs(id, change)
			t.get(&stored, selectApplicationByID, id)
		})
	})
	return stored, err
}

// meetScopes are those that Meet knows. It cannot save an application that has another one in Meet's column.
var meetScopes = []string{"rooms:create", "rooms:list", "rooms:retrieve", "rooms:update", "rooms:delete"}

// splitScopes returns those that stand in Meet's column, and those that stand in the schema external_api.
func splitScopes(scopes []string) (meets, ours []string) {
	meets, ours = []string{}, []string{}
	for _, scope := range scopes {
		if slices.Contains(meetScopes, scope) {
			meets = append(meets, scope)
		} else {
			ours = append(ours, scope)
		}
	}
	return meets, ours
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

// updateApplication leaves Meet's tables alone where what is changed is not there, so that it needs no right on them.
func (t *tx) updateApplication(id string, c ApplicationChange) {
	if c.Name != nil || c.IsActive != nil || c.Scopes != nil {
		meets, _ := splitScopes(c.Scopes)
		t.exec(`
			update meet_application set updated_at = now(), name = coalesce($2, name), is_active = coalesce($3, is_active),
				scopes = case when $4 then $5 else scopes end
			where id = $1`, id, c.Name, c.IsActive, c.Scopes != nil, pq.Array(meets))
	}
	if c.Domains != nil {
		t.deleteDomains(id)
		t.insertDomains(id, c.Domains)
	}
	t.updateOurs(id, c)
}

// updateOurs changes what is stored of an application in the schema external_api.
func (t *tx) updateOurs(id string, c ApplicationChange) {
	_, scopes := splitScopes(c.Scopes)
	if c.Visibility == nil && !c.RevokeTokens && c.PublicKeys == nil && c.Scopes == nil {
		return
	}
	t.exec(`
		insert into external_api.application (application_id, visibility, tokens_from, public_keys, scopes)
		values ($1, coalesce($2, 'user'), case when $3 then `+nextSecond+` end, cast(nullif($4, '') as jsonb), $6)
		on conflict (application_id) do update set
			visibility = coalesce($2, application.visibility),
			tokens_from = coalesce(excluded.tokens_from, application.tokens_from),
			public_keys = case when $4 is null then application.public_keys else excluded.public_keys end,
			scopes = case when $5 then excluded.scopes else application.scopes end`,
		id, c.Visibility, c.RevokeTokens, c.PublicKeys, c.Scopes != nil, pq.Array(scopes))
}

// DeleteApplication removes the application with that client id or UUID; the rooms that it created stay. Errors:
// ErrNotFound.
func (d *DB) DeleteApplication(ctx context.Context, id string) error {
	return d.write(ctx, func(t *tx) {
		var application Application
		t.get(&application, selectApplicationByID, id)
		t.deleteDomains(application.ID)
		t.exec(`delete from meet_application where id = $1`, application.ID)
		for _, table := range []string{"application", "secret", "used_assertion"} {
			t.exec(`delete from external_api.`+table+` where application_id = $1`, application.ID)
		}
	})
}

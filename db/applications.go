package db

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"meet-external-api/audit"
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

// ApplicationPage is the part of the list of applications that is wanted.
type ApplicationPage struct {
	Page
	// State is `active` or `inactive`; empty or `all`: both.
	State string
	// Scope is one that they hold; empty: whichever they hold.
	Scope string
}

// Applications hands on the applications by name, one by one. They are searched by name and client id, and After is a client id or a
// UUID. Errors: ErrNotFound where there is no such application as After, and those of each.
func (d *DB) Applications(ctx context.Context, p ApplicationPage, each func(Application) error) error {
	found := false
	err := eachRow(ctx, d, func(a Application) error {
		found = true
		return each(a)
	}, selectApplication+`
		where strpos(lower(a.name || ' ' || a.client_id), lower($1)) > 0
			and ($2 = '' or (a.name, a.id) > (select m.name, m.id from meet_application m where m.client_id = $2 or cast(m.id as text) = lower($2)))
			and ($3 in ('', 'all') or a.is_active = ($3 = 'active'))
			and ($5 = '' or $5 = any(a.scopes) or $5 = any(e.scopes))
		order by a.name, a.id limit nullif(cast($4 as bigint), 0)`, p.Search, p.After, p.State, p.Limit, p.Scope)
	if err == nil && !found && p.After != "" {
		_, err = d.Application(ctx, p.After)
	}
	return err
}

// NewSecret are the hashes of one secret, for the columns that Meet has in one release or another.
type NewSecret struct {
	// Hash is in one of Django's forms, SHA256 in that of Meet's column of that name.
	Hash, SHA256 string
}

// NewApplication is what CreateApplication stores.
type NewApplication struct {
	// ID is the UUID that it gets; empty: any.
	ID   string
	Name string
	// OnlyName refuses it where another application has the name.
	OnlyName bool
	// IsInactive stores it switched off.
	IsInactive bool
	ClientID   string
	Secret     NewSecret
	Scopes     []string
	Domains    []string // lower-cased
	// Visibility and PublicKeys are as in ApplicationChange.
	Visibility *string
	PublicKeys []byte
}

// ErrNameTaken is returned where another application has the name that one alone may have.
var ErrNameTaken = errors.New("another application has the name")

// CreateApplication stores an application and returns it. Errors: ErrConflict when the client id or the UUID is taken, ErrNameTaken.
func (d *DB) CreateApplication(ctx context.Context, by audit.Source, a NewApplication) (Application, error) {
	var stored Application
	id := cmp.Or(a.ID, uuid.NewString())
	change := ApplicationChange{Scopes: a.Scopes, Domains: a.Domains, Visibility: a.Visibility, PublicKeys: a.PublicKeys}
	meets, _ := splitScopes(a.Scopes)
	err := d.withRelease(ctx, func(r *release) error {
		columns, values := r.secretColumns(a.Secret)
		return d.write(ctx, func(t *tx) {
			if a.OnlyName {
				t.requireOnlyName(a.Name)
			}
			t.exec(`
				insert into meet_application (id, created_at, updated_at, name, is_active, client_id, scopes, `+strings.Join(columns, ", ")+`)
				values ($1, now(), now(), $2, $3, $4, $5, `+placeholders(6, len(values))+`)`,
				append([]any{id, a.Name, !a.IsInactive, a.ClientID, pq.Array(meets)}, values...)...)
			t.insertSecret(id, a.Secret.hash(r))
			t.insertDomains(id, a.Domains)
			t.updateOurs(id, change)
			t.get(&stored, selectApplicationByID, id)
			t.auditApplication(by, audit.ApplicationCreate, stored, Application{}.Difference(stored))
		})
	})
	return stored, err
}

// requireOnlyName fails where an application has the name. Of two transactions at once that ask, one waits for the other.
func (t *tx) requireOnlyName(name string) {
	t.lockApplication(name)
	var taken bool
	t.get(&taken, `select exists (select from meet_application where name = $1)`, name)
	if taken {
		t.fail(ErrNameTaken)
	}
}

// meetScopes are those that Meet knows. It cannot save an application that has another one in Meet's column.
var meetScopes = []string{"rooms:create", "rooms:list", "rooms:retrieve", "rooms:update", "rooms:delete"}

// ourScopes are those that Meet does not know. One of neither list is of another release.
var ourScopes = []string{"rooms:grant-access"}

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

// nextSecond is the time from which tokens count when all before are revoked: they tell their time in whole seconds.
const nextSecond = `date_trunc('second', now()) + interval '1 second'`

// UpdateApplication changes the application with that client id or UUID and returns it as it then is. Repeating a change
// is harmless: what changes nothing stores nothing, and leaves no event. Errors: ErrNotFound.
func (d *DB) UpdateApplication(ctx context.Context, by audit.Source, id string, c ApplicationChange) (Application, error) {
	var before, after Application
	err := d.write(ctx, func(t *tx) {
		t.get(&before, selectApplicationByID, id)
		t.lockApplication(before.ID)
		t.get(&before, selectApplicationByID, before.ID)
		change := c.beyond(before)
		if change.changesMeet() { // which its admin may change too
			t.get(&before, selectApplicationByID+` for no key update of a`, before.ID)
			change = c.beyond(before)
		}
		t.updateApplication(before.ID, change)
		t.get(&after, selectApplicationByID, before.ID)
		if c.RevokeTokens {
			t.auditApplication(by, audit.ApplicationRevokeTokens, after, nil)
		}
		if changes := before.Difference(after); len(changes) > 0 {
			t.auditApplication(by, audit.ApplicationUpdate, after, changes)
		}
	})
	return after, err
}

// lockApplication lets one transaction of this program change an application at a time: what is in the schema external_api may have no
// row yet that could be locked, and the role may have no right to lock Meet's.
func (t *tx) lockApplication(id string) {
	t.exec(`select pg_advisory_xact_lock(hashtextextended('external_api.application ' || $1, 0))`, id)
}

// auditApplication stores the event of what was done to an application.
func (t *tx) auditApplication(by audit.Source, action audit.Action, a Application, changes map[string]any) {
	by.ClientID = a.ClientID
	e := audit.Succeeded(by, action).To("application", a.ID)
	e.Changes = changes
	t.audit(e)
}

// updateApplication leaves Meet's tables alone where what is changed is not there. A scope of another release of Meet's, which is known
// from its column alone, stays there.
func (t *tx) updateApplication(id string, c ApplicationChange) {
	if c.Name != nil || c.IsActive != nil || c.Scopes != nil {
		meets, others := splitScopes(c.Scopes)
		others = slices.DeleteFunc(others, func(scope string) bool { return slices.Contains(ourScopes, scope) })
		t.exec(`
			update meet_application set updated_at = now(), name = coalesce($2, name), is_active = coalesce($3, is_active),
				scopes = case when $4 then $5 || array(select scope from unnest(scopes) as scope where scope = any($6)) else scopes end
			where id = $1`, id, c.Name, c.IsActive, c.Scopes != nil, pq.Array(meets), pq.Array(others))
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
		values ($1, coalesce($2, 'user'), case when $3 then `+nextSecond+` end, cast(nullif($4, '') as jsonb), array(
			select scope from unnest(cast($6 as text[])) as scope
			where not exists (select from meet_application a where a.id = $1 and scope = any(a.scopes))))
		on conflict (application_id) do update set
			visibility = coalesce($2, application.visibility),
			tokens_from = coalesce(excluded.tokens_from, application.tokens_from),
			public_keys = case when $4 is null then application.public_keys else excluded.public_keys end,
			scopes = case when $5 then excluded.scopes else application.scopes end`,
		id, c.Visibility, c.RevokeTokens, c.PublicKeys, c.Scopes != nil, pq.Array(scopes))
}

// DeleteApplication removes the application with that client id or UUID; the rooms that it created stay. Errors:
// ErrNotFound.
func (d *DB) DeleteApplication(ctx context.Context, by audit.Source, id string) error {
	return d.write(ctx, func(t *tx) {
		var application Application
		t.get(&application, selectApplicationByID, id)
		t.auditApplication(by, audit.ApplicationDelete, application, application.Difference(Application{}))
		t.deleteDomains(application.ID)
		if t.exec(`delete from meet_application where id = $1`, application.ID) == 0 {
			t.fail(ErrNotFound) // deleted in between
		}
		for _, table := range []string{"application", "secret", "used_assertion"} {
			t.exec(`delete from external_api.`+table+` where application_id = $1`, application.ID)
		}
	})
}

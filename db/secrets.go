package db

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"meet-external-api/audit"
)

// MaxSecrets is how many valid secrets an application can have.
const MaxSecrets = 5

var (
	// ErrTooManySecrets is returned where an application would have more than MaxSecrets.
	ErrTooManySecrets = errors.New("too many valid secrets")
	// ErrNoSecret is returned where an application has no such valid secret.
	ErrNoSecret = errors.New("no such secret")
	// ErrSecretRotated is returned where the newest secret of an application is another one by now.
	ErrSecretRotated = errors.New("another secret has become the newest one")
	// ErrLastSecret is returned where an application could not authenticate any more.
	ErrLastSecret = errors.New("the last secret")
)

// Secret is what is known of a client secret: its hash alone is stored.
type Secret struct {
	// ID names the secret among those of its application. It is made of the stored hash, so that secrets that Meet made have one too.
	ID string `db:"id" json:"id"`
	// CreatedAt is nil for a secret that was made in Meet.
	CreatedAt *time.Time `db:"created_at" json:"created_at"`
	// ExpiresAt is nil for the newest one, which Meet takes too and which does not expire.
	ExpiresAt *time.Time `db:"expires_at" json:"expires_at"`
	// LastUsedAt lags by a minute at most; nil: it has not been used.
	LastUsedAt *time.Time `db:"last_used_at" json:"last_used_at"`
}

// selectValid reads the valid secrets of the application $1: their hashes have the form $2, a regular expression. In Meet's columns is one
// secret.
const selectValid = `
	select left(encode(sha256(convert_to(hashes[1], 'UTF8')), 'hex'), 12) as id, hashes, created_at, expires_at, last_used_at
	from (
		select h.hashes, min(s.created_at) as created_at, cast(null as timestamptz) as expires_at, max(s.last_used_at) as last_used_at
		from ` + applications + `
		cross join lateral (select array(select hash from unnest(a.hashes) as hash where hash ~ $2) as hashes) as h
		left join external_api.secret s on s.application_id = a.id and s.hash = any(h.hashes)
		where a.id = $1
		group by h.hashes
		union all
		select array[s.hash], s.created_at, s.expires_at, s.last_used_at
		from ` + applications + `
		join external_api.secret s on s.application_id = a.id and s.hash <> all(a.hashes)
		where a.id = $1 and s.expires_at > now()
	) of_application
	where hashes[1] ~ $2`

// Secrets returns the valid secrets of the application with that UUID, the newest first. What does not match hashForm, a regular
// expression, is no hash.
func (d *DB) Secrets(ctx context.Context, applicationID, hashForm string) ([]Secret, error) {
	list := []Secret{}
	err := d.list(ctx, &list, `select id, created_at, expires_at, last_used_at from (`+selectValid+`) valid
		order by expires_at desc nulls first, created_at desc`, applicationID, hashForm)
	return list, err
}

// LastUses returns when a secret of each of the applications with those UUIDs was last used, by the UUID; one that is not there has not
// been used.
func (d *DB) LastUses(ctx context.Context, applicationIDs []string) (map[string]*time.Time, error) {
	var rows []struct {
		ID string     `db:"application_id"`
		At *time.Time `db:"at"`
	}
	err := d.list(ctx, &rows, `
		select application_id, max(last_used_at) as at from external_api.secret
		where application_id = any(cast($1 as uuid[])) and last_used_at is not null group by application_id`, pq.Array(applicationIDs))
	uses := make(map[string]*time.Time, len(rows))
	for _, row := range rows {
		uses[row.ID] = row.At
	}
	return uses, err
}

// SecretHashes returns what is stored as hashes of the valid secrets of all applications, one list an application.
func (d *DB) SecretHashes(ctx context.Context) ([][]string, error) {
	var rows []pq.StringArray
	err := d.list(ctx, &rows, `
		select a.hashes || array(select s.hash from external_api.secret s where s.application_id = a.id and s.expires_at > now()) as hashes
		from `+applications)
	if err != nil {
		return nil, err
	}
	hashes := make([][]string, len(rows))
	for i, row := range rows {
		hashes[i] = row
	}
	return hashes, nil
}

// Rotation is a change of an application's secret.
type Rotation struct {
	// Secret is the new one.
	Secret NewSecret
	// Overlap is how long the old ones go on, or when they would have ended anyway; 0: they end at once.
	Overlap time.Duration
	// Replacing is the id of the newest secret as the operator knows it, NoSecret where there was none; empty: whichever it is.
	Replacing string
	// HashForm is a regular expression: what does not match it is no hash.
	HashForm string
}

// NoSecret stands for the id of the newest secret of an application that has none, such as one with public keys alone.
const NoSecret = "none"

// RotateSecret gives the application with that client id or UUID a new secret. Meet's columns hold the new one. Errors:
// ErrNotFound, ErrTooManySecrets, ErrSecretRotated.
func (d *DB) RotateSecret(ctx context.Context, by audit.Source, id string, r Rotation) (Application, error) {
	var application Application
	err := d.withRelease(ctx, func(meet *release) error {
		return d.write(ctx, func(t *tx) {
			t.get(&application, selectApplicationByID+` for no key update of a`, id)
			if r.Replacing != "" {
				t.requireNewest(application.ID, r)
			}
			t.endSecrets(application, r)
			t.insertSecret(application.ID, r.Secret.hash(meet))
			var valid int
			t.get(&valid, `select count(*) from external_api.secret where application_id = $1`, application.ID)
			if valid > MaxSecrets {
				t.fail(ErrTooManySecrets)
			}
			t.setSecret(application.ID, meet, r.Secret)
			t.get(&application, selectApplicationByID, application.ID)
			t.auditApplication(by, audit.ApplicationRotateSecret, application, map[string]any{"overlap_seconds": r.Overlap.Seconds()})
		})
	})
	return application, err
}

// requireNewest fails unless the newest secret is the one that is to be replaced: what is sent twice rotates once.
func (t *tx) requireNewest(applicationID string, r Rotation) {
	var newest string
	t.get(&newest, `select coalesce((select id from (`+selectValid+`) valid where expires_at is null limit 1), $3)`, applicationID, r.HashForm, NoSecret)
	if newest != r.Replacing {
		t.fail(ErrSecretRotated)
	}
}

// Ending is the end of one secret.
type Ending struct {
	// SecretID is the one of Secret.
	SecretID string
	// NoHash is what Meet's columns hold when they hold no secret.
	NoHash string
	// HashForm is a regular expression: what does not match it is no hash.
	HashForm string
}

// EndSecret ends one secret of the application with that client id or UUID, and leaves the others as they are. Errors: ErrNotFound,
// ErrNoSecret, and ErrLastSecret where the application has no other one and no public keys.
func (d *DB) EndSecret(ctx context.Context, by audit.Source, id string, e Ending) (Application, error) {
	var application Application
	err := d.withRelease(ctx, func(meet *release) error {
		return d.write(ctx, func(t *tx) {
			t.get(&application, selectApplicationByID+` for no key update of a`, id)
			var hashes pq.StringArray
			t.get(&hashes, `select coalesce(max(hashes), '{}') from (`+selectValid+`) valid where id = $3`, application.ID, e.HashForm, e.SecretID)
			if len(hashes) == 0 {
				t.fail(ErrNoSecret)
			}
			var others int
			t.get(&others, `select count(*) from (`+selectValid+`) valid where id <> $3`, application.ID, e.HashForm, e.SecretID)
			if others == 0 && application.PublicKeys == nil {
				t.fail(ErrLastSecret)
			}
			t.exec(`delete from external_api.secret where application_id = $1 and hash = any($2)`, application.ID, hashes)
			if len(hashes) > 0 && slices.Contains(application.SecretHashes, hashes[0]) {
				t.setSecret(application.ID, meet, NewSecret{Hash: e.NoHash, SHA256: e.NoHash})
			}
			t.get(&application, selectApplicationByID, application.ID)
			t.auditApplication(by, audit.ApplicationEndSecret, application, map[string]any{"secret": e.SecretID})
		})
	})
	return application, err
}

// setSecret writes the columns that Meet has for a secret.
func (t *tx) setSecret(applicationID string, meet *release, s NewSecret) {
	columns, values := meet.secretColumns(s)
	t.exec(`
		update meet_application set (updated_at, `+strings.Join(columns, ", ")+`) = row(now(), `+placeholders(2, len(values))+`)
		where id = $1`, append([]any{applicationID}, values...)...)
}

func (t *tx) insertSecret(applicationID, hash string) {
	t.exec(`insert into external_api.secret (application_id, hash, created_at) values ($1, $2, now())`, applicationID, hash)
}

// endSecrets ends the secrets of an application, after the overlap where there is one.
func (t *tx) endSecrets(a Application, r Rotation) {
	overlap := r.Overlap.Seconds()
	if overlap <= 0 {
		t.exec(`delete from external_api.secret where application_id = $1`, a.ID)
		return
	}
	// Meet's columns hold hashes of one secret: the first that is one goes on for both. What is no hash is no secret that could go on.
	var current string
	t.get(&current, `select coalesce((select hash from unnest(cast($1 as text[])) as hash where hash ~ $2 limit 1), '')`, a.SecretHashes, r.HashForm)
	// Another row without an end is of the same secret, or of one that Meet replaced.
	t.exec(`
		delete from external_api.secret
		where application_id = $1 and (expires_at <= now() or expires_at is null and hash <> $2)`, a.ID, current)
	t.exec(`
		update external_api.secret set expires_at = least(expires_at, now() + make_interval(secs => $2)) where application_id = $1`,
		a.ID, overlap)
	// Its row may just have been made by its use.
	t.exec(`
		insert into external_api.secret (application_id, hash, expires_at)
		select $1, $2, now() + make_interval(secs => $3) where $2 <> ''
		on conflict (application_id, hash) do update set expires_at = least(secret.expires_at, excluded.expires_at)`,
		a.ID, current, overlap)
}

// SecretUse is that a secret was used.
type SecretUse struct {
	ApplicationID, Hash string
	At                  time.Time
	// SHA256 is the secret's hash for Meet's new column, where it is not there yet; else empty.
	SHA256 string
}

// NoteSecretUse remembers a use for WriteSecretUses to write. Of several of one secret the last one counts.
func (d *DB) NoteSecretUse(u SecretUse) {
	d.secretUses.Store([2]string{u.ApplicationID, u.Hash}, u)
}

// WriteSecretUses stores when secrets were used last, as noted since it did so before, and moves them to Meet's new column. What it
// cannot write it writes the next time.
func (d *DB) WriteSecretUses(ctx context.Context) (err error) {
	d.secretUses.Range(func(key, value any) bool {
		use := value.(SecretUse)
		err = d.write(ctx, func(t *tx) {
			// A secret that was made in Meet gets its row by being used. One that ended meanwhile is left alone.
			t.exec(`
				with known as (
					update external_api.secret set last_used_at = greatest(last_used_at, $3) where application_id = $1 and hash = $2
					returning 1
				)
				insert into external_api.secret (application_id, hash, last_used_at)
				select a.id, $2, $3 from `+applications+`
				where a.id = $1 and $2 = any(a.hashes) and not exists (select from known)
				on conflict (application_id, hash) do nothing`, use.ApplicationID, use.Hash, use.At)
		})
		if err == nil && use.SHA256 != "" {
			err = d.moveSecret(ctx, use)
		}
		if err == nil {
			d.secretUses.CompareAndDelete(key, value) // unless it has been used again
		}
		return err == nil
	})
	return err
}

// moveSecret stores a secret's hash in Meet's new column, unless Meet has done so, or replaced the secret, or dropped the old column.
func (d *DB) moveSecret(ctx context.Context, u SecretUse) error {
	err := d.write(ctx, func(t *tx) {
		t.exec(`
			update meet_application set client_secret_sha256 = $3
			where id = $1 and client_secret = $2 and client_secret_sha256 is null`, u.ApplicationID, u.Hash, u.SHA256)
	})
	if pq.As(err, pqerror.UndefinedColumn) != nil {
		err = nil // there is nothing left to move
	}
	return err
}

package db

import (
	"context"
	"errors"
	"time"

	"github.com/lib/pq"
)

// MaxSecrets is how many valid secrets an application can have.
const MaxSecrets = 5

// ErrTooManySecrets is returned where an application would have more than MaxSecrets.
var ErrTooManySecrets = errors.New("too many valid secrets")

// Secret is what is known of a client secret: its hash alone is stored.
type Secret struct {
	// CreatedAt is nil for a secret that was made in Meet.
	CreatedAt *time.Time `db:"created_at" json:"created_at"`
	// ExpiresAt is nil for the newest one, which Meet takes too and which does not expire.
	ExpiresAt *time.Time `db:"expires_at" json:"expires_at"`
	// LastUsedAt lags by a minute at most; nil: it has not been used.
	LastUsedAt *time.Time `db:"last_used_at" json:"last_used_at"`
}

// Secrets returns the valid secrets of the application with that UUID, the newest first.
func (d *DB) Secrets(ctx context.Context, applicationID string) ([]Secret, error) {
	list := []Secret{}
	err := d.list(ctx, &list, `
		select s.created_at, cast(null as timestamptz) as expires_at, s.last_used_at
		from meet_application a
		left join external_api.secret s on s.application_id = a.id and s.hash = a.client_secret
		where a.id = $1
		union all
		select s.created_at, s.expires_at, s.last_used_at
		from meet_application a
		join external_api.secret s on s.application_id = a.id and s.hash <> a.client_secret
		where a.id = $1 and s.expires_at > now()
		order by expires_at desc nulls first, created_at desc`, applicationID)
	return list, err
}

// SecretHashes returns what is stored as hashes of the valid secrets of all applications, one list an application.
func (d *DB) SecretHashes(ctx context.Context) ([][]string, error) {
	var rows []pq.StringArray
	err := d.list(ctx, &rows, `
		with valid as (
			select id as application_id, client_secret as hash from meet_application
			union all
			select application_id, hash from external_api.secret where expires_at > now()
		)
		select array_agg(hash) as hashes from valid group by application_id`)
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
	// Hash is that of the new secret.
	Hash string
	// Overlap is how long the old ones go on, or when they would have ended anyway; 0: they end at once.
	Overlap time.Duration
	// HashForm is a regular expression: what does not match it is no hash.
	HashForm string
}

// RotateSecret gives the application with that client id or UUID a new secret. Meet's column holds the new one. Errors:
// ErrNotFound, ErrTooManySecrets.
func (d *DB) RotateSecret(ctx context.Context, id string, r Rotation) (Application, error) {
	var application Application
	err := d.write(ctx, func(t *tx) {
		t.get(&application, selectApplicationByID+` for no key update of a`, id)
		t.endSecrets(application, r)
		t.insertSecret(application.ID, r.Hash)
		var valid int
		t.get(&valid, `select count(*) from external_api.secret where application_id = $1`, application.ID)
		if valid > MaxSecrets {
			t.fail(ErrTooManySecrets)
		}
		t.exec(`update meet_application set client_secret = $2, updated_at = now() where id = $1`, application.ID, r.Hash)
		t.get(&application, selectApplicationByID, application.ID)
	})
	return application, err
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
	// A row without an end that is not the one in Meet's column is of a secret that Meet replaced.
	t.exec(`
		delete from external_api.secret
		where application_id = $1 and (expires_at <= now() or expires_at is null and hash <> $2)`, a.ID, a.SecretHash)
	t.exec(`
		update external_api.secret set expires_at = least(expires_at, now() + make_interval(secs => $2)) where application_id = $1`,
		a.ID, overlap)
	// What is no hash is no secret that could go on. Its row may just have been made by its use.
	t.exec(`
		insert into external_api.secret (application_id, hash, expires_at)
		select $1, $2, now() + make_interval(secs => $3) where $2 ~ $4
		on conflict (application_id, hash) do update set expires_at = least(secret.expires_at, excluded.expires_at)`,
		a.ID, a.SecretHash, overlap, r.HashForm)
}

// secretUse is what is noted of a secret that was used.
type secretUse struct{ applicationID, hash string }

// NoteSecretUse remembers that a secret was used at that time, for WriteSecretUses to write.
func (d *DB) NoteSecretUse(applicationID, hash string, at time.Time) {
	d.secretUses.Store(secretUse{applicationID, hash}, at)
}

// WriteSecretUses stores when secrets were used last, as noted since it did so before. What it cannot write it writes the
// next time.
func (d *DB) WriteSecretUses(ctx context.Context) (err error) {
	d.secretUses.Range(func(key, at any) bool {
		use := key.(secretUse)
		err = d.write(ctx, func(t *tx) {
			// A secret that was made in Meet gets its row by being used. One that ended meanwhile is left alone.
			t.exec(`
				with known as (
					update external_api.secret set last_used_at = greatest(last_used_at, $3) where application_id = $1 and hash = $2
					returning 1
				)
				insert into external_api.secret (application_id, hash, last_used_at)
				select id, client_secret, $3 from meet_application
				where id = $1 and client_secret = $2 and not exists (select from known)
				on conflict (application_id, hash) do nothing`, use.applicationID, use.hash, at)
		})
		if err == nil {
			d.secretUses.CompareAndDelete(key, at) // unless it has been used again
		}
		return err == nil
	})
	return err
}

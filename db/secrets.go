package db

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/lib/pq"
)

// MaxSecrets is how many valid secrets an application can have.
const MaxSecrets = 5

// ErrTooManySecrets is returned where an application would have more than MaxSecrets.
var ErrTooManySecrets = errors.New("too many valid secrets")

// Secret is what is known of a client secret.
type Secret struct {
	// CreatedAt is nil for a secret that was made in Meet.
	CreatedAt *time.Time `db:"created_at"`
	// ExpiresAt is nil for the newest one, which Meet takes too and which does not expire.
	ExpiresAt *time.Time `db:"expires_at"`
	// LastUsedAt lags by a minute at most; nil: it has not been used.
	LastUsedAt *time.Time `db:"last_used_at"`
}

var secrets = statement(`
	select s.created_at, cast(null as timestamptz) as expires_at, s.last_used_at
	from meet_application a
	left join external_api.secret s on s.application_id = a.id and s.hash = a.client_secret
	where a.id = $1
	union all
	select s.created_at, s.expires_at, s.last_used_at
	from meet_application a
	join external_api.secret s on s.application_id = a.id and s.hash <> a.client_secret
	where a.id = $1 and s.expires_at > now()
	order by expires_at desc nulls first, created_at desc`)

// Secrets returns the valid secrets of the application with that UUID, the newest first.
func (d *DB) Secrets(ctx context.Context, applicationID string) ([]Secret, error) {
	list := []Secret{}
	err := d.list(ctx, &list, secrets, applicationID)
	return list, err
}

// A hash says in its first parts what it costs; what differs is cut away, so that of equal lists of costs one is enough.
var secretHashes = statement(`
	with valid as (
		select id as application_id, client_secret as hash from meet_application
		union all
		select application_id, hash from external_api.secret where expires_at > now()
	), costs as (
		select application_id, hash, concat_ws('$', split_part(hash, '$', 1), split_part(hash, '$', 2),
			case split_part(hash, '$', 1) when 'pbkdf2_sha256' then '' else split_part(hash, '$', 4) end,
			case split_part(hash, '$', 1) when 'scrypt' then split_part(hash, '$', 5) end) as cost
		from valid
		where hash ~ $1
	), applications as (
		select array_agg(hash order by cost) as hashes, array_agg(cost order by cost) as costs
		from costs group by application_id
	)
	select distinct on (costs) hashes from applications`)

// SecretHashes returns the hashes of the valid secrets of all applications, one list an application; of those whose hashes
// cost the same, one. What form, a regular expression, does not match is no hash and costs nothing.
func (d *DB) SecretHashes(ctx context.Context, form string) ([][]string, error) {
	var rows []pq.StringArray
	if err := d.list(ctx, &rows, secretHashes, form); err != nil {
		return nil, err
	}
	hashes := make([][]string, len(rows))
	for i, row := range rows {
		hashes[i] = row
	}
	return hashes, nil
}

var (
	lockApplication = statement(`select client_secret from meet_application where id = $1 for no key update`)
	insertSecret    = statement(`insert into external_api.secret (application_id, hash, created_at) values ($1, $2, now())`)
	replaceSecret   = statement(`update meet_application set client_secret = $2, updated_at = now() where id = $1`)
	countSecrets    = statement(`select count(*) from external_api.secret where application_id = $1`)

	endSecrets = statement(`delete from external_api.secret where application_id = $1`)
	// A row without an end that is not the one in Meet's column is of a secret that Meet replaced.
	endStaleSecrets = statement(`
		delete from external_api.secret
		where application_id = $1 and (expires_at <= now() or expires_at is null and hash <> $2)`)
	limitSecrets = statement(`
		update external_api.secret set expires_at = least(expires_at, now() + make_interval(secs => $2)) where application_id = $1`)
	// What is no hash is no secret that could go on. Its row may just have been made by its use.
	keepSecret = statement(`
		insert into external_api.secret (application_id, hash, expires_at)
		select $1, $2, now() + make_interval(secs => $3) where $2 ~ $4
		on conflict (application_id, hash) do update set expires_at = least(secret.expires_at, excluded.expires_at)`)
)

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
	application, err := d.Application(ctx, id)
	if err != nil {
		return Application{}, err
	}
	err = d.write(ctx, func(t tx) error { return rotateSecret(t, application.ID, r) },
		func(ctx context.Context) (bool, error) {
			stored, err := d.Application(ctx, application.ID)
			return stored.SecretHash == r.Hash, err
		})
	if err != nil {
		return Application{}, err
	}
	return d.Application(ctx, application.ID)
}

func rotateSecret(t tx, id string, r Rotation) error {
	var old string
	if err := t.get(&old, lockApplication, id); err != nil {
		return err
	}
	if err := endOldSecrets(t, id, old, r); err != nil {
		return err
	}
	if _, err := t.exec(insertSecret, id, r.Hash); err != nil {
		return err
	}
	var valid int
	if err := t.get(&valid, countSecrets, id); err != nil {
		return err
	}
	if valid > MaxSecrets {
		return ErrTooManySecrets
	}
	_, err := t.exec(replaceSecret, id, r.Hash)
	return err
}

func endOldSecrets(t tx, id, old string, r Rotation) error {
	overlap := r.Overlap.Seconds()
	if overlap <= 0 {
		_, err := t.exec(endSecrets, id)
		return err
	}
	if _, err := t.exec(endStaleSecrets, id, old); err != nil {
		return err
	}
	if _, err := t.exec(limitSecrets, id, overlap); err != nil {
		return err
	}
	_, err := t.exec(keepSecret, id, old, overlap, r.HashForm)
	return err
}

// secretUses are the last uses of secrets that are not written yet.
type secretUses struct {
	mutex sync.Mutex
	last  map[usedSecret]time.Time
}

type usedSecret struct{ applicationID, hash string }

// NoteSecretUse remembers that a secret was used at that time, for WriteSecretUses to write.
func (d *DB) NoteSecretUse(applicationID, hash string, at time.Time) {
	d.uses.mutex.Lock()
	defer d.uses.mutex.Unlock()
	if d.uses.last == nil {
		d.uses.last = map[usedSecret]time.Time{}
	}
	d.uses.last[usedSecret{applicationID, hash}] = at
}

// A secret that was made in Meet gets its row by being used. One that ended meanwhile is left alone.
var recordUse = statement(`
	with known as (
		update external_api.secret set last_used_at = greatest(last_used_at, $3) where application_id = $1 and hash = $2 returning 1
	)
	insert into external_api.secret (application_id, hash, last_used_at)
	select id, client_secret, $3 from meet_application
	where id = $1 and client_secret = $2 and not exists (select from known)
	on conflict (application_id, hash) do nothing`)

// WriteSecretUses stores when secrets were used last, as noted since it did so before. What it cannot write it writes the
// next time.
func (d *DB) WriteSecretUses(ctx context.Context) error {
	d.uses.mutex.Lock()
	noted := maps.Clone(d.uses.last)
	d.uses.mutex.Unlock()
	for used, at := range noted {
		err := d.write(ctx, func(t tx) error {
			_, err := t.exec(recordUse, used.applicationID, used.hash, at)
			return err
		}, unsettled)
		if err != nil {
			return fmt.Errorf("writing when secrets were used: %w", err)
		}
		d.forgetUse(used, at)
	}
	return nil
}

// forgetUse leaves a use alone that was noted meanwhile.
func (d *DB) forgetUse(used usedSecret, at time.Time) {
	d.uses.mutex.Lock()
	defer d.uses.mutex.Unlock()
	if d.uses.last[used].Equal(at) {
		delete(d.uses.last, used)
	}
}

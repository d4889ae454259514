package db

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/google/uuid"

	"meet-external-api/audit"
)

// OperatorToken is what is known of a token of the operators' API: its hash alone is stored.
type OperatorToken struct {
	ID   string `db:"id" json:"id"`
	Name string `db:"name" json:"name"`
	// Scope is `read` or `write`, which includes reading.
	Scope     string    `db:"scope" json:"scope"`
	CreatedAt time.Time `db:"created_at" json:"created_at"`
	CreatedBy string    `db:"created_by" json:"created_by"`
	ExpiresAt time.Time `db:"expires_at" json:"expires_at"`
	// LastUsedAt lags by a minute at most; nil: it has not been used.
	LastUsedAt *time.Time `db:"last_used_at" json:"last_used_at"`
}

const selectOperatorToken = `select id, name, scope, created_at, created_by, expires_at, last_used_at from external_api.operator_token` //nolint:gosec // A name of a table is no token.

// NewOperatorToken is what CreateOperatorToken stores.
type NewOperatorToken struct {
	Name, Scope string
	// Hash is the SHA-256 of the token.
	Hash     [sha256.Size]byte
	Lifetime time.Duration
}

// CreateOperatorToken stores a token of the operators' API and returns it.
func (d *DB) CreateOperatorToken(ctx context.Context, by audit.Source, n NewOperatorToken) (OperatorToken, error) {
	var stored OperatorToken
	id := uuid.NewString()
	err := d.write(ctx, func(t *tx) {
		t.exec(`
			insert into external_api.operator_token (id, name, hash, scope, created_at, created_by, expires_at)
			values ($1, $2, decode($3, 'hex'), $4, now(), $5, now() + make_interval(secs => $6))`,
			id, n.Name, hex.EncodeToString(n.Hash[:]), n.Scope, by.Operator, n.Lifetime.Seconds())
		t.get(&stored, selectOperatorToken+` where id = $1`, id)
		t.audit(stored.event(by, audit.OperatorTokenCreate).With("expires_at", stored.ExpiresAt.UTC()))
	})
	return stored, err
}

func (t OperatorToken) event(by audit.Source, action audit.Action) audit.Event {
	return audit.Succeeded(by, action).To("operator_token", t.ID).With("name", t.Name).With("scope", t.Scope)
}

// OperatorTokens returns all tokens of the operators' API, those that have expired too, the newest first.
func (d *DB) OperatorTokens(ctx context.Context) ([]OperatorToken, error) {
	all := []OperatorToken{}
	err := d.list(ctx, &all, selectOperatorToken+` order by created_at desc, id`)
	return all, err
}

// OperatorTokenByHash finds the token with that SHA-256, also one that has expired. Errors: ErrNotFound.
func (d *DB) OperatorTokenByHash(ctx context.Context, hash [sha256.Size]byte) (OperatorToken, error) {
	var found OperatorToken
	err := d.get(ctx, &found, selectOperatorToken+` where hash = decode($1, 'hex')`, hex.EncodeToString(hash[:]))
	return found, err
}

// RevokeOperatorToken deletes the token with that UUID. Errors: ErrNotFound.
func (d *DB) RevokeOperatorToken(ctx context.Context, by audit.Source, id string) error {
	return d.write(ctx, func(t *tx) {
		var revoked OperatorToken
		t.get(&revoked, selectOperatorToken+` where cast(id as text) = lower($1) for update`, id)
		t.exec(`delete from external_api.operator_token where id = $1`, revoked.ID)
		t.audit(revoked.event(by, audit.OperatorTokenRevoke))
	})
}

// NoteOperatorTokenUse remembers that the token with that UUID was used now, for WriteOperatorTokenUses to write.
func (d *DB) NoteOperatorTokenUse(id string) { d.operatorTokenUses.Store(id, time.Now()) }

// WriteOperatorTokenUses stores when tokens of the operators' API were used last, as noted since it did so before. What it cannot write it
// writes the next time.
func (d *DB) WriteOperatorTokenUses(ctx context.Context) (err error) {
	d.operatorTokenUses.Range(func(id, at any) bool {
		err = d.write(ctx, func(t *tx) {
			t.exec(`update external_api.operator_token set last_used_at = greatest(last_used_at, $2) where id = $1`, id, at)
		})
		if err == nil {
			d.operatorTokenUses.CompareAndDelete(id, at) // unless it has been used again
		}
		return err == nil
	})
	return err
}

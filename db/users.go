package db

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/google/uuid"

	"meet-external-api/refusal"
)

// User is a row of meet_user, as the command line prints it too.
type User struct {
	ID       string  `db:"id" json:"id"`
	Email    *string `db:"email" json:"email"`
	Sub      *string `db:"sub" json:"sub"`
	IsActive bool    `db:"is_active" json:"is_active"`
	// TokensFrom is set when tokens for the user that were issued before it have been revoked; only ClientAndUsers tells.
	TokensFrom *time.Time `db:"tokens_from" json:"-"`
}

const selectUser = `select id, sub, email, is_active from meet_user`

// UsersByEmail returns up to two users who have the address, active ones first. The address comes in lower case.
func (d *DB) UsersByEmail(ctx context.Context, address string) ([]User, error) {
	var users []User
	// Folding is that of ASCII alone: under other rules of the database two addresses could be taken for one.
	err := d.list(ctx, &users, selectUser+` where lower(email collate "C") = $1 order by is_active desc, id limit 2`, address)
	return users, err
}

// Users returns all users by address.
func (d *DB) Users(ctx context.Context) ([]User, error) {
	list := []User{}
	err := d.list(ctx, &list, selectUser+` order by email, id`)
	return list, err
}

// CreateUser stores a user with an address, a sub, or both. Errors: ErrConflict when another user has that sub or, without
// a sub, that address.
func (d *DB) CreateUser(ctx context.Context, address, sub *string) (User, error) {
	var user User
	err := d.write(ctx, func(t *tx) {
		t.get(&user, `
			insert into meet_user (id, password, is_superuser, created_at, updated_at, sub, email, language, timezone,
				is_device, is_staff, is_active, default_room_configuration)
			values ($1, $2, false, now(), now(), $3, $4, 'en-us', 'UTC', false, false, true, '{}')
			on conflict do nothing
			returning id, sub, email, is_active`, uuid.NewString(), unusablePassword(), sub, address)
	})
	if errors.Is(err, ErrNotFound) {
		err = ErrConflict
	}
	return user, err
}

// UserBySub returns the UUID of the user with that subject at the OpenID provider. Where create is set, a missing user is
// made, without an address; of many requests at once one makes it. Errors: refusal.SubjectUnknown.
func (d *DB) UserBySub(ctx context.Context, sub string, create bool) (string, error) {
	const userBySub = selectUser + ` where sub = $1`
	var user User
	err := d.get(ctx, &user, userBySub, sub)
	if create && errors.Is(err, ErrNotFound) {
		user, err = d.CreateUser(ctx, nil, &sub)
		if errors.Is(err, ErrConflict) {
			err = d.get(ctx, &user, userBySub, sub)
		}
	}
	if errors.Is(err, ErrNotFound) {
		err = refusal.SubjectUnknown
	}
	return user.ID, err
}

// RevokeUserTokens ends all tokens that were issued before now for the user with that UUID, or for everyone who has that
// address, and returns for how many users it did. Repeating it is harmless. Errors: ErrNotFound.
func (d *DB) RevokeUserTokens(ctx context.Context, id string) (users int64, err error) {
	err = d.write(ctx, func(t *tx) {
		users = t.exec(`
			insert into external_api.user (user_id, tokens_from)
			select id, `+nextSecond+` from meet_user
			where cast(id as text) = lower($1) or lower(email collate "C") = lower(cast($1 as text) collate "C")
			on conflict (user_id) do update set tokens_from = excluded.tokens_from`, id)
		if users == 0 {
			t.fail(ErrNotFound)
		}
	})
	return users, err
}

// unusablePassword is a password that Django lets nobody sign in with: "!" and 40 random letters and digits.
func unusablePassword() string {
	return "!" + (rand.Text() + rand.Text())[:40]
}

package db

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
)

// User is a row of meet_user.
type User struct {
	ID        string    `db:"id"`
	CreatedAt time.Time `db:"created_at"`
	Sub       *string   `db:"sub"`
	Email     *string   `db:"email"`
	IsActive  bool      `db:"is_active"`
	// TokensFrom is set when tokens for the user that were issued before it have been revoked; only ClientAndUsers tells.
	TokensFrom *time.Time `db:"tokens_from"`
}

const userColumns = `select id, created_at, sub, email, is_active from meet_user`

// Folding is that of ASCII alone: under other rules of the database two addresses could be taken for one.
var usersByEmail = statement(userColumns + ` where lower(email collate "C") = $1 order by is_active desc, id limit 2`)

// UsersByEmail returns up to two users who have the address, active ones first. The address comes in lower case.
func (d *DB) UsersByEmail(ctx context.Context, address string) ([]User, error) {
	var users []User
	err := d.list(ctx, &users, usersByEmail, address)
	return users, err
}

var users = statement(userColumns + ` order by email, id`)

// Users returns all users by address.
func (d *DB) Users(ctx context.Context) ([]User, error) {
	list := []User{}
	err := d.list(ctx, &list, users)
	return list, err
}

var (
	insertUser = statement(`
		insert into meet_user (id, password, is_superuser, created_at, updated_at, sub, email, language, timezone,
			is_device, is_staff, is_active, default_room_configuration)
		values ($1, $2, false, now(), now(), $3, $4, 'en-us', 'UTC', false, false, true, '{}')
		on conflict do nothing
		returning id, created_at, sub, email, is_active`)
	userByID = statement(userColumns + ` where id = $1`)
)

// CreateUser stores a user with an address, a sub, or both. Errors: ErrConflict when another user has that sub or, without
// a sub, that address.
func (d *DB) CreateUser(ctx context.Context, address, sub *string) (User, error) {
	var user User
	id := uuid.NewString()
	err := d.write(ctx, func(t tx) error {
		err := t.get(&user, insertUser, id, unusablePassword(), sub, address)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrConflict
		}
		return err
	}, func(ctx context.Context) (bool, error) { return found(user, d.get(ctx, &user, userByID, id)) })
	return user, err
}

var userBySub = statement(userColumns + ` where sub = $1`)

// UserBySub finds a user by the subject at the OpenID provider. Where create is set, one who is not there is made, without
// an address; of many requests at once one makes it. Errors: ErrNotFound.
func (d *DB) UserBySub(ctx context.Context, sub string, create bool) (User, error) {
	var user User
	err := d.get(ctx, &user, userBySub, sub)
	if !create || !errors.Is(err, ErrNotFound) {
		return user, err
	}
	user, err = d.CreateUser(ctx, nil, &sub)
	if errors.Is(err, ErrConflict) {
		err = d.get(ctx, &user, userBySub, sub)
	}
	return user, err
}

var revokeUserTokens = statement(`
	insert into external_api.user (user_id, tokens_from)
	select id, ` + nextSecond + ` from meet_user where id = $1 or lower(email collate "C") = $2
	on conflict (user_id) do update set tokens_from = excluded.tokens_from`)

// RevokeUserTokens ends all tokens that were issued before now for the user with that UUID, or for everyone who has that
// address, and returns for how many users it did. Repeating it is harmless. Errors: ErrNotFound.
func (d *DB) RevokeUserTokens(ctx context.Context, id string) (users int64, err error) {
	err = d.write(ctx, func(t tx) error {
		users, err = t.exec(revokeUserTokens, uuidOrNull(id), strings.ToLower(id))
		if err == nil && users == 0 {
			return ErrNotFound
		}
		return err
	}, unsettled)
	return users, err
}

// unusablePassword is a password that Django lets nobody sign in with: "!" and 40 random letters and digits.
func unusablePassword() string {
	return "!" + (rand.Text() + rand.Text())[:40]
}

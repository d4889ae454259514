package db

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"meet-external-api/audit"
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
	// Provisional is whether the user was created through this API for an address that nobody had; only UsersByEmails tells. Once
	// signed in, they have a sub.
	Provisional bool `db:"provisional" json:"-"`
}

const selectUser = `select id, sub, email, is_active from meet_user`

// sameAddress is the condition that a user has an address, given in lower and in upper case. Folding is that of ASCII alone: under other
// rules of the database two addresses could be taken for one. That is the first part, which this program's own index is for; the second
// says no more, but can use Meet's index on upper(email). PostgreSQL drops it where the locale of the column has another capital for i,
// as it computes what is constant before it plans.
func sameAddress(lower, upper string) string {
	return `lower(email collate "C") = ` + lower + ` and (upper(email) = ` + upper + ` or ` + otherCapitals + `)`
}

// otherCapitals is whether the capital of i is not I in the locale of the column, which a null of its type has as well.
const otherCapitals = `upper(coalesce((cast(null as meet_user)).email, 'i')) <> 'I'`

var usersByEmail = selectUser + ` where ` + sameAddress("$1", "$2") + ` order by is_active desc, id limit 2`

// UsersByEmail returns up to two users who have the address, active ones first. The address comes in lower case.
func (d *DB) UsersByEmail(ctx context.Context, address string) ([]User, error) {
	var users []User
	err := d.list(ctx, &users, usersByEmail, address, strings.ToUpper(address))
	return users, err
}

// UsersByEmails does the same for many addresses, in one statement, and returns the users by address. Where there is no index, it reads all
// users once, and not once for each address.
func (d *DB) UsersByEmails(ctx context.Context, addresses []string) (map[string][]User, error) {
	capitals := make([]string, len(addresses))
	for i, address := range addresses {
		capitals[i] = strings.ToUpper(address)
	}
	var rows []struct {
		Address string `db:"address"`
		User
	}
	err := d.list(ctx, &rows, usersByEmails, pq.Array(addresses), pq.Array(capitals))
	users := make(map[string][]User, len(rows))
	for _, row := range rows {
		users[row.Address] = append(users[row.Address], row.User)
	}
	return users, err
}

var usersByEmails = `
	select u.address, u.id, u.sub, u.email, u.is_active, coalesce(e.provisional, false) as provisional
	from (
		select id, sub, email, is_active, lower(email collate "C") as address,
			row_number() over (partition by lower(email collate "C") order by is_active desc, id) as number
		from meet_user where ` + sameAddress("any($1)", "any($2)") + `
	) u
	left join lateral (select provisional from external_api.user where user_id = u.id limit 1) e on true
	where u.number <= 2
	order by u.is_active desc, u.id`

// ProvisionalAddressTaken reports whether a user without a sub has the address, in the spelling that Meet's unique index takes for the
// same, which folds more than ASCII.
func (d *DB) ProvisionalAddressTaken(ctx context.Context, address string) (taken bool, err error) {
	err = d.get(ctx, &taken, `select exists (select from meet_user where sub is null and lower(email) = lower($1))`, address)
	return taken, err
}

// User returns the user with that UUID. Errors: ErrNotFound.
func (d *DB) User(ctx context.Context, id string) (User, error) {
	var user User
	err := d.get(ctx, &user, selectUser+` where id = cast($1 as uuid)`, id)
	return user, err
}

// Users hands on the users by address, one by one, at the end those without one. They are searched by address and sub, and After is a
// UUID. Errors: ErrNotFound where there is no such user as After, and those of each.
func (d *DB) Users(ctx context.Context, p Page, each func(User) error) error {
	var after User
	if p.After != "" {
		if err := d.get(ctx, &after, selectUser+` where cast(id as text) = lower($1)`, p.After); err != nil {
			return err
		}
	}
	return eachRow(ctx, d, each, selectUser+`
		where strpos(lower(concat_ws(' ', email, sub)), lower($1)) > 0
			and ($2 = '' or (email is null, coalesce(email, ''), id)
				> (cast($3 as text) is null, coalesce(cast($3 as text), ''), cast(nullif($2, '') as uuid)))
		order by email is null, coalesce(email, ''), id limit nullif(cast($4 as bigint), 0)`, p.Search, after.ID, after.Email, p.Limit)
}

// CreateUser stores a user with an address, a sub, or both. Errors: ErrConflict when another user has that sub or, without
// a sub, that address.
func (d *DB) CreateUser(ctx context.Context, by audit.Source, address, sub *string) (user User, err error) {
	err = d.withRelease(ctx, func(r *release) error {
		return d.write(ctx, func(t *tx) {
			user = t.insertUser(r, address, sub)
			by.UserID = user.ID
			t.audit(audit.Succeeded(by, audit.UserCreate))
		})
	})
	return user, err
}

// CreateProvisionalUser stores a user with an address, and that they are provisional. Errors: ErrConflict when another user without a
// sub has that address.
func (d *DB) CreateProvisionalUser(ctx context.Context, by audit.Source, address string) (user User, err error) {
	err = d.withRelease(ctx, func(r *release) error {
		return d.write(ctx, func(t *tx) {
			user = t.insertUser(r, &address, nil)
			t.exec(`insert into external_api.user (user_id, provisional) values ($1, true)`, user.ID)
			t.audit(audit.Succeeded(by, audit.UserCreate).To("user", user.ID))
		})
	})
	return user, err
}

func (t *tx) insertUser(r *release, address, sub *string) (user User) {
	t.get(&user, `
		insert into meet_user (id, password, is_superuser, created_at, updated_at, sub, email, language, timezone,
			is_device, is_staff, is_active, default_room_configuration`+r.names["meet_user"]+`)
		values ($1, $2, false, now(), now(), $3, $4, 'en-us', 'UTC', false, false, true, '{}'`+r.values["meet_user"]+`)
		on conflict do nothing
		returning id, sub, email, is_active`, uuid.NewString(), unusablePassword(), sub, address)
	if errors.Is(t.err, sql.ErrNoRows) {
		t.err = ErrConflict
	}
	return user
}

// UserBySub returns the UUID of the user with that subject at the OpenID provider. Where create is set, a missing user is
// made, without an address; of many requests at once one makes it. Errors: refusal.SubjectUnknown.
func (d *DB) UserBySub(ctx context.Context, by audit.Source, sub string, create bool) (string, error) {
	const userBySub = selectUser + ` where sub = $1`
	var user User
	err := d.get(ctx, &user, userBySub, sub)
	if create && errors.Is(err, ErrNotFound) {
		user, err = d.CreateUser(ctx, by, nil, &sub)
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
func (d *DB) RevokeUserTokens(ctx context.Context, by audit.Source, id string) (users int64, err error) {
	err = d.write(ctx, func(t *tx) {
		var ids []string
		t.list(&ids, `
			insert into external_api.user (user_id, tokens_from)
			select id, `+nextSecond+` from meet_user
			where cast(id as text) = lower($1) or lower(email collate "C") = lower(cast($1 as text) collate "C")
			on conflict (user_id) do update set tokens_from = excluded.tokens_from
			returning user_id`, id)
		if len(ids) == 0 {
			t.fail(ErrNotFound)
		}
		for _, by.UserID = range ids {
			t.audit(audit.Succeeded(by, audit.UserRevokeTokens))
		}
		users = int64(len(ids))
	})
	return users, err
}

// unusablePassword is a password that Django lets nobody sign in with: "!" and 40 random letters and digits.
func unusablePassword() string {
	return "!" + (rand.Text() + rand.Text())[:40]
}

package db

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"meet-external-api/audit"
	"meet-external-api/refusal"
)

const (
	// isOperator is whether a user u of Meet may act as an operator.
	isOperator = `(u.is_staff and u.is_superuser and u.is_active)`
	// operatorName is what an operator is called: by the address that they sign in with. One who signs in at an OpenID provider may
	// have none.
	operatorName = `coalesce(u.admin_email, u.email, u.sub, '')`
)

// Account is whom an address for signing in belongs to.
type Account struct {
	UserID  string `db:"id"`
	Address string `db:"address"`
	// Password is its hash in Django's form; empty: the user is no operator.
	Password string `db:"password"`
}

// Account finds the user who signs in with that address, letter for letter as in Meet's admin. Errors: ErrNotFound; a refusal that is
// refusal.Unavailable and says which right is missing.
func (d *DB) Account(ctx context.Context, address string) (a Account, err error) {
	err = d.get(ctx, &a, `
		select u.id, u.admin_email as address, case when `+isOperator+` then u.password else '' end as password
		from meet_user u where u.admin_email = $1`, address)
	return a, explainSignIn(err)
}

// OperatorHashes returns what is stored as password hashes of all operators, one list an operator. They are few among the users, and found
// by the unique index on their addresses. Errors: as of Account.
func (d *DB) OperatorHashes(ctx context.Context) ([][]string, error) {
	var found []string
	if err := d.list(ctx, &found, `select u.password from meet_user u where u.admin_email is not null and `+isOperator); err != nil {
		return nil, explainSignIn(err)
	}
	hashes := make([][]string, len(found))
	for i, hash := range found {
		hashes[i] = []string{hash}
	}
	return hashes, nil
}

// errSignInRight is why nobody can sign in where the role may not read the addresses that operators sign in with.
var errSignInRight = errors.New("operators cannot sign in: the role of the database lacks select on meet_user.admin_email: grant select on meet_user to it")

// explainSignIn says which right is missing.
func explainSignIn(err error) error {
	if denied := pq.As(err, pqerror.InsufficientPrivilege); denied != nil {
		return refusal.NotAvailable("sign_in_right_missing", fmt.Errorf("%w (%w)", errSignInRight, denied))
	}
	return err
}

// CreateOperator stores a user who can sign in to the console, and to Meet's admin, with that address and the password with that hash.
// Errors: ErrConflict where another user has the address for signing in.
func (d *DB) CreateOperator(ctx context.Context, by audit.Source, address, hash string) error {
	return d.withRelease(ctx, func(r *release) error {
		return d.write(ctx, func(t *tx) {
			id := uuid.NewString()
			made := t.exec(`
				insert into meet_user (id, password, is_superuser, created_at, updated_at, admin_email, language, timezone,
					is_device, is_staff, is_active, default_room_configuration`+r.names["meet_user"]+`)
				values ($1, $2, true, now(), now(), $3, 'en-us', 'UTC', false, true, true, '{}'`+r.values["meet_user"]+`)
				on conflict do nothing`, id, hash, address)
			if made == 0 {
				t.fail(ErrConflict)
			}
			t.audit(audit.Succeeded(by, audit.OperatorCreate).To("operator", id).With("address", address))
		})
	})
}

package delegation

import (
	"context"
	"errors"

	"meet-external-api/audit"
	"meet-external-api/auth"
	"meet-external-api/db"
	"meet-external-api/refusal"
)

// ActiveUser returns the one active user of those who have an address, active ones first. One who is switched off is refused, and
// not replaced. Errors: db.ErrNotFound, refusal.SeveralUsers.
func ActiveUser(users []db.User) (db.User, error) {
	switch {
	case len(users) == 0 || !users[0].IsActive:
		return db.User{}, db.ErrNotFound
	case len(users) > 1 && users[1].IsActive:
		return db.User{}, refusal.SeveralUsers
	}
	return users[0], nil
}

// FindUser returns the one active user who has the address, and says whether nobody at all has it. Errors: those of ActiveUser.
func (p Policy) FindUser(ctx context.Context, address string) (user db.User, nobody bool, err error) {
	users, err := p.Store.UsersByEmail(ctx, auth.FoldASCII(address))
	if err != nil {
		return db.User{}, false, err
	}
	user, err = ActiveUser(users)
	return user, len(users) == 0, err
}

// CreateUser makes a user for an address that nobody has, where the operator wants that (docs/contract.md, "Provisional users"),
// and says whether it did: of many requests at once one makes the user, and all get it. Errors: db.ErrNotFound where users are
// not made, refusal.UserNotCreated.
func (p Policy) CreateUser(ctx context.Context, by audit.Source, address string) (user db.User, created bool, err error) {
	if !p.CreateUsers {
		return db.User{}, false, db.ErrNotFound
	}
	user, err = p.Store.CreateProvisionalUser(ctx, by, address)
	if !errors.Is(err, db.ErrConflict) {
		return user, err == nil, err
	}
	user, _, err = p.FindUser(ctx, address)
	if errors.Is(err, db.ErrNotFound) {
		err = refusal.UserNotCreated
	}
	return user, false, err
}

// CanCreateUser tells whether CreateUser would make a user for an address that nobody has, and makes none. Errors: refusal.UserNotCreated.
func (p Policy) CanCreateUser(ctx context.Context, address string) error {
	taken, err := p.Store.ProvisionalAddressTaken(ctx, address)
	if err == nil && taken {
		err = refusal.UserNotCreated
	}
	return err
}

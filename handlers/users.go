package handlers

import (
	"context"
	"errors"

	"meet-external-api/auth"
	"meet-external-api/db"
	"meet-external-api/refusal"
)

// activeUser returns the one active user of those who have an address, active ones first. One who is switched off is refused, and
// not replaced. Errors: db.ErrNotFound, refusal.SeveralUsers.
func activeUser(users []db.User) (db.User, error) {
	switch {
	case len(users) == 0 || !users[0].IsActive:
		return db.User{}, db.ErrNotFound
	case len(users) > 1 && users[1].IsActive:
		return db.User{}, refusal.SeveralUsers
	}
	return users[0], nil
}

// createUser makes a user for an address that nobody has, where the operator wants that (docs/contract.md, "Provisional users"),
// and says whether it did: of many requests at once one makes the user, and all get it. Errors: db.ErrNotFound where users are
// not made, refusal.UserNotCreated.
func (a *API) createUser(ctx context.Context, address string) (user db.User, created bool, err error) {
	if !a.Settings.CreateUsers {
		return db.User{}, false, db.ErrNotFound
	}
	user, err = a.Store.CreateProvisionalUser(ctx, address)
	if !errors.Is(err, db.ErrConflict) {
		return user, err == nil, err
	}
	user, _, err = a.findUser(ctx, address)
	if errors.Is(err, db.ErrNotFound) {
		err = refusal.UserNotCreated
	}
	return user, false, err
}

// findUser returns the one active user who has the address, and says whether nobody at all has it. Errors: those of activeUser.
func (a *API) findUser(ctx context.Context, address string) (user db.User, nobody bool, err error) {
	users, err := a.Store.UsersByEmail(ctx, auth.FoldASCII(address))
	if err != nil {
		return db.User{}, false, err
	}
	user, err = activeUser(users)
	return user, len(users) == 0, err
}

package handlers

import (
	"context"
	"errors"

	"meet-external-api/auth"
	"meet-external-api/db"
)

// userOf is the one active user among those who have the address, or a new one where nobody has it and the operator wants
// that. Errors: db.ErrNotFound where there is none, auth.ErrSeveralUsers, auth.ErrUserNotCreated.
func (a *API) userOf(ctx context.Context, users []db.User, address string) (db.User, error) {
	user, nobody, err := onlyActive(users)
	if nobody {
		user, _, err = a.provideUser(ctx, address)
	}
	return user, err
}

// provideUser makes a user for an address that nobody has, where the operator wants that (contract, "Provisional users"),
// and says whether it did: of many requests at once one makes the user, and all get it.
func (a *API) provideUser(ctx context.Context, address string) (user db.User, created bool, err error) {
	if !a.Settings.CreateUsers {
		return db.User{}, false, db.ErrNotFound
	}
	user, err = a.Users.CreateUser(ctx, &address, nil)
	if !errors.Is(err, db.ErrConflict) {
		return user, err == nil, err
	}
	user, _, err = a.findUser(ctx, address)
	if errors.Is(err, db.ErrNotFound) {
		err = auth.ErrUserNotCreated
	}
	return user, false, err
}

// findUser also says whether nobody at all has the address.
func (a *API) findUser(ctx context.Context, address string) (user db.User, nobody bool, err error) {
	users, err := a.Users.UsersByEmail(ctx, auth.FoldASCII(address))
	if err != nil {
		return db.User{}, false, err
	}
	return onlyActive(users)
}

// onlyActive returns the one active user of those who have an address, active ones first, and says whether nobody has it: one
// who is switched off is refused, and not replaced. Errors: db.ErrNotFound, auth.ErrSeveralUsers.
func onlyActive(users []db.User) (user db.User, nobody bool, err error) {
	switch {
	case len(users) == 0:
		return db.User{}, true, db.ErrNotFound
	case !users[0].IsActive:
		return db.User{}, false, db.ErrNotFound
	case len(users) > 1 && users[1].IsActive:
		return db.User{}, false, auth.ErrSeveralUsers
	}
	return users[0], false, nil
}

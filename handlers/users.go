package handlers

import (
	"context"
	"errors"

	"meet-external-api/auth"
	"meet-external-api/db"
)

// userByEmail finds the one active user who has the address, or makes one where the operator wants that. Errors:
// db.ErrNotFound where there is none, auth.ErrSeveralUsers, auth.ErrUserNotCreated.
func (a *API) userByEmail(ctx context.Context, address string) (db.User, error) {
	user, nobody, err := a.findUser(ctx, address)
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

// findUser also says whether nobody at all has the address: one who is switched off is refused, and not replaced.
func (a *API) findUser(ctx context.Context, address string) (user db.User, nobody bool, err error) {
	users, err := a.Users.UsersByEmail(ctx, auth.FoldEmail(address))
	switch {
	case err != nil:
		return db.User{}, false, err
	case len(users) == 0:
		return db.User{}, true, db.ErrNotFound
	case !users[0].IsActive:
		return db.User{}, false, db.ErrNotFound
	case len(users) > 1 && users[1].IsActive:
		return db.User{}, false, auth.ErrSeveralUsers
	}
	return users[0], false, nil
}

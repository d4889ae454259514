package handlers

import (
	"context"
	"errors"

	"meet-external-api/auth"
	"meet-external-api/db"
	"meet-external-api/generated"
	"meet-external-api/refusal"
)

// GrantAccess gives another user a role in a room that the user manages (docs/contract.md, "POST /rooms/{id}/grant-access/").
func (a *API) GrantAccess(ctx context.Context, request generated.GrantAccessRequestObject) (generated.GrantAccessResponseObject, error) {
	email := request.Body.Email
	if !auth.ValidEmail(email) {
		return nil, refusal.EmailNotValid
	}
	room, err := a.roomWithRole(ctx, request.Id, "administrator", "owner")
	if err != nil {
		return nil, err
	}
	user, provisional, err := a.delegate(ctx, email)
	if err != nil {
		return nil, err
	}
	role := generated.GrantableRoleAdministrator
	if request.Body.Role != nil {
		role = *request.Body.Role
	}
	access, err := a.Store.GrantAccess(ctx, callerOf(ctx), room.ID, user.ID, string(role))
	switch {
	case errors.Is(err, db.ErrNotFound):
		return nil, refusal.RoomNotFound // deleted in between
	case errors.Is(err, db.ErrConflict):
		return nil, refusal.DelegateUnknown // deleted in between
	case err != nil:
		return nil, err
	}
	answer := generated.GrantedAccess{
		Email: email, Role: generated.RoomRole(access.Role), Created: access.Created, ProvisionalUserCreated: provisional,
	}
	if answer.Role == generated.RoomRoleOwner {
		detail := refusal.DelegateIsOwner
		answer.Detail = &detail
	}
	if access.Created {
		return generated.GrantAccess201JSONResponse(answer), nil
	}
	return generated.GrantAccess200JSONResponse(answer), nil
}

// delegate finds the user who is to get a role, or makes one, for whom the application may act, and says whether it did.
func (a *API) delegate(ctx context.Context, email string) (user db.User, provisional bool, err error) {
	user, nobody, err := a.findUser(ctx, email)
	if nobody {
		if err := a.mayActFor(ctx, email); err != nil {
			return db.User{}, false, err
		}
		user, provisional, err = a.createUser(ctx, email)
	}
	switch {
	case errors.Is(err, db.ErrNotFound):
		err = refusal.DelegateUnknown
	case errors.Is(err, refusal.UserNotCreated):
		err = refusal.DelegateNotCreated
	}
	return user, provisional, err
}

// mayActFor refuses an address whose domain the calling application is not allowed. A caller without an application acts
// for themselves, and may invite anybody.
func (a *API) mayActFor(ctx context.Context, email string) error {
	id := auth.FromContext[auth.Principal](ctx).ClientID
	if id == "" {
		return nil
	}
	err := a.checkDomain(ctx, id, email)
	if errors.Is(err, db.ErrNotFound) {
		err = refusal.ApplicationNotFound
	}
	return err
}

// checkDomain looks through all domains of an application. Errors: db.ErrNotFound, refusal.DomainNotAllowed.
func (a *API) checkDomain(ctx context.Context, clientID, email string) error {
	application, err := a.Store.Application(ctx, clientID)
	if err == nil && !auth.DomainAllowed(email, application.Domains) {
		err = refusal.DomainNotAllowed
	}
	return err
}

package handlers

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

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
	room, err := a.findRoom(ctx, request.Id)
	if err == nil {
		err = requireRole(room, "administrator", "owner")
	}
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
	user, nobody, err := a.delegation().FindUser(ctx, email)
	if nobody {
		if err := a.mayActFor(ctx, email); err != nil {
			return db.User{}, false, err
		}
		user, provisional, err = a.delegation().CreateUser(ctx, callerOf(ctx).Source(), email)
	}
	switch {
	case errors.Is(err, db.ErrNotFound):
		err = refusal.DelegateUnknown
	case errors.Is(err, refusal.UserNotCreated):
		err = refusal.DelegateNotCreated
	}
	return user, provisional, err
}

// mayActFor refuses an address whose domain the calling application is not allowed. A caller without an application acts for themselves,
// and may invite anybody.
func (a *API) mayActFor(ctx context.Context, email string) error {
	id := auth.FromContext[auth.Principal](ctx).ClientID
	if id == "" {
		return nil
	}
	err := a.delegation().CheckDomain(ctx, id, email)
	if errors.Is(err, db.ErrNotFound) {
		err = refusal.ApplicationNotFound
	}
	return err
}

// allowedDomains are those for which the calling application may act; none: all. A caller without an application acts for themselves,
// and may invite anybody.
func (a *API) allowedDomains(ctx context.Context) ([]string, error) {
	id := auth.FromContext[auth.Principal](ctx).ClientID
	if id == "" {
		return nil, nil
	}
	application, err := a.Store.Application(ctx, id)
	if errors.Is(err, db.ErrNotFound) {
		err = refusal.ApplicationNotFound
	}
	return application.Domains, err
}

// ListAccesses answers who has a role in a room (docs/contract.md, "More about rooms").
func (a *API) ListAccesses(ctx context.Context, request generated.ListAccessesRequestObject) (generated.ListAccessesResponseObject, error) {
	own, all, err := a.Store.Accesses(ctx, callerOf(ctx), roomRef(request.Id))
	if errors.Is(err, db.ErrNotFound) {
		err = refusal.RoomNotFound
	}
	if err == nil {
		err = requireRole(db.FoundRoom{Role: own}, "member", "administrator", "owner")
	}
	if err != nil {
		return nil, err
	}
	list := streamedAccesses{Results: make([]generated.RoomAccess, len(all))}
	for i, access := range all {
		list.Results[i] = generated.RoomAccess{
			Id: access.ID, Email: access.Email, FullName: access.FullName, Role: generated.RoomRole(access.Role), CreatedAt: access.CreatedAt,
		}
		if own == "member" {
			list.Results[i].Email = nil
		}
	}
	return list, nil
}

// streamedAccesses is an answer that is written as it is encoded: a room may have thousands of accesses.
type streamedAccesses generated.AccessList

// VisitListAccessesResponse implements generated.ListAccessesResponseObject.
func (l streamedAccesses) VisitListAccessesResponse(w http.ResponseWriter) error {
	w.Header().Set(echo.HeaderContentType, echo.MIMEApplicationJSON)
	return generated.EncodeJSON(w, l)
}

// RemoveAccess takes a user's role in a room away (docs/contract.md, "More about rooms").
func (a *API) RemoveAccess(ctx context.Context, request generated.RemoveAccessRequestObject) (generated.RemoveAccessResponseObject, error) {
	err := a.Store.RemoveAccess(ctx, callerOf(ctx), roomRef(request.Id), request.AccessId, mayRemove)
	if errors.Is(err, db.ErrNotFound) {
		err = refusal.RoomNotFound
	}
	if err != nil {
		return nil, err
	}
	return generated.RemoveAccess204Response{}, nil
}

// mayRemove refuses to take a role away that is not the user's own, unless they manage the room, and to the role of an owner, own it.
func mayRemove(found db.FoundRoom, held db.HeldRole) error {
	if held.Own {
		return nil
	}
	err := requireRole(found, "administrator", "owner")
	switch {
	case err == nil && held.Role == "":
		err = refusal.AccessNotFound
	case err == nil && held.Role == "owner":
		err = requireRole(found, "owner")
	}
	return err
}

package handlers

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"meet-external-api/auth"
	"meet-external-api/db"
	"meet-external-api/generated"
	"meet-external-api/refusal"
)

// CreateRoom makes a room that the user owns (docs/contract.md, "POST /rooms/").
func (a *API) CreateRoom(ctx context.Context, request generated.CreateRoomRequestObject) (generated.CreateRoomResponseObject, error) {
	named, err := readAttendees(ctx, request.Body.Attendees)
	if err != nil {
		return nil, err
	}
	repeatable, err := a.repeatable(request.Params.IdempotencyKey, request.Body, named)
	if err != nil {
		return nil, err
	}
	wanted, err := a.newRoom(request.Body)
	if err != nil {
		return a.firstAnswer(ctx, repeatable, err)
	}
	wanted.Repeatable = repeatable
	var room db.Room
	var first *db.Answer
	err = a.withAttendees(ctx, named, func(users *db.Attendees) (err error) {
		wanted.Attendees = users
		room, first, err = a.Store.CreateRoom(ctx, callerOf(ctx), wanted)
		return err
	})
	switch {
	case err != nil && named != nil: // they may have been others than now
		return a.firstAnswer(ctx, repeatable, err)
	case err != nil:
		return nil, fmt.Errorf("creating a room: %w", err)
	case first != nil:
		return replay(ctx, *first), nil
	}
	if a.Settings.PINLength > 0 && room.PinCode == nil {
		a.Log.WarnContext(ctx, "a room has no PIN: all that were drawn are taken", "room", room.ID)
	}
	answer, err := a.newAttendedAnswer(http.StatusCreated, room, named)
	answer.location = location(ctx, room.ID)
	return answer, err
}

// location is the URL of a room in this API.
func location(ctx context.Context, roomID string) string {
	url := auth.FromContext[auth.Origin](ctx).URL
	url.RawQuery = ""
	return url.String() + roomID + "/"
}

// newRoom fills in the defaults. Errors: what may not be asked for.
func (a *API) newRoom(body *generated.RoomCreate) (room db.NewRoom, err error) {
	if err := a.checkAccessLevel(body.AccessLevel); err != nil {
		return db.NewRoom{}, err
	}
	room = db.NewRoom{
		AccessLevel:   a.Settings.DefaultAccessLevel,
		Configuration: json.RawMessage("{}"),
		RandomName:    randomName,
	}
	if body.AccessLevel != nil {
		room.AccessLevel = string(*body.AccessLevel)
	}
	if body.Configuration != nil {
		room.Configuration = *body.Configuration
	}
	if room.ExpiresAt, err = expiry(body.ExpiresAt); err != nil {
		return db.NewRoom{}, err
	}
	if a.Settings.PINLength > 0 {
		room.RandomPIN = func() string { return randomPIN(a.Settings.PINLength) }
		room.MaxPINs = a.Settings.PINDraws
	}
	return room, nil
}

// checkAccessLevel refuses public rooms where the operator does not want them.
func (a *API) checkAccessLevel(level *generated.RoomAccessLevel) error {
	wanted := level != nil && *level == generated.Public
	if wanted && !a.Settings.AllowPublicAccess && a.Settings.DefaultAccessLevel != string(generated.Public) {
		return refusal.PublicRoomsDisabled
	}
	return nil
}

// expiry refuses a time at which a room cannot expire. The database stores microseconds.
func expiry(at *time.Time) (*time.Time, error) {
	if at == nil {
		return nil, nil
	}
	now, stored := time.Now(), at.UTC().Truncate(time.Microsecond)
	switch {
	case !stored.After(now):
		return nil, refusal.ExpiryPast
	case stored.After(now.AddDate(1, 0, 0)):
		return nil, refusal.ExpiryLate
	}
	return &stored, nil
}

// RetrieveRoom answers one room in which the user has a role (docs/contract.md, "GET /rooms/{id}/").
func (a *API) RetrieveRoom(ctx context.Context, request generated.RetrieveRoomRequestObject) (generated.RetrieveRoomResponseObject, error) {
	found, err := a.findRoom(ctx, request.Id)
	if err == nil {
		err = requireRole(found, "member", "administrator", "owner")
	}
	if err != nil {
		return nil, err
	}
	answer, err := a.newRoomAnswer(http.StatusOK, found.Room)
	if err == nil && request.Params.IfNoneMatch != nil && matchesWeakly(*request.Params.IfNoneMatch, answer.etag) {
		return generated.RetrieveRoom304Response{Headers: generated.RetrieveRoom304ResponseHeaders{ETag: answer.etag}}, nil
	}
	return answer, err
}

// UpdateRoom changes a room that the user manages (docs/contract.md, "PATCH /rooms/{id}/").
func (a *API) UpdateRoom(ctx context.Context, request generated.UpdateRoomRequestObject) (generated.UpdateRoomResponseObject, error) {
	named, err := readAttendees(ctx, request.Body.Attendees)
	if err != nil {
		return nil, err
	}
	change, err := a.roomChange(request.Body)
	if err != nil {
		return nil, err
	}
	allow := func(found db.FoundRoom) error {
		err := requireRole(found, "administrator", "owner")
		if err == nil && change.SetsExpiry && !equalTimes(change.ExpiresAt, found.ExpiresAt) {
			err = mayDelete(found) // the room will be
		}
		return cmp.Or(err, a.checkMatch(request.Params.IfMatch, found))
	}
	if change.IsEmpty() || named != nil { // who has which address is for those to know who may change the room
		found, err := a.findRoom(ctx, request.Id)
		if err == nil {
			err = allow(found)
		}
		if err != nil {
			return nil, err
		}
		if named == nil {
			return a.newRoomAnswer(http.StatusOK, found.Room)
		}
	}
	var room db.Room
	var changed bool
	err = a.withAttendees(ctx, named, func(users *db.Attendees) (err error) {
		change.Attendees = users
		room, changed, err = a.Store.UpdateRoom(ctx, callerOf(ctx), roomRef(request.Id), change, allow)
		return err
	})
	if errors.Is(err, db.ErrNotFound) {
		err = refusal.RoomNotFound
	}
	if err != nil {
		return nil, err
	}
	if changed && a.LiveKit != nil {
		a.LiveKit.UpdateRoom(room.ID, room.AccessLevel, room.Configuration)
	}
	return a.newAttendedAnswer(http.StatusOK, room, named)
}

// roomChange is what a body asks for. Errors: what may not be asked for.
func (a *API) roomChange(body *generated.RoomUpdate) (change db.RoomChange, err error) {
	if err := a.checkAccessLevel(body.AccessLevel); err != nil {
		return db.RoomChange{}, err
	}
	change = db.RoomChange{AccessLevel: (*string)(body.AccessLevel), Configuration: body.Configuration, SetsExpiry: body.ExpiresAt != nil}
	var at *time.Time
	if change.SetsExpiry {
		if err := json.Unmarshal(body.ExpiresAt, &at); err != nil {
			return db.RoomChange{}, fmt.Errorf("reading a time that was validated: %w", err)
		}
	}
	change.ExpiresAt, err = expiry(at)
	return change, err
}

func equalTimes(a, b *time.Time) bool {
	return a == b || a != nil && b != nil && a.Equal(*b)
}

// DeleteRoom deletes a room that the user owns (docs/contract.md, "DELETE /rooms/{id}/").
func (a *API) DeleteRoom(ctx context.Context, request generated.DeleteRoomRequestObject) (generated.DeleteRoomResponseObject, error) {
	err := a.Store.DeleteRoom(ctx, callerOf(ctx), roomRef(request.Id), a.LiveKit != nil, func(found db.FoundRoom) error {
		return cmp.Or(mayDelete(found), a.checkMatch(request.Params.IfMatch, found))
	})
	if errors.Is(err, db.ErrNotFound) {
		err = refusal.RoomNotFound
	}
	if err != nil {
		return nil, err
	}
	a.Deleted()
	return generated.DeleteRoom204Response{}, nil
}

// mayDelete refuses to delete a room that the user does not own, or the application did not create (docs/contract.md, "DELETE
// /rooms/{id}/").
func mayDelete(found db.FoundRoom) error {
	err := requireRole(found, "owner")
	if err == nil && !found.Own {
		err = refusal.NotOwnRoom
	}
	return err
}

// checkMatch refuses a room that is not as the caller knows it (RFC 9110, section 13.1.1); nil: however it is.
func (a *API) checkMatch(ifMatch *string, found db.FoundRoom) error {
	if ifMatch == nil {
		return nil
	}
	answer, err := a.newRoomAnswer(http.StatusOK, found.Room)
	if err == nil && !matchesStrongly(*ifMatch, answer.etag) {
		err = refusal.RoomChanged
	}
	return err
}

// findRoom finds a room that a path names.
func (a *API) findRoom(ctx context.Context, id string) (db.FoundRoom, error) {
	found, err := a.Store.Room(ctx, callerOf(ctx), roomRef(id))
	if errors.Is(err, db.ErrNotFound) {
		err = refusal.RoomNotFound
	}
	return found, err
}

// roomRef is what a path names a room by: a UUID, or else a slug.
func roomRef(id string) db.RoomRef {
	if auth.IsUUID(id) {
		return db.RoomRef{ID: id}
	}
	return db.RoomRef{Slug: id}
}

// requireRole refuses a user who has none of the roles in a room (docs/contract.md, "Roles").
func requireRole(found db.FoundRoom, roles ...string) error {
	if !slices.Contains(roles, found.Role) {
		return refusal.RoleMissing
	}
	return nil
}

package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"meet-external-api/auth"
	"meet-external-api/db"
	"meet-external-api/generated"
	"meet-external-api/refusal"
)

// ListRooms answers a page of the rooms in which the user has a role (docs/contract.md, "GET /rooms/").
func (a *API) ListRooms(ctx context.Context, request generated.ListRoomsRequestObject) (generated.ListRoomsResponseObject, error) {
	page := pageOf(request.Params)
	rooms, total, err := a.Store.Rooms(ctx, callerOf(ctx), request.Params.Slug, page.size, page.offset())
	if last := page.last(total); err == nil && last > 1 && request.Params.Page != nil && *request.Params.Page == lastPage {
		page.number = last
		rooms, total, err = a.Store.Rooms(ctx, callerOf(ctx), request.Params.Slug, page.size, page.offset())
	}
	if err != nil {
		return nil, err
	}
	if len(rooms) == 0 && page.number > 1 {
		return nil, refusal.PageNotFound
	}
	return streamedRooms(a.roomList(rooms, total, page, auth.FromContext[auth.Origin](ctx).URL)), nil
}

// CreateRoom makes a room that the user owns (docs/contract.md, "POST /rooms/").
func (a *API) CreateRoom(ctx context.Context, request generated.CreateRoomRequestObject) (generated.CreateRoomResponseObject, error) {
	if err := a.checkAccessLevel(request.Body.AccessLevel); err != nil {
		return nil, err
	}
	room, err := a.Store.CreateRoom(ctx, callerOf(ctx), a.newRoom(request.Body))
	if err != nil {
		return nil, fmt.Errorf("creating a room: %w", err)
	}
	if a.Settings.PINLength > 0 && room.PinCode == nil {
		a.Log.WarnContext(ctx, "a room has no PIN: all that were drawn are taken", "room", room.ID)
	}
	location := auth.FromContext[auth.Origin](ctx).URL
	location.RawQuery = ""
	return generated.CreateRoom201JSONResponse{
		Body:    a.room(room),
		Headers: generated.CreateRoom201ResponseHeaders{Location: location.String() + room.ID + "/"},
	}, nil
}

// checkAccessLevel refuses public rooms where the operator does not want them.
func (a *API) checkAccessLevel(level *generated.RoomAccessLevel) error {
	wanted := level != nil && *level == generated.Public
	if wanted && !a.Settings.AllowPublicAccess && a.Settings.DefaultAccessLevel != string(generated.Public) {
		return refusal.PublicRoomsDisabled
	}
	return nil
}

// newRoom fills in the defaults.
func (a *API) newRoom(body *generated.RoomCreate) db.NewRoom {
	room := db.NewRoom{
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
	if a.Settings.PINLength > 0 {
		room.RandomPIN = func() string { return randomPIN(a.Settings.PINLength) }
		room.MaxPINs = a.Settings.PINDraws
	}
	return room
}

// RetrieveRoom answers one room in which the user has a role (docs/contract.md, "GET /rooms/{id}/").
func (a *API) RetrieveRoom(ctx context.Context, request generated.RetrieveRoomRequestObject) (generated.RetrieveRoomResponseObject, error) {
	room, err := a.roomWithRole(ctx, request.Id, "member", "administrator", "owner")
	if err != nil {
		return nil, err
	}
	return generated.RetrieveRoom200JSONResponse(a.room(room)), nil
}

// UpdateRoom changes a room that the user manages (docs/contract.md, "PATCH /rooms/{id}/").
func (a *API) UpdateRoom(ctx context.Context, request generated.UpdateRoomRequestObject) (generated.UpdateRoomResponseObject, error) {
	if err := a.checkAccessLevel(request.Body.AccessLevel); err != nil {
		return nil, err
	}
	room, err := a.roomWithRole(ctx, request.Id, "administrator", "owner")
	if err != nil {
		return nil, err
	}
	if *request.Body == (generated.RoomUpdate{}) {
		return generated.UpdateRoom200JSONResponse(a.room(room)), nil
	}
	room, changed, err := a.Store.UpdateRoom(ctx, callerOf(ctx), room.ID, db.RoomChange{
		AccessLevel: (*string)(request.Body.AccessLevel), Configuration: request.Body.Configuration,
	})
	if errors.Is(err, db.ErrNotFound) {
		return nil, refusal.RoomNotFound // deleted in between
	}
	if err != nil {
		return nil, err
	}
	if changed && a.LiveKit != nil {
		a.LiveKit.UpdateRoom(room.ID, room.AccessLevel, room.Configuration)
	}
	return generated.UpdateRoom200JSONResponse(a.room(room)), nil
}

// roomWithRole finds a room in which the user has one of the roles (docs/contract.md, "Roles").
func (a *API) roomWithRole(ctx context.Context, id string, roles ...string) (db.Room, error) {
	room, role, err := a.Store.Room(ctx, callerOf(ctx), id)
	switch {
	case errors.Is(err, db.ErrNotFound):
		return db.Room{}, refusal.RoomNotFound
	case err != nil:
		return db.Room{}, err
	case !slices.Contains(roles, role):
		return db.Room{}, refusal.RoleMissing
	}
	return room, nil
}

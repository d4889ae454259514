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
)

var (
	errNoRoom       = &auth.Refusal{Kind: auth.NotFound, Text: "No Room matches the given query."}
	errNoPermission = &auth.Refusal{Kind: auth.Forbidden, Text: "You do not have permission to perform this action."}
	errInvalidPage  = &auth.Refusal{Kind: auth.NotFound, Text: "Invalid page."}
	errPublicRooms  = auth.FieldError("access_level", "Public rooms are disabled for the external API.")
)

// ListRooms answers a page of the rooms in which the user has a role (contract, "GET /rooms/").
func (a *API) ListRooms(ctx context.Context, request generated.ListRoomsRequestObject) (generated.ListRoomsResponseObject, error) {
	page := pageOf(request.Params)
	filter := visibleRooms(ctx)
	filter.Slug = request.Params.Slug
	rooms, total, err := a.Rooms.Rooms(ctx, filter, page.size, page.offset())
	if err != nil {
		return nil, err
	}
	if len(rooms) == 0 && page.number > 1 {
		return nil, errInvalidPage
	}
	return generated.ListRooms200JSONResponse(a.roomList(rooms, total, page, a.RequestURL(ctx))), nil
}

// CreateRoom makes a room that the user owns (contract, "POST /rooms/").
func (a *API) CreateRoom(ctx context.Context, request generated.CreateRoomRequestObject) (generated.CreateRoomResponseObject, error) {
	if err := a.checkAccessLevel(request.Body); err != nil {
		return nil, err
	}
	room, err := a.Rooms.CreateRoom(ctx, a.newRoom(ctx, request.Body))
	if err != nil {
		return nil, fmt.Errorf("creating a room: %w", err)
	}
	if a.Settings.PINLength > 0 && room.PinCode == nil {
		a.Log.WarnContext(ctx, "a room has no PIN: all that were drawn are taken", "room", room.ID)
	}
	location := a.RequestURL(ctx)
	location.RawQuery = ""
	return generated.CreateRoom201JSONResponse{
		Body:    a.room(room),
		Headers: generated.CreateRoom201ResponseHeaders{Location: location.String() + room.ID + "/"},
	}, nil
}

// checkAccessLevel refuses public rooms where the operator does not want them.
func (a *API) checkAccessLevel(body *generated.RoomSettings) error {
	wanted := body.AccessLevel != nil && *body.AccessLevel == generated.Public
	if wanted && !a.Settings.AllowPublicAccess && a.Settings.DefaultAccessLevel != string(generated.Public) {
		return errPublicRooms
	}
	return nil
}

// newRoom fills in the defaults.
func (a *API) newRoom(ctx context.Context, body *generated.RoomSettings) db.NewRoom {
	caller := auth.FromContext(ctx)
	room := db.NewRoom{
		OwnerID:       caller.UserID,
		ApplicationID: caller.ApplicationID,
		AccessLevel:   a.Settings.DefaultAccessLevel,
		Configuration: json.RawMessage("{}"),
		DrawName:      drawName,
	}
	if body.AccessLevel != nil {
		room.AccessLevel = string(*body.AccessLevel)
	}
	if body.Configuration != nil {
		room.Configuration = *body.Configuration
	}
	if a.Settings.PINLength > 0 {
		room.DrawPIN = func() string { return drawPIN(a.Settings.PINLength) }
		room.PINDraws = a.Settings.PINDraws
	}
	return room
}

// RetrieveRoom answers one room in which the user has a role (contract, "GET /rooms/{id}/").
func (a *API) RetrieveRoom(ctx context.Context, request generated.RetrieveRoomRequestObject) (generated.RetrieveRoomResponseObject, error) {
	room, err := a.roomWithRole(ctx, request.Id, "member", "administrator", "owner")
	if err != nil {
		return nil, err
	}
	return generated.RetrieveRoom200JSONResponse(a.room(room)), nil
}

// UpdateRoom changes a room that the user manages (contract, "PATCH /rooms/{id}/").
func (a *API) UpdateRoom(ctx context.Context, request generated.UpdateRoomRequestObject) (generated.UpdateRoomResponseObject, error) {
	if err := a.checkAccessLevel(request.Body); err != nil {
		return nil, err
	}
	room, err := a.roomWithRole(ctx, request.Id, "administrator", "owner")
	if err != nil {
		return nil, err
	}
	if *request.Body == (generated.RoomSettings{}) {
		return generated.UpdateRoom200JSONResponse(a.room(room)), nil
	}
	room, changed, err := a.Rooms.UpdateRoom(ctx, room.ID, db.RoomChange{
		AccessLevel: (*string)(request.Body.AccessLevel), Configuration: request.Body.Configuration,
	})
	if errors.Is(err, db.ErrNotFound) {
		return nil, errNoRoom // deleted in between
	}
	if err != nil {
		return nil, err
	}
	if changed {
		a.RoomChanged(room)
	}
	return generated.UpdateRoom200JSONResponse(a.room(room)), nil
}

// roomWithRole finds a room in which the user has one of the roles (contract, "Roles").
func (a *API) roomWithRole(ctx context.Context, id string, roles ...string) (db.Room, error) {
	room, role, err := a.Rooms.Room(ctx, visibleRooms(ctx), id)
	switch {
	case errors.Is(err, db.ErrNotFound):
		return db.Room{}, errNoRoom
	case err != nil:
		return db.Room{}, err
	case !slices.Contains(roles, role):
		return db.Room{}, errNoPermission
	}
	return room, nil
}

// visibleRooms are the rooms that the caller may see.
func visibleRooms(ctx context.Context) db.RoomFilter {
	caller := auth.FromContext(ctx)
	filter := db.RoomFilter{UserID: caller.UserID}
	if caller.OwnRoomsOnly {
		filter.ApplicationID = &caller.ApplicationID
	}
	return filter
}

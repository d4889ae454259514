package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

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
	rooms, total, err := a.Rooms.Rooms(ctx, visibleRooms(ctx), page.size, page.offset())
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
	wanted, err := a.newRoom(request.Body)
	if err != nil {
		return nil, err
	}
	caller := auth.FromContext(ctx)
	wanted.OwnerID, wanted.ApplicationID = caller.UserID, caller.ApplicationID
	room, err := a.Rooms.CreateRoom(ctx, wanted)
	if err != nil {
		return nil, fmt.Errorf("creating a room: %w", err)
	}
	location := a.RequestURL(ctx)
	location.RawQuery = ""
	return generated.CreateRoom201JSONResponse{
		Body:    a.room(room),
		Headers: generated.CreateRoom201ResponseHeaders{Location: location.String() + room.ID + "/"},
	}, nil
}

// newRoom fills in the defaults. Whether a room may be public is the operator's decision.
func (a *API) newRoom(body *generated.RoomCreate) (db.NewRoom, error) {
	room := db.NewRoom{
		AccessLevel:   a.Settings.DefaultAccessLevel,
		Configuration: json.RawMessage("{}"),
		DrawName:      a.Settings.DrawName,
	}
	if body.Configuration != nil {
		room.Configuration = *body.Configuration
	}
	if body.AccessLevel == nil {
		return room, nil
	}
	room.AccessLevel = string(*body.AccessLevel)
	public := string(generated.Public)
	if room.AccessLevel == public && !a.Settings.AllowPublicAccess && a.Settings.DefaultAccessLevel != public {
		return db.NewRoom{}, errPublicRooms
	}
	return room, nil
}

// RetrieveRoom answers one room in which the user has a role (contract, "GET /rooms/{id}/").
func (a *API) RetrieveRoom(ctx context.Context, request generated.RetrieveRoomRequestObject) (generated.RetrieveRoomResponseObject, error) {
	room, role, err := a.Rooms.Room(ctx, visibleRooms(ctx), request.Id)
	switch {
	case errors.Is(err, db.ErrNotFound):
		return nil, errNoRoom
	case err != nil:
		return nil, err
	case role == "":
		return nil, errNoPermission
	}
	return generated.RetrieveRoom200JSONResponse(a.room(room)), nil
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

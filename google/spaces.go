package google

import (
	"context"
	"fmt"
	"strings"

	external "meet-external-api/generated"
	generated "meet-external-api/generated/google"
	"meet-external-api/handlers"
)

// CreateSpace makes a room that the user owns.
func (a *API) CreateSpace(ctx context.Context, request generated.CreateSpaceRequestObject) (generated.CreateSpaceResponseObject, error) {
	created, err := spaceOf(a.Rooms.CreateRoom(ctx, external.CreateRoomRequestObject{
		Body: &external.RoomCreate{AccessLevel: accessLevel(request.Body)},
	}))
	return generated.CreateSpace200JSONResponse{SpaceAnswerJSONResponse: created}, err
}

// GetSpace answers a room in which the user has a role, by its id or its slug. Meet's slugs are in lower case, and Google's codes in either.
func (a *API) GetSpace(ctx context.Context, request generated.GetSpaceRequestObject) (generated.GetSpaceResponseObject, error) {
	found, err := spaceOf(a.Rooms.RetrieveRoom(ctx, external.RetrieveRoomRequestObject{Id: strings.ToLower(request.Id)}))
	return generated.GetSpace200JSONResponse{SpaceAnswerJSONResponse: found}, err
}

// UpdateSpace changes the access level of a room that the user manages, where the mask names it, or there is none and the body has it.
func (a *API) UpdateSpace(ctx context.Context, request generated.UpdateSpaceRequestObject) (generated.UpdateSpaceResponseObject, error) {
	masked, accessType, err := readMask(request.Params.UpdateMask)
	if err != nil {
		return nil, err
	}
	change := external.RoomUpdate{AccessLevel: accessLevel(request.Body)}
	switch {
	case !masked: // what the body has
	case !accessType:
		change.AccessLevel = nil
	case change.AccessLevel == nil:
		change.AccessLevel = new(external.RoomAccessLevel(a.Rooms.Settings.DefaultAccessLevel))
	}
	changed, err := spaceOf(a.Rooms.UpdateRoom(ctx, external.UpdateRoomRequestObject{Id: request.Id, Body: &change}))
	return generated.UpdateSpace200JSONResponse{SpaceAnswerJSONResponse: changed}, err
}

// EndActiveConference puts everybody out of a room that the user manages.
func (a *API) EndActiveConference(ctx context.Context, request generated.EndActiveConferenceRequestObject) (generated.EndActiveConferenceResponseObject, error) {
	return generated.EndActiveConference200JSONResponse{}, a.Rooms.EndConference(ctx, request.Id)
}

// accessTypes are Google's names of the access levels.
var accessTypes = map[external.RoomAccessLevel]generated.AccessType{
	external.Public: generated.AccessTypeOPEN, external.Trusted: generated.AccessTypeTRUSTED, external.Restricted: generated.AccessTypeRESTRICTED,
}

// accessLevel is the one that a body asks for; nil: none.
func accessLevel(space *generated.SpaceInput) *external.RoomAccessLevel {
	if space == nil || space.Config == nil || space.Config.AccessType == nil {
		return nil
	}
	for level, accessType := range accessTypes {
		if string(accessType) == string(*space.Config.AccessType) {
			return &level
		}
	}
	return nil // unspecified
}

// spaceOf shows the room of an answer.
func spaceOf(answered any, err error) (space generated.SpaceAnswerJSONResponse, _ error) {
	if err != nil {
		return space, err
	}
	answer, ok := answered.(handlers.RoomAnswer)
	if !ok {
		return space, fmt.Errorf("%T is no answer with a room", answered)
	}
	room := answer.Room
	space.Name = "spaces/" + room.Id
	space.MeetingUri, space.MeetingCode = room.Url, room.Slug
	space.Config = generated.SpaceConfig{AccessType: accessTypes[room.AccessLevel], EntryPointAccess: generated.EntryPointAccessALL}
	if phone := room.Telephony; phone != nil && phone.PhoneNumber != nil && phone.PinCode != nil {
		space.PhoneAccess = &[]generated.PhoneAccess{{
			PhoneNumber: inE164(*phone.PhoneNumber), Pin: *phone.PinCode, RegionCode: phone.DefaultCountry,
		}}
	}
	return space, nil
}

// inE164 leaves out what a telephone number has for the eye.
func inE164(number string) string {
	return strings.Map(func(r rune) rune {
		if r == '+' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, number)
}

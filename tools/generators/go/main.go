// Program client uses the client that openapi-generator makes in Go.
package main

import (
	"context"
	"errors"
	"log"
	"os"
	"slices"
	"time"

	meet "meet-client"
)

func main() {
	log.SetFlags(0)
	ctx := context.Background()
	configuration := meet.NewConfiguration()
	configuration.Servers = meet.ServerConfigurations{{URL: os.Getenv("MEET_URL")}}
	client := meet.NewAPIClient(configuration)
	token := func(secret string) (*meet.TokenResponse, error) {
		request := meet.NewTokenRequest(meet.GRANTTYPE_CLIENT_CREDENTIALS, os.Getenv("USER_EMAIL"))
		request.SetClientId(os.Getenv("CLIENT_ID"))
		request.SetClientSecret(secret)
		answer, _, err := client.AuthenticationAPI.GenerateToken(ctx).TokenRequest(*request).Execute()
		return answer, err
	}
	_, err := token("wrong")
	wrong, ok := errorModel(err).(meet.OAuthError)
	ensure(ok && wrong.Error == meet.OAUTHERRORCODE_INVALID_CLIENT, err)
	right, err := token(os.Getenv("CLIENT_SECRET"))
	check(err)
	ctx = context.WithValue(ctx, meet.ContextAccessToken, right.AccessToken)

	tomorrow := time.Now().Add(24 * time.Hour).UTC().Truncate(time.Second)
	created, _, err := client.RoomsAPI.CreateRoom(ctx).RoomCreate(meet.RoomCreate{
		AccessLevel: meet.ROOMACCESSLEVEL_RESTRICTED.Ptr(), Configuration: &meet.RoomConfiguration{CanPublishSources: []meet.TrackSource{meet.TRACKSOURCE_MICROPHONE}},
		ExpiresAt: *meet.NewNullableTime(&tomorrow),
	}).Execute()
	check(err)
	ensure(slices.Equal(created.Configuration.CanPublishSources, []string{"microphone"}) && created.ExpiresAt.Equal(tomorrow), created)
	list, _, err := client.RoomsAPI.ListRooms(ctx).PageSize(100).Execute()
	check(err)
	ensure(slices.ContainsFunc(list.Results, func(r meet.Room) bool { return r.Id == created.Id }), list)
	read, _, err := client.RoomsAPI.RetrieveRoom(ctx, created.Id).Execute()
	check(err)
	ensure(read.Name == created.Name, read)

	no := false
	changed, _, err := client.RoomsAPI.UpdateRoom(ctx, created.Id).RoomUpdate(meet.RoomUpdate{
		AccessLevel: meet.ROOMACCESSLEVEL_TRUSTED.Ptr(), Configuration: &meet.RoomConfiguration{EveryoneCanMute: *meet.NewNullableBool(&no)},
		ExpiresAt: *meet.NewNullableTime(nil),
	}).Execute()
	check(err)
	ensure(changed.AccessLevel == meet.ROOMACCESSLEVEL_TRUSTED && !*changed.Configuration.EveryoneCanMute.Get() && changed.ExpiresAt == nil, changed)

	_, _, err = client.RoomsAPI.UpdateRoom(ctx, created.Id).RoomUpdate(meet.RoomUpdate{AccessLevel: meet.ROOMACCESSLEVEL_PUBLIC.Ptr()}).Execute()
	refused, ok := errorModel(err).(meet.FieldErrors)
	ensure(ok && slices.Equal(refused.AccessLevel, []string{"Public rooms are disabled for the external API."}), err)

	page, _, err := client.RoomsAPI.ListRooms(ctx).Cursor("").Role([]meet.RoomRole{meet.ROOMROLE_OWNER, meet.ROOMROLE_ADMINISTRATOR}).
		CreatedAfter(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)).Execute()
	check(err)
	ensure(slices.ContainsFunc(page.Results, func(r meet.Room) bool { return r.Id == created.Id }) && page.Count == nil, page)
	_, err = client.RoomsAPI.DeleteRoom(ctx, created.Id).Execute()
	check(err)
	_, _, err = client.RoomsAPI.RetrieveRoom(ctx, created.Id).Execute()
	gone, ok := errorModel(err).(meet.ErrorDetail)
	ensure(ok && gone.Detail == "No Room matches the given query.", err)
}

// errorModel is what an answer of an error held.
func errorModel(err error) any {
	var refused *meet.GenericOpenAPIError
	if !errors.As(err, &refused) {
		return nil
	}
	return refused.Model()
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func ensure(ok bool, got any) {
	if !ok {
		log.Fatalf("not as expected: %v", got)
	}
}

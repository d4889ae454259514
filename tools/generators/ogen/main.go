// Program client uses the client that ogen makes.
package main

import (
	"context"
	"log"
	"os"
	"slices"
	"time"

	"github.com/ogen-go/ogen/ogenerrors"

	"client/meet"
)

// bearer has the token for the rooms; the endpoints of tokens take their credentials in the body.
type bearer struct{ token string }

func (b bearer) BearerAuth(context.Context, meet.OperationName) (meet.BearerAuth, error) {
	return meet.BearerAuth{Token: b.token}, nil
}

func (bearer) ClientCredentials(context.Context, meet.OperationName) (meet.ClientCredentials, error) {
	return meet.ClientCredentials{}, ogenerrors.ErrSkipClientSecurity
}

func main() {
	log.SetFlags(0)
	ctx := context.Background()
	token := func(secret string) meet.GenerateTokenRes {
		client, err := meet.NewClient(os.Getenv("MEET_URL"), bearer{})
		check(err)
		answer, err := client.GenerateToken(ctx, &meet.GenerateTokenApplicationJSON{
			ClientID: meet.NewOptClientID(meet.ClientID(os.Getenv("CLIENT_ID"))), ClientSecret: meet.NewOptClientSecret(meet.ClientSecret(secret)),
			GrantType: meet.GrantTypeClientCredentials, Scope: os.Getenv("USER_EMAIL"),
		}, meet.GenerateTokenParams{})
		check(err)
		return answer
	}
	wrong, ok := token("wrong").(*meet.InvalidClientHeaders)
	ensure(ok && wrong.Response.Error == meet.OAuthErrorCodeInvalidClient, wrong)
	right, ok := token(os.Getenv("CLIENT_SECRET")).(*meet.TokenResponseHeaders)
	ensure(ok, "no token")
	client, err := meet.NewClient(os.Getenv("MEET_URL"), bearer{token: right.Response.AccessToken})
	check(err)

	tomorrow := time.Now().Add(24 * time.Hour).UTC().Truncate(time.Second)
	created, err := client.CreateRoom(ctx, meet.NewOptRoomCreate(meet.RoomCreate{
		AccessLevel: meet.NewOptRoomAccessLevel(meet.RoomAccessLevelRestricted),
		Configuration: meet.NewOptRoomConfiguration(meet.RoomConfiguration{
			CanPublishSources: meet.NewOptNilTrackSourceArray([]meet.TrackSource{meet.TrackSourceMicrophone}),
		}),
		ExpiresAt: meet.NewOptNilDateTime(tomorrow),
	}), meet.CreateRoomParams{})
	check(err)
	answer, ok := created.(*meet.RoomHeaders)
	ensure(ok && slices.Equal(answer.Response.Configuration.CanPublishSources.Value, []string{"microphone"}), created)
	room := answer.Response
	ensure(room.ExpiresAt.Value.Equal(tomorrow), room)
	listed, err := client.ListRooms(ctx, meet.ListRoomsParams{PageSize: meet.NewOptInt32(100)})
	check(err)
	list, ok := listed.(*meet.RoomList)
	ensure(ok && slices.ContainsFunc(list.Results, func(r meet.Room) bool { return r.ID == room.ID }), listed)
	id := room.ID.String()
	read, err := client.RetrieveRoom(ctx, meet.RetrieveRoomParams{ID: id})
	check(err)
	same, ok := read.(*meet.RetrieveRoomOKHeaders)
	ensure(ok && same.Response.Name == room.Name, read)

	update := func(change meet.RoomUpdate) meet.UpdateRoomRes {
		answer, err := client.UpdateRoom(ctx, meet.NewOptRoomUpdate(change), meet.UpdateRoomParams{ID: id})
		check(err)
		return answer
	}
	var never meet.OptNilDateTime
	never.SetToNull()
	changed, ok := update(meet.RoomUpdate{
		AccessLevel:   meet.NewOptRoomAccessLevel(meet.RoomAccessLevelTrusted),
		Configuration: meet.NewOptRoomConfiguration(meet.RoomConfiguration{EveryoneCanMute: meet.NewOptNilBool(false)}),
		ExpiresAt:     never,
	}).(*meet.RetrieveRoomOKHeaders)
	ensure(ok && changed.Response.AccessLevel == meet.RoomAccessLevelTrusted && changed.Response.Configuration.EveryoneCanMute == meet.NewOptNilBool(false), changed)
	ensure(!changed.Response.ExpiresAt.IsSet(), changed)
	refused, ok := update(meet.RoomUpdate{AccessLevel: meet.NewOptRoomAccessLevel(meet.RoomAccessLevelPublic)}).(*meet.FieldErrors)
	ensure(ok && slices.Equal(refused.AccessLevel, []string{"Public rooms are disabled for the external API."}), refused)

	listed, err = client.ListRooms(ctx, meet.ListRoomsParams{
		Cursor: meet.NewOptString(""), Role: []meet.RoomRole{meet.RoomRoleOwner, meet.RoomRoleAdministrator},
		CreatedAfter: meet.NewOptDateTime(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)),
	})
	check(err)
	page, ok := listed.(*meet.RoomList)
	ensure(ok && slices.ContainsFunc(page.Results, func(r meet.Room) bool { return r.ID == room.ID }) && !page.Count.IsSet(), listed)
	deleted, err := client.DeleteRoom(ctx, meet.DeleteRoomParams{ID: id})
	check(err)
	_, ok = deleted.(*meet.DeleteRoomNoContent)
	ensure(ok, deleted)
	read, err = client.RetrieveRoom(ctx, meet.RetrieveRoomParams{ID: id})
	check(err)
	gone, ok := read.(*meet.RetrieveRoomNotFound)
	ensure(ok && gone.Detail == "No Room matches the given query.", read)
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

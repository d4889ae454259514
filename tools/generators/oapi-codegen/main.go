// Program client uses the client that oapi-codegen makes.
package main

import (
	"context"
	"log"
	"net/http"
	"os"
	"slices"
	"time"

	"client/meet"
)

func main() {
	log.SetFlags(0)
	ctx := context.Background()
	anonymous, err := meet.NewClientWithResponses(os.Getenv("MEET_URL"))
	check(err)
	token := func(secret string) *meet.GenerateTokenResponse {
		id := os.Getenv("CLIENT_ID")
		answer, err := anonymous.GenerateTokenWithResponse(ctx, nil, meet.TokenRequest{
			ClientId: &id, ClientSecret: &secret, GrantType: meet.ClientCredentials, Scope: os.Getenv("USER_EMAIL"),
		})
		check(err)
		return answer
	}
	wrong := token("wrong")
	ensure(wrong.JSON401 != nil && wrong.JSON401.Error == meet.OAuthErrorCodeInvalidClient, wrong.Status())
	bearer := "Bearer " + token(os.Getenv("CLIENT_SECRET")).JSON200.AccessToken
	client, err := meet.NewClientWithResponses(os.Getenv("MEET_URL"), meet.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", bearer)
		return nil
	}))
	check(err)

	restricted, sources := meet.Restricted, []meet.TrackSource{meet.Microphone}
	tomorrow := time.Now().Add(24 * time.Hour).UTC().Truncate(time.Second)
	created, err := client.CreateRoomWithResponse(ctx, nil, meet.RoomCreate{
		AccessLevel: &restricted, Configuration: &meet.RoomConfiguration{CanPublishSources: &sources}, ExpiresAt: &tomorrow,
	})
	check(err)
	room := created.JSON201
	ensure(room != nil && slices.Equal(*room.Configuration.CanPublishSources, []string{"microphone"}) && room.ExpiresAt.Equal(tomorrow), created.Status())
	size := int32(100)
	list, err := client.ListRoomsWithResponse(ctx, &meet.ListRoomsParams{PageSize: &size})
	check(err)
	ensure(slices.ContainsFunc(list.JSON200.Results, func(r meet.Room) bool { return r.Id == room.Id }), list.Status())
	id := room.Id.String()
	read, err := client.RetrieveRoomWithResponse(ctx, id, nil)
	check(err)
	ensure(read.JSON200.Name == room.Name, read.Status())

	trusted, no := meet.Trusted, false
	changed, err := client.UpdateRoomWithResponse(ctx, id, nil, meet.RoomUpdate{
		AccessLevel: &trusted, Configuration: &meet.RoomConfiguration{EveryoneCanMute: &no},
	})
	check(err)
	ensure(changed.JSON200.AccessLevel == meet.Trusted && !*changed.JSON200.Configuration.EveryoneCanMute, changed.Status())

	public := meet.Public
	refused, err := client.UpdateRoomWithResponse(ctx, id, nil, meet.RoomUpdate{AccessLevel: &public})
	check(err)
	ensure(slices.Equal(*refused.JSON400.AccessLevel, []string{"Public rooms are disabled for the external API."}), refused.Status())

	start, roles, since := "", []meet.RoomRole{meet.RoomRoleOwner, meet.RoomRoleAdministrator}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	page, err := client.ListRoomsWithResponse(ctx, &meet.ListRoomsParams{Cursor: &start, Role: &roles, CreatedAfter: &since})
	check(err)
	ensure(slices.ContainsFunc(page.JSON200.Results, func(r meet.Room) bool { return r.Id == room.Id }) && page.JSON200.Count == nil, page.Status())
	deleted, err := client.DeleteRoomWithResponse(ctx, id, nil)
	check(err)
	ensure(deleted.StatusCode() == http.StatusNoContent, deleted.Status())
	gone, err := client.RetrieveRoomWithResponse(ctx, id, nil)
	check(err)
	ensure(gone.JSON404 != nil && gone.JSON404.Detail == "No Room matches the given query.", gone.Status())
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

// Program client uses the client that oapi-codegen makes.
package main

import (
	"context"
	"log"
	"net/http"
	"os"
	"slices"

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
	created, err := client.CreateRoomWithResponse(ctx, nil, meet.RoomCreate{
		AccessLevel: &restricted, Configuration: &meet.RoomConfiguration{CanPublishSources: &sources},
	})
	check(err)
	room := created.JSON201
	ensure(room != nil && slices.Equal(*room.Configuration.CanPublishSources, []string{"microphone"}), created.Status())
	size := int32(100)
	list, err := client.ListRoomsWithResponse(ctx, &meet.ListRoomsParams{PageSize: &size})
	check(err)
	ensure(slices.ContainsFunc(list.JSON200.Results, func(r meet.Room) bool { return r.Id == room.Id }), list.Status())
	read, err := client.RetrieveRoomWithResponse(ctx, room.Id, nil)
	check(err)
	ensure(read.JSON200.Name == room.Name, read.Status())

	trusted, no := meet.Trusted, false
	changed, err := client.UpdateRoomWithResponse(ctx, room.Id, nil, meet.RoomUpdate{
		AccessLevel: &trusted, Configuration: &meet.RoomConfiguration{EveryoneCanMute: &no},
	})
	check(err)
	ensure(changed.JSON200.AccessLevel == meet.Trusted && !*changed.JSON200.Configuration.EveryoneCanMute, changed.Status())

	public := meet.Public
	refused, err := client.UpdateRoomWithResponse(ctx, room.Id, nil, meet.RoomUpdate{AccessLevel: &public})
	check(err)
	ensure(slices.Equal(*refused.JSON400.AccessLevel, []string{"Public rooms are disabled for the external API."}), refused.Status())
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

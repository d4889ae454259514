//go:build ignore

package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	meet "github.com/suitenumerique/meet-external-api/sdk/go"
	"github.com/suitenumerique/meet-external-api/sdk/go/api"
)

// Changes a room, unless somebody else has changed it meanwhile.
func main() {
	ctx := context.Background()
	client, err := meet.NewClient(os.Getenv("MEET_URL"), os.Getenv("CLIENT_ID"), os.Getenv("CLIENT_SECRET"), nil)
	check(err)
	user := client.ForUser(os.Getenv("USER_EMAIL"))
	room, err := user.CreateRoom(ctx, api.RoomCreate{})
	check(err)
	room, err = user.UpdateRoom(ctx, room.ID, api.RoomUpdate{AccessLevel: api.Restricted}, meet.IfMatch(room.ETag))
	if changed := (*meet.RoomChanged)(nil); errors.As(err, &changed) {
		log.Fatal("somebody else was faster: read it again")
	}
	check(err)
	fmt.Println(room.ID, room.AccessLevel)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

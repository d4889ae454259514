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

// Deletes a room. One that is gone already is as good.
func main() {
	ctx := context.Background()
	client, err := meet.NewClient(os.Getenv("MEET_URL"), os.Getenv("CLIENT_ID"), os.Getenv("CLIENT_SECRET"), nil)
	check(err)
	user := client.ForUser(os.Getenv("USER_EMAIL"))
	room, err := user.CreateRoom(ctx, api.RoomCreate{})
	check(err)
	err = user.DeleteRoom(ctx, room.ID)
	if gone := (*meet.RoomNotFound)(nil); err != nil && !errors.As(err, &gone) {
		log.Fatal(err)
	}
	fmt.Println(room.ID, "is gone")
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

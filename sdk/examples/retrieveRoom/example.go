//go:build ignore

package main

import (
	"context"
	"fmt"
	"log"
	"os"

	meet "github.com/suitenumerique/meet-external-api/sdk/go"
	"github.com/suitenumerique/meet-external-api/sdk/go/api"
)

// Reads a room, by its id or its slug.
func main() {
	ctx := context.Background()
	client, err := meet.NewClient(os.Getenv("MEET_URL"), os.Getenv("CLIENT_ID"), os.Getenv("CLIENT_SECRET"), nil)
	check(err)
	user := client.ForUser(os.Getenv("USER_EMAIL"))
	room, err := user.CreateRoom(ctx, api.RoomCreate{})
	check(err)
	room, err = user.RetrieveRoom(ctx, room.Slug)
	check(err)
	fmt.Println(room.ID, room.AccessLevel)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

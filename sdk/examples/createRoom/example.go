//go:build ignore

package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	meet "github.com/suitenumerique/meet-external-api/sdk/go"
	"github.com/suitenumerique/meet-external-api/sdk/go/api"
)

// Creates a room in which others wait to be let in, and that is gone in two hours.
func main() {
	ctx := context.Background()
	client, err := meet.NewClient(os.Getenv("MEET_URL"), os.Getenv("CLIENT_ID"), os.Getenv("CLIENT_SECRET"), nil)
	check(err)
	user := client.ForUser(os.Getenv("USER_EMAIL"))
	room, err := user.CreateRoom(ctx, api.RoomCreate{
		AccessLevel: api.Restricted,
		ExpiresAt:   time.Now().Add(2 * time.Hour),
	})
	check(err)
	fmt.Println(room.ID, room.URL)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

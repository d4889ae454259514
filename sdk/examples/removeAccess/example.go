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

// Takes a colleague's role in a room away.
func main() {
	ctx := context.Background()
	client, err := meet.NewClient(os.Getenv("MEET_URL"), os.Getenv("CLIENT_ID"), os.Getenv("CLIENT_SECRET"), nil)
	check(err)
	user := client.ForUser(os.Getenv("USER_EMAIL"))
	room, err := user.CreateRoom(ctx, api.RoomCreate{Attendees: []string{os.Getenv("COLLEAGUE_EMAIL")}})
	check(err)
	accesses, err := user.ListAccesses(ctx, room.ID)
	check(err)
	for _, access := range accesses {
		if access.Email == os.Getenv("COLLEAGUE_EMAIL") {
			check(user.RemoveAccess(ctx, room.ID, access.ID))
			fmt.Println(access.Email, "has no role any more")
		}
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

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

// Walks through the rooms that the user owns, page by page.
func main() {
	ctx := context.Background()
	client, err := meet.NewClient(os.Getenv("MEET_URL"), os.Getenv("CLIENT_ID"), os.Getenv("CLIENT_SECRET"), nil)
	check(err)
	user := client.ForUser(os.Getenv("USER_EMAIL"))
	for room, err := range user.Rooms(ctx, api.ListRoomsParams{Role: []api.RoomRole{api.RoomRoleOwner}}) {
		check(err)
		fmt.Println(room.Name, room.URL)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

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

// Lists who has a role in a room.
func main() {
	ctx := context.Background()
	client, err := meet.NewClient(os.Getenv("MEET_URL"), os.Getenv("CLIENT_ID"), os.Getenv("CLIENT_SECRET"), nil)
	check(err)
	user := client.ForUser(os.Getenv("USER_EMAIL"))
	room, err := user.CreateRoom(ctx, api.RoomCreate{})
	check(err)
	accesses, err := user.ListAccesses(ctx, room.ID)
	check(err)
	for _, access := range accesses {
		fmt.Println(access.Email, access.Role)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

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

// Makes a colleague an administrator of a room.
func main() {
	ctx := context.Background()
	client, err := meet.NewClient(os.Getenv("MEET_URL"), os.Getenv("CLIENT_ID"), os.Getenv("CLIENT_SECRET"), nil)
	check(err)
	user := client.ForUser(os.Getenv("USER_EMAIL"))
	room, err := user.CreateRoom(ctx, api.RoomCreate{})
	check(err)
	granted, err := user.GrantAccess(ctx, room.ID, api.AccessGrant{Email: os.Getenv("COLLEAGUE_EMAIL")})
	check(err)
	fmt.Println(granted.Email, "is", granted.Role)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

package meet_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"os"

	meet "github.com/suitenumerique/meet-external-api/sdk/go"
	"github.com/suitenumerique/meet-external-api/sdk/go/api"
)

var ctx = context.Background()

func Example() {
	client, err := meet.NewClient("https://meet.example.org/external-api/v1.0", os.Getenv("CLIENT_ID"), os.Getenv("CLIENT_SECRET"), nil)
	if err != nil {
		log.Fatal(err)
	}
	user := client.ForUser("user@example.com")
	room, err := user.CreateRoom(ctx, api.RoomCreate{AccessLevel: api.Restricted})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(room.URL)
}

func ExampleUser_Rooms() {
	list := func(user *meet.User) error {
		for room, err := range user.Rooms(ctx, api.ListRoomsParams{CreatedBy: api.Me}) {
			if err != nil {
				return err
			}
			fmt.Println(room.Name)
		}
		return nil
	}
	_ = list
}

func ExampleMeetError() {
	book := func(user *meet.User, id string) {
		_, err := user.RetrieveRoom(ctx, id)
		var gone *meet.RoomNotFound
		var refused *meet.MeetError
		switch {
		case errors.As(err, &gone):
			// book another one
		case errors.As(err, &refused):
			slog.Error("no room", "status", refused.Status, "detail", refused.Detail, "request", refused.RequestID)
		}
	}
	_ = book
}

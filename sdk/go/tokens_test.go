//go:build go1.25

package meet_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	meet "github.com/suitenumerique/meet-external-api/sdk/go"
	"github.com/suitenumerique/meet-external-api/sdk/go/api"
)

const tokens = "POST /application/token/"

// listAtOnce lists rooms by many goroutines.
func listAtOnce(t *testing.T, user *meet.User) {
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			if _, err := user.ListRooms(t.Context(), api.ListRoomsParams{}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// A token is fetched once for as many as need it, and for each set of scopes.
func TestATokenIsFetchedOnceForAll(t *testing.T) {
	t.Parallel()
	client, sent := connect(t)
	listAtOnce(t, client.ForUser(email))
	equal(t, len(sent.requests(tokens)), 1)
	must(client.ForUser(email, "rooms:list", "rooms:create").ListRooms(t.Context(), api.ListRoomsParams{}))(t)
	must(client.ForUser(email, "rooms:create", "rooms:list", "rooms:list").ListRooms(t.Context(), api.ListRoomsParams{}))(t)
	equal(t, len(sent.requests(tokens)), 2)
	must(client.ForUser(colleague).ListRooms(t.Context(), api.ListRoomsParams{}))(t)
	equal(t, len(sent.requests(tokens)), 3)
}

// A token is kept until a minute before its hour has passed, and fetched anew from then on, once for all.
func TestATokenIsFetchedAnewBeforeItExpires(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, sent := connect(t)
		user := client.ForUser(email)
		must(user.ListRooms(t.Context(), api.ListRoomsParams{}))(t)
		time.Sleep(59*time.Minute - time.Second)
		must(user.ListRooms(t.Context(), api.ListRoomsParams{}))(t)
		equal(t, len(sent.requests(tokens)), 1)
		time.Sleep(time.Second)
		listAtOnce(t, user)
		equal(t, len(sent.requests(tokens)), 2)
	})
}

// A token that was revoked is exchanged once for all who are refused, and their requests are repeated.
func TestARefusedTokenIsExchanged(t *testing.T) {
	t.Parallel()
	client, sent := connect(t)
	user := client.ForUser(email)
	must(user.ListRooms(t.Context(), api.ListRoomsParams{}))(t)
	old := sent.requests("GET /rooms/")[0].Header.Get("Authorization")
	if err := client.RevokeToken(t.Context(), old[len("Bearer "):]); err != nil {
		t.Fatal(err)
	}
	listAtOnce(t, user)
	equal(t, len(sent.requests(tokens)), 2)
}

// A creation whose token is refused is repeated with the same Idempotency-Key and request id.
func TestACreationWithARefusedTokenIsTheSame(t *testing.T) {
	t.Parallel()
	client, sent := connect(t, "401;on=createRoom")
	room := must(client.ForUser(email).CreateRoom(t.Context(), api.RoomCreate{}))(t)
	made := sent.requests("POST /rooms/")
	equal(t, len(made), 2)
	for _, name := range []string{"Idempotency-Key", "X-Request-Id"} {
		equal(t, made[1].Header.Get(name), made[0].Header.Get(name))
	}
	if err := client.ForUser(email).DeleteRoom(t.Context(), room.ID); err != nil {
		t.Fatal(err)
	}
}

// Who waits for a token may go away without ending the request that others wait for, too.
func TestWhoWaitsForATokenMayGoAway(t *testing.T) {
	t.Parallel()
	client, sent := connect(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := client.ForUser(email).ListRooms(gone, api.ListRoomsParams{}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	must(client.ForUser(email).ListRooms(t.Context(), api.ListRoomsParams{}))(t)
	equal(t, len(sent.requests(tokens)), 1)
}

// A refusal is told to all who wait, and not kept.
func TestARefusalOfATokenIsNotKept(t *testing.T) {
	t.Parallel()
	client, sent := connectWith(t, http.Header{}, clientID, "wrong", 0)
	for range 2 {
		_, err := client.ForUser(email).ListRooms(t.Context(), api.ListRoomsParams{})
		equal(t, as[*meet.InvalidClient](t, err).Detail, "Invalid credentials")
	}
	equal(t, len(sent.requests(tokens)), 2)
}

// A token whose time is over is not held for ever.
func TestOldTokensAreForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := connect(t)
		for _, address := range []string{email, colleague} {
			must(client.ForUser(address).ListRooms(t.Context(), api.ListRoomsParams{}))(t)
			equal(t, client.Kept(), 1)
			time.Sleep(time.Hour)
		}
	})
}

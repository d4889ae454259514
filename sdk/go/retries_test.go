//go:build go1.25

package meet_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	meet "github.com/suitenumerique/meet-external-api/sdk/go"
	"github.com/suitenumerique/meet-external-api/sdk/go/api"
)

// A request is repeated after what passes, and waits as long as the answer says.
func TestRetries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, sent := connect(t, "503;on=listRooms;seconds=20", "429;on=listRooms;seconds=30", "cut;on=listRooms", "503;on=generateToken;seconds=2")
		began := time.Now()
		must(client.ForUser(email).ListRooms(t.Context(), api.ListRoomsParams{}))(t)
		equal(t, len(sent.requests("GET /rooms/")), 4)
		equal(t, len(sent.requests(tokens)), 2)
		took := time.Since(began)
		equal(t, took >= 52*time.Second && took <= 53*time.Second, true)
		equal(t, sent.requests("GET /rooms/")[3].Header.Get("X-Request-Id"), sent.requests("GET /rooms/")[0].Header.Get("X-Request-Id"))
	})
}

// Without Retry-After the waits are random, and longer each time.
func TestBackoff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := connect(t, "cut;on=listRooms", "cut;on=listRooms", "cut;on=listRooms")
		began := time.Now()
		must(client.ForUser(email).ListRooms(t.Context(), api.ListRoomsParams{}))(t)
		equal(t, time.Since(began) > 0 && time.Since(began) <= 1750*time.Millisecond, true)
	})
}

// An attempt whose token is refused does not count, and those before it do.
func TestARefusedTokenIsNoAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, sent := connect(t, "cut;on=listRooms", "401;on=listRooms", "cut;on=listRooms", "cut;on=listRooms", "cut;on=listRooms")
		_, err := client.ForUser(email).ListRooms(t.Context(), api.ListRoomsParams{})
		is[*meet.NoAnswer](t, err)
		equal(t, len(sent.requests("GET /rooms/")), 5)
	})
}

// Where more than half a minute is asked for, the error comes at once.
func TestALongWaitIsTheCallers(t *testing.T) {
	t.Parallel()
	client, sent := always(t, "429;on=listRooms;seconds=31")
	_, err := client.ForUser(email).ListRooms(t.Context(), api.ListRoomsParams{})
	equal(t, as[*meet.Throttled](t, err).RetryAfter, 31*time.Second)
	equal(t, len(sent.requests("GET /rooms/")), 1)
}

// A creation whose answers are lost, or that meets itself, is repeated with the same key and makes one room.
func TestACreationIsDoneOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, sent := connect(t, "lost;on=createRoom", "409;on=createRoom", "503;on=createRoom")
		// Nobody else makes rooms for this user.
		user := client.ForUser(colleague)
		count := func() int64 {
			return *must(user.ListRooms(t.Context(), api.ListRoomsParams{CreatedBy: api.Me}))(t).Count
		}
		before := count()
		room := must(user.CreateRoom(t.Context(), api.RoomCreate{AccessLevel: api.Restricted}))(t)
		equal(t, count(), before+1)
		keys := map[string]bool{}
		for _, r := range sent.requests("POST /rooms/") {
			keys[r.Header.Get("Idempotency-Key")] = true
		}
		equal(t, len(sent.requests("POST /rooms/")), 4)
		equal(t, len(keys), 1)
		if err := user.DeleteRoom(t.Context(), room.ID); err != nil {
			t.Fatal(err)
		}
	})
}

// A deletion whose answer is lost has been done. Without that, a room that is not there is an error.
func TestADeletionIsDoneOnce(t *testing.T) {
	t.Parallel()
	room := book(t, api.RoomCreate{})
	synctest.Test(t, func(t *testing.T) {
		client, sent := connect(t, "lost;on=removeAccess", "lost;on=deleteRoom")
		user := client.ForUser(email)
		must(user.GrantAccess(t.Context(), room.ID, api.AccessGrant{Email: colleague}))(t)
		accesses := must(user.ListAccesses(t.Context(), room.ID))(t)
		if err := user.RemoveAccess(t.Context(), room.ID, accesses[1].ID); err != nil {
			t.Fatal(err)
		}
		if err := user.DeleteRoom(t.Context(), room.ID); err != nil {
			t.Fatal(err)
		}
		is[*meet.RoomNotFound](t, user.DeleteRoom(t.Context(), room.ID))
		equal(t, len(sent.requests("DELETE /rooms/"+room.ID+"/")), 3)
	})
}

// What is refused, and a fault of the server, is not repeated; a conflict is in a creation alone.
func TestWhatIsNotRepeated(t *testing.T) {
	t.Parallel()
	room := book(t, api.RoomCreate{})
	for _, fault := range []string{"500;on=updateRoom", "409;on=updateRoom"} {
		client, sent := connect(t, fault)
		_, err := client.ForUser(email).UpdateRoom(t.Context(), room.ID, api.RoomUpdate{})
		is[*meet.MeetError](t, err)
		equal(t, len(sent.requests("PATCH /rooms/"+room.ID+"/")), 1)
	}
}

// An answer that does not come is no answer, and the request is repeated.
func TestASlowAnswerIsNone(t *testing.T) {
	t.Parallel()
	header := http.Header{"Sandbox-Fault": {"slow;on=listRooms;seconds=60"}, "Sandbox-Run": {"slow-" + book(t, api.RoomCreate{}).ID}}
	client, sent := connectWith(t, header, clientID, clientSecret, 2*time.Second)
	must(client.ForUser(email).ListRooms(t.Context(), api.ListRoomsParams{}))(t)
	equal(t, len(sent.requests("GET /rooms/")), 2)
}

// A wait ends with the context, and the error tells what it was for.
func TestAWaitEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := always(t, "503;on=listRooms;seconds=30")
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		began := time.Now()
		_, err := client.ForUser(email).ListRooms(ctx, api.ListRoomsParams{})
		equal(t, errors.Is(err, context.DeadlineExceeded), true)
		is[*meet.Unavailable](t, err)
		equal(t, time.Since(began), 10*time.Second)
	})
}

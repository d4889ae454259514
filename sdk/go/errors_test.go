//go:build go1.25

package meet_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	meet "github.com/suitenumerique/meet-external-api/sdk/go"
	"github.com/suitenumerique/meet-external-api/sdk/go/api"
)

// Each type of error comes where sdk/README.md says, is a MeetError, has a request id, and names no secret.
func TestErrors(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	client, _ := connect(t)
	user, room := client.ForUser(email), book(t, api.RoomCreate{})
	wrong, _ := connectWith(t, nil, clientID, "a-wrong-secret", 0)
	limited, _ := connectWith(t, nil, variable("LIMITED_CLIENT_ID"), variable("LIMITED_CLIENT_SECRET"), 0)
	refused, _ := always(t, "401;on=listRooms")
	broken, _ := always(t, "500;on=listRooms")
	list := func(u *meet.User) error { _, err := u.ListRooms(ctx, api.ListRoomsParams{}); return err }
	create := func(body api.RoomCreate, options ...meet.RequestOption) error {
		made, err := user.CreateRoom(ctx, body, options...)
		if err == nil {
			err = user.DeleteRoom(ctx, made.ID)
		}
		return err
	}

	err := create(api.RoomCreate{Attendees: []string{colleague, "nobody"}})
	equal(t, as[*meet.BadRequest](t, err).Fields["attendees.1"][0], "Enter a valid email address.")
	err = create(api.RoomCreate{AccessLevel: "secret"})
	bad := as[*meet.BadRequest](t, err)
	equal(t, bad.Fields["access_level"][0], `"secret" is not a valid choice.`)
	all := []error{err}
	check := func(err error, status int, detail string) {
		t.Helper()
		e := as[*meet.MeetError](t, err)
		equal(t, e.Status, status)
		equal(t, e.Detail, detail)
		all = append(all, err)
	}

	err = list(wrong.ForUser(email))
	equal(t, as[*meet.InvalidClient](t, err).Code, "invalid_client")
	check(err, 401, "Invalid credentials")

	err = list(refused.ForUser(email))
	is[*meet.Unauthenticated](t, err)
	check(err, 401, as[*meet.MeetError](t, err).Detail)

	_, err = client.ForUser(email, "rooms:list").CreateRoom(ctx, api.RoomCreate{})
	equal(t, as[*meet.InsufficientScope](t, err).Scope, "rooms:create")
	is[*meet.Forbidden](t, err)
	check(err, 403, "Insufficient permissions. Required scope: rooms:create")

	err = list(limited.ForUser("user@example.org"))
	is[*meet.DomainNotAllowed](t, err)
	is[*meet.Forbidden](t, err)
	check(err, 403, "This application is not authorized for this email domain.")

	_, err = client.ForUser(colleague).UpdateRoom(ctx, room.ID, api.RoomUpdate{})
	is[*meet.Forbidden](t, err)
	check(err, 403, "You do not have permission to perform this action.")

	err = list(client.ForUser("nobody@example.com"))
	is[*meet.UserNotFound](t, err)
	is[*meet.NotFound](t, err)
	check(err, 404, "User not found.")
	_, err = user.GrantAccess(ctx, room.ID, api.AccessGrant{Email: "nobody@example.com"})
	is[*meet.UserNotFound](t, err)
	check(err, 404, "Delegate user not found and provisional user creation is disabled.")

	_, err = user.RetrieveRoom(ctx, "00000000-0000-4000-8000-000000000000")
	is[*meet.RoomNotFound](t, err)
	is[*meet.NotFound](t, err)
	check(err, 404, "No Room matches the given query.")
	err = user.RemoveAccess(ctx, room.ID, "00000000-0000-4000-8000-000000000000")
	is[*meet.AccessNotFound](t, err)
	check(err, 404, "No ResourceAccess matches the given query.")
	err = user.RemoveAccess(ctx, room.ID, "no-id")
	is[*meet.AccessNotFound](t, err)
	check(err, 404, "Not found.")
	_, err = user.ListRooms(ctx, api.ListRoomsParams{Page: 1000000})
	is[*meet.NotFound](t, err)
	check(err, 404, "Invalid page.")

	accesses := must(user.ListAccesses(ctx, room.ID))(t)
	err = user.RemoveAccess(ctx, room.ID, accesses[0].ID)
	is[*meet.Conflict](t, err)
	check(err, 409, "A resource should keep at least one owner.")

	_, err = user.UpdateRoom(ctx, room.ID, api.RoomUpdate{AccessLevel: api.Restricted}, meet.IfMatch(`"another"`))
	is[*meet.RoomChanged](t, err)
	check(err, 412, "The room has changed: its ETag is not the one of If-Match. Read it again.")

	key := meet.IdempotencyKey("booking-" + room.ID)
	if err := create(api.RoomCreate{}, key); err != nil {
		t.Fatal(err)
	}
	err = create(api.RoomCreate{AccessLevel: api.Restricted}, key)
	is[*meet.IdempotencyKeyReused](t, err)
	check(err, 422, "This Idempotency-Key was used for a request with another body. Take a new one.")

	err = list(broken.ForUser(email))
	is[*meet.ServerFault](t, err)
	check(err, 500, as[*meet.MeetError](t, err).Detail)

	for _, err := range all {
		e := as[*meet.MeetError](t, err)
		equal(t, e.RequestID != "" && strings.Contains(err.Error(), e.RequestID), true)
		shown := fmt.Sprintf("%v %+v %#v %+v", err, err, err, *e)
		equal(t, strings.Contains(shown, clientSecret) || strings.Contains(shown, "a-wrong-secret") || strings.Contains(shown, "eyJ"), false)
	}
}

// What does not become better by four attempts is an error of the last one.
func TestErrorsAfterAllAttempts(t *testing.T) {
	t.Parallel()
	for fault, check := range map[string]func(*testing.T, error){
		"429;on=listRooms;seconds=7": func(t *testing.T, err error) { equal(t, as[*meet.Throttled](t, err).RetryAfter, 7*time.Second) },
		"503;on=listRooms;seconds=7": func(t *testing.T, err error) { equal(t, as[*meet.Unavailable](t, err).RetryAfter, 7*time.Second) },
		"cut;on=listRooms": func(t *testing.T, err error) {
			equal(t, as[*meet.NoAnswer](t, err).Status, 0)
			equal(t, as[*meet.NoAnswer](t, err).RequestID != "", true)
		},
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client, sent := always(t, fault)
				_, err := client.ForUser(email).ListRooms(t.Context(), api.ListRoomsParams{})
				check(t, err)
				is[*meet.MeetError](t, err)
				equal(t, len(sent.requests("GET /rooms/")), 4)
			})
		})
	}
}

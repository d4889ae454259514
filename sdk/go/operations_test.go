//go:build go1.25

package meet_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	meet "github.com/suitenumerique/meet-external-api/sdk/go"
	"github.com/suitenumerique/meet-external-api/sdk/go/api"
)

// The life of a token: generateToken, introspectToken, revokeToken.
func TestTokens(t *testing.T) {
	t.Parallel()
	client, _ := connect(t)
	token := must(client.GenerateToken(t.Context(), email, "rooms:list"))(t)
	equal(t, token.Scope, "rooms:list")
	equal(t, token.ExpiresIn, 3600)
	known := must(client.IntrospectToken(t.Context(), token.AccessToken))(t)
	equal(t, known.Active, true)
	equal(t, known.ClientID, clientID)
	if err := client.RevokeToken(t.Context(), token.AccessToken); err != nil {
		t.Fatal(err)
	}
	known = must(client.IntrospectToken(t.Context(), token.AccessToken))(t)
	equal(t, *known, api.Introspection{})
}

// What needs no credentials: readMetadata, readKeys.
func TestMetadataAndKeys(t *testing.T) {
	t.Parallel()
	client, _ := connect(t)
	metadata := must(client.ReadMetadata(t.Context()))(t)
	equal(t, strings.HasSuffix(metadata.TokenEndpoint, "/application/token/"), true)
	equal(t, slices.Contains(metadata.ScopesSupported, "rooms:create"), true)
	equal(t, len(must(client.ReadKeys(t.Context()))(t).Keys), 0)
}

// The life of a room: createRoom, retrieveRoom, updateRoom, listRooms, deleteRoom.
func TestRooms(t *testing.T) {
	t.Parallel()
	client, _ := connect(t)
	user, ctx := client.ForUser(email), t.Context()
	tomorrow, no := time.Now().Add(24*time.Hour).UTC().Truncate(time.Second), false
	room := must(user.CreateRoom(ctx, api.RoomCreate{
		AccessLevel: api.Restricted, Attendees: []string{colleague}, ExpiresAt: tomorrow,
		Configuration: &api.RoomConfiguration{CanPublishSources: []api.TrackSource{}, EveryoneCanMute: &no},
	}))(t)
	equal(t, room.AccessLevel, api.Restricted)
	equal(t, room.Attendees[0], api.Attendee{Email: colleague, Status: api.AttendeeStatusMember})
	equal(t, room.ExpiresAt, tomorrow)
	equal(t, *room.Configuration.EveryoneCanMute, false)
	equal(t, room.Configuration.CanPublishSources != nil && len(room.Configuration.CanPublishSources) == 0, true)

	read := must(user.RetrieveRoom(ctx, room.Slug))(t)
	equal(t, read.ID, room.ID)
	equal(t, read.ETag, room.ETag)
	if _, err := user.RetrieveRoom(ctx, room.ID, meet.IfNoneMatch(room.ETag)); !errors.Is(err, meet.ErrNotModified) {
		t.Fatal(err)
	}

	// What is left out stays; null, an empty list and an empty configuration do not.
	changed := must(user.UpdateRoom(ctx, room.ID, api.RoomUpdate{AccessLevel: api.Trusted}, meet.IfMatch(room.ETag)))(t)
	equal(t, changed.AccessLevel, api.Trusted)
	equal(t, changed.ExpiresAt, tomorrow)
	equal(t, *changed.Configuration.EveryoneCanMute, false)
	changed = must(user.UpdateRoom(ctx, room.ID, api.RoomUpdate{ExpiresAt: api.At(tomorrow.Add(time.Hour))}))(t)
	equal(t, changed.ExpiresAt, tomorrow.Add(time.Hour))
	changed = must(user.UpdateRoom(ctx, room.ID, api.RoomUpdate{
		ExpiresAt: api.Never, Attendees: []string{}, Configuration: &api.RoomConfiguration{},
	}))(t)
	equal(t, changed.ExpiresAt.IsZero(), true)
	equal(t, changed.Configuration.EveryoneCanMute == nil && changed.Configuration.CanPublishSources == nil, true)
	equal(t, len(must(user.ListAccesses(ctx, room.ID))(t)), 1)

	list := must(user.ListRooms(ctx, api.ListRoomsParams{
		Slug: room.Slug, AccessLevel: []api.RoomAccessLevel{api.Trusted, api.Public}, Role: []api.RoomRole{api.RoomRoleOwner},
		CreatedAfter: time.Now().Add(-time.Hour), CreatedBefore: time.Now().Add(time.Hour), CreatedBy: api.Me, Page: 1, PageSize: 5,
	}))(t)
	equal(t, *list.Count, 1)
	equal(t, list.Results[0].ID, room.ID)
	if err := user.DeleteRoom(ctx, room.ID, meet.IfMatch(changed.ETag)); err != nil {
		t.Fatal(err)
	}
}

// Who has a role in a room: grantAccess, listAccesses, removeAccess.
func TestAccesses(t *testing.T) {
	t.Parallel()
	client, _ := connect(t)
	user, ctx := client.ForUser(email), t.Context()
	room := book(t, api.RoomCreate{})
	granted := must(user.GrantAccess(ctx, room.ID, api.AccessGrant{Email: colleague, Role: api.GrantableRoleMember}))(t)
	equal(t, *granted, api.GrantedAccess{Email: colleague, Role: api.RoomRoleMember, Created: true})
	accesses := must(user.ListAccesses(ctx, room.ID))(t)
	equal(t, len(accesses), 2)
	equal(t, accesses[1].Email, colleague)
	if err := user.RemoveAccess(ctx, room.ID, accesses[1].ID); err != nil {
		t.Fatal(err)
	}
	equal(t, len(must(user.ListAccesses(ctx, room.ID))(t)), 1)
}

// All rooms come, page by page, as they are read, and once more when they are read again.
func TestAllRooms(t *testing.T) {
	t.Parallel()
	client, sent := connect(t)
	key := time.Now()
	var made []string
	for range 5 {
		made = append(made, book(t, api.RoomCreate{AccessLevel: api.Restricted}).ID)
	}
	slices.Sort(made)
	rooms := client.ForUser(email).Rooms(t.Context(), api.ListRoomsParams{
		PageSize: 2, AccessLevel: []api.RoomAccessLevel{api.Restricted}, CreatedAfter: key.Add(-time.Minute), CreatedBy: api.Me, Page: 7,
	})
	for range 2 {
		var seen []string
		for room, err := range rooms {
			if err != nil {
				t.Fatal(err)
			}
			if slices.Contains(made, room.ID) {
				seen = append(seen, room.ID)
			}
		}
		equal(t, slices.Equal(seen, made), true)
	}
	before := len(sent.requests("GET /rooms/"))
	equal(t, before >= 6, true)
	for _, err := range rooms {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	equal(t, len(sent.requests("GET /rooms/")), before+1)
}

// What a request is named by reaches the server, and comes back in the error.
func TestOptionsOfARequest(t *testing.T) {
	t.Parallel()
	client, _ := connect(t)
	_, err := client.ForUser(email).ListRooms(t.Context(), api.ListRoomsParams{Page: 1000000}, meet.RequestID("booking-42"))
	equal(t, as[*meet.NotFound](t, err).RequestID, "booking-42")
	key := meet.IdempotencyKey("booking-" + time.Now().Format(time.RFC3339Nano))
	room := must(client.ForUser(email).CreateRoom(t.Context(), api.RoomCreate{}, key, meet.Strict()))(t)
	equal(t, must(client.ForUser(email).CreateRoom(t.Context(), api.RoomCreate{}, key))(t).ID, room.ID)
	if err := client.ForUser(email).DeleteRoom(t.Context(), room.ID); err != nil {
		t.Fatal(err)
	}
}

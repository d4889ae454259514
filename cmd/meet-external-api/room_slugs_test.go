// The tests of docs/contract.md, "Roles": the slug in place of the id. Slugs of others are in delete_room_test.go.

package main

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// Wherever a room is named in a path, its slug names it as its id does.
func TestSlugInPlaceOfTheID(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	s.user("bob@example.com")
	path, a := s.made(token, "{}")
	slug := "/rooms/" + a.body["slug"].(string) + "/"
	require.Equal(t, s.url+"/external-api/v1.0"+path, a.header.Get("Location"), "that is by the id")
	for name, request := range map[string]func(path string) answer{
		"retrieve":  func(path string) answer { return s.get(path, bearer(token)) },
		"update":    func(path string) answer { return s.patch(path, `{"access_level": "restricted"}`, bearer(token)) },
		"nothing":   func(path string) answer { return s.patch(path, `{}`, bearer(token)) },
		"attendees": func(path string) answer { return s.patch(path, `{"attendees": ["bob@example.com"]}`, bearer(token)) },
		"accesses":  func(path string) answer { return s.get(path+"accesses/", bearer(token)) },
		"grant-access": func(path string) answer {
			return s.post(path+"grant-access/", `{"email": "bob@example.com"}`, bearer(token))
		},
	} {
		_ = request(slug)
		bySlug, byID := request(slug), request(path)
		require.Equal(t, 200, bySlug.status, "%s: %s", name, bySlug.raw)
		require.Equal(t, string(byID.raw), string(bySlug.raw), name)
		require.Equal(t, byID.header.Get("ETag"), bySlug.header.Get("ETag"), name)
	}
	require.Equal(t, 200, s.get(strings.TrimSuffix(slug, "/"), bearer(token)).status)
	bob := s.get(slug+"accesses/", bearer(token)).body["results"].([]any)[1].(map[string]any)["id"].(string)
	require.Equal(t, 204, s.remove(slug+"accesses/"+bob+"/", bearer(token)).status)
	require.Equal(t, 204, s.remove(slug, bearer(token)).status)
	require.Equal(t, leftOf(0), s.left())
}

func TestNamesOfRooms(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t)
	room := func(slug any) (id string) {
		id = s.seed(user, "owner", "Board")
		s.sql(`update meet_room set slug = $2 where resource_id = $1`, id, slug)
		return id
	}
	for _, slug := range []string{
		"accesses", "grant-access", "last", "null", "-", "_", "0", "1e3", "CAPITALS", "a_b-C", strings.Repeat("s", 100),
		strings.Repeat("s", 36), "12345678-1234-1234-1234-12345678901g", "{2345678-1234-1234-1234-123456789012"[1:], strings.Repeat("a", 32),
	} {
		id := room(slug)
		require.Equal(t, id, s.get("/rooms/"+slug+"/", bearer(token)).body["id"], slug)
	}

	id := room(nil)
	require.Equal(t, id, s.get("/rooms/"+id+"/", bearer(token)).body["id"], "a room without a slug")
	require.Equal(t, id, s.get("/rooms/"+strings.ToUpper(id)+"/", bearer(token)).body["id"], "the id in capitals")
	require.Equal(t, 200, s.patch("/rooms/"+strings.ToUpper(id)+"/", `{"access_level": "trusted"}`, bearer(token)).status)

	other := room(id) // its slug is the id of that room, which counts
	require.Equal(t, id, s.get("/rooms/"+id+"/", bearer(token)).body["id"])
	unknown := uuid.NewString()
	room(unknown)
	require.Equal(t, noRoom, s.get("/rooms/"+unknown+"/", bearer(token)).detail(), "what has the form of an id is none but an id")
	require.Equal(t, other, s.get("/rooms/"+other+"/", bearer(token)).body["id"])

	for name, detail := range map[string]string{
		"capitals": noRoom, "aaa-bbbb-ccc": noRoom, "undefined": noRoom, uuid.NewString(): noRoom, strings.ReplaceAll(id, "-", ""): noRoom,
		"urn:uuid:" + id: "Not found.", "%7B" + id + "%7D": "Not found.", strings.Repeat("s", 101): "Not found.", "a.b": "Not found.", "a%20b": "Not found.",
		"%C3%A9": "Not found.", "a%00": "Not found.", "*": "Not found.", "a,b": "Not found.", "%27--": "Not found.",
	} {
		for _, a := range []answer{
			s.get("/rooms/"+name+"/", bearer(token)), s.remove("/rooms/"+name+"/", bearer(token)), s.patch("/rooms/"+name+"/", "{}", bearer(token)),
		} {
			require.Equal(t, 404, a.status, "%s: %s", name, a.raw)
			require.Equal(t, detail, a.detail(), name)
		}
	}
}

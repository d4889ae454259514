// The tests of docs/contract.md, "DELETE /rooms/{id}/ — delete".

package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// remove deletes what a path names.
func (s *instance) remove(path string, options ...requestOption) answer {
	s.t.Helper()
	return s.send(http.MethodDelete, path, nil, options...)
}

// made creates a room and returns its path and its answer.
func (s *instance) made(token string, body any) (path string, a answer) {
	s.t.Helper()
	a = s.post(roomsPath, body, bearer(token))
	require.Equal(s.t, 201, a.status, "%s", a.raw)
	return "/rooms/" + a.body["id"].(string) + "/", a
}

// left is how many rows of each table there are for rooms.
func (s *instance) left() map[string]int {
	s.t.Helper()
	rows := map[string]int{}
	for _, table := range []string{"meet_resource", "meet_room", "meet_resource_access", "external_api.room"} {
		var n int
		require.NoError(s.t, s.pool().Get(&n, `select count(*) from `+table))
		rows[table] = n
	}
	return rows
}

// nothing is left of one room, and so many are.
func leftOf(rooms int) map[string]int {
	return map[string]int{"meet_resource": rooms, "meet_room": rooms, "meet_resource_access": rooms, "external_api.room": rooms}
}

func TestDeleteRoom(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	s.user("bob@example.com")
	for _, name := range []string{"id", "slug"} {
		path, a := s.made(token, "{}")
		s.made(token, "{}")
		require.Equal(t, 201, s.post(path+"grant-access/", `{"email": "bob@example.com"}`, bearer(token)).status)
		named := "/rooms/" + a.body[name].(string) + "/"

		deleted := s.remove(named, bearer(token))

		require.Equal(t, 204, deleted.status, "%s", deleted.raw)
		require.Empty(t, deleted.raw)
		for _, header := range []string{"Content-Type", "Content-Length", "ETag"} {
			require.NotContains(t, deleted.header, header)
		}
		require.Equal(t, leftOf(1), s.left(), "and of the others all")
		for _, again := range []answer{
			s.remove(named, bearer(token)), s.get(named, bearer(token)), s.patch(named, "{}", bearer(token)),
			s.patch(named, `{"access_level": "trusted"}`, bearer(token)), s.post(path+"grant-access/", `{"email": "bob@example.com"}`, bearer(token)),
		} {
			require.Equal(t, 404, again.status)
			require.Equal(t, "No Room matches the given query.", again.detail())
		}
		require.Len(t, names(s.get(roomsPath, bearer(token))), 1)
		s.sql(`delete from meet_resource_access; delete from meet_room; delete from meet_resource; delete from external_api.room`)
	}
}

func TestDeleteRoomWithoutTheSlash(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	path, _ := s.made(token, "{}")
	require.Equal(t, 204, s.remove(strings.TrimSuffix(path, "/"), bearer(token)).status)
	require.Equal(t, leftOf(0), s.left())
}

const (
	roleMissing = "You do not have permission to perform this action."
	notOwnRoom  = "Only rooms that this application created can be deleted, or set to expire."
	noRoom      = "No Room matches the given query."
)

// Only an owner deletes a room, and only with the application that made it; without one, what was made through this API.
func TestWhoMayDeleteARoom(t *testing.T) {
	t.Parallel()
	s, application, user, token := roomServer(t, addons)
	stranger := s.user("stranger@example.com")
	other, gone := s.application(), s.application()
	restricted := s.application()
	s.cli("application", "update", restricted.ID, "--visibility=own")
	addon := signed(t, addonKey, meetHeader, meetClaims(credentials{}, user, map[string]any{
		"aud": "addons", "client_id": nil, "delegated": nil, "scope": "rooms:create rooms:delete",
	}))
	by := func(token string) func() string {
		return func() string { _, a := s.made(token, "{}"); return a.body["id"].(string) }
	}
	inMeet := func() string { return s.seed(user, "owner", "made in Meet") }
	withRole := func(role string) func() string {
		return func() string {
			id := by(s.token(application, "stranger@example.com"))()
			if role != "" {
				s.sql(`insert into meet_resource_access (id, created_at, updated_at, role, resource_id, user_id)
					values (gen_random_uuid(), now(), now(), $1, $2, $3)`, role, id, user)
			}
			return id
		}
	}
	for name, c := range map[string]struct {
		room   func() string
		token  string
		status int
		detail string
	}{
		"its owner, with its application":               {by(token), token, 204, ""},
		"another owner of it":                           {withRole("owner"), token, 204, ""},
		"an administrator":                              {withRole("administrator"), token, 403, roleMissing},
		"a member":                                      {withRole("member"), token, 403, roleMissing},
		"somebody else":                                 {withRole(""), token, 403, roleMissing},
		"without the scope":                             {by(token), s.token(application, "user@example.com rooms:list"), 403, "Insufficient permissions. Required scope: rooms:delete"},
		"made in Meet":                                  {inMeet, token, 403, notOwnRoom},
		"made by another application":                   {by(s.token(other, "user@example.com")), token, 403, notOwnRoom},
		"made without an application":                   {by(addon), token, 403, notOwnRoom},
		"no application, made with one":                 {by(token), addon, 204, ""},
		"no application, made without one":              {by(addon), addon, 204, ""},
		"no application, made by one that is deleted":   {by(s.token(gone, "user@example.com")), addon, 204, ""},
		"no application, made in Meet":                  {inMeet, addon, 403, notOwnRoom},
		"one that sees its own only, made by itself":    {by(s.token(restricted, "user@example.com")), s.token(restricted, "user@example.com"), 204, ""},
		"one that sees its own only, made by another":   {by(token), s.token(restricted, "user@example.com"), 404, noRoom},
		"one that sees its own only, made in Meet":      {inMeet, s.token(restricted, "user@example.com"), 404, noRoom},
		"an id of no room":                              {func() string { return stranger }, token, 404, noRoom},
		"what is no name of a room":                     {func() string { return "a.b" }, token, 404, "Not found."},
		"made by one that is deleted, with another one": {by(s.token(gone, "user@example.com")), token, 403, notOwnRoom},
	} {
		room := c.room()
		if strings.Contains(name, "that is deleted") {
			s.sql(`update external_api.room set application_id = gen_random_uuid() where room_id = $1`, room) // as that of no application
		}
		before := s.rooms()
		a := s.remove("/rooms/"+room+"/", bearer(c.token))
		require.Equal(t, c.status, a.status, "%s: %s", name, a.raw)
		require.Equal(t, c.detail, a.detail(), name)
		require.Equal(t, before-map[int]int{204: 1}[c.status], s.rooms(), name)
	}
}

// By its slug, a room in which the user has no role is not there.
func TestSlugsOfOthersAreNotThere(t *testing.T) {
	t.Parallel()
	s, application, _, token := roomServer(t)
	s.user("stranger@example.com")
	path, a := s.made(token, "{}")
	strange := s.token(application, "stranger@example.com")
	bySlug := "/rooms/" + a.body["slug"].(string) + "/"
	none := "/rooms/aaa-bbbb-ccc/"
	for name, request := range map[string]func(path string) answer{
		"retrieve": func(path string) answer { return s.get(path, bearer(strange)) },
		"update":   func(path string) answer { return s.patch(path, `{"access_level": "restricted"}`, bearer(strange)) },
		"nothing":  func(path string) answer { return s.patch(path, `{}`, bearer(strange)) },
		"delete":   func(path string) answer { return s.remove(path, bearer(strange)) },
		"if match": func(path string) answer { return s.remove(path, bearer(strange), header("If-Match", `"x"`)) },
		"grant access": func(path string) answer {
			return s.post(path+"grant-access/", `{"email": "stranger@example.com"}`, bearer(strange))
		},
	} {
		there, missing := request(bySlug), request(none)
		require.Equal(t, 404, there.status, name)
		require.Equal(t, missing.raw, there.raw, name)
		require.Equal(t, noRoom, there.detail(), name)
		require.Equal(t, 403, request(path).status, name)
	}
	require.Equal(t, leftOf(1), s.left())
}

// What refers to a room keeps it, whatever its foreign key says of deletions; nothing goes with it.
func TestDeleteRoomThatSomethingRefersTo(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	s.sql(`create schema other`)
	for name, c := range map[string]struct{ table, column, references, named string }{
		"as Django makes it":     {"meet_recording", "room_id", "meet_room deferrable initially deferred", "recording"},
		"to the resource":        {"meet_share", "resource_id", "meet_resource deferrable initially deferred", "share"},
		"not deferrable":         {"meet_file", "room_id", "meet_room", "file"},
		"restricted":             {"meet_poll", "room_id", "meet_room on delete restrict", "poll"},
		"cascading":              {"meet_summary", "room_id", "meet_room on delete cascade", "summary"},
		"cascading, deferred":    {"meet_note", "room_id", "meet_resource on delete cascade deferrable initially deferred", "note"},
		"losing it":              {"meet_breakout", "parent_id", "meet_room on delete set null", "breakout"},
		"losing it to a default": {"meet_default", "parent_id", "meet_room on delete set default", "default"},
		"odd names":              {`other."Odd table"`, `"Odd column"`, "meet_room on delete cascade", `other."Odd table"`},
	} {
		t.Run(name, func(t *testing.T) {
			s.sql(`create table ` + c.table + ` (` + c.column + ` uuid references ` + c.references + `)`)
			defer s.sql(`drop table ` + c.table)
			path, a := s.made(token, "{}")
			free, _ := s.made(token, "{}")
			s.sql(`insert into `+c.table+` values ($1)`, a.body["id"])
			before := s.left()

			refused := s.remove(path, bearer(token))

			require.Equal(t, 409, refused.status, "%s", refused.raw)
			require.Equal(t, "The room cannot be deleted while this refers to it in Meet: "+c.named+".", refused.detail())
			require.Equal(t, "room_referred_to", s.reason(t, refused))
			require.Equal(t, before, s.left(), "all or nothing")
			require.Equal(t, 200, s.patch(path, `{"access_level": "restricted"}`, bearer(token)).status)
			var referring int
			require.NoError(t, s.pool().Get(&referring, `select count(*) from `+c.table+` where `+c.column+` = $1`, a.body["id"]))
			require.Equal(t, 1, referring)
			require.Equal(t, 204, s.remove(free, bearer(token)).status, "nothing refers to it")
			s.sql(`delete from ` + c.table)
			require.Equal(t, 204, s.remove(path, bearer(token)).status)
		})
	}
}

// Where Meet's release deletes softly, the row stays, with its time, and what refers to it; everything else is as after a deletion.
func TestDeleteRoomSoftly(t *testing.T) {
	t.Parallel()
	s, application, _, token := roomServer(t)
	s.user("bob@example.com")
	s.sql(`alter table meet_room add column deleted_at timestamptz`)
	s.sql(`create table meet_recording (room_id uuid references meet_room on delete cascade)`)
	s = s.replica()
	path, a := s.made(token, map[string]any{"expires_at": booking["expires_at"]})
	require.Equal(t, 201, s.post(path+"grant-access/", `{"email": "bob@example.com", "role": "member"}`, bearer(token)).status)
	s.sql(`insert into meet_recording values ($1)`, a.body["id"])

	require.Equal(t, 204, s.remove(path, bearer(token)).status)

	require.Equal(t, map[string]int{"meet_resource": 1, "meet_room": 1, "meet_resource_access": 0, "external_api.room": 1}, s.left())
	var deleted struct {
		Room    string `db:"resource_id"`
		Softly  bool
		Expires bool
	}
	require.NoError(t, s.pool().Get(&deleted, `select resource_id, deleted_at between now() - interval '1 minute' and now() as softly,
		o.expires_at is not null or o.delete_at is not null as expires from meet_room join external_api.room o on o.room_id = resource_id`))
	require.Equal(t, a.body["id"], deleted.Room)
	require.True(t, deleted.Softly)
	require.False(t, deleted.Expires, "where Meet restores the room, it does not go again")
	for _, named := range []string{path, "/rooms/" + a.body["slug"].(string) + "/"} {
		require.Equal(t, 404, s.remove(named, bearer(token)).status)
		require.Equal(t, 404, s.get(named, bearer(token)).status)
		require.Equal(t, 404, s.patch(named, `{"access_level": "trusted"}`, bearer(token)).status)
		require.Equal(t, 404, s.post(named+"grant-access/", `{"email": "bob@example.com"}`, bearer(token)).status)
	}
	require.Empty(t, names(s.get(roomsPath, bearer(token))))
	require.Empty(t, names(s.get(roomsPath, bearer(s.token(application, "bob@example.com")))))
}

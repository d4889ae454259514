// The tests of docs/contract.md, "More about rooms": accesses.

package main

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// join gives a user a role in a room, as Meet would, and returns the id of the access.
func (s *instance) join(room, user, role string) string {
	s.t.Helper()
	id := uuid.NewString()
	s.sql(`insert into meet_resource_access (id, created_at, updated_at, role, resource_id, user_id)
		values ($1, clock_timestamp(), now(), $2, $3, $4)`, id, role, room, user)
	return id
}

// access is the id of the access that a user has to a room.
func (s *instance) access(room, user string) (id string) {
	s.t.Helper()
	require.NoError(s.t, s.pool().Get(&id, `select id from meet_resource_access where resource_id = $1 and user_id = $2`, room, user))
	return id
}

// members are the accesses to a room as "role address", in the order of the addresses.
func (s *instance) members(room string) (members []string) {
	s.t.Helper()
	members = []string{}
	require.NoError(s.t, s.pool().Select(&members, `select a.role || ' ' || u.email from meet_resource_access a
		join meet_user u on u.id = a.user_id where a.resource_id = $1 order by lower(u.email)`, room))
	return members
}

func accessesPath(room string) string { return roomsPath + room + "/accesses/" }

func TestAccesses(t *testing.T) {
	t.Parallel()
	s, application, user, token := roomServer(t)
	bob, carol := s.user("bob@example.com"), s.user("Carol@example.com")
	s.sql(`update meet_user set full_name = 'Bob Martin' where id = $1`, bob)
	s.sql(`update meet_user set sub = 'carol', email = null where id = $1`, carol)
	room := s.seed(user, "owner", "Board")
	s.sql(`update meet_resource_access set created_at = '2026-01-02 03:04:05.678+02'`)
	accesses := map[string]string{"user": s.access(room, user), "bob": s.join(room, bob, "administrator"), "carol": s.join(room, carol, "member")}
	s.sql(`update meet_resource_access set created_at = '2026-01-02 03:04:06+02' where user_id in ($1, $2)`, bob, carol)
	s.join(s.seed(bob, "owner", "Another"), carol, "member")

	a := s.get(accessesPath(room), bearer(token))

	require.Equal(t, 200, a.status, "%s", a.raw)
	of := func(name string, email, fullName any, role, at string) map[string]any {
		return map[string]any{"id": accesses[name], "email": email, "full_name": fullName, "role": role, "created_at": at}
	}
	later := []any{
		of("bob", "bob@example.com", "Bob Martin", "administrator", "2026-01-02T01:04:06Z"),
		of("carol", nil, nil, "member", "2026-01-02T01:04:06Z"),
	}
	if accesses["carol"] < accesses["bob"] {
		slices.Reverse(later)
	}
	want := append([]any{of("user", "user@example.com", nil, "owner", "2026-01-02T01:04:05.678Z")}, later...)
	require.Equal(t, map[string]any{"results": want}, a.body)

	require.Equal(t, a.body, s.get(accessesPath(room), bearer(s.token(application, "bob@example.com"))).body, "an administrator sees the same")
	s.sql(`update meet_user set email = 'carol@example.com' where id = $1`, carol)
	shown := s.get(accessesPath(room), bearer(s.token(application, "carol@example.com"))).body["results"].([]any)
	require.Len(t, shown, 3)
	for i, one := range shown {
		require.Nil(t, one.(map[string]any)["email"], "addresses are for administrators and owners")
		require.Equal(t, want[i].(map[string]any)["full_name"], one.(map[string]any)["full_name"])
	}
}

// Who may list and remove what, by which name of the room.
func TestRightsOnAccesses(t *testing.T) {
	t.Parallel()
	const member, administrator, owner = "member", "administrator", "owner"
	for role, c := range map[string]struct {
		list    int
		removes map[string]int // by the role that is removed
		own     int
	}{
		"":            {403, map[string]int{member: 403, administrator: 403, owner: 403, "unknown": 403}, 0},
		member:        {200, map[string]int{member: 403, administrator: 403, owner: 403, "unknown": 403}, 204},
		administrator: {200, map[string]int{member: 204, administrator: 204, owner: 403, "unknown": 404}, 204},
		owner:         {200, map[string]int{member: 204, administrator: 204, owner: 204, "unknown": 404}, 204},
		"guest":       {403, map[string]int{member: 403, administrator: 403, owner: 403, "unknown": 403}, 204},
	} {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			s, _, user, token := roomServer(t)
			room := s.seed(s.user("first@example.com"), owner, "Board")
			if role != "" {
				s.join(room, user, role)
			}
			for _, name := range []string{"id", "slug"} {
				path := accessesPath(room)
				hidden := func(status int) int { return status }
				if name == "slug" {
					s.sql(`update meet_room set slug = 'abc-defg-hij'`)
					path = accessesPath("abc-defg-hij")
					hidden = func(status int) int {
						if role == "" {
							return 404
						}
						return status
					}
				}
				require.Equal(t, hidden(c.list), s.get(path, bearer(token)).status, name)
				for target, status := range c.removes {
					access := uuid.NewString()
					if target != "unknown" {
						access = s.join(room, s.user(uuid.NewString()+"@example.com"), target)
					}
					a := s.remove(path+access+"/", bearer(token))
					require.Equal(t, hidden(status), a.status, "%s of the room, removing %s: %s", name, target, a.raw)
					switch {
					case a.status == 404 && role == "":
						require.Equal(t, "No Room matches the given query.", a.detail())
					case a.status == 404:
						require.Equal(t, "No ResourceAccess matches the given query.", a.detail())
					case a.status == 403:
						require.Equal(t, "You do not have permission to perform this action.", a.detail())
					}
					var stays bool
					require.NoError(t, s.pool().Get(&stays, `select exists (select from meet_resource_access where id = $1)`, access))
					require.Equal(t, a.status != 204 && target != "unknown", stays)
				}
			}
			if role != "" {
				require.Equal(t, c.own, s.remove(accessesPath(room)+s.access(room, user)+"/", bearer(token)).status, "oneself always")
				require.Equal(t, 403, s.get(accessesPath(room), bearer(token)).status)
			}
		})
	}
}

func TestRemoveAccess(t *testing.T) {
	t.Parallel()
	s, application, user, token := roomServer(t)
	room, another := s.seed(user, "owner", "Board"), s.seed(user, "owner", "Another")
	own := accessesPath(room) + s.access(room, user) + "/"
	bob := s.user("bob@example.com")

	a := s.remove(own, bearer(token))
	require.Equal(t, 409, a.status)
	require.Equal(t, "A resource should keep at least one owner.", a.detail())
	require.Equal(t, "last_owner", s.reason(t, a))
	s.join(room, bob, "administrator")
	require.Equal(t, 409, s.remove(own, bearer(token)).status, "an administrator is none")

	a = s.remove(accessesPath(room)+s.access(another, user)+"/", bearer(token))
	require.Equal(t, 404, a.status, "that of another room")
	require.Equal(t, "access_not_found", s.reason(t, a))
	a = s.remove(accessesPath(room)+"1/", bearer(token))
	require.Equal(t, 404, a.status)
	require.Equal(t, "Not found.", a.detail(), "no UUID")
	require.Equal(t, "No Room matches the given query.", s.remove(accessesPath(uuid.NewString())+uuid.NewString()+"/", bearer(token)).detail())

	path := accessesPath(room) + s.access(room, bob) + "/"
	require.Equal(t, 204, s.remove(path, bearer(token)).status)
	require.Equal(t, 404, s.remove(path, bearer(token)).status)
	require.Equal(t, []string{"owner user@example.com"}, s.members(room))

	s.join(room, bob, "owner")
	s.sql(`insert into external_api.room (room_id, expires_at) values ($1, now() - interval '1 second')`, room)
	require.Equal(t, 404, s.remove(own, bearer(token)).status, "a room that has expired is gone")
	require.Equal(t, 404, s.get(accessesPath(room), bearer(token)).status)
	s.sql(`delete from external_api.room`)
	require.Equal(t, 204, s.remove(own, bearer(token)).status)
	require.Equal(t, []string{"owner bob@example.com"}, s.members(room))

	narrow := s.token(application, "user@example.com rooms:list")
	for scope, a := range map[string]answer{
		"rooms:retrieve": s.get(accessesPath(another), bearer(narrow)), "rooms:grant-access": s.remove(own, bearer(narrow)),
	} {
		require.Equal(t, 403, a.status)
		require.Equal(t, "Insufficient permissions. Required scope: "+scope, a.detail())
	}
	require.Equal(t, 200, s.get(accessesPath(another), bearer(s.token(application, "user@example.com rooms:retrieve"))).status)
	s.cli("application", "update", application.ID, "--visibility=own")
	require.Equal(t, 404, s.get(accessesPath(another), bearer(token)).status, "another application's room")
	require.Equal(t, 404, s.remove(accessesPath(another)+s.access(another, user)+"/", bearer(token)).status)
}

// Two owners who remove each other, or themselves, at the same time: one stays.
func TestOwnersWhoRemoveOwnersAtOnce(t *testing.T) {
	t.Parallel()
	s, application, user, token := roomServer(t)
	bob := s.user("bob@example.com")
	tokens := map[string]string{user: token, bob: s.token(application, "bob@example.com")}
	for i := range 30 {
		room := s.seed(user, "owner", fmt.Sprint("Board ", i))
		s.join(room, bob, "owner")
		var group sync.WaitGroup
		statuses := make(chan int, 2)
		for remover, removed := range map[string]string{user: bob, bob: user} {
			if i%2 == 0 {
				removed = remover
			}
			path := accessesPath(room) + s.access(room, removed) + "/"
			group.Go(func() { statuses <- s.remove(path, bearer(tokens[remover])).status })
		}
		group.Wait()
		got := []int{<-statuses, <-statuses}
		slices.Sort(got)
		require.Equal(t, []int{204, map[bool]int{true: 409, false: 403}[i%2 == 0]}, got)
		require.Len(t, s.members(room), 1)
	}
}

// Removals, grants, changes of the members and the deletion of a room at the same time: each comes before or after the others.
func TestAccessesAndTheRestAtOnce(t *testing.T) {
	t.Parallel()
	s, application, user, token := roomServer(t)
	bob := s.user("bob@example.com")
	tokens := []string{token, s.token(application, "bob@example.com")}
	begin := time.Now()
	for i := range 20 {
		room := s.post(roomsPath, `{"attendees": ["bob@example.com"]}`, bearer(token)).body["id"].(string)
		s.sql(`update meet_resource_access set role = 'owner' where resource_id = $1`, room)
		path := roomsPath + room + "/"
		removals := []string{path + "accesses/" + s.access(room, user) + "/", path + "accesses/" + s.access(room, bob) + "/"}
		var group sync.WaitGroup
		for n, ask := range []func(token string) answer{
			func(token string) answer { return s.remove(removals[0], bearer(token)) },
			func(token string) answer { return s.remove(removals[1], bearer(token)) },
			func(token string) answer {
				return s.post(path+"grant-access/", `{"email": "bob@example.com"}`, bearer(token))
			},
			func(token string) answer {
				return s.post(path+"grant-access/", `{"email": "user@example.com"}`, bearer(token))
			},
			func(token string) answer {
				return s.patch(path, `{"attendees": ["bob@example.com", "user@example.com"]}`, bearer(token))
			},
			func(token string) answer { return s.patch(path, `{"attendees": []}`, bearer(token)) },
			func(token string) answer {
				if i%2 == 0 {
					return s.get(path+"accesses/", bearer(token))
				}
				return s.remove(path, bearer(token))
			},
		} {
			group.Go(func() {
				a := ask(tokens[(i+n)%2])
				require.Contains(t, []int{200, 201, 204, 403, 404, 409}, a.status, "%d: %s", n, a.raw)
			})
		}
		group.Wait()
		for _, member := range s.members(room) {
			require.NotEmpty(t, member)
		}
		var lost int
		require.NoError(t, s.pool().Get(&lost, `select count(*) from meet_room where resource_id = $1 and not exists (
			select from meet_resource_access a where a.resource_id = $1 and role = 'owner')`, room))
		require.Zero(t, lost, "a room has an owner")
	}
	require.Less(t, time.Since(begin), eventually)
	require.NotContains(t, s.log.String(), `"status":500`)
}

// A room of thousands is answered whole.
func TestThousandsOfAccesses(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t)
	room := s.seed(user, "owner", "Board")
	s.sql(`insert into meet_user (id, password, is_superuser, created_at, updated_at, sub, email, language, timezone, is_device, is_staff,
			is_active, default_room_configuration)
		select gen_random_uuid(), '!', false, now(), now(), n, 'u' || n || '@example.com', 'en-us', 'UTC', false, false, true, '{}'
		from generate_series(1, 5000) as n`)
	s.sql(`insert into meet_resource_access (id, created_at, updated_at, role, resource_id, user_id)
		select gen_random_uuid(), now(), now(), 'member', $1, id from meet_user where sub is not null`, room)
	results := s.get(accessesPath(room), bearer(token)).body["results"].([]any)
	require.Len(t, results, 5001)
}

// The tests of docs/contract.md, "More about rooms": attendees.

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// statuses are what an answer says of attendees, as "address status", in its order; nil: nothing.
func statuses(a answer) []string {
	shown, is := a.body["attendees"].([]any)
	if !is {
		return nil
	}
	statuses := []string{}
	for _, one := range shown {
		attendee := one.(map[string]any)
		statuses = append(statuses, fmt.Sprint(attendee["email"], " ", attendee["status"]))
	}
	return statuses
}

func attending(addresses ...string) map[string]any {
	if addresses == nil {
		addresses = []string{}
	}
	return map[string]any{"attendees": addresses}
}

// count is the one number that a query finds.
func (s *instance) count(query string, args ...any) (n int) {
	s.t.Helper()
	require.NoError(s.t, s.pool().Get(&n, query, args...))
	return n
}

func TestAttendeesOfANewRoom(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	s.user("Bob@example.com")
	s.user("carol@example.com")
	s.user("off@example.com")
	s.sql(`update meet_user set is_active = false where email = 'off@example.com'`)
	body := attending("carol@example.com", " bOB@example.com\t", "user@example.com", "bob@EXAMPLE.com", "nobody@example.com", "off@example.com")
	body["access_level"] = "restricted"

	a := s.post(roomsPath, body, bearer(token))

	require.Equal(t, 201, a.status, "%s", a.raw)
	require.Equal(t, "restricted", a.body["access_level"])
	require.Equal(t, []string{
		"carol@example.com member", "bOB@example.com member", "user@example.com member", "nobody@example.com unknown", "off@example.com unknown",
	}, statuses(a), "as they were sent, each once")
	room := a.body["id"].(string)
	require.Equal(t, []string{"member Bob@example.com", "member carol@example.com", "owner user@example.com"}, s.members(room))

	retrieved := s.get(roomsPath+room+"/", bearer(token))
	require.Nil(t, statuses(retrieved))
	require.Equal(t, retrieved.header.Get("ETag"), a.header.Get("ETag"), "attendees play no part in it")
	require.NotContains(t, string(s.get(roomsPath, bearer(token)).raw), "attendees")
	require.Equal(t, []string{}, statuses(s.post(roomsPath, attending(), bearer(token))), "none were set")
	require.Nil(t, statuses(s.post(roomsPath, `{}`, bearer(token))))
	require.Zero(t, s.count(`select count(*) from external_api.user`), "nobody was created")
}

func TestAttendeesOfARoomThatIsThere(t *testing.T) {
	t.Parallel()
	s, application, _, token := roomServer(t)
	for _, name := range []string{"bob", "carol", "dave", "erin", "frank"} {
		s.user(name + "@example.com")
	}
	made := s.post(roomsPath, attending("bob@example.com", "carol@example.com", "dave@example.com", "erin@example.com"), bearer(token))
	room := made.body["id"].(string)
	path := roomsPath + room + "/"
	s.sql(`update meet_resource_access set role = 'administrator' where user_id = (select id from meet_user where email = 'dave@example.com')`)
	s.sql(`update meet_resource_access set role = 'owner' where user_id = (select id from meet_user where email = 'erin@example.com')`)
	s.sql(`update meet_resource_access set created_at = '2026-01-01' where user_id = (select id from meet_user where email = 'bob@example.com')`)
	managers := []string{"administrator dave@example.com", "owner erin@example.com"}
	all := func(more ...string) []string { return append(append(more, managers...), "owner user@example.com") }

	require.Nil(t, statuses(s.patch(path, `{"access_level": "restricted"}`, bearer(token))))
	require.Equal(t, all("member bob@example.com", "member carol@example.com"), s.members(room), "absent: unchanged")

	s.sql(`update meet_resource set updated_at = '2026-01-01'`)
	a := s.patch(path, attending("dave@example.com", "bob@example.com", "erin@example.com", "user@example.com"), bearer(token))
	require.Equal(t, 200, a.status, "%s", a.raw)
	require.Equal(t, "restricted", a.body["access_level"])
	require.Equal(t, []string{"dave@example.com member", "bob@example.com member", "erin@example.com member", "user@example.com member"}, statuses(a))
	require.Equal(t, all("member bob@example.com"), s.members(room), "they are replaced; administrators and owners stay what they are")
	require.Equal(t, 1, s.count(`select count(*) from meet_resource_access where created_at = '2026-01-01'`), "whoever stays has the same access")
	require.Equal(t, 1, s.count(`select count(*) from meet_resource where updated_at > '2026-01-02'`), "it is a change of the room")
	require.Equal(t, a.header.Get("ETag"), s.get(path, bearer(token)).header.Get("ETag"))

	administrator := s.token(application, "dave@example.com")
	a = s.patch(path, `{"attendees": ["frank@example.com"], "configuration": {"everyone_can_mute": true}}`, bearer(administrator))
	require.Equal(t, map[string]any{"everyone_can_mute": true}, a.body["configuration"])
	require.Equal(t, append(append([]string{}, managers...), "member frank@example.com", "owner user@example.com"), s.members(room))

	a = s.patch(path, attending(), bearer(token))
	require.Equal(t, []string{}, statuses(a))
	require.Equal(t, all(), s.members(room), "an empty list removes all")

	require.Equal(t, 412, s.patch(path, attending("bob@example.com"), bearer(token), header("If-Match", made.header.Get("ETag"))).status)
	require.Equal(t, all(), s.members(room))
	require.Equal(t, 200, s.patch(path, attending("bob@example.com"), bearer(token), header("If-Match", a.header.Get("ETag"))).status)

	for body, status := range map[string]int{`{"attendees": ["bob@example.com"], "expires_at": "2000-01-01T00:00:00Z"}`: 400, `{"attendees": null}`: 400} {
		require.Equal(t, status, s.patch(path, body, bearer(token)).status)
	}
	member := s.token(application, "bob@example.com")
	require.Equal(t, 403, s.patch(path, attending(), bearer(member)).status)
	stranger := s.token(application, "carol@example.com")
	require.Equal(t, 403, s.patch(path, attending(), bearer(stranger)).status)
	require.Equal(t, 404, s.patch(roomsPath+a.body["slug"].(string)+"/", attending(), bearer(stranger)).status)
	require.Equal(t, all("member bob@example.com"), s.members(room))
}

// What becomes of an address that nobody has.
func TestAttendeesWhoAreInvited(t *testing.T) {
	t.Parallel()
	s := start(t, creation)
	application := s.application(append([]string{"--domain=example.com"}, allScopes...)...)
	token := s.token(application, "user@example.com")
	s.user("elsewhere@example.org")
	s.user("made-by-hand@example.com")

	a := s.post(roomsPath, attending(
		"New.One@example.com", "nobody@example.org", "elsewhere@example.org", "user@example.com", "made-by-hand@example.com"), bearer(token))

	require.Equal(t, []string{
		"New.One@example.com invited", "nobody@example.org unknown", "elsewhere@example.org member", "user@example.com member",
		"made-by-hand@example.com member",
	}, statuses(a), "%s", a.raw)
	room := a.body["id"].(string)
	require.Equal(t, []string{
		"member elsewhere@example.org", "member made-by-hand@example.com", "member New.One@example.com", "owner user@example.com",
	}, s.members(room))
	require.Equal(t, 1, s.count(`select count(*) from meet_user where email = 'New.One@example.com' and sub is null and password ~ '^![A-Za-z0-9]{40}$'
		and language = 'en-us' and timezone = 'UTC' and is_active and not is_staff and not is_superuser and default_room_configuration = '{}'`))
	require.Zero(t, s.count(`select count(*) from meet_user where email = 'nobody@example.org'`))

	path := roomsPath + room + "/"
	require.Equal(t, []string{"new.one@example.com invited", "another@example.com invited"},
		statuses(s.patch(path, attending("new.one@example.com", "another@example.com"), bearer(token))), "until they sign in")
	require.Equal(t, []string{"member another@example.com", "member New.One@example.com", "owner user@example.com"}, s.members(room))
	s.sql(`update meet_user set sub = 'new' where email = 'New.One@example.com'`)
	require.Equal(t, 201, s.post(path+"grant-access/", `{"email": "granted@example.com"}`, bearer(token)).status)
	s.token(application, "tokens@example.com")
	require.Equal(t, []string{"new.one@example.com member", "granted@example.com invited", "tokens@example.com invited"},
		statuses(s.patch(path, attending("new.one@example.com", "granted@example.com", "tokens@example.com"), bearer(token))))
	require.Equal(t, "user@example.com New.One@example.com another@example.com granted@example.com tokens@example.com", s.provisional())
}

// provisional are the addresses of those who are noted as provisional, in the order in which they were.
func (s *instance) provisional() (addresses string) {
	s.t.Helper()
	require.NoError(s.t, s.pool().Get(&addresses, `select string_agg(u.email, ' ' order by u.created_at) from external_api.user
		join meet_user u on u.id = user_id where provisional`))
	return addresses
}

// A caller without an application acts for themselves, and may invite anybody.
func TestAttendeesOfCallersWithoutAnApplication(t *testing.T) {
	t.Parallel()
	s := start(t, addons, creation)
	user := s.user("user@example.com")
	claims := meetClaims(credentials{}, user, map[string]any{"aud": "addons", "scope": "rooms:create rooms:grant-access"})
	delete(claims, "client_id")
	delete(claims, "delegated")
	token := signed(t, addonKey, meetHeader, claims)
	require.Equal(t, []string{"new@example.org invited"}, statuses(s.post(roomsPath, attending("new@example.org"), bearer(token))))
}

// All or nothing.
func TestAttendeesThatAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t, creation)
	s.user("user@example.com")
	s.user("two@example.com")
	s.cli("user", "create", "--email=two@example.com", "--sub=second")
	token := s.token(s.application(), "user@example.com")
	room := s.post(roomsPath, attending("two-more@example.com"), bearer(token)).body["id"].(string)
	users := s.count(`select count(*) from meet_user`)
	many := make([]string, 101)
	for i := range many {
		many[i] = fmt.Sprintf("%d@example.com", i)
	}
	for body, want := range map[string]string{
		`["new@example.com", "new", "", "a@b", " x@example.com "]`: `{"1": ["Enter a valid email address."], "2": ["Enter a valid email address."],
			"3": ["Enter a valid email address."]}`,
		`["new@example.com", "new", "new"]`:                       `{"1": ["Enter a valid email address."], "2": ["Enter a valid email address."]}`,
		`["new@example.com", "x@example.com", "TWO@example.com"]`: `{"2": ["Multiple user accounts share a common email."]}`,
		`["new@example.com", 1]`:                                  `{"1": ["Not a valid string."]}`,
		`["new@example.com", "` + strings.Repeat("a", 255) + `"]`: `{"1": ["Ensure this field has no more than 254 characters."]}`,
		`["` + strings.Join(many, `", "`) + `"]`:                  `["Ensure this field has no more than 100 elements."]`,
		`"new@example.com"`:                                       `["Expected a list, but got str."]`,
		`null`:                                                    `["This field may not be null."]`,
	} {
		for _, a := range []answer{
			s.post(roomsPath, `{"attendees": `+body+`}`, bearer(token)),
			s.patch(roomsPath+room+"/", `{"access_level": "restricted", "attendees": `+body+`}`, bearer(token)),
		} {
			require.Equal(t, 400, a.status, "%s: %s", body, a.raw)
			require.JSONEq(t, `{"attendees": `+want+`}`, string(a.raw))
		}
	}
	require.Equal(t, users, s.count(`select count(*) from meet_user`), "nothing is written")
	require.Equal(t, 1, s.count(`select count(*) from meet_room where access_level = 'trusted'`))
	require.Equal(t, []string{"member two-more@example.com", "owner user@example.com"}, s.members(room))

	hundred := s.post(roomsPath, attending(many[:100]...), bearer(token))
	require.Equal(t, 201, hundred.status)
	require.Len(t, s.members(hundred.body["id"].(string)), 101)
	require.Equal(t, users+100, s.count(`select count(*) from meet_user`))
}

// Whoever may not change the room is not told who has an address.
func TestAttendeesAreLookedUpForThoseWhoMayChangeTheRoom(t *testing.T) {
	t.Parallel()
	s, application, _, token := roomServer(t)
	room := s.post(roomsPath, attending(), bearer(token)).body["id"].(string)
	s.user("two@example.com")
	s.cli("user", "create", "--email=two@example.com", "--sub=second")
	s.user("stranger@example.com")
	stranger := s.token(application, "stranger@example.com")
	for _, body := range []string{`{"attendees": ["two@example.com"]}`, `{"attendees": ["two@example.com"], "access_level": "restricted"}`} {
		require.Equal(t, 400, s.patch(roomsPath+room+"/", body, bearer(token)).status)
		require.Equal(t, 403, s.patch(roomsPath+room+"/", body, bearer(stranger)).status)
	}
}

func TestAttendeesNeedAScope(t *testing.T) {
	t.Parallel()
	s, application, _, token := roomServer(t)
	room := s.post(roomsPath, `{}`, bearer(token)).body["id"].(string)
	narrow := s.token(application, "user@example.com rooms:create rooms:update")
	for _, body := range []string{`{"attendees": []}`, `{"attendees": ["bob@example.com"]}`, `{"attendees": ["bob"], "expires_at": "2000-01-01T00:00:00Z"}`} {
		for _, a := range []answer{s.post(roomsPath, body, bearer(narrow)), s.patch(roomsPath+room+"/", body, bearer(narrow))} {
			require.Equal(t, 403, a.status)
			require.Equal(t, "Insufficient permissions. Required scope: rooms:grant-access", a.detail())
			require.Equal(t, `Bearer error="insufficient_scope", scope="rooms:grant-access"`, a.header.Get("WWW-Authenticate"))
		}
	}
	require.Equal(t, 1, s.count(`select count(*) from meet_room`))
	require.Equal(t, 200, s.patch(roomsPath+room+"/", `{}`, bearer(narrow)).status)
}

// A creation that is repeated gets the first answer, whoever has the addresses by then, and creates nobody.
func TestAttendeesOfARepeatedCreation(t *testing.T) {
	t.Parallel()
	s := start(t, creation)
	token := s.token(s.application(), "user@example.com")
	body := attending("new@example.com")
	first := s.post(roomsPath, body, bearer(token), key("booking"))
	require.Equal(t, []string{"new@example.com invited"}, statuses(first), "%s %s", first.raw, s.log.String())
	for _, change := range []string{
		`select`, `update meet_user set sub = 'new' where email = 'new@example.com'`,
		`insert into meet_user select gen_random_uuid(), password, last_login, is_superuser, created_at, updated_at, 'again', email, admin_email,
			language, timezone, is_device, is_staff, is_active, full_name, short_name, default_room_access_level, default_room_configuration
			from meet_user where email = 'new@example.com'`,
		`update meet_user set email = 'old@example.com' where email = 'new@example.com'`,
	} {
		s.sql(change)
		users := s.count(`select count(*) from meet_user`)
		again := s.post(roomsPath, body, bearer(token), key("booking"))
		require.Equal(t, 201, again.status, "%s", again.raw)
		require.Equal(t, "true", again.header.Get("Idempotent-Replayed"))
		require.Equal(t, string(first.raw), string(again.raw))
		require.Equal(t, users, s.count(`select count(*) from meet_user`))
	}
	require.Equal(t, 422, s.post(roomsPath, attending("another@example.com"), bearer(token), key("booking")).status)
	require.Equal(t, 1, s.count(`select count(*) from meet_room`))
	require.Zero(t, s.count(`select count(*) from meet_user where email = 'another@example.com'`))
}

// LiveKit is not told of members: they change nothing in a meeting.
func TestLiveKitIsNotToldOfAttendees(t *testing.T) {
	t.Parallel()
	l := newLiveKitServer(t)
	s, _, _, token := roomServer(t, l.settings)
	s.user("bob@example.com")
	path := roomsPath + s.post(roomsPath, `{}`, bearer(token)).body["id"].(string) + "/"
	require.Equal(t, 200, s.patch(path, attending("bob@example.com"), bearer(token)).status)
	require.Equal(t, 200, s.patch(path, `{"access_level": "restricted", "attendees": []}`, bearer(token)).status)
	require.Equal(t, "/twirp/livekit.RoomService/ListRooms", (<-l.calls).path)
	require.Contains(t, (<-l.calls).body["metadata"], "restricted")
	require.Empty(t, l.calls, "the change of the access level was the first")
}

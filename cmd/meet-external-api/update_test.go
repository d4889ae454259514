package main

import (
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func TestUpdateRoom(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t)
	path := "/rooms/" + s.seed(user, "administrator", "Board") + "/"
	s.sql(`update meet_resource set updated_at = '2000-01-01'`)
	before := s.get(path, bearer(token)).body

	same := s.patch(path, "{}", bearer(token))
	require.Equal(t, 200, same.status)
	require.Equal(t, before, same.body)
	require.Equal(t, before, s.patch(path, "", bearer(token)).body)

	a := s.patch(path, map[string]any{"access_level": "restricted", "name": "New", "slug": "new", "id": 1}, bearer(token))
	require.Equal(t, 200, a.status, "%s", a.raw)
	want := maps.Clone(before)
	want["access_level"] = "restricted"
	require.Equal(t, want, a.body)

	a = s.patch(path, map[string]any{"configuration": map[string]any{"everyone_can_mute": true}}, bearer(token))
	want["configuration"] = map[string]any{"everyone_can_mute": true}
	require.Equal(t, want, a.body, "the configuration is replaced as a whole")
	require.Equal(t, want, s.get(path, bearer(token)).body)
	var touched bool
	require.NoError(t, s.pool().Get(&touched, `select updated_at > '2001-01-01' from meet_resource`))
	require.True(t, touched)

	for body, c := range map[string]struct {
		field, message string
	}{
		`{"access_level": "secret"}`:        {"access_level", `"secret" is not a valid choice.`},
		`{"access_level": null}`:            {"access_level", "This field may not be null."},
		`{"access_level": "public"}`:        {"access_level", "Public rooms are disabled for the external API."},
		`{"configuration": {"color": "x"}}`: {"configuration", "color: Extra inputs are not permitted"},
		`[]`:                                {"non_field_errors", "Invalid data. Expected a dictionary, but got list."},
	} {
		a := s.patch(path, body, bearer(token))
		require.Equal(t, 400, a.status)
		require.Equal(t, []any{c.message}, a.body[c.field])
	}
	put := s.send(http.MethodPut, path, nil, bearer(token))
	require.Equal(t, 405, put.status)
	require.Equal(t, `Method "PUT" not allowed.`, put.detail())
}

func TestUpdatePublicRooms(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		allow, standard string
		status          int
	}{
		"allowed": {"true", "trusted", 200}, "not allowed": {"false", "restricted", 400}, "the default": {"false", "public", 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _, user, token := roomServer(t, map[string]string{
				"EXTERNAL_API_ALLOW_PUBLIC_ACCESS": c.allow, "EXTERNAL_API_DEFAULT_ACCESS_LEVEL": c.standard,
			})
			path := "/rooms/" + s.seed(user, "owner", "Board") + "/"
			require.Equal(t, c.status, s.patch(path, `{"access_level": "public"}`, bearer(token)).status)
		})
	}
}

func TestRoles(t *testing.T) {
	t.Parallel()
	s, application, user, token := roomServer(t)
	stranger := s.user("stranger@example.com")
	s.user("bob@example.com")
	grant := map[string]any{"email": "bob@example.com"}
	for role, status := range map[string][3]int{
		"member": {200, 403, 403}, "administrator": {200, 200, 201}, "owner": {200, 200, 201},
	} {
		path := "/rooms/" + s.seed(user, role, role) + "/"
		require.Equal(t, status[0], s.get(path, bearer(token)).status, role)
		require.Equal(t, status[1], s.patch(path, `{"access_level": "trusted"}`, bearer(token)).status, role)
		require.Equal(t, status[2], s.post(path+"grant-access/", grant, bearer(token)).status, role)
	}
	narrow := s.token(application, "user@example.com rooms:list")
	others := "/rooms/" + s.seed(stranger, "owner", "other's") + "/"
	for path, c := range map[string]struct {
		status int
		detail string
	}{
		others:                             {403, "You do not have permission to perform this action."},
		"/rooms/" + uuid.NewString() + "/": {404, "No Room matches the given query."},
		"/rooms/board/":                    {404, "Not found."},
	} {
		for _, a := range []answer{s.patch(path, "{}", bearer(token)), s.post(path+"grant-access/", grant, bearer(token))} {
			require.Equal(t, c.status, a.status)
			require.Equal(t, c.detail, a.detail())
		}
	}
	require.Equal(t, "Insufficient permissions. Required scope: rooms:update", s.patch(others, "{}", bearer(narrow)).detail())
	require.Equal(t, "Insufficient permissions. Required scope: rooms:grant-access", s.post(others+"grant-access/", grant, bearer(narrow)).detail())
}

func TestGrantAccess(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t)
	s.user("Bob@example.com")
	id := s.seed(user, "owner", "Board")
	path := "/rooms/" + id + "/grant-access/"
	granted := func(role string, created bool) map[string]any {
		return map[string]any{"email": "bOB@example.com", "role": role, "created": created, "provisional_user_created": false}
	}
	ask := func(body map[string]any) answer {
		body["email"] = "bOB@example.com"
		return s.post(path, body, bearer(token))
	}
	for _, step := range []struct {
		body   map[string]any
		status int
		want   map[string]any
	}{
		{map[string]any{}, 201, granted("administrator", true)},
		{map[string]any{}, 200, granted("administrator", false)},
		{map[string]any{"role": "member"}, 200, granted("member", false)},
		{map[string]any{"role": "administrator", "other": 1}, 200, granted("administrator", false)},
	} {
		a := ask(step.body)
		require.Equal(t, step.status, a.status)
		require.Equal(t, step.want, a.body)
	}
	owner := s.post(path, map[string]any{"email": "user@example.com", "role": "member"}, bearer(token))
	require.Equal(t, 200, owner.status)
	require.Equal(t, map[string]any{
		"email": "user@example.com", "role": "owner", "created": false, "provisional_user_created": false,
		"detail": "Delegate is already owner of this room.",
	}, owner.body)
	var roles string
	require.NoError(t, s.pool().Get(&roles, `select string_agg(role, ' ' order by role) from meet_resource_access`))
	require.Equal(t, "administrator owner", roles)

	for body, c := range map[string]struct {
		status int
		want   string
	}{
		`{}`:               {400, `{"email": ["This field is required."]}`},
		`{"email": ""}`:    {400, `{"email": ["This field may not be blank."]}`},
		`{"email": null}`:  {400, `{"email": ["This field may not be null."]}`},
		`{"email": "bob"}`: {400, `{"email": ["Enter a valid email address."]}`},
		`{"email": "bob@example.com", "role": "owner"}`: {400, `{"role": ["\"owner\" is not a valid choice."]}`},
		`{"email": "nobody@example.com"}`:               {404, `{"detail": "Delegate user not found and provisional user creation is disabled."}`},
		`{"email": "` + strings.Repeat("a", 255) + `"}`: {400, `{"email": ["Ensure this field has no more than 254 characters."]}`},
	} {
		a := s.post(path, body, bearer(token))
		require.Equal(t, c.status, a.status, "%s", a.raw)
		require.JSONEq(t, c.want, string(a.raw))
	}
}

func TestGrantAccessToProvisionalUsers(t *testing.T) {
	t.Parallel()
	s := start(t, creation)
	application := s.application(append([]string{"--domain=example.com"}, allScopes...)...)
	token := s.token(application, "user@example.com")
	path := "/rooms/" + s.post(roomsPath, "{}", bearer(token)).body["id"].(string) + "/grant-access/"

	a := s.post(path, map[string]any{"email": "new@example.com", "role": "member"}, bearer(token))
	require.Equal(t, 201, a.status, "%s", a.raw)
	require.Equal(t, true, a.body["provisional_user_created"])
	a = s.post(path, map[string]any{"email": "new@example.com", "role": "member"}, bearer(token))
	require.Equal(t, 200, a.status)
	require.Equal(t, false, a.body["provisional_user_created"])

	a = s.post(path, map[string]any{"email": "new@example.org"}, bearer(token))
	require.Equal(t, 403, a.status)
	require.Equal(t, "This application is not authorized for this email domain.", a.detail())
	s.user("old@example.org")
	require.Equal(t, 201, s.post(path, map[string]any{"email": "old@example.org"}, bearer(token)).status, "who is there may be named")

	s.sql(`update meet_user set is_active = false where email = 'old@example.org'`)
	require.Equal(t, 404, s.post(path, map[string]any{"email": "old@example.org"}, bearer(token)).status)
	s.cli("user", "create", "--email=new@example.com", "--sub=second")
	a = s.post(path, map[string]any{"email": "new@example.com"}, bearer(token))
	require.Equal(t, 400, a.status)
	require.Equal(t, "Multiple user accounts share a common email.", a.detail())

	s.sql(`create function refuse() returns trigger language plpgsql as 'begin return null; end'`)
	s.sql(`create trigger refuse before insert on meet_user for each row execute function refuse()`)
	require.Equal(t, 409, s.post(path, map[string]any{"email": "third@example.com"}, bearer(token)).status)
}

func TestSlugFilter(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t)
	wanted := s.post(roomsPath, "{}", bearer(token)).body
	s.post(roomsPath, "{}", bearer(token))
	other := s.seed(s.user("other@example.com"), "owner", "x")
	a := s.get(roomsPath+"?slug="+wanted["slug"].(string), bearer(token))
	require.EqualValues(t, 1, a.body["count"])
	require.Equal(t, []any{wanted}, a.body["results"])
	for _, none := range []string{other, strings.ToUpper(wanted["slug"].(string)), wanted["slug"].(string)[:5], "", "%25"} {
		require.EqualValues(t, 0, s.get(roomsPath+"?slug="+none, bearer(token)).body["count"], none)
	}
	for query, message := range map[string]string{
		"slug=%00": "Null characters are not allowed.", "slug=%ff": "Not a valid string.", "slug=a&slug=b": "This parameter may be given only once.",
		"slug=" + strings.Repeat("a", 101): "Ensure this field has no more than 100 characters.",
	} {
		a := s.get(roomsPath+"?"+query, bearer(token))
		require.Equal(t, 400, a.status)
		require.Equal(t, []any{message}, a.body["slug"])
	}
	s.seed(user, "member", "y")
	paged := s.get(roomsPath+"?page_size=1&x=1", bearer(token))
	require.Contains(t, paged.body["next"], "x=1")
}

func TestTelephony(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t, map[string]string{
		"ROOM_TELEPHONY_ENABLED": "true", "ROOM_TELEPHONY_PHONE_NUMBER": "+33 1 23 45 67 89", "ROOM_TELEPHONY_DEFAULT_COUNTRY": "FR",
		"ROOM_TELEPHONY_PIN_LENGTH": "4", "ROOM_TELEPHONY_PIN_MAX_RETRIES": "3",
	})
	a := s.post(roomsPath, "{}", bearer(token))
	require.Equal(t, 201, a.status)
	telephony := a.body["telephony"].(map[string]any)
	require.Regexp(t, `^\d{4}$`, telephony["pin_code"])
	require.Equal(t, map[string]any{
		"enabled": true, "phone_number": "+33 1 23 45 67 89", "default_country": "FR", "pin_code": telephony["pin_code"],
	}, telephony)
	require.NotContains(t, a.body, "pin_code")
	old := s.get("/rooms/"+s.seed(user, "owner", "old")+"/", bearer(token)).body["telephony"].(map[string]any)
	require.Nil(t, old["pin_code"])

	// Every PIN but one is taken: it is drawn, or the room is made without one.
	s.sql(`insert into meet_resource select gen_random_uuid(), now(), now() from generate_series(1, 10000)`)
	s.sql(`insert into meet_room select id, 'x', null, '{}', 'trusted', lpad((row_number() over () - 1)::text, 4, '0') from meet_resource
		where id not in (select resource_id from meet_room) on conflict do nothing`)
	none := s.post(roomsPath, "{}", bearer(token))
	require.Equal(t, 201, none.status)
	require.Nil(t, none.body["telephony"].(map[string]any)["pin_code"])
	line := s.log.wait(t, "a room has no PIN: all that were drawn are taken")
	require.Equal(t, none.body["id"], line["room"])
	require.Equal(t, "WARN", line["level"])

	quiet, _, _, token := roomServer(t)
	require.NotContains(t, quiet.post(roomsPath, "{}", bearer(token)).body, "telephony")
	var pins int
	require.NoError(t, quiet.pool().Get(&pins, `select count(pin_code) from meet_room`))
	require.Zero(t, pins)
}

// Two grants at once for one user end with one access.
func TestGrantsAtOnce(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t)
	s.user("bob@example.com")
	path := "/rooms/" + s.seed(user, "owner", "Board") + "/grant-access/"
	var group sync.WaitGroup
	statuses := make([]int, 20)
	for i := range statuses {
		group.Go(func() { statuses[i] = s.post(path, `{"email": "bob@example.com"}`, bearer(token)).status })
	}
	group.Wait()
	created := 0
	for _, status := range statuses {
		require.Contains(t, []int{200, 201}, status)
		created += status - 200
	}
	require.Equal(t, 1, created)
}

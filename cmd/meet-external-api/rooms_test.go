package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

const roomsPath = "/rooms/"

// roomServer is a server with one application, one user and a token for them.
func roomServer(t *testing.T, settings ...map[string]string) (s *instance, application credentials, user, token string) {
	t.Helper()
	s = start(t, settings...)
	application = s.application()
	user = s.user("user@example.com")
	return s, application, user, s.token(application, "user@example.com")
}

func TestCreateRoom(t *testing.T) {
	t.Parallel()
	s, application, user, token := roomServer(t, map[string]string{"APPLICATION_BASE_URL": "https://meet.example.org/"})

	a := s.post(roomsPath, map[string]any{}, bearer(token))

	require.Equal(t, 201, a.status, "%s", a.raw)
	id, slug := a.body["id"].(string), a.body["slug"].(string)
	require.Regexp(t, `^[a-z]{3}-[a-z]{4}-[a-z]{3}$`, slug)
	require.Equal(t, map[string]any{
		"id": id, "name": slug, "slug": slug, "access_level": "trusted", "configuration": map[string]any{},
		"url": "https://meet.example.org/" + slug,
	}, a.body)
	require.Equal(t, s.url+"/external-api/v1.0/rooms/"+id+"/", a.header.Get("Location"))
	var stored struct{ Role, User, Application string }
	require.NoError(t, s.pool().Get(&stored, `
		select a.role, a.user_id as user, o.application_id as application from meet_room r
		join meet_resource p on p.id = r.resource_id
		join meet_resource_access a on a.resource_id = r.resource_id
		join external_api.room o on o.room_id = r.resource_id where r.resource_id = $1`, id))
	require.Equal(t, "owner", stored.Role)
	require.Equal(t, user, stored.User)
	require.Equal(t, application.UUID, stored.Application)
	read := s.get("/rooms/"+id+"/", bearer(token))
	require.Equal(t, 200, read.status)
	require.Equal(t, a.body, read.body)
}

func TestCreateRoomBodies(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	full := map[string]any{"can_publish_sources": []any{"camera", "screen_share"}, "everyone_can_mute": false}
	nulls := map[string]any{"can_publish_sources": nil, "everyone_can_mute": nil}
	for name, c := range map[string]struct {
		body   any
		status int
		want   map[string]any
	}{
		"restricted":                    {map[string]any{"access_level": "restricted"}, 201, map[string]any{"access_level": "restricted"}},
		"configuration":                 {map[string]any{"configuration": full}, 201, map[string]any{"configuration": full}},
		"configuration with nulls":      {map[string]any{"configuration": nulls}, 201, map[string]any{"configuration": nulls}},
		"other keys are ignored":        {map[string]any{"id": 1, "name": "x", "slug": []int{}, "ACCESS_LEVEL": "public"}, 201, map[string]any{"access_level": "trusted"}},
		"nothing":                       {"", 201, map[string]any{"access_level": "trusted"}},
		"unknown level":                 {map[string]any{"access_level": "secret"}, 400, map[string]any{"access_level": []any{`"secret" is not a valid choice.`}}},
		"level not a string":            {map[string]any{"access_level": []int{1}}, 400, map[string]any{"access_level": []any{`"[1]" is not a valid choice.`}}},
		"level null":                    {map[string]any{"access_level": nil}, 400, map[string]any{"access_level": []any{"This field may not be null."}}},
		"level empty":                   {map[string]any{"access_level": ""}, 400, map[string]any{"access_level": []any{`"" is not a valid choice.`}}},
		"public":                        {map[string]any{"access_level": "public"}, 400, map[string]any{"access_level": []any{"Public rooms are disabled for the external API."}}},
		"configuration null":            {map[string]any{"configuration": nil}, 400, map[string]any{"configuration": []any{"This field may not be null."}}},
		"configuration a list":          {map[string]any{"configuration": []int{}}, 400, map[string]any{"configuration": []any{"Expected a dictionary, but got list."}}},
		"configuration, unknown key":    {map[string]any{"configuration": map[string]any{"color": 1}}, 400, map[string]any{"configuration": []any{"color: Extra inputs are not permitted"}}},
		"configuration, key in capital": {map[string]any{"configuration": map[string]any{"Everyone_can_mute": true}}, 400, map[string]any{"configuration": []any{"Everyone_can_mute: Extra inputs are not permitted"}}},
		"configuration, bad source":     {map[string]any{"configuration": map[string]any{"can_publish_sources": []string{"x"}}}, 400, map[string]any{"configuration": []any{`can_publish_sources.0: "x" is not a valid choice.`}}},
		"configuration, sources text":   {map[string]any{"configuration": map[string]any{"can_publish_sources": "camera"}}, 400, map[string]any{"configuration": []any{"can_publish_sources: Expected a list, but got str."}}},
		"configuration, mute a number":  {map[string]any{"configuration": map[string]any{"everyone_can_mute": 1}}, 400, map[string]any{"configuration": []any{"everyone_can_mute: Must be a valid boolean."}}},
		"a list":                        {[]int{}, 400, map[string]any{"non_field_errors": []any{"Invalid data. Expected a dictionary, but got list."}}},
		"a string":                      {`"x"`, 400, map[string]any{"non_field_errors": []any{"Invalid data. Expected a dictionary, but got str."}}},
		"a number":                      {`1`, 400, map[string]any{"non_field_errors": []any{"Invalid data. Expected a dictionary, but got int."}}},
		"null":                          {`null`, 400, map[string]any{"non_field_errors": []any{"Invalid data. Expected a dictionary, but got NoneType."}}},
		"malformed":                     {`{"access_level": "trusted"`, 400, map[string]any{"detail": "JSON parse error - unexpected end of the body"}},
		"a key twice":                   {`{"access_level":"trusted","access_level":"public"}`, 400, nil},
		"a key twice, deeper":           {`{"x":{"a":1,"a":2}}`, 400, nil},
		"more after the value":          {`{} {}`, 400, map[string]any{"detail": "JSON parse error - more data after the value"}},
		"nested too deep":               {strings.Repeat(`{"a":`, 33) + "1" + strings.Repeat("}", 33), 400, map[string]any{"detail": "JSON parse error - nested deeper than 32"}},
		"nested as deep as allowed":     {strings.Repeat(`{"a":`, 32) + "1" + strings.Repeat("}", 32), 201, nil},
		"not UTF-8":                     {"{\"a\":\"\xff\"}", 400, map[string]any{"detail": "JSON parse error - not valid UTF-8"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := s.post(roomsPath, c.body, bearer(token))
			require.Equal(t, c.status, a.status, "%s", a.raw)
			for key, value := range c.want {
				require.Equal(t, value, a.body[key])
			}
			if c.status == http.StatusBadRequest && c.want != nil {
				require.Len(t, a.body, len(c.want))
			}
		})
	}
	t.Run("no body and no type", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, 201, s.send(http.MethodPost, roomsPath, nil, bearer(token)).status)
	})
	t.Run("another type", func(t *testing.T) {
		t.Parallel()
		for _, contentType := range []string{"text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", ""} {
			a := s.post(roomsPath, "{}", bearer(token), header("Content-Type", contentType))
			require.Equal(t, 415, a.status, contentType)
			require.Equal(t, `Unsupported media type "`+contentType+`" in request.`, a.detail())
		}
	})
	t.Run("a body that is too large", func(t *testing.T) {
		t.Parallel()
		fits := `{"x":"` + strings.Repeat("x", 64<<10-8) + `"}`
		require.Equal(t, 201, s.post(roomsPath, fits, bearer(token)).status)
		a := s.post(roomsPath, fits+" ", bearer(token))
		require.Equal(t, 413, a.status)
		require.Equal(t, "Request body is larger than 65536 bytes.", a.detail())
	})
}

func TestPublicRooms(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		allow, standard string
		status          int
		level           string
	}{
		"allowed":             {"true", "trusted", 201, "trusted"},
		"not allowed":         {"false", "restricted", 400, "restricted"},
		"the default":         {"false", "public", 201, "public"},
		"allowed and default": {"true", "public", 201, "public"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _, _, token := roomServer(t, map[string]string{
				"EXTERNAL_API_ALLOW_PUBLIC_ACCESS": c.allow, "EXTERNAL_API_DEFAULT_ACCESS_LEVEL": c.standard,
			})
			require.Equal(t, c.status, s.post(roomsPath, map[string]any{"access_level": "public"}, bearer(token)).status)
			a := s.post(roomsPath, map[string]any{}, bearer(token))
			require.Equal(t, 201, a.status)
			require.Equal(t, c.level, a.body["access_level"])
			require.NotContains(t, a.body, "url")
		})
	}
}

// seed stores a room as Meet would, in which the user has that role.
func (s *instance) seed(user, role, name string) string {
	s.t.Helper()
	id := uuid.NewString()
	s.sql(`insert into meet_resource (id, created_at, updated_at) values ($1, now(), now())`, id)
	s.sql(`insert into meet_room (resource_id, name, slug, configuration, access_level)
		values ($1, $2, $3, '{"later": {"b": 1, "a": [null]}}', 'public')`, id, name, id)
	s.sql(`insert into meet_resource_access (id, created_at, updated_at, role, resource_id, user_id)
		values ($1, now(), now(), $2, $3, $4)`, uuid.NewString(), role, id, user)
	return id
}

func TestRetrieveRoom(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t)
	stranger := s.user("stranger@example.com")
	for _, role := range []string{"member", "administrator", "owner"} {
		a := s.get("/rooms/"+s.seed(user, role, "Board")+"/", bearer(token))
		require.Equal(t, 200, a.status)
		require.Equal(t, "Board", a.body["name"])
		require.Equal(t, map[string]any{"later": map[string]any{"a": []any{nil}, "b": 1.0}}, a.body["configuration"])
		require.Len(t, a.body, 5)
	}
	for name, c := range map[string]struct {
		id     string
		status int
		detail string
	}{
		"no role in it":         {s.seed(stranger, "owner", "Board"), 403, "You do not have permission to perform this action."},
		"no such room":          {uuid.NewString(), 404, "No Room matches the given query."},
		"not a UUID":            {"board", 404, "Not found."},
		"a UUID in another way": {strings.ReplaceAll(uuid.NewString(), "-", ""), 404, "Not found."},
		"a UUID with braces":    {url.PathEscape("{" + uuid.NewString() + "}"), 404, "Not found."},
		"hostile":               {"%00", 404, "Not found."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := s.get("/rooms/"+c.id+"/", bearer(token))
			require.Equal(t, c.status, a.status)
			require.Equal(t, map[string]any{"detail": c.detail}, a.body)
		})
	}
	t.Run("a room without a slug", func(t *testing.T) {
		id := s.seed(user, "owner", "Board")
		s.sql(`update meet_room set slug = null where resource_id = $1`, id)
		a := s.get("/rooms/"+strings.ToUpper(id)+"/", bearer(token))
		require.Equal(t, 200, a.status)
		require.Nil(t, a.body["slug"])
	})
}

// names returns the names of the rooms of a page.
func names(a answer) []string {
	found := []string{}
	results, _ := a.body["results"].([]any)
	for _, room := range results {
		found = append(found, room.(map[string]any)["name"].(string))
	}
	return found
}

func TestListRooms(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t)
	other := s.user("other@example.com")
	empty := s.get(roomsPath, bearer(token))
	require.JSONEq(t, `{"count": 0, "next": null, "previous": null, "results": []}`, string(empty.raw))
	for i := range 45 {
		s.seed(user, []string{"member", "administrator", "owner"}[i%3], fmt.Sprintf("room %02d", i))
	}
	s.seed(other, "owner", "another's")

	first := s.get(roomsPath+"?x=a%20b&page=1", bearer(token))
	require.EqualValues(t, 45, first.body["count"])
	require.Len(t, names(first), 20)
	require.Equal(t, "room 00", names(first)[0])
	require.Nil(t, first.body["previous"])
	base := s.url + "/external-api/v1.0/rooms/"
	require.Equal(t, base+"?page=2&x=a+b", first.body["next"])

	second := s.get(strings.TrimPrefix(first.body["next"].(string), s.url+"/external-api/v1.0"), bearer(token))
	require.Equal(t, "room 20", names(second)[0])
	require.Equal(t, base+"?page=3&x=a+b", second.body["next"])
	require.Equal(t, base+"?x=a+b", second.body["previous"])

	last := s.get(roomsPath+"?page=3", bearer(token))
	require.Equal(t, []string{"room 40", "room 41", "room 42", "room 43", "room 44"}, names(last))
	require.Nil(t, last.body["next"])
	require.Equal(t, base+"?page=2", last.body["previous"])

	sized := s.get(roomsPath+"?page_size=44&page=2", bearer(token))
	require.Equal(t, []string{"room 44"}, names(sized))
	require.Equal(t, base+"?page_size=44", sized.body["previous"])
	require.Len(t, names(s.get(roomsPath+"?page_size=100", bearer(token))), 45)

	for query, c := range map[string]struct {
		status int
		body   string
	}{
		"page=4":               {404, `{"detail": "Invalid page."}`},
		"page=2147483647":      {404, `{"detail": "Invalid page."}`},
		"page=0":               {400, `{"page": ["Ensure this value is greater than or equal to 1."]}`},
		"page=-1":              {400, `{"page": ["Ensure this value is greater than or equal to 1."]}`},
		"page=last":            {400, `{"page": ["A valid integer is required."]}`},
		"page=":                {400, `{"page": ["A valid integer is required."]}`},
		"page=2.0":             {400, `{"page": ["A valid integer is required."]}`},
		"page=99999999999":     {400, `{"page": ["A valid integer is required."]}`},
		"page_size=0":          {400, `{"page_size": ["Ensure this value is greater than or equal to 1."]}`},
		"page_size=101":        {400, `{"page_size": ["Ensure this value is less than or equal to 100."]}`},
		"page=1&page=2":        {400, `{"page": ["This parameter may be given only once."]}`},
		"page=x&page_size=101": {400, `{"page": ["A valid integer is required."], "page_size": ["Ensure this value is less than or equal to 100."]}`},
	} {
		t.Run(query, func(t *testing.T) {
			a := s.get(roomsPath+"?"+query, bearer(token))
			require.Equal(t, c.status, a.status, "%s", a.raw)
			require.JSONEq(t, c.body, string(a.raw))
		})
	}
}

func TestRoomsOfOneName(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t)
	for range 10 {
		s.seed(user, "owner", "same")
	}
	var listed []string
	for page := range 5 {
		a := s.get(fmt.Sprintf("%s?page_size=2&page=%d", roomsPath, page+1), bearer(token))
		for _, room := range a.body["results"].([]any) {
			listed = append(listed, room.(map[string]any)["id"].(string))
		}
	}
	require.IsIncreasing(t, listed)
	require.Len(t, listed, 10)
}

func TestOwnRoomsOnly(t *testing.T) {
	t.Parallel()
	s, application, user, token := roomServer(t)
	own := s.post(roomsPath, "{}", bearer(token)).body["id"].(string)
	other := s.post(roomsPath, "{}", bearer(s.token(s.application(), "user@example.com"))).body["id"].(string)
	meets := s.seed(user, "owner", "Meet's")

	s.cli("application", "update", application.ID, "--visibility=own")

	require.EqualValues(t, 1, s.get(roomsPath, bearer(token)).body["count"])
	require.Equal(t, 200, s.get("/rooms/"+own+"/", bearer(token)).status)
	for _, id := range []string{other, meets} {
		require.Equal(t, "No Room matches the given query.", s.get("/rooms/"+id+"/", bearer(token)).detail())
	}
	s.cli("application", "update", application.ID, "--visibility=user")
	require.EqualValues(t, 3, s.get(roomsPath, bearer(token)).body["count"])
}

// Order of checks: path and method, authentication, scope, parameters and body.
func TestOrderOfChecks(t *testing.T) {
	t.Parallel()
	s, application, _, token := roomServer(t)
	narrow := s.token(application, "user@example.com rooms:list")
	require.Equal(t, 405, s.send(http.MethodPut, roomsPath, nil).status)
	require.Equal(t, 401, s.post(roomsPath, "{").status)
	require.Equal(t, 403, s.post(roomsPath, "{", bearer(narrow)).status)
	require.Equal(t, 400, s.post(roomsPath, "{", bearer(token)).status)
	require.Equal(t, 401, s.get("/rooms/x/").status)
	require.Equal(t, 403, s.get("/rooms/x/", bearer(narrow)).status)
	require.Equal(t, 404, s.get("/rooms/x/", bearer(token)).status)
	require.Equal(t, 401, s.get(roomsPath+"?page=x").status)
}

func TestStoredRoomsAreShownAsStored(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	a := s.post(roomsPath, `{"configuration": {"everyone_can_mute": true}}`, bearer(token))
	var stored string
	require.NoError(t, s.pool().Get(&stored, `select configuration from meet_room`))
	shown, err := json.Marshal(a.body["configuration"])
	require.NoError(t, err)
	require.JSONEq(t, stored, string(shown))
}

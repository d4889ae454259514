// The tests of docs/contract.md, "GET /rooms/{id}/ — retrieve. PATCH /rooms/{id}/ — update", and "Roles".

package main

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/db/dbtest"
)

// liveKit stands in for LiveKit.
type liveKit struct {
	settings map[string]string
	calls    chan liveKitCall
	broken   atomic.Bool
}

type liveKitCall struct {
	path, authorization string
	body                map[string]any
}

func newLiveKitServer(t *testing.T) *liveKit {
	t.Helper()
	l := &liveKit{calls: make(chan liveKitCall, 10)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := liveKitCall{path: r.URL.Path, authorization: r.Header.Get("Authorization")}
		_ = json.NewDecoder(r.Body).Decode(&c.body)
		switch {
		case l.broken.Load():
			w.WriteHeader(http.StatusInternalServerError)
		case strings.HasSuffix(c.path, "/ListRooms"):
			name := c.body["names"].([]any)[0]
			_ = json.NewEncoder(w).Encode(map[string]any{"rooms": []any{map[string]any{"name": name, "metadata": `{"theme":"dark","access_level":"public"}`}}})
		default:
			_, _ = w.Write([]byte(`{}`))
		}
		l.calls <- c
	}))
	t.Cleanup(server.Close)
	l.settings = map[string]string{
		"LIVEKIT_API_URL": server.URL, "LIVEKIT_API_KEY": "the-key", "LIVEKIT_API_SECRET": "the-secret-of-livekit-of-32-bytes",
	}
	return l
}

func TestLiveKit(t *testing.T) {
	t.Parallel()
	l := newLiveKitServer(t)
	s, _, user, token := roomServer(t, l.settings)
	id := s.seed(user, "owner", "Board")
	path := "/rooms/" + id + "/"

	require.Equal(t, 200, s.patch(path, `{"access_level": "restricted", "configuration": {"everyone_can_mute": true}}`, bearer(token)).status)

	require.Equal(t, "/twirp/livekit.RoomService/ListRooms", (<-l.calls).path)
	update := <-l.calls
	require.Equal(t, "/twirp/livekit.RoomService/UpdateRoomMetadata", update.path)
	require.Equal(t, id, update.body["room"])
	require.JSONEq(t, `{"theme": "dark", "access_level": "restricted", "configuration": {"everyone_can_mute": true}}`, update.body["metadata"].(string))
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(update.authorization, ".")[1])
	require.NoError(t, err)
	var claims map[string]any
	require.NoError(t, json.Unmarshal(payload, &claims))
	require.Equal(t, "the-key", claims["iss"])
	require.Equal(t, map[string]any{"room": id, "roomAdmin": true, "roomList": true}, claims["video"])

	// What changes nothing is not told, and a LiveKit that fails fails nobody.
	require.Equal(t, 200, s.patch(path, `{"access_level": "restricted"}`, bearer(token)).status)
	require.Equal(t, 200, s.patch(path, `{}`, bearer(token)).status)
	l.broken.Store(true)
	require.Equal(t, 200, s.patch(path, `{"access_level": "trusted"}`, bearer(token)).status)
	require.Equal(t, "/twirp/livekit.RoomService/ListRooms", (<-l.calls).path)
	require.Empty(t, l.calls)
	require.NotContains(t, s.log.String(), "the-secret-of-livekit")
}

// A change that was stored is told also where PostgreSQL's answer was lost.
func TestLiveKitIsToldOfAChangeWhoseAnswerWasLost(t *testing.T) {
	t.Parallel()
	l := newLiveKitServer(t)
	g, dsn := newGate(t, dbtest.New(t), true)
	s := startUnready(t, dsn, l.settings)
	s.log.wait(t, "ready")
	user := s.user("user@example.com")
	id := s.seed(user, "owner", "Board")
	token := s.token(s.application(), "user@example.com")
	g.loseCommit.Store(true)

	changed := s.patch("/rooms/"+id+"/", `{"access_level": "restricted"}`, bearer(token))

	require.False(t, g.loseCommit.Load())
	require.Equal(t, 200, changed.status)
	require.Equal(t, "restricted", changed.body["access_level"])
	require.Equal(t, "/twirp/livekit.RoomService/ListRooms", (<-l.calls).path)
	update := <-l.calls
	require.Equal(t, id, update.body["room"])
	require.Contains(t, update.body["metadata"], `"access_level":"restricted"`)
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
		"no role in it":      {s.seed(stranger, "owner", "Board"), 403, "You do not have permission to perform this action."},
		"no such room":       {uuid.NewString(), 404, "No Room matches the given query."},
		"no such slug":       {"board", 404, "No Room matches the given query."},
		"a UUID as a slug":   {strings.ReplaceAll(uuid.NewString(), "-", ""), 404, "No Room matches the given query."},
		"the longest slug":   {strings.Repeat("_", 100), 404, "No Room matches the given query."},
		"a longer one":       {strings.Repeat("_", 101), 404, "Not found."},
		"no slug":            {"a.b", 404, "Not found."},
		"not ASCII":          {url.PathEscape("é"), 404, "Not found."},
		"a UUID with braces": {url.PathEscape("{" + uuid.NewString() + "}"), 404, "Not found."},
		"hostile":            {"%00", 404, "Not found."},
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
		"/rooms/board/":                    {404, "No Room matches the given query."},
		"/rooms/a.b/":                      {404, "Not found."},
	} {
		for _, a := range []answer{s.patch(path, "{}", bearer(token)), s.post(path+"grant-access/", grant, bearer(token))} {
			require.Equal(t, c.status, a.status)
			require.Equal(t, c.detail, a.detail())
		}
	}
	require.Equal(t, "Insufficient permissions. Required scope: rooms:update", s.patch(others, "{}", bearer(narrow)).detail())
	require.Equal(t, "Insufficient permissions. Required scope: rooms:grant-access", s.post(others+"grant-access/", grant, bearer(narrow)).detail())
}

// The tests of docs/contract.md, "POST /rooms/ — create": `Idempotency-Key`.

package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// key is what a creation is named by its caller.
func key(k string) requestOption { return header("Idempotency-Key", k) }

// rooms is how many rooms there are.
func (s *instance) rooms() (rooms int) {
	s.t.Helper()
	require.NoError(s.t, s.pool().Get(&rooms, `select count(*) from meet_room`))
	return rooms
}

// requireReplay asserts that an answer is the first one again, byte for byte.
func requireReplay(t *testing.T, first, again answer) {
	t.Helper()
	require.Equal(t, 201, again.status, "%s", again.raw)
	require.Equal(t, string(first.raw), string(again.raw))
	require.Equal(t, "true", again.header.Get("Idempotent-Replayed"))
	for _, name := range []string{"Location", "ETag", "Content-Type", "Content-Length"} {
		require.NotEmpty(t, again.header.Get(name))
		require.Equal(t, first.header.Get(name), again.header.Get(name), name)
	}
}

// requireMade asserts that a creation made a room.
func requireMade(t *testing.T, a answer) {
	t.Helper()
	require.Equal(t, 201, a.status, "%s", a.raw)
	require.NotContains(t, a.header, "Idempotent-Replayed")
}

var booking = map[string]any{
	"access_level": "restricted", "expires_at": time.Now().Add(time.Hour).Format(time.RFC3339),
	"configuration": map[string]any{"everyone_can_mute": true, "can_publish_sources": []any{"microphone", "camera"}},
}

func TestTheSameKey(t *testing.T) {
	t.Parallel()
	s, application, _, token := roomServer(t, map[string]string{
		"ROOM_TELEPHONY_ENABLED": "true", "APPLICATION_BASE_URL": "https://meet.example.org",
	})
	first := s.post(roomsPath, booking, bearer(token), key("a-key"))
	requireMade(t, first)
	spaced := strings.ReplaceAll(fmt.Sprintf(`{"expires_at": %q, "configuration": {"can_publish_sources": ["microphone", "camera"],
		"everyone_can_mute": true}, "access_level": "restricted", "name": "nobody looks at it"}`, booking["expires_at"]), ": ", " :\n")
	for name, again := range map[string]func() answer{
		"the same request":   func() answer { return s.post(roomsPath, booking, bearer(token), key("a-key")) },
		"without the slash":  func() answer { return s.post("/rooms", booking, bearer(token), key("a-key")) },
		"with another query": func() answer { return s.post("/rooms/?x=1", booking, bearer(token), key("a-key")) },
		"in another order":   func() answer { return s.post(roomsPath, spaced, bearer(token), key("a-key")) },
		"with other headers before": func() answer {
			return s.post(roomsPath, booking, key("a-key"), header("X-Request-Id", "1"), bearer(token))
		},
		"in another session": func() answer {
			return s.post(roomsPath, booking, bearer(s.token(application, "user@example.com")), key("a-key"))
		},
		"with fewer scopes": func() answer {
			return s.post(roomsPath, booking, bearer(s.token(application, "user@example.com rooms:create")), key("a-key"))
		},
	} {
		t.Run(name, func(t *testing.T) { requireReplay(t, first, again()) })
	}
	require.Equal(t, 1, s.rooms())

	path := "/rooms/" + first.body["id"].(string) + "/"
	require.Equal(t, 200, s.patch(path, `{"access_level": "trusted"}`, bearer(token)).status)
	requireReplay(t, first, s.post(roomsPath, booking, bearer(token), key("a-key")))
	require.Equal(t, 204, s.send("DELETE", path, nil, bearer(token)).status)
	requireReplay(t, first, s.post(roomsPath, booking, bearer(token), key("a-key")))
	require.Zero(t, s.rooms())
}

func TestTheSameKeyWithAnotherBody(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	first := s.post(roomsPath, "", bearer(token), key("a-key"))
	requireMade(t, first)
	for _, body := range []string{"", "{}", " null\n", `{"name": "x"}`} {
		requireReplay(t, first, s.post(roomsPath, body, bearer(token), key("a-key")))
	}
	for _, body := range []string{`{"access_level": "restricted"}`, `{"configuration": {}}`, `{"configuration": {"everyone_can_mute": null}}`} {
		a := s.post(roomsPath, body, bearer(token), key("a-key"))
		require.Equal(t, 422, a.status, body)
		require.Equal(t, "This Idempotency-Key was used for a request with another body. Take a new one.", a.detail())
		require.Equal(t, "idempotency_key_reused", s.reason(t, a))
	}
	requireReplay(t, first, s.post(roomsPath, "", bearer(token), key("a-key")))
	require.Equal(t, 1, s.rooms())
}

// A key is that of an application and a user: no other one learns of it.
func TestTheKeyOfAnother(t *testing.T) {
	t.Parallel()
	s, application, user, token := roomServer(t, addons)
	s.user("other@example.com")
	other := s.application()
	addon := signed(t, addonKey, meetHeader, meetClaims(credentials{}, user, map[string]any{"aud": "addons", "client_id": nil, "delegated": nil}))
	tokens := map[string]string{
		"this one":                         token,
		"another application":              s.token(other, "user@example.com"),
		"another user":                     s.token(application, "other@example.com"),
		"a user without application":       addon,
		"another user and application":     s.token(other, "other@example.com"),
		"another key of the same one":      token,
		"the same key in another spelling": token,
	}
	keys := map[string]string{"another key of the same one": "a-key-", "the same key in another spelling": "A-KEY"}
	made := map[string]answer{}
	for name, token := range tokens {
		if keys[name] == "" {
			keys[name] = "a-key"
		}
		// With another body each: they are not told of each other by a 422 either.
		made[name] = s.post(roomsPath, `{"configuration": {"everyone_can_mute": `+fmt.Sprint(len(made)%2 == 0)+`}}`, bearer(token), key(keys[name]))
		requireMade(t, made[name])
	}
	require.Equal(t, len(tokens), s.rooms())
	for name, token := range tokens {
		mute := made[name].body["configuration"].(map[string]any)["everyone_can_mute"]
		again := s.post(roomsPath, map[string]any{"configuration": map[string]any{"everyone_can_mute": mute}}, bearer(token), key(keys[name]))
		requireReplay(t, made[name], again)
	}
	requireMade(t, s.post(roomsPath, "", bearer(token)))
	requireMade(t, s.post(roomsPath, "", bearer(token)))
}

// Only 2xx answers are kept.
func TestRefusedCreationsKeepNoKey(t *testing.T) {
	t.Parallel()
	s, application, _, token := roomServer(t)
	listing := s.token(application, "user@example.com rooms:list")
	require.Equal(t, 403, s.post(roomsPath, "", bearer(listing), key("a-key")).status)
	for _, body := range []string{`{"access_level": "public"}`, `{"access_level": "x"}`, `[]`, `{`, `{"expires_at": "2020-01-01T00:00:00Z"}`} {
		require.Equal(t, 400, s.post(roomsPath, body, bearer(token), key("a-key")).status, body)
	}
	s.cli("application", "disable", application.ID)
	require.Equal(t, 401, s.post(roomsPath, "", bearer(token), key("a-key")).status)
	require.Equal(t, 401, s.post(roomsPath, `{"access_level": "public"}`, bearer(token), key("a-key")).status)
	s.cli("application", "enable", application.ID)
	var kept int
	require.NoError(t, s.pool().Get(&kept, `select count(*) from external_api.idempotency_key`))
	require.Zero(t, kept)
	require.Zero(t, s.rooms())

	first := s.post(roomsPath, "", bearer(token), key("a-key"))
	requireMade(t, first)
	s.cli("application", "disable", application.ID)
	again := s.post(roomsPath, "", bearer(token), key("a-key"))
	require.Equal(t, 401, again.status, "who is switched off gets no answer again")
	require.Equal(t, "Application is disabled.", again.detail())
}

// What would be refused now was allowed when it was answered first: a time that has passed meanwhile, or a level that the operator has
// ruled out.
func TestTheFirstAnswerWhereItWouldBeRefusedNow(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t, map[string]string{"EXTERNAL_API_ALLOW_PUBLIC_ACCESS": "true"})
	strict := s.replica()
	public := s.post(roomsPath, `{"access_level": "public"}`, bearer(token), key("public"))
	requireMade(t, public)
	again := strict.post(roomsPath, `{"access_level": "public"}`, bearer(token), key("public"))
	require.Equal(t, 201, again.status, "%s", again.raw)
	require.Equal(t, string(public.raw), string(again.raw))
	require.Equal(t, 400, strict.post(roomsPath, `{"access_level": "public"}`, bearer(token), key("new")).status)
	require.Equal(t, 400, strict.post(roomsPath, `{"access_level": "public"}`, bearer(token)).status)

	body := fmt.Sprintf(`{"expires_at": %q}`, time.Now().Add(3*time.Second).Format(time.RFC3339Nano))
	soon := s.post(roomsPath, body, bearer(token), key("soon"))
	requireMade(t, soon)
	require.Eventually(t, func() bool {
		return s.get("/rooms/"+soon.body["id"].(string)+"/", bearer(token)).status == 404
	}, eventually, tick)
	requireReplay(t, soon, s.post(roomsPath, body, bearer(token), key("soon")))
	require.Equal(t, 400, s.post(roomsPath, body, bearer(token), key("new")).status)
	require.Equal(t, 422, s.post(roomsPath, `{"expires_at": "2020-01-01T00:00:00Z"}`, bearer(token), key("soon")).status)
}

func TestAKeyAfterADay(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	first := s.post(roomsPath, "", bearer(token), key("a-key"))
	s.sql(`update external_api.idempotency_key set created_at = now() - interval '23 hours 59 minutes'`)
	requireReplay(t, first, s.post(roomsPath, "", bearer(token), key("a-key")))
	s.sql(`update external_api.idempotency_key set created_at = now() - interval '24 hours'`)
	second := s.post(roomsPath, `{"access_level": "restricted"}`, bearer(token), key("a-key"))
	requireMade(t, second)
	requireReplay(t, second, s.post(roomsPath, `{"access_level": "restricted"}`, bearer(token), key("a-key")))
	require.Equal(t, 2, s.rooms())
}

// Whatever is visible in ASCII may be in a key, and no log has it.
func TestKeysOfAllCharacters(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	visible := ""
	for character := '!'; character <= '~'; character++ {
		visible += string(character)
	}
	for _, k := range []string{visible, "x", `"quoted"`, "a,b", "%00", strings.Repeat("k", 255)} {
		first := s.post(roomsPath, "", bearer(token), key(k))
		requireMade(t, first)
		requireReplay(t, first, s.post(roomsPath, "", bearer(token), key(k)))
		require.Equal(t, 422, s.post(roomsPath, `{"access_level": "restricted"}`, bearer(token), key(k)).status)
	}
	require.Equal(t, 6, s.rooms())
	require.NotContains(t, s.log.String(), strings.Repeat("k", 255))
	require.NotContains(t, s.log.String(), "uoted")
}

// What is kept of a creation is what its caller got, and nothing of the token or of the request.
func TestWhatIsKeptWithAKey(t *testing.T) {
	t.Parallel()
	s, application, user, token := roomServer(t)
	first := s.post(roomsPath, booking, bearer(token), key("a-key"))
	var columns string
	require.NoError(t, s.pool().Get(&columns, `select string_agg(attname, ' ' order by attnum) from pg_attribute
		where attrelid = cast('external_api.idempotency_key' as regclass) and attnum > 0`))
	require.Equal(t, "application_id user_id key created_at request_hash room_id etag answer", columns)
	var kept struct{ Application, User, Room, ETag, Answer, Hash string }
	require.NoError(t, s.pool().Get(&kept, `select application_id as application, user_id as user, room_id as room, etag, answer,
		octet_length(request_hash) as hash from external_api.idempotency_key`))
	require.Equal(t, application.UUID, kept.Application)
	require.Equal(t, user, kept.User)
	require.Equal(t, first.body["id"], kept.Room)
	require.Equal(t, first.header.Get("ETag"), kept.ETag)
	require.Equal(t, string(first.raw), kept.Answer)
	require.Equal(t, "32", kept.Hash)
}

// Of many equal requests at a time, on two replicas, one makes the room; the others get its answer, or 409 while it runs.
func TestManyEqualCreationsAtOnce(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	replicas := []*instance{s, s.replica()}
	for round := range 5 {
		k := fmt.Sprint("key-", round)
		answers := make([]answer, 50)
		var group errgroup.Group
		for i := range answers {
			group.Go(func() error {
				answers[i] = replicas[i%2].post(roomsPath, booking, bearer(token), key(k))
				return nil
			})
		}
		require.NoError(t, group.Wait())
		require.Equal(t, round+1, s.rooms())
		again := s.post(roomsPath, booking, bearer(token), key(k))
		made := 0
		for _, a := range answers {
			if a.status == 409 {
				require.Equal(t, "A request with this Idempotency-Key is still running. Repeat it in a moment.", a.detail())
				continue
			}
			require.Equal(t, 201, a.status, "%s", a.raw)
			require.Equal(t, string(again.raw), string(a.raw))
			if a.header.Get("Idempotent-Replayed") == "" {
				made++
			}
		}
		require.Equal(t, 1, made)
	}
}

// Who repeats a creation that is still running is told so at once, and gets its answer when it is done.
func TestACreationThatIsStillRunning(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t)
	tx, err := s.pool().Begin()
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()
	_, err = tx.Exec(`select from meet_user where id = $1 for update`, user)
	require.NoError(t, err)
	answered := make(chan answer, 1)
	go func() { answered <- s.post(roomsPath, booking, bearer(token), key("a-key")) }()
	require.Eventually(t, func() bool { return s.waits(t) }, eventually, tick)
	for _, body := range []any{booking, "{}"} {
		a := s.post(roomsPath, body, bearer(token), key("a-key"))
		require.Equal(t, 409, a.status)
		require.Equal(t, "idempotency_key_in_use", s.reason(t, a))
	}
	require.NoError(t, tx.Commit())
	first := <-answered
	requireMade(t, first)
	requireReplay(t, first, s.post(roomsPath, booking, bearer(token), key("a-key")))
	require.Equal(t, 1, s.rooms())
}

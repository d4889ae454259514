package main

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/db/dbtest"
)

// Where Meet's tables are not as they need to be, every command that would use them says so by name, and stores nothing
// beside them.
func TestTablesThatDoNotFit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ change, said string }{
		"missing":                 {`alter table meet_room drop column pin_code`, "meet_room.pin_code is missing"},
		"another type":            {`alter table meet_room alter column configuration type text`, "meet_room.configuration is text and not jsonb"},
		"another type in a list":  {`alter table meet_application alter column scopes type int[] using '{}'`, "meet_application.scopes is int4[] and not varchar[]"},
		"another kind of deleted": {`alter table meet_room add column deleted_at boolean`, "meet_room.deleted_at is bool and not timestamptz"},
		"deleted from the start":  {`alter table meet_room add column deleted_at timestamptz not null default now()`, "meet_room.deleted_at has to be filled"},
		"to be filled": {`alter table meet_user add column theme text not null default 'dark'; alter table meet_user alter column theme drop default`,
			"meet_user.theme has to be filled, and this release does not know how"},
		"a PIN for each room": {`update meet_room set pin_code = '1'; alter table meet_room alter column pin_code set not null`,
			"meet_room.pin_code has to be filled, and this release leaves it empty at times"},
		"an address for each":     {`alter table meet_user alter column email set not null`, "meet_user.email has to be filled"},
		"a sub for each, or none": {`alter table meet_user alter column sub set default '', alter column sub set not null`, "meet_user.sub has to be filled"},
		"no rooms":                {`drop table meet_room cascade`, "meet_room is missing"},
		"no users":                {`alter table meet_user rename to meet_account`, "meet_user is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := map[string]string{
				"DATABASE_URL": dbtest.NewBesideMeet(t), "APPLICATION_JWT_SECRET_KEY": testKey,
				"EXTERNAL_API_LISTEN": "127.0.0.1:0", "EXTERNAL_API_DRAIN_SECONDS": "0",
			}
			s := &instance{t: t, dsn: env["DATABASE_URL"]}
			s.sql(c.change)
			for _, args := range [][]string{{"serve"}, {"migrate", "--with-indexes"}, {"application", "list"}} {
				done := command(env, args...)
				require.Equal(t, 1, done.code)
				require.Contains(t, done.stderr, "meet-external-api: the tables of Meet do not fit this release: "+c.said)
			}
			require.Contains(t, command(env, "check").stdout, c.said)
			env["EXTERNAL_API_MIGRATE"] = "false"
			require.Contains(t, command(env, "serve").stderr, c.said)
			var stored bool
			require.NoError(t, s.pool().Get(&stored, `select to_regnamespace('external_api') is not null`))
			require.False(t, stored)
		})
	}
	t.Run("what has a default, or may be null, does no harm", func(t *testing.T) {
		t.Parallel()
		dsn := dbtest.New(t)
		s := &instance{t: t, dsn: dsn}
		s.sql(`alter table meet_user add column theme text not null default 'dark', add column note text, alter column sub type text`)
		s.sql(`alter table meet_application alter column scopes type text[]`)
		started := startUnready(t, dsn)
		started.log.wait(t, "ready")
	})
}

func TestSoftlyDeletedRoomsAreGone(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t)
	(&instance{t: t, dsn: dsn}).sql(`alter table meet_room add column deleted_at timestamptz`)
	s := startUnready(t, dsn)
	s.log.wait(t, "ready")
	user := s.user("user@example.com")
	token := s.token(s.application(), "user@example.com")
	kept, gone := s.seed(user, "owner", "kept"), s.seed(user, "owner", "gone")
	s.sql(`update meet_room set deleted_at = now() where resource_id = $1`, gone)
	require.Equal(t, []string{"kept"}, names(s.get(roomsPath, bearer(token))))
	require.Equal(t, 200, s.get("/rooms/"+kept+"/", bearer(token)).status)
	for _, a := range []answer{
		s.get("/rooms/"+gone+"/", bearer(token)), s.patch("/rooms/"+gone+"/", `{"access_level": "trusted"}`, bearer(token)),
		s.post("/rooms/"+gone+"/grant-access/", `{"email": "user@example.com"}`, bearer(token)),
	} {
		require.Equal(t, 404, a.status)
		require.Equal(t, "No Room matches the given query.", a.detail())
	}
	require.EqualValues(t, 0, s.get(roomsPath+"?slug="+gone, bearer(token)).body["count"])
	require.Equal(t, 201, s.post(roomsPath, "{}", bearer(token)).status)
}

func TestMigrateWithIndexes(t *testing.T) {
	t.Parallel()
	s := start(t)
	require.Equal(t, "no faults\n", s.cli("check"))
	s.sql(`drop index external_api_meet_user_email`)
	require.Contains(t, s.cli("check"), "hint: ")
	require.Contains(t, s.cli("check"), "external_api_meet_user_email")
	require.Contains(t, s.cli("migrate"), "`meet-external-api migrate --with-indexes`")
	require.Contains(t, s.cli("migrate", "--with-indexes"), "index external_api_meet_user_email on meet_user is there")
	require.Equal(t, "no faults\n", s.cli("check"))
	s.sql(`update pg_index set indisvalid = false where indexrelid = 'external_api_meet_user_email'::regclass`)
	require.Contains(t, s.cli("check"), "hint: ", "one that was left unusable does not count")
	s.cli("migrate", "--with-indexes")
	require.Equal(t, "no faults\n", s.cli("check"))
}

func TestLiveKit(t *testing.T) {
	t.Parallel()
	type call struct {
		path, authorization string
		body                map[string]any
	}
	calls := make(chan call, 10)
	var broken sync.Map
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := call{path: r.URL.Path, authorization: r.Header.Get("Authorization")}
		_ = json.NewDecoder(r.Body).Decode(&c.body)
		if _, is := broken.Load("broken"); is {
			w.WriteHeader(http.StatusInternalServerError)
		} else if strings.HasSuffix(c.path, "/ListRooms") {
			name := c.body["names"].([]any)[0]
			_ = json.NewEncoder(w).Encode(map[string]any{"rooms": []any{map[string]any{"name": name, "metadata": `{"theme":"dark","access_level":"public"}`}}})
		} else {
			_, _ = w.Write([]byte(`{}`))
		}
		calls <- c
	}))
	t.Cleanup(server.Close)
	s, _, user, token := roomServer(t, map[string]string{
		"LIVEKIT_API_URL": server.URL, "LIVEKIT_API_KEY": "the-key", "LIVEKIT_API_SECRET": "the-secret-of-livekit-of-32-bytes",
	})
	id := s.seed(user, "owner", "Board")
	path := "/rooms/" + id + "/"

	require.Equal(t, 200, s.patch(path, `{"access_level": "restricted", "configuration": {"everyone_can_mute": true}}`, bearer(token)).status)

	require.Equal(t, "/twirp/livekit.RoomService/ListRooms", (<-calls).path)
	update := <-calls
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
	broken.Store("broken", true)
	require.Equal(t, 200, s.patch(path, `{"access_level": "trusted"}`, bearer(token)).status)
	require.Equal(t, "/twirp/livekit.RoomService/ListRooms", (<-calls).path)
	require.Empty(t, calls)
	require.NotContains(t, s.log.String(), "the-secret-of-livekit")
}

// The tests of docs/beside-meet.md, "4. Check, migrate, start": what check finds.

package main

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"meet-external-api/auth/ratelimit/redistest"
	"meet-external-api/db/dbtest"
)

// checked is what check prints for programs, and sees that it says as much to people, one line each, and that its exit code is right.
func checked(t *testing.T, env map[string]string) (found report) {
	t.Helper()
	done := command(env, "check", "--json")
	require.NoError(t, json.Unmarshal([]byte(done.stdout), &found), done.stdout)
	require.Equal(t, len(found.Faults) > 0, done.code == 1)
	require.NotNil(t, found.Faults)
	require.NotNil(t, found.Hints)
	page, err := os.ReadFile("../../docs/settings.md")
	require.NoError(t, err)
	for _, f := range append(found.Faults, found.Hints...) {
		require.NotContains(t, f.Text, "\n")
		require.Contains(t, string(page), "| `"+f.Code+"` |")
	}
	return found
}

// faults are the texts of those that check finds.
func faults(t *testing.T, env map[string]string) []string {
	t.Helper()
	texts := []string{}
	for _, fault := range checked(t, env).Faults {
		texts = append(texts, fault.Text)
	}
	return texts
}

func TestCheckForPrograms(t *testing.T) {
	t.Parallel()
	env := together(onDatabase(t), map[string]string{"APPLICATION_JWT_SECRET_KEY": testKey})
	require.Equal(t, outcome{0, "{\"faults\":[],\"hints\":[]}\n", ""}, command(env, "check", "--json"))
	s := &instance{t: t, dsn: env["DATABASE_URL"]}
	s.sql(`alter table meet_room drop column pin_code, alter column configuration type text`)
	s.sql(`drop index external_api_meet_user_email`)
	env["EXTERNAL_API_MIGRATE"], env["DB_HOST"], env["DB_PASSWORD_FILE"] = "maybe", "<db>", "/x"
	done := command(env, "check", "--json")
	require.Equal(t, 1, done.code)
	require.Equal(t, `{"faults":[`+
		`{"code":"setting_invalid","setting":"EXTERNAL_API_MIGRATE","text":"EXTERNAL_API_MIGRATE: give true or false"},`+
		`{"code":"table_unfit","table":"meet_room","text":"database: meet_room.configuration is text and not jsonb"},`+
		`{"code":"table_unfit","table":"meet_room","text":"database: meet_room.pin_code is missing"}],`+
		`"hints":[{"code":"setting_ignored","setting":"DATABASE_URL","text":"DATABASE_URL: it names the database, and DB_HOST, DB_PASSWORD are not read"}]}`+
		"\n", done.stdout)
	require.Equal(t, "meet-external-api: the faults are listed above\n", done.stderr)
	require.Equal(t, "hint: DATABASE_URL: it names the database, and DB_HOST, DB_PASSWORD are not read\n"+
		"EXTERNAL_API_MIGRATE: give true or false\n"+
		"database: meet_room.configuration is text and not jsonb\n"+
		"database: meet_room.pin_code is missing\n", command(env, "check").stdout)
}

func TestCheckOfRights(t *testing.T) {
	t.Parallel()
	dsn := dbtest.NewBesideMeet(t)
	role, address := documentedRole(t, dsn, 2)
	env := map[string]string{"DATABASE_URL": address, "APPLICATION_JWT_SECRET_KEY": testKey, "EXTERNAL_API_LISTEN": "127.0.0.1:0"}
	s := &instance{t: t, dsn: dsn}
	require.Empty(t, faults(t, env))
	s.sql("revoke update on meet_room, meet_application from " + role)
	s.sql("revoke select on meet_user from " + role)
	found := checked(t, env)
	require.Equal(t, []*finding{
		{Code: "right_missing", Table: "meet_room", Text: "database: the role " + role + " lacks update on meet_room: grant update on meet_room to " + role},
		{Code: "right_missing", Table: "meet_user", Text: "database: the role " + role + " lacks select on meet_user: grant select on meet_user to " + role},
	}, found.Faults)
	require.Equal(t, []*finding{{Code: "right_optional", Table: "meet_application", Text: "database: the role " + role +
		" lacks update on meet_application: grant update on meet_application to " + role + " (only the commands need it that manage applications)"}}, found.Hints)
}

// Nothing is made where check looks, and a database without Meet's tables is one that was mistyped.
func TestCheckOfAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	env := map[string]string{"DATABASE_URL": dbtest.NewEmpty(t), "APPLICATION_JWT_SECRET_KEY": testKey, "EXTERNAL_API_LISTEN": "127.0.0.1:0"}
	for range 2 {
		found := checked(t, env)
		require.Len(t, found.Faults, 1)
		require.Equal(t, "tables_missing", found.Faults[0].Code)
	}
}

func TestCheckOfRedis(t *testing.T) {
	t.Parallel()
	redis := redistest.Start(t)
	env := together(onDatabase(t), map[string]string{"APPLICATION_JWT_SECRET_KEY": testKey, "REDIS_URL": redis.URL()})
	require.Empty(t, faults(t, env))
	require.NoError(t, redis.Client().ConfigSet(t.Context(), "requirepass", "the-right-password").Err())
	env["REDIS_URL"] = strings.Replace(redis.URL(), "//", "//:the-wrong-password@", 1)
	require.Contains(t, faults(t, env)[0], "Redis: WRONGPASS")
	require.NotContains(t, command(env, "check").stdout, "the-wrong")
	env["REDIS_URL"] = redis.URL()
	require.Contains(t, faults(t, env)[0], "Redis: NOAUTH")
	env["REDIS_URL"] = strings.Replace(redis.URL(), "//", "//:the-right-password@", 1)
	require.Empty(t, faults(t, env))
	redis.Stop()
	found := checked(t, env)
	require.Len(t, found.Faults, 1)
	require.Equal(t, "redis_unavailable", found.Faults[0].Code)
	require.Equal(t, "REDIS_URL", found.Faults[0].Setting)
	require.Contains(t, found.Faults[0].Text, "connection refused")
}

// newLiveKit plays LiveKit, as far as to verify the tokens of its one key.
func newLiveKit(t *testing.T, key, secret string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token+"..", ".")[1])
		var claims struct {
			Issuer string `json:"iss"`
		}
		signedBySecret := token == signed(t, secret, `{"alg":"HS256","typ":"JWT"}`, string(payload))
		if err != nil || json.Unmarshal(payload, &claims) != nil || claims.Issuer != key || !signedBySecret {
			http.Error(w, `{"code":"unauthenticated","msg":"invalid token: `+token+`"}`, http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, `{"rooms":[]}`)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestCheckOfLiveKit(t *testing.T) {
	t.Parallel()
	url := newLiveKit(t, "the-key", "the-secret-of-livekit")
	env := together(onDatabase(t), map[string]string{
		"APPLICATION_JWT_SECRET_KEY": testKey, "LIVEKIT_API_URL": url, "LIVEKIT_API_KEY": "the-key", "LIVEKIT_API_SECRET": "the-secret-of-livekit",
	})
	require.Empty(t, faults(t, env))
	for name, c := range map[string]struct{ setting, value, code, said string }{
		"another key":    {"LIVEKIT_API_KEY", "the-other-key", "livekit_credentials", "LiveKit refuses the key or its secret"},
		"another secret": {"LIVEKIT_API_SECRET", "the-other-secret", "livekit_credentials", "LiveKit refuses the key or its secret"},
		"away":           {"LIVEKIT_API_URL", "http://127.0.0.1:1", "livekit_unavailable", "connection refused"},
		"no LiveKit":     {"LIVEKIT_API_URL", newProvider(t).URL + "/x", "livekit_credentials", "status 401"},
	} {
		found := checked(t, together(env, map[string]string{c.setting: c.value}))
		require.Len(t, found.Faults, 1, name)
		require.Equal(t, c.code, found.Faults[0].Code, name)
		require.Contains(t, found.Faults[0].Text, c.said, name)
		require.NotContains(t, found.Faults[0].Text, "the-other", name)
		require.NotContains(t, found.Faults[0].Text, "eyJ", "no token")
	}
}

func TestCheckOfTheProvider(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	env := together(onDatabase(t), map[string]string{"APPLICATION_JWT_SECRET_KEY": testKey}, p.settings())
	require.Empty(t, faults(t, env))
	require.EqualValues(t, 1, p.calls.Load())
	for name, c := range map[string]struct {
		changes    map[string]string
		code, said string
	}{
		"another secret": {map[string]string{"OIDC_RS_CLIENT_SECRET": "the-other-secret"}, "provider_credentials", "refuses the client id or its secret"},
		"another client": {map[string]string{"OIDC_RS_CLIENT_ID": "other"}, "provider_credentials", "refuses the client id or its secret"},
		"away":           {map[string]string{"OIDC_OP_INTROSPECTION_ENDPOINT": "http://127.0.0.1:1/"}, "provider_unavailable", "connection refused"},
		"a web page":     {map[string]string{"OIDC_OP_INTROSPECTION_ENDPOINT": newPage(t)}, "provider_unavailable", "decoding the answer"},
	} {
		found := checked(t, together(env, c.changes))
		require.Len(t, found.Faults, 1, name)
		require.Equal(t, c.code, found.Faults[0].Code, name)
		require.Contains(t, found.Faults[0].Text, c.said, name)
		require.NotContains(t, found.Faults[0].Text, "the-other", name)
	}
}

// newPage is a server that knows nothing but one page.
func newPage(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") }))
	t.Cleanup(server.Close)
	return server.URL
}

func TestCheckOfTheProvidersKeys(t *testing.T) {
	t.Parallel()
	env := together(onDatabase(t), map[string]string{"APPLICATION_JWT_SECRET_KEY": testKey}, newProvider(t).settings(), map[string]string{
		"OIDC_RS_BACKEND": "jwt", "OIDC_RS_PRIVATE_KEY_STR": signingKey(t, "RS256"),
	})
	for name, c := range map[string]struct{ endpoint, said string }{
		"away":       {"http://127.0.0.1:1/", "connection refused"},
		"a web page": {newPage(t), ""},
	} {
		found := checked(t, together(env, map[string]string{"OIDC_OP_JWKS_ENDPOINT": c.endpoint}))
		keys := found.Faults[len(found.Faults)-1]
		require.Equal(t, "provider_keys", keys.Code, name)
		require.Equal(t, "OIDC_OP_JWKS_ENDPOINT", keys.Setting, name)
		require.Contains(t, keys.Text, c.said, name)
	}
	require.Equal(t, []string{"OIDC_OP_JWKS_ENDPOINT: signed answers need OIDC_OP_JWKS_ENDPOINT"}, faults(t, env))
}

// Whatever does not answer is not waited for, and all is asked at once.
func TestCheckOfServersThatHang(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() }) // it takes connections, and never says a word
	hangs := listener.Addr().String()
	env := map[string]string{
		"DATABASE_URL": "postgres://user:the-password@" + hangs + "/meet?sslmode=disable", "APPLICATION_JWT_SECRET_KEY": testKey, "EXTERNAL_API_LISTEN": "127.0.0.1:0",
		"REDIS_URL": "redis://" + hangs, "LIVEKIT_API_URL": "http://" + hangs, "LIVEKIT_API_KEY": "k", "LIVEKIT_API_SECRET": "s",
		"OIDC_OP_URL": "http://" + hangs, "OIDC_OP_INTROSPECTION_ENDPOINT": "http://" + hangs, "OIDC_RS_CLIENT_SECRET": "s",
	}
	begin := time.Now()
	var codes []string
	for _, fault := range checked(t, env).Faults {
		codes = append(codes, fault.Code)
	}
	require.Equal(t, []string{"database_unavailable", "redis_unavailable", "livekit_unavailable", "provider_unavailable"}, codes)
	require.Less(t, time.Since(begin), 20*time.Second, "the longest of them, 10 s, and not the sum")
}

func TestCheckOfTheAddressToListenOn(t *testing.T) {
	t.Parallel()
	s := start(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = taken.Close() })
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") }))
	t.Cleanup(web.Close)
	go func() {
		for conn, err := taken.Accept(); err == nil; conn, err = taken.Accept() {
			_ = conn.Close()
		}
	}()
	for name, c := range map[string]struct{ address, code, said string }{
		"taken":                   {taken.Addr().String(), "listen_unavailable", "address already in use"},
		"taken by another server": {strings.TrimPrefix(web.URL, "http://"), "listen_unavailable", "address already in use"},
		"of another machine":      {"192.0.2.1:0", "listen_unavailable", "cannot assign requested address"},
		"no port":                 {"127.0.0.1", "setting_invalid", "give host:port"},
	} {
		found := checked(t, together(s.env, map[string]string{"EXTERNAL_API_LISTEN": c.address}))
		require.Len(t, found.Faults, 1, name)
		require.Equal(t, []string{c.code, "EXTERNAL_API_LISTEN"}, []string{found.Faults[0].Code, found.Faults[0].Setting}, name)
		require.Contains(t, found.Faults[0].Text, c.said, name)
	}
	found := checked(t, together(s.env, map[string]string{"EXTERNAL_API_LISTEN": strings.TrimPrefix(s.url, "http://")}))
	require.Empty(t, found.Faults, "it is this server that runs there")
	require.Equal(t, "already_running", found.Hints[0].Code)
	for name, operations := range map[string]string{"taken": taken.Addr().String(), "that of the API": fixedAddress(t)} {
		found = checked(t, together(s.env, map[string]string{"EXTERNAL_API_LISTEN": operations, "EXTERNAL_API_OPERATIONS_LISTEN": operations}))
		settings := []string{}
		for _, fault := range found.Faults {
			require.Equal(t, "listen_unavailable", fault.Code, name)
			settings = append(settings, fault.Setting)
		}
		require.Contains(t, settings, "EXTERNAL_API_OPERATIONS_LISTEN", name)
	}
}

// A pooler is worth knowing of; one that lets no transaction begin is a fault.
func TestCheckOfAPooler(t *testing.T) {
	t.Parallel()
	env := together(onDatabase(t), map[string]string{"APPLICATION_JWT_SECRET_KEY": testKey})
	direct := env["DATABASE_URL"]
	env["DATABASE_URL"] = dbtest.NewPooler(t, direct, "transaction", 1)
	found := checked(t, env)
	require.Empty(t, found.Faults)
	require.Equal(t, "pooler", found.Hints[0].Code)
	env["DATABASE_URL"] = dbtest.NewPooler(t, direct, "statement", 1)
	found = checked(t, env)
	require.Len(t, found.Faults, 1)
	require.Contains(t, found.Faults[0].Text, "its mode has to be transaction or session, and not statement")
}

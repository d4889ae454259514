// The tests of docs/contract.md, "Conventions".

package main

import (
	"bytes"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func TestSlashesAndMethods(t *testing.T) {
	t.Parallel()
	s, application, user, token := roomServer(t)
	room := "/rooms/" + s.seed(user, "owner", "Board")
	allowed := func(a answer) []string {
		methods := strings.Split(a.header.Get("Allow"), ", ")
		slices.Sort(methods)
		return slices.Compact(methods)
	}
	for path, methods := range map[string][]string{
		"/application/token":     {"OPTIONS", "POST"},
		"/application/revoke":    {"OPTIONS", "POST"},
		"/.well-known/jwks.json": {"GET", "HEAD", "OPTIONS"},
		"/rooms":                 {"GET", "HEAD", "OPTIONS", "POST"},
		room:                     {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH"},
		"/openapi.json":          {"GET", "HEAD", "OPTIONS"},
		"/docs":                  {"GET", "HEAD", "OPTIONS"},
	} {
		for _, slash := range []string{"", "/"} {
			t.Run(path+slash, func(t *testing.T) {
				t.Parallel()
				for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "PURGE"} {
					a := s.send(method, path+slash, nil, bearer(token))
					switch {
					case method == "OPTIONS":
						require.Equal(t, 204, a.status)
						require.Equal(t, methods, allowed(a))
					case slices.Contains(methods, method):
						require.Less(t, a.status, 404, method)
					default:
						require.Equal(t, 405, a.status, method)
						require.Equal(t, methods, allowed(a))
						if method != "HEAD" {
							require.Equal(t, `Method "`+method+`" not allowed.`, a.detail())
						}
					}
				}
			})
		}
	}
	t.Run("HEAD has the headers of GET", func(t *testing.T) {
		t.Parallel()
		get, head := s.get("/rooms", bearer(token)), s.send("HEAD", "/rooms", nil, bearer(token))
		require.Equal(t, get.header.Get("Content-Type"), head.header.Get("Content-Type"))
		require.Empty(t, head.raw)
	})
	t.Run("Accept is not negotiated", func(t *testing.T) {
		t.Parallel()
		a := s.get("/rooms", bearer(token), header("Accept", "text/html"))
		require.Equal(t, 200, a.status)
		require.Equal(t, "application/json", a.header.Get("Content-Type"))
	})
	t.Run("POST without a slash", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, 200, s.post("/application/token", tokenRequest(application, nil)).status)
		require.Equal(t, 201, s.post("/rooms", "{}", bearer(token)).status)
	})
}

func TestUnknownPaths(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, path := range []string{"/", "/external-api", "/external-api/v1.0", "/external-api/v1.0/rooms/x/y", "/external-api/v2.0/rooms", "/%2e%2e/etc/passwd", "//"} {
		a, _ := s.sendAnywhere(http.MethodGet, path, nil)
		require.Equal(t, 404, a.status, path)
		require.Equal(t, map[string]any{"detail": "Not found."}, a.body)
	}
}

func TestSwitchedOff(t *testing.T) {
	t.Parallel()
	s := start(t, map[string]string{"EXTERNAL_API_ENABLED": "no"})
	for _, path := range []string{"/rooms/", "/application/token/", "/docs", "/openapi.yaml"} {
		a, _ := s.sendAnywhere(http.MethodGet, "/external-api/v1.0"+path, nil)
		require.Equal(t, 404, a.status)
		require.Equal(t, map[string]any{"detail": "Not found."}, a.body)
	}
	a, _ := s.sendAnywhere(http.MethodGet, "/__heartbeat__", nil)
	require.Equal(t, 200, a.status)
}

func TestRequestIDs(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, id := range []string{"a", "A-Z_0.9", strings.Repeat("x", 128)} {
		require.Equal(t, id, s.get("/rooms", header("X-Request-Id", id)).header.Get("X-Request-Id"))
	}
	for _, id := range []string{"", "a b", "a\tb", "é", strings.Repeat("x", 129), "a/b"} {
		given := s.get("/rooms", header("X-Request-Id", id)).header.Get("X-Request-Id")
		require.NoError(t, uuid.Validate(given))
	}
}

func TestLinksUseThePublicURL(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t, map[string]string{"EXTERNAL_API_PUBLIC_URL": "https://meet.example.org"})
	forged := []requestOption{bearer(token), header("X-Forwarded-Proto", "gopher"), header("X-Forwarded-Host", "evil.example"), func(r *http.Request) { r.Host = "evil.example" }}
	created := s.post(roomsPath, "{}", forged...)
	require.Equal(t, "https://meet.example.org/external-api/v1.0/rooms/"+created.body["id"].(string)+"/", created.header.Get("Location"))
	s.post(roomsPath, "{}", bearer(token))
	require.Equal(t, "https://meet.example.org/external-api/v1.0/rooms/?page=2&page_size=1", s.get(roomsPath+"?page_size=1", forged...).body["next"])
}

func TestForwardedHeadersAreNotTrusted(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	a := s.post(roomsPath, "{}", bearer(token), header("X-Forwarded-Proto", "https"), header("X-Forwarded-Host", "evil.example"))
	require.True(t, strings.HasPrefix(a.header.Get("Location"), s.url))
}

func TestLog(t *testing.T) {
	t.Parallel()
	s, application, user, token := roomServer(t)
	s.get("/rooms/"+uuid.NewString()+"/?secret=query", bearer(token), header("X-Request-Id", "asked"))
	line := s.log.waitFor(t, "request", map[string]any{"request_id": "asked"})
	duration := line["duration_ms"].(float64)
	require.Positive(t, duration)
	for _, name := range []string{"time", "duration_ms"} {
		delete(line, name)
	}
	require.Equal(t, map[string]any{
		"level": "INFO", "msg": "request", "method": "GET", "route": "/external-api/v1.0/rooms/:id/", "status": 404.0,
		"request_id": "asked", "address": "127.0.0.1", "client_id": application.ID, "user": user, "reason": "room_not_found",
	}, line)

	s.post(tokenPath, tokenRequest(application, nil), header("X-Request-Id", "token"))
	line = s.log.waitFor(t, "request", map[string]any{"request_id": "token"})
	require.Equal(t, application.ID, line["client_id"])
	require.NotContains(t, line, "reason")
	s.post(tokenPath, tokenRequest(application, map[string]any{"client_secret": "mistyped-secret", "scope": "nobody@example.com"}), header("X-Request-Id", "failed"))
	s.log.waitFor(t, "request", map[string]any{"request_id": "failed"})
	for _, sensitive := range []string{application.Secret, token, "user@example.com", "nobody@example.com", "secret=query", "mistyped-secret", testKey} {
		require.NotContains(t, s.log.String(), sensitive)
	}
}

// A fault of ours tells the caller the request id only, and the log the cause.
func TestFaults(t *testing.T) {
	t.Parallel()
	s, application, _, token := roomServer(t)
	s.sql(`create function fail() returns trigger language plpgsql as $$ begin raise exception 'the cause'; end $$`)
	s.sql(`create trigger fail before insert on meet_room for each row execute function fail()`)
	a := s.post(roomsPath, "{}", bearer(token), header("X-Request-Id", "faulty"))
	require.Equal(t, 500, a.status)
	require.Equal(t, map[string]any{"detail": "Internal server error. Request id: faulty"}, a.body)
	line := s.log.waitFor(t, "request", map[string]any{"request_id": "faulty"})
	require.Equal(t, "ERROR", line["level"])
	require.Contains(t, line["error"], "the cause")
	var rooms int
	require.NoError(t, s.pool().Get(&rooms, `select count(*) from meet_resource`))
	require.Zero(t, rooms, "nothing of the room stays")

	s.sql(`alter table meet_user alter column email type integer using 1`)
	a = s.post(tokenPath, tokenRequest(application, nil), header("X-Request-Id", "token"))
	require.Equal(t, 500, a.status, "%s", a.raw)
	require.Equal(t, "server_error", a.body["error"])
	require.Equal(t, "Internal server error. Request id: token", a.body["error_description"])
}

func TestLargeHeaders(t *testing.T) {
	t.Parallel()
	s := start(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	go func() {
		_, _ = conn.Write([]byte("GET / HTTP/1.1\r\nHost: x\r\nX-Large: " + strings.Repeat("x", 64<<10) + "\r\n\r\n"))
	}()
	var received bytes.Buffer
	_, _ = received.ReadFrom(conn)
	require.Contains(t, received.String(), "431")
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	made := make(chan answer, 40)
	for range cap(made) {
		go func() { made <- s.post(roomsPath, "{}", bearer(token)) }()
	}
	slugs := map[any]bool{}
	for range cap(made) {
		a := <-made
		require.Equal(t, 201, a.status)
		slugs[a.body["slug"]] = true
	}
	require.Len(t, slugs, cap(made))
	require.EqualValues(t, cap(made), s.get("/rooms/?page_size=100", bearer(token)).body["count"])
}

func TestTrustedProxies(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t, map[string]string{
		"EXTERNAL_API_TRUSTED_PROXIES": "10.0.0.0/8, 127.0.0.1", "EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "1",
	})
	for name, c := range map[string]struct {
		proto, host []string
		want        string
	}{
		"both":                   {[]string{"https"}, []string{"meet.example.org"}, "https://meet.example.org"},
		"a port":                 {[]string{"https"}, []string{"meet.example.org:8443"}, "https://meet.example.org:8443"},
		"only the scheme":        {[]string{"https"}, nil, "https://" + strings.TrimPrefix(s.url, "http://")},
		"the last ones count":    {[]string{"gopher, https"}, []string{"evil.example", "meet.example.org"}, "https://meet.example.org"},
		"a scheme that is none":  {[]string{"javascript"}, nil, s.url},
		"a host that is none":    {nil, []string{"evil.example/path?"}, s.url},
		"nothing is forwarded":   {nil, nil, s.url},
		"an address for a host":  {nil, []string{"[2001:db8::1]:80"}, "http://[2001:db8::1]:80"},
		"an empty forwarded one": {[]string{""}, []string{""}, s.url},
	} {
		t.Run(name, func(t *testing.T) {
			a := s.post(roomsPath, "{}", bearer(token), func(r *http.Request) {
				r.Header["X-Forwarded-Proto"], r.Header["X-Forwarded-Host"] = c.proto, c.host
			})
			require.Equal(t, c.want+"/external-api/v1.0/rooms/"+a.body["id"].(string)+"/", a.header.Get("Location"))
		})
	}
	// Limits count the address before the trusted ones, which the caller cannot choose.
	wrong := tokenRequest(credentials{ID: "x", Secret: "y"}, nil)
	require.Equal(t, 401, s.post(tokenPath, wrong, header("X-Forwarded-For", "192.0.2.1, 198.51.100.1, 10.1.1.1")).status)
	require.Equal(t, 429, s.post(tokenPath, wrong, header("X-Forwarded-For", "192.0.2.2, 198.51.100.1, 10.1.1.1")).status)
	require.Equal(t, 401, s.post(tokenPath, wrong, header("X-Forwarded-For", "192.0.2.1, 198.51.100.2, 10.1.1.1")).status)
}

func TestUntrustedProxiesDoNotChooseTheirAddress(t *testing.T) {
	t.Parallel()
	s := start(t, map[string]string{"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "1"})
	wrong := tokenRequest(credentials{ID: "x", Secret: "y"}, nil)
	require.Equal(t, 401, s.post(tokenPath, wrong, header("X-Forwarded-For", "192.0.2.1")).status)
	require.Equal(t, 429, s.post(tokenPath, wrong, header("X-Forwarded-For", "192.0.2.2")).status)
}

func TestCORS(t *testing.T) {
	t.Parallel()
	const origin = "https://addon.example.org"
	s, _, _, token := roomServer(t, map[string]string{"EXTERNAL_API_CORS_ORIGINS": origin + ",https://other.example.org"})
	preflight := s.send(http.MethodOptions, roomsPath, nil, header("Origin", origin),
		header("Access-Control-Request-Method", "POST"), header("Access-Control-Request-Headers", "authorization,content-type"))
	require.Equal(t, 204, preflight.status)
	require.Equal(t, origin, preflight.header.Get("Access-Control-Allow-Origin"))
	require.Equal(t, "GET,HEAD,POST,PATCH,DELETE", preflight.header.Get("Access-Control-Allow-Methods"))
	require.Equal(t, "Authorization,Content-Type,X-Request-Id,Idempotency-Key,If-Match,If-None-Match,Prefer,Traceparent,Tracestate",
		preflight.header.Get("Access-Control-Allow-Headers"))
	require.Empty(t, preflight.header.Get("Access-Control-Allow-Credentials"))
	require.NotEmpty(t, preflight.header.Get("Allow"))

	made := s.post(roomsPath, "", bearer(token), header("Origin", origin))
	require.Equal(t, 201, made.status)
	require.Equal(t, origin, made.header.Get("Access-Control-Allow-Origin"))
	require.Equal(t, "Location,Retry-After,WWW-Authenticate,X-Request-Id,ETag,Idempotent-Replayed,Preference-Applied,Deprecation,Sunset,Link",
		made.header.Get("Access-Control-Expose-Headers"))
	refused := s.post(roomsPath, "", header("Origin", origin))
	require.Equal(t, 401, refused.status)
	require.Equal(t, origin, refused.header.Get("Access-Control-Allow-Origin"), "a page can read errors too")
	stranger := s.post(roomsPath, "", bearer(token), header("Origin", "https://evil.example.org"))
	require.Empty(t, stranger.header.Get("Access-Control-Allow-Origin"))

	none := startUnready(t, s.dsn)
	none.log.wait(t, "ready")
	a := none.send(http.MethodOptions, roomsPath, nil, header("Origin", origin), header("Access-Control-Request-Method", "POST"))
	require.Equal(t, 204, a.status)
	require.Empty(t, a.header.Get("Access-Control-Allow-Origin"))
}

// As in Meet, white space around a text does not count; around a choice it does.
func TestWhiteSpaceAroundValues(t *testing.T) {
	t.Parallel()
	s, application, user, token := roomServer(t)
	s.user("bob@example.com")
	path := "/rooms/" + s.seed(user, "owner", "Board") + "/grant-access/"
	longest := strings.Repeat("a", 242) + "@example.com"
	s.user(longest)
	for _, email := range []string{"bob@example.com", longest} {
		a := s.post(path, map[string]any{"email": " \t" + email + "\r\n", "role": "member"}, bearer(token))
		require.Equal(t, 201, a.status, "%s", a.raw)
		require.Equal(t, email, a.body["email"])
	}
	for field, c := range map[string]struct {
		body    map[string]any
		message string
	}{
		"email": {map[string]any{"email": " \n"}, "This field may not be blank."},
		"role":  {map[string]any{"email": "bob@example.com", "role": " member"}, `" member" is not a valid choice.`},
	} {
		a := s.post(path, c.body, bearer(token))
		require.Equal(t, 400, a.status)
		require.Equal(t, map[string]any{field: []any{c.message}}, a.body)
	}
	inside := s.post(path, map[string]any{"email": "bob @example.com"}, bearer(token))
	require.Equal(t, 400, inside.status)

	all := map[string]any{"client_id": " " + application.ID, "client_secret": application.Secret + "\n", "scope": "\tuser@example.com "}
	require.Equal(t, 200, s.post(tokenPath, tokenRequest(application, all)).status)
	choice := s.post(tokenPath, tokenRequest(application, map[string]any{"grant_type": "client_credentials "}))
	require.Equal(t, 400, choice.status)
	require.Equal(t, "unsupported_grant_type", choice.body["error"])
}

package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

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
	require.Contains(t, preflight.header.Get("Access-Control-Allow-Methods"), "PATCH")
	require.Contains(t, preflight.header.Get("Access-Control-Allow-Headers"), "Authorization")
	require.Empty(t, preflight.header.Get("Access-Control-Allow-Credentials"))
	require.NotEmpty(t, preflight.header.Get("Allow"))

	made := s.post(roomsPath, "", bearer(token), header("Origin", origin))
	require.Equal(t, 201, made.status)
	require.Equal(t, origin, made.header.Get("Access-Control-Allow-Origin"))
	require.Contains(t, made.header.Get("Access-Control-Expose-Headers"), "Location")
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

// The tests of what a line of the log may hold (docs/refusals.md).

package main

import (
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/handlers"
)

// Whatever a caller makes long, no line of the log is; and each is there.
func TestLogIsBounded(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	s := start(t, p.settings(), behindProxy(map[string]string{}))
	long := strings.Repeat("x", 30_000)
	p.knows("long", map[string]any{"client_id": long, "scope": "lasuite_meet " + strings.Repeat("rooms:list ", 2000)})
	claims := base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"` + long[:10_000] + `","sub":"` + long[:10_000] + `"}`))
	form := func(fields url.Values) requestOption {
		return func(r *http.Request) {
			r.Method, r.Body = http.MethodPost, io.NopCloser(strings.NewReader(fields.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
	}
	for name, option := range map[string]requestOption{
		"method":     func(r *http.Request) { r.Method = strings.ToUpper(long) },
		"path":       func(r *http.Request) { r.URL.Path += long },
		"query":      func(r *http.Request) { r.URL.RawQuery = "page=" + long },
		"Host":       func(r *http.Request) { r.Host = long },
		"User-Agent": header("User-Agent", long), "Referer": header("Referer", long), "X-Request-Id": header("X-Request-Id", long),
		"Content-Type": header("Content-Type", long), "X-Forwarded-For": header("X-Forwarded-For", long),
		"X-Forwarded-Host": header("X-Forwarded-Host", long), "Authorization": header("Authorization", long),
		"bearer": bearer(long), "JWT": bearer("e30." + claims + ".AAAA"), "client of the provider": bearer("long"),
		"client_id":        form(url.Values{"client_id": {long}, "client_secret": {"x"}, "grant_type": {"client_credentials"}, "scope": {"a@b.org"}}),
		"name of a field":  form(url.Values{long: {"x"}}),
		"grant_type":       form(url.Values{"client_id": {"x"}, "client_secret": {"x"}, "grant_type": {long}, "scope": {"a@b.org"}}),
		"client by Basic":  func(r *http.Request) { form(url.Values{"token": {"x"}})(r); r.SetBasicAuth(long[:20_000], "x") },
		"client assertion": form(url.Values{"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "client_assertion": {"e30." + claims + ".AAAA"}, "token": {"x"}}),
	} {
		t.Run(name, func(t *testing.T) {
			path := roomsPath
			if strings.Contains(name, "client") && name != "client of the provider" {
				path = introspectPath
			}
			a, _ := s.sendAnywhere(http.MethodGet, handlers.BasePath+path, nil, option)
			s.log.waitFor(t, "request", map[string]any{"request_id": a.header.Get("X-Request-Id")})
		})
	}
	for line := range strings.Lines(s.log.String()) {
		require.LessOrEqual(t, len(line), 4000, line)
	}
}

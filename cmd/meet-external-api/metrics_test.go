// The tests of `/metrics`: what it tells, and that no caller can make it tell more.

package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"meet-external-api/auth/ratelimit/redistest"
	"meet-external-api/db/dbtest"

	"github.com/stretchr/testify/require"
)

// observed is a server beside everything that it can be beside: Redis, an OpenID provider, LiveKit, and a read replica that is none.
func observed(t *testing.T, settings ...map[string]string) (*instance, *provider) {
	t.Helper()
	p := newProvider(t)
	p.knows("good", nil)
	dsn := dbtest.New(t)
	settings = append(settings, p.settings(), newCloser(t, func(http.ResponseWriter, string) {}),
		map[string]string{"REDIS_URL": redistest.Start(t).URL(), "EXTERNAL_API_READ_DATABASE_URL": dsn})
	s := startUnready(t, dsn, settings...)
	s.log.wait(t, "ready")
	return s, p
}

// metrics are what `/metrics` shows.
func (s *instance) metrics(v *visitor) string {
	s.t.Helper()
	a := v.get("/metrics")
	require.Equal(s.t, 200, a.status)
	require.Contains(s.t, a.header.Get("Content-Type"), "text/plain")
	return string(a.raw)
}

// requireSamples looks for lines by how they begin.
func requireSamples(t *testing.T, metrics string, samples ...string) {
	t.Helper()
	for _, sample := range samples {
		require.Truef(t, strings.Contains(metrics, "\nmeet_external_api_"+sample), "there is no %s among\n%s", sample, withoutBuckets(metrics))
	}
}

func withoutBuckets(metrics string) string {
	return regexp.MustCompile(`(?m)^(.*_bucket.*|go_.*|process_.*|#.*)\n`).ReplaceAllString(metrics, "")
}

// The metrics tell of both listeners, of tokens, of what is beyond limits, of what the server asks, of the audit trail, of the database, of
// what is late and of the process.
func TestMetrics(t *testing.T) {
	t.Parallel()
	s, p := observed(t, map[string]string{"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "1"})
	v := s.visitor(t)
	application := s.application()
	user := s.user("user@example.com")
	require.NotEmpty(t, user)
	token := s.token(application, "user@example.com")
	s.sql(`insert into external_api.livekit_outbox (room_id, created_at, try_at) values (gen_random_uuid(), now() - interval '1 hour', now() + interval '1 hour')`)
	room := s.post(roomsPath, "{}", bearer(token)).body["id"].(string)
	require.Equal(t, 200, s.get("/rooms/"+room+"/", bearer(token)).status)
	require.Equal(t, 401, s.get(roomsPath).status)
	require.Equal(t, 404, v.get("/nowhere/secret-path/").status)
	v.requireSignedOut()
	require.Equal(t, 404, s.post(tokenPath, tokenRequest(application, map[string]any{"scope": "nobody@example.com"})).status)
	require.Equal(t, 401, s.tokenStatus(credentials{ID: application.ID, Secret: "wrong"}))
	require.Equal(t, 429, s.tokenStatus(credentials{ID: application.ID, Secret: "wrong, too"}))
	for range 2 {
		require.Equal(t, 200, s.get(roomsPath, bearer("good")).status)
	}
	require.Equal(t, 401, s.get(roomsPath, bearer("bad")).status)
	p.status.Store(http.StatusInternalServerError)
	require.Equal(t, 503, s.get(roomsPath, bearer("unanswered")).status)
	s.deleteNewRoom(token)
	require.Eventually(t, func() bool {
		return strings.Contains(s.metrics(v), `livekit_changes_total{change="close",outcome="done"} 1`)
	}, eventually, tick)
	shown := s.metrics(v)
	requireSamples(t, shown,
		`http_request_duration_seconds_count{listener="api",method="POST",route="/external-api/v1.0/rooms/",status="201"} 2`,
		`http_request_duration_seconds_count{listener="api",method="GET",route="/external-api/v1.0/rooms/:id/",status="200"} 1`,
		`http_request_duration_seconds_count{listener="api",method="PATCH",route="/external-api/v1.0/rooms/:id/",status="500"} 0`,
		`http_request_duration_seconds_count{listener="operations",method="GET",route="/console/",status="303"} 1`,
		`http_request_duration_seconds_bucket{listener="operations",method="GET",route="",status="404",le="+Inf"} 1`,
		`ready 1`, `tokens_total{outcome="issued",reason=""} 1`, `tokens_total{outcome="refused",reason="address_unknown"} 1`,
		`tokens_total{outcome="refused",reason="wrong_secret"} 1`, `tokens_total{outcome="refused",reason="failures_per_application_and_address"} 1`,
		`rate_limit_refusals_total{limit="failures_per_application_and_address"} 1`, `rate_limit_decisions_total{by="process"} `,
		`slow_hash_places{secrets="clients"} 5`, `slow_hashes_refused_total{secrets="operators"} 0`,
		`introspections_total{outcome="cached"} 1`, `introspections_total{outcome="active"} 1`, `introspections_total{outcome="inactive"} 1`,
		`introspections_total{outcome="failed"} 1`, `introspection_call_duration_seconds_count 3`, `introspection_circuit_open 0`,
		`livekit_changes_total{change="update",outcome="unreachable"} 0`, `build_info{commit="`,
		`audit_events_stored_total `, `audit_events_waiting `, `audit_oldest_waiting_seconds `, `audit_events_dropped_total{cause="queue_full"} 0`,
		`background_due_seconds{work="close rooms in LiveKit"} 36`, `background_due_seconds{work="delete expired rooms"} 0`,
		`database_connections_max{pool="rooms"} 10`, `database_connections_in_use{pool="other"} `, `database_errors_total{kind="connection"} 0`,
	)
	require.Regexp(t, `build_info\{commit="[^"]*",go_version="go1\.[^"]+",specification="\d+\.\d+\.\d+",version="[^"]+"\} 1`, shown)
	require.Regexp(t, `rate_limit_decisions_total\{by="redis"\} [1-9]`, shown)
	for _, secret := range []string{room, application.ID, "secret-path", "example.com"} {
		require.NotContains(t, shown, secret)
	}
}

// Each reason for which a token is refused is shown before it is one, and none is "other".
func TestReasonsOfTokensAreShown(t *testing.T) {
	t.Parallel()
	s := start(t)
	shown := s.metrics(s.visitor(t))
	page, err := os.ReadFile("../../docs/refusals.md")
	require.NoError(t, err)
	_, text, _ := strings.Cut(string(page), "\n## Client authentication")
	text, _, found := strings.Cut(text, "\n## Limits")
	require.True(t, found)
	codes := regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|").FindAllStringSubmatch(text, -1)
	require.Greater(t, len(codes), 15)
	for _, code := range codes {
		if code[1] != "reason" && code[1] != "token_of_another" { // the head of a table, and a refusal of revocation
			requireSamples(t, shown, `tokens_total{outcome="refused",reason="`+code[1]+`"} 0`)
		}
	}
}

// Whatever callers send, the metrics have the same labels, with values that were there before, or that are methods and statuses of HTTP.
func TestCallersMakeNoMetrics(t *testing.T) {
	t.Parallel()
	s, _ := observed(t, map[string]string{"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "0", "EXTERNAL_API_OIDC_FAILURES_PER_MINUTE": "0"})
	v := s.visitor(t)
	application := s.application()
	s.user("user@example.com")
	token := s.token(application, "user@example.com")
	random := rand.New(rand.NewPCG(1, 2)) // the same requests each time
	made := func() string { return fmt.Sprintf("made-up-%x", random.Uint64()) }
	methods := []func() string{made, func() string { return http.MethodPost }, func() string { return http.MethodGet }, func() string { return http.MethodPatch }}
	paths := []func() string{
		func() string { return "/" + made() + "/" + made() }, func() string { return "/external-api/v1.0/rooms/" + made() + "/" },
		func() string { return "/external-api/v1.0/rooms/?" + made() + "=" + made() }, func() string { return "/external-api/v1.0/application/token/" },
		func() string { return "/external-api/v1.0/docs/" + made() }, func() string { return "/console/applications/" + made() },
		func() string { return "/operator-api/v1/applications/" + made() }, func() string { return "/external-api/v1.0/application/" + made() },
	}
	send := func() {
		method, path := methods[random.IntN(len(methods))](), paths[random.IntN(len(paths))]()
		body, err := json.Marshal(map[string]any{"client_id": made(), "client_secret": made(), "grant_type": "client_credentials", "scope": made() + "@example.com"})
		require.NoError(t, err)
		authorization := []string{"Bearer " + token, "Bearer " + made(), "Basic " + made(), made()}[random.IntN(4)]
		options := []requestOption{
			header("Authorization", authorization), header("X-Request-Id", made()), header(made(), made()), header("Content-Type", "application/json"),
			header("Idempotency-Key", made()), header("X-Forwarded-For", made()), hosted(made() + ".example.org"),
		}
		s.sendAnywhere(method, path, strings.NewReader(string(body)), options...)
		v.send(method, path, strings.NewReader(string(body)), options...)
	}
	send() // what only a first request shows
	for _, path := range []string{"/console/applications/a", "/operator-api/v1/applications/a", "/", "/metrics", "/console/"} {
		v.get(path)
	}
	before := labelsOf(s.metrics(v))
	require.NotEmpty(t, before["reason"])
	for range 300 {
		send()
	}
	shown := s.metrics(v)
	require.NotContains(t, shown, "made-up")
	for label, values := range labelsOf(shown) {
		require.Contains(t, before, label)
		for value := range values {
			known := before[label][value]
			switch label {
			case "status":
				known = regexp.MustCompile(`^[2-5]\d\d$`).MatchString(value)
			case "method":
				known = known || value == "other" || regexp.MustCompile(`^(GET|POST|PATCH)$`).MatchString(value)
			case "quantile":
				known = true
			}
			require.Truef(t, known, "%s=%q is new", label, value)
		}
	}
}

// labelsOf are the values of each label.
func labelsOf(metrics string) map[string]map[string]bool {
	labels := map[string]map[string]bool{}
	for _, pair := range regexp.MustCompile(`(\w+)="((?:[^"\\]|\\.)*)"`).FindAllStringSubmatch(metrics, -1) {
		if labels[pair[1]] == nil {
			labels[pair[1]] = map[string]bool{}
		}
		labels[pair[1]][pair[2]] = true
	}
	return labels
}

// Prometheus's own tool finds no fault with the names, types and descriptions; and docs/operate.md names each of the metrics, and no other.
func TestMetricsAreLikeOthers(t *testing.T) {
	t.Parallel()
	s, _ := observed(t)
	shown := s.metrics(s.visitor(t))
	check := exec.CommandContext(t.Context(), "promtool", "check", "metrics")
	check.Stdin = strings.NewReader(shown)
	faults, err := check.CombinedOutput()
	require.NoErrorf(t, err, "%s", faults)
	require.Empty(t, string(faults))

	text, err := os.ReadFile("../../docs/operate.md")
	require.NoError(t, err)
	_, page, _ := strings.Cut(string(text), "\n## See it run\n")
	page, _, found := strings.Cut(page, "\n## When it does not start\n")
	require.True(t, found)
	names := regexp.MustCompile(`(?m)^# TYPE meet_external_api_(\w+)`).FindAllStringSubmatch(shown, -1)
	require.Greater(t, len(names), 20)
	for _, name := range names {
		require.Truef(t, strings.Contains(page, "`"+name[1]+"`"), "docs/operate.md, \"See it run\", does not tell of %s", name[1])
	}
	for _, name := range regexp.MustCompile(`\bmeet_external_api_(\w+?)(?:_bucket|_count)?\b[^_]`).FindAllStringSubmatch(page, -1) {
		require.Truef(t, strings.Contains(shown, "# TYPE meet_external_api_"+name[1]+" "), "there is no %s", name[1])
	}
}

// The tests of the operations listener: what is on it, and on no other one, and the metrics.

package main

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/db/dbtest"
)

// Nothing of operators is on the public listener, and nothing public on theirs.
func TestListenersAreApart(t *testing.T) {
	t.Parallel()
	s := start(t)
	v := s.visitor(t)
	a := v.get("/")
	require.Equal(t, 302, a.status)
	require.Equal(t, "/console/", a.header.Get("Location"))
	for _, path := range []string{"/", "/metrics", "/console/", "/console/sign-in/", "/console/static/style.css", "/operator-api/v1/applications/"} {
		require.NotEqual(t, 404, v.get(path).status, path)
		a, _ := s.sendAnywhere("GET", path, nil)
		require.Equal(t, 404, a.status, path)
	}
	for _, path := range []string{
		"/__heartbeat__", "/__lbheartbeat__", "/external-api/v1.0/openapi.json", "/external-api/v1.0/docs", "/external-api/v1.0/rooms/",
		"/external-api/v1.0/application/token/", "/.well-known/oauth-authorization-server",
	} {
		require.Equal(t, 404, v.get(path).status, path)
	}
}

// There is no listener where the settings say so; where they say nothing, one whose address is taken is left out.
func TestTheListenerIsLeftOut(t *testing.T) {
	t.Parallel()
	s := start(t, map[string]string{"EXTERNAL_API_OPERATIONS_LISTEN": "none"})
	require.NotContains(t, s.log.String(), "listening for operators")
	// Another program may have the default address, in which case this does not get it.
	if taken, err := net.Listen("tcp", defaultOperationsListen); err == nil {
		defer func() { _ = taken.Close() }()
	}
	s = start(t, map[string]string{"EXTERNAL_API_OPERATIONS_LISTEN": ""})
	line := s.log.wait(t, "there is no console and no metrics: their address is taken, set EXTERNAL_API_OPERATIONS_LISTEN to another one, or to none")
	require.Equal(t, "WARN", line["level"])
	require.Contains(t, line["error"], defaultOperationsListen)
	live, _ := s.sendAnywhere("GET", "/__lbheartbeat__", nil)
	require.Equal(t, 200, live.status)
}

// An address that somebody has chosen has to be there.
func TestATakenListenerStopsTheStart(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = taken.Close() })
	env := maps.Clone(onDatabase(t))
	env["APPLICATION_JWT_SECRET_KEY"], env["EXTERNAL_API_OPERATIONS_LISTEN"] = testKey, taken.Addr().String()
	var stderr bytes.Buffer
	err = run(context.Background(), []string{"serve"}, env, io.Discard, &stderr)
	require.ErrorContains(t, err, "EXTERNAL_API_OPERATIONS_LISTEN: ")
	require.ErrorContains(t, err, "address already in use")
}

// The listener drains as the other one does.
func TestTheListenerDrains(t *testing.T) {
	t.Parallel()
	p := startProcess(t, map[string]string{"DATABASE_URL": dbtest.New(t), "EXTERNAL_API_DRAIN_SECONDS": "600"})
	operations := "http://" + p.log.wait(t, "listening for operators")["address"].(string)
	p.log.wait(t, "ready")
	const signIn = "GET /console/sign-in/ HTTP/1.1\r\nHost: localhost\r\n\r\n"
	idle := dial(t, operations)
	response, err := idle.ask(signIn)
	require.NoError(t, err)
	require.False(t, response.Close)
	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	p.log.wait(t, "shutting down")
	for _, c := range []*connection{idle, dial(t, operations)} {
		response, err = c.ask(signIn)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, response.StatusCode)
		require.True(t, response.Close)
	}
}

// The metrics tell of both listeners, of the audit trail, of the database, of what is late and of the process; and no caller can make more
// of them, or read in them what another one sent.
func TestMetrics(t *testing.T) {
	t.Parallel()
	s, application, _, token := roomServer(t)
	v := s.visitor(t)
	s.sql(`insert into external_api.livekit_outbox (room_id, created_at) values (gen_random_uuid(), now() - interval '1 hour')`)
	room := s.post(roomsPath, "{}", bearer(token)).body["id"].(string)
	require.Equal(t, 200, s.get("/rooms/"+room+"/", bearer(token)).status)
	require.Equal(t, 401, s.get(roomsPath, bearer("wrong")).status)
	require.Equal(t, 404, v.get("/nowhere/secret-path/").status)
	v.requireSignedOut()
	before := s.metrics(v)
	for _, sample := range []string{
		`meet_external_api_http_request_duration_seconds_count{listener="api",method="POST",route="/external-api/v1.0/rooms/",status="201"} 1`,
		`meet_external_api_http_request_duration_seconds_count{listener="api",method="GET",route="/external-api/v1.0/rooms/:id/",status="200"} 1`,
		`meet_external_api_http_request_duration_seconds_count{listener="api",method="GET",route="/external-api/v1.0/rooms/",status="401"} 1`,
		`meet_external_api_http_request_duration_seconds_count{listener="operations",method="GET",route="/console/",status="303"} 1`,
		`meet_external_api_http_request_duration_seconds_bucket{listener="operations",method="GET",route="",status="404",le="+Inf"} 1`,
		`meet_external_api_build_info{go_version="`, `go_goroutines `, `process_cpu_seconds_total `,
		`meet_external_api_audit_events_stored_total `, `meet_external_api_audit_events_waiting `,
		`meet_external_api_audit_events_dropped_total{cause="`,
		`meet_external_api_background_due_seconds{work="close rooms in LiveKit"} 36`,
		`meet_external_api_database_connections_max{pool="rooms"} 10`,
		`meet_external_api_database_connections_in_use{pool="other"} `, `meet_external_api_database_connection_wait_seconds_total{pool="background"} `,
	} {
		require.Contains(t, before, "\n"+sample)
	}
	require.NotContains(t, before, room)
	require.NotContains(t, before, application.ID)
	require.NotContains(t, before, "secret-path")

	for _, path := range []string{"/rooms/other-slug/", "/rooms/another-slug/?x=1"} {
		s.get(path, bearer(token))
	}
	s.get(roomsPath, bearer("wrong too"), hosted("another.example.org"), header("X-Request-Id", "chosen"))
	after := s.metrics(v)
	for range 2 {
		for _, method := range []string{"BREW", "PROPFIND", "MADE-UP"} {
			s.sendAnywhere(method, "/external-api/v1.0/rooms/", nil)
			v.send(method, "/another/path/", nil)
		}
	}
	last := s.metrics(v)
	require.Subset(t, seriesOf(before), slices.DeleteFunc(seriesOf(after), func(series string) bool {
		return strings.Contains(series, `route="/external-api/v1.0/rooms/:id/",status="404"`) || strings.Contains(series, `route="/metrics/"`)
	}), "what is new is of a new status")
	for _, made := range []string{"BREW", "PROPFIND", "MADE-UP", "another", "chosen"} {
		require.NotContains(t, last, made)
	}
	require.Contains(t, last, `method="other"`)
}

// metrics are what `/metrics` shows.
func (s *instance) metrics(v *visitor) string {
	s.t.Helper()
	a := v.get("/metrics")
	require.Equal(s.t, 200, a.status)
	require.Contains(s.t, a.header.Get("Content-Type"), "text/plain")
	return string(a.raw)
}

// seriesOf are the names and labels of the durations.
func seriesOf(metrics string) []string {
	return regexp.MustCompile(`(?m)^meet_external_api_http_request_duration_seconds_count\{.*\}`).FindAllString(metrics, -1)
}

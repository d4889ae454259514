// The tests of the operations listener: what is on it, and on no other one.

package main

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net"
	"net/http"
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

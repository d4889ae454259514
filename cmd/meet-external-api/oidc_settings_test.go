package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestOIDCVerifySSL(t *testing.T) {
	t.Parallel()
	for verify, status := range map[string]int{"false": 200, "true": 503, "": 503} {
		t.Run(verify, func(t *testing.T) {
			t.Parallel()
			p := newUnstartedProvider(t)
			p.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
			p.StartTLS()
			p.knows("good", nil)
			s := start(t, p.settings(), map[string]string{"OIDC_VERIFY_SSL": verify})
			require.Equal(t, status, s.get(roomsPath, bearer("good")).status)
			require.Equal(t, status == 200, p.calls.Load() == 1, "our secret goes to nobody without a certificate")
		})
	}
}

func TestOIDCProxy(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	p.knows("good", nil)
	settings := p.settings()
	settings["OIDC_OP_INTROSPECTION_ENDPOINT"] = "http://provider.invalid/introspect"
	require.Equal(t, 503, start(t, settings).get(roomsPath, bearer("good")).status, "there is no such host")
	require.Zero(t, p.calls.Load())

	settings["OIDC_PROXY"] = p.URL

	require.Equal(t, 200, start(t, settings).get(roomsPath, bearer("good")).status)
	require.EqualValues(t, 1, p.calls.Load())
}

func TestOIDCTimeout(t *testing.T) {
	t.Parallel()
	given := make(chan struct{})
	hanging := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-given }))
	t.Cleanup(hanging.Close)
	t.Cleanup(func() { close(given) })
	settings := newProvider(t).settings()
	settings["OIDC_OP_INTROSPECTION_ENDPOINT"], settings["OIDC_TIMEOUT"] = hanging.URL, "1"
	s := start(t, settings)

	asked := time.Now()
	a := s.get(roomsPath, bearer("good"))

	require.Equal(t, 503, a.status)
	require.NotEmpty(t, a.header.Get("Retry-After"))
	require.GreaterOrEqual(t, time.Since(asked), time.Second)
	require.Less(t, time.Since(asked), 4*time.Second, "the default is 5 seconds")
}

// The time of the provider comes on top of that of the database, so that all that OIDC_TIMEOUT may be is kept.
func TestOIDCTimeoutOfAMinute(t *testing.T) {
	t.Parallel()
	settings := newProvider(t).settings()
	settings["OIDC_TIMEOUT"], settings["APPLICATION_JWT_SECRET_KEY"] = "60", testKey
	s, err := readSettings(getenv(settings))
	require.NoError(t, err)
	var left time.Duration
	server, err := newServer(parts{settings: s, log: slog.New(slog.DiscardHandler), ready: func(ctx context.Context) error {
		deadline, _ := ctx.Deadline()
		left = time.Until(deadline)
		return nil
	}})
	require.NoError(t, err)
	server.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/__heartbeat__/", nil))
	require.Greater(t, left, 65*time.Second)
}

func TestOIDCAudienceClaim(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	p.knows("azp", map[string]any{"client_id": "", "azp": "calendar"})
	p.knows("client_id", nil)
	s := start(t, p.settings(), map[string]string{"OIDC_RS_AUDIENCE_CLAIM": "azp", "EXTERNAL_API_OIDC_ALLOWED_AUDIENCES": "calendar"})
	require.Equal(t, 200, s.get(roomsPath, bearer("azp")).status)
	require.Equal(t, 401, s.get(roomsPath, bearer("client_id")).status)
}

func TestOIDCClientID(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	p.clientID = "the-external-api"
	p.knows("good", nil)
	require.Equal(t, 200, start(t, p.settings(), map[string]string{"OIDC_RS_CLIENT_ID": p.clientID}).get(roomsPath, bearer("good")).status)
	s := start(t, p.settings())
	require.Equal(t, 503, s.get(roomsPath, bearer("good")).status)
	s.log.wait(t, "the authorization server refuses us: check OIDC_RS_CLIENT_ID and OIDC_RS_CLIENT_SECRET")
}

func TestOIDCScopes(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	s := start(t, p.settings(), map[string]string{"OIDC_RS_SCOPES": "visio, lasuite_calls", "OIDC_RS_SCOPES_PREFIX": "calls"})
	for token, c := range map[string]struct {
		scope  string
		status int
	}{
		"first": {"visio rooms:list", 200}, "second": {"openid lasuite_calls calls:rooms:list", 200},
		"default": {"lasuite_meet rooms:list", 401}, "prefix": {"visio lasuite_meet:rooms:list", 403},
	} {
		p.knows(token, map[string]any{"scope": c.scope})
		require.Equal(t, c.status, s.get(roomsPath, bearer(token)).status, token)
	}
}

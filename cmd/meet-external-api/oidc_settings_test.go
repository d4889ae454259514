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

package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLiveKitVerifySSL(t *testing.T) {
	t.Parallel()
	for verify, trusted := range map[string]bool{"false": true, "true": false, "": false} {
		t.Run(verify, func(t *testing.T) {
			t.Parallel()
			var calls atomic.Int64
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				calls.Add(1)
				w.WriteHeader(http.StatusInternalServerError)
			}))
			server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
			server.StartTLS()
			t.Cleanup(server.Close)
			s, _, user, token := roomServer(t, map[string]string{
				"LIVEKIT_API_URL": server.URL, "LIVEKIT_API_KEY": "the-key", "LIVEKIT_API_SECRET": "the-secret-of-livekit", "LIVEKIT_VERIFY_SSL": verify,
			})
			path := "/rooms/" + s.seed(user, "owner", "Board") + "/"
			require.Equal(t, 200, s.patch(path, `{"access_level": "restricted"}`, bearer(token)).status)
			s.log.wait(t, "LiveKit's room was not updated")
			require.Equal(t, trusted, calls.Load() == 1)
		})
	}
}

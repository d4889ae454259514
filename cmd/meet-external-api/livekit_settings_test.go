package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
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

func TestLiveKitSettingsThatCannotBe(t *testing.T) {
	t.Parallel()
	const address = "LIVEKIT_API_URL: the URL of LiveKit must be http, https, ws or wss with a host, and hold no user, query or fragment"
	whole := func(url string) map[string]string {
		return map[string]string{"LIVEKIT_API_URL": url, "LIVEKIT_API_KEY": "the-key", "LIVEKIT_API_SECRET": "the-secret-of-livekit"}
	}
	for name, c := range map[string]struct {
		settings map[string]string
		said     []string
	}{
		"no scheme":      {whole("livekit.example.org"), []string{address}},
		"another scheme": {whole("ftp://livekit.example.org"), []string{address}},
		"no host":        {whole("https:///twirp"), []string{address}},
		"no URL":         {whole("https://[livekit"), []string{"LIVEKIT_API_URL: the URL of LiveKit cannot be read"}},
		"a password":     {whole("https://me:the-password@livekit.example.org"), []string{address}},
		"no secret": {
			map[string]string{"LIVEKIT_API_URL": "wss://livekit.example.org", "LIVEKIT_API_KEY": "the-key"},
			[]string{"LIVEKIT_API_SECRET: LIVEKIT_API_URL needs it"},
		},
		"nothing right": {
			map[string]string{"LIVEKIT_API_URL": "livekit"},
			[]string{"LIVEKIT_API_KEY: LIVEKIT_API_URL needs it", "LIVEKIT_API_SECRET: LIVEKIT_API_URL needs it", address},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := filepath.Join(t.TempDir(), "data")
			env := together(c.settings, map[string]string{
				"APPLICATION_JWT_SECRET_KEY": testKey, "EXTERNAL_API_LISTEN": "127.0.0.1:0", "EXTERNAL_API_DATA": data,
				"EXTERNAL_API_POSTGRES_BIN": os.Getenv("EXTERNAL_API_POSTGRES_BIN"),
			})
			checked, serving := command(env, "check"), command(env, "serve")
			require.Equal(t, 1, checked.code)
			require.Equal(t, 1, serving.code)
			for _, fault := range c.said {
				require.Contains(t, checked.stdout, fault+"\n")
				require.Contains(t, serving.stderr, fault)
			}
			require.Len(t, strings.Split(strings.TrimSpace(checked.stdout), "\n"), len(c.said), checked.stdout)
			require.NotContains(t, checked.stdout+serving.stderr, "the-")
			require.NoDirExists(t, data, "no database was brought up")
		})
	}
}

// Meet needs the key and the secret also where this server is to tell LiveKit nothing.
func TestLiveKitSettingsWithoutAnAddress(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]map[string]string{
		"no address":        {"LIVEKIT_API_KEY": "the-key", "LIVEKIT_API_SECRET": "the-secret-of-livekit"},
		"a websocket":       {"LIVEKIT_API_URL": "wss://livekit.example.org", "LIVEKIT_API_KEY": "the-key", "LIVEKIT_API_SECRET": "the-secret-of-livekit"},
		"a path and a port": {"LIVEKIT_API_URL": "http://livekit:7880/x/", "LIVEKIT_API_KEY": "the-key", "LIVEKIT_API_SECRET": "the-secret-of-livekit"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := together(settings, onDatabase(t), map[string]string{"APPLICATION_JWT_SECRET_KEY": testKey})
			require.Equal(t, outcome{0, "no faults\n", ""}, command(env, "check"))
		})
	}
}

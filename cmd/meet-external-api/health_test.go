package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whether a container is well is whether this program is live in it: neither the database nor the other settings count, and no other
// program does.
func TestHealth(t *testing.T) {
	t.Parallel()
	s := startUnready(t, "postgres://nobody@127.0.0.1:1/none")
	live := map[string]string{"EXTERNAL_API_LISTEN": strings.TrimPrefix(s.url, "http://")}
	require.Equal(t, outcome{}, command(live, "health"))
	require.Equal(t, outcome{}, command(together(live, map[string]string{"DB_PORT": "none"}), "health"))

	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") }))
	t.Cleanup(web.Close)
	for address, said := range map[string]string{
		strings.TrimPrefix(web.URL, "http://"): "no meet-external-api answers on " + strings.TrimPrefix(web.URL, "http://"),
		"127.0.0.1:1":                          "no meet-external-api answers on 127.0.0.1:1",
		"127.0.0.1":                            "EXTERNAL_API_LISTEN: give host:port",
	} {
		done := command(map[string]string{"EXTERNAL_API_LISTEN": address}, "health")
		require.Equal(t, 1, done.code)
		require.Contains(t, done.stderr, said)
	}
}

package middleware

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/require"

	"meet-external-api/auth"
)

// Whoever calls from another machine cannot make its name trusted, also not by naming ours.
func TestTrustedURL(t *testing.T) {
	t.Parallel()
	public := &url.URL{Scheme: "https", Host: "meet.example.org"}
	for name, c := range map[string]struct {
		public       *url.URL
		remote, host string
		trusted      bool
	}{
		"this machine":                   {nil, "127.0.0.1:5000", "localhost:8080", true},
		"this machine, by address":       {nil, "[::1]:5000", "[::1]:8080", true},
		"this machine, another port":     {nil, "127.0.0.1:5000", "localhost:9090", false},
		"this machine, no port":          {nil, "127.0.0.1:5000", "localhost", false},
		"this machine, another host":     {nil, "127.0.0.1:5000", "meet.example.org:8080", false},
		"another machine that says ours": {nil, "192.0.2.1:5000", "localhost:8080", false},
		"another machine, configured":    {public, "192.0.2.1:5000", "localhost:8080", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := httptest.NewRequest(http.MethodGet, "/", nil)
			request.RemoteAddr, request.Host = c.remote, c.host
			request = request.WithContext(context.WithValue(request.Context(), http.LocalAddrContextKey, &net.TCPAddr{Port: 8080}))
			served := echo.New().NewContext(request, httptest.NewRecorder())
			require.NoError(t, Origin(c.public, nil)(func(echo.Context) error { return nil })(served))
			origin := auth.FromContext[auth.Origin](served.Request().Context())
			require.Equal(t, c.trusted, origin.Trusted)
			if c.public != nil {
				require.Equal(t, "https://meet.example.org/", origin.URL.String())
			}
		})
	}
}

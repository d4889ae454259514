package main

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTokenLimits(t *testing.T) {
	t.Parallel()
	t.Run("failures", func(t *testing.T) {
		t.Parallel()
		s := start(t, map[string]string{"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "3"})
		s.user("user@example.com")
		known, other := s.application(), s.application()
		unknown := credentials{ID: "unknown", Secret: "wrong"}
		for _, c := range []credentials{known, unknown} {
			wrong := tokenRequest(c, map[string]any{"client_secret": "wrong"})
			for range 3 {
				require.Equal(t, 401, s.post(tokenPath, wrong).status)
			}
			a := s.post(tokenPath, wrong)
			require.Equal(t, 429, a.status, "%s", a.raw)
			require.Equal(t, "temporarily_unavailable", a.body["error"])
			wait, err := strconv.Atoi(a.header.Get("Retry-After"))
			require.NoError(t, err)
			require.True(t, 1 <= wait && wait <= 20, wait)
			require.Equal(t, fmt.Sprintf("Too many requests. Try again in %d seconds.", wait), a.detail())
		}
		require.Equal(t, 429, s.post(tokenPath, tokenRequest(known, nil)).status, "the right secret waits too")
		require.Equal(t, 200, s.post(tokenPath, tokenRequest(other, nil)).status, "another application does not")
	})
	t.Run("requests", func(t *testing.T) {
		t.Parallel()
		s := start(t, map[string]string{"EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE": "2"})
		s.user("user@example.com")
		known, other := s.application(), s.application()
		for range 2 {
			require.Equal(t, 200, s.post(tokenPath, tokenRequest(known, nil)).status)
		}
		a := s.post(tokenPath, tokenRequest(known, nil))
		require.Equal(t, 429, a.status)
		require.NotEmpty(t, a.header.Get("Retry-After"))
		require.Equal(t, 200, s.post(tokenPath, tokenRequest(other, nil)).status)
	})
	t.Run("none", func(t *testing.T) {
		t.Parallel()
		s := start(t, map[string]string{"EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE": "0", "EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "0"})
		for range 50 {
			require.Equal(t, 401, s.post(tokenPath, tokenRequest(credentials{ID: "x", Secret: "y"}, nil)).status)
		}
	})
}

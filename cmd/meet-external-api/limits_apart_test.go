// The tests of docs/credentials.md, "Limits": what is counted apart, and by which address.

package main

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"meet-external-api/auth/ratelimit/redistest"
)

// Introspection and revocation share a limit of their own, so that neither costs the application a token, nor tokens cost it them.
func TestQueriesCostNoTokens(t *testing.T) {
	t.Parallel()
	inMemoryAndRedis(t, map[string]string{"EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE": "4"}, func(t *testing.T, s *instance) {
		s.user("user@example.com")
		application := s.application()
		token := s.token(application, "user@example.com")
		query := func(path string) answer {
			return s.post(path, map[string]any{"client_id": application.ID, "client_secret": application.Secret, "token": token})
		}
		for range 2 {
			require.Equal(t, 200, query(introspectPath).status)
			require.Equal(t, 200, query(revokePath).status)
		}
		for _, path := range []string{introspectPath, revokePath} {
			a := query(path)
			require.Equal(t, 429, a.status)
			require.NotEmpty(t, a.header.Get("Retry-After"))
			require.Equal(t, "queries_per_application", s.reason(t, a))
		}
		for range 3 {
			require.Equal(t, 200, s.tokenStatus(application))
		}
		require.Equal(t, "requests_per_application", s.reason(t, s.post(tokenPath, tokenRequest(application, nil))))
	})
}

// What another program has put under our keys in Redis costs nobody an answer.
func TestForeignValuesInRedis(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	s := start(t, map[string]string{
		"REDIS_URL": server.URL(), "EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE": "2", "EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "2",
	})
	s.user("user@example.com")
	application := s.application()
	client := server.Client()
	require.Equal(t, 200, s.tokenStatus(application))
	require.Equal(t, 401, s.tokenStatus(credentials{ID: application.ID, Secret: "wrong"}))
	keys, err := client.Keys(t.Context(), "*").Result()
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(keys), 3)
	for name, put := range map[string]func(ctx context.Context, key string) error{
		"a list": func(ctx context.Context, key string) error { return client.LPush(ctx, key, "abc").Err() },
		"a word": func(ctx context.Context, key string) error { return client.Set(ctx, key, "abc", 0).Err() },
		"in 90 years": func(ctx context.Context, key string) error {
			return client.Set(ctx, key, time.Now().AddDate(90, 0, 0).UnixMicro(), 0).Err()
		},
		"huge":     func(ctx context.Context, key string) error { return client.Set(ctx, key, "1e300", 0).Err() },
		"negative": func(ctx context.Context, key string) error { return client.Set(ctx, key, "-1", 0).Err() },
	} {
		t.Run(name, func(t *testing.T) {
			for _, key := range keys {
				require.NoError(t, client.Del(t.Context(), key).Err())
				require.NoError(t, put(t.Context(), key))
			}
			require.Equal(t, []int{200, 200}, []int{s.tokenStatus(application), s.tokenStatus(application)})
			a := s.post(tokenPath, tokenRequest(application, nil))
			require.Equal(t, 429, a.status)
			wait, err := strconv.Atoi(a.header.Get("Retry-After"))
			require.NoError(t, err)
			require.True(t, 1 <= wait && wait <= 60, wait)
		})
	}
}

// Each caller behind a proxy is limited on its own, in whatever form the proxy writes its address; and nobody gets another limit by what
// they write themselves.
func TestAddressesInXForwardedFor(t *testing.T) {
	t.Parallel()
	s := start(t, behindProxy(map[string]string{"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "1"}))
	for i, forms := range [][]string{ // of one caller each
		{"192.0.2.1:5678", "192.0.2.1", "[::ffff:192.0.2.1]:1", "::ffff:192.0.2.1", "unknown, 192.0.2.1:80", "_hidden, , 192.0.2.1"},
		{"192.0.2.2:5678", "198.51.100.1, 192.0.2.2:80", "192.0.2.2,", "192.0.2.2, unix:"},
		{"[2001:db8::1]:443", "2001:db8::2", "[2001:db8::3]", "2001:db8::4%eth0"},
		{"[2001:db8:0:1::1]:443", "2001:db8:0:1::2"},
		{"unknown", "_hidden", "_another", "192.0.2.3, unknown", "999.1.1.1"}, // whom the proxy does not tell apart
		{"192.0.2.4"},
	} {
		for n, form := range forms {
			status := 429
			if n == 0 {
				status = 401
			}
			require.Equal(t, status, s.tokenStatusFrom(form, credentials{ID: "x", Secret: "wrong"}), "%d: %s", i, form)
		}
	}
}

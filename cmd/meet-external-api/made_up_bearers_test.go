// The tests of docs/contract.md, "Bearer authentication of /rooms": what the OpenID provider is not asked, and how often it is.

package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A bearer that is base64 of a token is that token; what is no token, or too long, is sent nowhere.
func TestBearersThatStandForTokens(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	p.knows("the-good-one", nil)
	s := start(t, p.settings())
	encode := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	require.Equal(t, 200, s.get(roomsPath, bearer("the-good-one")).status)
	require.Equal(t, 200, s.get(roomsPath, bearer(encode("the-good-one"))).status)
	require.EqualValues(t, 1, p.calls.Load(), "it is the same token")
	s.user("user@example.com")
	own := s.token(s.application(), "user@example.com")
	require.Equal(t, 200, s.get(roomsPath, bearer(own)).status)
	for name, text := range map[string]string{
		"our own, encoded": encode(own), "two words, encoded": encode("two words"), "a form, encoded": encode("a&client_id=x"),
		"a quotation mark": `"the-good-one"`, "a comma": "the-good-one,", "8 KiB and one more": strings.Repeat("x", 8<<10+1),
		"not ASCII": "th\u00e9-good-one",
	} {
		a := s.get(roomsPath, bearer(text))
		require.Equal(t, 401, a.status, name)
		require.Equal(t, "Invalid token.", a.detail(), name)
		require.Equal(t, "invalid_token", s.reason(t, a))
	}
	require.EqualValues(t, 1, p.calls.Load())
	require.Equal(t, 401, s.get(roomsPath, bearer(strings.Repeat("x", 8<<10))).status)
	require.EqualValues(t, 2, p.calls.Load(), "8 KiB are not too long")
}

// Made-up bearers use up what their address may ask the provider in vain, in this process or in Redis, and nothing else: tokens that
// are remembered, other addresses and our own tokens go on.
func TestMadeUpBearers(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	p.knows("good", nil)
	p.knows("better", nil)
	inMemoryAndRedis(t, together(p.settings(), behindProxy(map[string]string{"EXTERNAL_API_OIDC_FAILURES_PER_MINUTE": "5"})), func(t *testing.T, s *instance) {
		from := func(address, token string) answer {
			return s.get(roomsPath, bearer(token), header("X-Forwarded-For", address))
		}
		s.user("user@example.com")
		own := s.token(s.application(), "user@example.com")
		for range 10 { // right ones do not count
			require.Equal(t, 200, from("192.0.2.1", "good").status)
		}
		for i := range 5 {
			require.Equal(t, 401, from("192.0.2.1", "made-up-"+strconv.Itoa(i)).status)
		}
		a := from("192.0.2.1:1234", "made-up")
		require.Equal(t, 429, a.status, "%s", a.raw)
		require.Equal(t, "bearer_failures_per_address", s.reason(t, a))
		wait, err := strconv.Atoi(a.header.Get("Retry-After"))
		require.NoError(t, err)
		require.True(t, 1 <= wait && wait <= 12, wait)
		require.Equal(t, fmt.Sprintf("Too many requests. Try again in %d seconds.", wait), a.detail())
		require.Equal(t, 200, from("192.0.2.1", "good").status, "it is remembered")
		require.Equal(t, 200, from("192.0.2.1", own).status)
		require.Equal(t, 401, from("192.0.2.2", "made-up-too").status)
		require.Equal(t, 200, from("192.0.2.2", "better").status)
	})
}

func TestNoLimitOfMadeUpBearers(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	s := start(t, p.settings(), map[string]string{"EXTERNAL_API_OIDC_FAILURES_PER_MINUTE": "0"})
	for i := range 700 { // more than are the default
		require.Equal(t, 401, s.get(roomsPath, bearer("made-up-"+strconv.Itoa(i))).status)
	}
}

// A provider that fails with some tokens of one caller, or never answers about them, is not taken for one that is down, and has room
// for the tokens of others.
func TestOddBearersOfOneCaller(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	p.knows("good", nil)
	p.knows("better", nil)
	hanging := make(chan struct{})
	odd := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch token := r.PostFormValue("token"); {
		case strings.HasPrefix(token, "failing"):
			w.WriteHeader(http.StatusInternalServerError)
		case strings.HasPrefix(token, "hanging"):
			select {
			case <-hanging:
			case <-r.Context().Done():
			}
		default:
			p.Config.Handler.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(odd.Close)
	t.Cleanup(func() { close(hanging) })
	s := start(t, p.settings(), behindProxy(map[string]string{"OIDC_OP_INTROSPECTION_ENDPOINT": odd.URL, "OIDC_TIMEOUT": "60"}))
	for i := range 20 {
		require.Equal(t, 503, s.get(roomsPath, bearer("failing-"+strconv.Itoa(i)), header("X-Forwarded-For", "192.0.2.1")).status)
	}
	require.Equal(t, 200, s.get(roomsPath, bearer("good"), header("X-Forwarded-For", "192.0.2.2")).status)

	var group sync.WaitGroup
	ctx, giveUp := context.WithCancel(t.Context())
	refused := make(chan struct{}, 100)
	for i := range cap(refused) {
		group.Go(func() {
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/external-api/v1.0/rooms/", nil)
			if err != nil {
				return
			}
			request.Header.Set("Authorization", "Bearer hanging-"+strconv.Itoa(i))
			request.Header.Set("X-Forwarded-For", "192.0.2.1")
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				return
			}
			_ = response.Body.Close()
			if response.StatusCode == http.StatusServiceUnavailable && response.Header.Get("Retry-After") != "" {
				refused <- struct{}{}
			}
		})
	}
	<-refused // its share is taken
	begun := time.Now()
	require.Equal(t, 200, s.get(roomsPath, bearer("better"), header("X-Forwarded-For", "192.0.2.2")).status)
	require.Less(t, time.Since(begun), 30*time.Second, "it waits for none of those")
	require.Equal(t, 200, s.get(roomsPath, bearer("good"), header("X-Forwarded-For", "192.0.2.1")).status, "it is remembered")
	s.log.waitFor(t, "request", map[string]any{"reason": "introspection_queue_full", "level": "WARN"})
	giveUp()
	group.Wait()
}

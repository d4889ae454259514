package main

import (
	"bytes"
	"context"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"meet-external-api/handlers"
)

// Who goes away before the answer has tried nonetheless.
func TestAttemptsThatAreGivenUp(t *testing.T) {
	t.Parallel()
	s := start(t, map[string]string{"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "1"})
	s.user("user@example.com")
	application := s.application()
	// While Meet's table is locked, the request is in the midst of being looked at.
	lock, err := s.pool().Begin()
	require.NoError(t, err)
	_, err = lock.Exec(`lock table meet_application in access exclusive mode`)
	require.NoError(t, err)
	ctx, giveUp := context.WithCancel(t.Context())
	body, err := json.Marshal(tokenRequest(credentials{ID: application.ID, Secret: "wrong"}, nil))
	require.NoError(t, err)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+handlers.BasePath+tokenPath, bytes.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	givenUp := make(chan error, 1)
	go func() {
		_, err := http.DefaultClient.Do(request)
		givenUp <- err
	}()
	require.Eventually(t, func() bool { return s.waits(t) }, eventually, tick)
	giveUp()
	require.ErrorIs(t, <-givenUp, context.Canceled)
	require.Never(t, func() bool { return !s.waits(t) }, 50*time.Millisecond, tick, "the request is not given up here")
	require.NoError(t, lock.Rollback())
	require.Eventually(t, func() bool { return s.tokenStatus(application) == 429 }, eventually, tick)
}

// Who is known at one address cannot use up what the application may ask from another.
func TestNeighboursAreBounded(t *testing.T) {
	t.Parallel()
	s := start(t, behindProxy(map[string]string{
		"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "0", "EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE": "5",
	}))
	s.user("user@example.com")
	application := s.application()
	require.Equal(t, []int{200, 200}, []int{s.tokenStatusFrom("192.0.2.1", application), s.tokenStatusFrom("192.0.2.2", application)})
	wrong := credentials{ID: application.ID, Secret: "wrong"}
	for range 5 {
		require.Equal(t, 401, s.tokenStatusFrom("192.0.2.1", wrong))
	}
	require.Equal(t, 429, s.tokenStatusFrom("192.0.2.1", wrong))
	require.Equal(t, 200, s.tokenStatusFrom("192.0.2.2", application))
}

// behindProxy lets a test choose the addresses of its callers.
func behindProxy(settings map[string]string) map[string]string {
	settings["EXTERNAL_API_TRUSTED_PROXIES"] = "127.0.0.1"
	return settings
}

// tokenStatusFrom is tokenStatus for a caller with that address.
func (s *instance) tokenStatusFrom(address string, c credentials) int {
	s.t.Helper()
	return s.post(tokenPath, tokenRequest(c, nil), header("X-Forwarded-For", address)).status
}

func (s *instance) setHash(c *credentials, hash, secret string) {
	s.t.Helper()
	s.sql(`update meet_application set client_secret = $1 where client_id = $2`, hash, c.ID)
	c.Secret = secret
}

// Who makes up client ids gets no slow hashes computed any more, from that address. Who needs none goes on there, and so does
// who is known there, also when the slow hash has to be computed again.
func TestMadeUpClientsAreBounded(t *testing.T) {
	t.Parallel()
	s := start(t, behindProxy(map[string]string{"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "2"}))
	s.user("user@example.com")
	fast, slow, known := s.application(), s.application(), s.application()
	s.setHash(&slow, slowDjangoHash, djangoSecret)
	require.Equal(t, 200, s.tokenStatusFrom("192.0.2.1", known))
	for i := range 4 {
		require.Equal(t, 401, s.tokenStatusFrom("192.0.2.1", credentials{ID: "made-up-" + strconv.Itoa(i), Secret: "x"}))
	}
	require.Equal(t, 429, s.tokenStatusFrom("192.0.2.1", credentials{ID: "made-up", Secret: "x"}))
	require.Equal(t, 429, s.tokenStatusFrom("192.0.2.1", slow))
	require.Equal(t, 200, s.tokenStatusFrom("192.0.2.1", fast))
	s.setHash(&known, slowDjangoHash, djangoSecret)
	require.Equal(t, 200, s.tokenStatusFrom("192.0.2.1", known))
	require.Equal(t, 200, s.tokenStatusFrom("192.0.2.2", slow))
}

// Who tries one client from many addresses gets no slow hashes computed any more, and uses up nothing of who is known.
func TestManyAddressesAreBounded(t *testing.T) {
	t.Parallel()
	const requests = 12
	s := start(t, behindProxy(map[string]string{
		"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "1", "EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE": strconv.Itoa(requests),
	}))
	s.user("user@example.com")
	application := s.application()
	require.Equal(t, 200, s.tokenStatusFrom("192.0.2.100", application))
	s.setHash(&application, slowDjangoHash, djangoSecret)
	for i := range 2 {
		require.Equal(t, 401, s.tokenStatusFrom("192.0.2."+strconv.Itoa(i), credentials{ID: application.ID, Secret: "wrong"}))
	}
	require.Equal(t, 429, s.tokenStatusFrom("192.0.2.10", application))
	for range requests - 1 {
		require.Equal(t, 200, s.tokenStatusFrom("192.0.2.100", application))
	}
	require.Equal(t, 429, s.tokenStatusFrom("192.0.2.100", application))
}

// Strangers have a limit on all that they ask from one address; who is known there is none of them.
func TestStrangersAreBounded(t *testing.T) {
	t.Parallel()
	s := start(t, behindProxy(map[string]string{
		"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "0", "EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE": "5",
	}))
	s.user("user@example.com")
	known, stranger := s.application(), s.application()
	require.Equal(t, 200, s.tokenStatusFrom("192.0.2.1", known))
	for i := range 4 {
		require.Equal(t, 401, s.tokenStatusFrom("192.0.2.1", credentials{ID: "made-up-" + strconv.Itoa(i), Secret: "x"}))
	}
	require.Equal(t, 429, s.tokenStatusFrom("192.0.2.1", stranger))
	require.Equal(t, []int{200, 200}, []int{s.tokenStatusFrom("192.0.2.1", known), s.tokenStatusFrom("192.0.2.2", stranger)})
}

// Of IPv6, where everybody has many addresses, the network counts.
func TestNetworksOfIPv6(t *testing.T) {
	t.Parallel()
	s := start(t, behindProxy(map[string]string{"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "2"}))
	for _, c := range []struct {
		client, addresses string
		statuses          []int
	}{
		{"six", "2001:db8::%d", []int{401, 401, 429}},
		{"six", "2001:db8:0:1::%d", []int{401, 401, 429}},
		{"mapped", "::ffff:192.0.2.%d", []int{401, 401, 401}},
		{"four", "198.51.100.%d", []int{401, 401, 401}},
	} {
		for i, wanted := range c.statuses {
			require.Equal(t, wanted, s.tokenStatusFrom(fmt.Sprintf(c.addresses, i+1), credentials{ID: c.client, Secret: "wrong"}), c.addresses)
		}
	}
}

// An assertion is verified only for who has not failed too often.
func TestAssertionsAreBounded(t *testing.T) {
	t.Parallel()
	s := start(t, behindProxy(map[string]string{"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "2"}))
	s.user("user@example.com")
	application, key := s.keyedApplication()
	send := func(address, text string) int {
		return s.post(tokenPath, asserted(text, nil), header("X-Forwarded-For", address)).status
	}
	good := func() string { return assertion(t, key, application.ID, "lasuite-meet", nil) }
	require.Equal(t, 200, send("192.0.2.1", good()))
	for i := range 4 {
		require.Equal(t, 401, send("192.0.2.1", assertion(t, key, "made-up-"+strconv.Itoa(i), "lasuite-meet", nil)))
	}
	require.Equal(t, 429, send("192.0.2.1", assertion(t, key, "made-up", "lasuite-meet", nil)))
	require.Equal(t, []int{200, 200}, []int{send("192.0.2.1", good()), send("192.0.2.2", good())})
}

// While strangers fill all the places that an address has, who is known there still gets slow hashes computed.
func TestKnownClientsInAFlood(t *testing.T) {
	t.Parallel()
	s := start(t, map[string]string{"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "0", "EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE": "0"})
	s.user("user@example.com")
	known, flooded := s.application(), s.application()
	require.Equal(t, 200, s.tokenStatus(known))
	s.setHash(&flooded, slowDjangoHash, djangoSecret)
	flooded.Secret = "wrong"
	done := make(chan struct{})
	var group sync.WaitGroup
	var refused atomic.Int64
	for i := range 16 * runtime.NumCPU() {
		group.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				default:
				}
				wrong := credentials{ID: flooded.ID, Secret: fmt.Sprint("wrong ", i, " ", n)}
				if s.tokenStatus(wrong) == 503 {
					refused.Add(1)
				}
			}
		})
	}
	t.Cleanup(func() { close(done); group.Wait() })
	require.Eventually(t, func() bool { return refused.Load() > 0 }, eventually, tick)
	for i := range 10 {
		salt := fmt.Sprint("salt", i) // of a hash that is not remembered
		digest, err := pbkdf2.Key(sha256.New, djangoSecret, []byte(salt), 12_000, sha256.Size)
		require.NoError(t, err)
		s.setHash(&known, "pbkdf2_sha256$12000$"+salt+"$"+base64.StdEncoding.EncodeToString(digest), djangoSecret)
		require.Equal(t, 200, s.tokenStatus(known))
	}
}

// Of many slow checks at once, those for which there is neither a slot nor a place to wait are told to come back.
func TestTooManySlowChecks(t *testing.T) {
	t.Parallel()
	s := start(t, map[string]string{"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "0"})
	s.user("user@example.com")
	slow, fast := s.application(), s.application()
	s.setHash(&slow, slowDjangoHash, "")
	answers := make(chan answer, 64*runtime.NumCPU())
	for i := range cap(answers) {
		go func() {
			answers <- s.post(tokenPath, tokenRequest(credentials{ID: slow.ID, Secret: fmt.Sprint("wrong", i)}, nil))
		}()
	}
	require.Equal(t, 200, s.tokenStatus(fast), "who needs no slow hash is served meanwhile")
	statuses := map[int]int{}
	for range cap(answers) {
		a := <-answers
		statuses[a.status]++
		if a.status == 503 {
			require.NotNil(t, s.log.waitFor(t, "request", map[string]any{"status": 503.0, "level": "WARN", "request_id": a.header.Get("X-Request-Id")}))
			require.Equal(t, "temporarily_unavailable", a.body["error"])
			require.NotEmpty(t, a.header.Get("Retry-After"))
		}
	}
	require.Positive(t, statuses[401])
	require.Positive(t, statuses[503])
	require.Len(t, statuses, 2)
}

// slowDjangoHash is of djangoSecret, with 12,000 rounds: few for a slow hash.
const slowDjangoHash = "pbkdf2_sha256$12000$fveIWRFo6uumjZHIbawXEW$W/+6l8K7TnAkLbuSfBzFbdL5lCnduPYFFtQsARyc5ck="

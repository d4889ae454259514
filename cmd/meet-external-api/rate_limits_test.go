// The tests of docs/credentials.md, "Limits".

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
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"meet-external-api/auth/ratelimit/redistest"
	"meet-external-api/db/dbtest"
	"meet-external-api/handlers"
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
			require.Equal(t, 200, s.tokenStatus(other), "another application does not wait")
			wrong := tokenRequest(c, map[string]any{"client_secret": "wrong"})
			for range 3 {
				require.Equal(t, 401, s.post(tokenPath, wrong).status)
			}
			begin := time.Now()
			a := s.post(tokenPath, wrong)
			require.Equal(t, 429, a.status, "%s", a.raw)
			require.GreaterOrEqual(t, time.Since(begin), 200*time.Millisecond, "it is not to ask again at once")
			require.Equal(t, "temporarily_unavailable", a.body["error"])
			wait, err := strconv.Atoi(a.header.Get("Retry-After"))
			require.NoError(t, err)
			require.True(t, 1 <= wait && wait <= 20, wait)
			require.Equal(t, fmt.Sprintf("Too many requests. Try again in %d seconds.", wait), a.detail())
			require.Equal(t, "failures_per_application_and_address", s.reason(t, a))
		}
		require.Equal(t, 429, s.post(tokenPath, tokenRequest(known, nil)).status, "the right secret waits too")
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
		require.Equal(t, "requests_per_application", s.reason(t, a))
		require.Equal(t, 429, s.tokenStatus(credentials{ID: known.ID, Secret: "wrong"}), "it is not looked at any more")
		require.Equal(t, 200, s.post(tokenPath, tokenRequest(other, nil)).status)
	})
	t.Run("failures of one address do not use up the requests of another", func(t *testing.T) {
		t.Parallel()
		s := start(t, map[string]string{
			"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "2", "EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE": "10",
			"EXTERNAL_API_TRUSTED_PROXIES": "127.0.0.1",
		})
		s.user("user@example.com")
		known := s.application()
		wrong := tokenRequest(known, map[string]any{"client_secret": "wrong"})
		for range 20 {
			s.post(tokenPath, wrong, header("X-Forwarded-For", "192.0.2.1"))
		}
		require.Equal(t, 200, s.post(tokenPath, tokenRequest(known, nil), header("X-Forwarded-For", "192.0.2.2")).status)
	})
	t.Run("none", func(t *testing.T) {
		t.Parallel()
		s := start(t, map[string]string{"EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE": "0", "EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "0"})
		for range 50 {
			require.Equal(t, 401, s.post(tokenPath, tokenRequest(credentials{ID: "x", Secret: "y"}, nil)).status)
		}
	})
}

// A cancelled request still counts as an attempt.
func TestCancelledAttempts(t *testing.T) {
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

// inMemoryAndRedis runs a test with limits that are counted in the process, and in a Redis.
func inMemoryAndRedis(t *testing.T, settings map[string]string, test func(t *testing.T, s *instance)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		test(t, start(t, settings))
	})
	t.Run("Redis", func(t *testing.T) {
		t.Parallel()
		test(t, start(t, settings, map[string]string{"REDIS_URL": redistest.Start(t).URL()}))
	})
}

// Of many wrong secrets at once, no more are judged than one after the other would be. Where Redis is too slow for some of them,
// they count in the process.
func TestWrongSecretsAtOnce(t *testing.T) {
	t.Parallel()
	inMemoryAndRedis(t, map[string]string{"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "5"}, func(t *testing.T, s *instance) {
		application := s.application()
		begun, statuses := time.Now(), make(chan int, 60)
		for i := range cap(statuses) {
			go func() { statuses <- s.tokenStatus(credentials{ID: application.ID, Secret: fmt.Sprint("wrong ", i)}) }()
		}
		counted := map[int]int{}
		for range cap(statuses) {
			counted[<-statuses]++
		}
		most := 5 + int(time.Since(begun)/(time.Minute/5)) // so many more may have come meanwhile
		if s.env["REDIS_URL"] != "" {
			most *= 2
		}
		require.GreaterOrEqual(t, counted[401], 5)
		require.LessOrEqual(t, counted[401], most)
		require.Equal(t, cap(statuses), counted[401]+counted[429])
	})
}

// Many equal first requests with the right secret are one judgement, so that they do not use up what may fail.
func TestRightSecretAtOnce(t *testing.T) {
	t.Parallel()
	inMemoryAndRedis(t, map[string]string{"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "5"}, func(t *testing.T, s *instance) {
		s.user("user@example.com")
		application := s.application()
		s.setHash(&application, slowDjangoHash, djangoSecret)
		statuses := make(chan int, 100)
		for range cap(statuses) {
			go func() { statuses <- s.tokenStatus(application) }()
		}
		for range cap(statuses) {
			require.Equal(t, 200, <-statuses)
		}
	})
}

// A first request with the right secret is counted as a failure only while it is judged.
func TestRightSecretsAreNoFailures(t *testing.T) {
	t.Parallel()
	s := start(t, map[string]string{"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "1"})
	s.user("user@example.com")
	for range 5 {
		application := s.application()
		require.Equal(t, 200, s.tokenStatus(application))
		require.Equal(t, 200, s.tokenStatus(s.rotate(application)))
	}
	wrong := credentials{ID: "unknown", Secret: "wrong"}
	require.Equal(t, []int{401, 429}, []int{s.tokenStatus(wrong), s.tokenStatus(wrong)})
}

// An address has twice the failures with all client ids together that it has with one. Then it waits, except for secrets that were
// right just before, at which guesses go on counting.
func TestFailuresOfAnAddress(t *testing.T) {
	t.Parallel()
	s := start(t, behindProxy(map[string]string{"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "2"}))
	s.user("user@example.com")
	application := s.application()
	require.Equal(t, 200, s.tokenStatusFrom("192.0.2.1", application))
	for i := range 4 {
		require.Equal(t, 401, s.tokenStatusFrom("192.0.2.1", credentials{ID: "made-up-" + strconv.Itoa(i), Secret: "x"}))
	}
	a := s.post(tokenPath, tokenRequest(credentials{ID: "made-up", Secret: "x"}, nil), header("X-Forwarded-For", "192.0.2.1"))
	require.Equal(t, 429, a.status)
	require.Equal(t, "failures_per_address", s.reason(t, a))
	require.Equal(t, 429, s.tokenStatusFrom("192.0.2.1", s.application()))
	require.Equal(t, 200, s.tokenStatusFrom("192.0.2.1", application))
	for range 2 {
		require.Equal(t, 429, s.tokenStatusFrom("192.0.2.1", credentials{ID: application.ID, Secret: "guessed"}))
	}
	require.Equal(t, 429, s.tokenStatusFrom("192.0.2.1", application))
	require.Equal(t, 200, s.tokenStatusFrom("192.0.2.2", application))
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

// Wrong assertions count as wrong secrets do; right ones do not, however many come at once.
func TestFailuresOfAssertions(t *testing.T) {
	t.Parallel()
	const audience = "https://meet.example.org"
	s := start(t, behindProxy(map[string]string{"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "2", "EXTERNAL_API_PUBLIC_URL": audience}))
	s.user("user@example.com")
	application, key := s.keyedApplication()
	send := func(address, text string) int {
		return s.post(tokenPath, asserted(text, nil), header("X-Forwarded-For", address)).status
	}
	good := func() string { return newAssertion(t, key, application.ID, audience, nil) }
	statuses := make(chan int, 20)
	for range cap(statuses) {
		go func() { statuses <- send("192.0.2.1", good()) }()
	}
	for range cap(statuses) {
		require.Equal(t, 200, <-statuses)
	}
	used := good()
	require.Equal(t, []int{200, 401}, []int{send("192.0.2.1", used), send("192.0.2.1", used)})
	for i := range 3 {
		require.Equal(t, 401, send("192.0.2.1", newAssertion(t, key, "made-up-"+strconv.Itoa(i), audience, nil)))
	}
	require.Equal(t, []int{429, 200}, []int{send("192.0.2.1", good()), send("192.0.2.2", good())})
}

// While somebody fills all the places that an address has, slow hashes are computed for others.
func TestFloodFromAnotherAddress(t *testing.T) {
	t.Parallel()
	s := start(t, behindProxy(map[string]string{
		"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "0", "EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE": "0",
	}))
	s.user("user@example.com")
	application, flooded := s.application(), s.application()
	s.setHash(&flooded, slowDjangoHash, djangoSecret)
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
				if s.tokenStatusFrom("192.0.2.1", credentials{ID: flooded.ID, Secret: fmt.Sprint("wrong ", i, " ", n)}) == 503 {
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
		s.setHash(&application, "pbkdf2_sha256$12000$"+salt+"$"+base64.StdEncoding.EncodeToString(digest), djangoSecret)
		require.Equal(t, 200, s.tokenStatusFrom("192.0.2.2", application))
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

// In Redis, replicas count together. While it is away, each counts on its own, says so once, and serves.
func TestLimitsAreShared(t *testing.T) {
	t.Parallel()
	redis := redistest.Start(t)
	settings := map[string]string{
		"REDIS_URL": redis.URL(), "EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "4", "EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE": "100",
	}
	s := start(t, settings)
	other := s.replica(settings)
	s.user("user@example.com")
	application, calm := s.application(), s.application()
	wrong := credentials{ID: application.ID, Secret: "wrong"}
	judged := 0
	for judged < 8 && []*instance{s, other}[judged%2].tokenStatus(wrong) == 401 {
		judged++
	}
	// A decision for which Redis takes too long on a busy machine is made by the process.
	require.Contains(t, []int{4, 5}, judged, "each on its own would allow as many again")
	require.Equal(t, []int{429, 429}, []int{s.tokenStatus(application), other.tokenStatus(application)})
	require.Equal(t, []int{200, 200}, []int{s.tokenStatus(calm), other.tokenStatus(calm)})

	redis.Stop()
	for range 4 {
		require.Equal(t, 401, s.tokenStatus(wrong), "this process has counted nothing yet")
	}
	require.Equal(t, []int{429, 200}, []int{s.tokenStatus(wrong), other.tokenStatus(application)})
	require.Equal(t, 1, strings.Count(s.log.String(), "Redis does not answer"))

	redis.Start()
	require.Eventually(t, func() bool {
		s.tokenStatus(calm)
		return strings.Contains(s.log.String(), "Redis is back")
	}, eventually, tick)
	require.Equal(t, 401, s.tokenStatus(wrong), "an empty Redis has counted nothing")
	require.Equal(t, 1, strings.Count(s.log.String(), "Redis does not answer"))
	require.NotContains(t, s.log.String(), application.Secret)
}

// A token whose secret is remembered takes one decision of Redis, however many come at once.
func TestOneScriptForAToken(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	s := start(t, map[string]string{"REDIS_URL": server.URL()})
	s.user("user@example.com")
	application := s.application()
	client := server.Client()
	decisions := func() (count int) {
		said, err := client.Info(t.Context(), "commandstats").Result()
		require.NoError(t, err)
		_, said, _ = strings.Cut(said, "cmdstat_evalsha:calls=")
		_, err = fmt.Sscan(said, &count)
		require.NoError(t, err)
		return count
	}
	require.Equal(t, 200, s.tokenStatus(application))
	begun := decisions()
	const many = 32
	var group sync.WaitGroup
	for range many {
		group.Go(func() { s.tokenStatus(application) })
	}
	group.Wait()
	taken := decisions() - begun
	require.Positive(t, taken)
	require.LessOrEqual(t, taken, many, "fewer where Redis was too slow for some")
}

// Whatever is counted in Redis ends by itself, and one that takes nothing is away until it does.
func TestRedisThatIsFull(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	s := start(t, map[string]string{"REDIS_URL": server.URL(), "EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "2"})
	s.user("user@example.com")
	application, wrong := s.application(), credentials{ID: "x", Secret: "wrong"}
	require.Equal(t, []int{200, 401}, []int{s.tokenStatus(application), s.tokenStatus(wrong)})
	client := server.Client()
	keys, err := client.Keys(t.Context(), "*").Result()
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(keys), 3, keys)
	for _, key := range keys {
		require.NotEqual(t, time.Duration(-1), client.TTL(t.Context(), key).Val(), "%s has no end", key)
	}

	require.NoError(t, client.ConfigSet(t.Context(), "maxmemory", "1").Err())
	require.Eventually(t, func() bool {
		require.Equal(t, 200, s.tokenStatus(application))
		return strings.Contains(s.log.String(), "Redis does not answer")
	}, eventually, tick)
	require.Equal(t, []int{401, 401, 429}, []int{s.tokenStatus(wrong), s.tokenStatus(wrong), s.tokenStatus(wrong)}, "this process had counted nothing")
	require.NotContains(t, s.log.String(), "Redis is back")
	require.NoError(t, client.ConfigSet(t.Context(), "maxmemory", "0").Err())
	require.Eventually(t, func() bool {
		s.tokenStatus(application)
		return strings.Contains(s.log.String(), "Redis is back")
	}, eventually, tick)
	require.Equal(t, 1, strings.Count(s.log.String(), "Redis does not answer"))
}

// A Redis that hangs is one that is away.
func TestRedisThatHangs(t *testing.T) {
	t.Parallel()
	redis := redistest.Start(t)
	s := start(t, map[string]string{"REDIS_URL": redis.HastyURL(), "EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "2"})
	s.user("user@example.com")
	application, wrong := s.application(), credentials{ID: "x", Secret: "wrong"}
	require.Equal(t, []int{401, 200}, []int{s.tokenStatus(wrong), s.tokenStatus(application)})
	redis.Signal(syscall.SIGSTOP)
	require.Equal(t, []int{200, 401, 401, 429}, []int{s.tokenStatus(application), s.tokenStatus(wrong), s.tokenStatus(wrong), s.tokenStatus(wrong)})
	require.Equal(t, 1, strings.Count(s.log.String(), "Redis does not answer"))
	redis.Signal(syscall.SIGCONT)
	require.Eventually(t, func() bool {
		s.tokenStatus(application)
		return strings.Contains(s.log.String(), "Redis is back")
	}, eventually, tick)
	require.Equal(t, []int{401, 429}, []int{s.tokenStatus(wrong), s.tokenStatus(wrong)}, "it remembers the first failure")
}

// What the library of Redis has to say is not said in another form beside it.
func TestRedisAwayInTheLog(t *testing.T) {
	t.Parallel()
	p := startProcess(t, map[string]string{"DATABASE_URL": dbtest.New(t), "REDIS_URL": "redis://127.0.0.1:1"})
	for range 3 {
		response, err := http.PostForm(p.url(t)+handlers.BasePath+tokenPath, url.Values{
			"grant_type": {"client_credentials"}, "scope": {"user@example.com"}, "client_id": {"x"}, "client_secret": {"x"},
		})
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
	}
	require.NoError(t, p.Process.Kill())
	_ = p.Wait()
	require.Contains(t, p.log.String(), "Redis does not answer")
	for line := range strings.Lines(p.log.String()) {
		require.True(t, json.Valid([]byte(line)), line)
	}
}

// A Redis that is not there at all keeps nobody from starting.
func TestRedisAwayAtStart(t *testing.T) {
	t.Parallel()
	s := start(t, map[string]string{"REDIS_URL": "redis://127.0.0.1:1", "EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "1"})
	s.user("user@example.com")
	require.Equal(t, 200, s.tokenStatus(s.application()))
	wrong := credentials{ID: "x", Secret: "wrong"}
	require.Equal(t, []int{401, 429}, []int{s.tokenStatus(wrong), s.tokenStatus(wrong)})
}

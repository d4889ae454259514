package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

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

// redisServer is a Redis of the test's own, which it can stop and start.
type redisServer struct {
	t       *testing.T
	port    string
	process *exec.Cmd
}

func startRedis(t *testing.T) *redisServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	r := &redisServer{t: t, port: strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)}
	require.NoError(t, listener.Close())
	t.Cleanup(r.stop)
	r.start()
	return r
}

func (r *redisServer) url() string { return "redis://127.0.0.1:" + r.port + "/1" }

func (r *redisServer) start() {
	r.t.Helper()
	path, err := exec.LookPath("redis-server")
	require.NoError(r.t, err, "install it: apt-get install redis-server")
	r.process = exec.Command(path, "--port", r.port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", r.t.TempDir())
	stdout, err := r.process.StdoutPipe()
	require.NoError(r.t, err)
	require.NoError(r.t, r.process.Start())
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "Ready to accept connections") {
			return
		}
	}
	r.t.Fatal("redis-server did not start")
}

func (r *redisServer) stop() {
	if r.process != nil {
		_ = r.process.Process.Kill()
		_ = r.process.Wait()
		r.process = nil
	}
}

// client asks the server itself.
func (r *redisServer) client() *redis.Client {
	r.t.Helper()
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:" + r.port, DB: 1})
	r.t.Cleanup(func() { _ = client.Close() })
	return client
}

func (r *redisServer) signal(s syscall.Signal) {
	r.t.Helper()
	require.NoError(r.t, r.process.Process.Signal(s))
}

// In Redis, replicas count together. While it is away, each counts on its own, says so once, and serves.
func TestLimitsAreShared(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	settings := map[string]string{
		"REDIS_URL": redis.url(), "EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "4", "EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE": "100",
	}
	s := start(t, settings)
	other := s.replica(settings)
	s.user("user@example.com")
	application, calm := s.application(), s.application()
	wrong := credentials{ID: application.ID, Secret: "wrong"}
	for range 2 {
		require.Equal(t, []int{401, 401}, []int{s.tokenStatus(wrong), other.tokenStatus(wrong)})
	}
	require.Equal(t, []int{429, 429}, []int{s.tokenStatus(application), other.tokenStatus(application)})
	require.Equal(t, []int{200, 200}, []int{s.tokenStatus(calm), other.tokenStatus(calm)})

	redis.stop()
	for range 4 {
		require.Equal(t, 401, s.tokenStatus(wrong), "this process has counted nothing yet")
	}
	require.Equal(t, []int{429, 200}, []int{s.tokenStatus(wrong), other.tokenStatus(application)})
	require.Equal(t, 1, strings.Count(s.log.String(), "Redis does not answer"))

	redis.start()
	require.Eventually(t, func() bool {
		s.tokenStatus(calm)
		return strings.Contains(s.log.String(), "Redis is back")
	}, eventually, tick)
	require.Equal(t, 401, s.tokenStatus(wrong), "an empty Redis has counted nothing")
	require.Equal(t, 1, strings.Count(s.log.String(), "Redis does not answer"))
	require.NotContains(t, s.log.String(), application.ID)
}

// Those who count with one key at once do not make each other begin again.
func TestOneKeyInRedis(t *testing.T) {
	t.Parallel()
	server := startRedis(t)
	s := start(t, map[string]string{"REDIS_URL": server.url()})
	s.user("user@example.com")
	application := s.application()
	client := server.client()
	commands := func() (total int) {
		said, err := client.Info(t.Context(), "stats").Result()
		require.NoError(t, err)
		_, said, _ = strings.Cut(said, "total_commands_processed:")
		_, err = fmt.Sscan(said, &total)
		require.NoError(t, err)
		return total
	}
	require.Equal(t, 200, s.tokenStatus(application))
	begun := commands()
	require.Equal(t, 200, s.tokenStatus(application))
	alone := commands() - begun
	const many = 32
	begun = commands()
	var group sync.WaitGroup
	for range many {
		group.Go(func() { s.tokenStatus(application) })
	}
	group.Wait()
	// Each connection to Redis begins with some commands of its own.
	require.Less(t, commands()-begun, many*(alone+5))
}

// Whatever is counted in Redis ends by itself, and one that takes nothing is away until it does.
func TestRedisThatIsFull(t *testing.T) {
	t.Parallel()
	server := startRedis(t)
	s := start(t, map[string]string{"REDIS_URL": server.url(), "EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "2"})
	s.user("user@example.com")
	application, wrong := s.application(), credentials{ID: "x", Secret: "wrong"}
	require.Equal(t, []int{200, 401}, []int{s.tokenStatus(application), s.tokenStatus(wrong)})
	client := server.client()
	keys, err := client.Keys(t.Context(), "*").Result()
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(keys), 5, keys)
	for _, key := range keys {
		require.Positive(t, client.TTL(t.Context(), key).Val(), key)
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
	redis := startRedis(t)
	s := start(t, map[string]string{"REDIS_URL": redis.url(), "EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "2"})
	s.user("user@example.com")
	application, wrong := s.application(), credentials{ID: "x", Secret: "wrong"}
	require.Equal(t, []int{401, 200}, []int{s.tokenStatus(wrong), s.tokenStatus(application)})
	redis.signal(syscall.SIGSTOP)
	require.Equal(t, []int{200, 401, 401, 429}, []int{s.tokenStatus(application), s.tokenStatus(wrong), s.tokenStatus(wrong), s.tokenStatus(wrong)})
	require.Equal(t, 1, strings.Count(s.log.String(), "Redis does not answer"))
	redis.signal(syscall.SIGCONT)
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
	response, err := http.PostForm(p.url(t)+handlers.BasePath+tokenPath, url.Values{
		"grant_type": {"client_credentials"}, "scope": {"user@example.com"}, "client_id": {"x"}, "client_secret": {"x"},
	})
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
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

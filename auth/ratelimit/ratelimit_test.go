package ratelimit

import (
	"context"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/sony/gobreaker/v2"
	"github.com/stretchr/testify/require"

	"meet-external-api/auth/ratelimit/redistest"
	"meet-external-api/refusal"
)

func newLimiter(t *testing.T, o Options) *Limiter {
	t.Helper()
	o.Log = slog.New(slog.DiscardHandler)
	l, err := New(o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// inEach runs a test with a limiter that counts in memory, and with ones that count in a Redis and in a cluster.
func inEach(t *testing.T, requests, failures int, test func(t *testing.T, l *Limiter)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		test(t, newLimiter(t, Options{RequestsPerMinute: requests, FailuresPerMinute: failures}))
	})
	for mode, url := range map[string]func(t *testing.T) string{
		RedisSingle:  func(t *testing.T) string { return redistest.Start(t).URL() },
		RedisCluster: func(t *testing.T) string { return redistest.StartCluster(t).URL(0) },
	} {
		t.Run("Redis "+mode, func(t *testing.T) {
			t.Parallel()
			l := newLimiter(t, Options{RequestsPerMinute: requests, FailuresPerMinute: failures})
			var err error
			l.shared, err = newShared(mode, url(t), time.Minute, slog.New(slog.DiscardHandler)) // a busy machine is not to matter
			require.NoError(t, err)
			test(t, l)
			require.Zero(t, l.memory.until.EstimatedSize(), "all has been counted in Redis")
		})
	}
}

// refusedBy is the code of the limit that refused; empty where none did.
func refusedBy(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var refused *refusal.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, refusal.Throttled, refused.Kind)
	require.Greater(t, refused.RetryAfter, 900*time.Millisecond)
	require.LessOrEqual(t, refused.RetryAfter, time.Minute)
	return refused.Code
}

func TestTable(t *testing.T) {
	t.Parallel()
	const requests, queries = "requests_per_application", "queries_per_application"
	const pair, address = "failures_per_application_and_address", "failures_per_address"
	inEach(t, 3, 2, func(t *testing.T, l *Limiter) {
		ctx := context.Background()
		peek := func(ctx context.Context, clientID, network string) error {
			return l.Check(ctx, TokenRequests, clientID, network, false)
		}
		guess := func(ctx context.Context, clientID, network string) error {
			return l.Check(ctx, TokenRequests, clientID, network, true)
		}
		request := func(ctx context.Context, clientID, network string) error {
			return l.CountRequest(ctx, TokenRequests, clientID, network)
		}
		query := func(ctx context.Context, clientID, network string) error {
			return l.CountRequest(ctx, TokenQueries, clientID, network)
		}
		for i, c := range []struct {
			count       func(ctx context.Context, clientID, network string) error
			id, network string
			refused     string
		}{
			{request, "a", "one", ""},
			{request, "a", "two", ""},
			{peek, "a", "one", ""},
			{request, "a", "one", ""},
			{request, "a", "one", requests},
			{peek, "a", "three", requests},
			{query, "a", "one", ""}, // and so are queries
			{query, "a", "one", ""},
			{query, "a", "one", ""},
			{query, "a", "one", queries},
			{query, "b", "one", ""},
			{l.CountFailure, "a", "one", ""}, // failures are another matter
			{request, "b", "one", ""},

			{l.CountFailure, "b", "one", ""},
			{l.CountFailure, "b", "one", ""},
			{l.CountFailure, "b", "one", pair},
			{peek, "b", "one", pair},
			{request, "b", "one", pair},
			{l.CountFailure, "b", "two", ""}, // elsewhere the same client may go on

			{l.CountFailure, "c", "one", ""}, // the fourth of the address
			{l.CountFailure, "d", "one", address},
			{peek, "e", "one", address},
			{request, "f", "one", ""},    // a client that has authenticated itself goes on at an address that is refused,
			{guess, "f", "one", address}, // and so do the guesses at its secret, which count
			{guess, "f", "one", address},
			{request, "f", "one", pair},
			{peek, "e", "two", ""},
			// What was refused has counted nothing, with none of its limits.
			{l.CountFailure, "d", "two", ""},
			{l.CountFailure, "d", "two", ""},
			{request, "e", "two", ""},
			{request, "e", "two", ""},
			{request, "e", "two", ""},
			{request, "e", "two", requests},
		} {
			require.Equal(t, c.refused, refusedBy(t, c.count(ctx, c.id, c.network)), "step %d", i)
		}
	})
}

func TestRefundFailure(t *testing.T) {
	t.Parallel()
	inEach(t, 1, 2, func(t *testing.T, l *Limiter) {
		ctx := context.Background()
		for range 10 {
			require.NoError(t, l.CountFailure(ctx, "a", "one"))
			l.RefundFailure(ctx, "a", "one")
		}
		for range 3 { // of nothing, it leaves nothing to have
			l.RefundFailure(ctx, "a", "one")
		}
		require.NoError(t, l.CountFailure(ctx, "a", "one"))
		require.NoError(t, l.CountFailure(ctx, "a", "one"))
		require.Error(t, l.CountFailure(ctx, "a", "one"))
		l.RefundFailure(ctx, "a", "one")
		require.NoError(t, l.CountFailure(ctx, "a", "one"))
	})
}

// Of many that count at once, no more are let through than the limit says; also when the requests have been cancelled.
func TestCountingAtOnce(t *testing.T) {
	t.Parallel()
	inEach(t, 50, 5, func(t *testing.T, l *Limiter) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		var requests, failures atomic.Int64
		var group sync.WaitGroup
		for range 60 {
			group.Go(func() {
				if l.CountFailure(ctx, "failing", "one") == nil {
					failures.Add(1)
				}
				if l.CountRequest(ctx, TokenRequests, "a", "two") == nil {
					requests.Add(1)
				}
			})
		}
		group.Wait()
		require.EqualValues(t, 5, failures.Load())
		require.EqualValues(t, 50, requests.Load())
	})
}

func TestNoLimits(t *testing.T) {
	t.Parallel()
	l := newLimiter(t, Options{RedisURL: "redis://127.0.0.1:1"})
	for range 100 {
		require.NoError(t, l.CountFailure(context.Background(), "a", "one"))
		require.NoError(t, l.CountRequest(context.Background(), TokenRequests, "a", "one"))
	}
	require.Nil(t, l.shared.failure.Load(), "there is nothing to ask Redis for")
}

// A minute's worth may come at once, then one each time that its share of the minute has passed.
func TestTimeInMemory(t *testing.T) {
	t.Parallel()
	m, now := newMemory(), time.Now()
	one := []limit{{key: "key", perMinute: 3, action: spend}}
	for _, c := range []struct {
		later time.Duration
		fit   int
	}{{0, 3}, {20*time.Second - 1, 0}, {1, 1}, {40 * time.Second, 2}, {time.Hour, 3}} {
		now = now.Add(c.later)
		for range c.fit {
			_, wait := m.count(now, one)
			require.Zero(t, wait)
		}
		_, wait := m.count(now, one)
		require.Positive(t, wait)
		require.LessOrEqual(t, wait, 20*time.Second)
	}
}

// However many keys there are, so many are remembered at most.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	m := newMemory()
	for i := range maxKeys + 10_000 {
		m.count(time.Now(), []limit{{key: strconv.Itoa(i), perMinute: 1, action: spend}})
	}
	m.until.CleanUp()
	require.LessOrEqual(t, m.until.EstimatedSize(), maxKeys)
}

// A Redis that hangs is waited for three times, and then left alone.
func TestRedisThatHangs(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	var asked atomic.Int64
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			asked.Add(1)
			t.Cleanup(func() { _ = conn.Close() })
		}
	}()
	l := newLimiter(t, Options{FailuresPerMinute: 5, RedisURL: "redis://" + listener.Addr().String()})
	for range 5 {
		require.NoError(t, l.CountFailure(context.Background(), "a", "one"))
	}
	require.Error(t, l.CountFailure(context.Background(), "a", "one"), "this process counts")
	require.EqualValues(t, redisFailures, asked.Load())
	require.Equal(t, gobreaker.StateOpen, l.shared.breaker.State())
	counts := l.Counts()
	require.Equal(t, []int64{6, 0}, []int64{counts.Alone, counts.Shared})
	require.Equal(t, int64(1), counts.Refused["failures_per_application_and_address"])
	require.Zero(t, counts.Refused["failures_per_address"])
	require.True(t, counts.WithRedis)
}

// That no connection is free says nothing of Redis; nor does a failure now and then.
func TestFailuresThatSayNothingOfRedis(t *testing.T) {
	t.Parallel()
	l := newLimiter(t, Options{RedisURL: "redis://127.0.0.1:1"})
	outcomes := []error{redis.ErrPoolTimeout, context.DeadlineExceeded, nil}
	for i := range 10 * redisFailures {
		_, _ = l.shared.breaker.Execute(func() ([]int64, error) { return nil, outcomes[i%len(outcomes)] })
	}
	require.Equal(t, gobreaker.StateClosed, l.shared.breaker.State())
}

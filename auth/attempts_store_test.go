package auth

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// A Redis that hangs is waited for three times, not by each thing that is asked of it; after its pause one request probes it,
// whatever there is beside it.
func TestRedisThatHangs(t *testing.T) {
	t.Parallel()
	var asked, probed atomic.Int64
	hang := func(ctx context.Context) error {
		deadline, limited := ctx.Deadline()
		require.True(t, limited && time.Until(deadline) <= redisTimeout)
		<-ctx.Done()
		return ctx.Err()
	}
	s := &sharedCounts{log: slog.New(slog.DiscardHandler), probe: func(ctx context.Context) error { probed.Add(1); return hang(ctx) }}
	count := func(ctx context.Context) error { asked.Add(1); return hang(ctx) }
	for range 10 {
		require.False(t, s.try(context.Background(), true, count))
	}
	require.EqualValues(t, redisFailures, asked.Load())

	s.awayUntil.Store(time.Now().UnixNano() - 1)
	var group sync.WaitGroup
	for range 10 {
		group.Go(func() { require.False(t, s.try(context.Background(), true, count)) })
	}
	group.Wait()
	require.EqualValues(t, redisFailures, asked.Load())
	require.EqualValues(t, 1, probed.Load())

	s.awayUntil.Store(time.Now().UnixNano() - 1)
	s.probe = func(context.Context) error { return nil }
	answer := func(context.Context) error { asked.Add(1); return nil }
	for range 10 {
		require.True(t, s.try(context.Background(), true, answer))
	}
	require.EqualValues(t, redisFailures+10, asked.Load())
}

// That a request was given up, or found no connection free, says nothing of Redis; nor does a failure now and then.
func TestFailuresThatSayNothingOfRedis(t *testing.T) {
	t.Parallel()
	s := &sharedCounts{log: slog.New(slog.DiscardHandler)}
	given, cancel := context.WithCancel(context.Background())
	cancel()
	away := errors.New("away")
	for range 2 * redisFailures {
		require.False(t, s.try(given, true, func(ctx context.Context) error { return ctx.Err() }))
		require.False(t, s.try(context.Background(), true, func(context.Context) error { return redis.ErrPoolTimeout }))
		require.False(t, s.try(context.Background(), true, func(context.Context) error { return away }))
		require.True(t, s.try(context.Background(), true, func(context.Context) error { return nil }))
	}
	for range redisFailures {
		require.True(t, s.try(context.Background(), false, func(context.Context) error { return nil }), "that it can be read says little")
		require.False(t, s.try(context.Background(), true, func(context.Context) error { return away }))
	}
	require.False(t, s.try(context.Background(), true, func(context.Context) error { return nil }))
}

package auth

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A Redis that hangs is waited for once, not by each thing that is asked of it; after its pause one request tries it, whatever
// there is beside it.
func TestRedisThatHangs(t *testing.T) {
	t.Parallel()
	s := &sharedCounts{log: slog.New(slog.DiscardHandler)}
	var asked atomic.Int64
	hang := func(ctx context.Context) error {
		asked.Add(1)
		deadline, limited := ctx.Deadline()
		require.True(t, limited && time.Until(deadline) <= redisTimeout)
		<-ctx.Done()
		return ctx.Err()
	}
	for range 10 {
		require.False(t, s.try(context.Background(), hang))
	}
	require.EqualValues(t, 1, asked.Load())

	s.awayUntil.Store(time.Now().UnixNano() - 1)
	var group sync.WaitGroup
	for range 10 {
		group.Go(func() { require.False(t, s.try(context.Background(), hang)) })
	}
	group.Wait()
	require.EqualValues(t, 2, asked.Load())

	s.awayUntil.Store(time.Now().UnixNano() - 1)
	answer := func(context.Context) error { asked.Add(1); return nil }
	for range 10 {
		require.True(t, s.try(context.Background(), answer))
	}
	require.EqualValues(t, 12, asked.Load())
}

// That a request was given up says nothing of Redis.
func TestRequestsThatAreGivenUp(t *testing.T) {
	t.Parallel()
	s := &sharedCounts{log: slog.New(slog.DiscardHandler)}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.False(t, s.try(ctx, func(ctx context.Context) error { return ctx.Err() }))
	require.True(t, s.try(context.Background(), func(context.Context) error { return nil }))
	require.False(t, s.try(context.Background(), func(context.Context) error { return errors.New("away") }))
	require.False(t, s.try(context.Background(), func(context.Context) error { return nil }))
}

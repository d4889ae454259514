package secret

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func (q *queue) count() int { q.mutex.Lock(); defer q.mutex.Unlock(); return q.taken }

// So many run, some more wait, and one network takes half of the places at most.
func TestQueue(t *testing.T) {
	t.Parallel()
	q := newQueue(2)
	ctx, giveUp := context.WithCancel(context.Background())
	type result struct {
		leave func()
		err   error
	}
	entered := make(chan result, 100)
	wait := func(count int, network string) {
		taken := q.count()
		for range count {
			go func() { leave, err := q.enter(ctx, network); entered <- result{leave, err} }()
		}
		require.Eventually(t, func() bool { return q.count() == taken+count }, 10*time.Second, time.Millisecond)
	}
	next := func() result {
		select {
		case r := <-entered:
			return r
		case <-time.After(10 * time.Second):
			require.Fail(t, "one more should have run or been refused")
			return result{}
		}
	}
	leave, err := q.enter(ctx, "greedy")
	require.NoError(t, err)
	_, err = q.enter(ctx, "greedy")
	require.NoError(t, err)
	wait(q.places/2-2, "greedy")
	_, err = q.enter(ctx, "greedy")
	requireQueueFull(t, err)
	wait(q.places/2, "modest")
	_, err = q.enter(ctx, "third")
	requireQueueFull(t, err)
	require.Empty(t, entered)
	counts := (&Checker{queue: q}).Counts()
	require.Equal(t, Counts{Running: 2, Waiting: int64(q.places - 2), Places: int64(q.places), Refused: 2}, counts)

	leave()
	require.NoError(t, next().err, "the next one runs")
	giveUp()
	for range q.places - 3 {
		refused := next().err
		requireQueueFull(t, refused)
		require.ErrorIs(t, refused, context.Canceled)
	}
	require.Equal(t, 2, q.count(), "who was cancelled has left its place")
}

// A machine with one core still computes one at a time.
func TestQueueOfOneCore(t *testing.T) {
	t.Parallel()
	q := newQueue(0)
	leave, err := q.enter(context.Background(), "network")
	require.NoError(t, err)
	leave()
	require.Empty(t, q.of)
}

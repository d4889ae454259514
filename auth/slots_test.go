package auth

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// takenBy counts the places of a lane that are taken.
func (s *slots) takenBy(known bool) int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.lanes[known]
}

// One caller takes half of the places of a lane at most, and strangers none of those of who is known.
func TestSlots(t *testing.T) {
	t.Parallel()
	s := newSlots(2)
	ctx, giveUp := context.WithCancel(context.Background())
	ended := make(chan error, 100)
	// wait lets so many wait for a slot, since all of them run.
	wait := func(count int, l Lane) {
		taken := s.takenBy(l.Known)
		for range count {
			go func() { ended <- s.enter(ctx, l) }()
		}
		require.Eventually(t, func() bool { return s.takenBy(l.Known) == taken+count }, 10*time.Second, time.Millisecond)
	}
	next := func() error {
		select {
		case err := <-ended:
			return err
		case <-time.After(10 * time.Second):
			require.Fail(t, "one more should have run or been refused")
			return nil
		}
	}
	var busy *BusyError
	greedy, modest, known := Lane{Caller: "greedy"}, Lane{Caller: "modest"}, Lane{Known: true, Caller: "greedy"}
	require.NoError(t, s.enter(ctx, greedy))
	require.NoError(t, s.enter(ctx, greedy))
	wait(s.places/2-2, greedy)
	expired, expire := context.WithTimeout(ctx, time.Second)
	defer expire()
	require.ErrorIs(t, s.enter(expired, greedy), errQueueFull)
	wait(s.places/2, modest)
	require.ErrorIs(t, s.enter(expired, Lane{Caller: "third"}), errQueueFull)
	wait(1, known)
	require.Empty(t, ended)

	s.leave(greedy)
	require.NoError(t, next(), "the next one runs")
	giveUp()
	for range s.places - 3 + 1 {
		require.ErrorAs(t, next(), &busy)
		require.ErrorIs(t, busy, context.Canceled)
	}
	require.Len(t, s.running, 2)
	require.Equal(t, 2, s.takenBy(false)+s.takenBy(true), "who gave up has left its place")
}

// A machine with one core still computes one at a time.
func TestSlotsOfOneCore(t *testing.T) {
	t.Parallel()
	s := newSlots(0)
	require.NoError(t, s.enter(context.Background(), Lane{}))
	s.leave(Lane{})
	require.Empty(t, s.callers)
}

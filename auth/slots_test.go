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
	wait, giveUp := context.WithCancel(context.Background())
	ended := make(chan error, 100)
	enter := func(l Lane) { go func() { ended <- s.enter(wait, l) }() }
	greedy, modest, known := Lane{Caller: "greedy"}, Lane{Caller: "modest"}, Lane{Known: true, Caller: "greedy"}
	for range 2 * s.places {
		enter(greedy)
	}
	for range 2 {
		require.NoError(t, <-ended, "two run")
	}
	var busy *BusyError
	for range 2*s.places - s.places/2 {
		require.ErrorAs(t, <-ended, &busy)
	}
	require.Equal(t, s.places/2, s.takenBy(false))
	for range s.places / 2 {
		enter(modest)
	}
	require.Eventually(t, func() bool { return s.takenBy(false) == s.places }, 10*time.Second, time.Millisecond)
	require.ErrorAs(t, s.enter(wait, Lane{Caller: "third"}), &busy)
	enter(known)
	require.Eventually(t, func() bool { return s.takenBy(true) == 1 }, 10*time.Second, time.Millisecond)
	require.Empty(t, ended)

	s.leave(greedy)
	require.NoError(t, <-ended, "the next one runs")
	giveUp()
	for range s.places - 3 + 1 {
		require.ErrorAs(t, <-ended, &busy)
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

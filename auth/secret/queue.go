package secret

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/semaphore"

	"meet-external-api/refusal"
)

// waitingPerSlot is how many slow checks may wait for each one that runs: some seconds of patience.
const waitingPerSlot = 4

// queue lets so many slow checks run at a time, and some more wait. One network takes half of the places at most, so that a flood
// from there leaves the others some.
type queue struct {
	running *semaphore.Weighted
	places  int
	mutex   sync.Mutex
	taken   int            // places of those who run or wait
	of      map[string]int // the same by network
	// entered are those who run, refused those who found no place, since the start.
	entered, refused atomic.Int64
}

func newQueue(running int) *queue {
	running = max(running, 1)
	return &queue{running: semaphore.NewWeighted(int64(running)), places: running * (1 + waitingPerSlot), of: map[string]int{}}
}

// enter waits until the check may run; then leave has to be called. Errors: a refusal that is refusal.Unavailable when too many
// wait already, or ctx ends.
func (q *queue) enter(ctx context.Context, network string) (leave func(), err error) {
	if !q.move(network, 1) {
		q.refused.Add(1)
		return nil, refusal.NotAvailable("secret_queue_full", errors.New("too many slow checks of secrets are waiting"))
	}
	if err := q.running.Acquire(ctx, 1); err != nil {
		q.move(network, -1)
		q.refused.Add(1)
		return nil, refusal.NotAvailable("secret_queue_full", err)
	}
	q.entered.Add(1)
	return func() {
		q.entered.Add(-1)
		q.running.Release(1)
		q.move(network, -1)
	}, nil
}

// move takes so many places for a network, unless there are none left for it; fewer than 0 are given back.
func (q *queue) move(network string, count int) bool {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	if count > 0 && (q.taken >= q.places || q.of[network] >= q.places/2) {
		return false
	}
	q.taken += count
	if q.of[network] += count; q.of[network] == 0 {
		delete(q.of, network)
	}
	return true
}

// Counts are the slow hashes: how many are computed, how many wait for that, of how many places in all, and for how many there was none
// in time, since the start.
type Counts struct {
	Running, Waiting, Places, Refused int64
}

// Counts tells of the slow hashes.
func (c *Checker) Counts() Counts {
	q := c.queue
	q.mutex.Lock()
	defer q.mutex.Unlock()
	running := q.entered.Load()
	return Counts{Running: running, Waiting: max(int64(q.taken)-running, 0), Places: int64(q.places), Refused: q.refused.Load()}
}

package auth

import (
	"context"
	"sync"
)

// Lane is where slow work waits: with that of all who are known, or with that of all strangers.
type Lane struct {
	Known bool
	// Caller is whose work it is, which takes half of the places of a lane at most.
	Caller string
}

// slots lets so many run at a time, and some more wait.
type slots struct {
	running chan struct{}
	// places are for those who run or wait, in each lane.
	places  int
	mutex   sync.Mutex
	lanes   map[bool]int // places that are taken
	callers map[Lane]int
}

func newSlots(running int) *slots {
	running = max(running, 1)
	return &slots{
		running: make(chan struct{}, running), places: running * (1 + waitingPerSlot), lanes: map[bool]int{}, callers: map[Lane]int{},
	}
}

// enter waits for a slot. Errors: a *BusyError when too many wait already, or ctx ends.
func (s *slots) enter(ctx context.Context, l Lane) error {
	if !s.take(l) {
		return &BusyError{errQueueFull}
	}
	select {
	case s.running <- struct{}{}:
		return nil
	case <-ctx.Done():
		s.free(l)
		return &BusyError{ctx.Err()}
	}
}

func (s *slots) leave(l Lane) {
	<-s.running
	s.free(l)
}

func (s *slots) take(l Lane) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.lanes[l.Known] >= s.places || s.callers[l] >= s.places/2 {
		return false
	}
	s.lanes[l.Known]++
	s.callers[l]++
	return true
}

func (s *slots) free(l Lane) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.lanes[l.Known]--
	if s.callers[l]--; s.callers[l] == 0 {
		delete(s.callers, l)
	}
}

package audit

import (
	"slices"
	"sync"
)

// queue keeps events until somebody looks after them, up to maxWaiting. Nobody is woken for one event: that would cost a request more
// than all else that becomes of its event.
type queue struct {
	mutex  sync.Mutex
	events []Event
	// full gets a value when there are enough for a batch.
	full chan struct{}
}

func newQueue() *queue { return &queue{full: make(chan struct{}, 1)} }

// add keeps an event, unless there is no room for it.
func (q *queue) add(e Event) bool {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	if len(q.events) >= maxWaiting {
		return false
	}
	q.events = append(q.events, e)
	if len(q.events) == maxBatch {
		select {
		case q.full <- struct{}{}:
		default:
		}
	}
	return true
}

// take returns the first events, as many as there are up to maxBatch.
func (q *queue) take() []Event {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	if len(q.events) <= maxBatch {
		all := q.events
		q.events = nil
		return all
	}
	taken := slices.Clone(q.events[:maxBatch])
	q.events = slices.Delete(q.events, 0, maxBatch)
	return taken
}

func (q *queue) len() int {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	return len(q.events)
}

// first returns the event that has waited longest; false where there is none.
func (q *queue) first() (Event, bool) {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	if len(q.events) == 0 {
		return Event{}, false
	}
	return q.events[0], true
}

package ratelimit

import (
	"sync"
	"time"

	"github.com/maypok86/otter/v2"
)

// maxKeys bounds the memory; beyond it, those keys start anew that are used least.
const maxKeys = 1 << 16

// memory counts in this process, by the generic cell rate algorithm: the value of a key is the time at which all that was counted
// with it will have been worked off, one each interval.
type memory struct {
	mutex *sync.Mutex // a decision is about several keys
	until *otter.Cache[string, time.Time]
}

func newMemory() memory {
	return memory{new(sync.Mutex), otter.Must(&otter.Options[string, time.Time]{MaximumSize: maxKeys})}
}

// count does what is to be done about the limits, or nothing when one is used up: then it returns the one that takes longest to wait
// for, and how long that is.
func (m memory) count(now time.Time, limits []limit) (refused int, wait time.Duration) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	counted := make([]time.Time, len(limits))
	for i, l := range limits {
		interval := time.Minute / time.Duration(l.perMinute)
		until, _ := m.until.GetIfPresent(l.key)
		if until.Before(now) {
			until = now
		}
		excess := until.Add(interval).Sub(now) - interval*time.Duration(l.perMinute)
		if l.action != refund && excess > wait {
			refused, wait = i, excess
		}
		if l.action == refund {
			interval = -interval
		}
		counted[i] = until.Add(interval)
	}
	for i, l := range limits {
		if wait == 0 && l.action != check {
			m.until.Set(l.key, counted[i])
		}
	}
	return refused, wait
}

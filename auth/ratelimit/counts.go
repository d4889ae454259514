package ratelimit

import "sync/atomic"

// counters count decisions since the start.
type counters struct {
	refused       [budgets]atomic.Int64
	shared, alone atomic.Int64
}

// Counts are what has been decided since the start.
type Counts struct {
	// Refused is how often something was beyond a limit, by the code of the limit.
	Refused map[string]int64
	// Shared were made in Redis for all replicas, Alone in this process: without a Redis, or while it does not answer.
	Shared, Alone int64
	// WithRedis tells the two kinds of Alone apart.
	WithRedis bool
}

// Counts returns what has been decided so far.
func (l *Limiter) Counts() Counts {
	c := Counts{Refused: map[string]int64{}, Shared: l.counters.shared.Load(), Alone: l.counters.alone.Load(), WithRedis: l.shared != nil}
	for budget, limit := range l.options.limits("", "") {
		c.Refused[limit.code] = l.counters.refused[budget].Load()
	}
	return c
}

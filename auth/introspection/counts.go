package introspection

import (
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"
)

// outcome is what came of a token that the authorization server is to be asked about.
type outcome int

const (
	cached      outcome = iota // known from an earlier answer
	active                     // a token that counts
	inactive                   // one that does not
	failed                     // no answer that can be used
	circuitOpen                // not asked: the circuit breaker is open
	busy                       // not asked: no place among the calls
	limited                    // not asked: it was asked in vain too often for the address of the caller
	outcomes
)

var outcomeNames = [outcomes]string{"cached", "active", "inactive", "failed", "circuit_open", "busy", "limited"}

// callBounds are the upper bounds by which the calls are counted, in seconds.
var callBounds = [...]float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// counters count since the start.
type counters struct {
	outcomes [outcomes]atomic.Int64
	// calls are those of a duration up to the bound, and above the one before; the last are above all.
	calls [len(callBounds) + 1]atomic.Uint64
	took  atomic.Int64 // by all of them, in nanoseconds
}

func (c *counters) count(o outcome) { c.outcomes[o].Add(1) }

// call counts a call that has taken so long.
func (c *counters) call(took time.Duration) {
	bucket, _ := slices.BinarySearch(callBounds[:], took.Seconds())
	c.calls[bucket].Add(1)
	c.took.Add(int64(took))
}

// outcomeOf is that of a call whose error is err, or of what kept it from being made.
func outcomeOf(found result, err error) outcome {
	switch {
	case errors.Is(err, gobreaker.ErrOpenState), errors.Is(err, gobreaker.ErrTooManyRequests):
		return circuitOpen
	case err != nil:
		return failed
	case found.err != nil:
		return inactive
	}
	return active
}

// Counts are the introspections, since the start.
type Counts struct {
	// Outcomes are the tokens by what came of them. Equal ones of one network at one time count once.
	Outcomes map[string]int64
	// Calls are the calls, Took is how long they have taken in all, and Within how many took so many seconds at most, by that bound.
	Calls  uint64
	Took   time.Duration
	Within map[float64]uint64
	// InUse are the places of calls under way, of MaxCalls.
	InUse, MaxCalls int64
	// CircuitOpen is whether the authorization server is left alone for a while, since it does not answer.
	CircuitOpen bool
}

// Counts tells of the introspections so far.
func (i *Introspector) Counts() Counts {
	c := Counts{
		Outcomes: map[string]int64{}, Took: time.Duration(i.counters.took.Load()), Within: map[float64]uint64{},
		InUse: i.places.inUse.Load(), MaxCalls: maxCalls, CircuitOpen: i.breaker.State() == gobreaker.StateOpen,
	}
	for o, name := range outcomeNames {
		c.Outcomes[name] = i.counters.outcomes[o].Load()
	}
	for bucket := range i.counters.calls {
		c.Calls += i.counters.calls[bucket].Load()
		if bucket < len(callBounds) {
			c.Within[callBounds[bucket]] = c.Calls
		}
	}
	return c
}

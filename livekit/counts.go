package livekit

import (
	"errors"
	"sync/atomic"
)

// change is what is done to a room of LiveKit's.
type change int

const (
	updated change = iota
	closed
	changes
)

var changeNames = [changes]string{"update", "close"}

// outcome is what came of a change.
type outcome int

const (
	done        outcome = iota // also where LiveKit has no such room
	refused                    // LiveKit answers, and not as it should
	unreachable                // there is no answer, in time
	dropped                    // too many changes wait, or the program ends
	outcomes
)

var outcomeNames = [outcomes]string{"done", "refused", "unreachable", "dropped"}

// counters count the changes since the start.
type counters [changes][outcomes]atomic.Int64

func (c *counters) count(what change, err error) {
	refusal := (*twirpError)(nil)
	o := unreachable
	switch {
	case err == nil:
		o = done
	case errors.Is(err, errClosed), errors.Is(err, errFull):
		o = dropped
	case errors.As(err, &refusal):
		o = refused
	}
	c[what][o].Add(1)
}

// Count is how many changes of a kind, update or close, came to an outcome: done, refused, unreachable or dropped.
type Count struct {
	Change, Outcome string
	Changes         int64
}

// Counts tells of the changes to LiveKit's rooms since the start.
func (c *Client) Counts() []Count {
	var all []Count
	for what, change := range changeNames {
		for o, outcome := range outcomeNames {
			all = append(all, Count{change, outcome, c.counters[what][o].Load()})
		}
	}
	return all
}

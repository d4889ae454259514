package auth

import (
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"
)

const (
	failuresInARow = 5 // after which the authorization server is left alone,
	pauseAfterThem = 10 * time.Second
)

// breaker leaves the authorization server alone for a pause after so many failures in a row.
type breaker struct {
	*gobreaker.CircuitBreaker[map[string]any]
	until atomic.Int64 // the end of the last pause, in nanoseconds of the Unix clock
}

func newBreaker(pause time.Duration) *breaker {
	b := &breaker{}
	b.CircuitBreaker = gobreaker.NewCircuitBreaker[map[string]any](gobreaker.Settings{
		Timeout:     pause,
		ReadyToTrip: func(counts gobreaker.Counts) bool { return counts.ConsecutiveFailures >= failuresInARow },
		IsExcluded:  blamesRequest,
		OnStateChange: func(_ string, _, to gobreaker.State) {
			if to == gobreaker.StateOpen {
				b.until.Store(time.Now().Add(pause).UnixNano())
			}
		},
	})
	return b
}

// remaining is how long the pause goes on; 0 when there is none.
func (b *breaker) remaining() time.Duration { return max(0, time.Until(time.Unix(0, b.until.Load()))) }

// blamesRequest reports whether an answer finds fault with the request: a stranger's odd token can bring that about, and
// must not end the introspection of all others. 401 and 403 are about our credentials, 408 and 429 about the server's load.
func blamesRequest(err error) bool {
	var status statusError
	if !errors.As(err, &status) {
		return false
	}
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusRequestTimeout, http.StatusTooManyRequests:
		return false
	}
	return status >= http.StatusBadRequest && status < http.StatusInternalServerError
}

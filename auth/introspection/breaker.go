package introspection

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/sony/gobreaker/v2"
)

const (
	maxFailures = 5                // in a row, after which the authorization server is not asked
	pause       = 10 * time.Second // for so long
)

// newBreaker returns the circuit breaker of the introspection endpoint, and notes when it will let a call through again.
func (i *Introspector) newBreaker(pause time.Duration) *gobreaker.CircuitBreaker[answer] {
	return gobreaker.NewCircuitBreaker[answer](gobreaker.Settings{
		Timeout:     pause,
		ReadyToTrip: func(counts gobreaker.Counts) bool { return counts.ConsecutiveFailures >= maxFailures },
		IsExcluded:  blamesRequest,
		OnStateChange: func(_ string, _, to gobreaker.State) {
			if to == gobreaker.StateOpen {
				i.openUntil.Store(time.Now().Add(pause).UnixNano())
			}
		},
	})
}

// untilClosed is how long the circuit breaker stays open; 0 where it is not.
func (i *Introspector) untilClosed() time.Duration {
	return max(0, time.Until(time.Unix(0, i.openUntil.Load())))
}

// blamesRequest reports whether an answer finds fault with the request. A caller can bring that about with an odd token, and must
// not end the introspection of all others' tokens. 401 and 403 are about our credentials, 408 and 429 about the load of the
// server.
func blamesRequest(err error) bool {
	var status statusError
	counted := []statusError{http.StatusUnauthorized, http.StatusForbidden, http.StatusRequestTimeout, http.StatusTooManyRequests}
	return errors.As(err, &status) && status >= 400 && status < 500 && !slices.Contains(counted, status)
}

package introspection

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/sony/gobreaker/v2"
)

const (
	maxFailures = 5                // in a row, after which the authorization server is not asked
	pause       = 10 * time.Second // for so long
	// harmless is no token of anybody, and the answer to it is that it is inactive.
	harmless = "meet-external-api-asks-whether-you-answer"
)

// newBreaker returns the circuit breaker of the introspection endpoint, and notes when it will let a call through again.
func (i *Introspector) newBreaker(pause time.Duration) *gobreaker.TwoStepCircuitBreaker[answer] {
	return gobreaker.NewTwoStepCircuitBreaker[answer](gobreaker.Settings{
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

// errUnfinished stands for the outcome of a request that has none yet.
var errUnfinished = errors.New("the request has not come to its end")

// guarded is request, unless the circuit breaker is open.
func (i *Introspector) guarded(ctx context.Context, token string) (answered answer, err error) {
	done, err := i.breaker.Allow()
	if err != nil {
		return answer{}, err
	}
	err = errUnfinished // also where request panics, the breaker has to be told
	defer func() { i.judge(ctx, err, done) }()
	begun := time.Now()
	defer func() { i.counters.call(time.Since(begun)) }()
	answered, err = i.request(ctx, token)
	return answered, err
}

// judge tells the circuit breaker what came of a request. A caller can bring a failure about with an odd token, and must not end the
// introspection of all others' tokens: it counts only where the server fails with a harmless token too, and nobody waits for that.
func (i *Introspector) judge(ctx context.Context, err error, done func(error)) {
	if err == nil || blamesRequest(err) {
		done(err)
		return
	}
	go func() {
		// Failures at one time share the question.
		_, failed := i.probes.Do(context.WithoutCancel(ctx), "", i.options.Timeout, func(ctx context.Context) (answer, error) {
			return i.request(ctx, harmless)
		})
		done(failed)
	}()
}

// untilClosed is how long the circuit breaker stays open; 0 where it is not.
func (i *Introspector) untilClosed() time.Duration {
	return max(0, time.Until(time.Unix(0, i.openUntil.Load())))
}

// blamesRequest reports whether an answer finds fault with the request, so that the server is there. 401 and 403 are about our
// credentials, 408 and 429 about the load of the server.
func blamesRequest(err error) bool {
	var status statusError
	counted := []statusError{http.StatusUnauthorized, http.StatusForbidden, http.StatusRequestTimeout, http.StatusTooManyRequests}
	return errors.As(err, &status) && status >= 400 && status < 500 && !slices.Contains(counted, status)
}

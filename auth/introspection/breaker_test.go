package introspection

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/sony/gobreaker/v2"
	"github.com/stretchr/testify/require"

	"meet-external-api/refusal"
)

// Any caller can send an odd token: only answers that tell of the server itself count against it.
func TestOddTokensDoNotOpenTheBreaker(t *testing.T) {
	t.Parallel()
	for status, counts := range map[int]bool{
		400: false, 404: false, 405: false, 413: false, 414: false, 422: false, 431: false, 499: false,
		401: true, 403: true, 408: true, 429: true, 302: true, 500: true, 503: true,
	} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			t.Parallel()
			p := newProvider(t, text(status, ""))
			introspector := newIntrospector(t, options(p.URL))
			for range maxFailures {
				_, err := introspector.Introspect(t.Context(), "odd, opaque")
				requireUnavailable(t, err)
			}
			require.Equal(t, counts, introspector.breaker.State() == gobreaker.StateOpen)
			p.answer.Store(text(http.StatusOK, activeAnswer))
			_, err := introspector.Introspect(t.Context(), "good, opaque")
			if counts {
				requireUnavailable(t, err)
				return
			}
			require.NoError(t, err)
		})
	}
}

// While it is half open, an odd token neither closes it nor opens it again.
func TestOddTokensDoNotDecideForTheBreaker(t *testing.T) {
	t.Parallel()
	p := newProvider(t, text(http.StatusBadGateway, ""))
	introspector := newIntrospector(t, options(p.URL))
	introspector.breaker = introspector.newBreaker(time.Nanosecond)
	for range maxFailures {
		_, err := introspector.Introspect(t.Context(), "opaque")
		requireUnavailable(t, err)
	}
	p.answer.Store(text(http.StatusBadRequest, ""))
	_, err := introspector.Introspect(t.Context(), "odd, opaque")
	requireUnavailable(t, err)
	require.Equal(t, gobreaker.StateHalfOpen, introspector.breaker.State())
	p.answer.Store(text(http.StatusOK, activeAnswer))
	_, err = introspector.Introspect(t.Context(), "opaque")
	require.NoError(t, err)
	require.Equal(t, gobreaker.StateClosed, introspector.breaker.State())
}

func TestRetryAfterWhileTheBreakerIsOpen(t *testing.T) {
	t.Parallel()
	p := newProvider(t, text(http.StatusBadGateway, ""))
	introspector := newIntrospector(t, options(p.URL))
	for n := range maxFailures + 1 {
		_, err := introspector.Introspect(t.Context(), "opaque")
		var refused *refusal.Error
		require.ErrorAs(t, err, &refused)
		if n < maxFailures-1 {
			require.Zero(t, refused.RetryAfter, "it is asked again at once")
			continue
		}
		require.LessOrEqual(t, refused.RetryAfter, pause)
		require.Greater(t, refused.RetryAfter, pause/2)
	}
	introspector = newIntrospector(t, options(p.URL))
	introspector.breaker = introspector.newBreaker(time.Nanosecond)
	for range maxFailures {
		_, err := introspector.breaker.Execute(func() (answer, error) { return answer{}, statusError(500) })
		require.Error(t, err)
	}
	require.Zero(t, introspector.untilClosed(), "the pause is over")
}

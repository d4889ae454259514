package auth

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/sony/gobreaker/v2"
	"github.com/stretchr/testify/require"
)

// Any stranger can send an odd token; only what tells of the server itself counts against it.
func TestStrangersCannotCutOffTheServer(t *testing.T) {
	t.Parallel()
	for status, counts := range map[int]bool{
		400: false, 404: false, 405: false, 413: false, 414: false, 422: false, 431: false, 499: false,
		401: true, 403: true, 408: true, 429: true, 302: true, 500: true, 503: true,
	} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			t.Parallel()
			p := newProvider(t, text(status, ""))
			introspector := newIntrospector(t, introspection(p.URL))
			for range failuresInARow {
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

// Nor can they keep it cut off: while it is tried whether it is back, an odd token says nothing, either way.
func TestStrangersDoNotDecideWhetherTheServerIsBack(t *testing.T) {
	t.Parallel()
	p := newProvider(t, text(http.StatusBadGateway, ""))
	introspector := newIntrospector(t, introspection(p.URL))
	introspector.breaker = newBreaker(time.Nanosecond)
	for range failuresInARow {
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

func TestUnavailabilitySaysHowLong(t *testing.T) {
	t.Parallel()
	p := newProvider(t, text(http.StatusBadGateway, ""))
	introspector := newIntrospector(t, introspection(p.URL))
	for n := range failuresInARow + 1 {
		_, err := introspector.Introspect(t.Context(), "opaque")
		var unavailable *IntrospectionUnavailableError
		require.ErrorAs(t, err, &unavailable)
		if n < failuresInARow-1 {
			require.Zero(t, unavailable.RetryAfter(), "it is asked again at once")
			continue
		}
		require.LessOrEqual(t, unavailable.RetryAfter(), pauseAfterThem)
		require.Greater(t, unavailable.RetryAfter(), pauseAfterThem/2)
	}
	introspector.breaker = newBreaker(time.Nanosecond)
	_, err := introspector.breaker.Execute(func() (map[string]any, error) { return nil, statusError(500) })
	require.Error(t, err)
	require.Zero(t, introspector.breaker.remaining())
}

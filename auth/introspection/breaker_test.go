package introspection

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/sony/gobreaker/v2"
	"github.com/stretchr/testify/require"

	"meet-external-api/refusal"
)

// What happens beside a test is looked for every tick, until eventually.
const (
	eventually = 30 * time.Second
	tick       = time.Millisecond
)

// fail introspects, one token after the other, until the circuit breaker has been open.
func fail(t *testing.T, introspector *Introspector) {
	t.Helper()
	require.Eventually(t, func() bool {
		_, err := introspector.Introspect(t.Context(), "opaque")
		requireUnavailable(t, err)
		return introspector.openUntil.Load() != 0
	}, eventually, tick)
}

// settled waits until so many requests have been judged.
func settled(t *testing.T, introspector *Introspector, requests uint32) gobreaker.Counts {
	t.Helper()
	judged := func(c gobreaker.Counts) uint32 { return c.TotalSuccesses + c.TotalFailures + c.TotalExclusions }
	require.Eventually(t, func() bool { return judged(introspector.breaker.Counts()) == requests }, eventually, tick)
	return introspector.breaker.Counts()
}

// unlessHarmless answers so to all tokens but the one that the circuit breaker asks about.
func unlessHarmless(answer http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.PostFormValue("token") == harmless {
			text(http.StatusOK, `{"active":false}`)(w, r)
			return
		}
		answer(w, r)
	}
}

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
			if counts {
				fail(t, introspector)
				require.Equal(t, gobreaker.StateOpen, introspector.breaker.State())
				return
			}
			for range 2 * maxFailures {
				_, err := introspector.Introspect(t.Context(), "odd, opaque")
				requireUnavailable(t, err)
			}
			require.EqualValues(t, 2*maxFailures, settled(t, introspector, 2*maxFailures).TotalExclusions)
		})
	}
}

// Whatever comes of them, odd tokens are nobody else's trouble while the server answers about another.
func TestFailuresOfOddTokensAlone(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"401": text(401, ""), "429": text(429, ""), "500": text(500, ""), "503": text(503, ""), "no JSON": text(200, "<html>"),
		"hangs up": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"hangs":    func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t, unlessHarmless(answer))
			p.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
			o := options(p.URL)
			if name == "hangs" {
				o.Timeout = time.Second
			}
			introspector := newIntrospector(t, o)
			var group sync.WaitGroup
			for n := range 2 * maxFailures {
				group.Go(func() {
					_, err := introspector.Introspect(context.Background(), "odd, opaque "+strconv.Itoa(n))
					requireUnavailable(t, err)
				})
			}
			group.Wait()
			require.Zero(t, settled(t, introspector, 2*maxFailures).TotalFailures)
			p.answer.Store(text(http.StatusOK, activeAnswer))
			_, err := introspector.Introspect(t.Context(), "good, opaque")
			require.NoError(t, err)
		})
	}
}

// While it is half open, a token that the server finds fault with neither closes the breaker nor opens it again; where the server
// fails with it, the harmless one decides.
func TestOddTokensDoNotDecideForTheBreaker(t *testing.T) {
	t.Parallel()
	p := newProvider(t, text(http.StatusBadGateway, ""))
	introspector := newIntrospector(t, options(p.URL))
	introspector.breaker = introspector.newBreaker(time.Nanosecond)
	fail(t, introspector)
	p.answer.Store(text(http.StatusBadRequest, ""))
	require.Eventually(t, func() bool {
		_, err := introspector.Introspect(t.Context(), "odd, opaque")
		requireUnavailable(t, err)
		require.Equal(t, gobreaker.StateHalfOpen, introspector.breaker.State())
		return !errors.Is(err, gobreaker.ErrTooManyRequests) // the last failure has been judged
	}, eventually, tick)
	p.answer.Store(unlessHarmless(text(http.StatusInternalServerError, "")))
	require.Eventually(t, func() bool {
		_, err := introspector.Introspect(t.Context(), "odder, opaque")
		requireUnavailable(t, err)
		return introspector.breaker.State() == gobreaker.StateClosed
	}, eventually, tick)
}

// A panic is an outcome too: a breaker that waited for another would stay half open.
func TestPanicsAreJudged(t *testing.T) {
	t.Parallel()
	p := newProvider(t, text(http.StatusOK, `{"active":false}`))
	introspector := newIntrospector(t, options(p.URL))
	working := introspector.http
	introspector.http = nil
	_, err := introspector.Introspect(t.Context(), "opaque")
	require.Error(t, err)
	settled(t, introspector, 1)
	introspector.http = working
	_, err = introspector.Introspect(t.Context(), "opaque")
	require.ErrorIs(t, err, refusal.InvalidToken)
}

// Many failures at one time are one question whether the server answers at all.
func TestFailuresShareAProbe(t *testing.T) {
	t.Parallel()
	const many = 20
	var arrived sync.WaitGroup
	arrived.Add(many)
	var probes sync.Map
	p := newProvider(t, func(w http.ResponseWriter, r *http.Request) {
		if r.PostFormValue("token") == harmless {
			probes.Store(new(int), nil)
			<-r.Context().Done()
			return
		}
		arrived.Done()
		arrived.Wait()
		w.WriteHeader(http.StatusBadGateway)
	})
	o := options(p.URL)
	o.Timeout = 3 * time.Second
	introspector := newIntrospector(t, o)
	var group sync.WaitGroup
	for n := range many {
		group.Go(func() { _, _ = introspector.Introspect(context.Background(), "opaque "+strconv.Itoa(n)) })
	}
	group.Wait()
	require.Eventually(t, func() bool { return introspector.breaker.State() == gobreaker.StateOpen }, eventually, tick)
	asked := 0
	probes.Range(func(any, any) bool { asked++; return true })
	require.Less(t, asked, maxFailures)
}

func TestRetryAfterWhileTheBreakerIsOpen(t *testing.T) {
	t.Parallel()
	p := newProvider(t, text(http.StatusBadGateway, ""))
	introspector := newIntrospector(t, options(p.URL))
	_, err := introspector.Introspect(t.Context(), "opaque")
	var refused *refusal.Error
	require.ErrorAs(t, err, &refused)
	require.Zero(t, refused.RetryAfter, "it is asked again at once")
	fail(t, introspector)
	_, err = introspector.Introspect(t.Context(), "opaque")
	require.ErrorAs(t, err, &refused)
	require.LessOrEqual(t, refused.RetryAfter, pause)
	require.Greater(t, refused.RetryAfter, pause/2)
	introspector = newIntrospector(t, options(p.URL))
	introspector.breaker = introspector.newBreaker(time.Nanosecond)
	fail(t, introspector)
	require.Zero(t, introspector.untilClosed(), "the pause is over")
}

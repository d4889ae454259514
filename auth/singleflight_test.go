package auth

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// Of equal calls at once one is made, and it goes on when the request that came first is given up.
func TestSingleflight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var flight Singleflight[string]
		var calls atomic.Int64
		goOn := make(chan struct{})
		do := func(ctx context.Context) chan string {
			said := make(chan string, 1)
			go func() {
				value, err := flight.Do(ctx, "key", time.Minute, func(ctx context.Context) (string, error) {
					calls.Add(1)
					<-goOn
					return "made", ctx.Err()
				})
				said <- fmt.Sprint(value, err)
			}()
			synctest.Wait() // until it waits for the call
			return said
		}
		first, giveUp := context.WithCancel(t.Context())
		givenUp, served := do(first), do(t.Context())
		giveUp()
		require.Equal(t, "context canceled", <-givenUp)
		close(goOn)
		require.Equal(t, "made<nil>", <-served)
		require.EqualValues(t, 1, calls.Load())
	})
}

// What panics beside a request fails that request alone.
func TestSingleflightPanics(t *testing.T) {
	t.Parallel()
	var flight Singleflight[string]
	_, err := flight.Do(context.Background(), "key", time.Minute, func(context.Context) (string, error) { panic("the value") })
	require.ErrorContains(t, err, "panic: the value")
	require.ErrorContains(t, err, "singleflight_test.go")
}

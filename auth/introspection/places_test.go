package introspection

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"meet-external-api/auth"
	"meet-external-api/refusal"
)

// from is the context of a request of a caller at that address.
func from(address string) context.Context {
	return auth.NewContext(context.Background(), auth.Origin{Address: address})
}

// While one address has all the calls under way that it may have, others get their answers, and its own next ones are told to come
// back.
func TestCallsOfOneAddressAreBounded(t *testing.T) {
	t.Parallel()
	var arrived sync.WaitGroup
	arrived.Add(maxNetworkCalls)
	release := make(chan struct{})
	p := newProvider(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.PostFormValue("token"), "made-up") {
			arrived.Done() // panics where there are more
			<-release
		}
		_, _ = io.WriteString(w, activeAnswer)
	})
	introspector := newIntrospector(t, options(p.URL))
	var group sync.WaitGroup
	for n := range maxNetworkCalls {
		group.Go(func() { _, _ = introspector.Introspect(from("192.0.2.1"), "made-up-"+strconv.Itoa(n)) })
	}
	arrived.Wait()
	_, err := introspector.Introspect(from("192.0.2.1"), "made-up")
	var refused *refusal.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, refusal.Unavailable, refused.Kind)
	require.Equal(t, "introspection_queue_full", refused.Code)
	_, err = introspector.Introspect(from("192.0.2.2"), "good")
	require.NoError(t, err)
	_, err = introspector.Introspect(from("192.0.2.1"), "good")
	require.NoError(t, err, "what is remembered goes on")
	close(release)
	group.Wait()
	require.Empty(t, introspector.places.of)
	_, err = introspector.Introspect(from("192.0.2.1"), "another")
	require.NoError(t, err)
}

func TestCallsAreBoundedInAll(t *testing.T) {
	t.Parallel()
	p := newPlaces()
	var leaves []func()
	for n := range maxCalls {
		leave, err := p.enter(t.Context(), strconv.Itoa(n))
		require.NoError(t, err)
		leaves = append(leaves, leave)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, err := p.enter(ctx, "one more")
	require.ErrorIs(t, err, errBusy)
	require.Len(t, p.of, maxCalls)
	for _, leave := range leaves {
		leave()
	}
	require.Empty(t, p.of)
	leave, err := p.enter(t.Context(), "one more")
	require.NoError(t, err)
	leave()
}

// Only what the provider is asked in vain counts, and it is not asked when the limit is used up.
func TestFailuresOfBearersAreCounted(t *testing.T) {
	t.Parallel()
	p := newProvider(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.PostFormValue("token") {
		case "good":
			_, _ = io.WriteString(w, activeAnswer)
		case "odd":
			w.WriteHeader(http.StatusBadRequest)
		default:
			_, _ = io.WriteString(w, `{"active":false}`)
		}
	})
	usedUp := refusal.TooManyRequests("used_up", time.Second)
	var limit error
	var counted []string
	o := options(p.URL)
	o.Check = func(context.Context, string) error { return limit }
	o.CountFailure = func(_ context.Context, network string) { counted = append(counted, network) }
	introspector := newIntrospector(t, o)
	for _, token := range []string{"good", "odd", "bad", "bad", "good"} {
		_, _ = introspector.Introspect(from("2001:db8::1"), token)
	}
	require.Equal(t, []string{"2001:db8::/64", "2001:db8::/64"}, counted)
	require.EqualValues(t, 3, p.calls.Load())
	limit = usedUp
	_, err := introspector.Introspect(from("2001:db8::1"), "made-up")
	require.ErrorIs(t, err, usedUp)
	_, err = introspector.Introspect(from("2001:db8::1"), "good")
	require.NoError(t, err, "what is remembered goes on")
	require.EqualValues(t, 3, p.calls.Load())
	require.Len(t, counted, 2)
}

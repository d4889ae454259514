package main

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// Odd tokens are their senders' trouble alone; a provider that is down is left alone, and callers learn for how long.
func TestProviderOutage(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	p.knows("good", nil)
	s := start(t, p.settings())
	p.status.Store(http.StatusBadRequest)
	for n := range 10 {
		require.Equal(t, 503, s.get(roomsPath, bearer("odd-"+strconv.Itoa(n))).status)
	}
	p.status.Store(http.StatusOK)
	require.Equal(t, 200, s.get(roomsPath, bearer("good")).status)

	p.status.Store(http.StatusBadGateway)
	first := s.get(roomsPath, bearer("new"))
	require.Equal(t, 503, first.status)
	require.Equal(t, "2", first.header.Get("Retry-After"))
	for range 5 {
		require.Equal(t, 503, s.get(roomsPath, bearer("new")).status)
	}
	asked := p.calls.Load()
	a := s.get(roomsPath, bearer("new"))
	require.Equal(t, 503, a.status)
	seconds, err := strconv.Atoi(a.header.Get("Retry-After"))
	require.NoError(t, err)
	require.Greater(t, seconds, 5)
	require.LessOrEqual(t, seconds, 10)
	require.Equal(t, asked, p.calls.Load())
	require.Equal(t, 200, s.get(roomsPath, bearer("good")).status, "what is remembered goes on")
}

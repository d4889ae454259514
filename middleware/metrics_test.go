package middleware

import (
	"net/http"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
)

// A request that is counted costs no memory.
func TestDurationsAllocateNothing(t *testing.T) {
	d := NewDurations(prometheus.NewRegistry())
	require.Zero(t, testing.AllocsPerRun(1000, func() {
		d.observe("api", http.MethodPost, "/external-api/v1.0/rooms/", http.StatusCreated, 3*time.Millisecond)
		d.observe("api", "MADE-UP", "", http.StatusNotFound, time.Millisecond)
	}))
}

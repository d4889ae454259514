// The tests of what callers keep in use who send slowly.

package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// While long bodies that do not end take the memory that is set aside for them, further long ones are refused at once, and short ones
// are read.
func TestLongBodiesShareTheirMemory(t *testing.T) {
	t.Parallel()
	s := start(t)
	long := strings.Repeat(" ", 60<<10)
	post := "POST /external-api/v1.0/application/token/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
	var slow []*connection
	for range 16 << 20 / len(long) * 5 / 4 {
		c := dial(t, s.url)
		_, err := fmt.Fprintf(c, post, len(long)+1, long)
		require.NoError(t, err)
		slow = append(slow, c)
	}
	begun := time.Now()
	require.Eventually(t, func() bool {
		response, err := dial(t, s.url).ask(fmt.Sprintf(post, len(long)+1, long))
		return err == nil && response.StatusCode == http.StatusServiceUnavailable && response.Close && response.Header.Get("Retry-After") != ""
	}, eventually, tick)
	require.Less(t, time.Since(begun), 10*time.Second, "the rest of the body is not waited for")
	s.log.waitFor(t, "request", map[string]any{"reason": "body_memory_full", "status": 503.0, "level": "WARN"})
	require.Equal(t, 401, s.tokenStatus(credentials{ID: "x", Secret: "y"}))

	for _, c := range slow {
		require.NoError(t, c.Close())
	}
	require.Eventually(t, func() bool {
		response, err := dial(t, s.url).ask(fmt.Sprintf(post, len(long)+2, "{}"+long))
		return err == nil && response.StatusCode == http.StatusBadRequest
	}, eventually, tick)
}

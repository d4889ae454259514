package introspection

import (
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// However long the answers are: a token may have as many scopes as fit into one. Other tests at the same time would disturb the
// measurement.
func TestCacheSize(t *testing.T) {
	for name, c := range map[string]struct {
		padding string
		tokens  int
	}{
		"long scopes": {" " + strings.Repeat("x", 60_000), 250}, "white space": {strings.Repeat(" ", 60_000), 250},
		"many scopes": {strings.Repeat(" x", 30_000), 40},
	} {
		t.Run(name, func(t *testing.T) {
			introspector := newIntrospector(t, options("http://op.example"))
			before := memoryInUse()
			a, err := parseAnswer([]byte(`{"active":true,"scope":"lasuite_meet` + c.padding + `","client_id":"app","sub":"abc"}`))
			require.NoError(t, err)
			for n := range c.tokens {
				introspector.cache.Set(strconv.Itoa(n), introspector.evaluate(a))
			}
			introspector.cache.CleanUp()
			require.Less(t, memoryInUse()-before, int64(cacheSize*3/2))
			require.Greater(t, introspector.cache.EstimatedSize(), 10)
		})
	}
}

func memoryInUse() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

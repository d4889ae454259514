package auth

import (
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// However long the answers are: a token may have as many scopes as fit into one. Other tests would disturb the measurement.
func TestIntrospectionRemembersSoMuch(t *testing.T) {
	for name, c := range map[string]struct {
		padding string
		tokens  int
	}{
		"long scopes": {" " + strings.Repeat("x", 60_000), 250}, "white space": {strings.Repeat(" ", 60_000), 250},
		"many scopes": {strings.Repeat(" x", 30_000), 40},
	} {
		t.Run(name, func(t *testing.T) {
			introspector := newIntrospector(t, introspection("http://op.example"))
			before := memoryInUse()
			for n := range c.tokens {
				claims := map[string]any{"active": true, "scope": "lasuite_meet" + c.padding, "client_id": "app", "sub": "abc"}
				introspector.verdicts.Set(strconv.Itoa(n), introspector.judge(claims))
			}
			introspector.verdicts.CleanUp()
			require.Less(t, memoryInUse()-before, int64(maxVerdicts*3/2))
			require.Greater(t, introspector.verdicts.EstimatedSize(), 10)
		})
	}
}

func memoryInUse() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

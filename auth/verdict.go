package auth

import (
	"fmt"
	"strings"
	"time"

	"github.com/maypok86/otter/v2"
)

// verdict is what an answer comes to, and until when it is believed.
type verdict struct {
	introspected Introspected
	err          error
	until        time.Time
}

const (
	maxVerdicts = 8 << 20 // bytes of those that are remembered
	verdictSize = 320     // bytes that one takes, about, without what is said in it
	scopeSize   = 24      // and a scope, without its text
)

// newVerdicts makes the memory of verdicts. It is bounded by their size and not by their number: a token may have as many
// scopes as fit into an answer.
func newVerdicts() (*otter.Cache[string, verdict], error) {
	verdicts, err := otter.New(&otter.Options[string, verdict]{MaximumWeight: maxVerdicts, Weigher: weigh})
	if err != nil {
		return nil, fmt.Errorf("making the cache of introspected tokens: %w", err)
	}
	return verdicts, nil
}

func weigh(_ string, v verdict) uint32 {
	size := verdictSize + len(v.introspected.Subject) + len(v.introspected.ClientID)
	for _, scope := range v.introspected.Scopes {
		size += scopeSize + len(scope)
	}
	return uint32(size) //nolint:gosec // all of it was in an answer of 64 KiB at most
}

// cloned lets go of the text that they are parts of, white space and all.
func cloned(scopes []string) []string {
	for n, scope := range scopes {
		scopes[n] = strings.Clone(scope)
	}
	return scopes
}

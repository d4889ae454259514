package introspection

import "time"

// result is what an answer comes to: a token that is introspected, or its refusal. It is cached until it expires.
type result struct {
	introspected Introspected
	err          error
	expires      time.Time
}

const (
	activeTTL   = time.Minute     // of the result for an active token
	inactiveTTL = 5 * time.Second // of any other
	cacheSize   = 8 << 20         // in bytes
	resultSize  = 320             // about, in bytes, without its texts
	scopeSize   = 24              // of each scope in it, without its text
)

// sizeOf bounds the cache by size and not by number: a token may have as many scopes as fit into an answer.
func sizeOf(_ string, r result) uint32 {
	size := resultSize + len(r.introspected.Subject) + len(r.introspected.ClientID)
	for _, scope := range r.introspected.Scopes {
		size += scopeSize + len(scope)
	}
	return uint32(size) //nolint:gosec // all of it was in an answer of 64 KiB at most
}

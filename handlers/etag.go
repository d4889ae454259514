package handlers

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json/jsontext"
	"strings"
)

// etagOf is a strong validator of a representation (RFC 9110, section 8.8.3): a hash of its JSON, in which white space and the order of
// members play no part, so that it is the same for what is sent and for what PostgreSQL makes of it. Numbers count as they are written:
// in the canonical form of RFC 8785 two great ones can be the same.
func etagOf(representation []byte) string {
	value := jsontext.Value(representation).Clone()
	_ = value.Compact(jsontext.ReorderRawObjects(true)) // what we have encoded is JSON
	sum := sha256.Sum256(value)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
}

// matchesStrongly reports whether If-Match has this validator (RFC 9110, section 13.1.1): a weak one, or what is none, never matches.
// `*` matches any.
func matchesStrongly(ifMatch, etag string) bool { return matches(ifMatch, etag, "") }

// matchesWeakly is the same for If-None-Match, where a weak one counts too (RFC 9110, section 13.1.2).
func matchesWeakly(ifNoneMatch, etag string) bool { return matches(ifNoneMatch, etag, "W/") }

// matches looks through a list, where prefix plays no part. The validators of this server hold no comma: one that is cut at a comma is of
// another server, and none of its parts is in quotes.
func matches(list, etag, prefix string) bool {
	if strings.TrimSpace(list) == "*" {
		return true
	}
	for tag := range strings.SplitSeq(list, ",") {
		if strings.TrimPrefix(strings.TrimSpace(tag), prefix) == etag {
			return true
		}
	}
	return false
}

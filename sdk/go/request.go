package meet

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"strings"

	"github.com/suitenumerique/meet-external-api/sdk/go/api"
)

// RequestOption is what one request has beyond its operation's arguments.
type RequestOption struct{ header, value string }

// IdempotencyKey names a creation: another one with the same name within 24 hours gets the first answer again. Up to 255 visible ASCII
// characters, such as the id of a booking.
func IdempotencyKey(key string) RequestOption { return RequestOption{"Idempotency-Key", key} }

// IfMatch has a change or a deletion done only where the ETag of the room is this one.
func IfMatch(etag string) RequestOption { return RequestOption{"If-Match", etag} }

// IfNoneMatch has a room read only where its ETag is another one.
func IfNoneMatch(etag string) RequestOption { return RequestOption{"If-None-Match", etag} }

// RequestID is the id by which the answer, its error and the log of the server name the request: up to 128 of A-Za-z0-9._-. Without it
// there is a new one.
func RequestID(id string) RequestOption { return RequestOption{"X-Request-Id", id} }

// Strict has the server refuse what it does not know, and would ignore otherwise.
func Strict() RequestOption { return RequestOption{"Prefer", "handling=strict"} }

// request is what all attempts at an operation have in common.
type request struct {
	operation, method, url string
	header                 http.Header
	body                   []byte
	// attempt counts the attempts before this one. One whose token was refused does not count.
	attempt int
	// unanswered tells that an attempt got no answer, and may have been done.
	unanswered bool
}

func newRequest[Result any](address string, from api.Request[Result], options []RequestOption) (*request, error) {
	// An identifier that is empty, "." or ".." would make the path that of another operation.
	if path.Clean(from.Path) != strings.TrimSuffix(from.Path, "/") {
		return nil, fmt.Errorf("meet: %s: an identifier is empty, or a dot", from.Operation)
	}
	r := &request{operation: from.Operation, method: from.Method, url: address + from.Path, header: http.Header{}}
	if len(from.Query) > 0 {
		r.url += "?" + from.Query.Encode()
	}
	if from.Body != nil {
		body, err := json.Marshal(from.Body)
		if err != nil {
			return nil, fmt.Errorf("meet: %s: %w", from.Operation, err)
		}
		r.body = body
		r.header.Set("Content-Type", "application/json")
	}
	r.header.Set("Accept", "application/json")
	r.header.Set("X-Request-Id", newUUID())
	for _, option := range options {
		// The transport would refuse it each time, as if there were no answer.
		if strings.ContainsFunc(option.value, func(c rune) bool { return c < ' ' || c > '~' }) {
			return nil, fmt.Errorf("meet: %s: %s has printable ASCII characters only", from.Operation, option.header)
		}
		r.header.Set(option.header, option.value)
	}
	return r, nil
}

// newUUID is one of version 4 (RFC 9562).
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // It never fails, from Go 1.24 on.
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

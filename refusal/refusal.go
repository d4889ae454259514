// Package refusal is what a caller is told when a request is turned down: one type of error for all of them, and in texts.go
// every text that a caller can read. Whoever turns a request down returns one of these; package middleware writes the answer,
// and logs the code and the cause. Nothing of ours is imported here, so that every other package can refuse.
package refusal

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Kind says what a refusal is about; package middleware gives each its HTTP status.
type Kind int

// The kinds of refusals.
const (
	Invalid            Kind = iota // 400: the request cannot be understood, or is not allowed to say that
	Unauthenticated                // 401: it is not known who is calling
	Forbidden                      // 403: it is known, and may not
	NotFound                       // 404: what the request names is not there, or not for this caller
	MethodNotAllowed               // 405: the path is there, for other methods
	Conflict                       // 409: it contradicts what is stored
	PreconditionFailed             // 412: what the request was to change is not as the caller knows it
	TooLarge                       // 413: the body has too many bytes
	UnsupportedMedia               // 415: the body is of a type that is not read
	Unprocessable                  // 422: it contradicts an earlier request
	Throttled                      // 429: too many; try again after RetryAfter
	Unavailable                    // 503: something that is needed cannot be reached; try again after RetryAfter
)

// Error turns a request down. Its texts are for the caller and hold neither a secret nor a detail of the inside; its code and
// its cause are for the operator, in the log.
type Error struct {
	Kind Kind
	// Code is the stable name of the reason, for the log line of the request: lower case, with underscores. Of reasons that
	// look alike to the caller, each has its own.
	Code string
	// OAuth is the error code of RFC 6749, section 5.2, or RFC 6750, section 3.1; empty where there is none to say.
	OAuth string
	// Text is for people; clients of Meet read it as `detail`. It may be empty where Fields says it all.
	Text string
	// Fields holds the messages on single fields of the request, by the name of the field.
	Fields map[string][]string
	// Elements holds what is wrong with single elements of a list, by the name of the field and the index of the element, from 0. A
	// field is here or in Fields.
	Elements map[string]map[int]string
	// Scope is the permission scope that was missing (RFC 6750, section 3).
	Scope string
	// RetryAfter says when it is worth trying again; 0: nobody knows.
	RetryAfter time.Duration
	// Cause is what the log says beyond the code; nil: nothing. It must not hold a secret or a token.
	Cause error
}

// Error is for the operator: the code in words and the cause, or the text for the caller where there is no cause.
func (e *Error) Error() string {
	switch {
	case e.Cause != nil:
		return strings.ReplaceAll(e.Code, "_", " ") + ": " + e.Cause.Error()
	case e.Text == "":
		return e.FieldsText()
	}
	return e.Text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Is reports whether target is a refusal for the same reason, whatever the causes.
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && e.Code == other.Code && e.Kind == other.Kind
}

// Because returns the refusal with a cause for the log, worded as by fmt.Errorf.
func (e *Error) Because(format string, args ...any) *Error {
	with := *e
	with.Cause = fmt.Errorf(format, args...)
	return &with
}

// FieldsText writes the messages on fields as one text, the fields in the order of their names.
func (e *Error) FieldsText() string {
	lines := make([]string, 0, len(e.Fields)+len(e.Elements))
	for field, messages := range e.Fields {
		lines = append(lines, field+": "+strings.Join(messages, " "))
	}
	for field, messages := range e.Elements {
		for index, message := range messages {
			lines = append(lines, fmt.Sprintf("%s %d: %s", field, index, message))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, " ")
}

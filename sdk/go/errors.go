package meet

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// MeetError is what all errors of the API are, and what an answer gives that has no type of its own.
//
//nolint:revive // Embedded as Error, it would hide the method of that name.
type MeetError struct {
	// Operation is the operationId, such as createRoom.
	Operation string
	// Status is that of the answer, 0 where there was none.
	Status int
	// Detail says what is wrong, for people; empty where Fields do.
	Detail string
	// Code is the `error` of OAuth 2.0 (RFC 6749, section 5.2), at the endpoints of tokens.
	Code string
	// Fields is what is wrong, by field; an element of a list is named by its index: attendees.0.
	Fields map[string][]string
	// RequestID is what to quote to the operator.
	RequestID string
	// RetryAfter is how long the answer asks to wait, 0 where it does not.
	RetryAfter time.Duration
}

// Error names the operation, the status, what is wrong, and the request id.
func (e *MeetError) Error() string {
	text := "meet: " + e.Operation + ": "
	if e.Status != 0 {
		text += fmt.Sprintf("%d: ", e.Status)
	}
	texts := []string{}
	if e.Detail != "" || len(e.Fields) == 0 {
		texts = append(texts, e.Detail)
	} else {
		for _, field := range slices.Sorted(maps.Keys(e.Fields)) {
			texts = append(texts, field+": "+strings.Join(e.Fields[field], " "))
		}
	}
	return text + strings.Join(texts, "; ") + " (request id " + e.RequestID + ")"
}

type (
	// NoAnswer is no answer after all attempts: nobody knows whether the request was done. Cause is what the last attempt failed with.
	NoAnswer struct {
		MeetError
		Cause error
	}
	// BadRequest is 400: a value is refused.
	BadRequest struct{ MeetError }
	// InvalidClient is 401 to credentials.
	InvalidClient struct{ MeetError }
	// Unauthenticated is 401 to a token, also to a new one.
	Unauthenticated struct{ MeetError }
	// Forbidden is 403: the user's role in the room does not allow it, or the application has not created it.
	Forbidden struct{ MeetError }
	// InsufficientScope is 403: the token lacks Scope, which is empty where the token has none at all.
	InsufficientScope struct {
		Forbidden
		Scope string
	}
	// DomainNotAllowed is 403 to a request for a token: the application may not act for addresses of that domain.
	DomainNotAllowed struct{ Forbidden }
	// NotFound is 404.
	NotFound struct{ MeetError }
	// UserNotFound is 404: nobody has the address.
	UserNotFound struct{ NotFound }
	// RoomNotFound is 404: no such room, or none that the user may see.
	RoomNotFound struct{ NotFound }
	// AccessNotFound is 404: no such access to the room.
	AccessNotFound struct{ NotFound }
	// Conflict is 409.
	Conflict struct{ MeetError }
	// RoomChanged is 412: the room is not as IfMatch has it; also where an attempt whose answer was lost has made the change.
	RoomChanged struct{ MeetError }
	// IdempotencyKeyReused is 422: the key was used for another creation.
	IdempotencyKeyReused struct{ MeetError }
	// Throttled is 429, after all attempts, or with a RetryAfter of more than 30 seconds.
	Throttled struct{ MeetError }
	// ServerFault is 500. It is not known whether the request was done.
	ServerFault struct{ MeetError }
	// Unavailable is 502, 503 or 504, after all attempts, or with a RetryAfter of more than 30 seconds.
	Unavailable struct{ MeetError }
)

// Unwrap is the error as a MeetError, and the cause.
func (e *NoAnswer) Unwrap() []error { return []error{&e.MeetError, e.Cause} }

// Unwrap is the error as a MeetError.
func (e *BadRequest) Unwrap() error { return &e.MeetError }

// Unwrap is the error as a MeetError.
func (e *InvalidClient) Unwrap() error { return &e.MeetError }

// Unwrap is the error as a MeetError.
func (e *Unauthenticated) Unwrap() error { return &e.MeetError }

// Unwrap is the error as a MeetError.
func (e *Forbidden) Unwrap() error { return &e.MeetError }

// Unwrap is the error as a Forbidden.
func (e *InsufficientScope) Unwrap() error { return &e.Forbidden }

// Unwrap is the error as a Forbidden.
func (e *DomainNotAllowed) Unwrap() error { return &e.Forbidden }

// Unwrap is the error as a MeetError.
func (e *NotFound) Unwrap() error { return &e.MeetError }

// Unwrap is the error as a NotFound.
func (e *UserNotFound) Unwrap() error { return &e.NotFound }

// Unwrap is the error as a NotFound.
func (e *RoomNotFound) Unwrap() error { return &e.NotFound }

// Unwrap is the error as a NotFound.
func (e *AccessNotFound) Unwrap() error { return &e.NotFound }

// Unwrap is the error as a MeetError.
func (e *Conflict) Unwrap() error { return &e.MeetError }

// Unwrap is the error as a MeetError.
func (e *RoomChanged) Unwrap() error { return &e.MeetError }

// Unwrap is the error as a MeetError.
func (e *IdempotencyKeyReused) Unwrap() error { return &e.MeetError }

// Unwrap is the error as a MeetError.
func (e *Throttled) Unwrap() error { return &e.MeetError }

// Unwrap is the error as a MeetError.
func (e *ServerFault) Unwrap() error { return &e.MeetError }

// Unwrap is the error as a MeetError.
func (e *Unavailable) Unwrap() error { return &e.MeetError }

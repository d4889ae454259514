package auth

import (
	"errors"
	"fmt"
	"time"
)

// Kind says what a refusal is about; package middleware gives each its HTTP status.
type Kind int

// The kinds of refusals.
const (
	Invalid         Kind = iota // the request cannot be understood or is not allowed to say that
	Unauthenticated             // it is not known who is calling
	Forbidden                   // it is known, and may not
	NotFound                    // what the request names is not there, or not for this caller
	Conflict                    // it contradicts what is stored
	Throttled                   // too many; try again after RetryAfter
)

// Refusal is the answer to a request that is turned down: an error whose words are for the caller. It never holds a
// secret of the caller or a detail of the inside.
type Refusal struct {
	Kind Kind
	// Code is for programs, at the token endpoint (RFC 6749, section 5.2).
	Code string
	// Text is for people; clients of Meet read it as `detail`. It may be empty where Fields says it all.
	Text string
	// Fields holds the messages on single fields of the request, by the name of the field.
	Fields map[string][]string
	// Scope is the permission scope that was missing (RFC 6750, section 3).
	Scope string
	// RetryAfter says when it is worth trying again.
	RetryAfter time.Duration
}

func (r *Refusal) Error() string {
	if r.Text == "" {
		return fmt.Sprint(r.Fields)
	}
	return r.Text
}

// FieldError refuses the value of one field.
func FieldError(field, message string) *Refusal {
	return &Refusal{Kind: Invalid, Fields: map[string][]string{field: {message}}}
}

// The refusals of the token endpoint.
var (
	ErrNoClient            = &Refusal{Kind: Unauthenticated, Code: "invalid_client", Text: "Client authentication is required."}
	ErrInvalidCredentials  = &Refusal{Kind: Unauthenticated, Code: "invalid_client", Text: "Invalid credentials"}
	ErrApplicationInactive = &Refusal{Kind: Unauthenticated, Code: "invalid_client", Text: "Application is inactive"}
	ErrNoAddress           = &Refusal{Kind: Invalid, Code: "invalid_scope", Text: "Scope should be a valid email address."}
	ErrScopeNotHeld        = &Refusal{Kind: Invalid, Code: "invalid_scope", Text: "This application does not hold a scope that was asked for."}
	ErrDomainNotAllowed    = &Refusal{Kind: Forbidden, Code: "invalid_scope", Text: "This application is not authorized for this email domain."}
	ErrNoSuchUser          = &Refusal{Kind: NotFound, Code: "invalid_scope", Text: "User not found."}
	ErrSeveralUsers        = &Refusal{Kind: Invalid, Code: "invalid_scope", Text: "Multiple user accounts share a common email."}
	ErrUserNotCreated      = &Refusal{Kind: Conflict, Code: "invalid_scope", Text: "Failed to create or retrieve provisional user."}
)

// The refusals of bearer authentication.
var (
	ErrNoCredentials       = &Refusal{Kind: Unauthenticated, Text: "Authentication credentials were not provided."}
	ErrNoToken             = &Refusal{Kind: Unauthenticated, Text: "Invalid token header."}
	ErrTokenHeader         = &Refusal{Kind: Unauthenticated, Code: "invalid_token", Text: "Invalid token header."}
	ErrInvalidToken        = &Refusal{Kind: Unauthenticated, Code: "invalid_token", Text: "Invalid token."}
	ErrTokenExpired        = &Refusal{Kind: Unauthenticated, Code: "invalid_token", Text: "Token expired."}
	ErrTokenClaims         = &Refusal{Kind: Unauthenticated, Code: "invalid_token", Text: "Invalid token claims."}
	ErrApplicationNotFound = &Refusal{Kind: Unauthenticated, Code: "invalid_token", Text: "Application not found."}
	ErrApplicationDisabled = &Refusal{Kind: Unauthenticated, Code: "invalid_token", Text: "Application is disabled."}
	ErrTokenType           = &Refusal{Kind: Unauthenticated, Code: "invalid_token", Text: "Invalid token type."}
	ErrUserNotFound        = &Refusal{Kind: Unauthenticated, Code: "invalid_token", Text: "User not found."}
	ErrUserDisabled        = &Refusal{Kind: Unauthenticated, Code: "invalid_token", Text: "User account is disabled."}
	ErrNoLogin             = &Refusal{Kind: Unauthenticated, Code: "invalid_token", Text: "Login failed: No user found for the given access token."}
	ErrTokenRevoked        = &Refusal{Kind: Unauthenticated, Code: "invalid_token", Text: "Token revoked."}
)

// BusyError says that a request was not looked at, for there is too much to do: it may succeed later.
type BusyError struct{ cause error }

func (e *BusyError) Error() string { return "too busy: " + e.cause.Error() }

func (e *BusyError) Unwrap() error { return e.cause }

// Unavailable tells those that know no more of this error that trying again later may help.
func (e *BusyError) Unavailable() bool { return true }

var errQueueFull = errors.New("too many slow checks of secrets are waiting")

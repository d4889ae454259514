// Package auth says who may do what, without HTTP and without SQL: tokens, client secrets, addresses, scopes, and the
// words in which a request is refused.
package auth

import (
	"context"
	"time"
)

// Principal is who a request acts for: an application on behalf of a user.
type Principal struct {
	// ApplicationID and UserID are the UUIDs of their rows.
	ApplicationID string
	UserID        string
	// Scopes are the permission scopes of the token.
	Scopes []string
	// OwnRoomsOnly is set when the application may see no rooms but those that it created itself.
	OwnRoomsOnly bool
}

// Require refuses when the principal's token lacks the permission scope (contract, "Scopes").
func (p Principal) Require(scope string) error {
	switch {
	case len(p.Scopes) == 0:
		return &Refusal{Kind: Forbidden, Code: "insufficient_scope", Text: "Insufficient permissions.", Scope: scope}
	case !hasScope(p.Scopes, scope):
		return &Refusal{
			Kind: Forbidden, Code: "insufficient_scope", Scope: scope,
			Text: "Insufficient permissions. Required scope: " + scope,
		}
	}
	return nil
}

// Caller is what is stored about the application and the user that a token names. An empty id: there is none.
type Caller struct {
	ApplicationID     string
	ApplicationActive bool
	OwnRoomsOnly      bool
	// TokensFrom is set when tokens of the application that were issued before it have been revoked.
	TokensFrom *time.Time
	UserID     string
	UserActive bool
}

// Callers finds the application by its client id and the user by its UUID.
type Callers interface {
	Caller(ctx context.Context, clientID, userID string) (Caller, error)
}

// Bearer authenticates requests by the tokens that applications send (contract, "Bearer authentication of /rooms").
type Bearer struct {
	// Tokens is nil where applications are switched off: then nobody recognises a token.
	Tokens  *Tokens
	Callers Callers
}

// Authenticate returns whom the token speaks for. Application and user are looked up each time, so that switching one of
// them off counts at once. Errors: a *Refusal that says why the token does not count, or what Callers returns.
func (b Bearer) Authenticate(ctx context.Context, token string) (Principal, error) {
	if b.Tokens == nil {
		return Principal{}, ErrInvalidToken
	}
	claims, err := b.Tokens.Verify(token)
	if err != nil {
		return Principal{}, err
	}
	if claims.ClientID == "" || claims.UserID == "" {
		return Principal{}, ErrTokenClaims
	}
	caller, err := b.Callers.Caller(ctx, claims.ClientID, claims.UserID)
	if err != nil {
		return Principal{}, err
	}
	switch {
	case caller.ApplicationID == "":
		return Principal{}, ErrApplicationNotFound
	case !caller.ApplicationActive:
		return Principal{}, ErrApplicationDisabled
	case !claims.Delegated:
		return Principal{}, ErrTokenType
	case caller.UserID == "":
		return Principal{}, ErrUserNotFound
	case !caller.UserActive:
		return Principal{}, ErrUserDisabled
	case caller.TokensFrom != nil && claims.IssuedAt.Before(*caller.TokensFrom):
		return Principal{}, ErrTokenRevoked
	}
	return Principal{
		ApplicationID: caller.ApplicationID,
		UserID:        caller.UserID,
		Scopes:        claims.Scopes,
		OwnRoomsOnly:  caller.OwnRoomsOnly,
	}, nil
}

type contextKey struct{}

// NewContext returns a context in which Identify can leave the principal of a request for those around it.
func NewContext(ctx context.Context) context.Context {
	return context.WithValue(ctx, contextKey{}, &Principal{})
}

// Identify notes whom the request of ctx acts for.
func Identify(ctx context.Context, p Principal) {
	if noted, ok := ctx.Value(contextKey{}).(*Principal); ok {
		*noted = p
	}
}

// FromContext returns the principal that Identify noted; its ids are empty when there is none.
func FromContext(ctx context.Context) Principal {
	if noted, ok := ctx.Value(contextKey{}).(*Principal); ok {
		return *noted
	}
	return Principal{}
}

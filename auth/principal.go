// Package auth says who may do what, without HTTP and without SQL: tokens, client secrets, addresses, scopes, and the
// words in which a request is refused.
package auth

import "context"

// Principal is who a request acts for: a user, mostly through an application.
type Principal struct {
	// ApplicationID and UserID are the UUIDs of their rows. There is no application where users come with a token of their own.
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

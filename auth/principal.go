package auth

import (
	"time"

	"meet-external-api/refusal"
)

// Principal says for which user and which application a request acts, according to its token. Whether they are there and active
// is not known yet.
type Principal struct {
	// ClientID is that of the application; empty where users come with a token of their own.
	ClientID string
	// UserID is the UUID of the user, as it stands in the token: it may be none.
	UserID string
	// Delegated is whether the application acts for the user. It counts only where there is an application.
	Delegated bool
	// TokenID and IssuedAt tell whether the token has been revoked; empty where it is the OpenID provider's.
	TokenID  string
	IssuedAt time.Time
	// Scopes are the permission scopes of the token.
	Scopes []string
}

// Require refuses where the principal's token lacks the permission scope (docs/contract.md, "Scopes"). Errors: refusal.NoScope,
// refusal.MissingScope.
func (p Principal) Require(scope string) error {
	switch {
	case len(p.Scopes) == 0:
		return refusal.NoScope(scope)
	case !HasScope(p.Scopes, scope):
		return refusal.MissingScope(scope)
	}
	return nil
}

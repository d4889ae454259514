package auth

import (
	"context"
	"errors"
	"fmt"

	"meet-external-api/refusal"
)

// ErrNotRecognised is the error for a token that was not made for an Authenticator; the next one may know it.
var ErrNotRecognised = fmt.Errorf("not recognised: %w", refusal.InvalidToken)

// Authenticator authenticates requests by one kind of bearer token (RFC 6750).
type Authenticator interface {
	// Authenticate returns the principal of a token. Errors: ErrNotRecognised; a *refusal.Error of the kind
	// refusal.Unauthenticated that says why the token does not count; others for what kept it from finding out.
	Authenticate(ctx context.Context, token string) (Principal, error)
}

// Chain asks several authenticators in turn: the first one that recognises a token decides (docs/contract.md, "Bearer
// authentication of /rooms").
type Chain struct {
	Authenticators []Authenticator
	// ScopesPrefix, with a colon behind it, is taken off the scopes of every token, in any case of ASCII letters. A scope without
	// it counts too.
	ScopesPrefix string
}

// Authenticate implements Authenticator. A token that no authenticator recognises is refused with refusal.InvalidToken.
func (c Chain) Authenticate(ctx context.Context, token string) (Principal, error) {
	for _, authenticator := range c.Authenticators {
		principal, err := authenticator.Authenticate(ctx, token)
		if errors.Is(err, ErrNotRecognised) {
			continue
		}
		principal.Scopes = c.withoutPrefix(principal.Scopes)
		return principal, err
	}
	return Principal{}, refusal.InvalidToken
}

func (c Chain) withoutPrefix(scopes []string) []string {
	prefix := c.ScopesPrefix + ":"
	if c.ScopesPrefix == "" {
		return scopes
	}
	plain := make([]string, len(scopes))
	for i, scope := range scopes {
		plain[i] = scope
		if len(scope) >= len(prefix) && FoldASCII(scope[:len(prefix)]) == FoldASCII(prefix) {
			plain[i] = scope[len(prefix):]
		}
	}
	return plain
}

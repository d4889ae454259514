package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// errNotRecognised is what an authenticator says of a token that was not made for it; the next one may know it.
var errNotRecognised = fmt.Errorf("not recognised: %w", ErrInvalidToken)

// Authenticator tells whom a bearer token speaks for. Errors: a *Refusal that says why the token does not count, or what
// kept it from finding out.
type Authenticator interface {
	Authenticate(ctx context.Context, token string) (Principal, error)
}

// Chain asks several authenticators in turn: the first one that recognises a token decides (contract, "Bearer
// authentication of /rooms").
type Chain struct {
	Authenticators []Authenticator
	// ScopesPrefix, with a colon behind it, is taken off the scopes of every token.
	ScopesPrefix string
}

// Authenticate implements Authenticator. A token that nobody recognises is refused with ErrInvalidToken.
func (c Chain) Authenticate(ctx context.Context, token string) (Principal, error) {
	for _, authenticator := range c.Authenticators {
		principal, err := authenticator.Authenticate(ctx, token)
		if errors.Is(err, errNotRecognised) {
			continue
		}
		principal.Scopes = c.withoutPrefix(principal.Scopes)
		return principal, err
	}
	return Principal{}, ErrInvalidToken
}

func (c Chain) withoutPrefix(scopes []string) []string {
	prefix := c.ScopesPrefix + ":"
	if c.ScopesPrefix == "" {
		return scopes
	}
	plain := make([]string, len(scopes))
	for i, scope := range scopes {
		plain[i] = scope
		if len(scope) >= len(prefix) && strings.EqualFold(scope[:len(prefix)], prefix) {
			plain[i] = scope[len(prefix):]
		}
	}
	return plain
}

// Caller is what is stored about the application and the user that a token names. An empty id: there is none.
type Caller struct {
	ApplicationID     string
	ApplicationActive bool
	OwnRoomsOnly      bool
	UserID            string
	UserActive        bool
	// TokensFrom is set when tokens of the application or of the user that were issued before it have been revoked.
	TokensFrom *time.Time
	// TokenRevoked is whether this very token has been.
	TokenRevoked bool
}

// Callers finds the application by its client id, the user by its UUID, and whether the token with that id has been revoked.
// They are looked up for each request, so that switching one of them off counts at once.
type Callers interface {
	Caller(ctx context.Context, clientID, userID, tokenID string) (Caller, error)
}

// ApplicationTokens authenticates by the tokens that the token endpoint issues, here or in Meet.
type ApplicationTokens struct {
	Tokens  *Tokens
	Callers Callers
}

// Authenticate implements Authenticator.
func (a ApplicationTokens) Authenticate(ctx context.Context, token string) (Principal, error) {
	_, principal, err := a.Inspect(ctx, token)
	return principal, err
}

// Inspect tells what a token says and whom it speaks for. Errors: as of Authenticate.
func (a ApplicationTokens) Inspect(ctx context.Context, token string) (Claims, Principal, error) {
	claims, err := a.Tokens.Verify(token)
	if err != nil {
		return Claims{}, Principal{}, err
	}
	if claims.ClientID == "" || claims.UserID == "" {
		return Claims{}, Principal{}, ErrTokenClaims
	}
	caller, err := a.Callers.Caller(ctx, claims.ClientID, claims.UserID, claims.ID)
	if err != nil {
		return Claims{}, Principal{}, err
	}
	switch {
	case caller.ApplicationID == "":
		return Claims{}, Principal{}, ErrApplicationNotFound
	case !caller.ApplicationActive:
		return Claims{}, Principal{}, ErrApplicationDisabled
	case !claims.Delegated:
		return Claims{}, Principal{}, ErrTokenType
	}
	if err := checkUserToken(caller, claims); err != nil {
		return Claims{}, Principal{}, err
	}
	return claims, Principal{
		ApplicationID: caller.ApplicationID,
		UserID:        caller.UserID,
		Scopes:        claims.Scopes,
		OwnRoomsOnly:  caller.OwnRoomsOnly,
	}, nil
}

// checkUserToken refuses the token of a user who is not there or switched off, and one that has been revoked.
func checkUserToken(caller Caller, claims Claims) error {
	if err := checkUser(caller.UserID, caller.UserActive); err != nil {
		return err
	}
	if caller.TokenRevoked || caller.TokensFrom != nil && claims.IssuedAt.Before(*caller.TokensFrom) {
		return ErrTokenRevoked
	}
	return nil
}

func checkUser(id string, active bool) error {
	switch {
	case id == "":
		return ErrUserNotFound
	case !active:
		return ErrUserDisabled
	}
	return nil
}

// AddonTokens authenticates by the tokens that Meet gives its add-ons: for a user, with no application.
type AddonTokens struct {
	Tokens  *Tokens
	Callers Callers
}

// Authenticate implements Authenticator.
func (a AddonTokens) Authenticate(ctx context.Context, token string) (Principal, error) {
	claims, err := a.Tokens.Verify(token)
	if err != nil {
		return Principal{}, err
	}
	if claims.UserID == "" {
		return Principal{}, ErrTokenClaims
	}
	caller, err := a.Callers.Caller(ctx, "", claims.UserID, claims.ID)
	if err != nil {
		return Principal{}, err
	}
	if err := checkUserToken(caller, claims); err != nil {
		return Principal{}, err
	}
	return Principal{UserID: caller.UserID, Scopes: claims.Scopes}, nil
}

// Subjects finds a user by the subject at the OpenID provider, and makes one who is not there where create is set. An empty
// id: there is none.
type Subjects interface {
	UserBySub(ctx context.Context, sub string, create bool) (id string, active bool, err error)
}

// ResourceServer authenticates by the access tokens of an OpenID provider, which is asked about each (RFC 7662).
type ResourceServer struct {
	Introspector interface {
		Introspect(ctx context.Context, token string) (Introspected, error)
	}
	Subjects Subjects
	// CreateUsers makes a user for a subject that nobody has.
	CreateUsers bool
	// OwnIssuers are those of the tokens that are decided here, and never shown to the provider.
	OwnIssuers []string
}

// Authenticate implements Authenticator.
func (r ResourceServer) Authenticate(ctx context.Context, token string) (Principal, error) {
	if r.decidedHere(token) {
		return Principal{}, ErrInvalidToken
	}
	answer, err := r.Introspector.Introspect(ctx, token)
	if err != nil {
		return Principal{}, err
	}
	id, active, err := r.Subjects.UserBySub(ctx, answer.Subject, r.CreateUsers)
	switch {
	case err != nil:
		return Principal{}, err
	case id == "":
		return Principal{}, ErrNoLogin
	case !active:
		return Principal{}, ErrUserDisabled
	}
	return Principal{UserID: id, Scopes: answer.Scopes}, nil
}

// decidedHere reports whether a token is a JWT of one of our own issuers, or might be read as one: of three parts, with
// claims that a more lenient reader than ours could understand in another way (a claim twice, padding, text that is not
// UTF-8). Such readers are without number, so that it is safer to refuse what they might read than to read like them:
// providers write none of that into their JWTs. The price is that an opaque token of three parts is refused too.
func (r ResourceServer) decidedHere(token string) bool {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return false
	}
	payload, err := decodePart(parts[1])
	if err != nil {
		return true
	}
	claims, err := decodeObjectPart(payload)
	if err != nil {
		return true
	}
	issuer, isText := claims["iss"].(string)
	return slices.Contains(r.OwnIssuers, issuer) || claims["iss"] != nil && !isText
}

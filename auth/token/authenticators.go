package token

import (
	"context"

	"meet-external-api/auth"
	"meet-external-api/refusal"
)

// Applications authenticates by the tokens that the token endpoint issues, here or in Meet (docs/contract.md, "Bearer
// authentication of /rooms").
type Applications struct{ Verifier *Verifier }

// Authenticate implements auth.Authenticator. Errors: those of Verifier.Verify, refusal.TokenClaims.
func (a Applications) Authenticate(_ context.Context, token string) (auth.Principal, error) {
	claims, err := a.Verifier.Verify(token)
	if err != nil {
		return auth.Principal{}, err
	}
	if claims.ClientID == "" || claims.UserID == "" {
		return auth.Principal{}, refusal.TokenClaims
	}
	return claims.Principal(), nil
}

// Principal returns for which user and which application a request with the token acts.
func (c Claims) Principal() auth.Principal {
	return auth.Principal{
		ClientID: c.ClientID, UserID: c.UserID, Delegated: c.Delegated, TokenID: c.ID, IssuedAt: c.IssuedAt, Scopes: c.Scopes,
	}
}

// Addons authenticates by the tokens that Meet gives its add-ons: for a user, with no application.
type Addons struct{ Verifier *Verifier }

// Authenticate implements auth.Authenticator. Errors: those of Verifier.Verify, refusal.InvalidToken, refusal.TokenClaims.
func (a Addons) Authenticate(_ context.Context, token string) (auth.Principal, error) {
	claims, err := a.Verifier.Verify(token)
	if err != nil {
		return auth.Principal{}, err
	}
	switch {
	case claims.ForClient:
		return auth.Principal{}, refusal.InvalidToken.Because("it has a client_id, which tokens of add-ons do not have")
	case claims.UserID == "":
		return auth.Principal{}, refusal.TokenClaims
	}
	return auth.Principal{UserID: claims.UserID, TokenID: claims.ID, IssuedAt: claims.IssuedAt, Scopes: claims.Scopes}, nil
}

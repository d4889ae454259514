package handlers

import (
	"context"
	"errors"
	"strings"

	"meet-external-api/auth"
	"meet-external-api/generated"
)

// errForeignToken is for a token of another application (RFC 7009, section 2.1).
var errForeignToken = &auth.Refusal{Kind: auth.Invalid, Code: "invalid_request", Text: "The token was issued to another application."}

// IntrospectToken tells an application about a token of its own (RFC 7662). What is not one, or not any more, is inactive, and
// nothing else is said of it.
func (a *API) IntrospectToken(ctx context.Context, request generated.IntrospectTokenRequestObject) (generated.IntrospectTokenResponseObject, error) {
	body := request.JSONBody
	client, err := a.authenticateClient(ctx, credentials{body.ClientId, body.ClientSecret, body.ClientAssertion}, "")
	if err != nil {
		return nil, err
	}
	claims, principal, err := a.Bearer.Inspect(ctx, body.Token)
	if refused := new(auth.Refusal); errors.As(err, &refused) || err == nil && claims.ClientID != client.ClientID {
		return generated.IntrospectToken200JSONResponse{Active: false}, nil
	}
	if err != nil {
		return nil, err
	}
	issued, expires := claims.IssuedAt.Unix(), claims.ExpiresAt.Unix()
	return generated.IntrospectToken200JSONResponse{
		Active: true, ClientId: &claims.ClientID, Sub: &principal.UserID, UserId: &principal.UserID,
		Scope: unlessEmpty(strings.Join(claims.Scopes, " ")), TokenType: &a.Settings.TokenType,
		Iss: &a.Settings.Issuer, Aud: unlessEmpty(a.Settings.Audience), Jti: unlessEmpty(claims.JTI), Iat: &issued, Exp: &expires,
	}, nil
}

func unlessEmpty(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// RevokeToken ends a token of the application's own (RFC 7009). What does not count anyway is no error.
func (a *API) RevokeToken(ctx context.Context, request generated.RevokeTokenRequestObject) (generated.RevokeTokenResponseObject, error) {
	body := request.JSONBody
	client, err := a.authenticateClient(ctx, credentials{body.ClientId, body.ClientSecret, body.ClientAssertion}, "")
	if err != nil {
		return nil, err
	}
	claims, err := a.Tokens.Verify(body.Token)
	switch {
	case err != nil:
		return generated.RevokeToken200Response{}, nil //nolint:nilerr // an invalid token is revoked enough
	case claims.ClientID != client.ClientID:
		return nil, errForeignToken
	}
	if err := a.Clients.RevokeToken(ctx, claims.ID, claims.ExpiresAt); err != nil {
		return nil, err
	}
	return generated.RevokeToken200Response{}, nil
}

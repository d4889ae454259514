package handlers

import (
	"context"
	"errors"
	"strings"
	"time"

	"meet-external-api/auth/ratelimit"
	"meet-external-api/generated"
	"meet-external-api/refusal"
)

// IntrospectToken tells an application about a token of its own (RFC 7662). What is not one, or not any more, is inactive, and
// nothing else is said of it.
func (a *API) IntrospectToken(ctx context.Context, request generated.IntrospectTokenRequestObject) (generated.IntrospectTokenResponseObject, error) {
	body := request.JSONBody
	client, err := a.authenticateClient(ctx, ratelimit.TokenQueries, "")
	if err != nil {
		return nil, err
	}
	claims, err := a.Tokens.Verify(body.Token)
	if err != nil || claims.ClientID != client.ClientID {
		return generated.IntrospectToken200JSONResponse{Active: false}, nil //nolint:nilerr // an invalid token is an inactive one
	}
	err = a.Store.CheckCaller(ctx, NewCaller(claims.Principal()))
	if refused := new(refusal.Error); errors.As(err, &refused) && refused.Kind == refusal.Unauthenticated {
		return generated.IntrospectToken200JSONResponse{Active: false}, nil
	}
	if err != nil {
		return nil, err
	}
	expires := claims.ExpiresAt.Unix()
	return generated.IntrospectToken200JSONResponse{
		Active: true, ClientId: &claims.ClientID, Sub: &claims.UserID, UserId: &claims.UserID,
		Scope: unlessEmpty(strings.Join(claims.Scopes, " ")), TokenType: &a.Settings.TokenType,
		Iss: &a.Settings.Issuer, Aud: unlessEmpty(a.Settings.Audience), Jti: unlessEmpty(claims.JTI), Iat: unlessEpoch(claims.IssuedAt), Exp: &expires,
	}, nil
}

// unlessEpoch is a time in seconds, nil for the one that stands for none (token.Claims).
func unlessEpoch(at time.Time) *int64 {
	seconds := at.Unix()
	if seconds == 0 {
		return nil
	}
	return &seconds
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
	client, err := a.authenticateClient(ctx, ratelimit.TokenQueries, "")
	if err != nil {
		return nil, err
	}
	claims, err := a.Tokens.Verify(body.Token)
	switch {
	case err != nil:
		return generated.RevokeToken200Response{}, nil //nolint:nilerr // an invalid token is revoked enough
	case claims.ClientID != client.ClientID:
		return nil, refusal.TokenOfAnother
	}
	if err := a.Store.RevokeToken(ctx, SourceOf(ctx, client.ClientID, claims.UserID), claims.ID, claims.ExpiresAt); err != nil {
		return nil, err
	}
	return generated.RevokeToken200Response{}, nil
}

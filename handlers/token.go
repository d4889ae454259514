package handlers

import (
	"context"
	"errors"
	"strings"
	"time"

	"meet-external-api/auth"
	"meet-external-api/db"
	"meet-external-api/generated"
)

// CreateToken exchanges client credentials and the address of a user for a token (contract, "POST /application/token/").
// The checks come in the order of the contract's table.
func (a *API) CreateToken(ctx context.Context, request generated.CreateTokenRequestObject) (generated.CreateTokenResponseObject, error) {
	body := request.JSONBody
	begun := time.Now()
	address, asked, noAddress := auth.SplitScope(body.Scope)
	client, err := a.authenticateClient(ctx, credentials{body.ClientId, body.ClientSecret, body.ClientAssertion}, address)
	if err != nil {
		return nil, err
	}
	if noAddress != nil {
		return nil, noAddress
	}
	scopes, err := auth.GrantScopes(client.Scopes, asked)
	if err != nil {
		return nil, err
	}
	if !auth.DomainAllowed(address, client.Domains) {
		return nil, auth.ErrDomainNotAllowed
	}
	user, err := a.userOf(ctx, client.Users, address)
	if errors.Is(err, db.ErrNotFound) {
		return nil, auth.ErrNoSuchUser
	}
	if err != nil {
		return nil, err
	}
	issued := latest(begun, client.TokensFrom, user.TokensFrom)
	awaitTime(ctx, issued)
	token, err := a.Tokens.Issue(client.ClientID, user.ID, scopes, issued)
	if err != nil {
		return nil, err
	}
	auth.Identify(ctx, auth.Principal{ApplicationID: client.ID, UserID: user.ID, Scopes: scopes})
	return a.tokenResponse(token, scopes), nil
}

// maxRevocationWait is more than the rest of a second, which a token waits after a revocation.
const maxRevocationWait = 2 * time.Second

// awaitTime waits until a time that is near: a token that were issued then, and dated forward, would outlive the next
// revocation in the same second.
func awaitTime(ctx context.Context, issued time.Time) {
	if wait := time.Until(issued); wait > 0 {
		pause(ctx, min(wait, maxRevocationWait))
	}
}

// latest returns the latest of a time and of those that there are.
func latest(at time.Time, others ...*time.Time) time.Time {
	for _, other := range others {
		if other != nil && other.After(at) {
			at = *other
		}
	}
	return at
}

func (a *API) tokenResponse(token string, scopes []string) generated.CreateToken200JSONResponse {
	response := generated.CreateToken200JSONResponse{
		Body: generated.Token{
			AccessToken: token,
			TokenType:   a.Settings.TokenType,
			ExpiresIn:   int64(a.Tokens.Lifetime().Seconds()),
		},
	}
	if len(scopes) > 0 {
		joined := strings.Join(scopes, " ")
		response.Body.Scope = &joined
	}
	noCache := "no-cache" // for caches of HTTP/1.0 (RFC 6749, section 5.1)
	response.Headers.Pragma = &noCache
	return response
}

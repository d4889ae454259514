package handlers

import (
	"context"
	"errors"
	"strings"

	"meet-external-api/auth"
	"meet-external-api/db"
	"meet-external-api/generated"
)

// CreateToken exchanges client credentials and the address of a user for a token (contract, "POST /application/token/").
// The checks come in the order of the contract's table.
func (a *API) CreateToken(ctx context.Context, request generated.CreateTokenRequestObject) (generated.CreateTokenResponseObject, error) {
	body := request.JSONBody
	application, err := a.authenticateClient(ctx, body.ClientId, body.ClientSecret)
	if err != nil {
		return nil, err
	}
	address, asked, err := auth.SplitScope(body.Scope)
	if err != nil {
		return nil, err
	}
	scopes, err := auth.GrantScopes(application.Scopes, asked)
	if err != nil {
		return nil, err
	}
	if !auth.DomainAllowed(address, application.Domains) {
		return nil, auth.ErrDomainNotAllowed
	}
	user, err := a.userByEmail(ctx, address)
	if errors.Is(err, db.ErrNotFound) {
		return nil, auth.ErrNoSuchUser
	}
	if err != nil {
		return nil, err
	}
	token, err := a.Tokens.Issue(application.ClientID, user.ID, scopes, application.TokensFrom)
	if err != nil {
		return nil, err
	}
	auth.Identify(ctx, auth.Principal{ApplicationID: application.ID, UserID: user.ID, Scopes: scopes})
	return a.tokenResponse(token, scopes), nil
}

// authenticateClient finds the application that the credentials belong to. Whatever is wrong with them, finding out costs
// the same, so that the time it takes tells nobody which client ids exist.
func (a *API) authenticateClient(ctx context.Context, id, secret string) (db.Application, error) {
	application, err := a.Applications.ApplicationByClientID(ctx, id)
	if err != nil && !errors.Is(err, db.ErrNotFound) {
		return db.Application{}, err
	}
	if !auth.SecretMatches(secret, application.SecretHash) {
		stored, err := a.Applications.SecretHashes(ctx)
		if err != nil {
			return db.Application{}, err
		}
		auth.SpendAlike(secret, application.SecretHash, stored)
		return db.Application{}, auth.ErrInvalidCredentials
	}
	if !application.IsActive {
		return db.Application{}, auth.ErrApplicationInactive
	}
	return application, nil
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

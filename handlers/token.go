package handlers

import (
	"cmp"
	"context"
	"strings"
	"time"

	"meet-external-api/audit"
	"meet-external-api/auth"
	"meet-external-api/auth/ratelimit"
	"meet-external-api/generated"
)

// maxRevocationWait is more than the rest of a second, which a token waits after a revocation.
const maxRevocationWait = 2 * time.Second

// GenerateToken exchanges client credentials and the address of a user for a token (docs/contract.md, "POST /application/token/ —
// exchange credentials for a token"). The checks come in the order of the contract's table.
func (a *API) GenerateToken(ctx context.Context, request generated.GenerateTokenRequestObject) (generated.GenerateTokenResponseObject, error) {
	// 1. Parse. What is wrong with the scope is for authenticated clients to know.
	issued := time.Now()
	address, asked, malformed := auth.SplitScope(request.JSONBody.Scope)

	// 2. Authenticate the client, which also reads who has the address.
	client, err := a.authenticateClient(ctx, ratelimit.TokenRequests, address)
	if err := cmp.Or(err, malformed); err != nil {
		return nil, err
	}

	// 3. Narrow the scopes to those asked for, keep to the domains, and find the user.
	grant, err := a.delegation().Check(ctx, client, address, asked)
	if err != nil {
		return nil, err
	}

	// 4. Make one where nobody has the address.
	if grant.User.ID == "" {
		if grant.User, _, err = a.delegation().CreateUser(ctx, SourceOf(ctx, client.ClientID, ""), address); err != nil {
			return nil, err
		}
	}

	// 5. Issue the token. Revocations count in whole seconds: one that has just been made is waited for, since a token that were
	// dated forward would outlive the next one in the same second.
	for _, revoked := range []*time.Time{client.TokensFrom, grant.User.TokensFrom} {
		if revoked != nil && revoked.After(issued) {
			issued = *revoked
			pause(ctx, min(time.Until(issued), maxRevocationWait))
		}
	}
	token, err := a.Tokens.Issue(client.ClientID, grant.User.ID, grant.Scopes, issued)
	if err != nil {
		return nil, err
	}

	a.Audit.Record(audit.Succeeded(SourceOf(ctx, client.ClientID, grant.User.ID), audit.TokenIssue))

	// 6. Answer.
	noCache := "no-cache" // for caches of HTTP/1.0 (RFC 6749, section 5.1)
	return generated.GenerateToken200JSONResponse{
		Body: generated.TokenResponse{
			AccessToken: token, TokenType: a.Settings.TokenType, ExpiresIn: int64(a.Tokens.Lifetime().Seconds()),
			Scope: unlessEmpty(strings.Join(grant.Scopes, " ")),
		},
		Headers: generated.GenerateToken200ResponseHeaders{Pragma: &noCache},
	}, nil
}

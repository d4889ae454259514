package introspection

import (
	"context"
	"slices"
	"strings"

	"meet-external-api/auth"
	"meet-external-api/auth/jose"
	"meet-external-api/refusal"
)

// Authenticator authenticates by the access tokens of an OpenID provider.
type Authenticator struct {
	Introspector *Introspector
	// UserBySub returns the UUID of the user with that subject at the provider. Errors: refusal.SubjectUnknown where there is
	// none and none is to be made.
	UserBySub func(ctx context.Context, sub string) (id string, err error)
	// OwnIssuers are the issuers of Meet's tokens and ours, which are never shown to the provider.
	OwnIssuers []string
}

// Authenticate implements auth.Authenticator. Errors: those of Introspector.Introspect and of UserBySub.
func (a Authenticator) Authenticate(ctx context.Context, bearer string) (auth.Principal, error) {
	token, ok := tokenOf(bearer)
	if !ok {
		return auth.Principal{}, refusal.InvalidToken.Because("what is no bearer token, or longer than %d bytes, is not shown to the provider", maxTokenLength)
	}
	if a.isOwn(token) {
		return auth.Principal{}, refusal.InvalidToken.Because("a token of ours, or one that may be read as such, is not shown to the provider")
	}
	answer, err := a.Introspector.Introspect(ctx, token)
	if err != nil {
		return auth.Principal{}, err
	}
	id, err := a.UserBySub(ctx, answer.Subject)
	if err != nil {
		return auth.Principal{}, err
	}
	return auth.Principal{UserID: id, Scopes: answer.Scopes}, nil
}

// isOwn reports whether a token is a JWT of one of our own issuers, or might be read as one: of three parts, with claims that a
// more lenient reader than ours could understand in another way (a claim twice, padding, text that is not UTF-8). There are many
// such readers, so that it is safer to refuse what they might read than to read like them: providers write none of that into
// their JWTs. The price is that an opaque token of three parts is refused too.
func (a Authenticator) isOwn(token string) bool {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return false
	}
	payload, err := jose.DecodePart(parts[1])
	if err != nil {
		return true
	}
	var claims struct {
		Issuer any `json:"iss"`
	}
	if err := jose.DecodeObject(payload, &claims); err != nil {
		return true
	}
	issuer, isText := claims.Issuer.(string)
	return slices.Contains(a.OwnIssuers, issuer) || claims.Issuer != nil && !isText
}

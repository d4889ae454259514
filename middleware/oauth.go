package middleware

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"meet-external-api/auth"
	"meet-external-api/auth/assertion"
	"meet-external-api/refusal"
)

// This file is all that is peculiar to the endpoints of OAuth 2.0: how clients authenticate, and what errors look like. Which
// operations those are, the specification says by the extension missingExtension.

const (
	// missingExtension is how a request without credentials is refused: invalid_request names the parameters that are missing, as
	// Meet does; invalid_client asks for authentication (RFC 6749, section 5.2).
	missingExtension = "x-missing-credentials"
	// errorExtension is the error code for a value that a property cannot have, where it is not invalid_request.
	errorExtension = "x-oauth-error"
)

// oauthEndpoint is what the specification says of one.
type oauthEndpoint struct {
	missing string
	// parameters are those that belong in the body alone.
	parameters openapi3.Schemas
}

// newOAuthEndpoint returns nil for an operation that is none.
func newOAuthEndpoint(operation *openapi3.Operation, body *openapi3.Schema) (*oauthEndpoint, error) {
	missing, present := operation.Extensions[missingExtension]
	if !present {
		return nil, nil
	}
	code, _ := missing.(string)
	if code != refusal.InvalidRequest && code != refusal.InvalidClient {
		return nil, fmt.Errorf("%s is neither %s nor %s", missingExtension, refusal.InvalidRequest, refusal.InvalidClient)
	}
	return &oauthEndpoint{missing: code, parameters: body.Properties}, nil
}

// mergeCredentials makes one set of parameters out of a body and the Basic credentials beside it (RFC 6749, section 2.3.1),
// and names those that are required, as the way in which the client authenticates needs them. There may be one way only, beside
// which empty parameters of another count as left out (RFC 6749, section 3.2), and nothing of it may stand in the URL, where logs
// would keep it.
func (e *oauthEndpoint) mergeCredentials(c echo.Context, query url.Values, form map[string]any) (required []string, err error) {
	for name := range query {
		if e.parameters[name] != nil {
			return nil, refusal.ParametersInURL
		}
	}
	header, err := authorization(c)
	if err != nil {
		return nil, err
	}
	scheme, encoded, _ := strings.Cut(header, " ")
	basic := strings.EqualFold(scheme, "basic")
	asserted := isGiven(form, "client_assertion_type") || isGiven(form, "client_assertion")
	secret := isGiven(form, "client_secret")
	switch {
	case basic && (asserted || secret), asserted && secret:
		return nil, refusal.SeveralCredentials
	case asserted:
		dropEmpty(form, "client_id", "client_secret")
		return []string{"client_assertion_type", "client_assertion"}, nil
	case basic:
		dropEmpty(form, "client_id", "client_secret", "client_assertion_type", "client_assertion")
		return nil, addBasic(encoded, form)
	case secret:
		dropEmpty(form, "client_assertion_type", "client_assertion")
	case e.missing == refusal.InvalidClient && !isGiven(form, "client_id"):
		return nil, refusal.ClientAuthentication
	}
	return []string{"client_id", "client_secret"}, nil
}

// isGiven is whether a parameter has a value.
func isGiven(form map[string]any, name string) bool { return form[name] != nil && form[name] != "" }

// dropEmpty takes parameters without a value for omitted (RFC 6749, section 3.2). A null stays one, and is refused as such.
func dropEmpty(form map[string]any, names ...string) {
	for _, name := range names {
		if form[name] == "" {
			delete(form, name)
		}
	}
}

func addBasic(encoded string, form map[string]any) error {
	id, secret, ok := basicCredentials(encoded)
	if !ok {
		return refusal.MalformedBasic
	}
	// A client may name itself in the body too (RFC 6749, section 3.2.1).
	if named := form["client_id"]; named != nil && named != id {
		return refusal.OtherClientID
	}
	for name, value := range map[string]string{"client_id": id, "client_secret": secret} {
		if _, given := form[name]; !given {
			form[name] = value
		}
	}
	return nil
}

// basicCredentials reads the credentials of the Basic scheme (RFC 7617), both of them form-urlencoded.
func basicCredentials(encoded string) (id, secret string, ok bool) {
	decoded, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if err != nil {
		return "", "", false
	}
	id, secret, found := strings.Cut(string(decoded), ":")
	id, idErr := url.QueryUnescape(id)
	secret, secretErr := url.QueryUnescape(secret)
	valid := utf8.ValidString(id) && utf8.ValidString(secret)
	return id, secret, found && idErr == nil && secretErr == nil && valid
}

// clientOf reads how the client authenticates itself, of parameters that have been validated.
func clientOf(form map[string]any) auth.Client {
	id, _ := form["client_id"].(string)
	if text, asserted := form["client_assertion"].(string); asserted {
		if id == "" {
			id = assertion.ClientID(text)
		}
		return auth.Client{ID: id, Method: auth.PrivateKeyJWT, Proof: text}
	}
	secret, _ := form["client_secret"].(string)
	return auth.Client{ID: id, Method: auth.ClientSecret, Proof: secret}
}

// fieldsCode is the error code of RFC 6749, section 5.2, for bad values of parameters. Where one has a code of its own, what else
// is wrong is no matter.
func fieldsCode(found []*openapi3.SchemaError) string {
	for _, one := range found {
		if code, special := one.Schema.Extensions[errorExtension].(string); special && one.SchemaField == "enum" && one.Value != "" {
			return code
		}
	}
	return refusal.InvalidRequest
}

const oauthKey = "oauth"

// OAuth marks the requests whose errors are also those of an OAuth 2.0 token endpoint (RFC 6749, section 5.2).
func OAuth(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Set(oauthKey, true)
		return next(c)
	}
}

func isOAuth(c echo.Context) bool { return c.Get(oauthKey) != nil }

// addOAuthError adds what OAuth libraries read to the body of an error.
func addOAuthError(body map[string]any, code, text string) {
	if code == "" {
		code = refusal.InvalidRequest
	}
	body["error"], body["error_description"] = code, describable(text)
}

// describable makes text of what an error_description may hold (RFC 6749, section 5.2).
func describable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '"':
			return '\''
		case r == '\\' || r < ' ' || r > '~':
			return '?'
		}
		return r
	}, text)
}

// challenge is the WWW-Authenticate of an answer (RFC 7617, section 2; RFC 6750, section 3).
func challenge(refused *refusal.Error, oauth bool) string {
	switch {
	case oauth:
		return `Basic realm="external-api"`
	case refused.OAuth == refusal.InvalidTokenCode:
		return `Bearer error="invalid_token"`
	case refused.OAuth == refusal.InsufficientScope:
		return `Bearer error="insufficient_scope", scope="` + refused.Scope + `"`
	}
	return "Bearer"
}

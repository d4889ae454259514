package middleware

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"meet-external-api/auth"
)

// credentialFields are the parameters of the endpoints for which clients authenticate.
var credentialFields = []string{
	"client_id", "client_secret", "client_assertion_type", "client_assertion", "grant_type", "scope", "token", "token_type_hint",
}

// requireCredentials is mergeCredentials for endpoints that do not say which parameters are missing where a client does not
// authenticate itself at all (RFC 7662, section 2.3, and RFC 7009, section 2.2.1, by RFC 6749, section 5.2).
func requireCredentials(c echo.Context, form map[string]any) (required []string, err error) {
	required, err = mergeCredentials(c, form)
	if err == nil && form["client_id"] == nil && form["client_secret"] == nil && form["client_assertion"] == nil {
		return nil, auth.ErrNoClient
	}
	return required, err
}

// mergeCredentials makes one set of parameters out of a body and the Basic credentials beside it (RFC 6749, section 2.3.1),
// and names those that are required, as the way in which the client authenticates needs them. There may be one way only, and
// nothing of it may stand in the URL, where logs would keep it.
func mergeCredentials(c echo.Context, form map[string]any) (required []string, err error) {
	query, err := queryOf(c)
	if err != nil {
		return nil, err
	}
	for name := range query {
		if slices.Contains(credentialFields, name) {
			return nil, invalidRequest("Parameters belong in the body, not in the URL, where logs keep them.")
		}
	}
	header, err := authorization(c)
	if err != nil {
		return nil, err
	}
	scheme, encoded, _ := strings.Cut(header, " ")
	basic := strings.EqualFold(scheme, "basic")
	asserted := form["client_assertion_type"] != nil || form["client_assertion"] != nil
	switch {
	case basic && (asserted || form["client_secret"] != nil), asserted && form["client_secret"] != nil:
		return nil, invalidRequest("Credentials may come in the body, by HTTP Basic or as an assertion: in one way only.")
	case asserted:
		return []string{"client_assertion_type", "client_assertion"}, nil
	case basic:
		return nil, addBasic(encoded, form)
	}
	return []string{"client_id", "client_secret"}, nil
}

func addBasic(encoded string, form map[string]any) error {
	id, secret, ok := basicCredentials(encoded)
	if !ok {
		return auth.ErrInvalidCredentials
	}
	// A client may name itself in the body too (RFC 6749, section 3.2.1).
	if named := form["client_id"]; named != nil && named != id {
		return invalidRequest("The client_id of the body is another one than that of HTTP Basic.")
	}
	form["client_id"], form["client_secret"] = id, secret
	return nil
}

func invalidRequest(text string) error {
	return &auth.Refusal{Kind: auth.Invalid, Code: "invalid_request", Text: text}
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

// RefuseUnless answers 404 while enabled is false.
func RefuseUnless(enabled bool) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		if enabled {
			return next
		}
		return func(echo.Context) error { return echo.NewHTTPError(http.StatusNotFound) }
	}
}

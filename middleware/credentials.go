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

// credentialFields are the parameters of a token request.
var credentialFields = []string{"client_id", "client_secret", "grant_type", "scope"}

// mergeCredentials makes one set of parameters of a token request out of its body and its Basic credentials (RFC 6749,
// section 2.3.1). White space around values does not count, as in Meet. Body and header may not both hold credentials,
// and nothing of it may stand in the URL, where logs would keep it.
func mergeCredentials(c echo.Context, form map[string]any) error {
	for name := range c.QueryParams() {
		if slices.Contains(credentialFields, name) {
			return invalidRequest("Parameters belong in the body, not in the URL, where logs keep them.")
		}
	}
	for _, name := range credentialFields {
		if text, ok := form[name].(string); ok {
			form[name] = strings.TrimSpace(text)
		}
	}
	header, err := authorization(c)
	if err != nil {
		return err
	}
	scheme, encoded, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "basic") {
		return nil
	}
	if form["client_id"] != nil || form["client_secret"] != nil {
		return invalidRequest("Credentials may come in the body or by HTTP Basic, not both ways.")
	}
	id, secret, ok := basicCredentials(encoded)
	if !ok {
		return auth.ErrInvalidCredentials
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

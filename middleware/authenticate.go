package middleware

import (
	"strings"

	"github.com/labstack/echo/v4"

	"meet-external-api/auth"
)

// Authenticate lets requests through that carry a bearer token with the permission scope, and notes their principal
// (contract, "Bearer authentication of /rooms"; RFC 6750).
func Authenticate(authenticator auth.Authenticator, scope string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			token, err := bearerToken(c)
			if err != nil {
				return err
			}
			ctx := c.Request().Context()
			principal, err := authenticator.Authenticate(ctx, token)
			if err != nil {
				return err
			}
			auth.Identify(ctx, principal)
			if err := principal.Require(scope); err != nil {
				return err
			}
			return next(c)
		}
	}
}

func bearerToken(c echo.Context) (string, error) {
	header, err := authorization(c)
	if err != nil {
		return "", err
	}
	words := strings.Fields(header)
	switch {
	case len(words) == 0 || !strings.EqualFold(words[0], "bearer"):
		return "", auth.ErrNoCredentials
	case len(words) == 1:
		return "", auth.ErrNoToken
	case len(words) != 2:
		return "", auth.ErrTokenHeader
	}
	return words[1], nil
}

// authorization returns the one Authorization header: of two, another server on the way may have read the other.
func authorization(c echo.Context) (string, error) {
	headers := c.Request().Header.Values(echo.HeaderAuthorization)
	switch len(headers) {
	case 0:
		return "", nil
	case 1:
		return headers[0], nil
	}
	return "", &auth.Refusal{Kind: auth.Invalid, Text: "Only one Authorization header may be sent."}
}

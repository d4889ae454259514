package middleware

import (
	"context"
	"errors"
	"strings"

	"github.com/labstack/echo/v4"

	"meet-external-api/auth"
	"meet-external-api/refusal"
)

// CheckCaller refuses a principal whose application or user is not there or switched off, or whose token has been revoked.
type CheckCaller func(ctx context.Context, p auth.Principal) error

// Authenticate lets requests through that carry a bearer token with the permission scope, and puts its principal into their context
// (docs/contract.md, "Bearer authentication of /rooms"; RFC 6750).
//
// The statement that does what a request asks for checks the caller in the same round trip. A request that is refused for another
// reason may not have come so far; then it is asked for here, since authentication comes first in the order of checks. So is one that
// failed: an application or a user that vanishes meanwhile is no fault of the server's.
func Authenticate(authenticator auth.Authenticator, check CheckCaller, scope string) echo.MiddlewareFunc {
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
			c.SetRequest(c.Request().WithContext(auth.NewContext(ctx, principal)))
			if err = principal.Require(scope); err == nil {
				err = next(c)
			}
			if err == nil || isRefusal(err, refusal.Unauthenticated) || isRefusal(err, refusal.Unavailable) {
				return err
			}
			var refused *refusal.Error
			if unauthenticated := check(c.Request().Context(), principal); errors.As(unauthenticated, &refused) {
				return unauthenticated
			}
			return err
		}
	}
}

func isRefusal(err error, kind refusal.Kind) bool {
	var refused *refusal.Error
	return errors.As(err, &refused) && refused.Kind == kind
}

func bearerToken(c echo.Context) (string, error) {
	header, err := authorization(c)
	if err != nil {
		return "", err
	}
	words := strings.Fields(header)
	switch {
	case len(words) == 0 || !strings.EqualFold(words[0], "bearer"):
		return "", refusal.NoBearer
	case len(words) == 1:
		return "", refusal.BearerAlone
	case len(words) != 2:
		return "", refusal.BearerHeader
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
	return "", refusal.TwoAuthorizations
}

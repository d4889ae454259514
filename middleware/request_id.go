package middleware

import (
	"regexp"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
)

var acceptableRequestID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,128}$`)

// RequestID gives every answer an X-Request-Id, the caller's own where it is acceptable, and the headers that keep
// answers out of caches and from being taken for another type (docs/contract.md, "Conventions").
func RequestID(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := c.Request().Header.Get(echo.HeaderXRequestID)
		if !acceptableRequestID.MatchString(id) {
			id = uuid.NewString()
		}
		header := c.Response().Header()
		header.Set(echo.HeaderXRequestID, id)
		header.Set(echo.HeaderXContentTypeOptions, "nosniff")
		header.Set(echo.HeaderCacheControl, "no-store")
		return next(c)
	}
}

func requestID(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }

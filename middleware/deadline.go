package middleware

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"
)

// Deadline gives each request at most that long to ask the database and the OpenID provider; then it is answered with 503.
func Deadline(limit time.Duration) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			ctx, cancel := context.WithTimeout(c.Request().Context(), limit)
			defer cancel()
			c.SetRequest(c.Request().WithContext(ctx))
			return next(c)
		}
	}
}

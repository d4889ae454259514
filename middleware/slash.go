package middleware

import (
	"strings"

	"github.com/labstack/echo/v4"
)

// Slash lets every path work with and without its trailing slash, with no redirect: routes have one.
func Slash(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		url := c.Request().URL
		if !strings.HasSuffix(url.Path, "/") {
			url.Path += "/"
			if url.RawPath != "" {
				url.RawPath += "/"
			}
		}
		return next(c)
	}
}

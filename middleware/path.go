package middleware

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"

	"meet-external-api/refusal"
)

// Path lets every path work with and without its trailing slash, with no redirect: routes have one. What is percent-encoded without
// need counts as what it stands for (RFC 3986, section 6.2.2.2), so that `/%72ooms` is `/rooms/`, and `%2F` is no slash.
func Path(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		asked := c.Request().URL
		path := encodedUnreserved.ReplaceAllStringFunc(asked.EscapedPath(), func(encoded string) string {
			decoded, _ := url.PathUnescape(encoded) // it is well encoded
			return decoded
		})
		if strings.Contains(path, "//") {
			return refusal.PathNotFound // and no room whose id is empty
		}
		if !strings.HasSuffix(path, "/") {
			path += "/"
			asked.Path += "/"
		}
		asked.RawPath = path
		return next(c)
	}
}

// encodedUnreserved is the encoding of a letter, a digit, or one of `-._~` (RFC 3986, section 2.3).
var encodedUnreserved = regexp.MustCompile(`%(2[DdEe]|3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa]|5[Ff]|7[Ee])`)

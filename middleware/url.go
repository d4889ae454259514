package middleware

import (
	"context"
	"net/url"

	"github.com/labstack/echo/v4"
)

type urlKey struct{}

// URL notes the absolute URL that the caller asked for, from which the links in answers are made. Its scheme and host are
// those of public where it is not nil, else those of the request itself.
func URL(public *url.URL) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			request := c.Request()
			absolute := *request.URL
			absolute.Scheme, absolute.Host = "http", request.Host
			if request.TLS != nil {
				absolute.Scheme = "https"
			}
			if public != nil {
				absolute.Scheme, absolute.Host = public.Scheme, public.Host
			}
			c.SetRequest(request.WithContext(context.WithValue(request.Context(), urlKey{}, &absolute)))
			return next(c)
		}
	}
}

// RequestURL returns a copy of the URL that was noted for the request of ctx.
func RequestURL(ctx context.Context) url.URL {
	if noted, ok := ctx.Value(urlKey{}).(*url.URL); ok {
		return *noted
	}
	return url.URL{}
}

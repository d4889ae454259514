package middleware

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	echomiddleware "github.com/labstack/echo/v4/middleware"
)

// CORS lets pages of the origins that are allowed call the API from a browser (WHATWG Fetch, "CORS protocol"); nil: no page. Cookies
// play no part: callers send their token.
func CORS(allowed func(origin string) bool) echo.MiddlewareFunc {
	if allowed == nil {
		return func(next echo.HandlerFunc) echo.HandlerFunc { return next }
	}
	return echomiddleware.CORSWithConfig(echomiddleware.CORSConfig{
		AllowOriginFunc: func(origin string) (bool, error) { return allowed(origin), nil },
		AllowMethods:    []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPatch, http.MethodDelete},
		AllowHeaders: []string{
			echo.HeaderAuthorization, echo.HeaderContentType, echo.HeaderXRequestID,
			"Idempotency-Key", "If-Match", "If-None-Match", "Prefer", "Traceparent", "Tracestate",
		},
		ExposeHeaders: []string{
			echo.HeaderLocation, echo.HeaderRetryAfter, echo.HeaderWWWAuthenticate, echo.HeaderXRequestID,
			"ETag", "Idempotent-Replayed", headerPreferenceApplied, headerDeprecation, headerSunset, headerLink,
		},
		MaxAge: int((10 * time.Minute).Seconds()),
	})
}

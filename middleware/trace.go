package middleware

import (
	"net/http"

	"github.com/labstack/echo/v4"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

// Trace names the span of a request, where it has one, by its method and its route, and tells of a fault of ours by its code: nothing in
// it is what a caller has chosen.
func Trace(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := next(c)
		span := trace.SpanFromContext(c.Request().Context())
		if !span.IsRecording() {
			return err
		}
		name := knownMethod(c.Request().Method)
		if route := c.Path(); route != "" {
			name += " " + route
			span.SetAttributes(semconv.HTTPRoute(route))
		}
		span.SetName(name)
		if err == nil {
			return nil
		}
		if status, refused := Describe(err, c); status >= http.StatusInternalServerError {
			span.SetAttributes(semconv.ErrorTypeKey.String(refused.Code))
		}
		return err
	}
}

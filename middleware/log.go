package middleware

import (
	"errors"
	"log/slog"
	"time"

	"github.com/labstack/echo/v4"

	"meet-external-api/auth"
)

// Log writes one line for each request: who asked for what, and what came of it. Paths are logged as routes, and neither
// queries nor headers nor bodies, since those may hold secrets and addresses. Why a request failed through no fault of
// the caller's stands in the same line.
func Log(logger *slog.Logger) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			start := time.Now()
			request := c.Request()
			ctx := auth.NewContext(request.Context())
			c.SetRequest(request.WithContext(ctx))
			err := next(c)
			if err != nil {
				c.Error(err)
			}
			status := c.Response().Status
			attributes := []slog.Attr{
				slog.String("method", request.Method),
				slog.String("route", c.Path()),
				slog.Int("status", status),
				slog.Float64("duration_ms", float64(time.Since(start).Microseconds())/1000),
				slog.String("request_id", requestID(c)),
			}
			caller := auth.FromContext(ctx)
			if caller.ApplicationID != "" {
				attributes = append(attributes, slog.String("application", caller.ApplicationID))
			}
			if caller.UserID != "" {
				attributes = append(attributes, slog.String("user", caller.UserID))
			}
			level := slog.LevelInfo
			if status >= 500 && err != nil {
				level = slog.LevelError
				if busy := new(auth.BusyError); errors.As(err, &busy) {
					level = slog.LevelWarn // there may be a flood of them
				}
				attributes = append(attributes, causes(err)...)
			}
			logger.LogAttrs(ctx, level, "request", attributes...)
			return nil
		}
	}
}

func causes(err error) []slog.Attr {
	attributes := []slog.Attr{slog.String("error", err.Error())}
	var panicked *panicError
	if errors.As(err, &panicked) {
		attributes = append(attributes, slog.String("stack", string(panicked.stack)))
	}
	return attributes
}

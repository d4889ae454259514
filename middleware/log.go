package middleware

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"meet-external-api/auth"
	"meet-external-api/auth/secret"
	"meet-external-api/refusal"
)

// Log writes one line for each request: who asked for what, what came of it and, where it was turned down, the code of the reason, so
// that the request id answers why. Paths are logged as routes, and neither queries nor headers nor bodies, since those may hold
// secrets and addresses of users. What a caller can choose is bounded. The cause of a fault of ours stands in the same line.
func Log(logger *slog.Logger) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			start := time.Now()
			err := next(c)
			if err != nil {
				c.Error(err)
			}
			ctx := c.Request().Context()
			status := c.Response().Status
			level := levelOf(status, err)
			if !logger.Enabled(ctx, level) {
				return nil
			}
			attributes := make([]slog.Attr, 0, 12)
			attributes = append(attributes,
				slog.String("method", knownMethod(c.Request().Method)),
				slog.String("route", c.Path()),
				slog.Int("status", status),
				slog.Float64("duration_ms", float64(time.Since(start).Microseconds())/1000),
				slog.String("request_id", requestID(c)),
				slog.String("address", auth.FromContext[auth.Origin](ctx).Address),
			)
			attributes = append(attributes, principalOf(ctx)...)
			if err != nil {
				attributes = append(attributes, reasonOf(err, status, c)...)
			}
			logger.LogAttrs(ctx, level, "request", attributes...)
			return nil
		}
	}
}

// overloads are the codes of 503s that a flood of requests brings about, and that come in as large numbers as it does.
var overloads = []string{"secret_queue_full", "introspection_queue_full", "body_memory_full"}

func levelOf(status int, err error) slog.Level {
	var refused *refusal.Error
	switch {
	case status < http.StatusInternalServerError || err == nil:
		return slog.LevelInfo
	case errors.As(err, &refused) && slices.Contains(overloads, refused.Code):
		return slog.LevelWarn
	}
	return slog.LevelError
}

// principalOf names the application and the user that a request acts for, as far as it came to know them.
func principalOf(ctx context.Context) []slog.Attr {
	var attributes []slog.Attr
	if clientID := loggableClient(ctx); clientID != "" {
		attributes = append(attributes, slog.String("client_id", bounded(clientID)))
	}
	if user := auth.FromContext[auth.Principal](ctx).UserID; user != "" {
		attributes = append(attributes, slog.String("user", user))
	}
	return attributes
}

// loggableClient is the client id of the application that a request acts for, or says that it does; empty where it may not stand in the log.
func loggableClient(ctx context.Context) string {
	id := cmp.Or(auth.FromContext[auth.Principal](ctx).ClientID, auth.FromContext[auth.Client](ctx).ID)
	if !isLoggable(id) {
		return ""
	}
	return id
}

// maxLogged is how much of a value is logged, in bytes.
const maxLogged = 1000

// loggedError is an error whose words are bounded.
type loggedError struct{ error }

func (e loggedError) Error() string { return bounded(e.error.Error()) }

func (e loggedError) Unwrap() error { return e.error }

func bounded(value string) string {
	if len(value) <= maxLogged {
		return value
	}
	return strings.ToValidUTF8(value[:maxLogged], "") + "…"
}

// isLoggable tells whether a client id may stand in the log: a client that mixes up its id and its secret sends the secret as its id.
func isLoggable(clientID string) bool {
	odd := func(r rune) bool { return r <= ' ' || r > '~' }
	isSecret := strings.HasPrefix(clientID, secret.Prefix) || strings.HasPrefix(clientID, secret.OperatorPrefix)
	return clientID != "" && !isSecret && !strings.ContainsFunc(clientID, odd)
}

// reasonOf is the code of a refusal, and its cause.
func reasonOf(err error, status int, c echo.Context) []slog.Attr {
	_, refused := Describe(err, c)
	attributes := []slog.Attr{slog.String("reason", refused.Code)}
	switch {
	case status >= http.StatusInternalServerError:
		attributes = append(attributes, slog.Any("error", loggedError{err}))
	case refused.Cause != nil:
		attributes = append(attributes, slog.String("cause", bounded(refused.Cause.Error())))
	}
	var panicked *panicError
	if errors.As(err, &panicked) {
		attributes = append(attributes, slog.String("stack", string(panicked.stack)))
	}
	return attributes
}

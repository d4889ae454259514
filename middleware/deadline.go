package middleware

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"
)

// Deadline gives each request at most that long to ask the database and the OpenID provider; then it is answered with 503. The time
// that its body takes to come does not count: restartDeadline begins anew.
func Deadline(limit time.Duration) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			d := &deadline{limit: limit, request: c.Request().Context(), cancel: func() {}}
			defer func() { d.cancel() }()
			d.start(context.WithValue(d.request, deadlineKey{}, d), c)
			return next(c)
		}
	}
}

type deadlineKey struct{}

// deadline is that of a request, whose context of net/http ends when the caller goes away.
type deadline struct {
	limit   time.Duration
	request context.Context // of which the next deadline is made
	cancel  context.CancelFunc
}

// restartDeadline gives the request its whole time once more.
func restartDeadline(c echo.Context) {
	ctx := c.Request().Context()
	if d, ok := ctx.Value(deadlineKey{}).(*deadline); ok {
		d.start(ctx, c)
	}
}

// callerOf is the context of a request that ends when its caller goes away, and has no deadline.
func callerOf(ctx context.Context) context.Context {
	if d, ok := ctx.Value(deadlineKey{}).(*deadline); ok {
		return d.request
	}
	return ctx
}

func (d *deadline) start(values context.Context, c echo.Context) {
	ctx, cancel := context.WithTimeout(d.request, d.limit)
	before := d.cancel // its context may be in use still
	d.cancel = func() { cancel(); before() }
	c.SetRequest(c.Request().WithContext(valued{ctx, values}))
}

// valued is a context with the values of another one too.
type valued struct {
	context.Context
	values context.Context
}

func (v valued) Value(key any) any {
	if value := v.Context.Value(key); value != nil {
		return value
	}
	return v.values.Value(key)
}

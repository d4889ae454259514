package middleware

import (
	"fmt"
	"strings"

	"github.com/labstack/echo/v4"

	"meet-external-api/audit"
	"meet-external-api/auth"
)

// newAuditor makes the middleware that keeps each refusal of an operation as an event of the audit trail: who asked, as far as that came
// to be known, what for, and why it was refused. What succeeds is for whoever does it to tell.
func newAuditor(operationID string, o Options) (echo.MiddlewareFunc, error) {
	action, known := audit.Operations[operationID]
	if !known {
		return nil, fmt.Errorf("%s is not in audit.Operations", operationID)
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			err := next(c)
			if err != nil && !c.Response().Committed {
				_, refused := Describe(err, c)
				o.Record(Refused(sourceOf(c, o.Channel), action, c.Param("id"), refused.Code))
			}
			return err
		}
	}, nil
}

// sourceOf is who sent a request, and from where.
func sourceOf(c echo.Context, channel audit.Channel) audit.Source {
	ctx := c.Request().Context()
	return audit.Source{
		Channel: channel, Operator: auth.FromContext[auth.Operator](ctx).Name, ClientID: loggableClient(ctx),
		UserID:  auth.FromContext[auth.Principal](ctx).UserID,
		Address: auth.FromContext[auth.Origin](ctx).Address, RequestID: requestID(c),
	}
}

// Refused is the event of what was refused, for the reason with that code. The id is what it was to be done to, as whoever asked names it.
// It is kept where it is a UUID or can be a client id: anything else may be a secret that was mixed up with one.
func Refused(by audit.Source, action audit.Action, id, code string) audit.Event {
	kind, _, _ := strings.Cut(string(action), ".")
	switch {
	case auth.IsUUID(id):
		if kind == "access" {
			kind = "room"
		}
		return audit.Refused(by, action, code).To(kind, id)
	case kind == "application" && len(id) <= maxClientID && isLoggable(id):
		by.ClientID = id
	}
	return audit.Refused(by, action, code)
}

// maxClientID is how long a client id can be, in characters.
const maxClientID = 100

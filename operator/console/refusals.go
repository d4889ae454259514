package console

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"meet-external-api/audit"
	"meet-external-api/db"
)

// refusalsPage is the data of templates/refusals.html.
type refusalsPage struct {
	Asked string
	// Events are those of the request, the newest first.
	Events events
}

// Refused is whether anything of the request was refused.
func (p refusalsPage) Refused() bool {
	for _, event := range p.Events.All {
		if event.Outcome == audit.Failure {
			return true
		}
	}
	return false
}

// explainRefusal tells why a request was refused, by its id.
func (c *Console) explainRefusal(e echo.Context) error {
	shown := refusalsPage{Asked: asked(e, "request_id")}
	if shown.Asked != "" {
		found, _, err := c.events(e.Request().Context(), db.EventFilter{RequestID: shown.Asked, Limit: pageSize})
		if err != nil {
			return err
		}
		shown.Events = found
	}
	return c.page(e, http.StatusOK, "refusals", shown)
}

package console

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"meet-external-api/audit"
	"meet-external-api/auth"
	"meet-external-api/db"
)

// auditPage is the data of templates/audit.html.
type auditPage struct {
	// Asked are the filters as they were typed, by the name of the field.
	Asked    map[string]string
	Problems problems
	Events   events
	Actions  []audit.Action
	Channels []audit.Channel
	// Next is the address of the next page, Export that of all events as CSV. Empty: there is no such page.
	Next, Export string
}

// Filtered is whether some events may be left out.
func (p auditPage) Filtered() bool {
	for _, value := range p.Asked {
		if value != "" {
			return true
		}
	}
	return false
}

// eventFields are the filters of the audit trail, in the order of the page.
var eventFields = []string{"client_id", "user_id", "operator", "action", "outcome", "channel", "request_id", "target_id", "from", "to"}

// readEventFilter reads the filters from the address of a page.
func readEventFilter(e echo.Context) (filter db.EventFilter, typed map[string]string, wrong problems) {
	typed = map[string]string{}
	for _, name := range eventFields {
		typed[name] = asked(e, name)
	}
	filter = db.EventFilter{
		ClientID: typed["client_id"], UserID: strings.ToLower(typed["user_id"]), Operator: typed["operator"], Action: audit.Action(typed["action"]),
		Outcome: audit.Outcome(typed["outcome"]), Channel: audit.Channel(typed["channel"]), RequestID: typed["request_id"], TargetID: typed["target_id"],
	}
	if filter.UserID != "" && !auth.IsUUID(filter.UserID) {
		wrong = append(wrong, problem{"user_id", "Enter the UUID of a user, which their page shows."})
	}
	for name, at := range map[string]*time.Time{"from": &filter.From, "to": &filter.To} {
		if typed[name] == "" {
			continue
		}
		parsed, err := parseTime(typed[name])
		if err != nil {
			wrong = append(wrong, problem{name, "Enter a date and a time in UTC such as 2026-12-01T10:00."})
		}
		*at = parsed
	}
	return filter, typed, wrong
}

// parseTime reads what browsers send for a date and a time, and what people type; all in UTC.
func parseTime(text string) (at time.Time, err error) {
	for _, form := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02", time.RFC3339} {
		if at, err = time.ParseInLocation(form, text, time.UTC); err == nil {
			return at, nil
		}
	}
	return time.Time{}, err
}

// listEvents shows the events that are asked for, the newest first.
func (c *Console) listEvents(e echo.Context) error {
	filter, typed, wrong := readEventFilter(e)
	shown := auditPage{Asked: typed, Problems: wrong, Actions: actions, Channels: channels}
	if wrong != nil {
		return c.page(e, http.StatusBadRequest, "audit", shown)
	}
	if after := strings.ToLower(asked(e, "after")); auth.IsUUID(after) {
		filter.Before = after
	}
	filter.Limit = pageSize
	found, next, err := c.events(e.Request().Context(), filter)
	if err != nil {
		return err
	}
	shown.Events = found
	if next != "" {
		shown.Next = nextPage(e, "after", next)
	}
	query := url.Values{}
	for name, value := range typed {
		if value != "" {
			query.Set(name, value)
		}
	}
	shown.Export = Path + "/audit/events.csv?" + query.Encode()
	return c.page(e, http.StatusOK, "audit", shown)
}

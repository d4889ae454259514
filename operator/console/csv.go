package console

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"meet-external-api/audit"
	"meet-external-api/db"
)

// csvHeader is the first line of an export.
var csvHeader = []string{
	"time", "action", "outcome", "reason", "channel", "operator", "client_id", "user_id", "address", "request_id",
	"target_kind", "target_id", "changes", "id",
}

// exportEvents sends the events that are asked for as CSV (RFC 4180), one by one, however many there are.
func (c *Console) exportEvents(e echo.Context) error {
	filter, _, wrong := readEventFilter(e)
	if wrong != nil {
		return c.listEvents(e) // which tells what is wrong
	}
	header := e.Response().Header()
	header.Set(echo.HeaderContentType, "text/csv; charset=utf-8; header=present")
	header.Set(echo.HeaderContentDisposition, `attachment; filename="`+csvName(filter.From, filter.To, time.Now())+`"`)
	e.Response().WriteHeader(http.StatusOK)
	// It may take longer than other requests may. Once nobody reads on, it ends by what cannot be written.
	err := c.writeEvents(context.WithoutCancel(e.Request().Context()), e.Response(), filter)
	if err != nil {
		// It is too late for an error page: the connection ends before the answer does, so that nobody takes a part for the whole.
		c.Log.Error("the export of the audit trail has ended early", "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

// stall is how long somebody may take to read a part of an export.
const stall = 30 * time.Second

// writeEvents writes the events that fit to an answer.
func (c *Console) writeEvents(ctx context.Context, to http.ResponseWriter, filter db.EventFilter) error {
	written, answer, writer := 0, http.NewResponseController(to), csv.NewWriter(to)
	writer.UseCRLF = true
	_ = writer.Write(csvHeader) // what cannot be written is told by Error
	err := c.Service.Store.EachEvent(ctx, filter, func(event audit.Event) error {
		if written++; written%1000 == 1 {
			if err := answer.SetWriteDeadline(time.Now().Add(stall)); err != nil {
				return err
			}
		}
		return writer.Write(csvLine(event))
	})
	writer.Flush()
	if err == nil {
		err = writer.Error()
	}
	return err
}

// csvName names a file by the days that it is about.
func csvName(from, to, now time.Time) string {
	if to.IsZero() {
		to = now
	}
	name := "audit-until-"
	if !from.IsZero() {
		name = "audit-" + from.UTC().Format(time.DateOnly) + "-to-"
	}
	return name + to.UTC().Format(time.DateOnly) + ".csv"
}

func csvLine(e audit.Event) []string {
	changes := ""
	if len(e.Changes) > 0 {
		text, _ := json.Marshal(e.Changes) // it was read from JSON
		changes = string(text)
	}
	line := []string{
		e.Time.UTC().Format(time.RFC3339Nano), string(e.Action), string(e.Outcome), e.Reason, string(e.Channel), e.Operator, e.ClientID,
		e.UserID, e.Address, e.RequestID, e.TargetKind, e.TargetID, changes, e.ID,
	}
	for i, cell := range line {
		line[i] = defuse(cell)
	}
	return line
}

// defuse keeps a spreadsheet from taking a text for a formula: what callers can choose, such as the name of an application, could be one.
func defuse(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"meet-external-api/audit"
	"meet-external-api/auth"
	"meet-external-api/db"
	"meet-external-api/operator"
	"meet-external-api/refusal"
)

type auditCommand struct {
	List auditListCommand `cmd:"" help:"List what was done and refused, the last first."`
}

type auditListCommand struct {
	Application string    `placeholder:"CLIENT_ID" help:"Only what this application did, or what was done to it."`
	User        string    `placeholder:"UUID" help:"Only what was done for this user."`
	Operator    string    `placeholder:"NAME" help:"Only what this operator did."`
	Action      string    `placeholder:"ACTION" help:"Only this action, such as token.issue."`
	Outcome     string    `enum:",success,failure" default:"" placeholder:"success|failure" help:"Only what succeeded, or was refused."`
	Channel     string    `placeholder:"CHANNEL" help:"Only what came by external_api, operator_api, console, command_line or housekeeping."`
	RequestID   string    `placeholder:"ID" help:"Only the request whose answer had this X-Request-Id."`
	Target      string    `placeholder:"ID" help:"Only what was done to the room, access or other thing with this id."`
	From        time.Time `placeholder:"TIME" help:"Only what was done from this time on (RFC 3339)."`
	To          time.Time `placeholder:"TIME" help:"Only what was done before this time (RFC 3339)."`
	Limit       uint      `default:"100" placeholder:"100" help:"Print at most so many; 0: all."`
	JSON        bool      `name:"json" help:"Print JSON, one event a line."`
}

func (auditListCommand) Help() string {
	return "What is filtered by is combined with and. EXTERNAL_API_AUDIT_RETENTION_DAYS says for how long events are kept.\n\n" +
		"Examples:\n" +
		"  meet-external-api audit list --application CLIENT_ID --outcome failure\n" +
		"  meet-external-api audit list --request-id 0f8fad5b-d9cb-469f-a165-70867728950e\n" +
		"  meet-external-api audit list --operator admin@example.com --from 2026-11-01T00:00:00Z --limit 0 --json"
}

// errEnough ends a list that has as many rows as were asked for.
var errEnough = errors.New("enough")

// Run prints the events.
func (c auditListCommand) Run(e environment) error {
	filter := db.EventFilter{
		ClientID: c.Application, UserID: c.User, Operator: c.Operator, Action: audit.Action(c.Action), Outcome: audit.Outcome(c.Outcome),
		Channel: audit.Channel(c.Channel), RequestID: c.RequestID, TargetID: c.Target, From: c.From, To: c.To,
	}
	return withOperator(e, audit.AuditList, "", func(o *operator.Service, _ audit.Source) error {
		if c.User != "" && !auth.IsUUID(c.User) {
			return refusal.Field("user", refusal.FieldInvalid)
		}
		list := func(each func(audit.Event) error) error {
			listed := uint(0)
			err := o.Store.EachEvent(e.ctx, filter, func(event audit.Event) error {
				if listed++; c.Limit > 0 && listed > c.Limit {
					return errEnough
				}
				return each(event)
			})
			if errors.Is(err, errEnough) {
				err = nil
			}
			return err
		}
		if c.JSON {
			return list(func(event audit.Event) error { return printLine(e, event) })
		}
		return printList(e, false, eventColumns, eventCells, list)
	})
}

// printLine writes a value for programs that read line by line.
func printLine(e environment, value any) error {
	var line bytes.Buffer
	text, err := marshal(value, "")
	if err == nil {
		err = json.Compact(&line, []byte(text))
	}
	if err == nil {
		_, err = fmt.Fprintln(e.stdout, line.String())
	}
	return err
}

var eventColumns = []string{"TIME", "ACTION", "OUTCOME", "CHANNEL", "OPERATOR", "APPLICATION", "USER", "TARGET", "ADDRESS", "REQUEST ID", "CHANGES"}

func eventCells(e audit.Event) []string {
	outcome, changes := string(e.Outcome), ""
	if e.Reason != "" {
		outcome = e.Reason
	}
	if len(e.Changes) > 0 {
		text, _ := json.Marshal(e.Changes) // read from JSON
		changes = string(text)
	}
	cells := []string{
		e.Time.Format(time.RFC3339), string(e.Action), outcome, string(e.Channel), e.Operator, e.ClientID, e.UserID, e.TargetID, e.Address,
		e.RequestID, changes,
	}
	for i, cell := range cells {
		if cell == "" {
			cells[i] = "-"
		}
	}
	return cells
}

package db

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"meet-external-api/audit"
)

// EventFilter says which events are wanted; what is empty says nothing.
type EventFilter struct {
	ClientID  string
	UserID    string // a UUID
	Operator  string
	Action    audit.Action
	Outcome   audit.Outcome
	Channel   audit.Channel
	RequestID string
	TargetID  string
	// From is the time of the first one, To is after the last one.
	From, To time.Time
	// Before is where to go on: the `next` of the page before; a UUID.
	Before string
	// Limit is the most that come at a time, from 1 to 1000; 0: 100.
	Limit int
}

// maxExaminedEvents is how many events are looked at for a page. Where the rest of a filter leaves out nearly all of them, pages have fewer
// events, or none, but none takes longer than others.
const maxExaminedEvents = 10000

// Events returns the events that fit, the last one first, and where to go on: empty at the end. There may be more also where it returns
// none.
func (d *DB) Events(ctx context.Context, f EventFilter) (found []audit.Event, next string, err error) {
	if f.Limit == 0 {
		f.Limit = 100
	}
	found = make([]audit.Event, 0, f.Limit)
	before, after := lastEventID, firstEventID(time.Time{})
	if f.Before != "" {
		before = f.Before
	}
	if !f.To.IsZero() {
		before = min(before, firstEventID(f.To.Add(idMargin)))
	}
	if !f.From.IsZero() {
		after = firstEventID(f.From.Add(-idMargin))
	}
	err = d.each(ctx, selectEvents(f), []any{
		f.ClientID, f.UserID, f.Operator, f.Action, f.Outcome, f.Channel, f.RequestID, f.TargetID, nullTime(f.From), nullTime(f.To),
		before, after, f.Limit,
	}, func(row *sql.Rows) error {
		e, fits, last, err := readEvent(row)
		switch {
		case err != nil:
			return err
		case fits && len(found) == f.Limit:
			next = found[f.Limit-1].ID
			return nil
		case fits:
			found = append(found, e)
		}
		if last {
			next = e.ID
		}
		return nil
	})
	return found, next, err
}

// EachEvent hands on all events that fit, the last one first, page by page. Errors: also the first one of take, after which no
// further event is read.
func (d *DB) EachEvent(ctx context.Context, f EventFilter, take func(audit.Event) error) error {
	f.Limit = 1000
	for {
		events, next, err := d.Events(ctx, f)
		if err != nil {
			return err
		}
		for _, e := range events {
			if err := take(e); err != nil {
				return err
			}
		}
		if next == "" {
			return nil
		}
		f.Before = next
	}
}

// notIssued leaves out the tokens that were issued, which are most of all events.
const notIssued = `(action <> 'token.issue' or outcome = 'failure')`

// selectEvents has the statement of a filter. Each has an index that gives the events by id, of which no more than maxExaminedEvents are
// looked at; the rest of the filter is applied to those. The last one of so many comes in any case, as the place to go on.
func selectEvents(f EventFilter) string {
	examined := fmt.Sprint(maxExaminedEvents)
	rare := f.Outcome == audit.Failure || f.Action != "" && f.Action != audit.TokenIssue
	indexed := ``
	switch {
	case f.RequestID != "":
		indexed = ` and request_id = $7`
	case f.TargetID != "":
		indexed = ` and target_id = $8`
	case f.ClientID != "" && rare:
		indexed = ` and client_id = $1 and ` + notIssued
	case f.UserID != "":
		indexed = ` and user_id = cast(nullif($2, '') as uuid)`
	case f.ClientID != "":
		indexed = ` and client_id = $1`
	case f.Operator != "" || f.Channel != "" && f.Channel != audit.ExternalAPI && f.Channel != audit.Housekeeping:
		indexed = ` and operator is not null`
	case rare || f.Channel == audit.Housekeeping:
		indexed = ` and ` + notIssued
	}
	return `
		select id, time, action, outcome, coalesce(reason, ''), channel, coalesce(operator, ''), coalesce(client_id, ''),
			coalesce(cast(user_id as text), ''), coalesce(address, ''), coalesce(request_id, ''), coalesce(target_kind, ''),
			coalesce(target_id, ''), changes, fits, number = ` + examined + ` as last
		from (
			select *, ($1 = '' or client_id = $1) and ($2 = '' or user_id = cast(nullif($2, '') as uuid)) and ($3 = '' or operator = $3)
				and ($4 = '' or action = $4) and ($5 = '' or outcome = $5) and ($6 = '' or channel = $6) and ($7 = '' or request_id = $7)
				and ($8 = '' or target_id = $8) and ($9::timestamptz is null or time >= $9) and ($10::timestamptz is null or time < $10) as fits
			from (
				select e.*, row_number() over (order by id desc) as number from external_api.audit_event e
				where id < $11 and id >= $12` + indexed + ` order by id desc limit ` + examined + `
			) examined
		) e
		where fits or number = ` + examined + `
		order by id desc limit $13 + 1`
}

// readEvent reads a row of selectEvents: the event, whether it fits, and whether it is the last one that is looked at.
func readEvent(row *sql.Rows) (e audit.Event, fits, last bool, err error) {
	var (
		changes []byte
		fit     sql.NullBool // what is compared with null is neither
	)
	err = row.Scan(&e.ID, &e.Time, &e.Action, &e.Outcome, &e.Reason, &e.Channel, &e.Operator, &e.ClientID, &e.UserID, &e.Address,
		&e.RequestID, &e.TargetKind, &e.TargetID, &changes, &fit, &last)
	e.Time = e.Time.UTC()
	if err == nil && changes != nil {
		err = json.Unmarshal(changes, &e.Changes)
	}
	return e, fit.Bool, last, err
}

// lastEventID comes after the ids of all events.
const lastEventID = "ffffffff-ffff-ffff-ffff-ffffffffffff"

// idMargin is how far the time in an id and the time of its event may be apart.
const idMargin = time.Second

// firstEventID comes before all ids that are made at a time or later: they begin with it, in milliseconds, of 48 bits.
func firstEventID(at time.Time) string {
	hex := fmt.Sprintf("%012x", max(at.UnixMilli(), 0))
	return hex[:8] + "-" + hex[8:] + "-0000-0000-000000000000"
}

// nullTime is in UTC: PostgreSQL does not take every offset.
func nullTime(at time.Time) sql.NullTime { return sql.NullTime{Time: at.UTC(), Valid: !at.IsZero()} }

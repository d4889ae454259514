package db

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lib/pq"

	"meet-external-api/audit"
	"meet-external-api/refusal"
)

// eventRows are the rows of the audit trail that a parameter gives, as audit.Rows writes them.
func eventRows(parameter string) string {
	return `jsonb_populate_recordset(cast(null as external_api.audit_event), cast(` + parameter + ` as jsonb))`
}

// audit stores the event of what the transaction does: it is stored with the change that it tells of, or neither is.
func (t *tx) audit(e audit.Event) {
	t.exec(`insert into external_api.audit_event select * from `+eventRows("$1"), audit.Rows(e))
	t.audited(e)
}

// audited keeps events that a statement of the transaction has stored with a change.
func (t *tx) audited(events ...audit.Event) { t.events = append(t.events, events...) }

// StoreEvents stores events of what changes nothing, and counts the tokens that were issued and refused. Those with an id that is stored
// already are left out, and not counted again. Of a client id that no application has, any caller can make up as many as they like:
// those are not counted. Errors: audit.ErrRejected where PostgreSQL refuses them, and a refusal that is refusal.Unavailable.
func (d *DB) StoreEvents(ctx context.Context, events []audit.Event) error {
	err := d.background.write(ctx, func(t *tx) {
		// In the order of the key, so that two servers do not wait for each other.
		t.exec(`
			with stored as (
				insert into external_api.audit_event select * from `+eventRows("$1")+`
				on conflict (id) do nothing
				returning client_id, date_trunc('hour', time, 'UTC') as hour, coalesce(reason, '') as reason, action
			), counted as (
				select client_id, hour, reason, count(*) as count from stored where action = $2 group by client_id, hour, reason
			)
			insert into external_api.token_count as c (client_id, hour, reason, count)
			select client_id, hour, reason, count from counted
			where exists (select from meet_application a where a.client_id = counted.client_id) order by client_id, hour, reason
			on conflict (client_id, hour, reason) do update set count = c.count + excluded.count`,
			audit.Rows(events...), audit.TokenIssue)
	})
	if _, refused := errors.AsType[*refusal.Error](err); !refused && pq.As(err) != nil {
		err = fmt.Errorf("%w: %w", audit.ErrRejected, err)
	}
	return err
}

// StoreEvent stores one event by itself, at once.
func (d *DB) StoreEvent(ctx context.Context, e audit.Event) error {
	return d.write(ctx, func(t *tx) { t.audit(e) })
}

// OnAudit has each event that is stored with a change handed to a function once it is stored. It is to be called before the first change.
func (d *DB) OnAudit(stored func(audit.Event)) { d.stored = stored }

// TokenCount is how many tokens an application was issued, or refused, in an hour.
type TokenCount struct {
	Hour time.Time `db:"hour" json:"hour"`
	// Reason is the code of the refusal; empty: the tokens were issued.
	Reason string `db:"reason" json:"reason"`
	Count  int64  `db:"count" json:"count"`
}

// TokenCounts returns how many tokens the application with that client id was issued and refused, from the hour of a time on, by hour and
// reason.
func (d *DB) TokenCounts(ctx context.Context, clientID string, since time.Time) ([]TokenCount, error) {
	counts := []TokenCount{}
	err := d.list(ctx, &counts, `
		select hour, reason, count from external_api.token_count
		where client_id = $1 and hour >= date_trunc('hour', cast($2 as timestamptz), 'UTC') order by hour, reason`, clientID, since)
	for i := range counts {
		counts[i].Hour = counts[i].Hour.UTC()
	}
	return counts, err
}

// maxIssued is as far as IssuedTokens counts.
const maxIssued = `100000`

// IssuedTokens returns how many tokens the application with that client id was issued since a time, as far as they are stored; 100,000
// where there are more.
func (d *DB) IssuedTokens(ctx context.Context, clientID string, since time.Time) (int, error) {
	var issued int
	err := d.get(ctx, &issued, `
		select count(*) from (
			select from external_api.audit_event
			where client_id = $1 and id >= $2 and time >= $3 and action = $4 and outcome = 'success' limit `+maxIssued+`
		) as issued`, clientID, firstEventID(since.Add(-idMargin)), since, audit.TokenIssue)
	return issued, err
}

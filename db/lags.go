package db

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Lag is how long background work has been due that is not done yet.
type Lag struct {
	// Work names it, as Task.Name does.
	Work string
	// Due is how long the oldest has been due.
	Due time.Duration
}

// The names of the work that DeleteExpiredRoom and RoomsToClose are for.
const (
	DeletionOfExpiredRooms = "delete expired rooms"
	ClosingOfRooms         = "close rooms in LiveKit"
)

// Lags tells of all work that is due. Work that has failed and waits for its next turn is not due, but rooms that have to be closed are,
// from their deletion on.
func (d *DB) Lags(ctx context.Context) ([]Lag, error) {
	var rows []struct {
		Work    string  `db:"work"`
		Seconds float64 `db:"seconds"`
	}
	if err := d.background.list(ctx, &rows, selectLags(slices.Concat(removals, d.auditRemovals()))); err != nil {
		return nil, err
	}
	lags := make([]Lag, len(rows))
	for i, row := range rows {
		lags[i] = Lag{row.Work, time.Duration(row.Seconds * float64(time.Second))}
	}
	return lags, nil
}

// Work is the names of all work that can be due.
func (d *DB) Work() []string {
	names := []string{DeletionOfExpiredRooms, ClosingOfRooms}
	for _, r := range slices.Concat(removals, d.auditRemovals()) {
		if r.since != "" {
			names = append(names, r.work())
		}
	}
	return names
}

// work is the name of its task.
func (r removal) work() string { return "remove " + r.rows }

func selectLags(removals []removal) string {
	since := []string{
		`select '` + DeletionOfExpiredRooms + `' as work, min(delete_at) as since from external_api.room`,
		`select '` + ClosingOfRooms + `', min(created_at) from external_api.livekit_outbox`,
	}
	for _, r := range removals {
		switch {
		case strings.HasPrefix(r.since, "("):
			since = append(since, `select '`+r.work()+`', `+r.since)
		case r.since != "":
			since = append(since, `select '`+r.work()+`', `+r.since+` from `+r.table)
		}
	}
	return `select work, cast(extract(epoch from now() - since) as double precision) as seconds
		from (` + strings.Join(since, " union all ") + `) as oldest where since < now()`
}

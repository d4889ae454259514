package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"meet-external-api/db"
)

// readFrom lets the store read from a standby; empty: from none.
func readFrom(store *db.DB, url string) error {
	if url == "" {
		return nil
	}
	if err := store.ReadFrom(url); err != nil {
		return fmt.Errorf("EXTERNAL_API_READ_DATABASE_URL: %w", err)
	}
	return nil
}

// watchReadReplica looks at the read replica until ctx ends, and logs when it begins or ceases to be used, and when the reason changes. A
// request that it could not answer is counted, and logged only where the next look finds the same.
func watchReadReplica(ctx context.Context, store *db.DB, log *slog.Logger) {
	tick := time.NewTicker(db.ReplicaInterval)
	defer tick.Stop()
	for before := "not known yet"; ; {
		code, err := "", store.LookAtReplica(ctx, 0)
		if ctx.Err() != nil {
			return
		}
		if fault, is := errors.AsType[*db.ReplicaFault](err); is {
			code = fault.Code
		}
		switch {
		case code == before:
		case err == nil:
			log.Info("the read replica is used")
		default:
			log.Warn("the read replica is not used, the primary answers", "reason", code, "error", oneLine(err))
		}
		before = code
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// checkReadReplica looks at the standby that the settings name.
func (d dependencies) checkReadReplica(ctx context.Context) report {
	if d.readDatabaseURL == "" || d.databaseURL == "" {
		return report{}
	}
	store, err := db.Open(d.databaseURL)
	if err != nil {
		return report{} // which is said of the database
	}
	defer func() { _ = store.Close() }()
	const name = "EXTERNAL_API_READ_DATABASE_URL"
	if err := store.ReadFrom(d.readDatabaseURL); err != nil {
		return faulted(codeReplica, name, name+": ", err)
	}
	if _, err := store.ClockDifference(ctx); err != nil {
		return report{} // which is said of the database, too
	}
	_ = store.Prepare(ctx) // without the migrations that serve applies first, the replica lacks them as well
	return faulted(codeReplica, name, name+": ", store.LookAtReplica(ctx, checkTimeout))
}

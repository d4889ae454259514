package main

import (
	"context"
	"log/slog"
	"time"

	"meet-external-api/auth/secret"
	"meet-external-api/db"
)

const (
	// housekeepingInterval is how often what was noted is written, and what has expired is removed.
	housekeepingInterval = time.Minute
	// failureCostInterval is how long a new secret may be dearer to check than a failure.
	failureCostInterval = 10 * time.Second
)

// runHousekeeping does in the background what need not be done on the way of requests, until ctx ends.
func runHousekeeping(ctx context.Context, store *db.DB, secrets *secret.Checker, log *slog.Logger) {
	housekeeping, failureCost := time.NewTicker(housekeepingInterval), time.NewTicker(failureCostInterval)
	defer housekeeping.Stop()
	defer failureCost.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-failureCost.C:
			_ = secrets.Refresh(ctx) // the requests will say that the database is away
		case <-housekeeping.C:
			writeUses(ctx, store, log)
			if err := store.RemoveExpired(ctx); err != nil {
				log.Warn("what has expired was not removed, trying again in a minute", "error", err)
			}
		}
	}
}

// writeUses writes when secrets were used last, also when the program ends.
func writeUses(ctx context.Context, store *db.DB, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), db.Timeout)
	defer cancel()
	if err := store.WriteSecretUses(ctx); err != nil {
		log.Warn("when secrets were used was not written, trying again in a minute", "error", err)
	}
}

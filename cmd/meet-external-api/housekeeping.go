package main

import (
	"context"
	"log/slog"
	"time"

	"meet-external-api/db"
)

// houseInterval is how often what was noted is written, and what has expired is removed.
const houseInterval = time.Minute

// keepHouse does beside the requests what need not be done on their way, until ctx ends.
func keepHouse(ctx context.Context, store *db.DB, log *slog.Logger) {
	tick := time.NewTicker(houseInterval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			writeUses(ctx, store, log)
			if err := store.Sweep(ctx); err != nil {
				log.Warn("what has expired was not removed, trying again in a minute", "error", err)
			}
		}
	}
}

// writeUses writes when secrets were used last, also when the program ends.
func writeUses(ctx context.Context, store *db.DB, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), attemptTimeout)
	defer cancel()
	if err := store.WriteSecretUses(ctx); err != nil {
		log.Warn("when secrets were used was not written, trying again in a minute", "error", err)
	}
}

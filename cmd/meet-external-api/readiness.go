package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"meet-external-api/db"
	"meet-external-api/refusal"
)

// readinessInterval is the time between two inspections of the database while the server runs.
const readinessInterval = 2 * time.Second

// readiness knows whether the database is still one that can be served from. Requests for it cost nothing: it looks by itself.
type readiness struct {
	dsn   string
	log   *slog.Logger
	unfit atomic.Pointer[string] // what is wrong; nil: nothing
}

// err says what is wrong. Errors: a refusal that is refusal.Unavailable.
func (r *readiness) err() error {
	if unfit := r.unfit.Load(); unfit != nil {
		return refusal.NotAvailable("database_unfit", errors.New(*unfit))
	}
	return nil
}

// watch inspects the database until ctx ends.
func (r *readiness) watch(ctx context.Context) {
	tick := time.NewTicker(readinessInterval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		r.look(ctx)
	}
}

// look inspects the database once, and says what has changed. Where there is no answer, all stays as it was: whether the database can be
// reached is asked by each probe.
func (r *readiness) look(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, db.Timeout)
	defer cancel()
	found, err := db.Inspect(ctx, r.dsn, false)
	switch before := r.unfit.Load(); {
	case db.KeepsOut(err):
		r.set(before, oneLine(err))
	case err != nil:
	case len(found.Faults) > 0:
		r.set(before, faultsText(found.Faults))
	case before != nil:
		r.unfit.Store(nil)
		r.log.Info("ready again")
	}
}

func (r *readiness) set(before *string, unfit string) {
	if before == nil || *before != unfit {
		r.unfit.Store(&unfit)
		r.log.Error("not ready", "error", unfit)
	}
}

// awaitable says what is wrong with a database that its operator can mend while the server waits; what does not fit, or is not there
// yet, is for those who migrate.
func awaitable(ctx context.Context, dsn string, migrates bool) error {
	ctx, cancel := context.WithTimeout(ctx, db.Timeout)
	defer cancel()
	found, err := db.Inspect(ctx, dsn, migrates)
	if err != nil {
		return err
	}
	faults := slices.DeleteFunc(found.Faults, func(fault db.Fault) bool {
		return slices.Contains([]db.FaultKind{db.TableUnfit, db.TablesMissing, db.MigrationsPending}, fault.Kind)
	})
	if len(faults) > 0 {
		return errors.New(faultsText(faults))
	}
	return nil
}

// faultsText is all faults in one line.
func faultsText(faults []db.Fault) string {
	var texts []string
	for _, fault := range faults {
		texts = append(texts, fault.Text)
	}
	return "database: " + strings.Join(texts, "; ")
}

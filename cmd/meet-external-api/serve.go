package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"meet-external-api/audit"
	"meet-external-api/auth/secret"
	"meet-external-api/db"
	"meet-external-api/refusal"
)

const (
	// databaseRetryInterval is the time between two attempts to reach the database at start.
	databaseRetryInterval = 500 * time.Millisecond
	// shutdownTimeout bounds the wait for the requests in flight at the end.
	shutdownTimeout = 30 * time.Second
	// garbagePercent is how far the heap grows before it is collected, in percent of what is live, unless GOGC says so. So little is
	// live that with Go's 100 a fifth of the processor's time would go there; with this, some ten megabytes more are in use.
	garbagePercent = 400
	// memoryLimit is when it is collected earlier, in bytes, unless GOMEMLIMIT says so: thousands of slow callers may keep more alive.
	memoryLimit = 100 << 20
)

type serveCommand struct{}

func (serveCommand) Help() string {
	return "Applies pending migrations first, unless EXTERNAL_API_MIGRATE is false. Without DATABASE_URL and DB_HOST it " +
		"brings up a PostgreSQL of its own in EXTERNAL_API_DATA. SIGTERM and Ctrl-C end it in order, a second one at once.\n\n" +
		"Examples:\n" +
		"  DATABASE_URL=postgres://meet:pass@db/meet APPLICATION_JWT_SECRET_KEY_FILE=/run/secrets/jwt meet-external-api serve\n" +
		"  EXTERNAL_API_LISTEN=127.0.0.1:8080 APPLICATION_JWT_SECRET_KEY=$(openssl rand -hex 32) meet-external-api serve"
}

// Run serves until the context ends.
func (serveCommand) Run(e environment) error { return listenAndServe(e, nil) }

// listenAndServe serves until the context ends; box is nil unless this is a sandbox.
func listenAndServe(e environment, box *sandbox) (err error) {
	if e.env["GOGC"] == "" {
		debug.SetGCPercent(garbagePercent)
	}
	if e.env["GOMEMLIMIT"] == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	s, fault := readSettings(e.env)
	reports, unreported := newReporter(s.sentry)
	defer reports.close()
	d, err := newDependencies(s, reports.watch(newLogger(s, e.stderr)))
	defer d.close()
	if err := errors.Join(fault, err, unreported); err != nil {
		return err
	}
	if box != nil {
		if d.faults, err = box.newFaults(e.ctx, d.log); err != nil {
			return err
		}
	}
	// Before the database, so that a port that is taken is said at once.
	listener, err := (&net.ListenConfig{}).Listen(e.ctx, "tcp", s.listen)
	if err != nil {
		return fmt.Errorf("EXTERNAL_API_LISTEN: %w", err)
	}
	defer func() { _ = listener.Close() }()
	operations, err := listenForOperators(e.ctx, s.operationsListen, s.operationsListenSet, d.log)
	if err != nil {
		return err
	}
	if operations != nil {
		defer func() { _ = operations.Close() }()
	}
	lines, closeLines, err := openAuditLog(s, e.stdout)
	if err != nil {
		return err
	}
	defer closeLines()
	database, err := openDatabase(e, s, d.log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, database.close()) }()
	store, err := db.Open(database.dsn)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	if database.embedded != nil {
		if err := d.keepApart(e.ctx, store, box); err != nil {
			return err
		}
	}
	if err := readFrom(store, s.readDatabaseURL); err != nil {
		return err
	}
	store.KeepAudit(s.auditRetentionDays)
	recorder := newRecorder(store, lines, d.log)
	if box != nil {
		warnOfExposure(listener, d.log)
		d.introduce = func(ctx context.Context) error {
			return box.introduce(ctx, d.settings, store, listener, operations, e.stdout)
		}
	}
	return serve(e.ctx, d, database, store, recorder, listener, operations)
}

// errDraining is why a server that is about to end is not ready.
var errDraining = refusal.NotAvailable("draining", errors.New("shutting down"))

// serve answers requests on the listeners, of which that for operators may be nil, and brings the database up to what they need, until
// ctx ends, one of them fails or the embedded database ends; then it drains and shuts down.
func serve(ctx context.Context, d dependencies, database database, store *db.DB, recorder *audit.Recorder, listener, operations net.Listener) error {
	secrets, passwords := newSecrets(store), newPasswords(store)
	var draining atomic.Bool
	readiness := &readiness{dsn: database.dsn, log: d.log}
	ready := func(ctx context.Context) error {
		if draining.Load() {
			return errDraining
		}
		return cmp.Or(store.Ping(ctx), readiness.err())
	}
	m := newMetrics(measured{dependencies: d, store: store, recorder: recorder, secrets: secrets, passwords: passwords, ready: ready})
	server, err := newServer(d, store, secrets, recorder, m, ready)
	if err != nil {
		return err
	}
	server.Handler = closeConnections(server.Handler, &draining)
	ending := make(chan struct{})
	operators, err := newOperationsServer(d, store, passwords, recorder, m, profiles{ending})
	if err != nil {
		return err
	}
	operators.RegisterOnShutdown(func() { close(ending) })
	operators.Handler = closeConnections(operators.Handler, &draining)
	d.log.Info("listening", "address", listener.Addr().String())
	if operations != nil {
		d.log.Info("listening for operators", "address", operations.Addr().String())
	}
	group, running := errgroup.WithContext(ctx)
	// Background work goes on while requests are answered, which leave some.
	working, stopWorking := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWorking()
	var work sync.WaitGroup
	work.Go(func() { recorder.Run(working) })
	group.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serving: %w", err)
		}
		return nil
	})
	if operations != nil {
		group.Go(func() error { return serveOperators(operators, operations) })
	}
	group.Go(func() error {
		err := prepareDatabase(running, d, database.dsn, store, secrets)
		if err == nil {
			work.Go(func() { runTasks(working, backgroundTasks(d, store, secrets), d.log) })
			if d.readDatabaseURL != "" {
				work.Go(func() { watchReadReplica(working, store, d.log) })
			}
			readiness.watch(running)
		}
		return err
	})
	group.Go(func() error { return database.wait(running) })

	<-running.Done()
	// Drain: load balancers see that the server is not ready any more, requests are still taken until they do, and each answer ends
	// its connection: one that is idle at the end would be closed while the next request is on its way.
	draining.Store(true)
	d.log.Info("shutting down", "drain_seconds", d.drain.Seconds())
	time.Sleep(d.drain)
	// Graceful shutdown: no further request is taken, and those in flight are answered.
	shutdown, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err = errors.Join(server.Shutdown(shutdown), operators.Shutdown(shutdown)); err != nil {
		err = fmt.Errorf("requests in flight did not finish within %s: %w", shutdownTimeout, err)
	}
	err = errors.Join(group.Wait(), err)
	stopWorking()
	work.Wait()
	writeUses(ctx, store, d.log)
	d.log.Info("stopped")
	return err
}

// closeConnections lets each answer that begins while the server drains say that its connection ends with it (docs/contract.md,
// "Small print"; RFC 9112, section 9.6).
func closeConnections(next http.Handler, draining *atomic.Bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(closingWriter{w, draining}, r)
	})
}

type closingWriter struct {
	http.ResponseWriter
	draining *atomic.Bool
}

func (w closingWriter) WriteHeader(status int) {
	if w.draining.Load() {
		w.Header().Set("Connection", "close")
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (w closingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// prepareDatabase migrates and prepares, and tries again until it succeeds: the server is live meanwhile, but not ready.
// Tables of Meet that do not fit are the one fault that waiting does not mend, unless there were none before: then Meet may be making
// them, which it does in several steps.
func prepareDatabase(ctx context.Context, d dependencies, dsn string, store *db.DB, secrets *secret.Checker) error {
	logged, appearing := "", false
	for ctx.Err() == nil {
		err := prepareDatabaseOnce(ctx, d, dsn, store, secrets)
		if err == nil {
			d.warnOfIndex(ctx, store)
			d.log.Info("ready")
			if d.introduce != nil {
				return d.introduce(ctx)
			}
			return nil
		}
		appearing = appearing || errors.Is(err, db.ErrNoTables)
		if unfit := (*db.SchemaError)(nil); errors.As(err, &unfit) && !appearing {
			return err
		}
		if logged != err.Error() && ctx.Err() == nil {
			logged = err.Error()
			d.log.Error("not ready, trying again", "error", logged)
		}
		select {
		case <-ctx.Done():
		case <-time.After(databaseRetryInterval):
		}
	}
	return nil
}

func prepareDatabaseOnce(ctx context.Context, d dependencies, dsn string, store *db.DB, secrets *secret.Checker) error {
	asking, cancel := context.WithTimeout(ctx, db.Timeout)
	defer cancel()
	pooled, err := store.TransactionPooler(asking)
	if err != nil {
		return err
	}
	if err := awaitable(ctx, dsn, d.migrate); err != nil {
		return err
	}
	if d.migrate {
		applied, err := migrate(ctx, d.settings, dsn, store)
		if err != nil {
			return err
		}
		if applied > 0 {
			d.log.Info("migrated", "applied", applied)
		}
	}
	ctx, cancel = context.WithTimeout(ctx, db.Timeout)
	defer cancel()
	if err := store.CheckSchema(ctx); err != nil {
		return err
	}
	if err := store.Prepare(ctx); err != nil {
		return err
	}
	if pooled {
		d.log.Info("there is a pooler before the database: statements are planned anew each time")
	}
	return secrets.Refresh(ctx)
}

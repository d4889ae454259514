package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"meet-external-api/auth"
	"meet-external-api/db"
	"meet-external-api/livekit"
)

const (
	// retryInterval is the time between two attempts to reach the database at start.
	retryInterval = 500 * time.Millisecond
	// attemptTimeout bounds one attempt, migrations aside.
	attemptTimeout = 10 * time.Second
	// shutdownTimeout bounds the wait for the requests in flight at the end.
	shutdownTimeout = 30 * time.Second
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
func (serveCommand) Run(e environment) (err error) {
	s, err := readSettings(e.getenv)
	if keys := s.checkKeys(); err != nil || keys != nil {
		return errors.Join(err, keys)
	}
	log := newLogger(s, e.stderr)
	// Before the database, so that a port that is taken is said at once.
	listener, err := (&net.ListenConfig{}).Listen(e.ctx, "tcp", s.listen)
	if err != nil {
		return fmt.Errorf("EXTERNAL_API_LISTEN: %w", err)
	}
	defer func() { _ = listener.Close() }()
	database, err := openDatabase(e, s, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, database.close()) }()
	store, err := db.Open(database.dsn)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	return serve(e.ctx, s, database.dsn, store, listener, log)
}

// serve answers requests on the listener, and brings the database up to what they need, until ctx ends.
func serve(ctx context.Context, s settings, dsn string, store *db.DB, listener net.Listener, log *slog.Logger) error {
	changed, closeLiveKit, err := newRoomChanged(s, log)
	if err != nil {
		return err
	}
	defer closeLiveKit()
	attempts, err := s.newAttempts(log)
	if err != nil {
		return err
	}
	defer func() { _ = attempts.Close() }()
	var draining atomic.Bool
	handler, err := newServer(parts{settings: s, store: store, changed: changed, attempts: attempts, log: log, ready: func(ctx context.Context) error {
		if draining.Load() {
			return errDraining
		}
		return store.Ping(ctx)
	}})
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      s.requestTimeout() + 20*time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		// OPTIONS * is an unknown path here.
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	log.Info("listening", "address", listener.Addr().String())
	group, groupCtx := errgroup.WithContext(ctx)
	group.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serving: %w", err)
		}
		return nil
	})
	group.Go(func() error { return prepareDatabase(groupCtx, s, dsn, store, log) })
	group.Go(func() error { keepHouse(groupCtx, store, log); return nil })
	group.Go(func() error {
		<-groupCtx.Done()
		draining.Store(true)
		return drain(server, s.drain, log)
	})
	err = group.Wait()
	writeUses(ctx, store, log)
	return err
}

// errDraining is why a server that is about to end is not ready.
var errDraining = drainingError{}

type drainingError struct{}

func (drainingError) Error() string     { return "shutting down" }
func (drainingError) Unavailable() bool { return true }

// drain lets load balancers see that the server is not ready any more, then lets the requests in flight finish.
func drain(server *http.Server, wait time.Duration, log *slog.Logger) error {
	log.Info("shutting down", "drain_seconds", wait.Seconds())
	<-time.After(wait)
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return fmt.Errorf("requests in flight did not finish within %s: %w", shutdownTimeout, err)
	}
	log.Info("stopped")
	return nil
}

// prepareDatabase migrates and prepares, and tries again until it succeeds: the server is live meanwhile, but not ready.
// Tables of Meet that do not fit are the one fault that waiting does not mend.
func prepareDatabase(ctx context.Context, s settings, dsn string, store *db.DB, log *slog.Logger) error {
	said := ""
	for ctx.Err() == nil {
		err := attempt(ctx, s, dsn, store, log)
		if err == nil {
			log.Info("ready")
			return nil
		}
		var unfit *db.SchemaError
		if errors.As(err, &unfit) {
			return err
		}
		if said != err.Error() && ctx.Err() == nil {
			said = err.Error()
			log.Error("not ready, trying again", "error", said)
		}
		select {
		case <-ctx.Done():
		case <-time.After(retryInterval):
		}
	}
	return nil
}

func attempt(ctx context.Context, s settings, dsn string, store *db.DB, log *slog.Logger) error {
	if s.migrate {
		applied, err := db.Migrate(ctx, dsn)
		if err != nil {
			return err
		}
		if applied > 0 {
			log.Info("migrated", "applied", applied)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	if err := store.CheckSchema(ctx); err != nil {
		return err
	}
	return store.Prepare(ctx)
}

// newRoomChanged tells LiveKit of changed rooms, where it is set; call the function it returns at the end.
func newRoomChanged(s settings, log *slog.Logger) (changed func(db.Room), closeAll func(), err error) {
	if s.livekit == nil {
		return func(db.Room) {}, func() {}, nil
	}
	client, err := livekit.New(livekit.Options{
		URL:         s.livekit.url,
		InsecureTLS: s.livekit.insecureTLS,
		Log:         log,
		Token: func(room string) (string, error) {
			return auth.LiveKitToken(s.livekit.key, s.livekit.secret, room, time.Now())
		},
	})
	if err != nil {
		return nil, nil, fmt.Errorf("LIVEKIT_API_URL: %w", err)
	}
	return func(room db.Room) { client.UpdateRoom(room.ID, room.AccessLevel, room.Configuration) }, client.Close, nil
}

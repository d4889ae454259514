package db

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// errPending says that the database lacks migrations of this release.
var errPending = errors.New("migrations are pending")

// Migrate applies the migrations that the database lacks, one process at a time, and returns how many it applied.
// Tables of Meet that exist are left alone. Errors: those of DB.CheckSchema; nothing is written beside tables that do not fit.
func Migrate(ctx context.Context, dsn string) (int, error) {
	pool, err := migrationPool(dsn)
	if err != nil {
		return 0, err
	}
	defer func() { _ = pool.Close() }()
	if err := checkSchema(ctx, sqlx.NewDb(pool, "postgres")); err != nil && !errors.Is(err, ErrNoTables) {
		return 0, err
	}
	// Asking first spares a start with nothing to do the wait for the lock.
	if lacking, err := pending(ctx, pool); err != nil || !lacking {
		return 0, err
	}
	if err := ensureSchema(ctx, pool); err != nil {
		return 0, err
	}
	provider, err := newProvider(pool)
	if err != nil {
		return 0, err
	}
	applied, err := provider.Up(ctx)
	if err != nil {
		return 0, fmt.Errorf("migrating: %w", classify(ctx, err))
	}
	return len(applied), nil
}

// Pending reports whether the database lacks migrations.
func Pending(ctx context.Context, dsn string) (bool, error) {
	pool, err := migrationPool(dsn)
	if err != nil {
		return false, err
	}
	defer func() { _ = pool.Close() }()
	return pending(ctx, pool)
}

// pending looks for the newest migration, as all before it are applied first.
func pending(ctx context.Context, pool *sql.DB) (bool, error) {
	files, err := migrations.ReadDir("migrations")
	if err != nil {
		return false, err
	}
	var applied bool
	err = pool.QueryRowContext(ctx, `
		select exists (select from external_api.migration where version_id = $1 and is_applied)`, len(files)).Scan(&applied)
	if pq.As(err, pqerror.UndefinedTable) != nil {
		err = nil
	}
	return !applied, classify(ctx, err)
}

// migrationPool has none of the time limits of requests: a migration of a large table takes its time.
func migrationPool(dsn string) (*sql.DB, error) {
	connector, err := newConnector(dsn)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

// ensureSchema asks before it creates, since CREATE SCHEMA IF NOT EXISTS needs the right to create in any case.
func ensureSchema(ctx context.Context, pool *sql.DB) error {
	there, err := schemaExists(ctx, pool)
	if err != nil || there {
		return err
	}
	if _, err := pool.ExecContext(ctx, `create schema if not exists external_api`); err != nil {
		// Another process may have made it in between.
		if there, again := schemaExists(ctx, pool); again == nil && there {
			return nil
		}
		return fmt.Errorf("creating the schema external_api: %w", classify(ctx, err))
	}
	return nil
}

func schemaExists(ctx context.Context, pool *sql.DB) (bool, error) {
	var there bool
	err := pool.QueryRowContext(ctx, `select to_regnamespace('external_api') is not null`).Scan(&there)
	return there, classify(ctx, err)
}

func newProvider(pool *sql.DB) (*goose.Provider, error) {
	locker, badLock := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
	files, badFiles := fs.Sub(migrations, "migrations")
	if err := errors.Join(badLock, badFiles); err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, pool, files,
		goose.WithTableName("external_api.migration"), goose.WithSessionLocker(locker), goose.WithDisableGlobalRegistry(true))
}

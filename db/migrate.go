package db

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

var (
	//go:embed migrations/*.sql
	migrations embed.FS
	// meetTables makes Meet's tables where there is none of them.
	//go:embed meet_tables.sql
	meetTables string
)

// errPending says that the database lacks migrations of this release.
var errPending = errors.New("migrations are pending")

// Migrate applies the migrations that the database lacks, one process at a time, and returns how many it applied.
// Tables of Meet are left alone. Errors: those of DB.CheckSchema; nothing is written beside tables that do not fit, or where there
// are none: that database may be another one than was meant.
func Migrate(ctx context.Context, dsn string) (int, error) {
	pool, err := migrationPool(dsn)
	if err != nil {
		return 0, err
	}
	defer func() { _ = pool.Close() }()
	return migrate(ctx, pool, Timeout)
}

// migrate waits for the answers to questions no longer than the timeout.
func migrate(ctx context.Context, pool *sql.DB, timeout time.Duration) (int, error) {
	asking, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	// Asking first spares a start with nothing to do the wait for the lock.
	if lacking, err := canMigrate(asking, sqlx.NewDb(pool, "postgres")); err != nil || !lacking {
		return 0, err
	}
	applied, err := applyMigrations(ctx, pool, timeout)
	if err != nil {
		return 0, fmt.Errorf("migrating: %w", classify(ctx, err))
	}
	return applied, nil
}

// CanMigrate reports whether Migrate would apply anything. It spares a start with nothing to do a connection of its own. Errors: those of
// Migrate.
func (d *DB) CanMigrate(ctx context.Context) (bool, error) { return canMigrate(ctx, d.pool) }

func canMigrate(ctx context.Context, pool *sqlx.DB) (bool, error) {
	if _, err := checkSchema(ctx, pool); err != nil {
		return false, err
	}
	return pending(ctx, pool)
}

// CreateMeetTables makes Meet's tables in a database that has none of them, for a program that is on its own. Those that exist are
// left alone. Errors: a *SchemaError for tables that do not fit.
func CreateMeetTables(ctx context.Context, dsn string) error {
	pool, err := migrationPool(dsn)
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	if _, err = checkSchema(ctx, sqlx.NewDb(pool, "postgres")); !errors.Is(err, ErrNoTables) {
		return err
	}
	if _, err = pool.ExecContext(ctx, meetTables); err != nil {
		return fmt.Errorf("making the tables of Meet: %w", classify(ctx, err))
	}
	return nil
}

// queryer is a pool or a transaction.
type queryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// pending looks for the newest migration, as all before it are applied first.
func pending(ctx context.Context, pool queryer) (bool, error) {
	files, err := migrations.ReadDir("migrations")
	if err != nil {
		return false, err
	}
	var applied bool
	// Asking for the table first leaves no error in the log of PostgreSQL at a first start.
	err = pool.QueryRowContext(ctx, `select to_regclass('external_api.migration') is not null`).Scan(&applied)
	if err == nil && applied {
		err = pool.QueryRowContext(ctx, `
			select exists (select from external_api.migration where version_id = $1 and is_applied)`, len(files)).Scan(&applied)
	}
	return !applied, classify(ctx, err)
}

// migrationTimeout is how long a migration, or the index on a large table, may take. Until then its connection says nothing.
const migrationTimeout = time.Hour

func migrationPool(dsn string) (*sql.DB, error) {
	connector, err := newConnector(dsn)
	if err != nil {
		return nil, err
	}
	connector.timeout = migrationTimeout
	return sql.OpenDB(connector), nil
}

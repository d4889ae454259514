package db

import (
	"context"
	"database/sql"
	"time"
)

// SetTimeouts shortens those of writes.
func (d *DB) SetTimeouts(idle, write time.Duration) {
	d.timeouts.idle, d.timeouts.write = idle, write
}

// MigrateWithin is Migrate where answers come within the timeout, except those of migrations.
func MigrateWithin(ctx context.Context, dsn string, timeout time.Duration) (int, error) {
	connector, err := newConnector(dsn)
	if err != nil {
		return 0, err
	}
	connector.timeout, connector.config.ConnectTimeout = migrationTimeout, timeout
	pool := sql.OpenDB(connector)
	defer func() { _ = pool.Close() }()
	return migrate(ctx, pool, timeout)
}

// AgeSession lets a session of an operator be one that was used some minutes ago.
func (d *DB) AgeSession(ctx context.Context, id string) error {
	_, err := d.pool.ExecContext(ctx, `update external_api.operator_session set last_seen_at = now() - interval '5 minutes' where id = decode($1, 'hex')`, id)
	return err
}

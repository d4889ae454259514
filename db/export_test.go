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

// WriteCancelled is a write of which that many runs are cancelled. It returns how many there were.
func (d *DB) WriteCancelled(ctx context.Context, cancelled int) (runs int, err error) {
	err = d.write(ctx, func(t *tx) {
		if runs++; runs <= cancelled {
			t.exec(`select pg_cancel_backend(pg_backend_pid()), pg_sleep(60)`)
		}
	})
	return runs, err
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

// WriteThroughReplica runs a statement on the connections that the replica is read through.
func (d *DB) WriteThroughReplica(ctx context.Context, statement string) error {
	_, err := d.replica.pool.ExecContext(ctx, statement)
	return err
}

// Position is how far the primary's write-ahead log goes, as requests that read are told.
func (d *DB) Position(ctx context.Context) (string, error) {
	position, err := d.replica.position.now(ctx)
	return position.lsn, err
}

// ReplicaIsolation is the level of isolation at which the replica is read.
func (d *DB) ReplicaIsolation(ctx context.Context) (level string, err error) {
	read, fault := d.replica.open(ctx, replicaPatience)
	if fault != nil {
		return "", fault
	}
	defer read.close()
	err = read.each(read.ctx, `select current_setting('transaction_isolation')`, nil, func(row *sql.Rows) error { return row.Scan(&level) })
	return level, err
}

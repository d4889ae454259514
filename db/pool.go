package db

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Timeout is how long this program waits for PostgreSQL, wherever it does: for a connection, for each piece of an answer, to find
// out what became of a write, and for all that one request or one attempt asks of it.
const Timeout = 10 * time.Second

// maxConnections suits a PostgreSQL that is shared with Meet and has its usual limit of 100.
const maxConnections = 20

// DB is a pool of connections. It can be used by several goroutines at once.
type DB struct {
	pool     *sqlx.DB
	ready    atomic.Bool
	timeouts timeouts
	// secretUses are the times of a secretUse that are not written yet.
	secretUses sync.Map
}

// errNotReady is the state between Open and Prepare.
var errNotReady = errors.New("not connected yet")

// Open makes a pool for the database that dsn names (a postgres:// URL or keyword form). It does not connect: until
// Prepare has succeeded, every method but CheckSchema returns a refusal that is refusal.Unavailable. Errors: a dsn that cannot be read.
func Open(dsn string) (*DB, error) {
	connector, err := newConnector(dsn)
	if err != nil {
		return nil, err
	}
	connector.Dialer(dialer{&net.Dialer{Timeout: Timeout}})
	pool := sqlx.NewDb(sql.OpenDB(preparingConnector{connector}), "postgres")
	pool.SetMaxOpenConns(maxConnections)
	pool.SetMaxIdleConns(maxConnections)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	return &DB{pool: pool, timeouts: defaultTimeouts}, nil
}

// newConnector reads dsn. Like libpq, it encrypts where the server offers to, unless dsn says what to do.
func newConnector(dsn string) (*pq.Connector, error) {
	config, err := pq.NewConfig(dsn)
	if err != nil {
		// The driver's text may repeat the password.
		return nil, errors.New("the address of the database cannot be read: it takes the form postgres://user:password@host:5432/name")
	}
	if !strings.Contains(dsn, "sslmode") && config.SSLMode == "" {
		config.SSLMode = pq.SSLModePrefer
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = Timeout
	}
	return pq.NewConnectorConfig(config)
}

// Prepare sees to it that the migrations of this release have been applied, after which the other methods work. Errors: a refusal
// that is refusal.Unavailable.
func (d *DB) Prepare(ctx context.Context) error {
	lacking, err := pending(ctx, d.pool.DB)
	if lacking && err == nil {
		err = unavailable(errPending)
	}
	d.ready.Store(err == nil)
	return err
}

// Ping asks the database for an answer. Errors: a refusal that is refusal.Unavailable.
func (d *DB) Ping(ctx context.Context) error {
	var one int
	return d.get(ctx, &one, `select 1`)
}

// ClockDifference returns how far the clocks of this machine and of the database are apart, as well as a round trip can tell.
func (d *DB) ClockDifference(ctx context.Context) (time.Duration, error) {
	var theirs time.Time
	before := time.Now()
	if err := d.pool.GetContext(ctx, &theirs, `select clock_timestamp()`); err != nil {
		return 0, classify(ctx, err)
	}
	after := time.Now()
	return max(before.Sub(theirs), theirs.Sub(after), 0), nil
}

// Close closes all connections.
func (d *DB) Close() error { return d.pool.Close() }

// get runs a statement and reads its one row. Errors: ErrNotFound where there is none.
func (d *DB) get(ctx context.Context, row any, query string, args ...any) error {
	return d.run(ctx, func() error { return d.pool.GetContext(ctx, row, query, args...) })
}

// list runs a statement and reads all its rows.
func (d *DB) list(ctx context.Context, rows any, query string, args ...any) error {
	return d.run(ctx, func() error { return d.pool.SelectContext(ctx, rows, query, args...) })
}

// each runs a statement and hands each of its rows to read, which scans it by hand: that takes half the allocations of reflection.
func (d *DB) each(ctx context.Context, query string, args []any, read func(row *sql.Rows) error) error {
	return d.run(ctx, func() error {
		rows, err := d.pool.QueryContext(ctx, query, args...)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			if err := read(rows); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}

// run runs statements and reads their error. Where that says that a connection is stale, it closes those at rest.
func (d *DB) run(ctx context.Context, statements func() error) error {
	if !d.ready.Load() {
		return unavailable(errNotReady)
	}
	err := statements()
	if isStaleConnection(err) {
		d.pool.SetMaxIdleConns(0)
		d.pool.SetMaxIdleConns(maxConnections)
	}
	return classify(ctx, err)
}

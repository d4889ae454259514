// Package db holds all SQL, and all knowledge of PostgreSQL: the tables shared with La Suite Meet, and the schema
// external_api of this project. There is one exported method for each business action; transactions stay inside.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

const (
	// maxConnections suits a PostgreSQL that is shared with Meet and has its usual limit of 100.
	maxConnections = 20
	// lockPatience is how long a transaction of ours waits for a lock before it lets go of what it has. Meet locks rows in
	// more than one order: it saves a room from the resource on, and deletes it from the accesses on. Whoever waits for us
	// while we wait for them would be ended by PostgreSQL after deadlock_timeout, 1 s unless set otherwise.
	lockPatience = 100 * time.Millisecond
	// answerTimeout bounds the wait for each piece of an answer, so that a host that vanished does not hold requests.
	answerTimeout = 10 * time.Second
)

// DB is a pool of connections with prepared statements. It can be used by several goroutines at once.
type DB struct {
	pool     *sqlx.DB
	prepared atomic.Pointer[map[string]*sqlx.Stmt]
	uses     secretUses
}

// errNotPrepared is the state between Open and Prepare.
var errNotPrepared = errors.New("not connected yet")

// statements collects the SQL of the package, which Prepare prepares.
var statements []string

// statement registers SQL to be prepared; a query with parameters that is not costs a plan and a round trip each time.
func statement(query string) string {
	statements = append(statements, query)
	return query
}

// live stands in statements for the condition that the room r is not deleted. Later releases of Meet delete softly, by a
// time in a column that is not there before.
const live = `/* live */`

const liveCondition = `and r.deleted_at is null`

var softDeletion = `select exists (select from pg_attribute
	where attrelid = to_regclass('meet_room') and attname = 'deleted_at' and not attisdropped)`

// Open makes a pool for the database that dsn names (a postgres:// URL or keyword form). It does not connect: until
// Prepare has succeeded, every method returns an UnavailableError. Errors: a dsn that cannot be read.
func Open(dsn string) (*DB, error) {
	connector, err := connector(dsn)
	if err != nil {
		return nil, err
	}
	connector.Dialer(dialer{timeout: answerTimeout})
	pool := sqlx.NewDb(sql.OpenDB(connector), "postgres")
	pool.SetMaxOpenConns(maxConnections)
	pool.SetMaxIdleConns(maxConnections)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	return &DB{pool: pool}, nil
}

// connector reads dsn. Like libpq, it encrypts where the server offers to, unless dsn says what to do.
func connector(dsn string) (*pq.Connector, error) {
	config, err := pq.NewConfig(dsn)
	if err != nil {
		// The driver's text may repeat the password.
		return nil, errors.New("the address of the database cannot be read: it takes the form postgres://user:password@host:5432/name")
	}
	if !strings.Contains(dsn, "sslmode") && config.SSLMode == "" {
		config.SSLMode = pq.SSLModePrefer
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = answerTimeout
	}
	return pq.NewConnectorConfig(config)
}

// Prepare connects and prepares every statement, which fails unless the tables are as this package needs them.
func (d *DB) Prepare(ctx context.Context) error {
	var soft bool
	if err := d.pool.GetContext(ctx, &soft, softDeletion); err != nil {
		return classify(ctx, err)
	}
	prepared := make(map[string]*sqlx.Stmt, len(statements))
	for _, query := range statements {
		text := query
		if soft {
			text = strings.ReplaceAll(query, live, liveCondition)
		}
		stmt, err := d.pool.PreparexContext(ctx, text)
		if err != nil {
			closeAll(prepared)
			return fmt.Errorf("preparing the statements: %w", classify(ctx, err))
		}
		prepared[query] = stmt
	}
	d.prepared.Store(&prepared)
	return nil
}

func closeAll(prepared map[string]*sqlx.Stmt) {
	for _, stmt := range prepared {
		_ = stmt.Close()
	}
}

// Ping asks the database for an answer, on a prepared statement. Errors: an UnavailableError.
func (d *DB) Ping(ctx context.Context) error {
	var one int
	return d.get(ctx, &one, ping)
}

var ping = statement(`select 1`)

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

func (d *DB) stmt(query string) (*sqlx.Stmt, error) {
	prepared := d.prepared.Load()
	if prepared == nil {
		return nil, &UnavailableError{cause: errNotPrepared}
	}
	return (*prepared)[query], nil
}

func (d *DB) get(ctx context.Context, row any, query string, args ...any) error {
	stmt, err := d.stmt(query)
	if err != nil {
		return err
	}
	return d.settle(ctx, stmt.GetContext(ctx, row, args...))
}

func (d *DB) list(ctx context.Context, rows any, query string, args ...any) error {
	stmt, err := d.stmt(query)
	if err != nil {
		return err
	}
	return d.settle(ctx, stmt.SelectContext(ctx, rows, args...))
}

// tx is a transaction that runs the prepared statements.
type tx struct {
	ctx context.Context
	db  *DB
	tx  *sqlx.Tx
}

func (t tx) get(row any, query string, args ...any) error {
	stmt, err := t.db.stmt(query)
	if err != nil {
		return err
	}
	return t.tx.StmtxContext(t.ctx, stmt).GetContext(t.ctx, row, args...)
}

// exec runs a statement and returns how many rows it changed.
func (t tx) exec(query string, args ...any) (int64, error) {
	stmt, err := t.db.stmt(query)
	if err != nil {
		return 0, err
	}
	result, err := t.tx.StmtxContext(t.ctx, stmt).ExecContext(t.ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// write runs do in a transaction: all of it is stored, or nothing. Where others hold the locks, do is run again until ctx
// ends. When the answer to COMMIT is lost, nobody knows which; then stored looks for what do wrote. (A driver that repeats
// a lost statement would write twice; in a transaction it cannot.)
func (d *DB) write(ctx context.Context, do func(tx) error, stored func(context.Context) (bool, error)) error {
	err := d.transact(ctx, do)
	for isYield(err) && ctx.Err() == nil {
		err = d.transact(ctx, do)
	}
	var unknown *unknownOutcomeError
	if !errors.As(err, &unknown) {
		return d.settle(ctx, err)
	}
	// The caller may be out of time, but what was stored has to be told from what was not.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTimeout)
	defer cancel()
	done, lookup := stored(ctx)
	switch {
	case lookup != nil:
		return fmt.Errorf("after a commit of unknown outcome: %w", lookup)
	case done:
		return nil
	}
	return &UnavailableError{cause: unknown.cause}
}

func (d *DB) transact(ctx context.Context, do func(tx) error) error {
	begun, err := d.pool.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	_, err = begun.ExecContext(ctx, fmt.Sprintf(`set local lock_timeout = %d`, lockPatience.Milliseconds()))
	if err == nil {
		err = do(tx{ctx: ctx, db: d, tx: begun})
	}
	if err != nil {
		_ = begun.Rollback()
		return err
	}
	if err := begun.Commit(); err != nil {
		return classifyCommit(err)
	}
	return nil
}

// settle classifies an error. Where it says that connections are of no use any more, it closes those at rest, which would
// go on failing.
func (d *DB) settle(ctx context.Context, err error) error {
	if isOutlived(err) {
		d.pool.SetMaxIdleConns(0)
		d.pool.SetMaxIdleConns(maxConnections)
	}
	return classify(ctx, err)
}

// dialer makes connections on which no read or write waits longer than timeout. The driver cancels a statement through
// the server, which does nothing when the host is gone.
type dialer struct{ timeout time.Duration }

func (d dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	plain := net.Dialer{Timeout: d.timeout}
	conn, err := plain.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return boundedConn{Conn: conn, timeout: d.timeout}, nil
}

func (d dialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

func (d dialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

type boundedConn struct {
	net.Conn
	timeout time.Duration
}

func (c boundedConn) Read(p []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(c.timeout)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

func (c boundedConn) Write(p []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(c.timeout)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"

	"meet-external-api/audit"
)

// Timeout is how long this program waits for PostgreSQL, wherever it does: for a connection, for each piece of an answer, to find
// out what became of a write, and for all that one request or one attempt asks of it.
const Timeout = 10 * time.Second

// Connections, of which all together suit a PostgreSQL that is shared with Meet and has its usual limit of 100. A table that is locked
// or slow takes those of the statements that read it, and leaves the rest.
const (
	// roomConnections are those of statements about rooms.
	roomConnections = 10
	// otherConnections are those of tokens, callers and the command line, of all that is not about rooms.
	otherConnections = 8
	// probeConnections are those of the readiness probe.
	probeConnections = 2
	// backgroundConnections are those of work that nobody waits for.
	backgroundConnections = 2
)

// DB is a database, and its connections. It can be used by several goroutines at once.
type DB struct {
	// share is that of otherConnections.
	share
	rooms, probe, background share
	// replica is a standby that answers lists and retrievals; nil: there is none.
	replica *readReplica
	// release is the one of Meet that the tables are of, as they were looked at last.
	release atomic.Pointer[release]
	// secretUses are uses of secrets that are not written yet.
	secretUses sync.Map
	// operatorTokenUses are those of tokens of the operators' API: when, by their id.
	operatorTokenUses sync.Map
}

// share is a part of the connections.
type share struct {
	pool *sqlx.DB
	size int
	*state
}

// state is what all shares have in common.
type state struct {
	ready    atomic.Bool
	timeouts timeouts
	// stored is told of each event that is stored with a change.
	stored func(audit.Event)
	errors errorCounts
	// auditDays is how long the audit trail is kept; 0: for good.
	auditDays int
}

// audited tells of events that are stored.
func (s *state) audited(events ...audit.Event) {
	for _, e := range events {
		if s.stored != nil {
			s.stored(e)
		}
	}
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
	common := &state{timeouts: defaultTimeouts}
	return &DB{
		share:      newShare(connector, otherConnections, common),
		rooms:      newShare(connector, roomConnections, common),
		probe:      newShare(connector, probeConnections, common),
		background: newShare(connector, backgroundConnections, common),
	}, nil
}

func newShare(c connector, size int, common *state) share {
	pool := sqlx.NewDb(sql.OpenDB(c), "postgres")
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	return share{pool: pool, size: size, state: common}
}

// Prepare sees to it that the migrations of this release have been applied, after which the other methods work. Errors: a refusal
// that is refusal.Unavailable.
func (d *DB) Prepare(ctx context.Context) error {
	lacking, err := pending(ctx, d.pool.DB)
	if lacking && err == nil {
		err = unavailable(errPending)
	}
	if err == nil {
		err = d.readRelease(ctx)
	}
	d.ready.Store(err == nil)
	return err
}

// Ping asks the database for an answer. Errors: a refusal that is refusal.Unavailable.
func (d *DB) Ping(ctx context.Context) error {
	var one int
	return d.probe.get(ctx, &one, `select 1`)
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
func (d *DB) Close() error {
	err := errors.Join(d.pool.Close(), d.rooms.pool.Close(), d.probe.pool.Close(), d.background.pool.Close())
	if d.replica != nil {
		err = errors.Join(err, d.replica.pool.Close())
	}
	return err
}

// TransactionPooler reports whether the address leads to a pooler that may run each transaction in another session, as PgBouncer does
// unless its mode is session, which cannot be told from outside and may be changed while it runs. Statements are sent unprepared then.
// Errors: a refusal that is refusal.Unavailable; behind a pooler whose mode is statement, that it knows no transactions.
func (d *DB) TransactionPooler(ctx context.Context) (bool, error) {
	connection, err := d.pool.Conn(ctx)
	if err != nil {
		return false, classify(ctx, err)
	}
	defer func() { _ = connection.Close() }()
	var pooled bool
	_ = connection.Raw(func(made any) error {
		pooled = !made.(*conn).ownSession
		return nil
	})
	if !pooled {
		return false, nil
	}
	var one int
	if err := connection.QueryRowContext(ctx, `select 1`).Scan(&one); err != nil {
		return true, classify(ctx, err)
	}
	begun, err := connection.BeginTx(ctx, nil)
	if errors.Is(err, driver.ErrBadConn) {
		err = unavailable(errNoTransactions)
	}
	if err == nil {
		err = begun.Rollback()
	}
	return true, classify(ctx, err)
}

// errNoTransactions says that a pooler answers, and closes the connection where a transaction begins.
var errNoTransactions = errors.New("the pooler before the database lets no transaction begin: its mode has to be transaction or session, " +
	"and not statement")

// get runs a statement and reads its one row. Errors: ErrNotFound where there is none.
func (s *share) get(ctx context.Context, row any, query string, args ...any) error {
	return s.run(ctx, func() error { return s.pool.GetContext(ctx, row, query, args...) })
}

// list runs a statement and reads all its rows.
func (s *share) list(ctx context.Context, rows any, query string, args ...any) error {
	return s.run(ctx, func() error { return s.pool.SelectContext(ctx, rows, query, args...) })
}

// each runs a statement and hands each of its rows to read, which scans it by hand: that takes half the allocations of reflection.
func (s *share) each(ctx context.Context, query string, args []any, read func(row *sql.Rows) error) error {
	return s.run(ctx, func() error {
		rows, err := s.pool.QueryContext(ctx, query, args...)
		return readRows(rows, err, read)
	})
}

func readRows(rows *sql.Rows, err error, read func(row *sql.Rows) error) error {
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
}

// run runs statements and reads their error. Where that says that a connection is stale, it closes those at rest, too; where its plans
// are, which is found out before anything is done, the statements are run again: each connection with such plans is met once at most.
func (s *share) run(ctx context.Context, statements func() error) error {
	if !s.ready.Load() {
		return unavailable(errNotReady)
	}
	err := statements()
	for tries := 0; isStaleConnection(err); tries++ {
		s.pool.SetMaxIdleConns(0)
		s.pool.SetMaxIdleConns(s.size)
		if !isStalePlan(err) || tries == s.size {
			break
		}
		err = statements()
	}
	s.errors.count(ctx, err)
	return classify(ctx, err)
}

package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"meet-external-api/audit"
	"meet-external-api/refusal"
)

// timeouts are those of writes.
type timeouts struct {
	// lock is how long a transaction waits for a lock before it lets go of what it has and begins anew. Meet locks rows in more than
	// one order: it saves a room from the resource on, and deletes it from the accesses on. A transaction of Meet's that waits for
	// ours while ours waits for it would be ended by PostgreSQL after deadlock_timeout, 1 s unless set otherwise.
	lock time.Duration
	// idle is how long PostgreSQL keeps a transaction that waits for its next statement, so that one whose COMMIT is never going to
	// come has ended before confirm gives up.
	idle time.Duration
	// write is how long a write may take in all, also where its answer is lost and it is looked for.
	write time.Duration
}

var defaultTimeouts = timeouts{lock: 100 * time.Millisecond, idle: Timeout / 2, write: Timeout}

// firstHalf returns a context that ends when half of the time of ctx is over, for what is followed by something that needs time too.
func firstHalf(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, bounded := ctx.Deadline()
	if !bounded {
		return context.WithTimeout(ctx, Timeout)
	}
	return context.WithDeadline(ctx, time.Now().Add(time.Until(deadline)/2))
}

// confirmInterval is the time between two attempts of confirm.
const confirmInterval = 50 * time.Millisecond

// tx is a transaction of write. After an error its statements do nothing, so that it is enough to look for one at the end.
type tx struct {
	ctx context.Context
	tx  *sqlx.Tx
	err error
	// events are those of what it does.
	events []audit.Event
}

// get runs a statement and reads its one row.
func (t *tx) get(row any, query string, args ...any) {
	if t.err == nil {
		t.err = t.tx.GetContext(t.ctx, row, query, args...)
	}
}

// list runs a statement and reads all its rows.
func (t *tx) list(rows any, query string, args ...any) {
	if t.err == nil {
		t.err = t.tx.SelectContext(t.ctx, rows, query, args...)
	}
}

// row runs a statement and hands its one row to read, which scans it by hand.
func (t *tx) row(query string, args []any, read func(row *sql.Rows) error) {
	if t.err == nil {
		rows, err := t.tx.QueryContext(t.ctx, query, args...)
		t.err = readRows(rows, err, read)
	}
}

// exec runs a statement and returns how many rows it changed, which is 0 after an error.
func (t *tx) exec(query string, args ...any) (rows int64) {
	var result sql.Result
	if t.err == nil {
		result, t.err = t.tx.ExecContext(t.ctx, query, args...)
	}
	if t.err == nil {
		rows, t.err = result.RowsAffected()
	}
	return rows
}

// fail ends the transaction with an error of this package, unless there is one already.
func (t *tx) fail(err error) {
	if t.err == nil {
		t.err = err
	}
}

// write runs do in a transaction: all of it is stored, or nothing. Where others hold the locks, do is run again until ctx ends.
// Errors: that of the transaction, and refusals that are refusal.Unavailable.
func (s *share) write(ctx context.Context, do func(*tx)) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeouts.write)
	defer cancel()
	for cancelled := false; ; {
		err := s.run(ctx, func() error { return s.transact(ctx, do) })
		again := isLockConflict(err)
		if isCancelled(err) && !cancelled {
			cancelled, again = true, true
		}
		if !again || ctx.Err() != nil {
			return err
		}
	}
}

func (s *share) transact(ctx context.Context, do func(*tx)) error {
	begun, err := s.pool.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	receipt := newReceipt()
	t := &tx{ctx: ctx, tx: begun}
	t.exec(`
		with receipt as (insert into external_api.write (id) values ($1))
		select set_config('lock_timeout', $2, true), set_config('idle_in_transaction_session_timeout', $3, true)`,
		receipt, s.timeouts.lock.Milliseconds(), s.timeouts.idle.Milliseconds())
	do(t)
	t.fail(ctx.Err()) // a COMMIT that is not sent need not be looked for
	if t.err != nil {
		_ = begun.Rollback()
		return t.err
	}
	if err = begun.Commit(); err != nil && !isAnswer(err) {
		err = s.confirm(ctx, receipt, err)
	}
	if err == nil {
		s.audited(t.events...)
	}
	return err
}

// writeOnce runs one statement that stores something, which needs no transaction, and reads its row. The last parameter of the
// statement, after args, is the id of its receipt. All else that it stores must depend on the insertion of the receipt, which is
// `on conflict do nothing`: database/sql sends a statement again when its connection is lost, and the second one stores nothing.
// Nor does one that arrives after confirm has cancelled it.
func (s *share) writeOnce(ctx context.Context, row any, query string, args ...any) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeouts.write)
	defer cancel()
	receipt := newReceipt()
	once, cancelOnce := firstHalf(ctx)
	defer cancelOnce()
	err := s.get(once, row, query, append(args, receipt)...)
	if err == nil || receipt.sent == 0 || receipt.sent == 1 && isAnswer(err) {
		return err
	}
	return s.confirm(ctx, receipt, err)
}

// receipt is a row of external_api.write, stored with what a write stores, by which a write of which the answer was lost is found. Its
// id is made here: PostgreSQL's own ids of transactions can be given out again after a failover.
type receipt struct {
	id string
	// sent is how many times a statement with it may have been sent: database/sql asks for the value of an argument when it has a
	// connection for it.
	sent int
}

// newReceipt makes a receipt. The first bits of its id are the time (RFC 9562, section 5.7), by which old ones are found.
func newReceipt() *receipt { return &receipt{id: uuid.Must(uuid.NewV7()).String()} }

// Value implements driver.Valuer.
func (r *receipt) Value() (driver.Value, error) {
	r.sent++
	return r.id, nil
}

// confirm finds out whether a write of which the answer was lost was stored. It inserts the receipt itself, as cancelled: that waits
// for a transaction that is still under way, meets the receipt of one that was stored, and keeps one that has not arrived yet from
// being stored ever. It can be repeated. Errors: a refusal that is refusal.Unavailable where the write was not stored, and such a one
// with a code of its own where that could not be found out in time.
func (s *share) confirm(ctx context.Context, r *receipt, lost error) error {
	// The caller may have gone, but what was stored has to be told from what was not.
	deadline, _ := ctx.Deadline()
	ctx, cancel := context.WithDeadline(context.WithoutCancel(ctx), deadline)
	defer cancel()
	for {
		var cancelled bool
		// The first connections may be as dead as the one that was lost.
		try, cancelTry := firstHalf(ctx)
		err := s.get(try, &cancelled, `
			insert into external_api.write (id, cancelled) values ($1, true)
			on conflict (id) do update set cancelled = write.cancelled
			returning cancelled`, r)
		cancelTry()
		switch {
		case err == nil && cancelled:
			return unavailable(lost)
		case err == nil:
			return nil
		}
		select {
		case <-ctx.Done():
			// Neither is wrapped, so that nobody takes it for an error after which the write may be tried again.
			return refusal.NotAvailable("write_outcome_unknown", fmt.Errorf("%s; looking for it: %s", lost.Error(), err.Error()))
		case <-time.After(confirmInterval):
		}
	}
}

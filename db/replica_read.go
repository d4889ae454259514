package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"meet-external-api/refusal"
)

// replicaRead reads from the replica, all on one connection: that of others may lead to another standby.
type replicaRead struct {
	replica *readReplica
	// request is the context of the request, ctx that of what is read.
	request, ctx context.Context
	cancel       context.CancelFunc
	connection   *sql.Conn
	transaction  *sql.Tx // nil: there is no pooler, which might run each statement on another standby
	// misled is whether the connection leads to a server that is of no use.
	misled bool
}

// read runs a statement on the replica that was begun with or, where that is nil, on the primary, and hands each of its rows to read.
func (d *DB) read(ctx context.Context, replica *replicaRead, query string, args []any, read func(row *sql.Rows) error) error {
	if replica != nil {
		return replica.each(ctx, query, args, read)
	}
	return d.rooms.each(ctx, query, args, read)
}

func (r *replicaRead) connect() (err error) {
	if r.connection, err = r.replica.pool.Conn(r.ctx); err != nil {
		return err
	}
	var ownSession bool
	_ = r.connection.Raw(func(made any) error {
		ownSession = made.(*conn).ownSession
		return nil
	})
	if !ownSession {
		// Where the default is another level, what is read would be as of before the check.
		r.transaction, err = r.connection.BeginTx(r.ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted, ReadOnly: true})
	}
	return err
}

func (r *replicaRead) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	if r.transaction != nil {
		return r.transaction.QueryContext(ctx, query, args...)
	}
	return r.connection.QueryContext(ctx, query, args...)
}

// each runs a statement and hands each of its rows to read.
func (r *replicaRead) each(ctx context.Context, query string, args []any, read func(row *sql.Rows) error) error {
	rows, err := r.query(ctx, query, args)
	return classify(ctx, readRows(rows, err, read))
}

// check compares the standby with where the primary was. What is replayed later counts for the next statement only: so this is a statement
// of its own.
func (r *replicaRead) check(wanted walPosition) error {
	code, lacking := "", int64(0)
	rows, err := r.query(r.ctx, checkReplica, []any{wanted.system, wanted.database, wanted.timeline, wanted.lsn})
	err = readRows(rows, err, func(row *sql.Rows) error { return row.Scan(&code, &lacking) })
	switch {
	case err != nil:
		return err
	case code == "":
		r.replica.lagging.Store(0)
		return nil
	case code == ReplicaBehind:
		r.replica.lagging.Store(lacking)
		return errBehind
	}
	r.misled = true
	return &ReplicaFault{code, replicaTexts[code]}
}

// checkReplica has the parameters of a walPosition. The timeline is that of the standby's last restartpoint.
const checkReplica = `
	select case
			when not pg_is_in_recovery() then '` + ReplicaPrimary + `'
			when s.system_identifier <> $1 or (select d.oid from pg_database d where d.datname = current_database()) <> $2 then '` + ReplicaForeign + `'
			when c.timeline_id <> $3 then '` + ReplicaTimeline + `'
			when pg_last_wal_replay_lsn() >= cast($4 as pg_lsn) then ''
			else '` + ReplicaBehind + `'
		end, coalesce(cast(pg_wal_lsn_diff(cast($4 as pg_lsn), pg_last_wal_replay_lsn()) as bigint), 0)
	from pg_control_system() s, pg_control_checkpoint() c`

// end reports whether what was read, or the error of reading it, is the answer; else the primary has to be asked.
func (r *replicaRead) end(err error) bool {
	r.close()
	refused, is := errors.AsType[*refusal.Error](err)
	if err == nil || errors.Is(err, ErrNotFound) || is && refused.Kind != refusal.Unavailable {
		r.replica.answered.Add(1)
		return true
	}
	r.replica.giveUp(r.request, faultOf(err))
	return false
}

func (r *replicaRead) close() {
	if r.transaction != nil {
		_ = r.transaction.Rollback()
	}
	if r.misled { // a new connection may lead to another one by now
		_ = r.connection.Raw(func(any) error { return driver.ErrBadConn })
	}
	if r.connection != nil {
		_ = r.connection.Close()
	}
	r.cancel()
}

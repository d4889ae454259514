package db

import (
	"context"
	"database/sql"
	"errors"
	"sync/atomic"

	"github.com/lib/pq"
)

// errorKind is what an error of the database is about.
type errorKind int

const (
	connectionError errorKind = iota // it cannot be reached, or a connection was lost
	timeoutError                     // no answer in time
	accessError                      // the password, or a right
	resourcesError                   // too many connections, a full disk, a fault of the machine
	lockError                        // others hold the locks: most such writes are tried again
	shutdownError                    // it is being shut down, or starting up
	readOnlyError                    // it has become a standby
	schemaError                      // the tables are not those of this release
	statementError                   // what it does not take of a statement: a fault of ours
	errorKinds
)

var errorKindNames = [errorKinds]string{
	"connection", "timeout", "access", "resources", "lock", "shutdown", "read_only", "schema", "statement",
}

// errorCounts count errors since the start.
type errorCounts [errorKinds]atomic.Int64

// count counts what the driver says, unless that is no error of the database: no row, a conflict, or a request that was given up.
func (c *errorCounts) count(ctx context.Context, err error) {
	if kind, is := kindOfError(ctx, err); is {
		c[kind].Add(1)
	}
}

// kindOfError tells apart what classify does.
func kindOfError(ctx context.Context, err error) (errorKind, bool) {
	answer := pq.As(err)
	switch {
	case err == nil, errors.Is(err, sql.ErrNoRows), errors.Is(ctx.Err(), context.Canceled):
		return 0, false
	case ctx.Err() != nil:
		return timeoutError, true
	case answer != nil && isConflict(answer):
		return 0, false
	case answer != nil:
		if kind, away := kindOfCode(answer.Code); away {
			return kind, true
		}
		return statementError, true
	}
	return connectionError, isConnectionError(err)
}

// Errors returns how many statements have failed since the start, by what the error is about: connection, timeout, access, resources, lock,
// shutdown, read_only, schema or statement.
func (d *DB) Errors() map[string]int64 {
	counts := map[string]int64{}
	for kind, name := range errorKindNames {
		counts[name] = d.errors[kind].Load()
	}
	return counts
}

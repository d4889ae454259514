package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"os"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"meet-external-api/refusal"
)

var (
	// ErrNotFound is returned where no row fits.
	ErrNotFound = errors.New("not found")
	// ErrConflict is returned where a unique value is taken already, or a row is still referred to.
	ErrConflict = errors.New("conflicts with what is stored")
)

// unavailable says that the database could not be asked, or did not answer in time: the same call may succeed later.
func unavailable(cause error) error { return refusal.NotAvailable("database_unavailable", cause) }

// unavailableCodes are the errors of a server that cannot serve just now (PostgreSQL, appendix A), and their kinds: classes of two
// characters, and single codes.
var unavailableCodes = map[string]errorKind{
	"08":    connectionError, // connection exceptions
	"28":    accessError,     // not let in: the operator changes a password
	"3D000": schemaError,     // the database is not there, yet
	"40":    lockError,       // transaction rolled back: serialization, deadlock
	"53":    resourcesError,  // insufficient resources: too many connections, disk full
	"55P03": lockError,       // lock not available
	"57":    shutdownError,   // operator intervention: shutdown, starting up
	"57014": timeoutError,    // canceled statement
	"58":    resourcesError,  // errors of the system below
	"42P01": schemaError,     // the tables are not there: not migrated yet
	"42703": schemaError,     // nor are the columns
	"23502": schemaError,     // there is a column that has to be filled, and was not when this release was made
	"42501": accessError,     // the role has lost a right
	"3F000": schemaError,     // nor is the schema
	"25006": readOnlyError,   // a write on a standby
	"0A000": readOnlyError,   // BEGIN READ WRITE on a standby; a cached plan whose result has changed
}

// kindOfCode is the kind of an error of a server that cannot serve just now; false for other errors.
func kindOfCode(code pqerror.Code) (kind errorKind, unavailable bool) {
	if kind, unavailable = unavailableCodes[string(code)]; !unavailable {
		kind, unavailable = unavailableCodes[string(code)[:2]]
	}
	return kind, unavailable
}

// isStaleConnection reports whether a connection goes on failing, though it stands: its server has become a standby, or the tables
// have changed under its plans.
func isStaleConnection(err error) bool {
	return pq.As(err, pqerror.ReadOnlySQLTransaction, pqerror.FeatureNotSupported) != nil
}

// isStalePlan reports whether a prepared statement was planned for other columns than the tables have meanwhile. Of its error, the place
// in PostgreSQL's source is the only thing that tells.
func isStalePlan(err error) bool {
	answer := pq.As(err, pqerror.FeatureNotSupported)
	return answer != nil && answer.Routine == "RevalidateCachedQuery"
}

// classify turns what the driver says into the errors of this package.
func classify(ctx context.Context, err error) error {
	if _, refused := errors.AsType[*refusal.Error](err); err == nil || refused {
		return err
	}
	answer := pq.As(err)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return ErrNotFound
	case errors.Is(ctx.Err(), context.Canceled):
		return fmt.Errorf("given up by the caller: %w", context.Canceled)
	case ctx.Err() != nil:
		return unavailable(ctx.Err())
	case answer != nil:
		return classifyAnswer(answer)
	case isConnectionError(err):
		return unavailable(err)
	}
	return err
}

func classifyAnswer(answer *pq.Error) error {
	if isConflict(answer) {
		return fmt.Errorf("%w: %w", ErrConflict, answer)
	}
	if _, away := kindOfCode(answer.Code); away {
		return unavailable(answer)
	}
	return answer
}

func isConflict(answer *pq.Error) bool {
	return answer.Code == pqerror.UniqueViolation || answer.Code == pqerror.ForeignKeyViolation
}

func isConnectionError(err error) bool {
	_, network := errors.AsType[net.Error](err)
	return network || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, sql.ErrConnDone)
}

// isAnswer reports whether an error is PostgreSQL's answer to a statement, which has stored nothing then. One that ends the session
// may come after what was stored.
func isAnswer(err error) bool {
	answer := pq.As(err)
	return answer != nil && !answer.Fatal()
}

// isLockConflict reports whether a transaction was ended because others hold the locks that it needs.
func isLockConflict(err error) bool {
	return pq.As(err, pqerror.LockNotAvailable, pqerror.TRDeadlockDetected) != nil
}

// isCancelled reports whether PostgreSQL says that somebody asked it to end a statement. Seldom nobody did: where the timeout of one lock
// comes just as that lock is there, and the statement begins to wait for another one, PostgreSQL forgets why it has to end it.
func isCancelled(err error) bool { return pq.As(err, pqerror.QueryCanceled) != nil }

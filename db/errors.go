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
	"slices"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

var (
	// ErrNotFound is returned where no row fits.
	ErrNotFound = errors.New("not found")
	// ErrConflict is returned where a unique value is taken already, or a row is still referred to.
	ErrConflict = errors.New("conflicts with what is stored")
)

// UnavailableError says that the database could not be asked, or did not answer in time: the same call may succeed later.
type UnavailableError struct{ cause error }

func (e *UnavailableError) Error() string { return "database unavailable: " + e.cause.Error() }

func (e *UnavailableError) Unwrap() error { return e.cause }

// Unavailable marks the error for those who do not know this package.
func (e *UnavailableError) Unavailable() bool { return true }

// unavailableCodes are the errors of a server that cannot serve just now (PostgreSQL, appendix A): classes of two
// characters, and single codes.
var unavailableCodes = []string{
	"08",    // connection exceptions
	"28",    // not let in: the operator changes a password
	"3D000", // the database is not there, yet
	"40",    // transaction rolled back: serialization, deadlock
	"53",    // insufficient resources: too many connections, disk full
	"55P03", // lock not available
	"57",    // operator intervention: shutdown, starting up, canceled statement
	"58",    // errors of the system below
	"42P01", // the tables are not there: not migrated yet
	"42703", // nor are the columns
	"3F000", // nor is the schema
}

// outlivedCodes are what a connection answers that is of no use any more.
var outlivedCodes = []string{
	"25006", // a write on a standby
	"0A000", // BEGIN READ WRITE on a standby; a cached plan whose result has changed
}

// classify turns what the driver says into the errors of this package. It is the only place that reads driver errors.
func classify(ctx context.Context, err error) error {
	var answer *pq.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return ErrNotFound
	case errors.Is(ctx.Err(), context.Canceled):
		return fmt.Errorf("given up by the caller: %w", context.Canceled)
	case ctx.Err() != nil:
		return &UnavailableError{cause: ctx.Err()}
	case errors.As(err, &answer):
		return classifyAnswer(answer)
	case isConnectionError(err):
		return &UnavailableError{cause: err}
	}
	return err
}

func classifyAnswer(answer *pq.Error) error {
	code := string(answer.Code)
	switch {
	case code == "23505" || code == "23503":
		return fmt.Errorf("%w: %s", ErrConflict, answer.Constraint)
	case slices.Contains(unavailableCodes, code) || slices.Contains(unavailableCodes, code[:2]), isOutlived(answer):
		return &UnavailableError{cause: answer}
	}
	return answer
}

func isConnectionError(err error) bool {
	var network net.Error
	return errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, sql.ErrConnDone)
}

// isOutlived reports whether a connection is of no use any more, though it stands: its server has become a standby, or
// the tables have changed under its plans.
func isOutlived(err error) bool {
	var answer *pq.Error
	return errors.As(err, &answer) && slices.Contains(outlivedCodes, string(answer.Code))
}

// isYield reports whether a transaction was given up so that those whose locks it waited for can go on.
func isYield(err error) bool {
	var answer *pq.Error
	return errors.As(err, &answer) && (answer.Code == pqerror.LockNotAvailable || answer.Code == pqerror.TRDeadlockDetected)
}

// unknownOutcomeError is a COMMIT without an answer.
type unknownOutcomeError struct{ cause error }

func (e *unknownOutcomeError) Error() string { return "commit of unknown outcome: " + e.cause.Error() }

// classifyCommit tells a COMMIT that PostgreSQL refused from one that may have been carried out: without an answer, or
// with one that ended the session.
func classifyCommit(err error) error {
	var answer *pq.Error
	if errors.As(err, &answer) && !answer.Fatal() {
		return err
	}
	return &unknownOutcomeError{cause: err}
}

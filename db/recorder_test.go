package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/jmoiron/sqlx"
)

// Recorder knows the statements that a DB has run, and from where.
type Recorder struct {
	mutex      sync.Mutex
	statements []RecordedStatement
	// lines are those of this package that ran a statement, by the name of the file.
	lines map[string][]int
}

// RecordedStatement is a statement as it was run.
type RecordedStatement struct {
	Text string
	Args []driver.NamedValue
}

// OpenRecorded is Open where each statement is recorded.
func OpenRecorded(dsn string) (*DB, *Recorder, error) {
	d, err := Open(dsn)
	if err != nil {
		return nil, nil, err
	}
	connector, err := newConnector(dsn)
	recorder := &Recorder{lines: map[string][]int{}}
	for _, s := range []*share{&d.share, &d.rooms, &d.background, &d.probe} {
		_ = s.pool.Close()
		s.pool = sqlx.NewDb(sql.OpenDB(recordingConnector{connector, recorder}), "postgres")
	}
	return d, recorder, err
}

// Statements returns what has been run since it was called last.
func (r *Recorder) Statements() []RecordedStatement {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	recorded := r.statements
	r.statements = nil
	return recorded
}

// Ran reports whether a statement was run from one of these lines.
func (r *Recorder) Ran(file string, first, last int) bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, line := range r.lines[file] {
		if first <= line && line <= last {
			return true
		}
	}
	return false
}

func (r *Recorder) record(text string, args []driver.NamedValue) {
	callers := make([]uintptr, 100)
	frames := runtime.CallersFrames(callers[:runtime.Callers(1, callers)])
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.statements = append(r.statements, RecordedStatement{text, args})
	for more := true; more; {
		var frame runtime.Frame
		frame, more = frames.Next()
		if strings.HasPrefix(frame.Function, "meet-external-api/db.") {
			file := filepath.Base(frame.File)
			r.lines[file] = append(r.lines[file], frame.Line)
		}
	}
}

type recordingConnector struct {
	connector
	recorder *Recorder
}

// Connect implements driver.Connector.
func (c recordingConnector) Connect(ctx context.Context) (driver.Conn, error) {
	made, err := c.connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return recordingConn{made.(*conn), c.recorder}, nil
}

type recordingConn struct {
	*conn
	recorder *Recorder
}

// QueryContext implements driver.QueryerContext.
func (c recordingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.recorder.record(query, args)
	return c.conn.QueryContext(ctx, query, args)
}

// ExecContext implements driver.ExecerContext.
func (c recordingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.recorder.record(query, args)
	return c.conn.ExecContext(ctx, query, args)
}

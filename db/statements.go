package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
)

// driverConn is what is used of the driver's connections.
type driverConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.NamedValueChecker
	driver.QueryerContext
	driver.SessionResetter
	driver.Validator
}

// conn is a connection on which every wait ends with the context of the call, also where the server does not answer. On a session of its
// own it prepares each statement with parameters the first time, and keeps it: that spares PostgreSQL a plan each time. An sql.Stmt
// does the same, but needs a second connection of the pool for what it prepares in a transaction, for which as many transactions as
// there are connections would wait in vain.
type conn struct {
	driver driverConn
	socket *socket
	// ownSession is whether the server's session is that of this connection. Behind a pooler a transaction may be run in any, in which
	// the names of prepared statements mean what others have prepared: there each statement is sent without a name, whole.
	ownSession bool
	// prepared are the prepared statements by their text. The texts are constants, so that they are not many.
	prepared map[string]driverStatement
}

type driverStatement interface {
	driver.Stmt
	driver.StmtQueryContext
	driver.StmtExecContext
}

// endWith lets what is waited for end with ctx, until the function that it returns is called.
func (c *conn) endWith(ctx context.Context) (stop func()) {
	stopped := context.AfterFunc(ctx, c.socket.end)
	return func() {
		if !stopped() {
			c.socket.broken.Store(true)
		}
	}
}

// QueryContext implements driver.QueryerContext.
func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	ctx, span := beginSpan(ctx, query)
	stop := c.endWith(ctx)
	found, err := c.query(ctx, query, args)
	if err != nil {
		stop()
		span.end(err)
		return nil, c.giveUpStale(err)
	}
	return rows{found, stop, span}, nil
}

func (c *conn) query(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	statement, err := c.prepare(ctx, query, args)
	switch {
	case err != nil:
		return nil, err
	case statement == nil:
		return c.driver.QueryContext(ctx, query, args)
	}
	return statement.QueryContext(ctx, args)
}

// ExecContext implements driver.ExecerContext.
func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	ctx, span := beginSpan(ctx, query)
	defer c.endWith(ctx)()
	result, err := c.exec(ctx, query, args)
	span.end(err)
	return result, c.giveUpStale(err)
}

func (c *conn) exec(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	statement, err := c.prepare(ctx, query, args)
	switch {
	case err != nil:
		return nil, err
	case statement == nil:
		return c.driver.ExecContext(ctx, query, args)
	}
	return statement.ExecContext(ctx, args)
}

// giveUpStale lets the pool close the connection after an error that it would go on with.
func (c *conn) giveUpStale(err error) error {
	if isStaleConnection(err) {
		c.socket.broken.Store(true)
	}
	return err
}

// prepare returns the prepared statement of a text, or nil for one that is sent without a name.
func (c *conn) prepare(ctx context.Context, query string, args []driver.NamedValue) (driverStatement, error) {
	for i := range args {
		// The driver would send bytes in PostgreSQL's binary form of the type, which for jsonb is another one.
		if value, is := args[i].Value.([]byte); is && value != nil {
			args[i].Value = string(value)
		}
	}
	if !c.ownSession || len(args) == 0 {
		return nil, nil
	}
	if statement, found := c.prepared[query]; found {
		return statement, nil
	}
	prepared, err := c.driver.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	c.prepared[query] = prepared.(driverStatement)
	return c.prepared[query], nil
}

// rows end with the context of their statement until they are closed.
type rows struct {
	driver.Rows
	stop func()
	span statementSpan
}

// Next implements driver.Rows.
func (r rows) Next(row []driver.Value) error {
	err := r.Rows.Next(row)
	if err != nil && err != io.EOF { //nolint:errorlint // as it is returned by drivers, see driver.Rows
		r.span.fail(err)
	}
	return err
}

// Close implements driver.Rows.
func (r rows) Close() error {
	defer r.stop()
	err := r.Rows.Close()
	r.span.end(err)
	return err
}

// BeginTx implements driver.ConnBeginTx.
func (c *conn) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	_, span := beginSpan(ctx, "begin")
	defer c.endWith(ctx)()
	begun, err := c.driver.BeginTx(ctx, options)
	span.end(err)
	if err != nil {
		return nil, err
	}
	return transaction{begun, c, ctx}, nil
}

// transaction ends with the context that it was begun with.
type transaction struct {
	driver.Tx
	conn *conn
	ctx  context.Context
}

// Commit implements driver.Tx. It leaves time to find out what became of it.
func (t transaction) Commit() error {
	ctx, cancel := firstHalf(t.ctx)
	defer cancel()
	_, span := beginSpan(ctx, "commit")
	defer t.conn.endWith(ctx)()
	err := t.Tx.Commit()
	span.end(err)
	return err
}

// Rollback implements driver.Tx.
func (t transaction) Rollback() error {
	_, span := beginSpan(t.ctx, "rollback")
	defer t.conn.endWith(t.ctx)()
	err := t.Tx.Rollback()
	span.end(err)
	return err
}

// CheckNamedValue implements driver.NamedValueChecker.
func (c *conn) CheckNamedValue(value *driver.NamedValue) error {
	return c.driver.CheckNamedValue(value)
}

// ResetSession implements driver.SessionResetter.
func (c *conn) ResetSession(ctx context.Context) error {
	if !c.IsValid() {
		return driver.ErrBadConn
	}
	return c.driver.ResetSession(ctx)
}

// IsValid implements driver.Validator.
func (c *conn) IsValid() bool { return c.driver.IsValid() && !c.socket.broken.Load() }

// Close implements driver.Conn.
func (c *conn) Close() error { return c.driver.Close() }

// Prepare and Begin implement driver.Conn; database/sql calls the methods above.
func (c *conn) Prepare(string) (driver.Stmt, error) { return nil, errors.ErrUnsupported }

// Begin is described at Prepare.
func (c *conn) Begin() (driver.Tx, error) { return nil, errors.ErrUnsupported }

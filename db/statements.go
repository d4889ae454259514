package db

import (
	"context"
	"database/sql/driver"
)

// preparingConnector makes connections that prepare each statement the first time, and keep it: one with parameters that is not
// prepared costs two round trips and a plan each time. An sql.Stmt does the same, but needs a second connection of the pool
// for what it prepares in a transaction, for which as many transactions as there are connections would wait in vain.
type preparingConnector struct{ driver.Connector }

// Connect implements driver.Connector.
func (c preparingConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &preparingConn{conn.(driverConn), map[string]driver.Stmt{}}, nil
}

// driverConn is what database/sql uses of the driver's connections, except for statements that are not prepared.
type driverConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.NamedValueChecker
	driver.SessionResetter
	driver.Validator
}

// preparingConn has the prepared statements by their text. The texts are constants, so that they are not many.
type preparingConn struct {
	driverConn
	statements map[string]driver.Stmt
}

// PrepareContext implements driver.ConnPrepareContext. database/sql calls it before each execution.
func (c *preparingConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if statement, found := c.statements[query]; found {
		return statement, nil
	}
	prepared, err := c.driverConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	c.statements[query] = keptStatement{prepared.(driverStatement)}
	return c.statements[query], nil
}

// keptStatement is a prepared statement that outlives its executions, after each of which database/sql closes it.
type keptStatement struct{ driverStatement }

type driverStatement interface {
	driver.Stmt
	driver.StmtQueryContext
	driver.StmtExecContext
}

// Close implements driver.Stmt.
func (keptStatement) Close() error { return nil }

package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// name is that of the database and of its role, a superuser.
const name = "meet"

func (s *Server) dsn(database string) string {
	return fmt.Sprintf("host=%s port=%s user=%s dbname=%s sslmode=disable", s.sockets, port, name, database)
}

// answers tells whether the database accepts connections. It makes the database where the first start was cut short.
// Error: the server will not take us.
func (s *Server) answers(ctx context.Context) (bool, error) {
	err := execute(ctx, s.dsn(name), "select 1")
	var refusal *pq.Error
	if err == nil || !errors.As(err, &refusal) {
		return err == nil, nil
	}
	switch refusal.Code {
	case pqerror.CannotConnectNow, pqerror.TooManyConnections:
		return false, nil
	case pqerror.InvalidCatalogName:
		return false, s.createDatabase(ctx)
	}
	return false, err
}

// createDatabase makes the database, unless another process does so at the same time.
func (s *Server) createDatabase(ctx context.Context) error {
	err := execute(ctx, s.dsn("postgres"), "create database "+name)
	var refusal *pq.Error
	if errors.As(err, &refusal) && (refusal.Code == pqerror.DuplicateDatabase || refusal.Code == pqerror.UniqueViolation) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("making the database %s: %w", name, err)
	}
	return nil
}

func execute(ctx context.Context, dsn, statement string) error {
	pool, err := sql.Open("postgres", dsn)
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	_, err = pool.ExecContext(ctx, statement)
	return err
}

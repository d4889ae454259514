package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// name is that of the database and of its role, a superuser.
const name = "meet"

func (s *Server) dsn(database string) string {
	return fmt.Sprintf("host=%s port=%s user=%s dbname=%s sslmode=disable", s.sockets, port, name, database)
}

// answers tells whether the database accepts connections. It makes the database at the first start, also where one was cut short.
// It asks for nothing before it is there, which would leave errors in the log of PostgreSQL. Error: the server will not take us.
func (s *Server) answers(ctx context.Context) (bool, error) {
	if running, err := readPostmaster(s.cluster()); err != nil || !running.ready {
		return false, nil //nolint:nilerr // The file is there when the server is far enough to be asked.
	}
	there, err := s.hasDatabase(ctx)
	switch {
	case err != nil:
	case there:
		err = execute(ctx, s.dsn(name), "select 1")
	default:
		err = s.createDatabase(ctx)
	}
	if refusal := pq.As(err); refusal == nil || refusal.Code == pqerror.CannotConnectNow || refusal.Code == pqerror.TooManyConnections {
		return err == nil, nil
	}
	return false, err
}

func (s *Server) hasDatabase(ctx context.Context) (there bool, err error) {
	err = connect(ctx, s.dsn("postgres"), func(ctx context.Context, pool *sql.DB) error {
		return pool.QueryRowContext(ctx, "select exists (select from pg_database where datname = $1)", name).Scan(&there)
	})
	return there, err
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

// answerTimeout is how long one statement may take, of which that which makes a database is the longest.
const answerTimeout = time.Minute

func execute(ctx context.Context, dsn, statement string) error {
	return connect(ctx, dsn, func(ctx context.Context, pool *sql.DB) error {
		_, err := pool.ExecContext(ctx, statement)
		return err
	})
}

func connect(ctx context.Context, dsn string, do func(ctx context.Context, pool *sql.DB) error) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	connector, err := pq.NewConnector(dsn)
	if err != nil {
		return err
	}
	connector.Dialer(dialer{ctx})
	pool := sql.OpenDB(connector)
	defer func() { _ = pool.Close() }()
	return do(ctx, pool)
}

// ignoreVariables takes the variables of libpq (PGHOST, PGSERVICE, PGOPTIONS …) out of this process: the driver reads them, and they
// were not meant for a database that only we know of.
func ignoreVariables() error {
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if !strings.HasPrefix(name, "PG") {
			continue
		}
		if err := os.Unsetenv(name); err != nil {
			return err
		}
	}
	return nil
}

// dialer makes connections that end with a context, also where the server does not answer.
type dialer struct{ ctx context.Context }

// Dial implements pq.Dialer.
func (d dialer) Dial(network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(d.ctx, network, address)
	if err == nil {
		context.AfterFunc(d.ctx, func() { _ = conn.Close() })
	}
	return conn, err
}

// DialTimeout implements pq.Dialer.
func (d dialer) DialTimeout(network, address string, _ time.Duration) (net.Conn, error) {
	return d.Dial(network, address)
}

// Package dbtest gives each test a PostgreSQL database of its own, on a cluster that lives as long as the test run.
package dbtest

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	_ "github.com/lib/pq" // the driver "postgres"

	"meet-external-api/db"
	"meet-external-api/db/embedded"
)

var (
	// cluster is brought up by the first test that needs it.
	cluster = sync.OnceValues(startCluster)
	// maintenance makes and drops the databases of tests, of which a connection for each would be half the cost.
	maintenance *sql.DB
	folder      string
	counter     atomic.Int64
)

const template = "template_migrated"

// Main runs the tests of a package, which a *testing.M does, then what ends more that they share, and then takes the cluster down. Call it from TestMain.
func Main(m interface{ Run() int }, ends ...func()) {
	code := m.Run()
	for _, end := range ends {
		end()
	}
	if folder != "" {
		if server, err := cluster(); err == nil {
			_ = maintenance.Close()
			_ = server.Stop()
		}
		_ = os.RemoveAll(folder)
	}
	os.Exit(code)
}

// memory is a directory that Linux keeps in memory, where there is one with plenty of room, else that for temporary files. A database is
// hundreds of files, and there is one for each test: with the kernel's part, on a disk that takes five times as long.
func memory() string {
	const directory, room = "/dev/shm", 4 << 30
	var free syscall.Statfs_t
	if err := syscall.Statfs(directory, &free); err != nil || float64(free.Bavail)*float64(free.Bsize) < room {
		return os.TempDir()
	}
	return directory
}

func startCluster() (*embedded.Server, error) {
	var err error
	if folder, err = os.MkdirTemp(memory(), "meet-external-api-test-"); err != nil {
		return nil, err
	}
	ctx := context.Background()
	server, err := embedded.Start(ctx, embedded.Options{Data: folder, Bin: os.Getenv("EXTERNAL_API_POSTGRES_BIN"), Fast: true})
	if err != nil {
		return nil, err
	}
	if maintenance, err = sql.Open("postgres", server.DSN()); err != nil {
		return nil, err
	}
	if _, err := maintenance.ExecContext(ctx, "create database "+template); err != nil {
		return nil, err
	}
	own := server.DSN() + " dbname=" + template
	if err := db.CreateMeetTables(ctx, own); err != nil {
		return nil, err
	}
	_, err = db.Migrate(ctx, own)
	return server, err
}

// New returns the address of a fresh database, migrated, which is dropped when the test ends.
func New(t testing.TB) string {
	t.Helper()
	return create(t, "template "+template)
}

// NewEmpty returns the address of a fresh database with nothing in it, which is dropped when the test ends.
func NewEmpty(t testing.TB) string {
	t.Helper()
	return create(t, "")
}

// Meet makes Meet's tables as Django does, with a row in each.
//
//go:embed meet.sql
var Meet string

// NewBesideMeet returns the address of a fresh database that is Meet's: its tables are there as Django makes them, with a
// row in each, and nothing of this project's. It is dropped when the test ends.
func NewBesideMeet(t testing.TB) string {
	t.Helper()
	dsn := create(t, "")
	pool, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = pool.Close() }()
	if _, err := pool.ExecContext(t.Context(), Meet); err != nil {
		t.Fatal(err)
	}
	return dsn
}

// Socket returns the path of the unix socket of a database, for tests that stand between it and its clients.
func Socket(dsn string) string {
	for field := range strings.FieldsSeq(dsn) {
		if directory, found := strings.CutPrefix(field, "host="); found {
			return directory + "/.s.PGSQL.5432"
		}
	}
	return ""
}

func create(t testing.TB, options string) string {
	t.Helper()
	server, err := cluster()
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("test_%d", counter.Add(1))
	if _, err := maintenance.ExecContext(t.Context(), "create database "+name+" "+options); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := maintenance.ExecContext(context.Background(), "drop database "+name+" with (force)"); err != nil {
			t.Error(err)
		}
	})
	return server.DSN() + " dbname=" + name
}

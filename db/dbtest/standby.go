package dbtest

import (
	"bytes"
	"context"
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"meet-external-api/db"
	"meet-external-api/db/embedded"
)

// Cluster is a PostgreSQL of one test's own, which ends with it.
type Cluster struct {
	t       testing.TB
	options embedded.Options
	pool    *sql.DB
	// DSN is the address of its database.
	DSN string
}

// NewPair returns a primary with a database that is migrated, and a standby that follows it by streaming. The primary answers a COMMIT when
// it has stored it, as PostgreSQL does unless told otherwise, so that positions in its write-ahead log mean what they mean elsewhere.
func NewPair(t testing.TB) (primary, standby *Cluster) {
	t.Helper()
	primary = NewCluster(t)
	primary.Execute(`alter database meet set synchronous_commit = on`)
	standby = newCluster(t)
	standby.copyFrom(primary)
	standby.Start()
	return primary, standby
}

// NewCluster returns one with a database that is migrated.
func NewCluster(t testing.TB) *Cluster {
	t.Helper()
	c := newCluster(t)
	c.Start()
	ctx := context.Background()
	if err := db.CreateMeetTables(ctx, c.DSN); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Migrate(ctx, c.DSN); err != nil {
		t.Fatal(err)
	}
	return c
}

func newCluster(t testing.TB) *Cluster {
	t.Helper()
	data, err := os.MkdirTemp(memory(), "meet-external-api-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(data) })
	return &Cluster{t: t, options: embedded.Options{Data: data, Bin: os.Getenv("EXTERNAL_API_POSTGRES_BIN"), Fast: true}}
}

// Start brings the server up.
func (c *Cluster) Start() {
	c.t.Helper()
	server, err := embedded.Start(context.Background(), c.options)
	if err != nil {
		c.t.Fatal(err)
	}
	c.DSN = server.DSN()
	if c.pool, err = sql.Open("postgres", c.DSN); err != nil {
		c.t.Fatal(err)
	}
	pool := c.pool
	pool.SetMaxIdleConns(-1) // what is set for a database counts for new connections only
	c.t.Cleanup(func() {
		_ = pool.Close()
		if err := server.Stop(); err != nil {
			c.t.Error(err)
		}
	})
}

// Kill ends the server at once, as a crash does: nothing is flushed, and nobody is told. It returns when it has ended.
func (c *Cluster) Kill() {
	c.t.Helper()
	text, err := os.ReadFile(filepath.Join(c.directory(), "postmaster.pid"))
	if err != nil {
		c.t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		c.t.Fatal(err)
	}
	// PostgreSQL's immediate shutdown; after SIGKILL, some of its processes would go on for a moment.
	if err := syscall.Kill(pid, syscall.SIGQUIT); err != nil {
		c.t.Fatal(err)
	}
	Await(c.t, func() bool { return syscall.Kill(pid, 0) != nil })
}

// BeStandby lets the next Start bring the server up as a standby, which follows nobody.
func (c *Cluster) BeStandby() {
	c.t.Helper()
	if err := os.WriteFile(filepath.Join(c.directory(), "standby.signal"), nil, 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// Execute runs a statement, past the package under test.
func (c *Cluster) Execute(statement string) {
	c.t.Helper()
	if _, err := c.pool.ExecContext(context.Background(), statement); err != nil {
		c.t.Fatal(err)
	}
}

// Ask runs a query that returns one text.
func (c *Cluster) Ask(query string, args ...any) (answer string) {
	c.t.Helper()
	if err := c.pool.QueryRowContext(context.Background(), query, args...).Scan(&answer); err != nil {
		c.t.Fatal(err)
	}
	return answer
}

// AwaitReplay returns when the standby has replayed all that the primary has written.
func (c *Cluster) AwaitReplay(primary *Cluster) {
	c.t.Helper()
	written := primary.Ask(`select cast(pg_current_wal_insert_lsn() as text)`)
	Await(c.t, func() bool {
		return c.Ask(`select cast(pg_last_wal_replay_lsn() >= cast($1 as pg_lsn) as text)`, written) == "true"
	})
}

func (c *Cluster) directory() string { return filepath.Join(c.options.Data, "postgres") }

// copyFrom makes the cluster a standby of another one, as that one's user, who alone reaches it and without whom PostgreSQL does not run.
func (c *Cluster) copyFrom(primary *Cluster) {
	c.t.Helper()
	var owner syscall.Stat_t
	if err := syscall.Stat(primary.directory(), &owner); err != nil {
		c.t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		if err := os.Chown(c.options.Data, int(owner.Uid), int(owner.Gid)); err != nil {
			c.t.Fatal(err)
		}
	}
	program := filepath.Join(primary.Ask(`select setting from pg_config where name = 'BINDIR'`), "pg_basebackup")
	var said bytes.Buffer
	backup := exec.CommandContext(context.Background(), program, //nolint:gosec // PostgreSQL's own program.
		"--dbname="+primary.DSN, "--pgdata="+c.directory(), "--write-recovery-conf", "--checkpoint=fast", "--no-sync", "--no-manifest")
	backup.Stderr, backup.Dir = &said, "/"
	if os.Geteuid() == 0 {
		backup.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: owner.Uid, Gid: owner.Gid}}
	}
	if err := backup.Run(); err != nil {
		c.t.Fatalf("%s: %s", err, said.String())
	}
}

// Await returns when something has come about that is looked for again and again.
func Await(t testing.TB, until func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(30 * time.Second); !until(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatal("it has not come about in 30 seconds")
		}
	}
}

package embedded

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// bin is where PostgreSQL is on machines that have none installed; empty: it is looked for.
var bin = os.Getenv("EXTERNAL_API_POSTGRES_BIN")

// helperData makes the test binary a process that starts the cluster in this directory and waits to be killed.
const helperData = "EMBEDDED_TEST_DATA"

func TestMain(m *testing.M) {
	if data := os.Getenv(helperData); data != "" {
		server, err := Start(context.Background(), Options{Data: data, Bin: bin, Fast: true})
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(server.DSN())
		select {}
	}
	os.Exit(m.Run())
}

func TestDataIsKeptBetweenRuns(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	first := start(t, Options{Data: data, Bin: bin}) // not Fast: as it is for users
	run(t, first, "create table kept as select 1 as value")
	require.Equal(t, "UTF8", ask(t, first, "show server_encoding"))
	require.Empty(t, ask(t, first, "show listen_addresses"))
	require.Equal(t, "on", ask(t, first, "show fsync"))
	info, err := os.Stat(first.sockets)
	require.NoError(t, err)
	require.Equal(t, fs.ModeDir|0o700, info.Mode())
	stop(t, first)
	requireStopped(t, data)
	require.NoDirExists(t, first.sockets)

	second := start(t, Options{Data: data, Bin: bin})
	require.Equal(t, "1", ask(t, second, "select value from kept"))
	stop(t, second)
	log, err := os.ReadFile(filepath.Join(data, "postgres.log"))
	require.NoError(t, err)
	// A connection of the test's that has just been closed may still be there when the server stops.
	wrong := strings.ReplaceAll(string(log), "FATAL:  terminating connection due to administrator command", "")
	require.NotRegexp(t, "(ERROR|FATAL|PANIC|WARNING):", wrong, "nothing was wrong")
}

// Whatever is set for PostgreSQL's clients and servers, the cluster is the same and is reached the same way.
func TestVariablesOfPostgreSQLDoNotCount(t *testing.T) {
	for name, value := range map[string]string{
		"PGHOST": "elsewhere.invalid", "PGHOSTADDR": "192.0.2.1", "PGPORT": "1", "PGDATABASE": "other", "PGUSER": "other", "PGPASSWORD": "x",
		"PGSERVICE": "none", "PGSERVICEFILE": "/nonexistent", "PGSYSCONFDIR": "/nonexistent", "PGOPTIONS": "-c default_transaction_read_only=on",
		"PGSSLMODE": "verify-full", "PGSSLROOTCERT": "/nonexistent", "PGREQUIRESSL": "1", "PGGSSLIB": "gssapi", "PGKRBSRVNAME": "x",
		"PGTARGETSESSIONATTRS": "standby", "PGTZ": "Asia/Tokyo", "PGDATESTYLE": "German", "PGCLIENTENCODING": "LATIN1", "PGDATA": "/nonexistent",
		"PGCONNECT_TIMEOUT": "x",
	} {
		t.Setenv(name, value)
	}
	server := start(t, Options{Data: t.TempDir(), Bin: bin, Fast: true})
	require.Equal(t, "off", ask(t, server, "show default_transaction_read_only"))
	require.Equal(t, name, ask(t, server, "select current_database()"))
	require.Equal(t, "UTC", ask(t, server, "show timezone"))
	stop(t, server)
}

func TestTheLastUserStopsTheServer(t *testing.T) {
	t.Parallel()
	for name, firstLeavesFirst := range map[string]bool{"the one that attached leaves": false, "the one that started it leaves": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := t.TempDir()
			leaves := start(t, Options{Data: data, Bin: bin, Fast: true})
			stays := start(t, Options{Data: data, Bin: bin, Fast: true})
			require.Equal(t, leaves.DSN(), stays.DSN())
			if !firstLeavesFirst {
				leaves, stays = stays, leaves
			}
			stop(t, leaves)
			require.Equal(t, "1", ask(t, stays, "select 1"))
			stop(t, stays)
			requireStopped(t, data)
			require.NoDirExists(t, stays.sockets)
		})
	}
}

func TestStartsAtOnceShareOneServer(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	servers := make([]*Server, 4)
	errs := make([]error, len(servers))
	var all sync.WaitGroup
	for i := range servers {
		all.Go(func() { servers[i], errs[i] = Start(t.Context(), Options{Data: data, Bin: bin, Fast: true}) })
	}
	all.Wait()
	for i, server := range servers {
		require.NoError(t, errs[i])
		require.Equal(t, servers[0].DSN(), server.DSN())
	}
	for i, server := range servers {
		all.Go(func() { errs[i] = server.Stop() })
	}
	all.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	requireStopped(t, data)
}

// A process that is killed cannot stop the server, nor one that loses its terminal.
func TestAServerEndsWithTheLastProcessThatUsesIt(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGHUP} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			data := t.TempDir()
			helper := startHelper(t, data)
			running, err := readPostmaster(filepath.Join(data, "postgres"))
			require.NoError(t, err)

			require.NoError(t, helper.cmd.Process.Signal(signal))
			require.Error(t, helper.cmd.Wait())

			requireStopped(t, data)
			require.Eventually(t, func() bool { return syscall.Kill(running.pid, 0) != nil }, patience, pollInterval)
			require.NoFileExists(t, filepath.Join(data, "postgres", pidFile), "in order")
			requireGone(t, running.sockets)
		})
	}
}

func TestAServerWithoutItsParentServesTheOthers(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	helper := startHelper(t, data)
	running, err := readPostmaster(filepath.Join(data, "postgres"))
	require.NoError(t, err)
	server := start(t, Options{Data: data, Bin: bin, Fast: true})
	require.Equal(t, helper.dsn, server.DSN())

	helper.kill(t)

	another := start(t, Options{Data: data, Bin: bin, Fast: true})
	require.Equal(t, helper.dsn, another.DSN())
	stop(t, another)
	require.NoError(t, syscall.Kill(running.pid, 0), "the same process serves")
	stop(t, server)
	requireStopped(t, data)
	requireGone(t, running.sockets)
}

func TestWaitTellsOfAServerThatEnds(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	first := start(t, Options{Data: data, Bin: bin, Fast: true})
	attached := start(t, Options{Data: data, Bin: bin, Fast: true})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, first.Wait(ctx))
	told := make(chan error, 2)
	for _, server := range []*Server{first, attached} {
		go func() { told <- server.Wait(t.Context()) }()
	}
	crash(t, data)
	for range 2 {
		err := <-told
		require.ErrorContains(t, err, "PostgreSQL has ended")
		require.ErrorContains(t, err, "database system is ready to accept connections")
		requireOneLine(t, err)
	}
}

// A server that does not answer does not hold up what ends.
func TestAStartBesideAFrozenServerEndsWithItsContext(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	start(t, Options{Data: data, Bin: bin, Fast: true})
	running, err := readPostmaster(filepath.Join(data, "postgres"))
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(running.pid, syscall.SIGSTOP))
	defer func() { _ = syscall.Kill(running.pid, syscall.SIGCONT) }()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	begun := time.Now()
	_, err = Start(ctx, Options{Data: data, Bin: bin, Fast: true})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Less(t, time.Since(begun), patience)
}

func TestTheProcessIDOfACrashedServerIsNotTrusted(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	helper := startHelper(t, data)
	crashed := crash(t, data)
	requireStopped(t, data)
	helper.kill(t)

	// After a crash of the machine, the number may be that of any process of the same user.
	stranger := exec.Command("sleep", "600")
	owner, err := ownerOf(filepath.Join(data, "postgres"))
	require.NoError(t, err)
	stranger.SysProcAttr = &syscall.SysProcAttr{Credential: owner.credential()}
	require.NoError(t, stranger.Start())
	t.Cleanup(func() {
		require.NoError(t, stranger.Process.Kill(), "nobody signalled it")
		_ = stranger.Wait()
	})
	path := filepath.Join(data, "postgres", pidFile)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(text), "\n")
	require.NoError(t, os.WriteFile(path, []byte(strconv.Itoa(stranger.Process.Pid)+"\n"+rest), 0o600))

	server := start(t, Options{Data: data, Bin: bin, Fast: true})
	require.NotEqual(t, crashed.sockets, server.sockets)
	require.NoDirExists(t, crashed.sockets, "what the crash left is gone")
	stop(t, server)
}

func TestStopAfterACrashOfTheServer(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	server := start(t, Options{Data: data, Bin: bin, Fast: true})
	crash(t, data)
	stop(t, server)
	require.NoDirExists(t, server.sockets)
}

func TestADatabaseThatTheFirstStartDidNotMakeIsMade(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	first := start(t, Options{Data: data, Bin: bin, Fast: true})
	require.NoError(t, execute(t.Context(), first.dsn("postgres"), "drop database "+name))
	second := start(t, Options{Data: data, Bin: bin, Fast: true})
	require.Equal(t, name, ask(t, second, "select current_database()"))
	stop(t, first)
	stop(t, second)
}

func TestARefusalOfTheServerIsTold(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	server := start(t, Options{Data: data, Bin: bin, Fast: true})
	require.NoError(t, execute(t.Context(), server.dsn("postgres"), "alter database "+name+" with allow_connections false"))
	_, err := Start(t.Context(), Options{Data: data, Bin: bin, Fast: true})
	require.ErrorContains(t, err, "not currently accepting connections")
	stop(t, server)
}

func TestWhatPostgresSaysWhenItEndsIsTold(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	stop(t, start(t, Options{Data: data, Bin: bin, Fast: true}))
	path := filepath.Join(data, "postgres", "postgresql.conf")
	require.NoError(t, os.WriteFile(path, []byte("shared_bufers = 1\n"), 0o600))
	_, err := Start(t.Context(), Options{Data: data, Bin: bin, Fast: true})
	require.ErrorContains(t, err, `unrecognized configuration parameter "shared_bufers"`)
	requireOneLine(t, err)
	requireStopped(t, data)
}

func TestAStartEndsWithItsContext(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(fs.ErrClosed)
	_, err := Start(ctx, Options{Data: data, Bin: bin, Fast: true})
	require.ErrorIs(t, err, fs.ErrClosed)
	requireStopped(t, data)
	left, err := filepath.Glob(filepath.Join(data, "postgres*"))
	require.NoError(t, err)
	require.Equal(t, []string{filepath.Join(data, "postgres.lock"), filepath.Join(data, "postgres.log")}, left, "no cluster")

	stop(t, start(t, Options{Data: data, Bin: bin, Fast: true}))
	_, err = Start(ctx, Options{Data: data, Bin: bin, Fast: true})
	require.ErrorIs(t, err, fs.ErrClosed)
	requireStopped(t, data)
}

func TestForeignContentIsRefusedUntouched(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		files map[string]string
		says  string
	}{
		"no cluster":        {map[string]string{"notes.txt": "mine"}, "notes.txt"},
		"half a cluster":    {map[string]string{"PG_VERSION": "15\n", "base/1/112": ""}, "half-made"},
		"no version":        {map[string]string{"PG_VERSION": "\n"}, "names no version"},
		"an older version":  {map[string]string{"PG_VERSION": "9.6\n", "global/pg_control": "x"}, "made by PostgreSQL 9"},
		"a version to come": {map[string]string{"PG_VERSION": "9999\n", "global/pg_control": "x"}, "made by PostgreSQL 9999"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := t.TempDir()
			for path, text := range test.files {
				path = filepath.Join(data, "postgres", path)
				require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
				require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
			}
			_, err := Start(t.Context(), Options{Data: data, Bin: bin, Fast: true})
			require.ErrorContains(t, err, test.says)
			requireOneLine(t, err)
			for path, text := range test.files {
				kept, err := os.ReadFile(filepath.Join(data, "postgres", path))
				require.NoError(t, err)
				require.Equal(t, text, string(kept))
			}
		})
	}
}

func TestAClusterOfRootIsRefused(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root can make one")
	}
	data := t.TempDir()
	stop(t, start(t, Options{Data: data, Bin: bin, Fast: true}))
	require.NoError(t, os.Chown(filepath.Join(data, "postgres"), 0, 0))
	_, err := Start(t.Context(), Options{Data: data, Bin: bin, Fast: true})
	require.ErrorContains(t, err, "belongs to root")
	requireOneLine(t, err)
}

func TestTheNamedProgramsMustBeThere(t *testing.T) {
	t.Parallel()
	_, err := Start(t.Context(), Options{Data: t.TempDir(), Bin: t.TempDir(), Fast: true})
	require.ErrorContains(t, err, "EXTERNAL_API_POSTGRES_BIN")
	requireOneLine(t, err)
}

func TestAnEmptyDirectoryIsUsed(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(data, "postgres"), 0o700))
	stop(t, start(t, Options{Data: data, Bin: bin, Fast: true}))
}

func TestALongPath(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), strings.Repeat("x", 120), strings.Repeat("y", 120))
	stop(t, start(t, Options{Data: data, Bin: bin, Fast: true}))
}

// As root, the server runs under a user that may not go through a directory of root's.
func TestDataInAClosedDirectory(t *testing.T) {
	t.Parallel()
	closed := filepath.Join(t.TempDir(), "closed")
	require.NoError(t, os.Mkdir(closed, 0o700))
	server := start(t, Options{Data: filepath.Join(closed, "data"), Bin: bin, Fast: true})
	run(t, server, "create table made_in_a_backend (id int)")
	run(t, server, "checkpoint")
	run(t, server, "select pg_reload_conf()")
	stop(t, server)
}

// TestProgramsInAClosedDirectory needs the capability of startReaching when it is root's.
func TestProgramsInAClosedDirectory(t *testing.T) {
	t.Parallel()
	programs, err := find(candidates(bin), 0)
	require.NoError(t, err)
	closed := filepath.Join(t.TempDir(), "closed")
	require.NoError(t, os.Mkdir(closed, 0o700))
	require.NoError(t, os.Symlink(programs, filepath.Join(closed, "bin")))
	data := filepath.Join(closed, "data")
	server, err := Start(t.Context(), Options{Data: data, Bin: filepath.Join(closed, "bin"), Fast: true})
	if !mayReadAll(t) {
		require.ErrorContains(t, err, "set EXTERNAL_API_POSTGRES_BIN")
		requireOneLine(t, err)
		return
	}
	require.NoError(t, err)
	run(t, server, "create table made_in_a_backend (id int)")
	stop(t, server)
}

// mayReadAll tells whether a program in a directory of ours can be run: always, or as root with CAP_DAC_READ_SEARCH.
func mayReadAll(t *testing.T) bool {
	t.Helper()
	if os.Geteuid() != 0 {
		return true
	}
	status, err := os.ReadFile("/proc/self/status")
	require.NoError(t, err)
	_, caps, _ := strings.Cut(string(status), "CapPrm:\t")
	caps, _, _ = strings.Cut(caps, "\n")
	mask, err := strconv.ParseUint(caps, 16, 64)
	require.NoError(t, err)
	return mask&(1<<2) != 0
}

func start(t *testing.T, o Options) *Server {
	t.Helper()
	server, err := Start(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Stop() })
	return server
}

func stop(t *testing.T, server *Server) {
	t.Helper()
	require.NoError(t, server.Stop())
}

func run(t *testing.T, server *Server, statement string) {
	t.Helper()
	require.NoError(t, execute(t.Context(), server.DSN(), statement))
}

func ask(t *testing.T, server *Server, query string) (answer string) {
	t.Helper()
	pool, err := sql.Open("postgres", server.DSN())
	require.NoError(t, err)
	defer func() { require.NoError(t, pool.Close()) }()
	require.NoError(t, pool.QueryRowContext(t.Context(), query).Scan(&answer))
	return answer
}

// requireStopped looks for the lock that the server's processes hold while one of them lives.
func requireStopped(t *testing.T, data string) {
	t.Helper()
	lock, err := openLock(filepath.Join(data, "postgres.lock"))
	require.NoError(t, err)
	defer unlock(lock)
	// The watcher may be looking too.
	require.Eventually(t, func() bool {
		stopped, err := tryLock(lock, syscall.LOCK_EX)
		return err == nil && stopped
	}, patience, pollInterval)
}

// patience is how long what happens beside a test may take.
const patience = 30 * time.Second

func requireGone(t *testing.T, dir string) {
	t.Helper()
	require.Eventually(t, func() bool {
		_, err := os.Stat(dir)
		return errors.Is(err, fs.ErrNotExist)
	}, patience, pollInterval)
}

func requireOneLine(t *testing.T, err error) {
	t.Helper()
	require.NotContains(t, err.Error(), "\n")
}

// crash kills the server as a machine that fails would.
func crash(t *testing.T, data string) postmaster {
	t.Helper()
	running, err := readPostmaster(filepath.Join(data, "postgres"))
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(running.pid, syscall.SIGKILL))
	return running
}

type helper struct {
	cmd *exec.Cmd
	dsn string
}

func startHelper(t *testing.T, data string) helper {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), helperData+"="+data)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	require.Contains(t, line, "host=")
	return helper{cmd: cmd, dsn: strings.TrimSpace(line)}
}

func (h helper) kill(t *testing.T) {
	t.Helper()
	require.NoError(t, h.cmd.Process.Kill())
	require.Error(t, h.cmd.Wait())
}

// The tests of docs/contract.md, "The command line" and "Small print": serve, from the start to the graceful shutdown.

package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/db/dbtest"
)

// process is the program as a process of its own.
type process struct {
	*exec.Cmd
	log *logLines
}

// startProcess runs this test binary as a server, as TestMain lets it.
func startProcess(t testing.TB, env map[string]string) process {
	t.Helper()
	return startProgram(t, os.Args[0], env)
}

func startProgram(t testing.TB, path string, env map[string]string) process {
	t.Helper()
	p := process{Cmd: exec.Command(path, "serve"), log: newLogLines()}
	p.Env = []string{
		"PATH=" + os.Getenv("PATH"), "APPLICATION_JWT_SECRET_KEY=" + testKey,
		"EXTERNAL_API_LISTEN=127.0.0.1:0", "EXTERNAL_API_OPERATIONS_LISTEN=127.0.0.1:0", "EXTERNAL_API_LOG_FORMAT=json",
		"BE_THE_PROGRAM=1",
	}
	for name, value := range env {
		p.Env = append(p.Env, name+"="+value)
	}
	p.Stderr = p.log
	require.NoError(t, p.Start())
	t.Cleanup(func() { _ = p.Process.Kill(); _ = p.Wait() })
	return p
}

func (p process) url(t *testing.T) string {
	t.Helper()
	return "http://" + p.log.wait(t, "listening")["address"].(string)
}

func statusOf(t *testing.T, url string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	return response.StatusCode
}

// slowBody is the body of a request of which a part is sent when the server is told to end, and the rest after that.
type slowBody struct {
	parts chan string
}

func (b slowBody) Read(p []byte) (int, error) {
	part, more := <-b.parts
	if !more {
		return 0, io.EOF
	}
	return copy(p, part), nil
}

func TestShutdown(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t)
	p := startProcess(t, map[string]string{"DATABASE_URL": dsn, "EXTERNAL_API_DRAIN_SECONDS": "2"})
	url := p.url(t)
	p.log.wait(t, "ready")
	require.Equal(t, 200, statusOf(t, url+"/__heartbeat__"))
	body := slowBody{parts: make(chan string)}
	flying, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url+"/external-api/v1.0/application/token/", body)
	require.NoError(t, err)
	flying.Header.Set("Content-Type", "application/json")
	answered := make(chan int, 1)
	go func() {
		response, err := http.DefaultClient.Do(flying)
		if err != nil {
			answered <- 0
			return
		}
		_ = response.Body.Close()
		answered <- response.StatusCode
	}()
	body.parts <- `{"client_id":`

	require.NoError(t, p.Process.Signal(syscall.SIGTERM))

	p.log.wait(t, "shutting down")
	require.Equal(t, 503, statusOf(t, url+"/__heartbeat__"), "not ready")
	require.Equal(t, 200, statusOf(t, url+"/__lbheartbeat__"), "but live")
	body.parts <- `"x"}`
	close(body.parts)
	require.Equal(t, 400, <-answered, "the request in flight is answered")
	require.NoError(t, p.Wait(), "it ends with 0")
	p.log.wait(t, "stopped")
}

func TestSecondSignalEndsAtOnce(t *testing.T) {
	t.Parallel()
	p := startProcess(t, map[string]string{"DATABASE_URL": dbtest.New(t), "EXTERNAL_API_DRAIN_SECONDS": "600"})
	p.log.wait(t, "ready")
	require.NoError(t, p.Process.Signal(syscall.SIGINT))
	p.log.wait(t, "shutting down")
	// SIGINT may be ignored here, as it is by what a shell runs in the background.
	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	var ended *exec.ExitError
	require.ErrorAs(t, p.Wait(), &ended)
	require.Equal(t, syscall.SIGTERM, ended.Sys().(syscall.WaitStatus).Signal())
}

func TestPortTaken(t *testing.T) {
	t.Parallel()
	s := start(t)
	done := command(map[string]string{
		"DATABASE_URL": s.dsn, "APPLICATION_JWT_SECRET_KEY": testKey, "EXTERNAL_API_LISTEN": strings.TrimPrefix(s.url, "http://"),
	}, "serve")
	require.Equal(t, 1, done.code)
	require.Contains(t, done.stderr, "EXTERNAL_API_LISTEN: ")
	require.Contains(t, done.stderr, "address already in use")
}

// On its own: the program brings up a PostgreSQL, shares it with its commands, keeps what is stored, and stops it.
func TestEmbeddedDatabase(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	env := map[string]string{
		"EXTERNAL_API_DATA": data, "EXTERNAL_API_DRAIN_SECONDS": "0",
		"EXTERNAL_API_POSTGRES_BIN": os.Getenv("EXTERNAL_API_POSTGRES_BIN"),
	}
	before := command(env, "application", "create", "--name=Before", "--any-domain")
	require.Zero(t, before.code, before.stderr)

	for _, name := range []string{"First", "Second"} {
		p := startProcess(t, env)
		p.log.wait(t, "ready")
		require.Equal(t, 200, statusOf(t, p.url(t)+"/__heartbeat__"))
		beside := command(env, "application", "create", "--name="+name, "--any-domain")
		require.Zero(t, beside.code, beside.stderr)
		require.Equal(t, 200, statusOf(t, p.url(t)+"/__heartbeat__"), "the command left the database running")
		require.NoError(t, p.Process.Signal(syscall.SIGTERM))
		require.NoError(t, p.Wait())
	}

	listed := command(env, "application", "list")
	for _, name := range []string{"Before", "First", "Second"} {
		require.Contains(t, listed.stdout, name)
	}
	require.NoFileExists(t, filepath.Join(data, "postgres", "postmaster.pid"))
}

// serveEmbedded starts the program with a database of its own, and returns the process id of PostgreSQL.
func serveEmbedded(t *testing.T) (p process, postgres int) {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	p = startProcess(t, map[string]string{
		"EXTERNAL_API_DATA": data, "EXTERNAL_API_DRAIN_SECONDS": "0", "EXTERNAL_API_POSTGRES_BIN": os.Getenv("EXTERNAL_API_POSTGRES_BIN"),
	})
	p.log.wait(t, "ready")
	text, err := os.ReadFile(filepath.Join(data, "postgres", "postmaster.pid"))
	require.NoError(t, err)
	first, _, _ := strings.Cut(string(text), "\n")
	postgres, err = strconv.Atoi(first)
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(postgres, 0))
	return p, postgres
}

// Whatever ends the program, also what it cannot notice, PostgreSQL does not stay behind.
func TestEmbeddedDatabaseEndsWithTheProgram(t *testing.T) {
	t.Parallel()
	// Under nohup(1) a hangup is ignored, also by what is started here, unless this process takes it.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	for _, ends := range []syscall.Signal{syscall.SIGKILL, syscall.SIGHUP} {
		t.Run(ends.String(), func(t *testing.T) {
			t.Parallel()
			p, postgres := serveEmbedded(t)
			require.NoError(t, p.Process.Signal(ends))
			require.Error(t, p.Wait())
			require.Eventually(t, func() bool { return syscall.Kill(postgres, 0) != nil }, eventually, tick)
		})
	}
}

// The program does not stay without its database: what runs it starts both again.
func TestTheProgramEndsWithItsEmbeddedDatabase(t *testing.T) {
	t.Parallel()
	p, postgres := serveEmbedded(t)
	require.NoError(t, syscall.Kill(postgres, syscall.SIGKILL))
	var ended *exec.ExitError
	require.ErrorAs(t, p.Wait(), &ended)
	require.Equal(t, 1, ended.ExitCode())
	require.Contains(t, p.log.String(), "meet-external-api: the embedded database: PostgreSQL has ended")
}

func TestEmbeddedDatabaseThatCannotBe(t *testing.T) {
	t.Parallel()
	foreign := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(foreign, "postgres", "precious"), 0o700))
	for name, c := range map[string]struct{ data, bin, said string }{
		"no PostgreSQL":       {t.TempDir(), t.TempDir(), "EXTERNAL_API_POSTGRES_BIN"},
		"a foreign directory": {foreign, os.Getenv("EXTERNAL_API_POSTGRES_BIN"), "precious"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := map[string]string{
				"APPLICATION_JWT_SECRET_KEY": testKey, "EXTERNAL_API_DATA": c.data, "EXTERNAL_API_POSTGRES_BIN": c.bin, "EXTERNAL_API_LISTEN": "127.0.0.1:0",
			}
			done := command(env, "application", "list")
			require.Equal(t, 1, done.code)
			require.Equal(t, 1, strings.Count(done.stderr, "\n"), "in one line")
			require.Contains(t, done.stderr, c.said)
			checked := command(env, "check")
			require.Equal(t, 1, checked.code)
			require.Contains(t, checked.stdout, c.said)
		})
	}
	t.Cleanup(func() { require.DirExists(t, filepath.Join(foreign, "postgres", "precious")) })
}

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"meet-external-api/db/dbtest"
)

// TestMain lets tests start the program as a process of its own, and benchmarks the bare server: this test binary, told to
// be one of them.
func TestMain(m *testing.M) {
	switch {
	case os.Getenv("BE_THE_PROGRAM") != "":
		main()
		return
	case os.Getenv("BE_THE_BARE_SERVER") != "":
		serveBare()
	}
	dbtest.Main(m)
}

// What happens beside a test is looked for every tick, until eventually.
const (
	eventually = 30 * time.Second
	tick       = 5 * time.Millisecond
)

const testKey = "a-key-for-tests-that-is-long-enough-for-HS512-and-known-to-all-of-them"

// instance is a running server with a database of its own.
type instance struct {
	t   testing.TB
	dsn string
	env map[string]string
	url string
	log *logLines

	poolOnce sync.Once
	poolOpen *sqlx.DB
}

// start runs `serve` on a fresh database and a free port, with settings beside the usual ones of tests, until the test
// ends, and waits until it is ready.
func start(t testing.TB, settings ...map[string]string) *instance {
	t.Helper()
	s := startUnready(t, dbtest.New(t), settings...)
	s.log.wait(t, "ready")
	return s
}

// replica runs `serve` once more on the same database, with other settings, and waits until it is ready.
func (s *instance) replica(settings ...map[string]string) *instance {
	s.t.Helper()
	another := startUnready(s.t, s.dsn, settings...)
	another.log.wait(s.t, "ready")
	return another
}

// startUnready runs `serve` on that database and waits until it listens.
func startUnready(t testing.TB, dsn string, settings ...map[string]string) *instance {
	t.Helper()
	s := &instance{t: t, dsn: dsn, log: newLogLines(), env: map[string]string{
		"DATABASE_URL":               dsn,
		"APPLICATION_JWT_SECRET_KEY": testKey,
		"EXTERNAL_API_LISTEN":        "127.0.0.1:0",
		"EXTERNAL_API_DRAIN_SECONDS": "0",
		"EXTERNAL_API_LOG_FORMAT":    "json",
	}}
	for _, more := range settings {
		maps.Copy(s.env, more)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"serve"}, s.getenv, io.Discard, s.log)
		s.log.close()
	}()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-ended)
	})
	s.url = "http://" + s.log.wait(t, "listening")["address"].(string)
	return s
}

func (s *instance) getenv(name string) string { return s.env[name] }

// cli runs another command on the same database and returns what it printed.
func (s *instance) cli(args ...string) string {
	s.t.Helper()
	var stdout, stderr bytes.Buffer
	require.NoError(s.t, run(context.Background(), args, s.getenv, &stdout, &stderr), stderr.String())
	return stdout.String()
}

// sql runs a statement in the server's database.
func (s *instance) sql(statement string, args ...any) {
	s.t.Helper()
	_, err := s.pool().Exec(statement, args...)
	require.NoError(s.t, err)
}

// pool is for looking at the server's database past the server.
func (s *instance) pool() *sqlx.DB {
	s.t.Helper()
	s.poolOnce.Do(func() {
		var err error
		s.poolOpen, err = sqlx.Open("postgres", s.dsn)
		require.NoError(s.t, err)
		s.t.Cleanup(func() { _ = s.poolOpen.Close() })
	})
	return s.poolOpen
}

// credentials are those of an application.
type credentials struct {
	UUID   string `json:"id"`
	ID     string `json:"client_id"`
	Secret string `json:"client_secret"`
}

var allScopes = []string{
	"--scope=rooms:list", "--scope=rooms:retrieve", "--scope=rooms:create",
	"--scope=rooms:update", "--scope=rooms:delete", "--scope=rooms:grant-access",
}

// application registers an application; without flags it has all scopes and may act for anybody.
func (s *instance) application(flags ...string) credentials {
	s.t.Helper()
	if flags == nil {
		flags = append([]string{"--any-domain"}, allScopes...)
	}
	printed := s.cli(append([]string{"application", "create", "--name=Test", "--json"}, flags...)...)
	var made credentials
	require.NoError(s.t, json.Unmarshal([]byte(printed), &made))
	return made
}

// user makes a user and returns its UUID.
func (s *instance) user(address string) string {
	s.t.Helper()
	var made struct{ ID string }
	require.NoError(s.t, json.Unmarshal([]byte(s.cli("user", "create", "--json", "--email="+address)), &made))
	return made.ID
}

// token gets a token for an application to act for an address, and for the scopes that stand beside it.
func (s *instance) token(c credentials, scope string) string {
	s.t.Helper()
	a := s.post("/application/token/", map[string]any{
		"client_id": c.ID, "client_secret": c.Secret, "grant_type": "client_credentials", "scope": scope,
	})
	require.Equal(s.t, 200, a.status, "%s", a.raw)
	return a.body["access_token"].(string)
}

// logLines takes the log of a server and lets tests wait for a line of it.
type logLines struct {
	mutex   sync.Mutex
	changed *sync.Cond
	buffer  bytes.Buffer
	ended   bool
}

func newLogLines() *logLines {
	l := &logLines{}
	l.changed = sync.NewCond(&l.mutex)
	return l
}

func (l *logLines) Write(p []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	defer l.changed.Broadcast()
	return l.buffer.Write(p)
}

func (l *logLines) close() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.ended = true
	l.changed.Broadcast()
}

// find returns the first line with that message whose attributes include those given.
func (l *logLines) find(message string, attributes map[string]any) map[string]any {
	lines := bufio.NewScanner(strings.NewReader(l.buffer.String()))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line map[string]any
		if json.Unmarshal(lines.Bytes(), &line) != nil || line["msg"] != message {
			continue
		}
		fits := true
		for name, value := range attributes {
			fits = fits && line[name] == value
		}
		if fits {
			return line
		}
	}
	return nil
}

func (l *logLines) wait(t testing.TB, message string) map[string]any {
	t.Helper()
	return l.waitFor(t, message, nil)
}

func (l *logLines) waitFor(t testing.TB, message string, attributes map[string]any) map[string]any {
	t.Helper()
	expired := false
	timer := time.AfterFunc(30*time.Second, func() {
		l.mutex.Lock()
		defer l.mutex.Unlock()
		expired = true
		l.changed.Broadcast()
	})
	defer timer.Stop()
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for {
		if line := l.find(message, attributes); line != nil {
			return line
		}
		if l.ended || expired {
			t.Fatalf("no line %q %v in the log:\n%s", message, attributes, l.buffer.String())
		}
		l.changed.Wait()
	}
}

func (l *logLines) String() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.buffer.String()
}

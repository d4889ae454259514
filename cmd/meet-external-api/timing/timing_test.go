//go:build !race

package timing

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"meet-external-api/db/dbtest"
	"meet-external-api/handlers"
)

const (
	// samples are taken of each path, in turns; then they are looked at, once.
	samples = 600
	// alike is how far medians may be apart.
	alike = 0.10
	// unknownClient is as long as the client ids that there are.
	unknownClient = "unknown-client-that-is-as-long-as-others"
	// slowHash has 12,000 rounds, few for a slow hash; fastHash has 20.
	slowHash = "pbkdf2_sha256$12000$fveIWRFo6uumjZHIbawXEW$W/+6l8K7TnAkLbuSfBzFbdL5lCnduPYFFtQsARyc5ck="
	fastHash = "pbkdf2_sha256$20$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JE="
)

func TestMain(m *testing.M) {
	dbtest.Main(m, func() { removeProgram() })
}

// No way to fail is told from another by the time that it takes.
func TestFailuresTakeTheSameTime(t *testing.T) {
	for name, c := range map[string]struct {
		hash   string // the dearest
		limits string
		redis  bool
	}{
		"with a slow hash among the applications": {slowHash, "0", false},
		"with fast ones alone":                    {fastHash, "0", false},
		"counted in Redis":                        {fastHash, "100000", true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, "EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE="+c.limits, "EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE="+c.limits)
			if c.redis {
				s.env = append(s.env, "REDIS_URL="+startRedis(t))
			}
			s.cli("user", "create", "--email=user@example.com")
			ours, meets, inactive, unusable, malformed, several, large :=
				s.application(), s.application(), s.application(), s.application(), s.application(), s.application(), s.application()
			s.cli("application", "rotate-secret", several, "--overlap=1h")
			s.cli("application", "disable", inactive)
			update := []string{"application", "update", large}
			for i := range 100 {
				update = append(update, fmt.Sprintf("--domain=%d.example.com", i))
			}
			s.cli(update...)
			s.setHash(meets, c.hash)
			s.setHash(unusable, "!")
			s.setHash(malformed, strings.TrimSuffix(c.hash, "="))
			s.serve()
			s.requireAlike(http.StatusUnauthorized, uuid.NewString, map[string]string{
				"unknown client":                     unknownClient,
				"wrong secret":                       ours,
				"wrong secret of Meet's":             meets,
				"wrong secret, inactive":             inactive,
				"unusable hash":                      unusable,
				"malformed hash of the dearest cost": malformed,
				"wrong secret of several":            several,
				"wrong secret, many domains":         large,
			})
			s.requireAlike(http.StatusBadRequest, func() string { return "" }, map[string]string{
				"empty secret": ours, "empty secret of Meet's": meets, "empty secret of an unknown client": unknownClient,
			})
		})
	}
}

// server is a process of the program with a database of its own.
type server struct {
	t            *testing.T
	program, dsn string
	env          []string
	url          string
	operations   string // where operators are listened to
}

// program is built once for all tests, and removed by TestMain.
var (
	program       = sync.OnceValues(buildProgram)
	removeProgram = func() {}
)

func buildProgram() (path string, err error) {
	directory, err := os.MkdirTemp("", "meet-external-api-timing-")
	if err != nil {
		return "", err
	}
	removeProgram = func() { _ = os.RemoveAll(directory) }
	path = filepath.Join(directory, "meet-external-api")
	said, err := exec.Command("go", "build", "-o", path, "..").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, said)
	}
	return path, err
}

// newServer makes a server that is not started yet, with settings beside the usual ones.
func newServer(t *testing.T, settings ...string) *server {
	t.Helper()
	path, err := program()
	require.NoError(t, err)
	s := &server{t: t, program: path, dsn: dbtest.New(t)}
	// Whatever the tests are run with, the collector of garbage is that of production.
	s.env = append(os.Environ(), "GOGC=", "DATABASE_URL="+s.dsn, "APPLICATION_JWT_SECRET_KEY="+strings.Repeat("k", 32),
		"EXTERNAL_API_LISTEN=127.0.0.1:0", "EXTERNAL_API_OPERATIONS_LISTEN=none", "EXTERNAL_API_DRAIN_SECONDS=0", "EXTERNAL_API_LOG_FORMAT=json")
	s.env = append(s.env, settings...)
	return s
}

func (s *server) cli(args ...string) []byte {
	s.t.Helper()
	command := exec.Command(s.program, args...)
	command.Env = s.env
	printed, err := command.Output()
	require.NoError(s.t, err)
	return printed
}

// application registers an application and returns its client id.
func (s *server) application() string {
	s.t.Helper()
	var made struct {
		ID string `json:"client_id"`
	}
	require.NoError(s.t, json.Unmarshal(s.cli("application", "create", "--name=Test", "--any-domain", "--json"), &made))
	return made.ID
}

func (s *server) setHash(clientID, hash string) {
	s.t.Helper()
	pool, err := sqlx.Open("postgres", s.dsn)
	require.NoError(s.t, err)
	defer func() { _ = pool.Close() }()
	_, err = pool.Exec(`update meet_application set client_secret = $1 where client_id = $2`, hash, clientID)
	require.NoError(s.t, err)
}

// serve runs the server until the test ends, and waits until it is ready: by then it knows what the stored hashes cost. It returns the
// process.
func (s *server) serve() *os.Process {
	s.t.Helper()
	command := exec.Command(s.program, "serve")
	command.Env = s.env
	log, err := command.StderrPipe()
	require.NoError(s.t, err)
	require.NoError(s.t, command.Start())
	s.t.Cleanup(func() { _ = command.Process.Signal(syscall.SIGTERM); _ = command.Wait() })
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		var line struct{ Msg, Address string }
		require.NoError(s.t, json.Unmarshal(lines.Bytes(), &line))
		switch line.Msg {
		case "listening":
			s.url = "http://" + line.Address + handlers.BasePath + "/application/token/"
		case "listening for operators":
			s.operations = "http://" + line.Address
		case "ready":
			go func() { _, _ = io.Copy(io.Discard, log) }()
			return command.Process
		}
	}
	require.Fail(s.t, "the server is not ready")
	return nil
}

// requireAlike sends secrets for each of the client ids, in turns, and compares the medians. The order of each turn is drawn anew, so
// that no path always comes after the same one, and a noisy machine is noisy for all of them.
func (s *server) requireAlike(status int, secret func() string, paths map[string]string) {
	s.t.Helper()
	turn, taken := slices.Sorted(maps.Keys(paths)), map[string][]time.Duration{}
	for range samples {
		rand.Shuffle(len(turn), func(i, j int) { turn[i], turn[j] = turn[j], turn[i] })
		for _, name := range turn {
			taken[name] = append(taken[name], s.timed(status, paths[name], secret()))
		}
	}
	least, most, said := time.Hour, time.Duration(0), ""
	for _, name := range slices.Sorted(maps.Keys(taken)) {
		slices.Sort(taken[name])
		median := taken[name][samples/2]
		least, most = min(least, median), max(most, median)
		said += fmt.Sprintf("\n%s: %s", name, median)
	}
	apart := float64(most-least) / float64(least)
	s.t.Logf("%.1f %% apart:%s", apart*100, said)
	require.LessOrEqual(s.t, apart, alike)
}

// timed asks for a token, and returns how long the answer took.
func (s *server) timed(status int, clientID, secret string) time.Duration {
	s.t.Helper()
	body, err := json.Marshal(map[string]string{
		"client_id": clientID, "client_secret": secret, "grant_type": "client_credentials", "scope": "user@example.com",
	})
	require.NoError(s.t, err)
	begin := time.Now()
	response, err := http.Post(s.url, "application/json", bytes.NewReader(body))
	require.NoError(s.t, err)
	_, err = io.Copy(io.Discard, response.Body)
	took := time.Since(begin)
	require.NoError(s.t, err)
	require.NoError(s.t, response.Body.Close())
	require.Equal(s.t, status, response.StatusCode)
	return took
}

// startRedis runs a Redis of the test's own and returns its URL.
func startRedis(t *testing.T) string {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "redis.sock")
	process := exec.Command("redis-server", "--port", "0", "--unixsocket", socket, "--save", "")
	stdout, err := process.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, process.Start(), "install it: apt-get install redis-server")
	t.Cleanup(func() { _ = process.Process.Kill(); _ = process.Wait() })
	lines := bufio.NewScanner(stdout)
	for lines.Scan() && !strings.Contains(lines.Text(), "eady to accept connections") {
		continue
	}
	return "unix://" + socket
}

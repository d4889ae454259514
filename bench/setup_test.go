package bench

import (
	"bytes"
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

const (
	programPath = "../bin/meet-external-api"
	apiPath     = "/external-api/v1.0"
	signingKey  = "a-key-for-benchmarks-that-is-long-enough-for-HS256"
	// The applications have a hash that is quick to compute, and one as Meet's Django makes it.
	quickClient, quickRounds = "quick", 1000
	slowClient, slowRounds   = "slow", 1_000_000
	// The first users own rooms, as many each.
	users, owners, rooms = 20_000, 2000, 100_000
	// actor is the user that the operations on rooms act for, by number; bystander the one whose rooms nobody adds to.
	actor, bystander = 1, 2
)

// userID is that of a user by number, and roomID that of the i-th room of the actor, again and again.
func userID(number int) string { return idOf(fmt.Sprint("user", number)) }
func roomID(i int) string      { return idOf(fmt.Sprint("room", i%(rooms/owners)*owners+actor)) }

func idOf(text string) string { return uuid.UUID(md5.Sum([]byte(text))).String() }

func secretOf(clientID string) string { return "the-secret-of-" + clientID }

// tokenRequest is the body of a request for a token for a user by number.
func tokenRequest(clientID string, user int) string {
	return fmt.Sprintf(`{"grant_type":"client_credentials","client_id":%q,"client_secret":%q,"scope":"user%d@example.com"}`,
		clientID, secretOf(clientID), user)
}

// database is a PostgreSQL with Meet's tables.
type database struct {
	url  string
	pid  int
	pool *sql.DB
}

// newDatabase brings up a PostgreSQL as it runs in production, in a directory that lasts as long as the benchmark, and fills it.
func newDatabase(b *testing.B) database {
	b.Helper()
	address := freeAddress(b)
	host, port, _ := net.SplitHostPort(address)
	d := database{url: "postgres://postgres@" + address + "/postgres?sslmode=disable"}
	data := must(os.MkdirTemp("", "meet-external-api-bench-"))
	b.Cleanup(func() { _ = os.RemoveAll(data) })
	account := unprivileged()
	if account != nil {
		require.NoError(b, os.Chown(data, int(account.Uid), int(account.Gid)))
	}
	command := func(name string, arguments ...string) *exec.Cmd {
		command := exec.Command(filepath.Join(postgresBin(b), name), append([]string{"-D", data}, arguments...)...)
		command.Dir, command.SysProcAttr = data, &syscall.SysProcAttr{Credential: account}
		return command
	}
	output, err := command("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8").CombinedOutput()
	require.NoError(b, err, "%s", output)
	d.pid = start(b, syscall.SIGINT, command("postgres", "-h", host, "-p", port, "-k", "",
		"-c", "shared_buffers=512MB", "-c", "max_connections=200", "-c", "synchronous_commit=on"))
	d.pool = must(sql.Open("postgres", d.url))
	b.Cleanup(func() { _ = d.pool.Close() })
	waitFor(b, "PostgreSQL", func() bool { return d.pool.Ping() == nil })
	d.fill(b)
	return d
}

// unprivileged is the account of PostgreSQL and PgBouncer, which refuse to run as root; nil: that of the benchmark.
func unprivileged() *syscall.Credential {
	if os.Geteuid() != 0 {
		return nil
	}
	return &syscall.Credential{Uid: 65534, Gid: 65534}
}

// fill makes Meet's tables and what this program adds to them, and seeds them.
func (d database) fill(b *testing.B) {
	b.Helper()
	d.exec(b, string(must(os.ReadFile("../db/dbtest/meet.sql"))))
	migrate := exec.Command(programPath, "migrate", "--with-indexes")
	migrate.Env = []string{"DATABASE_URL=" + d.url}
	output, err := migrate.CombinedOutput()
	require.NoError(b, err, "%s", output)
	d.exec(b, `insert into meet_user (id, password, is_superuser, created_at, updated_at, sub, email, language, timezone, is_device, is_staff,
			is_active, default_room_configuration)
		select cast(md5('user' || i) as uuid), '!', false, now(), now(), 'sub' || i, 'user' || i || '@example.com', 'en-us', 'UTC', false,
			false, true, '{}'
		from generate_series(0, $1 - 1) i`, users)
	d.exec(b, `insert into meet_resource (id, created_at, updated_at)
		select cast(md5('room' || i) as uuid), now(), now() from generate_series(0, $1 - 1) i`, rooms)
	d.exec(b, `insert into meet_room (resource_id, name, slug, configuration, access_level)
		select cast(md5('room' || i) as uuid), 'room ' || i, 'room-' || i, '{}', 'trusted' from generate_series(0, $1 - 1) i`, rooms)
	d.exec(b, `insert into meet_resource_access (id, created_at, updated_at, role, resource_id, user_id)
		select gen_random_uuid(), now(), now(), 'owner', cast(md5('room' || i) as uuid), cast(md5('user' || i % $2) as uuid)
		from generate_series(0, $1 - 1) i`, rooms, owners)
	for clientID, rounds := range map[string]int{quickClient: quickRounds, slowClient: slowRounds} {
		d.exec(b, `insert into meet_application (id, created_at, updated_at, name, is_active, client_id, client_secret, scopes)
			values (gen_random_uuid(), now(), now(), $1, true, $1, $2, '{rooms:list,rooms:retrieve,rooms:create}')`,
			clientID, djangoHash(secretOf(clientID), rounds))
	}
	d.exec(b, "vacuum analyze")
	d.exec(b, "checkpoint")
}

// copyApplication makes others with the same secret, whose client ids are the prefix and numbers from 0 on.
func (d database) copyApplication(b *testing.B, clientID, prefix string, count int) {
	b.Helper()
	d.exec(b, `insert into meet_application (id, created_at, updated_at, name, is_active, client_id, client_secret, scopes)
		select gen_random_uuid(), now(), now(), name, true, $2 || i, client_secret, scopes
		from meet_application, generate_series(0, $3 - 1) i where client_id = $1`, clientID, prefix, count)
	d.exec(b, "analyze meet_application")
}

func (d database) exec(b *testing.B, statement string, arguments ...any) {
	b.Helper()
	_, err := d.pool.Exec(statement, arguments...)
	require.NoError(b, err, statement)
}

// djangoHash is a pbkdf2_sha256 of Django's.
func djangoHash(secret string, rounds int) string {
	key := must(pbkdf2.Key(sha256.New, secret, []byte("salt"), rounds, sha256.Size))
	return fmt.Sprintf("pbkdf2_sha256$%d$salt$%s", rounds, base64.StdEncoding.EncodeToString(key))
}

// postgresBin is the directory of the PostgreSQL that the environment names, or of the newest one that is installed.
func postgresBin(b *testing.B) string {
	b.Helper()
	if bin := os.Getenv("EXTERNAL_API_POSTGRES_BIN"); bin != "" {
		return bin
	}
	if installed := must(filepath.Glob("/usr/lib/postgresql/*/bin")); installed != nil {
		return installed[len(installed)-1]
	}
	return filepath.Dir(must(exec.LookPath("postgres")))
}

// server is a process that answers requests to the API.
type server struct {
	url              string
	pid, databasePID int
	// ready is how long it took from start until it was.
	ready time.Duration
}

// serve runs the program, with settings beside the usual ones, until the benchmark ends. Requests count towards a limit that is never
// reached; only what goes wrong is logged, and the lines of the audit trail go to a file.
func (d database) serve(b *testing.B, settings ...string) server {
	b.Helper()
	address := freeAddress(b)
	command := exec.Command(programPath, "serve")
	command.Env = append([]string{
		"DATABASE_URL=" + d.url, "APPLICATION_JWT_SECRET_KEY=" + signingKey, "EXTERNAL_API_LISTEN=" + address, "EXTERNAL_API_OPERATIONS_LISTEN=none",
		"EXTERNAL_API_LOG_LEVEL=warn",
		"EXTERNAL_API_DRAIN_SECONDS=0", "EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE=1000000", "EXTERNAL_API_AUDIT_LOG=" + filepath.Join(b.TempDir(), "audit.log"),
	}, settings...)
	begin := time.Now()
	s := server{url: "http://" + address, pid: start(b, syscall.SIGTERM, command), databasePID: d.pid}
	waitFor(b, "the program", func() bool { return statusOf(http.Get(s.url+"/__heartbeat__")) == http.StatusOK })
	s.ready = time.Since(begin)
	return s
}

// serveBaseline runs the baseline server until the benchmark ends.
func (d database) serveBaseline(b *testing.B) server {
	b.Helper()
	address := freeAddress(b)
	command := exec.Command(os.Args[0])
	command.Env = []string{baselineURL + "=" + d.url, "EXTERNAL_API_LISTEN=" + address}
	s := server{url: "http://" + address, pid: start(b, syscall.SIGKILL, command), databasePID: d.pid}
	waitFor(b, "the baseline server", func() bool { return statusOf(http.Get(s.url)) == http.StatusNotFound })
	return s
}

// token is one with which the quick application acts for a user by number.
func (s server) token(b *testing.B, user int) string {
	b.Helper()
	response, err := http.Post(s.url+apiPath+"/application/token/", "application/json", strings.NewReader(tokenRequest(quickClient, user)))
	require.NoError(b, err)
	defer func() { _ = response.Body.Close() }()
	var body struct {
		Token string `json:"access_token"`
	}
	require.NoError(b, json.NewDecoder(response.Body).Decode(&body))
	require.NotEmpty(b, body.Token)
	return body.Token
}

// residentMB is its resident memory (proc(5)); 0 where there is no such thing.
func (s server) residentMB() int {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.pid))
	_, line, _ := strings.Cut(string(status), "VmRSS:")
	kB := 0
	_, _ = fmt.Sscan(line, &kB)
	return kB / 1024
}

// startRedis runs a Redis that stores nothing until the benchmark ends, and returns its URL and the id of the process.
func startRedis(b *testing.B) (url string, pid int) {
	b.Helper()
	address := freeAddress(b)
	host, port, _ := net.SplitHostPort(address)
	pid = start(b, syscall.SIGKILL, exec.Command("redis-server", "--bind", host, "--port", port, "--save", "", "--appendonly", "no"))
	waitFor(b, "Redis", func() bool { return answers(address) })
	return "redis://" + address, pid
}

// answers is whether somebody listens there.
func answers(address string) bool {
	conn, err := net.Dial("tcp", address)
	if err == nil {
		_ = conn.Close()
	}
	return err == nil
}

// start runs a process until the benchmark ends, which then gets the signal, and returns its id. What it says is shown when the
// benchmark has failed.
func start(b *testing.B, signal os.Signal, command *exec.Cmd) int {
	b.Helper()
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	require.NoError(b, command.Start())
	b.Cleanup(func() {
		_ = command.Process.Signal(signal)
		_ = command.Wait()
		if b.Failed() {
			b.Log(said.String())
		}
	})
	return command.Process.Pid
}

func waitFor(b *testing.B, what string, there func() bool) {
	b.Helper()
	require.Eventually(b, there, 30*time.Second, 5*time.Millisecond, "%s does not answer", what)
}

func freeAddress(b *testing.B) string {
	b.Helper()
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// cpuTime is what a process and its children have used (proc(5)), in the kernel's ticks, of which there are 100 a second; 0 where
// there is no such thing.
func cpuTime(pid int) time.Duration {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	ticks := 0
	for _, path := range stats {
		text, _ := os.ReadFile(path) // it may have ended
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		if len(fields) < 13 || path != fmt.Sprintf("/proc/%d/stat", pid) && fields[1] != strconv.Itoa(pid) {
			continue
		}
		user, _ := strconv.Atoi(fields[11])
		system, _ := strconv.Atoi(fields[12])
		ticks += user + system
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// must is for what fails only where the benchmark is wrong.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

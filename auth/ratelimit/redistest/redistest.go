// Package redistest runs Redis for tests: a server, a Redis Cluster, and Sentinels. Each is the test's own, is of real processes that
// the test can stop and start, and ends with it. Begin with Start. No test of what is counted belongs here.
package redistest

import (
	"bufio"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// patience is how long a process may take for what is done in far less.
const patience = 30 * time.Second

// Server is a process of redis-server.
type Server struct {
	t       testing.TB
	Port    string // on 127.0.0.1
	options []string
	process *exec.Cmd
}

// Start runs a server that stores nothing, with further options of its command line.
func Start(t testing.TB, options ...string) *Server {
	t.Helper()
	s := &Server{t: t, Port: freePort(t), options: options}
	t.Cleanup(s.Stop)
	s.Start()
	return s
}

func freePort(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // It does not wait.
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
}

// Start runs it at the port that it had, with nothing of what was in it.
func (s *Server) Start() {
	s.t.Helper()
	dir, err := os.MkdirTemp("", "meet-external-api-redis-")
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = os.RemoveAll(dir) })
	arguments := append([]string{"--port", s.Port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", dir}, s.options...)
	s.process = s.run("eady to accept connections", arguments...)
}

// run starts redis-server and waits until it says that it is up.
func (s *Server) run(up string, arguments ...string) *exec.Cmd {
	s.t.Helper()
	process := exec.Command("redis-server", arguments...) //nolint:gosec,noctx // It ends with the test.
	stdout, err := process.StdoutPipe()
	if err == nil {
		err = process.Start()
	}
	if err != nil {
		s.t.Fatalf("%v: install it: apt-get install redis-server", err)
	}
	said, lines := "", bufio.NewScanner(stdout)
	for lines.Scan() {
		if said += lines.Text() + "\n"; strings.Contains(lines.Text(), up) {
			go func() {
				for lines.Scan() { // so that it can go on saying things
					continue
				}
			}()
			return process
		}
	}
	s.t.Fatalf("redis-server has not started: %s", said)
	return nil
}

// Stop ends it at once, as a crash does.
func (s *Server) Stop() {
	if s.process != nil {
		_ = s.process.Process.Kill()
		_ = s.process.Wait()
		s.process = nil
	}
}

// Signal sends it one, such as SIGSTOP.
func (s *Server) Signal(signal syscall.Signal) {
	s.t.Helper()
	if err := s.process.Process.Signal(signal); err != nil {
		s.t.Fatal(err)
	}
}

// Address is host:port.
func (s *Server) Address() string { return "127.0.0.1:" + s.Port }

// URL is that of its database 1, with a timeout that a machine with much to do does not reach.
func (s *Server) URL() string { return s.HastyURL() + "?read_timeout=10s" }

// HastyURL is the same with the usual timeout, for tests of what happens after it.
func (s *Server) HastyURL() string { return "redis://" + s.Address() + "/1" }

// Client asks its database 1.
func (s *Server) Client() *redis.Client { return s.client(1) }

func (s *Server) client(database int) *redis.Client {
	client := redis.NewClient(&redis.Options{Addr: s.Address(), DB: database})
	s.t.Cleanup(func() { _ = client.Close() })
	return client
}

// wait waits until a condition holds.
func wait(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for begun := time.Now(); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Since(begun) > patience {
			t.Fatalf("%s: not within %s", what, patience)
		}
	}
}

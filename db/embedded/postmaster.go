package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	pidFile = "postmaster.pid"
	port    = "5432" // only part of the socket's name
	// socketPrefix marks the directories that this package makes. They are not below the data directory, as the path of a
	// socket has at most 103 bytes (107 on Linux).
	socketPrefix = "/tmp/meet-postgres-"
)

// launch brings up a cluster that is stopped. It takes the lock of the server's processes over.
func (s *Server) launch(ctx context.Context, lock *os.File) error {
	begin := time.Now()
	bin, err := s.ready(ctx)
	if err != nil {
		unlock(lock)
		return err
	}
	running, err := s.startPostgres(bin, lock)
	if err != nil {
		unlock(lock)
		return err
	}
	// From here on, the lock is theirs.
	_ = lock.Close()
	defer running.log.close()
	err = poll(ctx, func() (bool, error) {
		select {
		case <-running.ended:
			return false, fmt.Errorf("it ended at its start: %s", running.log.tail())
		default:
			return s.answers(ctx)
		}
	})
	if err != nil {
		return err
	}
	s.options.Log.InfoContext(ctx, "PostgreSQL runs", "data", s.options.Data, "bin", bin, "took", time.Since(begin))
	return nil
}

func (s *Server) startPostgres(bin string, lock *os.File) (*process, error) {
	owner, err := ownerOf(s.cluster())
	if err != nil {
		return nil, err
	}
	p := program{bin: bin, name: "postgres", account: owner}
	if stale, err := readPostmaster(s.cluster()); err == nil {
		// PostgreSQL takes any living process of this number for its predecessor, and would not start. Told that it is a
		// grandparent of its own, it decides by the shared memory alone.
		p.env = []string{"PG_GRANDPARENT_PID=" + strconv.Itoa(stale.pid)}
		if err := removeSockets(stale.sockets); err != nil {
			return nil, err
		}
	}
	if s.sockets, err = makeSockets(owner); err != nil {
		return nil, err
	}
	if err := s.startWatcher(); err != nil {
		return nil, err
	}
	p.args = s.settings()
	return s.run(p, s.cluster(), lock)
}

// settings are those of a small server that only its socket reaches.
func (s *Server) settings() []string {
	settings := []string{
		"-c", "listen_addresses=", "-c", "port=" + port, "-c", "unix_socket_directories=" + s.sockets,
		"-c", "max_connections=100", "-c", "shared_buffers=32MB",
		"-c", "logging_collector=off", "-c", "log_destination=stderr",
	}
	if s.options.Fast {
		// Many tests at once have a pool each; the last one of two equal settings counts.
		settings = append(settings, "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
			"-c", "max_connections=500")
	}
	return settings
}

// postmaster is what a server tells of itself in its data directory.
type postmaster struct {
	pid     int
	sockets string
	ready   bool // for connections
}

// readPostmaster reads postmaster.pid, whose lines are: process id, data directory, time of the start, port, directory of
// the socket, and more, in the end whether it is ready (PostgreSQL's utils/pidfile.h). Error: it is not there, or not yet as far as the socket.
func readPostmaster(cluster string) (postmaster, error) {
	text, err := os.ReadFile(filepath.Join(cluster, pidFile)) //nolint:gosec // A fixed name in the user's own directory.
	if err != nil {
		return postmaster{}, err
	}
	lines := strings.Split(string(text), "\n")
	if len(lines) < 6 || !filepath.IsAbs(lines[4]) {
		return postmaster{}, errors.New("it names no socket")
	}
	pid, err := strconv.Atoi(lines[0])
	if err != nil || pid <= 1 {
		return postmaster{}, errors.New("it names no process")
	}
	return postmaster{pid: pid, sockets: lines[4], ready: len(lines) > 7 && strings.TrimSpace(lines[7]) == "ready"}, nil
}

// makeSockets makes the directory that keeps everyone but the server's account and root from the server, which asks for no
// password.
func makeSockets(owner *account) (string, error) {
	dir, err := os.MkdirTemp(filepath.Split(socketPrefix))
	if err != nil {
		return "", fmt.Errorf("making a directory for the socket: %w", err)
	}
	return dir, owner.give(dir)
}

// removeSockets removes a directory that makeSockets made, with what a killed server leaves there. The name may come from
// a file, so that nothing else is removed.
func removeSockets(dir string) error {
	if !strings.HasPrefix(dir, socketPrefix) || dir != filepath.Clean(dir) || filepath.Dir(dir) != filepath.Dir(socketPrefix) {
		return nil
	}
	socket := filepath.Join(dir, ".s.PGSQL."+port)
	for _, path := range []string{socket, socket + ".lock", dir} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("removing the socket: %w", err)
		}
	}
	return nil
}

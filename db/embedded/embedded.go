// Package embedded brings up a PostgreSQL of the program's own where the settings name none: a cluster in a directory, run by
// the PostgreSQL that is installed. Call Start, use the address that DSN returns, and Stop. What the database holds is for package db.
//
// Several processes can use a directory at once: the first one starts the server, the others attach to it, and the last
// one to leave stops it. Two locks of the kind flock(2), which end with their holders, tell which are there:
//
//   - lock is shared by the processes that use the cluster, and is taken alone to stop it: by the last of them, or, where that one
//     was killed, by the watcher, a process that the first one starts beside the server;
//   - postgres.lock belongs to the server's own processes, so that it tells a cluster that runs from one that does not.
//     A file with a process id cannot: after a crash, the id may be that of a stranger.
package embedded

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

const (
	// pollInterval is short against the fastest thing that is waited for, a start.
	pollInterval = 10 * time.Millisecond
	// stopTimeout is how long each way to stop the server may take. PostgreSQL kills its processes itself 5 s after SIGQUIT.
	stopTimeout = 10 * time.Second
)

// Options say where the cluster lives and which PostgreSQL runs it.
type Options struct {
	// Data is the directory of the cluster, the locks and PostgreSQL's log; made if need be.
	Data string
	// Bin is the directory of initdb and postgres; empty: the newest PostgreSQL that is installed, or the one whose major
	// version the cluster has.
	Bin string
	// Fast is for tests: nothing is flushed to the disk, and nothing survives a crash of the machine.
	Fast bool
	// Log gets a line when a cluster is made, and when it is started; nil: none.
	Log *slog.Logger
}

// Server is a running cluster, and our use of it.
type Server struct {
	options Options
	use     *os.File // locked for as long as we use the cluster
	life    *os.File // open for as long as the watcher need not look after a server that we started
	sockets string   // the directory of the server's socket
}

// Start brings up the cluster in o.Data, making it on the first run, or attaches to the one that runs there, which may
// have lost the process that started it. It returns when the database accepts connections. Errors, in one line: no usable
// PostgreSQL; a cluster of another major version, or content that is none, both left as they are; what PostgreSQL says
// when it ends; the end of ctx. The variables of libpq (PGHOST, PGSERVICE …) are unset for this process, as its driver would follow them.
func Start(ctx context.Context, o Options) (*Server, error) {
	var err error
	if o.Data, err = filepath.Abs(o.Data); err != nil {
		return nil, fmt.Errorf("finding the data directory: %w", err)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if err := os.MkdirAll(o.Data, 0o700); err != nil {
		return nil, fmt.Errorf("making the data directory: %w", err)
	}
	if err := ignoreVariables(); err != nil {
		return nil, fmt.Errorf("setting PG variables aside: %w", err)
	}
	s := &Server{options: o}
	if s.use, err = openLock(s.path("lock")); err != nil {
		return nil, err
	}
	if err := s.bringUp(ctx); err != nil {
		if failure := s.Stop(); failure != nil {
			o.Log.WarnContext(ctx, "PostgreSQL was not stopped", "error", failure)
		}
		return nil, err
	}
	return s, nil
}

func (s *Server) bringUp(ctx context.Context) error {
	// The process that stops the cluster has the lock alone.
	err := poll(ctx, func() (bool, error) { return tryLock(s.use, syscall.LOCK_SH) })
	if err != nil {
		return fmt.Errorf("waiting for another process to stop the cluster in %s: %w", s.cluster(), err)
	}
	err = poll(ctx, func() (bool, error) { return s.launchOrAttach(ctx) })
	if err != nil {
		return fmt.Errorf("the cluster in %s: %w", s.cluster(), err)
	}
	return nil
}

// launchOrAttach tells whether the server is up. While the cluster belongs to a server that does not answer, it is
// starting or ending.
func (s *Server) launchOrAttach(ctx context.Context) (bool, error) {
	lock, err := openLock(s.path("postgres.lock"))
	if err != nil {
		return false, err
	}
	stopped, err := tryLock(lock, syscall.LOCK_EX)
	if err == nil && stopped {
		return true, s.launch(ctx, lock)
	}
	_ = lock.Close()
	if err != nil {
		return false, err
	}
	running, err := readPostmaster(s.cluster())
	if err != nil {
		return false, nil //nolint:nilerr // The file is there when the server is far enough to be asked.
	}
	s.sockets = running.sockets
	return s.answers(ctx)
}

// DSN is the address of the database in keyword form, for lib/pq: a unix socket, and sslmode=disable.
func (s *Server) DSN() string { return s.dsn(name) }

// Stop ends our use of the cluster; it is called once. The last process to use it stops the server: connections are cut,
// everything is stored. Errors: the server does not end within 20 s.
func (s *Server) Stop() error {
	if s.life != nil {
		defer func() { _ = s.life.Close() }()
	}
	defer unlock(s.use)
	last, err := tryLock(s.use, syscall.LOCK_EX)
	if err != nil || !last {
		return err
	}
	lock, err := openLock(s.path("postgres.lock"))
	if err != nil {
		return err
	}
	defer unlock(lock)
	return s.shutdown(lock)
}

// shutdown stops the server; lock is postgres.lock.
func (s *Server) shutdown(lock *os.File) error {
	// PostgreSQL's fast shutdown, then the immediate one, after which the next start recovers.
	var err error
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT} {
		ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
		err = poll(ctx, func() (bool, error) { return s.endWith(signal, lock) })
		cancel()
		if err == nil {
			return removeSockets(s.sockets)
		}
	}
	return fmt.Errorf("the cluster in %s does not end: %w", s.cluster(), err)
}

// endWith tells whether the server has ended. The signal is given again each time, as a server that has only just started
// may have no process id to be found yet; one that is ending ignores it.
func (s *Server) endWith(signal syscall.Signal, lock *os.File) (bool, error) {
	ended, err := tryLock(lock, syscall.LOCK_EX)
	if ended || err != nil {
		return ended, err
	}
	if running, err := readPostmaster(s.cluster()); err == nil {
		s.sockets = running.sockets
		_ = syscall.Kill(running.pid, signal)
	}
	return false, nil
}

func (s *Server) path(name string) string { return filepath.Join(s.options.Data, name) }

// clusterName is that of the directory of the cluster in the data directory.
const clusterName = "postgres"

func (s *Server) cluster() string { return s.path(clusterName) }

// poll calls until repeatedly, until it is true or fails, or ctx ends.
func poll(ctx context.Context, until func() (bool, error)) error {
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for {
		done, err := until()
		if done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
	}
}

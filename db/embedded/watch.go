package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

// watchInterval is how often a process looks whether the server, or those who use it, are still there.
const watchInterval = 200 * time.Millisecond

// watchVariable makes the program, whichever it is, the watcher of the cluster in the data directory that it names.
const watchVariable = "MEET_EXTERNAL_API_WATCHES_POSTGRES"

func init() {
	if data := os.Getenv(watchVariable); data != "" {
		if err := watch(&Server{options: Options{Data: data}}); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
}

// startWatcher starts the process that stops the server where we cannot, since we were killed: it is this program once more, in a session
// of its own, so that what ends us or our terminal does not reach it. The end of our life is that of a pipe.
func (s *Server) startWatcher() error {
	path, err := os.Executable()
	if err != nil {
		return fmt.Errorf("finding this program: %w", err)
	}
	end, life, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("making a pipe: %w", err)
	}
	defer func() { _ = end.Close() }()
	watcher := &exec.Cmd{
		Path: path, Args: []string{"meet-external-api watching " + s.cluster()}, Dir: "/",
		Env: []string{watchVariable + "=" + s.options.Data}, Stdin: end, SysProcAttr: &syscall.SysProcAttr{Setsid: true},
	}
	if err := watcher.Start(); err != nil {
		return errors.Join(fmt.Errorf("starting the process that watches it: %w", err), life.Close())
	}
	go func() { _ = watcher.Wait() }()
	s.life = life
	return nil
}

// watch waits until the process that started the server has ended or needs it no more, and until no other one uses it, and stops it then.
// It makes no file: the data directory may be gone.
func watch(s *Server) error {
	signal.Ignore(syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	use, err := os.OpenFile(s.path("lock"), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	server, err := os.OpenFile(s.path("postgres.lock"), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	for ; ; time.Sleep(watchInterval) {
		ended, err := tryLock(server, syscall.LOCK_EX)
		if ended || err != nil {
			return err
		}
		unused, err := tryLock(use, syscall.LOCK_EX)
		if unused {
			return s.shutdown(server)
		}
		if err != nil {
			return err
		}
	}
}

// Wait returns when the server has ended without having been stopped, with what it said last, or nil when ctx has ended.
func (s *Server) Wait(ctx context.Context) error {
	lock, err := openLock(s.path("postgres.lock"))
	if err != nil {
		return err
	}
	defer unlock(lock)
	tick := time.NewTicker(watchInterval)
	defer tick.Stop()
	for {
		// Shared, so that others who look at the same time do not take us for the server.
		ended, err := tryLock(lock, syscall.LOCK_SH)
		if err != nil {
			return err
		}
		if ended {
			return fmt.Errorf("PostgreSQL has ended, and %s ends with: %s", s.path("postgres.log"), s.lastWords())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (s *Server) lastWords() string {
	log, err := s.openLog()
	if err != nil {
		return err.Error()
	}
	defer log.close()
	log.begin = max(0, log.begin-1024)
	return log.tail()
}

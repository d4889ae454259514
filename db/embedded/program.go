package embedded

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// program is one of PostgreSQL's, about to be run on a cluster.
type program struct {
	bin, name string
	args, env []string
	account   *account
}

// process is a program that runs. Its err is to be read when ended is closed; its log is to be closed.
type process struct {
	pid   int
	log   journal
	ended chan struct{}
	err   error
}

// run starts the program on the data directory dir, with its output in the log; files are passed on.
func (s *Server) run(p program, dir string, files ...*os.File) (*process, error) {
	log, err := s.openLog()
	if err != nil {
		return nil, err
	}
	running, err := p.start(dir, log, files...)
	if err != nil {
		log.close()
		return nil, fmt.Errorf("starting %s: %w", p.name, err)
	}
	return running, nil
}

func (p program) start(dir string, log journal, files ...*os.File) (*process, error) {
	data, err := os.Open(dir) //nolint:gosec // The user's own directory.
	if err != nil {
		return nil, err
	}
	defer func() { _ = data.Close() }()
	// Not bound to a context: the server outlives the call that starts it.
	command := func() *exec.Cmd {
		path := filepath.Join(p.bin, p.name)
		return &exec.Cmd{
			Path: path,
			Args: append([]string{path, "-D", p.account.pathOf(data)}, p.args...),
			// The programs go back to where they were started, which our own directory may not allow.
			Dir: "/",
			// Our environment holds secrets, and variables that would configure PostgreSQL.
			Env:        append([]string{"LC_ALL=C", "TZ=UTC"}, p.env...),
			Stdout:     log.File,
			Stderr:     log.File,
			ExtraFiles: append([]*os.File{data}, files...),
			// Ctrl-C reaches the whole group of the terminal: not the server, which is stopped when its users have ended.
			SysProcAttr: &syscall.SysProcAttr{Setsid: true, Credential: p.account.credential()},
		}
	}
	cmd := command()
	err = cmd.Start()
	if p.account != nil && errors.Is(err, syscall.EACCES) {
		// A command cannot be started twice.
		cmd = command()
		if err = startReaching(cmd); err != nil {
			err = fmt.Errorf("user %s cannot reach %s: set EXTERNAL_API_POSTGRES_BIN to a PostgreSQL that this user can run: %w",
				p.account, p.bin, err)
		}
	}
	if err != nil {
		return nil, err
	}
	running := &process{pid: cmd.Process.Pid, log: log, ended: make(chan struct{})}
	go func() {
		running.err = cmd.Wait()
		close(running.ended)
	}()
	return running, nil
}

// journal is PostgreSQL's log, as far as it is new.
type journal struct {
	*os.File
	begin int64
}

func (s *Server) openLog() (journal, error) {
	file, err := os.OpenFile(s.path("postgres.log"), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return journal{}, fmt.Errorf("opening the log of PostgreSQL: %w", err)
	}
	begin, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return journal{}, errors.Join(err, file.Close())
	}
	return journal{File: file, begin: begin}, nil
}

func (j journal) close() { _ = j.Close() }

// tail is the last lines, in one.
func (j journal) tail() string {
	text, err := io.ReadAll(io.NewSectionReader(j, j.begin, 1<<20))
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	lines = lines[max(0, len(lines)-4):]
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(lines, " | ")
}

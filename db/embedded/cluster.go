package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Check names what would keep Start from running a cluster in o.Data, in one line, and changes nothing.
func Check(o Options) error {
	major, err := inspect(filepath.Join(o.Data, clusterName))
	if err != nil {
		return err
	}
	_, err = find(candidates(o.Bin), major)
	return err
}

// ready makes the cluster unless there is one, and returns the directory of the PostgreSQL that can run it.
func (s *Server) ready(ctx context.Context) (string, error) {
	major, err := inspect(s.cluster())
	if err != nil {
		return "", err
	}
	bin, err := find(candidates(s.options.Bin), major)
	if err != nil || major != 0 {
		return bin, err
	}
	s.options.Log.InfoContext(ctx, "making a PostgreSQL cluster", "data", s.options.Data, "bin", bin)
	err = s.initialize(ctx, bin, "C.UTF-8")
	if err != nil && strings.Contains(err.Error(), "invalid locale") {
		err = s.initialize(ctx, bin, "C")
	}
	return bin, err
}

// inspect returns the major version of a cluster; 0: there is nothing. Error: there is something, but no whole cluster.
func inspect(cluster string) (int, error) {
	entries, err := os.ReadDir(cluster)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 0, nil
	case err != nil:
		return 0, err
	case len(entries) == 0:
		return 0, nil
	}
	text, err := os.ReadFile(filepath.Join(cluster, "PG_VERSION")) //nolint:gosec // A fixed name in the user's own directory.
	if errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("it has content (%s), but no PG_VERSION, so it is none: "+
			"move the directory away, or set EXTERNAL_API_DATA to another one", entries[0].Name())
	}
	if err != nil {
		return 0, err
	}
	major := firstNumber(string(text))
	if major == 0 {
		return 0, fmt.Errorf("its PG_VERSION names no version: %.20q", text)
	}
	if _, err := os.Stat(filepath.Join(cluster, "global", "pg_control")); err != nil {
		return 0, fmt.Errorf("an initdb of PostgreSQL %d left it half-made: "+
			"move the directory away, or set EXTERNAL_API_DATA to another one: %w", major, err)
	}
	return major, nil
}

// initialize makes the cluster elsewhere and puts it in its place when it is whole.
func (s *Server) initialize(ctx context.Context, bin, locale string) error {
	owner, err := newAccount()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(s.options.Data, "postgres.new-")
	if err != nil {
		return fmt.Errorf("making it: %w", err)
	}
	err = owner.give(dir)
	if err == nil {
		err = s.initdb(ctx, bin, locale, dir, owner)
	}
	if err == nil {
		err = place(dir, s.cluster())
	}
	if err != nil {
		_ = os.RemoveAll(dir)
		return fmt.Errorf("making it: %w", err)
	}
	return nil
}

func (s *Server) initdb(ctx context.Context, bin, locale, dir string, owner *account) error {
	// Trust, as only its account and root reach the socket.
	args := []string{"--username=" + name, "--auth=trust", "--encoding=UTF8", "--locale=" + locale}
	if s.options.Fast {
		args = append(args, "--no-sync")
	}
	running, err := s.run(program{bin: bin, name: "initdb", args: args, account: owner}, dir)
	if err != nil {
		return err
	}
	defer running.log.close()
	select {
	case <-running.ended:
	case <-ctx.Done():
		_ = syscall.Kill(-running.pid, syscall.SIGKILL)
		<-running.ended
		return context.Cause(ctx)
	}
	if running.err != nil {
		return fmt.Errorf("initdb: %w: %s", running.err, running.log.tail())
	}
	return nil
}

// place gives dir the name of the cluster, for good: what PostgreSQL stores from now on must be found there after a crash
// of the machine.
func place(dir, cluster string) error {
	// An empty directory may be there, which os.Rename does not replace.
	if err := os.Remove(cluster); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(dir, cluster); err != nil {
		return err
	}
	parent, err := os.Open(filepath.Dir(cluster))
	if err != nil {
		return err
	}
	return errors.Join(parent.Sync(), parent.Close())
}

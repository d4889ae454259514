package dbtest

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// NewPooler returns the address of a database behind a PgBouncer in a mode (session, transaction, statement), which has that many
// connections to the server for all its clients; settings are further lines of its configuration. It ends with the test.
func NewPooler(t testing.TB, dsn, mode string, connections int, settings ...string) string {
	t.Helper()
	sockets := filepath.Dir(Socket(dsn))
	var owner syscall.Stat_t
	if err := syscall.Stat(sockets, &owner); err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "meet-external-api-pooler-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	configuration := fmt.Sprintf("[databases]\n* = host=%s port=5432 user=meet\n"+
		"[pgbouncer]\nlisten_addr =\nlisten_port = 5432\nunix_socket_dir = %s\nauth_type = any\npool_mode = %s\ndefault_pool_size = %d\n"+
		"max_client_conn = 500\n", sockets, dir, mode, connections)
	for _, setting := range settings {
		configuration += setting + "\n"
	}
	file := filepath.Join(dir, "pgbouncer.ini")
	if err := os.WriteFile(file, []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	pooler := exec.CommandContext(context.Background(), program(), file) //nolint:gosec // PgBouncer.
	pooler.Stderr = &said
	if os.Geteuid() == 0 {
		// It refuses to run as root, and nobody but its owner and root reaches the server's socket.
		for _, path := range []string{dir, file} {
			if err := os.Chown(path, int(owner.Uid), int(owner.Gid)); err != nil {
				t.Fatal(err)
			}
		}
		pooler.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: owner.Uid, Gid: owner.Gid}}
	}
	if err := pooler.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pooler.Process.Kill(); _ = pooler.Wait() })
	for wait := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if conn, err := net.Dial("unix", filepath.Join(dir, ".s.PGSQL.5432")); err == nil { //nolint:noctx // It does not wait.
			_ = conn.Close()
			return dsn + " host=" + dir
		}
		if time.Now().After(wait) {
			_ = pooler.Process.Kill()
			_ = pooler.Wait()
			t.Fatalf("PgBouncer does not start: %s", said.String())
		}
	}
}

// program is PgBouncer, which Debian installs where not everyone looks for programs.
func program() string {
	if path, err := exec.LookPath("pgbouncer"); err == nil {
		return path
	}
	return "/usr/sbin/pgbouncer"
}

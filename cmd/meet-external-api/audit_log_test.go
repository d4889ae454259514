// The tests of EXTERNAL_API_AUDIT_LOG, and of what the trail keeps while the database is away.

package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/audit"
	"meet-external-api/db"
	"meet-external-api/db/dbtest"
	"meet-external-api/handlers"
)

// What an operator does by a command is an event too, done or refused, and a line where lines go to a file; what the command says stays
// what it was.
func TestAuditOfCommands(t *testing.T) {
	t.Parallel()
	s, lines := audited(t)
	made := s.application()
	refused := command(s.env, "application", "disable", "nobody-has-this-client-id")
	require.Equal(t, 1, refused.code)
	require.Empty(t, refused.stdout)
	require.Equal(t, 1, strings.Count(refused.stderr, "\n"), refused.stderr)
	secret := command(s.env, "application", "disable", made.Secret)
	require.Equal(t, 1, secret.code)

	events := s.events(db.EventFilter{Channel: audit.CommandLine}, 3)
	for _, e := range events {
		require.Equal(t, accountName(), e.Operator)
		require.Empty(t, e.Address)
		requireLine(t, lines, e)
	}
	require.Equal(t, audit.ApplicationCreate, events[0].Action)
	require.Equal(t, made.ID, events[0].ClientID)
	require.Equal(t, made.UUID, events[0].TargetID)
	require.Equal(t, []any{audit.ApplicationUpdate, audit.Failure, "application_unknown", "nobody-has-this-client-id"},
		[]any{events[1].Action, events[1].Outcome, events[1].Reason, events[1].ClientID})
	require.Empty(t, events[2].ClientID, "a secret that was taken for an id")

	info, err := os.Stat(s.env["EXTERNAL_API_AUDIT_LOG"])
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
}

// `stdout` is that of the server, and not of other commands.
func TestAuditToStdout(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t)
	stdout := newLogLines()
	env := map[string]string{
		"DATABASE_URL": dsn, "APPLICATION_JWT_SECRET_KEY": testKey, "EXTERNAL_API_LISTEN": "127.0.0.1:0", "EXTERNAL_API_OPERATIONS_LISTEN": "none",
		"EXTERNAL_API_DRAIN_SECONDS": "0", "EXTERNAL_API_LOG_FORMAT": "json",
	}
	s := &instance{t: t, dsn: dsn, env: env, log: newLogLines()}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, []string{"serve"}, env, stdout, s.log) }()
	s.url = "http://" + s.log.wait(t, "listening")["address"].(string)
	s.log.wait(t, "ready")
	made := command(env, "application", "create", "--name=Test", "--scope=rooms:list", "--any-domain", "--json")
	require.Zero(t, made.code, made.stderr)
	require.Empty(t, made.stderr)
	require.NoError(t, json.Unmarshal([]byte(made.stdout), new(map[string]any)), "and nothing but that")
	a, _ := s.sendAnywhere(http.MethodGet, handlers.BasePath+roomsPath, nil)
	require.Equal(t, 401, a.status)
	cancel()
	require.NoError(t, <-ended)
	require.Equal(t, 1, strings.Count(stdout.String(), "\n"), "%s", stdout.String())
	require.Contains(t, stdout.String(), `"event.action":"room.list","event.outcome":"failure","event.reason":"no_bearer_token"`)
}

// A file that cannot be written is named before anything is done, by check too, which leaves no file behind.
func TestAuditLogFaults(t *testing.T) {
	t.Parallel()
	env, directory := onDatabase(t), t.TempDir()
	env["APPLICATION_JWT_SECRET_KEY"], env["EXTERNAL_API_LISTEN"] = testKey, "127.0.0.1:0"
	env["EXTERNAL_API_AUDIT_LOG"] = filepath.Join(directory, "nowhere", "audit.log")
	for _, args := range [][]string{{"serve"}, {"check"}, {"application", "create", "--name=Test", "--any-domain"}} {
		o := command(env, args...)
		require.Equal(t, 1, o.code, args)
		require.Contains(t, o.stdout+o.stderr, "EXTERNAL_API_AUDIT_LOG: open "+directory, args)
	}
	env["EXTERNAL_API_AUDIT_LOG"] = "Stdout"
	require.Contains(t, command(env, "check").stdout, "EXTERNAL_API_AUDIT_LOG: give stdout, none, or the path of a file like ./audit.log")
	env["EXTERNAL_API_AUDIT_LOG"] = filepath.Join(directory, "audit.log")
	require.Equal(t, "no faults\n", command(env, "check").stdout)
	left, err := os.ReadDir(directory)
	require.NoError(t, err)
	require.Empty(t, left)
	env["EXTERNAL_API_AUDIT_LOG"] = "none"
	require.Zero(t, command(env, "application", "create", "--name=Test", "--any-domain").code)
}

// A command of root's that comes before the first line of a service leaves a file to which the service can write.
func TestAuditFileBelongsToTheService(t *testing.T) {
	t.Parallel()
	directory, service := t.TempDir(), os.Geteuid()
	if service == 0 {
		service = 65534
		require.NoError(t, os.Chown(directory, service, service))
	}
	env := onDatabase(t)
	env["EXTERNAL_API_AUDIT_LOG"] = filepath.Join(directory, "audit.log")
	require.Zero(t, command(env, "application", "create", "--name=Test", "--any-domain").code)
	info, err := os.Stat(env["EXTERNAL_API_AUDIT_LOG"])
	require.NoError(t, err)
	require.EqualValues(t, service, info.Sys().(*syscall.Stat_t).Uid)
	require.Equal(t, os.FileMode(0o600), info.Mode())

	elsewhere := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(elsewhere, nil, 0o600))
	env["EXTERNAL_API_AUDIT_LOG"] = filepath.Join(directory, "link.log")
	require.NoError(t, os.Symlink(elsewhere, env["EXTERNAL_API_AUDIT_LOG"]))
	require.Zero(t, command(env, "application", "create", "--name=Test", "--any-domain").code)
	info, err = os.Stat(elsewhere)
	require.NoError(t, err)
	require.EqualValues(t, os.Geteuid(), info.Sys().(*syscall.Stat_t).Uid, "a link gives no file away")
}

// What is refused while the database is away is stored when it is back.
func TestAuditWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	g, dsn := newGate(t, dbtest.New(t), true)
	s := startUnready(t, dsn)
	s.log.wait(t, "ready")
	g.set(false)
	id := s.get(roomsPath).header.Get("X-Request-Id")
	s.log.wait(t, "the audit trail is not stored, trying again")
	g.set(true)
	require.Equal(t, "no_bearer_token", s.events(db.EventFilter{RequestID: id}, 1)[0].Reason)
	s.log.wait(t, "the audit trail is stored again")
}

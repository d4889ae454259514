// The tests of docs/contract.md, "The command line".

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/db/dbtest"
)

// outcome is what a command left.
type outcome struct {
	code           int
	stdout, stderr string
}

// command runs the program as main does, with these environment variables and no others.
func command(env map[string]string, args ...string) outcome {
	var stdout, stderr bytes.Buffer
	err := run(context.Background(), args, env, &stdout, &stderr)
	code := exitCode(err, &stderr)
	return outcome{code: code, stdout: stdout.String(), stderr: stderr.String()}
}

func onDatabase(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{"DATABASE_URL": dbtest.New(t), "EXTERNAL_API_LISTEN": "127.0.0.1:0"}
}

// show returns the application as programs read it.
func show(t *testing.T, env map[string]string, id string) map[string]any {
	t.Helper()
	shown := command(env, "application", "show", id, "--json")
	require.Zero(t, shown.code, shown.stderr)
	var view map[string]any
	require.NoError(t, json.Unmarshal([]byte(shown.stdout), &view))
	return view
}

func create(t *testing.T, env map[string]string, flags ...string) map[string]any {
	t.Helper()
	made := command(env, append([]string{"application", "create", "--name=Calendar", "--json"}, flags...)...)
	require.Zero(t, made.code, made.stderr)
	var view map[string]any
	require.NoError(t, json.Unmarshal([]byte(made.stdout), &view))
	return view
}

func TestApplicationCommands(t *testing.T) {
	t.Parallel()
	env := onDatabase(t)
	made := create(t, env, "--scope=rooms:list", "--scope=rooms:create", "--scope=rooms:list", "--domain=Example.COM", "--domain=example.org")
	id, secret := made["client_id"].(string), made["client_secret"].(string)
	require.Regexp(t, `^[A-Za-z0-9]{40}$`, id)
	require.Regexp(t, `^meetapp_[A-Za-z0-9]{134}$`, secret)
	require.Equal(t, []any{"rooms:list", "rooms:create"}, made["scopes"])
	require.Equal(t, []any{"example.com", "example.org"}, made["domains"])
	require.Equal(t, "user", made["visibility"])
	require.Equal(t, true, made["is_active"])

	shown := show(t, env, id)
	require.NotContains(t, shown, "client_secret")
	require.Len(t, shown["secrets"], 1)
	delete(made, "client_secret")
	made["tokens"], made["rooms"] = 0.0, 0.0
	require.Equal(t, made, shown)
	require.Equal(t, shown, show(t, env, strings.ToUpper(made["id"].(string))))

	for _, step := range []struct {
		args  []string
		field string
		value any
	}{
		{[]string{"update", id, "--name=Agenda"}, "name", "Agenda"},
		{[]string{"update", id, "--scope=rooms:update"}, "scopes", []any{"rooms:update"}},
		{[]string{"update", id, "--domain=example.net"}, "domains", []any{"example.net"}},
		{[]string{"update", id, "--any-domain"}, "domains", []any{}},
		{[]string{"update", id, "--visibility=own"}, "visibility", "own"},
		{[]string{"update", id}, "visibility", "own"},
		{[]string{"revoke-tokens", id}, "visibility", "own"},
		{[]string{"update", id, "--visibility=user"}, "visibility", "user"},
		{[]string{"disable", id}, "is_active", false},
		{[]string{"disable", id}, "is_active", false},
		{[]string{"enable", id}, "is_active", true},
	} {
		done := command(env, append([]string{"application"}, step.args...)...)
		require.Zero(t, done.code, done.stderr)
		require.Equal(t, step.value, show(t, env, id)[step.field], step.args)
	}
	final := show(t, env, id)
	require.Equal(t, []any{"Agenda", []any{"rooms:update"}}, []any{final["name"], final["scopes"]})
	require.NotEmpty(t, final["tokens_revoked_until"])

	rotated := command(env, "application", "rotate-secret", id, "--json")
	require.Zero(t, rotated.code)
	require.Regexp(t, `"client_secret": "meetapp_[A-Za-z0-9]{134}"`, rotated.stdout)
	require.NotContains(t, rotated.stdout, secret)

	listed := command(env, "application", "list")
	require.Contains(t, listed.stdout, id)
	require.Contains(t, listed.stdout, "any")
	listed = command(env, "application", "list", "--json")
	var list []map[string]any
	require.NoError(t, json.Unmarshal([]byte(listed.stdout), &list))
	require.Len(t, list, 1)

	require.Contains(t, command(env, "application", "delete", id, "--yes").stdout, "deleted")
	require.Equal(t, outcome{1, "", "meet-external-api: No application has this client_id or UUID.\n"}, command(env, "application", "delete", id, "--yes"))
	require.Equal(t, "[]\n", command(env, "application", "list", "--json").stdout)
}

func TestWrongUsage(t *testing.T) {
	t.Parallel()
	env := onDatabase(t)
	for name, args := range map[string][]string{
		"nothing":                 nil,
		"unknown command":         {"start"},
		"unknown flag":            {"serve", "--port=1"},
		"no name":                 {"application", "create", "--any-domain"},
		"an empty name":           {"application", "create", "--name=", "--any-domain"},
		"no domain":               {"application", "create", "--name=x"},
		"domain and any domain":   {"application", "create", "--name=x", "--domain=example.com", "--any-domain"},
		"unknown scope":           {"application", "create", "--name=x", "--any-domain", "--scope=rooms:everything"},
		"not a domain":            {"application", "create", "--name=x", "--domain=example"},
		"an address for a domain": {"application", "create", "--name=x", "--domain=a@example.com"},
		"no id":                   {"application", "show"},
		"unknown visibility":      {"application", "update", "x", "--visibility=none"},
		"a blank name":            {"application", "create", "--name= ", "--any-domain"},
		"a name of 256 letters":   {"application", "create", "--name=" + strings.Repeat("é", 256), "--any-domain"},
		"an overlap below 0":      {"application", "rotate-secret", "x", "--overlap=-1h"},
		"an overlap of 2 years":   {"application", "rotate-secret", "x", "--overlap=17520h"},
		"366 days of overlap":     {"application", "rotate-secret", "x", "--overlap=366d"},
		"365 days and more":       {"application", "rotate-secret", "x", "--overlap=365d1ns"},
		"days without a number":   {"application", "rotate-secret", "x", "--overlap=d"},
		"days below 0":            {"application", "rotate-secret", "x", "--overlap=-1d"},
		"hours below 0":           {"application", "rotate-secret", "x", "--overlap=1d-1h"},
		"an overlap in years":     {"application", "rotate-secret", "x", "--overlap=1y"},
		"no unit":                 {"application", "rotate-secret", "x", "--overlap=24"},
		"an empty overlap":        {"application", "rotate-secret", "x", "--overlap="},
		"help of nothing known":   {"help", "application", "destroy"},
		"a secret without id":     {"application", "end-secret", "x"},
		"keys and no keys":        {"application", "update", "x", "--public-keys=a", "--no-public-keys"},
		"no address":              {"user", "create"},
		"an empty sub":            {"user", "create", "--email=user@example.com", "--sub="},
		"a long sub":              {"user", "create", "--email=user@example.com", "--sub=" + strings.Repeat("s", 256)},
		"nobody's tokens":         {"user", "revoke-tokens"},
		"not an address":          {"user", "create", "--email=x"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			done := command(env, args...)
			require.Equal(t, 2, done.code)
			require.Contains(t, done.stderr, "meet-external-api: ")
		})
	}
	require.Equal(t, "[]\n", command(env, "application", "list", "--json").stdout)
}

func TestHelp(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"serve"}, {"migrate"}, {"check"}, {"health"}, {"openapi"}, {"user", "create"}, {"user", "list"},
		{"application", "create"}, {"application", "list"}, {"application", "show"}, {"application", "update"}, {"application", "disable"},
		{"version"}, {"help"}, {"application", "end-secret"}, {"user", "revoke-tokens"}, {"application", "enable"}, {"application", "rotate-secret"}, {"application", "revoke-tokens"}, {"application", "delete"},
		{"application", "may-act-for"}, {"apply"}, {"audit", "list"},
	} {
		done := command(nil, append(args, "--help")...)
		require.Zero(t, done.code)
		require.Contains(t, done.stdout, "Example", args)
		require.Contains(t, done.stdout, "meet-external-api "+strings.Join(args, " "))
		require.Equal(t, done, command(nil, append([]string{"help"}, args...)...))
	}
	require.Equal(t, command(nil, "--help"), command(nil, "help"))
	require.Equal(t, command(nil, "version"), command(nil, "--version"))
	require.Contains(t, command(nil, "--help").stdout, "revoke-tokens")
	require.Regexp(t, `^meet-external-api \S+ \(go`, command(nil, "version").stdout)
}

func TestUserCommands(t *testing.T) {
	t.Parallel()
	env := onDatabase(t)
	require.Equal(t, "[]\n", command(env, "user", "list", "--json").stdout)
	made := command(env, "user", "create", "--email=user@example.com", "--json")
	require.Zero(t, made.code, made.stderr)
	var view map[string]any
	require.NoError(t, json.Unmarshal([]byte(made.stdout), &view))
	require.NoError(t, uuid.Validate(view["id"].(string)))
	require.Equal(t, "user@example.com", view["email"])
	require.Zero(t, command(env, "user", "create", "--email=user@example.com", "--sub=1").code, "an address is not unique")
	for _, taken := range [][]string{{"--email=USER@example.com"}, {"--email=other@example.com", "--sub=1"}} {
		done := command(env, append([]string{"user", "create"}, taken...)...)
		require.Equal(t, outcome{1, "", "meet-external-api: Another user has this sub or, without a sub, this address.\n"}, done)
	}
	require.Equal(t, 3, strings.Count(command(env, "user", "list").stdout, "\n"))
}

func TestCheck(t *testing.T) {
	t.Parallel()
	env := onDatabase(t)
	env["APPLICATION_JWT_SECRET_KEY"] = testKey
	require.Equal(t, outcome{0, "no faults\n", ""}, command(env, "check"))

	env = map[string]string{
		"DATABASE_URL": "postgres://user:the-password@127.0.0.1:1/meet", "APPLICATION_JWT_SECRET_KEY": "the-weak-key",
		"EXTERNAL_API_MIGRATE": "maybe", "APPLICATION_CLIENT_ID_LENGTH": "10", "APPLICATION_JWT_ALG": "HS256",
		"EXTERNAL_API_DEFAULT_ACCESS_LEVEL": "secret", "APPLICATION_BASE_URL": "meet.example.org", "EXTERNAL_API_LISTEN": "8080",
		"EXTERNAL_API_LOG_LEVEL": "loud", "EXTERNAL_API_LOG_FORMAT": "xml",
	}
	done := command(env, "check")
	require.Equal(t, 1, done.code)
	require.Equal(t, "meet-external-api: the faults are listed above\n", done.stderr)
	for _, fault := range []string{
		"EXTERNAL_API_MIGRATE: give true or false", "APPLICATION_CLIENT_ID_LENGTH: give a whole number of characters from 20 to 100",
		"EXTERNAL_API_DEFAULT_ACCESS_LEVEL: give one of public, trusted, restricted", "APPLICATION_BASE_URL: give an absolute http or https URL",
		"EXTERNAL_API_LISTEN: give host:port", "EXTERNAL_API_LOG_LEVEL: give one of debug", "EXTERNAL_API_LOG_FORMAT: give one of json, text",
		"APPLICATION_JWT_SECRET_KEY: HS256 needs a key of at least 32 bytes, this one has 12", "database: database unavailable",
	} {
		require.Contains(t, done.stdout, fault)
	}
	require.Len(t, strings.Split(strings.TrimSpace(done.stdout), "\n"), 9)
	require.NotContains(t, done.stdout, "the-")

	serving := command(env, "serve")
	require.Equal(t, 1, serving.code)
	require.Equal(t, 1, strings.Count(serving.stderr, "\n"), "in one line")
	require.Contains(t, serving.stderr, "EXTERNAL_API_LOG_LEVEL")
	require.Contains(t, serving.stderr, "APPLICATION_JWT_SECRET_KEY")
}

func TestCheckOfADatabase(t *testing.T) {
	t.Parallel()
	env := map[string]string{
		"DATABASE_URL": dbtest.NewEmpty(t), "APPLICATION_JWT_SECRET_KEY": testKey, "EXTERNAL_API_MIGRATE": "false", "EXTERNAL_API_LISTEN": "127.0.0.1:0",
	}
	require.Contains(t, command(env, "check").stdout, "migrations are pending, run `meet-external-api migrate`")
	require.Zero(t, command(env, "migrate", "--create-meet-tables").code)
	require.Zero(t, command(env, "check").code)

	env["DATABASE_URL"], env["EXTERNAL_API_MIGRATE"] = dbtest.NewBesideMeet(t), "true"
	done := command(env, "check")
	require.Zero(t, done.code)
	require.Regexp(t, "^hint: .*migrate --with-indexes.*\nno faults\n$", done.stdout)
}

// The database has a clock of its own, which here is wrong.
func TestCheckOfTheClock(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.sql(`create schema wrong`)
	s.sql(`create function wrong.clock_timestamp() returns timestamptz language sql as $$
		select pg_catalog.clock_timestamp() + interval '1 hour' $$`)
	s.sql(`do $$ begin execute format('alter database %I set search_path = wrong, pg_catalog, public', current_database()); end $$`)
	done := command(s.env, "check")
	require.Equal(t, 1, done.code)
	require.Contains(t, done.stdout, "database: its clock and that of this machine are 1h0m0s apart")
}

func TestSecretsFromFiles(t *testing.T) {
	t.Parallel()
	directory := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(directory, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	s, err := readSettings(map[string]string{
		"APPLICATION_JWT_SECRET_KEY": "of the variable", "APPLICATION_JWT_SECRET_KEY_FILE": file("key", "of the file\n\n"),
		"DATABASE_URL_FILE": file("database", "postgres://meet@db/meet\r\n"),
	})
	require.NoError(t, err)
	require.Equal(t, "of the file\n", string(s.token.Key))
	require.Equal(t, "postgres://meet@db/meet", s.databaseURL)
	_, err = readSettings(map[string]string{"DB_PASSWORD_FILE": filepath.Join(directory, "none"), "DB_HOST": "db", "DB_NAME": "n", "DB_USER": "u"})
	require.ErrorContains(t, err, "DB_PASSWORD_FILE: ")
}

func TestMigrateWithIndexes(t *testing.T) {
	t.Parallel()
	s := start(t)
	require.Equal(t, "no faults\n", s.cli("check"))
	s.sql(`drop index external_api_meet_user_email`)
	require.Contains(t, s.cli("check"), "hint: ")
	require.Contains(t, s.cli("check"), "external_api_meet_user_email")
	require.Contains(t, s.cli("migrate"), "`meet-external-api migrate --with-indexes`")
	require.Contains(t, s.cli("migrate", "--with-indexes"), "index external_api_meet_user_email on meet_user is there")
	require.Equal(t, "no faults\n", s.cli("check"))
	s.sql(`update pg_index set indisvalid = false where indexrelid = 'external_api_meet_user_email'::regclass`)
	require.Contains(t, s.cli("check"), "hint: ", "one that was left unusable does not count")
	s.cli("migrate", "--with-indexes")
	require.Equal(t, "no faults\n", s.cli("check"))
}

// Without migrations the server is live but not ready, and says so.
func TestMigrationsLeftToTheOperator(t *testing.T) {
	t.Parallel()
	s := startUnready(t, dbtest.NewEmpty(t), map[string]string{"EXTERNAL_API_MIGRATE": "false"})
	s.log.wait(t, "not ready, trying again")
	ready, _ := s.sendAnywhere(http.MethodGet, "/__heartbeat__", nil)
	require.Equal(t, 503, ready.status)
	require.Equal(t, "7 migrations applied\n", s.cli("migrate", "--create-meet-tables"))
	require.Equal(t, "0 migrations applied\n", s.cli("migrate"))
	s.log.wait(t, "ready")
}

// The check names the applications that no secret can authenticate, unless they have keys for that.
func TestCheckOfSecrets(t *testing.T) {
	t.Parallel()
	s := start(t)
	_, unusable := s.application(), s.application()
	keyed, _ := s.keyedApplication()
	s.setHash(&keyed, "!", "")
	require.NotContains(t, s.cli("check"), "application rotate-secret")
	s.setHash(&unusable, "md5$a$b", "")
	said := s.cli("check")
	require.Contains(t, said, "hint: no secret can match the hash of application "+unusable.ID+` ("Test"), which gets no tokens: `+
		"`meet-external-api application rotate-secret "+unusable.ID+"`")
	require.Equal(t, 1, strings.Count(said, "application rotate-secret"))
	require.Contains(t, said, "no faults", "all others are served")
	s.rotate(unusable)
	require.NotContains(t, s.cli("check"), "application rotate-secret")
}

// The tests of docs/contract.md, "The command line": what it prints of what others typed, long lists, and what it asks before deleting.

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

// requirePrintable looks for characters that a terminal would obey or hide.
func requirePrintable(t *testing.T, done outcome) {
	t.Helper()
	for _, text := range []string{done.stdout, done.stderr} {
		for _, r := range text {
			require.True(t, r == '\n' || unicode.IsPrint(r) && r != unicode.ReplacementChar, "%q", text)
		}
	}
}

func TestControlCharactersAreEscaped(t *testing.T) {
	t.Parallel()
	s := start(t)
	const evil = "Evil\x1b[31m\r\n\t\u009b\u200b\u202e\x7fé\U000e0041"
	made := command(s.env, "application", "create", "--name="+evil, "--any-domain")
	requirePrintable(t, made)
	var client string
	require.NoError(t, s.pool().Get(&client, `select client_id from meet_application`))
	s.sql(`update meet_application set scopes = array[$1]`, evil)
	s.sql(`insert into meet_application_domain (id, created_at, updated_at, domain, application_id)
		select gen_random_uuid(), now(), now(), $1, id from meet_application`, evil)
	require.Zero(t, command(s.env, "user", "create", "--email=user@example.com", "--sub="+evil).code)
	for _, args := range [][]string{
		{"application", "list"}, {"application", "list", "--json"}, {"application", "show", client}, {"application", "show", client, "--json"},
		{"application", "create", "--name=" + evil, "--any-domain"}, {"application", "rotate-secret", client}, {"user", "list"},
		{"user", "list", "--json"}, {"application", "list", evil}, {evil}, {"application", "update", client, "--scope=" + evil},
		{"application", "update", client, "--domain=" + evil}, {"application", "update", client, "--public-keys=" + evil},
		{"application", "update", client, "--visibility=" + evil}, {"application", "rotate-secret", client, "--overlap=" + evil},
		{"application", "list", "--limit=" + evil}, {"application", "show", "\xff"}, {"help", evil}, {"check"},
	} {
		done := command(s.env, args...)
		requirePrintable(t, done)
		require.LessOrEqual(t, strings.Count(done.stderr, "\n"), 2, "an error stays one line; two warnings are two")
	}
	require.Contains(t, command(s.env, "application", "list").stdout, `Evil\x1b[31m\r\n\t\u009b\u200b\u202e\x7fé\U000e0041`)
	require.Equal(t, evil, show(t, s.env, client)["name"], "programs read what is stored")
}

// listed runs a command that lists, and returns one field of each row of its JSON.
func listed(t *testing.T, env map[string]string, field string, args ...string) []string {
	t.Helper()
	done := command(env, append(args, "--json")...)
	require.Zero(t, done.code, done.stderr)
	var rows []map[string]any
	require.NoError(t, json.Unmarshal([]byte(done.stdout), &rows))
	values := []string{}
	for _, row := range rows {
		text, _ := row[field].(string)
		values = append(values, text)
	}
	return values
}

func TestListsFilterAndPage(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, name := range []string{"Calendar", "calendar of 100%", "Bot", "Calendar"} {
		s.cli("application", "create", "--name="+name, "--any-domain")
	}
	for _, user := range [][]string{{"bob@example.org"}, {"alice@example.com"}, {"carol@example.com", "--sub=The_Sub"}, {"carol@example.com"}} {
		s.cli(append([]string{"user", "create", "--email=" + user[0]}, user[1:]...)...)
	}
	s.sql(`insert into meet_user (id, password, is_superuser, created_at, updated_at, sub, language, timezone, is_device, is_staff, is_active,
		default_room_configuration) values (gen_random_uuid(), '!', false, now(), now(), 'no-address', 'en-us', 'UTC', false, false, true, '{}')`)
	for _, test := range []struct {
		kind, search string
		found        []string
	}{
		{"application", "CALENDAR", []string{"Calendar", "Calendar", "calendar of 100%"}},
		{"application", "%", []string{"calendar of 100%"}},
		{"application", "_", []string{}},
		{"user", "@EXAMPLE.com", []string{"alice@example.com", "carol@example.com", "carol@example.com"}},
		{"user", "the_sub", []string{"carol@example.com"}},
		{"user", "no-address", []string{""}},
		{"user", "", []string{"alice@example.com", "bob@example.org", "carol@example.com", "carol@example.com", ""}},
	} {
		field := map[string]string{"application": "name", "user": "email"}[test.kind]
		require.ElementsMatch(t, test.found, listed(t, s.env, field, test.kind, "list", "--search="+test.search), test.search)
	}
	require.Equal(t, []string{"alice@example.com", "bob@example.org", "carol@example.com", "carol@example.com", ""},
		listed(t, s.env, "email", "user", "list"), "by address, and those without one at the end")

	for kind, id := range map[string]string{"application": "client_id", "user": "id"} {
		all := listed(t, s.env, id, kind, "list")
		paged, page := []string{}, listed(t, s.env, id, kind, "list", "--limit=1")
		for len(page) > 0 {
			require.Len(t, page, 1)
			paged = append(paged, page...)
			page = listed(t, s.env, id, kind, "list", "--limit=1", "--after="+page[0])
		}
		require.Equal(t, all, paged, kind)
		done := command(s.env, kind, "list", "--after=nothing")
		require.Equal(t, 2, done.code)
		require.Regexp(t, "^meet-external-api: --after: No "+kind+" has this", done.stderr)
		require.Equal(t, 2, command(s.env, kind, "list", "--limit=-1").code)
		require.Equal(t, 2, strings.Count(command(s.env, kind, "list", "--limit=1").stdout, "\n"), "a header and a row")
	}
}

// Rows are printed as they come: no more than some of a long list are in memory.
func TestLongListsAreStreamed(t *testing.T) {
	t.Parallel()
	const rows = 10 * rowsAtATime
	for _, asJSON := range []bool{false, true} {
		var printed bytes.Buffer
		cells := func(row int) []string { return []string{strconv.Itoa(row)} }
		err := printList(environment{stdout: &printed}, asJSON, []string{"ROW"}, cells, func(each func(int) error) error {
			for row := range rows {
				require.NoError(t, each(row))
				require.GreaterOrEqual(t, printed.Len(), 4*(row-rowsAtATime))
			}
			return nil
		})
		require.NoError(t, err)
		require.Equal(t, rows+map[bool]int{false: 1, true: 2}[asJSON], strings.Count(printed.String(), "\n"))
	}
}

// What cannot be written is no fault of the database.
func TestListsOnAFullDisk(t *testing.T) {
	t.Parallel()
	env := onDatabase(t)
	require.Zero(t, command(env, "user", "create", "--email=user@example.com").code)
	for _, flags := range [][]string{nil, {"--json"}} {
		err := run(context.Background(), append([]string{"user", "list"}, flags...), env, fullDisk{}, io.Discard)
		require.ErrorIs(t, err, syscall.ENOSPC)
		require.Equal(t, 1, exitCode(err, io.Discard))
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

func TestWarningsAtCreation(t *testing.T) {
	t.Parallel()
	env := onDatabase(t)
	first := command(env, "application", "create", "--name=Calendar", "--any-domain")
	require.Zero(t, first.code)
	require.Regexp(t, "^meet-external-api: warning: without --scope .*\n$", first.stderr)
	second := command(env, "application", "create", "--name=Calendar", "--any-domain", "--scope=rooms:list", "--json")
	require.Zero(t, second.code, "it is not refused")
	require.Regexp(t, "^meet-external-api: warning: application [A-Za-z0-9]{40} has this name already\n$", second.stderr)
	require.True(t, json.Valid([]byte(second.stdout)))
	require.Empty(t, command(env, "application", "create", "--name=Cal", "--any-domain", "--scope=rooms:list").stderr, "a part of a name is another")
}

// child is a process with these environment variables, in which this test binary is the program.
func child(t *testing.T, env map[string]string, name string, args ...string) *exec.Cmd {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	command.Env = append(os.Environ(), "BE_THE_PROGRAM=1", "SHELL=/bin/sh")
	for name, value := range env {
		command.Env = append(command.Env, name+"="+value)
	}
	return command
}

// onTerminal runs the program on a terminal, on which an answer is typed.
func onTerminal(t *testing.T, env map[string]string, answer string, args ...string) (printed string, code int) {
	t.Helper()
	script := child(t, env, "script", "-qec", "'"+os.Args[0]+"' "+strings.Join(args, " "), "/dev/null")
	script.Stdin = strings.NewReader(answer)
	text, _ := script.CombinedOutput()
	return string(text), script.ProcessState.ExitCode()
}

func TestDeletionAsks(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	application := s.application()
	s.rotate(application, "--overlap=7d")
	for range 3 {
		require.Equal(t, 201, s.post(roomsPath, "{}", bearer(s.token(application, "user@example.com"))).status)
	}
	require.Eventually(t, func() bool { return show(t, s.env, application.ID)["tokens"] == 3.0 }, eventually, tick, "they are stored in batches")
	other := s.application()
	s.token(other, "user@example.com")
	require.Eventually(t, func() bool { return show(t, s.env, other.ID)["tokens"] == 1.0 }, eventually, tick)
	s.cli("application", "revoke-tokens", other.ID)
	require.Zero(t, show(t, s.env, other.ID)["tokens"], "those that have been revoked have stopped already")
	remove := []string{"application", "delete", application.ID}
	alone := child(t, s.env, os.Args[0], remove...)
	alone.Stdin, alone.SysProcAttr = strings.NewReader("yes\n"), &syscall.SysProcAttr{Setsid: true}
	said, _ := alone.CombinedOutput()
	require.Equal(t, 2, alone.ProcessState.ExitCode())
	require.Equal(t, "meet-external-api: there is no terminal to ask on: application delete takes --yes here\n", string(said))
	for _, answer := range []string{"\n", "no\n", "y\n", "\x04"} {
		printed, code := onTerminal(t, s.env, answer, remove...)
		require.Equal(t, 1, code, printed)
		require.Contains(t, printed, "Its secrets (2) and all its tokens (3) stop working at once")
		require.Contains(t, printed, "The rooms that it created (3) stay.")
		require.Contains(t, printed, "meet-external-api: not deleted")
	}
	show(t, s.env, application.ID)
	printed, code := onTerminal(t, s.env, "yes\n", remove...)
	require.Zero(t, code, printed)
	require.Contains(t, printed, "deleted, with 2 secrets and 3 tokens; 3 rooms that it created stay")
	require.Equal(t, outcome{1, "", "meet-external-api: No application has this client_id or UUID.\n"}, command(s.env, append(remove, "--yes")...))
	var rooms int
	require.NoError(t, s.pool().Get(&rooms, `select count(*) from meet_room`))
	require.Equal(t, 3, rooms)
	require.JSONEq(t, `{"deleted": true, "secrets": 1, "tokens": 0, "rooms": 0}`, s.cli("application", "delete", other.ID, "--yes", "--json"))
}

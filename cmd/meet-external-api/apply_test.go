// The tests of `apply`, and of the events that commands leave.

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/audit"
)

// declare writes a file of applications, and returns its path.
func declare(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "applications.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// applyFile applies a file without asking, and returns what was printed.
func applyFile(t *testing.T, env map[string]string, text string, flags ...string) string {
	t.Helper()
	done := command(env, append([]string{"apply", "-f", declare(t, text), "--yes"}, flags...)...)
	require.Zero(t, done.code, done.stderr)
	return done.stdout
}

func TestApply(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	other := s.application()
	_, public := clientKey(t)
	file := `
applications:
- name: Calendar # for everybody
  scopes: [rooms:create, rooms:grant-access, rooms:list]
  domains: [Example.com, example.org]
  visibility: own
  public_keys_file: ` + public + `
- name: Bot
  is_active: false
  any_domain: true
`
	dry := applyFile(t, s.env, file, "--dry-run")
	require.Regexp(t, `^\+ "Calendar"
    name: "Calendar"
    is_active: true
    scopes: rooms:create rooms:grant-access rooms:list
    domains: example.com example.org
    visibility: own
    public_keys: \S+
\+ "Bot"
    name: "Bot"
    visibility: user
2 to create, 0 to change, 0 as declared; 1 others stay as they are
$`, dry)
	require.Len(t, listed(t, s.env, "name", "application", "list"), 1, "nothing was done")

	made := applyFile(t, s.env, file)
	require.True(t, strings.HasPrefix(made, dry), made)
	said := regexp.MustCompile(`created "Calendar"\n  client_id      (\S+)\n  client_secret  (\S+)\n`).FindStringSubmatch(made)
	require.NotNil(t, said, made)
	calendar := credentials{ID: said[1], Secret: said[2]}
	require.Equal(t, 200, s.tokenStatus(calendar))
	shown := show(t, s.env, calendar.ID)
	require.ElementsMatch(t, []any{"rooms:create", "rooms:grant-access", "rooms:list"}, shown["scopes"])
	require.Equal(t, []any{[]any{"example.com", "example.org"}, "own", true}, []any{shown["domains"], shown["visibility"], shown["is_active"]})

	// Run again, it changes nothing, and leaves no trace.
	events, updated := s.countEvents(), s.updatedAt(calendar)
	require.Equal(t, "0 to create, 0 to change, 2 as declared; 1 others stay as they are\n", applyFile(t, s.env, file))
	require.Equal(t, []any{events, updated}, []any{s.countEvents(), s.updatedAt(calendar)})
	require.Zero(t, command(s.env, "apply", "-f", declare(t, file)).code, "nor does it ask where there is nothing to do")

	// By its client id it may have another name. What is left out stays.
	renamed := "applications:\n- client_id: " + calendar.ID + "\n  name: Agenda\n  any_domain: true\n  public_keys: ''\n"
	require.Regexp(t, `^~ "Calendar" \(`+calendar.ID+`\)
    name: "Calendar" -> "Agenda"
    domains: example.com example.org -> any
    public_keys: \S+ -> none
0 to create, 1 to change, 0 as declared; 2 others stay as they are
changed "Agenda" \(`+calendar.ID+`\)
$`, applyFile(t, s.env, renamed))
	shown = show(t, s.env, calendar.ID)
	require.Equal(t, []any{"Agenda", []any{}, "own"}, []any{shown["name"], shown["domains"], shown["visibility"]})
	require.NotContains(t, shown, "public_keys")
	require.Equal(t, 200, s.tokenStatus(other), "one that the file does not name stays")
}

func (s *instance) countEvents() (number int) {
	s.t.Helper()
	require.NoError(s.t, s.pool().Get(&number, `select count(*) from external_api.audit_event where operator is not null`))
	return number
}

// updatedAt is when Meet's row of an application was changed last.
func (s *instance) updatedAt(c credentials) (at string) {
	s.t.Helper()
	require.NoError(s.t, s.pool().Get(&at, `select cast(updated_at as text) from meet_application where client_id = $1`, c.ID))
	return at
}

// Applications of one name, and what is not there, are refused before anything is done.
func TestApplyRefuses(t *testing.T) {
	t.Parallel()
	env := onDatabase(t)
	for _, name := range []string{"Twice", "Twice", "Once"} {
		require.Zero(t, command(env, "application", "create", "--name="+name, "--any-domain").code)
	}
	once := listed(t, env, "client_id", "application", "list", "--search=once")[0]
	for text, fault := range map[string]string{
		"- name: New\n  any_domain: true\n- name: Twice\n  any_domain: true":                       "line 4: name: 2 applications have this name: say by client_id which one is meant",
		"- name: New\n  any_domain: true\n- client_id: nobody\n  any_domain: true":                 "line 4: No application has this client_id or UUID.",
		"- name: Once\n  any_domain: true\n- client_id: " + once + "\n  any_domain: true":          "line 4: this is the application of line 2",
		"- name: New\n  any_domain: true\n- name: New\n  domains: [example.com]":                   "line 4: this is the application of line 2",
		"- name: New\n  any_domain: true\n- name: Once\n  any_domain: true\n  scopes: [rooms:all]": `line 6: scopes: "rooms:all" is not a valid choice.`,
		"- name: New\n  any_domain: true\n- name: Once\n  domains: []":                             "line 5: domains: Without domains an application may act for everybody: name domains, or say that any domain is meant.",
	} {
		path := declare(t, "applications:\n"+text+"\n")
		require.Equal(t, outcome{2, "", "meet-external-api: " + path + ": " + fault + "\n"}, command(env, "apply", "-f", path, "--yes"))
	}
	require.Len(t, listed(t, env, "name", "application", "list"), 3)
	missing := command(env, "apply", "-f", filepath.Join(t.TempDir(), "none"), "--yes")
	require.Equal(t, 1, missing.code)
	require.Contains(t, missing.stderr, "--file: ")
	endless := command(env, "apply", "-f", declare(t, "applications:\n- {name: New, any_domain: true, public_keys_file: /dev/zero}\n"), "--yes")
	require.Equal(t, 2, endless.code)
	require.Contains(t, endless.stderr, "line 2: public_keys_file: /dev/zero has more than 1048576 bytes")
	long := command(env, "apply", "-f", declare(t, strings.Repeat("#", maxDeclarations+1)), "--yes")
	require.Equal(t, 2, long.code)
}

// The first failure ends it, and what was done is said, and kept.
func TestApplyInPart(t *testing.T) {
	t.Parallel()
	env := onDatabase(t)
	secrets := filepath.Join(t.TempDir(), "secrets")
	const file = "applications:\n- {name: One, any_domain: true}\n- {name: Two, any_domain: true}\n- {name: Three, any_domain: true}\n"
	s := &instance{t: t, dsn: env["DATABASE_URL"], env: env}
	s.sql(`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not this one'; end $$`)
	s.sql(`create trigger refuse before insert on meet_application for each row when (new.name = 'Two') execute function refuse()`)
	done := command(env, "apply", "-f", declare(t, file), "--yes", "--json", "--secrets-file", secrets)
	require.Equal(t, 1, done.code)
	require.Contains(t, done.stderr, "not this one")
	require.Contains(t, done.stderr, "Two: ")
	require.Contains(t, done.stderr, "1 of 3 done before it")
	require.Equal(t, 1, strings.Count(done.stderr, "\n"))
	require.Equal(t, []string{"One"}, listed(t, env, "name", "application", "list"))
	var printed struct{ Applications []printedStep }
	require.NoError(t, json.Unmarshal([]byte(done.stdout), &printed))
	require.Equal(t, []bool{true, false, false}, []bool{printed.Applications[0].Done, printed.Applications[1].Done, printed.Applications[2].Done})
	require.Empty(t, printed.Applications[0].Secret, "it is in the file")

	kept, err := os.ReadFile(secrets)
	require.NoError(t, err)
	var line struct{ Name, ClientSecret string }
	require.Equal(t, 1, strings.Count(string(kept), "\n"))
	require.NoError(t, json.Unmarshal([]byte(strings.ReplaceAll(string(kept), "client_secret", "ClientSecret")), &line))
	require.Equal(t, "One", line.Name)
	require.Regexp(t, `^meetapp_[A-Za-z0-9]{134}$`, line.ClientSecret)
	mode, err := os.Stat(secrets)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), mode.Mode().Perm())

	s.sql(`drop trigger refuse on meet_application`)
	again := command(env, "apply", "-f", declare(t, file), "--yes", "--secrets-file", secrets)
	require.Equal(t, 1, again.code, "a file of secrets is not written over")
	require.Contains(t, again.stderr, "--secrets-file: ")
	require.Equal(t, []string{"One"}, listed(t, env, "name", "application", "list"))
	rest := applyFile(t, env, file, "--json")
	require.NoError(t, json.Unmarshal([]byte(rest), &printed))
	require.Equal(t, "keep", printed.Applications[0].Action)
	require.NotEmpty(t, printed.Applications[1].Secret)
	require.NotEqual(t, printed.Applications[1].Secret, printed.Applications[2].Secret)
}

// It asks on a terminal, and reads the declarations from standard input.
func TestApplyAsks(t *testing.T) {
	t.Parallel()
	env := onDatabase(t)
	path := declare(t, "applications:\n- {name: Calendar, any_domain: true}\n")
	printed, code := onTerminal(t, env, "no\n", "apply", "-f", path)
	require.Equal(t, 1, code, printed)
	require.Contains(t, printed, `+ "Calendar"`)
	require.Contains(t, printed, "meet-external-api: nothing was changed")
	require.Empty(t, listed(t, env, "name", "application", "list"))
	printed, code = onTerminal(t, env, "yes\n", "apply", "-f", path)
	require.Zero(t, code, printed)
	require.Equal(t, []string{"Calendar"}, listed(t, env, "name", "application", "list"))

	piped := child(t, env, os.Args[0], "apply", "-f", "-", "--yes")
	piped.Stdin = strings.NewReader("applications:\n- {name: Calendar, domains: [example.com]}\n")
	text, err := piped.CombinedOutput()
	require.NoError(t, err, "%s", text)
	require.Contains(t, string(text), "    domains: any -> example.com\n")
}

// Each act leaves one event, the same by a command and by a file that is applied.
func TestEventsOfTheCommandLine(t *testing.T) {
	t.Parallel()
	env := onDatabase(t)
	made := create(t, env, "--scope=rooms:list", "--domain=example.com")
	id := made["client_id"].(string)
	secretID := func() string {
		return show(t, env, id)["secrets"].([]any)[1].(map[string]any)["id"].(string)
	}
	for _, args := range [][]string{
		{"update", id, "--name=Agenda", "--any-domain"}, {"update", id, "--name=Agenda"}, {"disable", id}, {"disable", id}, {"enable", id},
		{"rotate-secret", id, "--overlap=1h"}, {"revoke-tokens", id},
	} {
		require.Zero(t, command(env, append([]string{"application"}, args...)...).code, args)
	}
	ended := secretID()
	require.Zero(t, command(env, "application", "end-secret", id, ended).code)
	require.Zero(t, command(env, "application", "delete", id, "--yes").code)
	applyFile(t, env, "applications:\n- {name: Calendar, scopes: ['rooms:list'], domains: [example.com]}\n")
	again := listed(t, env, "client_id", "application", "list")[0]
	applyFile(t, env, "applications:\n- {client_id: "+again+", name: Agenda, any_domain: true}\n")

	registered := map[string]any{
		"name": fromTo("", "Calendar"), "is_active": fromTo(false, true), "scopes": fromTo([]any{}, []any{"rooms:list"}),
		"domains": fromTo([]any{}, []any{"example.com"}), "visibility": fromTo("", "user"),
	}
	changed := map[string]any{"name": fromTo("Calendar", "Agenda"), "domains": fromTo([]any{"example.com"}, []any{})}
	wanted := []struct {
		action  audit.Action
		client  string
		changes map[string]any
	}{
		{audit.ApplicationCreate, id, registered},
		{audit.ApplicationUpdate, id, changed},
		{audit.ApplicationUpdate, id, map[string]any{"is_active": fromTo(true, false)}},
		{audit.ApplicationUpdate, id, map[string]any{"is_active": fromTo(false, true)}},
		{audit.ApplicationRotateSecret, id, map[string]any{"overlap_seconds": 3600.0}},
		{audit.ApplicationRevokeTokens, id, nil},
		{audit.ApplicationEndSecret, id, map[string]any{"secret": ended}},
		{audit.ApplicationDelete, id, map[string]any{
			"name": fromTo("Agenda", ""), "is_active": fromTo(true, false), "scopes": fromTo([]any{"rooms:list"}, []any{}),
			"visibility": fromTo("user", ""),
		}},
		{audit.ApplicationCreate, again, registered},
		{audit.ApplicationUpdate, again, changed},
	}
	events := auditList(t, env)
	require.Len(t, events, len(wanted))
	for i, w := range wanted {
		e := events[len(events)-1-i]
		require.Equal(t, []any{w.action, audit.Success, w.client, w.changes, audit.CommandLine, accountName()},
			[]any{e.Action, e.Outcome, e.ClientID, e.Changes, e.Channel, e.Operator})
		require.NotEmpty(t, e.RequestID)
	}
	require.NotEqual(t, events[0].RequestID, events[1].RequestID)

	require.Equal(t, 1, command(env, "application", "disable", id).code)
	require.Equal(t, "application_unknown", auditList(t, env, "--outcome=failure")[0].Reason)
	require.Len(t, auditList(t, env, "--application="+again), 2)
	require.Len(t, auditList(t, env, "--action=application.update", "--limit=2"), 2)
	require.Empty(t, auditList(t, env, "--channel=console"))
	require.Equal(t, events[3:4], auditList(t, env, "--request-id="+events[3].RequestID))
	require.Empty(t, auditList(t, env, "--to=2026-01-01T00:00:00Z"))
	require.Empty(t, auditList(t, env, "--to=2026-01-01T00:00:00+23:59"), "an offset that PostgreSQL does not take")
	require.Contains(t, command(env, "audit", "list").stdout, "application.rotate_secret")
	require.Equal(t, 2, command(env, "audit", "list", "--user=me").code)
	require.Equal(t, 2, command(env, "audit", "list", "--from=yesterday").code)
}

func fromTo(from, to any) map[string]any { return map[string]any{"from": from, "to": to} }

// auditList is what `audit list` prints for programs, the last event first.
func auditList(t *testing.T, env map[string]string, filters ...string) (events []audit.Event) {
	t.Helper()
	done := command(env, append([]string{"audit", "list", "--json"}, filters...)...)
	require.Zero(t, done.code, done.stderr)
	for line := range strings.Lines(done.stdout) {
		var e audit.Event
		require.NoError(t, json.Unmarshal([]byte(line), &e), line)
		events = append(events, e)
	}
	return events
}

// The tests of docs/contract.md, "The command line": tokens of the operators' API.

package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestOperatorTokenCommands(t *testing.T) {
	t.Parallel()
	env := onDatabase(t)
	made := command(env, "operator", "create-token", "--name=monitoring\x1b[2J")
	require.Zero(t, made.code, made.stderr)
	require.Regexp(t, `token +meetop_[A-Za-z0-9]{49}\n`, made.stdout)
	require.Contains(t, made.stdout, `monitoring\x1b[2J`, "what a terminal could obey is escaped")
	require.Regexp(t, `scope +read\n`, made.stdout)
	var printed map[string]any
	made = command(env, "operator", "create-token", "--name=terraform", "--write", "--expires=30d", "--json")
	require.NoError(t, json.Unmarshal([]byte(made.stdout), &printed))
	require.Equal(t, []any{"terraform", "write", nil}, []any{printed["name"], printed["scope"], printed["last_used_at"]})

	listed := command(env, "operator", "list-tokens", "--json")
	var tokens []struct {
		ID, Name, Scope      string
		CreatedAt, ExpiresAt time.Time
	}
	require.NoError(t, json.Unmarshal([]byte(strings.NewReplacer("created_at", "CreatedAt", "expires_at", "ExpiresAt").Replace(listed.stdout)), &tokens))
	require.Len(t, tokens, 2)
	for i, days := range []time.Duration{30, 90} { // the newest first
		require.Equal(t, days*24*time.Hour, tokens[i].ExpiresAt.Sub(tokens[i].CreatedAt))
	}
	require.NotContains(t, listed.stdout+command(env, "operator", "list-tokens").stdout, "meetop_", "it is shown once")

	revoked := command(env, "operator", "revoke-token", tokens[0].ID)
	require.Equal(t, outcome{0, "revoked\n", ""}, revoked)
	require.NotContains(t, command(env, "operator", "list-tokens").stdout, "terraform")

	for name, wrong := range map[string]struct {
		code int
		said string
		args []string
	}{
		"a token that is not there": {1, "There is no token with this id.", []string{"revoke-token", tokens[0].ID}},
		"one that is none":          {1, "There is no token with this id.", []string{"revoke-token", "terraform"}},
		"no name":                   {2, "--name", []string{"create-token"}},
		"a blank name":              {2, "name: This field may not be blank.", []string{"create-token", "--name= "}},
		"a long name":               {2, "name: Ensure this field has no more than 100 characters.", []string{"create-token", "--name=" + strings.Repeat("é", 101)}},
		"no time":                   {2, "expires: Give more than no time, and a year at most.", []string{"create-token", "--name=a", "--expires=0"}},
		"more than a year":          {2, "365d", []string{"create-token", "--name=a", "--expires=366d"}},
	} {
		done := command(env, append([]string{"operator"}, wrong.args...)...)
		require.Equal(t, wrong.code, done.code, name)
		require.Contains(t, done.stderr, wrong.said, name)
	}
}

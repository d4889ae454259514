// The tests of docs/google.md: Google's own clients.

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Google's clients work with nothing but another endpoint and a token of ours.
func TestGoogleClients(t *testing.T) {
	t.Parallel()
	c := newConferences(t)
	s, application, user, token := roomServer(t, c.settings, map[string]string{"APPLICATION_BASE_URL": "https://meet.example.org"})
	for program, file := range map[string]string{"python3": "google_meet.py", "node": "google_meet.mjs"} {
		t.Run(program, func(t *testing.T) {
			t.Parallel()
			busy := s.seed(user, "owner", "Board")
			c.open.Store(busy, true)
			narrow := s.token(application, "user@example.com rooms:retrieve")
			printed := s.runGoogleClient(program, filepath.Join("../../tools/clients", file), token, "NARROW_TOKEN="+narrow, "BUSY_SPACE=spaces/"+busy)
			made := s.google().get("/v2/"+strings.TrimSpace(printed), bearer(token))
			require.Equal(t, spaceConfig("TRUSTED"), made.body["config"])
			_, open := c.open.Load(busy)
			require.False(t, open)
		})
	}
}

// The programs in docs/google.md do what it says.
func TestGoogleClientsOfTheDocument(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	document, err := os.ReadFile("../../docs/google.md")
	require.NoError(t, err)
	tools, err := filepath.Abs("../../tools")
	require.NoError(t, err)
	for language, run := range map[string][2]string{"python": {"python3", "client.py"}, "javascript": {"node", "client.mjs"}} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			_, behind, found := strings.Cut(string(document), "```"+language+"\n")
			require.True(t, found)
			program, _, _ := strings.Cut(behind, "```")
			dir := t.TempDir()
			require.NoError(t, os.Symlink(filepath.Join(tools, "node_modules"), filepath.Join(dir, "node_modules")))
			file := filepath.Join(dir, run[1])
			require.NoError(t, os.WriteFile(file, []byte(program), 0o600))
			printed := strings.Fields(s.runGoogleClient(run[0], file, token))
			made := s.google().get("/v2/"+printed[0], bearer(token))
			require.Equal(t, []any{printed[0], printed[1]}, []any{made.body["name"], made.body["meetingCode"]})
		})
	}
}

// runGoogleClient runs a program with Google's libraries, and returns what it printed.
func (s *instance) runGoogleClient(program, file, token string, env ...string) string {
	s.t.Helper()
	client := exec.Command(program, file)
	client.Env = append(append(os.Environ(), "SERVER="+s.url, "TOKEN="+token, "PYTHONPATH=../../tools/.python"), env...)
	var stderr strings.Builder
	client.Stderr = &stderr
	printed, err := client.Output()
	require.NoError(s.t, err, "%s (`make test` installs the libraries)", &stderr)
	return string(printed)
}

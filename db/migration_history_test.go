//go:build history

package db_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The migrations of the last release are as they were, and those that came since are additive (docs/contributing.md, "Add a migration").
func TestMigrationsSinceTheLastRelease(t *testing.T) {
	t.Parallel()
	release := git(t, "../tools/version.sh", "release")
	if release == "" {
		return // this is the first one
	}
	released := map[string]bool{}
	for path := range strings.Lines(git(t, "git", "ls-tree", "-r", "--name-only", release, "migrations/")) {
		path = strings.TrimSpace(path)
		released[path] = true
		now, err := os.ReadFile(path)
		require.NoError(t, err, "a migration that was released stays")
		require.Equal(t, git(t, "git", "show", release+":./"+path), strings.TrimSpace(string(now)), "%s was released, and is changed", path)
	}
	require.NotEmpty(t, released)
	files, err := os.ReadDir("migrations")
	require.NoError(t, err)
	for _, file := range files {
		path := "migrations/" + file.Name()
		migration, err := os.ReadFile(path)
		require.NoError(t, err)
		if !released[path] {
			require.Empty(t, brokenRules(string(migration)), path)
		}
	}
}

// git is what a command about the history prints, but for white space around it.
func git(t *testing.T, command ...string) string {
	t.Helper()
	asked := exec.Command(command[0], command[1:]...)
	asked.Stderr = os.Stderr
	printed, err := asked.Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(printed))
}

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The unit of systemd is one that systemd understands, and leaves the program little to do harm with: an exposure under 2.0 of 10, by
// systemd's own reckoning.
func TestUnit(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../deploy/systemd/meet-external-api.service")
	require.NoError(t, err)
	const installed = "/usr/local/bin/meet-external-api"
	require.Contains(t, string(text), "ExecStart="+installed+" serve\n")
	unit := filepath.Join(t.TempDir(), "meet-external-api.service")
	require.NoError(t, os.WriteFile(unit, []byte(strings.ReplaceAll(string(text), installed, "/bin/true")), 0o600))
	said, err := command(".", nil, "systemd-analyze", "verify", "--man=no", unit)
	require.NoError(t, err)
	require.Empty(t, said)
	_, err = command(".", nil, "systemd-analyze", "security", "--offline=true", "--threshold=20", unit)
	require.NoError(t, err)
}

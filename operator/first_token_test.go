package operator

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/db"
)

// A shell makes of it the arguments that curl is to have, whatever is in the values.
func TestFirstTokenInAShell(t *testing.T) {
	t.Parallel()
	const evil = `it's "$HOME" $(id) \ ` + "`id`"
	application := db.Application{ClientID: evil, Domains: []string{"example.org", "example.com"}}
	for given, before := range map[string]string{evil: "", "": SecretVariable + "=" + quoted(evil) + "\n"} {
		script := `curl() { for argument in "$@"; do printf '%s\n' "$argument"; done; }` + "\n" + before +
			FirstToken("https://meet.example.com/external-api/v1.0", application, given)
		arguments, err := exec.CommandContext(t.Context(), "sh", "-euc", script).Output()
		require.NoError(t, err)
		require.Equal(t, []string{
			"https://meet.example.com/external-api/v1.0/application/token/", "--data", "grant_type=client_credentials",
			"--data-urlencode", "client_id=" + evil, "--data-urlencode", "client_secret=" + evil, "--data-urlencode", "scope=user@example.org", "",
		}, strings.Split(string(arguments), "\n"))
	}
	application.Domains = nil
	require.Contains(t, FirstToken("http://localhost", application, ""), "'scope=user@example.com'")
}

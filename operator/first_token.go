package operator

import (
	"strings"

	"meet-external-api/db"
)

// SecretVariable is the variable of the shell in which FirstToken expects the secret.
const SecretVariable = "CLIENT_SECRET"

// FirstToken is what an operator pastes into a shell to see that an application gets a token: apiURL is the address of the API without a
// slash at its end. The secret comes from the variable SecretVariable, which is set first where the secret is given: it is shown once.
func FirstToken(apiURL string, a db.Application, secret string) string {
	address := "user@example.com"
	if len(a.Domains) > 0 {
		address = "user@" + a.Domains[0]
	}
	lines := "curl " + quoted(apiURL+"/application/token/") + " \\\n" +
		"  --data grant_type=client_credentials \\\n" +
		"  --data-urlencode " + quoted("client_id="+a.ClientID) + " \\\n" +
		"  --data-urlencode \"client_secret=$" + SecretVariable + "\" \\\n" +
		"  --data-urlencode " + quoted("scope="+address)
	if secret != "" {
		lines = SecretVariable + "=" + quoted(secret) + "\n" + lines
	}
	return lines
}

// quoted is a text as one word of the shell (POSIX.1-2024, "Shell Command Language", 2.2.2).
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

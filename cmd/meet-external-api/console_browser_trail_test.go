package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// An operator finds out what an application did, what was refused and why, for whom, and who changed what; and signs out.
func TestConsoleTellsWhatHappened(t *testing.T) {
	t.Parallel()
	s := start(t)
	userID := s.user("user@example.com")
	s.application("--name=Other", "--any-domain")
	application := s.application("--name=Booking page", "--domain=example.com", "--scope=rooms:create")
	token := s.token(application, "user@example.com")
	room := s.post(roomsPath, map[string]any{}, bearer(token))
	require.Equal(t, 201, room.status)
	wrong := s.post(tokenPath, tokenRequest(application, map[string]any{"client_secret": "guessed"}))
	s.post(tokenPath, tokenRequest(application, map[string]any{"scope": "user@example.org"}))
	listed := s.get(roomsPath, bearer(token))
	require.Equal(t, 403, listed.status)

	c := signedIn(t, s)
	c.shows("Booking page", "Other")
	c.seen("applications")
	c.fill("Name or client_id", "book")
	c.press("Show")
	require.Equal(t, 1.0, c.evaluate(`document.querySelectorAll("#applications tbody tr").length`))
	c.choose("State", "Inactive")
	c.press("Show")
	c.shows("No application is like that.")
	c.press("Show all applications")

	c.press("Booking page")
	c.comesToShow("Refused: 2")
	c.comesToShow("missing_scope")
	c.shows("Issued: 1", "wrong_secret", "domain_not_allowed", room.body["slug"].(string), "user@example.com")
	require.Equal(t, 2.0, c.evaluate(`document.querySelectorAll("svg rect").length`), "a bar of tokens, and one of refusals")
	c.screenshot("application")
	for address, said := range map[string]string{"user@example.com": "Yes.", "user@example.org": "No.", "nobody@example.com": "No."} {
		c.fill("E-mail address", address)
		c.press("Ask")
		require.True(t, strings.HasPrefix(strings.TrimSpace(c.content("verdict")), said), "%s: %s", address, c.content("verdict"))
	}
	c.seen("application-asked")

	c.press("Why refused?")
	c.fill("Request id", wrong.header.Get("X-Request-Id"))
	c.press("Explain")
	c.shows("wrong_secret", "Issue a token", application.ID)
	c.seen("refusal")
	c.fill("Request id", "an-unknown-one")
	c.press("Explain")
	c.shows("Nothing is known of this request.")
	c.seen("refusal-unknown")

	c.press("Users")
	c.fill("E-mail address or sub, or a part of it", "USER@")
	c.press("Find")
	c.seen("users")
	c.press("user@example.com")
	c.shows(userID, "Booking page")
	c.seen("user")
	c.press("Revoke all tokens")
	require.Equal(t, "Token revoked.", s.get(roomsPath, bearer(token)).detail())

	c.press("Audit trail")
	c.shows("Sign in", "Issue a token", "Create a room", "Register an application", "Revoke the tokens of a user")
	c.seen("audit")
	c.choose("Outcome", "refused")
	c.fill("Application (client_id)", application.ID)
	c.press("Show")
	c.comesToShow("token_revoked")
	require.Equal(t, 4.0, c.evaluate(`document.querySelectorAll("table.events tbody tr").length`))
	exported := c.download("Export these as CSV")
	require.Equal(t, 5, strings.Count(exported, "\n"), exported)
	require.Contains(t, exported, listed.header.Get("X-Request-Id"))

	c.press("Sign out")
	c.shows("Password")
	c.walk("back")
	c.shows("Password")
	require.NotContains(t, c.html(), "token_revoked", "what was seen is not seen after signing out")
}

// download presses what brings a file, and returns what is in it.
func (c *consoleTab) download(name string) string {
	c.t.Helper()
	directory := c.t.TempDir()
	c.call("Browser.setDownloadBehavior", map[string]any{"behavior": "allow", "downloadPath": directory, "browserContextId": c.context})
	c.click(name)
	var found []string
	require.Eventually(c.t, func() bool {
		found, _ = filepath.Glob(filepath.Join(directory, "*.csv"))
		return len(found) == 1
	}, eventually, tick)
	text, err := os.ReadFile(found[0])
	require.NoError(c.t, err)
	return string(text)
}

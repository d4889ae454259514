package main

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// An operator signs in and registers an application. Its secret is shown once: it is copied, works, and comes again neither by the
// browser's buttons nor by sending the form again, which registers nothing twice.
func TestConsoleRegistersAnApplication(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	c := openConsole(t, s)
	c.screenshot("sign-in")
	c.fill("Address", c.address)
	c.fill("Password", "a guess")
	c.press("Sign in")
	require.NotContains(t, c.text(), "Sign out")
	c.seen("sign-in-refused")
	c.fill("Password", c.password)
	c.press("Sign in")
	c.shows("There is no application yet.")
	c.screenshot("no-applications")

	c.press("Register an application")
	c.fill("Name", "Booking page")
	c.press("Register")
	c.shows("Nothing was changed")
	c.seen("register-refused")
	c.press("← Applications")

	c.press("Register an application")
	c.fill("Name", "Booking page")
	c.click("#scope-rooms\\:create")
	c.click("#scope-rooms\\:list")
	c.fill("Domains of e-mail addresses", "Example.com\nexample.org")
	c.screenshot("register")
	c.press("Register")
	secret, clientID := c.content("client_secret"), c.content("client_id")
	c.shows("it is on this page alone", secret)
	c.seen("registered")

	c.call("Browser.grantPermissions", map[string]any{"permissions": []string{"clipboardReadWrite", "clipboardSanitizedWrite"}, "browserContextId": c.context})
	for _, id := range []string{"client_id", "client_secret", "first_token"} {
		c.click(`[data-copy=` + id + `]`)
		c.evaluate(when(`document.getElementById("` + id + `-status").textContent === "Copied."`))
		require.Equal(t, c.content(id), c.evaluate(`navigator.clipboard.readText()`))
	}
	pasted := strings.NewReplacer("http://127.0.0.1:0", s.url, "USER@EXAMPLE.COM", "user@example.com").Replace(c.content("first_token"))
	answered, err := exec.Command("sh", "-euc", pasted).Output()
	require.NoError(t, err, pasted)
	require.Contains(t, string(answered), `"access_token":`)

	c.reload()
	c.shows("This form was sent twice")
	require.NotContains(t, c.html(), secret)
	c.seen("registered-twice")
	for _, direction := range []string{"back", "forward", "back"} {
		c.walk(direction)
		require.NotContains(t, c.html(), secret)
	}
	c.visit("/console/applications/" + clientID + "/")
	require.NotContains(t, c.html(), secret)
	c.press("← Applications")
	require.Equal(t, 1.0, c.evaluate(`document.querySelectorAll("#applications tbody tr").length`))
	c.shows("Booking page", "rooms:create", "example.com, example.org")
}

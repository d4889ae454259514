// The tests of the console in a browser: what they have in common. Each act of an operator is in one of console_browser_*_test.go.

package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// consoleTab is the console of a server in a browser, and an operator before it.
type consoleTab struct {
	*browser
	s                       *instance
	base, address, password string
}

// openConsole opens the console of a server, where somebody who is an operator has not signed in yet.
func openConsole(t *testing.T, s *instance) *consoleTab {
	t.Helper()
	c := &consoleTab{browser: startBrowser(t), s: s, address: "grace@example.com"}
	c.base = "http://" + s.log.wait(t, "listening for operators")["address"].(string)
	var made struct{ Password string }
	require.NoError(t, json.Unmarshal([]byte(s.cli("operator", "create", "--json", "--email="+c.address)), &made))
	c.password = made.Password
	c.visit("/console/")
	return c
}

// signedIn opens the console of a server and signs in.
func signedIn(t *testing.T, s *instance) *consoleTab {
	t.Helper()
	c := openConsole(t, s)
	c.fill("Address", c.address)
	c.fill("Password", c.password)
	c.press("Sign in")
	c.shows("Sign out")
	return c
}

func (c *consoleTab) visit(path string) {
	c.t.Helper()
	c.open(c.base + path)
}

// shows fails unless each of the texts is to be seen on the page.
func (c *consoleTab) shows(texts ...string) {
	c.t.Helper()
	page := c.text()
	for _, text := range texts {
		require.Contains(c.t, page, text)
	}
}

// comesToShow opens the page again until it shows a text: what changes nothing is stored a moment later.
func (c *consoleTab) comesToShow(text string) {
	c.t.Helper()
	for end := time.Now().Add(eventually); !strings.Contains(c.text(), text); c.reload() {
		require.False(c.t, time.Now().After(end), "%s does not come: %s", text, c.text())
	}
}

// content is the text of the element with that id, as the page has it, shown or not.
func (c *consoleTab) content(id string) string {
	c.t.Helper()
	return c.evaluate(`document.getElementById(` + quote(id) + `).textContent`).(string)
}

// seen leaves a picture of the page, and fails unless everybody can use it: in light and in dark, and on a telephone.
func (c *consoleTab) seen(name string) {
	c.t.Helper()
	c.screenshot(name)
	c.accessible(`{}`)
	c.looks("prefers-color-scheme", "dark")
	c.screenshot(name + "-dark")
	c.accessible(`{runOnly: ["color-contrast"]}`)
	c.looks("prefers-color-scheme", "light")
	c.fits(390)
	c.screenshot(name + "-narrow")
	c.resize(1280)
}

package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The keyboard alone is enough, from signing in to a deletion, and shows where it is.
func TestConsoleByKeyboard(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := openConsole(t, s)
	enter := func(name, text string) {
		c.tabTo(name)
		c.call("Input.insertText", map[string]any{"text": text})
	}
	follow := func(name string) {
		c.tabTo(name)
		c.comes(func() { c.key("Enter") })
	}
	enter("Address", c.address)
	enter("Password", c.password)
	c.comes(func() { c.key("Enter") })
	follow("Register an application")
	enter("Name", "By keyboard")
	c.tabTo("#scope-rooms\\:list")
	c.key(" ")
	enter("Domains of e-mail addresses", "example.com")
	follow("Register")
	c.shows("it is on this page alone")
	follow("I have kept it: go to the application")
	follow("Disable")
	c.shows("inactive")
	follow("Delete…")
	follow("Delete for good")
	c.shows("There is no application yet.")
	follow("Sign out")
	c.shows("Password")
}

// Whoever has no JavaScript does all the same.
func TestConsoleWithoutJavaScript(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	c := openConsole(t, s)
	c.call("Emulation.setScriptExecutionDisabled", map[string]any{"value": true})
	c.reload()
	c.fill("Address", c.address)
	c.fill("Password", c.password)
	c.press("Sign in")
	c.press("Register an application")
	c.fill("Name", "Without JavaScript")
	c.click("It may act for any address Of every user there is. Leave the domains empty then.")
	c.press("Register")
	require.NotContains(t, c.text(), "Copy", "a button that does nothing")
	registered := credentials{ID: c.content("client_id"), Secret: c.content("client_secret")}
	require.Equal(t, 200, s.tokenStatus(registered))
	c.press("I have kept it: go to the application")
	c.click("#scope-rooms\\:list")
	c.press("Save the changes")
	c.shows("rooms:list")
	c.press("Rotate the secret")
	rotated := credentials{ID: registered.ID, Secret: c.content("client_secret")}
	require.Equal(t, 200, s.tokenStatus(rotated))
	c.press("Applications")
	c.press("Without JavaScript")
	c.fill("E-mail address", "user@example.com")
	c.press("Ask")
	c.shows("Yes.")
	c.press("Delete…")
	c.press("Delete for good")
	c.press("Audit trail")
	c.shows("Delete an application")
	c.press("Sign out")
	c.shows("Password")
}

// The language is that of the browser, or the one that was chosen; and French, which is longer, fits on a telephone.
func TestConsoleInFrench(t *testing.T) {
	t.Parallel()
	s := start(t)
	application := s.application()
	s.user("user@example.com")
	s.post(tokenPath, tokenRequest(application, map[string]any{"client_secret": "guessed"}))
	s.cli("application", "rotate-secret", application.ID, "--overlap=7d")
	c := openConsole(t, s)
	c.call("Network.setExtraHTTPHeaders", map[string]any{"headers": map[string]string{"Accept-Language": "fr-FR,fr;q=0.9,en;q=0.5"}})
	c.reload()
	require.Equal(t, "fr", c.evaluate(`document.documentElement.lang`))
	c.shows("Se connecter", "Mot de passe")
	c.accessible(`{}`)
	c.fill("Mot de passe", c.password)
	c.fill("#address", c.address)
	c.press("Se connecter")
	for _, path := range []string{
		"/console/applications/", "/console/applications/new/", "/console/applications/" + application.ID + "/",
		"/console/applications/" + application.ID + "/delete/", "/console/users/", "/console/refusals/?request_id=x", "/console/audit/",
	} {
		c.visit(path)
		c.fits(390)
		c.accessible(`{runOnly: ["label", "link-name", "button-name", "target-size", "scrollable-region-focusable"]}`)
	}
	c.visit("/console/")
	c.press("English")
	c.shows("Applications", "Sign out")
}

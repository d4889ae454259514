package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// An operator changes an application, and what it can do changes with it.
func TestConsoleChangesAnApplication(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	application := s.application("--domain=example.com", "--scope=rooms:list", "--scope=rooms:create")
	c := signedIn(t, s)
	c.press("Test")

	c.fill("Name", "Booking page")
	c.click("#scope-rooms\\:create")
	c.click("#scope-rooms\\:delete")
	c.fill("Domains of e-mail addresses", "example.com\nexample.org")
	c.press("Save the changes")
	c.shows("Booking page", "rooms:list, rooms:delete", "example.com, example.org")
	token := s.post(tokenPath, tokenRequest(application, nil))
	require.Equal(t, "rooms:list rooms:delete", token.body["scope"])

	// The last domain does not go by accident: without any, it has to be said that the application may act for everybody.
	c.fill("Domains of e-mail addresses", "")
	c.press("Save the changes")
	c.shows("Nothing was changed")
	c.seen("application-refused")
	c.visit("/console/applications/" + application.ID + "/")
	c.shows("example.com, example.org")
	c.fill("Domains of e-mail addresses", "")
	c.click("#any_domain")
	c.press("Save the changes")
	require.Equal(t, "any", c.evaluate(`document.querySelector(".facts .tag.warn").innerText`))

	c.press("Disable")
	c.shows("The application is disabled")
	requireOAuthError(t, s.post(tokenPath, tokenRequest(application, nil)), 401, "invalid_client", "Application is inactive")
	require.Equal(t, 401, s.get(roomsPath, bearer(token.body["access_token"].(string))).status)
	c.press("Enable")
	c.shows("The application is enabled.")
	require.Equal(t, 200, s.get(roomsPath, bearer(token.body["access_token"].(string))).status)
	c.press("Revoke all tokens")
	require.Equal(t, "Token revoked.", s.get(roomsPath, bearer(token.body["access_token"].(string))).detail())
	require.Equal(t, 200, s.tokenStatus(application))
}

// An operator gives an application a new secret beside the old one, ends the old one when the new one is used, and deletes the application,
// being asked twice and told what stops.
func TestConsoleRotatesAndDeletes(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	application := s.application()
	require.Equal(t, 201, s.post(roomsPath, map[string]any{}, bearer(s.token(application, "user@example.com"))).status)
	c := signedIn(t, s)
	c.visit("/console/applications/" + application.ID + "/")

	c.choose("Make a new secret; those before", "Go on for 7 days")
	c.press("Rotate the secret")
	c.shows("it is on this page alone", "One goes on until")
	rotated := credentials{ID: application.ID, Secret: c.content("client_secret")}
	require.NotEqual(t, application.Secret, rotated.Secret)
	c.seen("rotated")
	c.reload()
	require.NotContains(t, c.html(), rotated.Secret, "a form that is sent twice rotates once")
	require.Equal(t, 200, s.tokenStatus(application))
	require.Equal(t, 200, s.tokenStatus(rotated))
	c.visit("/console/applications/" + application.ID + "/")
	const secrets = `document.querySelectorAll("form[action$='/end-secret/']").length`
	require.Equal(t, 2.0, c.evaluate(secrets))
	c.press(".card tr:last-child [name=secret]")
	require.Equal(t, 1.0, c.evaluate(secrets))
	require.Equal(t, 401, s.tokenStatus(application))
	require.Equal(t, 200, s.tokenStatus(rotated))

	c.press("Applications")
	c.press("Delete…")
	require.Equal(t, "1", c.content("deleted-secrets"))
	require.Equal(t, "1", c.content("kept-rooms"))
	c.seen("delete")
	require.Equal(t, 200, s.tokenStatus(rotated))
	c.press("Delete for good")
	c.shows("There is no application yet.")
	requireOAuthError(t, s.post(tokenPath, tokenRequest(rotated, nil)), 401, "invalid_client", "Invalid credentials")
}

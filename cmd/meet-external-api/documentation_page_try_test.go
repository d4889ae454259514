package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Each operation is tried on its page, with what the page fills in.
func TestDocsTryIt(t *testing.T) {
	t.Parallel()
	s := start(t)
	application := s.application()
	s.user("user@example.com")
	s.user("bob@example.com")
	b := startBrowser(t)
	b.faults()
	try := func(operation, says string, before ...func()) {
		b.open(s.url + docsPath + "/" + operation + "#try")
		for _, act := range before {
			act()
		}
		b.click("Send")
		b.evaluate(when(`document.querySelector("#try-result .answer-line, #try-result .notice")`))
		require.Contains(t, b.evaluate(`document.querySelector("#try-result").innerText`), says, operation)
	}
	credentials := func() {
		b.fill("client_id", application.ID)
		b.fill("client_secret", application.Secret)
	}

	try("createRoom", "This operation needs a token.")
	try("readMetadata", "200 OK")
	try("readKeys", "200 OK")
	try("generateToken", "200 OK", credentials, func() { b.fill("scope", "user@example.com") })
	try("listRooms", "200 OK")
	// Nothing that the page fills in leads to what is not there: where it knows no room, it asks for one.
	b.open(s.url + docsPath + "/retrieveRoom#try")
	require.Empty(t, b.evaluate(`document.querySelector("#try-id").value`))
	b.click("Send")
	require.Equal(t, false, b.evaluate(`document.querySelector("#try-id").checkValidity()`))
	b.fill("id", "..")
	require.Equal(t, false, b.evaluate(`document.querySelector("#try-id").checkValidity()`), "it would make another path")
	b.click("Create a room")
	b.comesToSay("#try-result", " created.")
	b.click("Send")
	b.comesToSay("#try-result", "200 OK")
	b.evaluate(`document.querySelectorAll("#try-result details").forEach(d => { d.open = true; })`)
	b.accessible(`{}`)
	b.screenshot("docs-try")
	require.Equal(t, 1, s.rooms())

	try("createRoom", "201 Created")
	try("updateRoom", "200 OK")
	try("grantAccess", "Delegate is already owner of this room.")
	b.fill("Body", `{"email": "bob@example.com", "role": "member"}`)
	b.click("Send")
	b.comesToSay("#try-result", "201 Created")
	try("listAccesses", "200 OK")
	try("removeAccess", "204 No Content", func() {
		b.click("Use one of the room's accesses")
		b.evaluate(when(`document.querySelector("#try-access_id").value`))
	})
	try("createRoom", "Use one of those that the page of the operation lists.", func() { b.fill("Body", `{"access_level": "secret"}`) })
	try("deleteRoom", "204 No Content")
	require.Equal(t, 1, s.rooms())
	try("introspectToken", `"active": true`, credentials)
	try("revokeToken", "200 OK", credentials)
	try("listRooms", "This operation needs a token.")
	for _, fault := range b.faults() {
		require.Contains(t, fault, "the server responded with a status of 400", "the one that was wrong on purpose")
	}
}

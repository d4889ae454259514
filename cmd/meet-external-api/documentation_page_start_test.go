package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// comesToSay waits until an element of the page has a text.
func (b *browser) comesToSay(selector, text string) {
	b.t.Helper()
	b.evaluate(when(`document.querySelector(` + quote(selector) + `)?.textContent.includes(` + quote(text) + `)`))
}

// A newcomer gets from the credentials to a room in under a minute, at a desk and on a telephone, in light and in dark, with the keyboard alone.
func TestDocsNewcomer(t *testing.T) {
	t.Parallel()
	s := start(t, map[string]string{"APPLICATION_BASE_URL": "https://meet.example.org"})
	application := s.application()
	s.user("user@example.com")
	for i, reader := range []struct {
		width int
		theme string
	}{{1280, "light"}, {390, "dark"}} {
		b := startBrowser(t)
		b.faults()
		b.resize(reader.width)
		b.looks("prefers-color-scheme", reader.theme)
		b.open(s.url + docsPath)
		began := time.Now()
		enter := func(name, text string) {
			b.tabTo(name)
			b.call("Input.insertText", map[string]any{"text": text})
		}
		enter("client_id", application.ID)
		enter("client_secret", application.Secret)
		enter("E-mail address of the user", "user@example.com")
		b.key("Enter")
		b.comesToSay("#token-result", "A token for user@example.com.")
		require.Equal(t, "create-room", b.evaluate(`document.activeElement.id`))
		b.key("Enter")
		b.comesToSay("#room-result", "Room created.")
		require.Less(t, time.Since(began), time.Minute)
		require.Equal(t, i+1, s.rooms())
		require.Contains(t, b.evaluate(`document.querySelector("#room-result a").href`), "https://meet.example.org/")
		b.accessible(`{}`)
		b.fits(reader.width)
		b.screenshot("docs-room-" + reader.theme)
		require.Empty(t, b.faults())

		// The token goes along to the other pages of this tab, and nothing else does.
		require.NotContains(t, b.evaluate(`JSON.stringify([sessionStorage, localStorage])`), application.Secret)
		require.NotContains(t, b.evaluate(`document.cookie + location.href`), application.ID)
		b.open(s.url + docsPath + "/retrieveRoom#try")
		b.comesToSay("#token-state", "user@example.com")
		b.tabTo("Send")
		b.key("Enter")
		b.comesToSay("#try-result", "200")
		b.tabTo("Forget")
		b.comes(func() { b.key("Enter") })
		b.comesToSay("#token-state", "No token yet")
	}
}

// A reader who is turned down is told what to change.
func TestDocsExplainsRefusals(t *testing.T) {
	t.Parallel()
	s := start(t)
	application := s.application("--domain=example.com")
	b := startBrowser(t)
	b.open(s.url + docsPath)
	b.click("Create a room")
	b.comesToSay("#room-result", "Get a token first")
	for _, wrong := range []struct{ id, secret, email, change string }{
		{application.ID, "guessed", "user@example.com", "Compare both with what the operator gave you"},
		{application.ID, application.Secret, "nobody@example.com", "Correct the address"},
		{application.ID, application.Secret, "user@example.org", "ask the operator for the domain"},
	} {
		b.fill("client_id", wrong.id)
		b.fill("client_secret", wrong.secret)
		b.fill("E-mail address of the user", wrong.email)
		b.click("Get a token")
		b.comesToSay("#token-result", wrong.change)
		b.accessible(`{runOnly: ["color-contrast"]}`)
	}
	b.screenshot("docs-refused")
}

// Behind a proxy, by another name and under TLS as EXTERNAL_API_PUBLIC_URL says, pages work and name the server as the reader reaches it.
func TestDocsBehindAProxy(t *testing.T) {
	t.Parallel()
	var target *url.URL
	proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }})
	t.Cleanup(proxy.Close)
	public := strings.Replace(proxy.URL, "127.0.0.1", "localhost", 1)
	s := start(t, map[string]string{"EXTERNAL_API_PUBLIC_URL": public})
	var err error
	target, err = url.Parse(s.url)
	require.NoError(t, err)
	application := s.application()
	s.user("user@example.com")
	b := startBrowser(t)
	b.faults()
	b.open(public + docsPath)
	require.Contains(t, b.text(), "MEET_URL="+public+"/external-api/v1.0")
	b.fill("client_id", application.ID)
	b.fill("client_secret", application.Secret)
	b.fill("E-mail address of the user", "user@example.com")
	b.click("Get a token")
	b.comesToSay("#token-result", "A token for user@example.com.")
	b.click("Create a room")
	b.comesToSay("#room-result", "Room created.")
	require.Equal(t, 1, s.rooms())
	for _, requested := range b.requests() {
		require.Contains(t, requested, public+"/")
	}
	require.Empty(t, b.faults())
	forAgents, _ := s.sendAnywhere(http.MethodGet, docsPath+"/llms.txt", nil)
	require.Contains(t, string(forAgents.raw), "("+public+"/external-api/v1.0/openapi.yaml)")
	require.NotContains(t, string(forAgents.raw), "server.invalid")
}

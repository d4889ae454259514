// The tests of docs/contract.md, "Beside the API": the page and the specification.

package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/stretchr/testify/require"
)

func TestSpecificationIsServed(t *testing.T) {
	t.Parallel()
	s := start(t)
	public := startUnready(t, s.dsn, map[string]string{"EXTERNAL_API_PUBLIC_URL": "https://meet.example.org"})
	asked, _ := s.sendAnywhere(http.MethodGet, "/external-api/v1.0/openapi.json", nil)
	servers := asked.body["servers"].([]any)
	require.Equal(t, s.url+"/external-api/v1.0", servers[0].(map[string]any)["url"])
	require.Equal(t, "3.0.3", asked.body["openapi"])
	asked, _ = s.sendAnywhere(http.MethodGet, "/external-api/v1.0/openapi.yaml", nil)
	require.Contains(t, string(asked.raw), `- url: "`+s.url+`/external-api/v1.0"`+"\n")
	printed := s.cli("openapi")
	require.Equal(t, printed, strings.Replace(string(asked.raw), `"`+s.url+`/external-api/v1.0"`, "/external-api/v1.0", 1))
	asked, _ = public.sendAnywhere(http.MethodGet, "/external-api/v1.0/openapi.json", nil)
	require.Contains(t, string(asked.raw), `"https://meet.example.org/external-api/v1.0"`)
}

// browser is a headless Chromium, spoken to by the Chrome DevTools Protocol.
type browser struct {
	t    *testing.T
	ctx  context.Context
	conn *websocket.Conn
	next int
	// requested are the URLs that the page asked for.
	requested []string
}

func startBrowser(t *testing.T) *browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	require.NoError(t, err, "install it: apt-get install chromium")
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	profile, err := os.MkdirTemp("", "meet-chromium-")
	require.NoError(t, err)
	command := exec.CommandContext(ctx, path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
		"--window-size=1280,1600", "--remote-debugging-port=0", "--user-data-dir="+profile, "about:blank")
	// Chromium is many processes; the group is all of them.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	stderr, err := command.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	t.Cleanup(func() { cancel(); _ = command.Wait(); _ = os.RemoveAll(profile) })
	b := &browser{t: t, ctx: ctx}
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		if _, address, found := strings.Cut(lines.Text(), "DevTools listening on "); found {
			b.attach(address)
			return b
		}
	}
	t.Fatal("chromium did not start")
	return nil
}

// attach connects to the one page of the browser.
func (b *browser) attach(address string) {
	parsed, err := url.Parse(address)
	require.NoError(b.t, err)
	request, err := http.NewRequestWithContext(b.ctx, http.MethodGet, "http://"+parsed.Host+"/json/list", nil)
	require.NoError(b.t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(b.t, err)
	defer func() { _ = response.Body.Close() }()
	var pages []struct {
		Type string `json:"type"`
		URL  string `json:"webSocketDebuggerUrl"`
	}
	require.NoError(b.t, json.NewDecoder(response.Body).Decode(&pages))
	for _, page := range pages {
		if page.Type == "page" {
			b.conn, _, err = websocket.Dial(b.ctx, page.URL, nil)
			require.NoError(b.t, err)
			b.conn.SetReadLimit(64 << 20)
			b.t.Cleanup(func() { _ = b.conn.CloseNow() })
			return
		}
	}
	b.t.Fatal("chromium has no page")
}

// call runs a command of the protocol and returns its result, noting the requests of the page meanwhile.
func (b *browser) call(method string, parameters map[string]any) map[string]any {
	b.t.Helper()
	b.next++
	require.NoError(b.t, wsjson.Write(b.ctx, b.conn, map[string]any{"id": b.next, "method": method, "params": parameters}))
	for {
		var message struct {
			ID     int
			Method string
			Params struct{ Request struct{ URL string } }
			Result map[string]any
			Error  any
		}
		require.NoError(b.t, wsjson.Read(b.ctx, b.conn, &message))
		if message.Method == "Network.requestWillBeSent" {
			b.requested = append(b.requested, message.Params.Request.URL)
		}
		if message.ID == b.next {
			require.Nil(b.t, message.Error)
			return message.Result
		}
	}
}

// evaluate runs JavaScript in the page, waits for the promise that it returns, and returns its value.
func (b *browser) evaluate(script string) any {
	b.t.Helper()
	result := b.call("Runtime.evaluate", map[string]any{"expression": script, "awaitPromise": true, "returnByValue": true})
	require.Nil(b.t, result["exceptionDetails"])
	return result["result"].(map[string]any)["value"]
}

// when is a promise of an expression that has become true.
func when(expression string) string {
	return `new Promise(done => {
		const look = () => (` + expression + `) ? done(true) : requestAnimationFrame(look);
		look();
	})`
}

// TestDocs renders the documentation page in a browser, creates a room on it as a reader would, and sees that the page
// talks to this server alone. With SCREENSHOT set to a path, it leaves a picture there.
func TestDocs(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	b := startBrowser(t)
	b.call("Network.enable", nil)
	b.call("Page.enable", nil)
	b.call("Page.navigate", map[string]any{"url": s.url + "/external-api/v1.0/docs"})

	b.evaluate(when(`document.querySelectorAll(".opblock").length >= 4`))
	require.Equal(t, "La Suite Meet external API", b.evaluate(`document.title`))
	for _, operation := range []string{"Authentication-generateToken", "Rooms-listRooms", "Rooms-createRoom", "Rooms-retrieveRoom"} {
		require.Equal(t, true, b.evaluate(`!!document.getElementById("operations-`+operation+`")`), operation)
	}
	require.Equal(t, s.url+"/external-api/v1.0", b.evaluate(`document.querySelector(".servers option").value`))
	b.screenshot()

	b.evaluate(`document.querySelector(".auth-wrapper .authorize").click()`)
	b.evaluate(when(`document.querySelector("#auth-bearer-value")`))
	b.evaluate(`(() => {
		const input = document.querySelector("#auth-bearer-value");
		Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, "` + token + `");
		input.dispatchEvent(new Event("input", {bubbles: true}));
		input.dispatchEvent(new Event("change", {bubbles: true}));
		input.closest("form").querySelector("button.authorize").click();
	})()`)
	require.Contains(t, b.execute("Rooms-createRoom"), "201")
	// Nothing is sent that the reader has not filled in: no page that is not there, no condition that fails.
	require.Contains(t, b.execute("Rooms-listRooms"), "200")
	require.Contains(t, b.requested, s.url+"/external-api/v1.0/rooms/?page_size=20")
	require.Contains(t, b.evaluate(`document.querySelector("#operations-Rooms-createRoom").innerText`), "For example booking-4711.")

	require.NotEmpty(t, b.requested)
	for _, requested := range b.requested {
		require.True(t, strings.HasPrefix(requested, s.url+"/") || strings.HasPrefix(requested, "data:"), requested)
	}
}

// execute opens an operation, sends its request as the page has it, and is the status of the answer.
func (b *browser) execute(operation string) any {
	b.t.Helper()
	in := `document.querySelector("#operations-` + operation + ` `
	b.evaluate(in + `.opblock-summary-control").click()`)
	b.evaluate(when(in + `button.execute")`))
	b.evaluate(in + `button.execute").click()`)
	const status = `.live-responses-table tbody .response-col_status")`
	b.evaluate(when(in + status))
	return b.evaluate(in + status + `.innerText`)
}

func (b *browser) screenshot() {
	path := os.Getenv("SCREENSHOT")
	if path == "" {
		return
	}
	picture := b.call("Page.captureScreenshot", nil)["data"].(string)
	decoded, err := base64.StdEncoding.DecodeString(picture)
	require.NoError(b.t, err)
	require.NoError(b.t, os.WriteFile(path, decoded, 0o600))
}

func TestDocsFiles(t *testing.T) {
	t.Parallel()
	s := start(t)
	page, _ := s.sendAnywhere(http.MethodGet, "/external-api/v1.0/docs/", nil)
	require.Equal(t, 200, page.status)
	require.Contains(t, page.header.Get("Content-Security-Policy"), "default-src 'none'")
	plain := func(r *http.Request) { r.Header.Set("Accept-Encoding", "identity") }
	for _, name := range []string{"swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png", "docs.js"} {
		zipped, _ := s.sendAnywhere(http.MethodGet, "/external-api/v1.0/docs/"+name, nil)
		whole, _ := s.sendAnywhere(http.MethodGet, "/external-api/v1.0/docs/"+name, nil, plain)
		require.Equal(t, 200, zipped.status, name)
		require.Equal(t, zipped.raw, whole.raw, name)
		again, _ := s.sendAnywhere(http.MethodGet, "/external-api/v1.0/docs/"+name, nil, plain, header("If-None-Match", whole.header.Get("ETag")))
		require.Equal(t, 304, again.status, name)
		require.Empty(t, again.raw)
	}
	for _, path := range []string{"/external-api/v1.0/openapi.json", "/external-api/v1.0/openapi.yaml", "/external-api/v1.0/docs/swagger-ui-bundle.js"} {
		compressed, _ := s.sendAnywhere(http.MethodGet, path, nil, header("Accept-Encoding", "br, gzip;q=0.5"))
		require.Equal(t, "gzip", compressed.header.Get("Content-Encoding"), path)
		refused, _ := s.sendAnywhere(http.MethodGet, path, nil, header("Accept-Encoding", "br, gzip;q=0"))
		require.Empty(t, refused.header.Get("Content-Encoding"), path)
		require.NotEqual(t, compressed.header.Get("ETag"), refused.header.Get("ETag"), path)
		require.Less(t, len(compressed.raw), len(refused.raw)/2, path)
	}
	for _, name := range []string{"swagger-ui.js", "..%2fdocs.go", "index.html"} {
		a, _ := s.sendAnywhere(http.MethodGet, "/external-api/v1.0/docs/"+name, nil)
		require.Equal(t, 404, a.status, name)
		require.Equal(t, "Not found.", a.detail())
	}
}

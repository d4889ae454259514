// The tests of docs/contract.md, "Beside the API": the page and the specification.

package main

import (
	"net/http"
	"strings"
	"testing"

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

// TestDocs renders the documentation page in a browser, creates a room on it as a reader would, and sees that the page
// talks to this server alone.
func TestDocs(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	b := startBrowser(t)
	b.open(s.url + "/external-api/v1.0/docs")
	b.evaluate(when(`document.querySelectorAll(".opblock").length >= 4`))
	require.Equal(t, "La Suite Meet external API", b.evaluate(`document.title`))
	for _, operation := range []string{"Authentication-generateToken", "Rooms-listRooms", "Rooms-createRoom", "Rooms-retrieveRoom"} {
		require.Equal(t, true, b.evaluate(`!!document.getElementById("operations-`+operation+`")`), operation)
	}
	require.Equal(t, s.url+"/external-api/v1.0", b.evaluate(`document.querySelector(".servers option").value`))
	b.screenshot("docs")

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
	require.Contains(t, b.requests(), s.url+"/external-api/v1.0/rooms/?page_size=20")
	require.Contains(t, b.evaluate(`document.querySelector("#operations-Rooms-createRoom").innerText`), "For example booking-4711.")

	require.NotEmpty(t, b.requests())
	for _, requested := range b.requests() {
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

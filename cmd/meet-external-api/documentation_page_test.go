// The tests of docs/contract.md, "Beside the API": the pages and the specification, as HTTP answers them. What a reader does on the pages is in
// documentation_page_*_test.go.

package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// docsPath is where the pages are.
const docsPath = "/external-api/v1.0/docs"

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

func TestDocsFiles(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, path := range []string{docsPath, docsPath + "/", docsPath + "/createRoom", docsPath + "/callers/"} {
		page, _ := s.sendAnywhere(http.MethodGet, path, nil)
		require.Equal(t, 200, page.status, path)
		require.Equal(t, "text/html; charset=utf-8", page.header.Get("Content-Type"))
		policy := page.header.Get("Content-Security-Policy")
		require.Contains(t, policy, "default-src 'none'")
		require.NotContains(t, policy, "unsafe")
	}
	plain := header("Accept-Encoding", "identity")
	for _, name := range []string{"style.css", "main.js", "icon.svg", "search.json", "callers.md", "llms.txt"} {
		zipped, _ := s.sendAnywhere(http.MethodGet, docsPath+"/"+name, nil)
		whole, _ := s.sendAnywhere(http.MethodGet, docsPath+"/"+name, nil, plain)
		require.Equal(t, 200, zipped.status, name)
		require.Equal(t, zipped.raw, whole.raw, name)
		again, _ := s.sendAnywhere(http.MethodGet, docsPath+"/"+name, nil, plain, header("If-None-Match", whole.header.Get("ETag")))
		require.Equal(t, 304, again.status, name)
		require.Empty(t, again.raw)
		head, _ := s.sendAnywhere(http.MethodHead, docsPath+"/"+name, nil, plain)
		require.Equal(t, whole.header.Get("ETag"), head.header.Get("ETag"))
		require.Empty(t, head.raw)
	}
	for _, path := range []string{"/external-api/v1.0/openapi.json", "/external-api/v1.0/openapi.yaml", docsPath + "/style.css"} {
		compressed, _ := s.sendAnywhere(http.MethodGet, path, nil, header("Accept-Encoding", "br, gzip;q=0.5"))
		require.Equal(t, "gzip", compressed.header.Get("Content-Encoding"), path)
		refused, _ := s.sendAnywhere(http.MethodGet, path, nil, header("Accept-Encoding", "br, gzip;q=0"))
		require.Empty(t, refused.header.Get("Content-Encoding"), path)
		require.NotEqual(t, compressed.header.Get("ETag"), refused.header.Get("ETag"), path)
		require.Less(t, len(compressed.raw), len(refused.raw)/2, path)
	}
	for _, name := range []string{"swagger-ui.css", "..%2fdocs.go", "index.html", "start", "base.html"} {
		a, _ := s.sendAnywhere(http.MethodGet, docsPath+"/"+name, nil)
		require.Equal(t, 404, a.status, name)
		require.Equal(t, "Not found.", a.detail())
	}
}

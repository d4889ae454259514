package main

import (
	"encoding/json"
	"net/http"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The search finds operations, headings of guides, and errors, with the keyboard alone.
func TestDocsSearch(t *testing.T) {
	t.Parallel()
	s := start(t)
	b := startBrowser(t)
	for _, width := range []int{1280, 390} {
		b.resize(width)
		b.open(s.url + docsPath)
		for query, to := range map[string]string{
			"creat room": "/createRoom", "idempotency key used": "/errors#rooms", "guests": "/callers#guests-and-an-end",
		} {
			b.key("/")
			b.evaluate(when(`document.activeElement.id === "search-text"`))
			b.call("Input.insertText", map[string]any{"text": query})
			b.evaluate(when(`document.querySelector("#search-results [aria-selected=true]")`))
			b.accessible(`{}`)
			b.fits(width)
			b.screenshot("docs-search")
			b.key("ArrowDown")
			b.evaluate(when(`document.getElementById("result-1").ariaSelected === "true"`))
			b.key("ArrowUp")
			b.evaluate(when(`document.getElementById("result-0").ariaSelected === "true"`))
			b.comes(func() { b.key("Enter") })
			require.Equal(t, docsPath+to, b.evaluate(`location.pathname + location.hash`), query)
		}
		b.key("/")
		b.key("Escape")
		b.evaluate(when(`!document.getElementById("search").open`))
	}
}

// The language of the samples is chosen by the keyboard, once for all pages.
func TestDocsLanguages(t *testing.T) {
	t.Parallel()
	s := start(t)
	b := startBrowser(t)
	shown := func() any {
		return b.evaluate(`[...document.querySelectorAll("[role=tabpanel]")].filter(panel => panel.checkVisibility()).map(panel => panel.ariaLabel).join()`)
	}
	b.open(s.url + docsPath + "/createRoom")
	require.Equal(t, "curl", shown())
	b.tabTo("curl")
	b.key("ArrowRight")
	require.Equal(t, "HTTP", shown())
	b.open(s.url + docsPath + "/listRooms")
	require.Equal(t, "HTTP", shown())
}

// Without JavaScript all of it can be read, and nothing is there that does nothing.
func TestDocsWithoutJavaScript(t *testing.T) {
	t.Parallel()
	s := start(t)
	b := startBrowser(t)
	b.call("Emulation.setScriptExecutionDisabled", map[string]any{"value": true})
	b.open(s.url + docsPath)
	require.NotContains(t, b.text(), "Get a token")
	require.Contains(t, b.text(), "TOKEN=$(curl")
	b.press("Create a room POST")
	require.Equal(t, docsPath+"/createRoom", b.path())
	for _, text := range []string{"Idempotency-Key", "POST {{MEET_URL}}/rooms/", "curl -sS", "abc-defg-hij"} {
		require.Contains(t, b.text(), text)
	}
	require.NotContains(t, b.text(), "Try it")
	b.resize(390)
	b.click("Menu")
	b.press("Errors")
	require.Contains(t, b.text(), "Compare both with what the operator gave you")
}

// Each link of each page leads somewhere: to a page, to a heading that it has, or to a file; those of the guides as they are written, too.
func TestDocsLinks(t *testing.T) {
	t.Parallel()
	s := start(t)
	bodies := map[string]string{}
	body := func(path string) string {
		if _, known := bodies[path]; !known {
			a, _ := s.sendAnywhere(http.MethodGet, path, nil)
			assert.Equal(t, 200, a.status, path)
			bodies[path] = string(a.raw)
		}
		return bodies[path]
	}
	link := regexp.MustCompile(`(?:href|src|popovertarget|aria-controls|aria-labelledby|for)="([^"]+)"`)
	for _, name := range docsPages(t) {
		page := docsPath + "/" + name
		ids := regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(body(page), -1)
		seen := map[string]bool{}
		for _, id := range ids {
			assert.False(t, seen[id[1]], "%s has %s twice", page, id[1])
			seen[id[1]] = true
		}
		for _, found := range link.FindAllStringSubmatch(body(page), -1) {
			to, anchor, _ := strings.Cut(found[1], "#")
			switch {
			case strings.HasPrefix(to, "https://"):
				continue
			case !strings.HasPrefix(to, "/") && !strings.Contains(found[1], "#"):
				assert.True(t, seen[to], "%s names %s", page, to)
				continue
			case to == "":
				to = page
			}
			text := body(to)
			assert.True(t, anchor == "" || strings.Contains(text, `id="`+anchor+`"`), "%s links to %s", page, found[1])
		}
	}
	var index []struct{ URL string }
	require.NoError(t, json.Unmarshal([]byte(body(docsPath+"/search.json")), &index))
	for _, entry := range index {
		to, anchor, _ := strings.Cut(entry.URL, "#")
		assert.True(t, anchor == "" || strings.Contains(body(to), `id="`+anchor+`"`), entry.URL)
	}
	for _, to := range regexp.MustCompile(`\(`+regexp.QuoteMeta(s.url)+`([^)]+)\)`).FindAllStringSubmatch(body(docsPath+"/llms.txt"), -1) {
		assert.NotEmpty(t, body(path.Clean(to[1])))
	}
}

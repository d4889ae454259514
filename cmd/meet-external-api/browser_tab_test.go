// What a reader does in a browser: opens pages, follows links, fills in forms and sends them, with or without a mouse.

package main

import (
	"encoding/json"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// browser is a tab of Chromium.
type browser struct {
	t                *testing.T
	chromium         *chromium
	context, session string
	// loaded gets a value for each page that has come.
	loaded chan struct{}

	mutex     sync.Mutex
	requested []string
	reported  []string
}

func (b *browser) call(method string, parameters map[string]any) map[string]any {
	b.t.Helper()
	return b.chromium.call(b.t, b.session, method, parameters)
}

// notice keeps what an event says.
func (b *browser) notice(m message) {
	switch {
	case m.Method == "Network.requestWillBeSent":
		b.mutex.Lock()
		defer b.mutex.Unlock()
		b.requested = append(b.requested, m.Params.Request.URL)
	case m.Method == "Log.entryAdded" && m.Params.Entry.Level == "error":
		b.mutex.Lock()
		defer b.mutex.Unlock()
		b.reported = append(b.reported, m.Params.Entry.Text+" "+m.Params.Entry.URL)
	case m.Method == "Runtime.exceptionThrown":
		b.mutex.Lock()
		defer b.mutex.Unlock()
		b.reported = append(b.reported, m.Params.ExceptionDetails.Exception.Description)
	case m.Method == "Page.loadEventFired", m.Method == "Page.frameNavigated" && m.Params.Type == "BackForwardCacheRestore":
		b.loaded <- struct{}{}
	}
}

// requests are the URLs that the pages have asked for.
func (b *browser) requests() []string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return append([]string(nil), b.requested...)
}

// faults are what pages have done wrong: what fails in a script, what the policy of the page forbids, and what is asked for in vain. From
// the first call on they are noticed.
func (b *browser) faults() []string {
	b.t.Helper()
	b.call("Log.enable", nil)
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return append([]string(nil), b.reported...)
}

// evaluate runs JavaScript in the page, waits for the promise that it returns, and returns its value.
func (b *browser) evaluate(script string) any {
	b.t.Helper()
	result := b.call("Runtime.evaluate", map[string]any{"expression": script, "awaitPromise": true, "returnByValue": true})
	require.Nil(b.t, result["exceptionDetails"], script)
	return result["result"].(map[string]any)["value"]
}

// when is a promise of an expression that has become true.
func when(expression string) string {
	return `new Promise(done => {
		const look = () => (` + expression + `) ? done(true) : requestAnimationFrame(look);
		look();
	})`
}

// quote writes a text as JavaScript does.
func quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // no text fails
	}
	return string(quoted)
}

// comes waits for the page that an act brings.
func (b *browser) comes(act func()) {
	b.t.Helper()
	for len(b.loaded) > 0 {
		<-b.loaded
	}
	act()
	select {
	case <-b.loaded:
	case <-time.After(eventually):
		require.Fail(b.t, "no page comes", "%s", b.text())
	}
}

func (b *browser) open(url string) {
	b.t.Helper()
	b.comes(func() { b.call("Page.navigate", map[string]any{"url": url}) })
}

func (b *browser) reload() {
	b.t.Helper()
	b.comes(func() { b.call("Page.reload", nil) })
}

// walk goes `back` or `forward` in the history. It begins after the call that asks for it, which Chromium may not answer once the page is left.
func (b *browser) walk(direction string) {
	b.t.Helper()
	b.comes(func() { b.evaluate(`setTimeout(() => history.` + direction + `())`) })
}

// text is what the page shows, as a reader sees it.
func (b *browser) text() string {
	b.t.Helper()
	return b.evaluate(`document.body.innerText`).(string)
}

// html is all of the page, also what it does not show.
func (b *browser) html() string {
	b.t.Helper()
	return b.evaluate(`document.documentElement.outerHTML`).(string)
}

func (b *browser) path() string {
	b.t.Helper()
	return b.evaluate(`location.pathname + location.search`).(string)
}

// element is JavaScript for what a reader means by a name: the control of a label, a button or a link of that text, or what has that id
// or CSS selector. What is not shown, or is below something closed, is not found.
func element(name string) string {
	return `(name => {
		const says = e => (e.innerText || e.getAttribute("aria-label") || e.value || "").trim().replace(/\s+/g, " ");
		const shown = [...document.querySelectorAll("label, button, a, summary, input[type=submit]")].filter(e => e.checkVisibility());
		const named = shown.find(e => says(e) === name) || (/^[#.\[]/.test(name) && document.querySelector(name));
		if (!named) throw new Error("nothing is called " + name + " in:\n" + document.body.innerText);
		return named.tagName === "LABEL" && named.control || named;
	})(` + quote(name) + `)`
}

// click presses the mouse on an element and waits for nothing.
func (b *browser) click(name string) {
	b.t.Helper()
	at := b.evaluate(`(() => {
		const e = ` + element(name) + `;
		e.scrollIntoView({block: "center", behavior: "instant"});
		const box = e.getBoundingClientRect();
		return [box.x + box.width / 2, box.y + box.height / 2];
	})()`).([]any)
	for _, kind := range []string{"mousePressed", "mouseReleased"} {
		b.call("Input.dispatchMouseEvent", map[string]any{"type": kind, "x": at[0], "y": at[1], "button": "left", "clickCount": 1})
	}
}

// press clicks on what brings another page, and waits for it.
func (b *browser) press(name string) {
	b.t.Helper()
	b.comes(func() { b.click(name) })
}

// fill replaces what is in a field.
func (b *browser) fill(name, text string) {
	b.t.Helper()
	b.evaluate(`(() => { const e = ` + element(name) + `; e.focus(); e.select(); })()`)
	if text == "" {
		b.key("Delete")
		return
	}
	b.call("Input.insertText", map[string]any{"text": text})
}

// choose takes the option of that text.
func (b *browser) choose(name, option string) {
	b.t.Helper()
	b.evaluate(`(() => {
		const e = ` + element(name) + `;
		const option = [...e.options].find(o => o.text.trim() === ` + quote(option) + `);
		if (!option) throw new Error("no such option among " + e.innerText);
		e.value = option.value;
		e.dispatchEvent(new Event("change", {bubbles: true}));
	})()`)
}

// keys are those that are used, by what the protocol wants to know of them.
var keys = map[string]map[string]any{
	"Tab":    {"code": "Tab", "windowsVirtualKeyCode": 9},
	"Enter":  {"code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"},
	" ":      {"code": "Space", "windowsVirtualKeyCode": 32, "text": " "},
	"Delete": {"code": "Delete", "windowsVirtualKeyCode": 46},
	"Escape": {"code": "Escape", "windowsVirtualKeyCode": 27},
	"/":      {"code": "Slash", "windowsVirtualKeyCode": 191, "text": "/"},

	"ArrowUp":    {"code": "ArrowUp", "windowsVirtualKeyCode": 38},
	"ArrowDown":  {"code": "ArrowDown", "windowsVirtualKeyCode": 40},
	"ArrowRight": {"code": "ArrowRight", "windowsVirtualKeyCode": 39},
}

func (b *browser) key(name string) {
	b.t.Helper()
	for _, kind := range []string{"keyDown", "keyUp"} {
		event := map[string]any{"type": kind, "key": name}
		for member, value := range keys[name] {
			event[member] = value
		}
		b.call("Input.dispatchKeyEvent", event)
	}
}

// tabTo moves the focus with the keyboard alone until it is on an element, and fails where it cannot be seen there.
func (b *browser) tabTo(name string) {
	b.t.Helper()
	for range 100 {
		if b.evaluate(`document.activeElement === `+element(name)) == true {
			require.NotEqual(b.t, "none", b.evaluate(`getComputedStyle(document.activeElement).outlineStyle`), "the focus on %s is not seen", name)
			return
		}
		b.key("Tab")
	}
	require.Fail(b.t, "the keyboard does not get there", name)
}

// accessible fails with what axe finds that keeps somebody from using the page, by its options in JavaScript.
func (b *browser) accessible(options string) {
	b.t.Helper()
	if b.evaluate(`!window.axe`) == true {
		axe, err := os.ReadFile("../../tools/node_modules/axe-core/axe.min.js")
		require.NoError(b.t, err, "cd tools && npm ci")
		b.evaluate(string(axe) + "; undefined")
	}
	found := b.evaluate(`axe.run(document, ` + options + `).then(results => results.violations.flatMap(v =>
		v.nodes.map(n => v.id + ": " + n.html + "\n" + n.failureSummary)).join("\n\n"))`)
	require.Empty(b.t, found, "%s", b.path())
}

// looks sets what readers differ in.
func (b *browser) looks(feature, value string) {
	b.t.Helper()
	b.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": feature, "value": value}}})
}

// resize makes the window that wide, in pixels.
func (b *browser) resize(width int) {
	b.t.Helper()
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600})
}

// fits fails where a reader has to move the page sideways, with what is too wide.
func (b *browser) fits(width int) {
	b.t.Helper()
	b.resize(width)
	require.Empty(b.t, b.evaluate(`document.documentElement.scrollWidth <= innerWidth ? "" :
		[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth && !e.closest(".scroll, pre, svg, nav"))
			.map(e => e.outerHTML.slice(0, 200)).join("\n") || "something"`), "%s is wider than %d pixels", b.path(), width)
}

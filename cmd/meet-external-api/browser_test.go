// The browser of the tests: one headless Chromium for all of them, spoken to by the Chrome DevTools Protocol. What a reader does in it
// is in browser_tab_test.go.

package main

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// chromium is the running browser. Commands and answers go through two pipes, each ended by a null character; with the first one it ends.
type chromium struct {
	process *exec.Cmd
	profile string
	input   io.WriteCloser

	mutex   sync.Mutex
	next    int
	answers map[int]chan message
	tabs    map[string]*browser // by session
}

// message is what Chromium says: the answer to a command, or an event.
type message struct {
	ID        int
	SessionID string
	Method    string
	Params    struct {
		Request          struct{ URL string }
		Type             string
		Entry            struct{ Level, Text, URL string }
		ExceptionDetails struct{ Exception struct{ Description string } }
	}
	Result map[string]any
	Error  any
}

// theChromium is started by the first test that needs it, since that takes seconds, and ended by TestMain.
var (
	theChromium  = sync.OnceValues(startChromium)
	stopChromium = func() {}
)

func startChromium() (*chromium, error) {
	profile, err := os.MkdirTemp("", "meet-chromium-")
	if err != nil {
		return nil, err
	}
	toBrowser, input, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	output, fromBrowser, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	// Tabs of several tests are open at once, and none is to wait because another one is in front of it.
	process := exec.Command("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
		"--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding",
		"--window-size=1280,1600", "--remote-debugging-pipe", "--user-data-dir="+profile, "about:blank")
	process.ExtraFiles = []*os.File{toBrowser, fromBrowser}
	// Chromium is many processes; the group is all of them.
	process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := process.Start(); err != nil {
		return nil, err
	}
	_, _ = toBrowser.Close(), fromBrowser.Close()
	c := &chromium{process: process, profile: profile, input: input, answers: map[int]chan message{}, tabs: map[string]*browser{}}
	stopChromium = c.stop
	go c.listen(output)
	return c, nil
}

func (c *chromium) stop() {
	_ = syscall.Kill(-c.process.Process.Pid, syscall.SIGKILL)
	_ = c.process.Wait()
	_ = os.RemoveAll(c.profile)
}

// listen hands each message to who waits for it, until Chromium ends.
func (c *chromium) listen(output io.Reader) {
	messages := bufio.NewReader(output)
	for {
		text, err := messages.ReadBytes(0)
		if err != nil {
			return
		}
		var m message
		if json.Unmarshal(text[:len(text)-1], &m) != nil {
			continue // an event with parameters of another form
		}
		c.mutex.Lock()
		answer, tab := c.answers[m.ID], c.tabs[m.SessionID]
		delete(c.answers, m.ID)
		c.mutex.Unlock()
		switch {
		case answer != nil:
			answer <- m
		case tab != nil:
			tab.notice(m)
		}
	}
}

// call runs a command of the protocol, in a tab or, without a session, in the browser, and returns its result.
func (c *chromium) call(t *testing.T, session, method string, parameters map[string]any) map[string]any {
	t.Helper()
	answer := make(chan message, 1)
	c.mutex.Lock()
	c.next++
	id := c.next
	c.answers[id] = answer
	command := map[string]any{"id": id, "method": method, "params": parameters}
	if session != "" {
		command["sessionId"] = session
	}
	text, err := json.Marshal(command)
	if err == nil {
		_, err = c.input.Write(append(text, 0))
	}
	c.mutex.Unlock()
	require.NoError(t, err)
	select {
	case m := <-answer:
		require.Nil(t, m.Error, method)
		return m.Result
	case <-time.After(eventually):
		require.Fail(t, "chromium does not answer", method)
		return nil
	}
}

// startBrowser opens a tab with cookies and a clipboard of its own, until the test ends.
func startBrowser(t *testing.T) *browser {
	t.Helper()
	c, err := theChromium()
	require.NoError(t, err, "install it: apt-get install chromium")
	own := c.call(t, "", "Target.createBrowserContext", map[string]any{"disposeOnDetach": true})["browserContextId"]
	t.Cleanup(func() { c.call(t, "", "Target.disposeBrowserContext", map[string]any{"browserContextId": own}) })
	target := c.call(t, "", "Target.createTarget", map[string]any{"url": "about:blank", "browserContextId": own})["targetId"]
	session := c.call(t, "", "Target.attachToTarget", map[string]any{"targetId": target, "flatten": true})["sessionId"].(string)
	b := &browser{t: t, chromium: c, context: own.(string), session: session, loaded: make(chan struct{}, 100)}
	c.mutex.Lock()
	c.tabs[session] = b
	c.mutex.Unlock()
	for _, domain := range []string{"Page", "Network", "Runtime"} {
		b.call(domain+".enable", nil)
	}
	b.call("Emulation.setFocusEmulationEnabled", map[string]any{"enabled": true})
	b.call("Emulation.setScrollbarsHidden", map[string]any{"hidden": true})
	b.resize(1280)
	return b
}

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"
)

// logLines takes the log of a server and lets tests wait for a line of it.
type logLines struct {
	mutex   sync.Mutex
	changed *sync.Cond
	buffer  bytes.Buffer
	ended   bool
}

func newLogLines() *logLines {
	l := &logLines{}
	l.changed = sync.NewCond(&l.mutex)
	return l
}

func (l *logLines) Write(p []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	defer l.changed.Broadcast()
	return l.buffer.Write(p)
}

func (l *logLines) close() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.ended = true
	l.changed.Broadcast()
}

// find returns the first line with that message whose attributes include those given.
func (l *logLines) find(message string, attributes map[string]any) map[string]any {
	lines := bufio.NewScanner(strings.NewReader(l.buffer.String()))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line map[string]any
		if json.Unmarshal(lines.Bytes(), &line) != nil || line["msg"] != message {
			continue
		}
		fits := true
		for name, value := range attributes {
			fits = fits && line[name] == value
		}
		if fits {
			return line
		}
	}
	return nil
}

// faults are the last lines of requests that were answered with 500 or more: they say why.
func (l *logLines) faults() string {
	var found []string
	for line := range strings.Lines(l.String()) {
		if strings.Contains(line, `"status":5`) {
			found = append(found, line)
		}
	}
	return strings.Join(found[max(0, len(found)-10):], "")
}

func (l *logLines) wait(t testing.TB, message string) map[string]any {
	t.Helper()
	return l.waitFor(t, message, nil)
}

func (l *logLines) waitFor(t testing.TB, message string, attributes map[string]any) map[string]any {
	t.Helper()
	expired := false
	timer := time.AfterFunc(30*time.Second, func() {
		l.mutex.Lock()
		defer l.mutex.Unlock()
		expired = true
		l.changed.Broadcast()
	})
	defer timer.Stop()
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for {
		if line := l.find(message, attributes); line != nil {
			return line
		}
		if l.ended || expired {
			t.Fatalf("no line %q %v in the log:\n%s", message, attributes, l.buffer.String())
		}
		l.changed.Wait()
	}
}

func (l *logLines) String() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.buffer.String()
}

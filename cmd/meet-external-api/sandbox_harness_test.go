// What the tests of docs/sandbox.md have in common.

package main

import (
	"context"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"meet-external-api/db/dbtest"
	"meet-external-api/handlers"
)

// startSandbox runs a sandbox on a fresh database, which takes less time than an embedded one, and waits until it is ready.
func startSandbox(t *testing.T, faults []string, settings ...map[string]string) (s *instance, application credentials, introduction string) {
	t.Helper()
	box := &sandbox{dir: t.TempDir(), faults: faults}
	s, introduction = launchSandbox(t, dbtest.New(t), func(e environment) error { return listenAndServe(e, box) }, settings...)
	return s, readApplication(t, box.dir), introduction
}

// launchSandbox runs a sandbox until it has said how to use it, and returns that.
func launchSandbox(t *testing.T, dsn string, serve func(environment) error, settings ...map[string]string) (s *instance, introduction string) {
	t.Helper()
	introduced := make(introductions, 1)
	s = launch(t, dsn, func(e environment) error {
		e.stdout = introduced
		return serve(e)
	}, settings...)
	select {
	case introduction = <-introduced:
	case <-time.After(eventually):
		t.Fatalf("the sandbox does not say how to use it:\n%s", s.log)
	}
	return s, introduction
}

// introductions take what sandboxes print.
type introductions chan string

func (i introductions) Write(p []byte) (int, error) {
	i <- string(p)
	return len(p), nil
}

// readApplication returns the credentials that a sandbox has left in the directory.
func readApplication(t *testing.T, directory string) (made credentials) {
	t.Helper()
	require.NoError(t, readJSONFile(filepath.Join(directory, "application.json"), &made))
	return made
}

func faulty(list string) requestOption { return header("Sandbox-Fault", list) }

func inRun(name string) requestOption { return header("Sandbox-Run", name) }

// unanswered makes a request to which no answer comes.
func (s *instance) unanswered(t *testing.T, method, path string, options ...requestOption) {
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, s.url+handlers.BasePath+path, strings.NewReader(`{}`))
	require.NoError(t, err)
	request.GetBody = nil // net/http would ask once more by itself
	for _, option := range append(options, header("Content-Type", "application/json")) {
		option(request)
	}
	response, err := http.DefaultClient.Do(request)
	if err == nil {
		_ = response.Body.Close()
	}
	require.ErrorIs(t, err, io.EOF)
}

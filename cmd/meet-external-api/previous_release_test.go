//go:build history

// The test of docs/operate.md, "Upgrade": the release before works beside this one, on what this one has made of the database.

package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/auth/ratelimit/redistest"
	"meet-external-api/db/dbtest"
)

// previousRelease builds the program of the last release, as make build does. It returns the path; empty where there is none.
func previousRelease(t *testing.T) (path string) {
	t.Helper()
	run := func(dir, name string, arguments ...string) string {
		command := exec.Command(name, arguments...)
		command.Dir, command.Stderr = dir, os.Stderr
		command.Env = append(os.Environ(), "CGO_ENABLED=0")
		printed, err := command.Output()
		require.NoError(t, err, name)
		return strings.TrimSpace(string(printed))
	}
	release := run("../..", "tools/version.sh", "release")
	if release == "" {
		return ""
	}
	dir := t.TempDir()
	path, archive := filepath.Join(dir, "previous"), filepath.Join(dir, "archive")
	run("../..", "git", "archive", "--output="+archive, release)
	run(dir, "tar", "-xf", archive)
	run(dir, "go", "build", "-trimpath", "-buildvcs=false", "-pgo=cmd/meet-external-api/profile.pgo", "-o", path, "./cmd/meet-external-api")
	return path
}

// On one database and one Redis, with nothing else in common: each takes what the other has made. And the release before starts again
// where this one has been.
func TestBesideThePreviousRelease(t *testing.T) {
	t.Parallel()
	path := previousRelease(t)
	if path == "" {
		return // this is the first one
	}
	dsn := dbtest.New(t)
	env := map[string]string{
		"DATABASE_URL": dsn, "APPLICATION_JWT_SECRET_KEY": testKey, "REDIS_URL": redistest.Start(t).URL(), "EXTERNAL_API_DRAIN_SECONDS": "0",
		"EXTERNAL_API_TRUSTED_PROXIES": "127.0.0.0/8", "EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "4",
	}
	startPrevious := func() (process, *instance) {
		p := startProgram(t, path, env)
		url := p.url(t)
		p.log.wait(t, "ready")
		return p, &instance{t: t, dsn: dsn, url: url, api: externalAPI, log: p.log}
	}
	byPrevious := func(arguments ...string) (c credentials) {
		command := exec.Command(path, append(arguments, "--json")...)
		command.Stderr = os.Stderr
		for name, value := range env {
			command.Env = append(command.Env, name+"="+value)
		}
		printed, err := command.Output()
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(printed, &c))
		return c
	}
	work := func(c *caller) *caller {
		require.NoError(t, c.work())
		c.close()
		return c
	}
	const user, member = "user@example.com", "member@example.com"

	(&instance{t: t, dsn: dsn}).sql(`drop schema external_api cascade`)
	previousProcess, previous := startPrevious()
	for _, address := range []string{user, member} {
		byPrevious("user", "create", "--email="+address)
	}
	application := byPrevious(append([]string{"application", "create", "--name=Test", "--any-domain"}, allScopes...)...)
	callers := []*caller{work(newCaller(application, user, member, previous.url))}
	revoked := previous.token(application, user)

	next := startUnready(t, dsn, env)
	next.log.wait(t, "ready")
	for _, urls := range [][]string{{previous.url, next.url}, {next.url, previous.url}} { // each request is sent to either
		callers = append(callers, work(newCaller(application, user, member, urls...)))
	}
	require.Contains(t, []int{4, 5}, judged([]*instance{previous, next}, "192.0.2.1"), "they count together")
	rotated := application
	require.NoError(t, json.Unmarshal([]byte(next.cli("application", "rotate-secret", application.ID, "--json")), &rotated))
	require.NotEqual(t, application.Secret, rotated.Secret)
	made := next.application()
	for _, s := range []*instance{previous, next} {
		require.Equal(t, []int{200, 200}, []int{s.tokenStatus(rotated), s.tokenStatus(made)}, s.url)
		require.Equal(t, 200, s.get(roomsPath, bearer(revoked)).status, s.url)
	}
	next.cli("application", "revoke-tokens", application.ID)
	for _, s := range []*instance{previous, next} {
		require.Equal(t, 401, s.get(roomsPath, bearer(revoked)).status, s.url)
	}

	require.NoError(t, previousProcess.Process.Signal(syscall.SIGTERM))
	require.NoError(t, previousProcess.Wait())
	require.NotContains(t, previous.log.String(), "not ready")
	_, previous = startPrevious()
	callers = append(callers, work(newCaller(made, user, member, previous.url)))
	require.NotZero(t, requireAllWasDone(t, next.pool(), callers...))
}

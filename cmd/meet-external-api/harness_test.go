// The harness of the tests of the whole program: a server with a database of its own, requests to it, and each answer checked
// against the specification. Its log is in log_lines_test.go. What stands in for another server lies beside the tests that it was made for.

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"meet-external-api/auth"
	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

// TestMain lets tests start the program as a process of its own: this test binary, told to be it.
func TestMain(m *testing.M) {
	if os.Getenv("BE_THE_PROGRAM") != "" {
		main()
		return
	}
	dbtest.Main(specified{m}, func() { stopChromium() })
}

// What happens beside a test is looked for every tick, until eventually.
const (
	eventually = 30 * time.Second
	tick       = 5 * time.Millisecond
)

const testKey = "a-key-for-tests-that-is-long-enough-for-HS512-and-known-to-all-of-them"

// instance is a running server with a database of its own.
type instance struct {
	t   testing.TB
	dsn string
	env map[string]string
	// url is where it listens, and api what is asked there.
	url string
	api surface
	log *logLines

	poolOnce, trailOnce sync.Once
	poolOpen            *sqlx.DB
	trailOpen           *db.DB
}

// start runs `serve` on a fresh database and a free port, with settings beside the usual ones of tests, until the test
// ends, and waits until it is ready.
func start(t testing.TB, settings ...map[string]string) *instance {
	t.Helper()
	s := startUnready(t, dbtest.New(t), settings...)
	s.log.wait(t, "ready")
	return s
}

// replica runs `serve` once more on the same database, with other settings, and waits until it is ready.
func (s *instance) replica(settings ...map[string]string) *instance {
	s.t.Helper()
	another := startUnready(s.t, s.dsn, settings...)
	another.log.wait(s.t, "ready")
	return another
}

// startUnready runs `serve` on that database and waits until it listens.
func startUnready(t testing.TB, dsn string, settings ...map[string]string) *instance {
	t.Helper()
	return launch(t, dsn, serveCommand{}.Run, settings...)
}

// launch runs a server on that database and waits until it listens.
func launch(t testing.TB, dsn string, serve func(environment) error, settings ...map[string]string) *instance {
	t.Helper()
	s := &instance{t: t, dsn: dsn, api: externalAPI, log: newLogLines(), env: map[string]string{
		"DATABASE_URL":                   dsn,
		"APPLICATION_JWT_SECRET_KEY":     testKey,
		"EXTERNAL_API_LISTEN":            "127.0.0.1:0",
		"EXTERNAL_API_OPERATIONS_LISTEN": "127.0.0.1:0",
		"EXTERNAL_API_DRAIN_SECONDS":     "0",
		"EXTERNAL_API_LOG_FORMAT":        "json",
		// That of a process with one server is not for one with many.
		"GOMEMLIMIT": "off",
	}}
	for _, more := range settings {
		maps.Copy(s.env, more)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- serve(environment{ctx: ctx, env: s.env, stdout: io.Discard, stderr: s.log})
		s.log.close()
	}()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-ended)
		if t.Failed() {
			t.Log(s.log.faults())
		}
	})
	s.url = "http://" + s.log.wait(t, "listening")["address"].(string)
	return s
}

// cli runs another command on the same database and returns what it printed.
func (s *instance) cli(args ...string) string {
	s.t.Helper()
	return s.command(func(e environment) error { return run(e.ctx, args, e.env, e.stdout, e.stderr) })
}

// command is cli without the reading of a command line, which is most of what it takes.
func (s *instance) command(command func(environment) error) string {
	s.t.Helper()
	var stdout, stderr bytes.Buffer
	require.NoError(s.t, command(environment{context.Background(), s.env, &stdout, &stderr}), stderr.String())
	return stdout.String()
}

// sql runs a statement in the server's database.
func (s *instance) sql(statement string, args ...any) {
	s.t.Helper()
	_, err := s.pool().Exec(statement, args...)
	require.NoError(s.t, err)
}

// pool is for looking at the server's database past the server.
func (s *instance) pool() *sqlx.DB {
	s.t.Helper()
	s.poolOnce.Do(func() {
		var err error
		s.poolOpen, err = sqlx.Open("postgres", s.dsn)
		require.NoError(s.t, err)
		s.t.Cleanup(func() { _ = s.poolOpen.Close() })
	})
	return s.poolOpen
}

// credentials are those of an application.
type credentials struct {
	UUID   string `json:"id"`
	ID     string `json:"client_id"`
	Secret string `json:"client_secret"`
}

var allScopes = []string{
	"--scope=rooms:list", "--scope=rooms:retrieve", "--scope=rooms:create",
	"--scope=rooms:update", "--scope=rooms:delete", "--scope=rooms:grant-access",
}

// application registers an application; without flags it has all scopes and may act for anybody.
func (s *instance) application(flags ...string) credentials {
	s.t.Helper()
	var printed string
	if flags == nil {
		printed = s.command(applicationCreateCommand{Name: "Test", Scope: auth.Scopes, AnyDomain: true, JSON: true}.Run)
	} else {
		printed = s.cli(append([]string{"application", "create", "--name=Test", "--json"}, flags...)...)
	}
	var made credentials
	require.NoError(s.t, json.Unmarshal([]byte(printed), &made))
	return made
}

// user makes a user and returns its UUID.
func (s *instance) user(address string) string {
	s.t.Helper()
	var made struct{ ID string }
	require.NoError(s.t, json.Unmarshal([]byte(s.command(userCreateCommand{Email: address, JSON: true}.Run)), &made))
	return made.ID
}

// token gets a token for an application to act for an address, and for the scopes that stand beside it.
func (s *instance) token(c credentials, scope string) string {
	s.t.Helper()
	a := s.post("/application/token/", map[string]any{
		"client_id": c.ID, "client_secret": c.Secret, "grant_type": "client_credentials", "scope": scope,
	})
	require.Equal(s.t, 200, a.status, "%s", a.raw)
	return a.body["access_token"].(string)
}

// answer is what the server sent.
type answer struct {
	status int
	header http.Header
	raw    []byte
	body   map[string]any
}

// detail returns the member `detail` of the body.
func (a answer) detail() string {
	text, _ := a.body["detail"].(string)
	return text
}

// requestOption changes a request before it is sent.
type requestOption func(*http.Request)

func bearer(token string) requestOption {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
}

func header(name, value string) requestOption {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func (s *instance) get(path string, options ...requestOption) answer {
	s.t.Helper()
	return s.send(http.MethodGet, path, nil, options...)
}

func (s *instance) post(path string, body any, options ...requestOption) answer {
	s.t.Helper()
	return s.sendJSON(http.MethodPost, path, body, options...)
}

func (s *instance) patch(path string, body any, options ...requestOption) answer {
	s.t.Helper()
	return s.sendJSON(http.MethodPatch, path, body, options...)
}

// sendJSON sends a value as JSON, or a string as it is.
func (s *instance) sendJSON(method, path string, body any, options ...requestOption) answer {
	s.t.Helper()
	encoded, ok := body.(string)
	if !ok {
		data, err := json.Marshal(body)
		require.NoError(s.t, err)
		encoded = string(data)
	}
	options = append([]requestOption{header("Content-Type", "application/json")}, options...)
	return s.send(method, path, strings.NewReader(encoded), options...)
}

func (s *instance) postForm(path string, form url.Values, options ...requestOption) answer {
	s.t.Helper()
	options = append([]requestOption{header("Content-Type", "application/x-www-form-urlencoded")}, options...)
	return s.send(http.MethodPost, path, strings.NewReader(form.Encode()), options...)
}

// send makes a request below the base path and checks the answer against the specification.
func (s *instance) send(method, path string, body io.Reader, options ...requestOption) answer {
	s.t.Helper()
	a, request := s.sendAnywhere(method, s.api.basePath+path, body, options...)
	s.api.checkAnswer(s.t, request, a)
	return a
}

func (s *instance) sendAnywhere(method, path string, body io.Reader, options ...requestOption) (answer, *http.Request) {
	s.t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, s.url+path, body)
	require.NoError(s.t, err)
	for _, option := range options {
		option(request)
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(s.t, err)
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	require.NoError(s.t, err)
	a := answer{status: response.StatusCode, header: response.Header, raw: raw}
	_ = json.Unmarshal(raw, &a.body)
	require.NotEmpty(s.t, a.header.Get("X-Request-Id"))
	require.Equal(s.t, "nosniff", a.header.Get("X-Content-Type-Options"))
	require.Equal(s.t, "no-store", a.header.Get("Cache-Control"))
	return a, request
}

func hosted(host string) requestOption {
	return func(r *http.Request) { r.Host = host }
}

// reason is the code by which the log tells the operator why a request was refused.
func (s *instance) reason(t *testing.T, a answer) any {
	t.Helper()
	return s.log.waitFor(t, "request", map[string]any{"request_id": a.header.Get("X-Request-Id")})["reason"]
}

const (
	introspectPath = "/application/introspect/"
	revokePath     = "/application/revoke/"
)

const roomsPath = "/rooms/"

// roomServer is a server with one application, one user and a token for them.
func roomServer(t *testing.T, settings ...map[string]string) (s *instance, application credentials, user, token string) {
	t.Helper()
	s = start(t, settings...)
	application = s.application()
	user = s.user("user@example.com")
	return s, application, user, s.token(application, "user@example.com")
}

// seed stores a room as Meet would, in which the user has that role.
func (s *instance) seed(user, role, name string) string {
	s.t.Helper()
	id := uuid.NewString()
	s.sql(`insert into meet_resource (id, created_at, updated_at) values ($1, now(), now())`, id)
	s.sql(`insert into meet_room (resource_id, name, slug, configuration, access_level)
		values ($1, $2, $3, '{"later": {"b": 1, "a": [null]}}', 'public')`, id, name, id)
	s.sql(`insert into meet_resource_access (id, created_at, updated_at, role, resource_id, user_id)
		values ($1, now(), now(), $2, $3, $4)`, uuid.NewString(), role, id, user)
	return id
}

// names returns the names of the rooms of a page.
func names(a answer) []string {
	found := []string{}
	results, _ := a.body["results"].([]any)
	for _, room := range results {
		found = append(found, room.(map[string]any)["name"].(string))
	}
	return found
}

func (s *instance) tokenStatus(c credentials) int {
	s.t.Helper()
	return s.post(tokenPath, tokenRequest(c, nil)).status
}

// tokenPath is the token endpoint.
const tokenPath = "/application/token/"

// request returns the fields of a good token request, with some changed; nil takes a field out.
func tokenRequest(c credentials, changes map[string]any) map[string]any {
	fields := map[string]any{
		"client_id": c.ID, "client_secret": c.Secret, "grant_type": "client_credentials", "scope": "user@example.com",
	}
	maps.Copy(fields, changes)
	maps.DeleteFunc(fields, func(name string, _ any) bool {
		change, changed := changes[name]
		return changed && change == nil
	})
	return fields
}

// requireOAuthError checks the one body that serves OAuth libraries and clients of Meet.
func requireOAuthError(t *testing.T, a answer, status int, code, text string) {
	t.Helper()
	require.Equal(t, status, a.status, "%s", a.raw)
	require.Equal(t, code, a.body["error"])
	require.Equal(t, strings.ReplaceAll(text, `"`, "'"), a.body["error_description"], "RFC 6749, section 5.2, knows no quotation marks")
	require.Equal(t, text, a.detail())
}

// creation lets token requests create users.
var creation = map[string]string{
	"APPLICATION_ALLOW_USER_CREATION": "true", "OIDC_FALLBACK_TO_EMAIL_FOR_IDENTIFICATION": "true", "OIDC_USER_SUB_FIELD_IMMUTABLE": "false",
}

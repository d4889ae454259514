// The tests of docs/contract-tests.md: the contract tests of integrators find no fault with this server, and each fault with a wrong one.

package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/contracttest"
)

// contractServer is a server to test, and the environment of the tests.
func contractServer(t *testing.T, settings ...map[string]string) (s *instance, env map[string]string) {
	t.Helper()
	s = start(t, settings...)
	application := s.application()
	s.user("user@example.com")
	s.user("colleague@example.com")
	return s, map[string]string{
		"CLIENT_ID": application.ID, "CLIENT_SECRET": application.Secret, "USER_EMAIL": "user@example.com", "COLLEAGUE_EMAIL": "colleague@example.com",
	}
}

// contracttestOf runs the command, and returns its report and its error.
func contracttestOf(t *testing.T, api string, env map[string]string, flags ...string) (report contracttest.Report, err error) {
	t.Helper()
	var out bytes.Buffer
	err = run(t.Context(), append([]string{"contracttest", "--json", "--url", api + "/external-api/v1.0"}, flags...), env, &out, io.Discard)
	require.NoError(t, json.Unmarshal(out.Bytes(), &report), "%s %v", out.String(), err)
	return report, err
}

// brokenChecks are the names of the checks that did, with why.
func brokenChecks(report contracttest.Report) map[string]string {
	found := map[string]string{}
	for _, result := range report.Results {
		if result.Outcome == contracttest.Failed {
			found[result.Check] = result.Why
		}
	}
	return found
}

// This server keeps all of it, and no room is left.
func TestTheContractIsKept(t *testing.T) {
	t.Parallel()
	s, env := contractServer(t)
	file := filepath.Join(t.TempDir(), "results.xml")
	report, err := contracttestOf(t, s.url, env, "--junit", file)
	require.NoError(t, err)
	require.Empty(t, brokenChecks(report))
	require.Equal(t, len(report.Results), report.Count(contracttest.OK), "%v", report.Results)
	require.Empty(t, report.Left)
	require.False(t, report.Meet)
	var rooms int
	require.NoError(t, s.pool().Get(&rooms, `select count(*) from meet_room`))
	require.Zero(t, rooms)

	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var suite struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Cases    []struct {
			Name string `xml:"name,attr"`
		} `xml:"testcase"`
	}
	require.NoError(t, xml.Unmarshal(text, &suite))
	require.Equal(t, len(report.Results), suite.Tests)
	require.Len(t, suite.Cases, suite.Tests)
	require.NotContains(t, string(text), env["CLIENT_SECRET"])
}

// Of Meet's own server is asked what it promises, and the rest is said to be left out; so is what takes another user, or a scope.
func TestTheContractOfMeet(t *testing.T) {
	t.Parallel()
	s, env := contractServer(t)
	report, err := contracttestOf(t, s.url, env, "--meet")
	require.NoError(t, err)
	require.Positive(t, report.Count(contracttest.Skipped))
	require.Positive(t, report.Count(contracttest.OK))
	require.NotEmpty(t, report.Left, "Meet deletes no rooms")
	var rooms int
	require.NoError(t, s.pool().Get(&rooms, `select count(*) from meet_room`))
	require.Len(t, report.Left, rooms, "all are named")

	// A server that shows no specification is Meet's. This one changes no rooms, either.
	meet := wrongServer(t, s, func(r *http.Request) int {
		switch {
		case strings.Contains(r.URL.Path, "/openapi.") || strings.Contains(r.URL.Path, "/.well-known/"):
			return http.StatusNotFound
		case r.Method == http.MethodPatch:
			return http.StatusMethodNotAllowed
		}
		return 0
	}, nil)
	found, err := contracttestOf(t, meet, env)
	require.NoError(t, err)
	require.True(t, found.Meet)
	require.Contains(t, found.Results, contracttest.Result{
		Check: "a room is changed", Heading: "GET /rooms/{id}/", Outcome: contracttest.Skipped, Why: "this release of Meet changes no rooms",
	})

	limited := s.application("--any-domain", "--scope=rooms:list")
	few := maps.Clone(env)
	maps.Copy(few, map[string]string{"CLIENT_ID": limited.ID, "CLIENT_SECRET": limited.Secret, "COLLEAGUE_EMAIL": ""})
	report, err = contracttestOf(t, s.url, few)
	require.NoError(t, err)
	require.Empty(t, brokenChecks(report))
	require.Contains(t, fmt.Sprint(report.Results), "the application lacks rooms:create")
	require.Empty(t, report.Left)
}

// A server that is wrong in one way fails by the name of what it breaks.
func TestTheContractIsBroken(t *testing.T) {
	t.Parallel()
	// Each run has wrong credentials, and all runs together more than may fail in a minute.
	s, env := contractServer(t, map[string]string{"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "0"})
	without := func(name string) func(*http.Response, []byte) []byte {
		return func(r *http.Response, body []byte) []byte { r.Header.Del(name); return body }
	}
	ignoring := func(name string) func(*http.Request) int {
		return func(r *http.Request) int { r.Header.Del(name); return 0 }
	}
	replacing := func(old, with string) func(*http.Response, []byte) []byte {
		return func(_ *http.Response, body []byte) []byte { return bytes.ReplaceAll(body, []byte(old), []byte(with)) }
	}
	for way, broken := range map[string]struct {
		request func(*http.Request) int
		answer  func(*http.Response, []byte) []byte
		check   string
		// alone tells that no other check fails.
		alone bool
	}{
		"no X-Request-Id":             {nil, without("X-Request-Id"), "every answer has a request id", false},
		"no no-store":                 {nil, without("Cache-Control"), "every answer is not to be stored, nor guessed at", true},
		"no Location":                 {nil, without("Location"), "a creation is 201 with the URL of the room", false},
		"no Allow":                    {nil, without("Allow"), "another method is 405 with Allow", false},
		"no challenge":                {nil, without("WWW-Authenticate"), "a scope that the token lacks is named", false},
		"Idempotency-Key is ignored":  {ignoring("Idempotency-Key"), nil, "the same Idempotency-Key makes one room", false},
		"If-Match is ignored":         {ignoring("If-Match"), nil, "a change of a room that has changed is 412", true},
		"If-None-Match is ignored":    {ignoring("If-None-Match"), nil, "an unchanged room is 304", true},
		"Prefer is ignored":           {ignoring("Prefer"), nil, "strict handling names what is unknown", true},
		"a room without its slug":     {nil, replacing(`"slug":`, `"other":`), "a room is as the contract has it", false},
		"a detail in other words":     {nil, replacing("No Room matches", "There is no room that matches"), "a room that is not there is 404", false},
		"an attendee by another name": {nil, replacing(`{"attendees":{"1"`, `{"attendees":{"2"`), "an attendee that is no address is named by its index", true},
		"next is no URL":              {nil, replacing(`"next":"http`, `"next":"http://[::1`), "rooms are walked through by cursor", false},
		"a slash is redirected": {nil, func(r *http.Response, body []byte) []byte {
			if strings.HasSuffix(r.Request.URL.Path, "/rooms") {
				r.StatusCode = http.StatusMovedPermanently
				r.Header.Set("Location", r.Request.URL.Path+"/")
			}
			return body
		}, "a path does without its trailing slash", true},
		"a creation is 200": {nil, func(r *http.Response, body []byte) []byte {
			if r.StatusCode == http.StatusCreated {
				r.StatusCode = http.StatusOK
			}
			return body
		}, "a creation does without a body", false},
		"filters are ignored": {func(r *http.Request) int {
			query := r.URL.Query()
			query.Del("role")
			r.URL.RawQuery = query.Encode()
			return 0
		}, nil, "rooms are filtered", true},
		"a revocation does nothing": {func(r *http.Request) int {
			if strings.HasSuffix(r.URL.Path, "/revoke/") {
				return http.StatusOK
			}
			return 0
		}, nil, "a revoked token counts no more", false},
		"a deletion does nothing": {func(r *http.Request) int {
			if r.Method == http.MethodDelete {
				return http.StatusNoContent
			}
			return 0
		}, nil, "a room is deleted", false},
	} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			report, err := contracttestOf(t, wrongServer(t, s, broken.request, broken.answer), env)
			require.ErrorContains(t, err, "the contract is not kept")
			require.Contains(t, brokenChecks(report), broken.check)
			if broken.alone {
				require.Len(t, brokenChecks(report), 1, "%v", brokenChecks(report))
			}
			for _, why := range brokenChecks(report) {
				require.NotRegexp(t, `eyJ[\w-]+\.eyJ`, why, "tokens are not told")
				require.NotContains(t, why, env["CLIENT_SECRET"])
			}
		})
	}
}

// wrongServer is a proxy before a server that answers with a status by itself where request returns one, and changes the other answers.
func wrongServer(t *testing.T, s *instance, request func(*http.Request) int, answer func(*http.Response, []byte) []byte) string {
	t.Helper()
	target, err := url.Parse(s.url)
	require.NoError(t, err)
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = r.In.Host }}
	if answer != nil {
		proxy.ModifyResponse = func(r *http.Response) error {
			body, err := io.ReadAll(r.Body)
			body = answer(r, body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			r.ContentLength = int64(len(body))
			if r.Header.Get("Content-Length") != "" {
				r.Header.Set("Content-Length", fmt.Sprint(len(body)))
			}
			return err
		}
	}
	before := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if request != nil {
			if status := request(r); status != 0 {
				w.Header().Set("X-Request-Id", "wrong")
				w.WriteHeader(status)
				return
			}
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(before.Close)
	return before.URL
}

// What is missing, or no server, is said in a line; secrets are not taken from the command line.
func TestContracttestUsage(t *testing.T) {
	t.Parallel()
	fails := func(env map[string]string, args ...string) error {
		return run(t.Context(), append([]string{"contracttest"}, args...), env, io.Discard, io.Discard)
	}
	require.Equal(t, 2, exitCode(fails(nil), io.Discard))
	require.ErrorContains(t, fails(nil, "--url", "http://127.0.0.1:1"), "CLIENT_ID is not set")
	env := map[string]string{"CLIENT_ID": "a", "CLIENT_SECRET": "b", "USER_EMAIL": "c@example.com"}
	require.Equal(t, 1, exitCode(fails(env, "--url", "http://127.0.0.1:1"), io.Discard))
	require.Equal(t, 2, exitCode(fails(env, "--url", "http://127.0.0.1:1", "--client-secret", "b"), io.Discard))
	s := start(t)
	require.ErrorContains(t, fails(env, "--url", s.url+"/external-api/v1.0"), "there is no token: POST /application/token/: got 401")
}

// docs/contract-tests.md names each check, under its heading of the contract, and no other.
func TestContractTestsPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/contract-tests.md")
	require.NoError(t, err)
	contract, err := os.ReadFile("../../docs/contract.md")
	require.NoError(t, err)
	var table strings.Builder
	for _, c := range contracttest.Checks() {
		fmt.Fprintf(&table, "| %s | \"%s\" | %s |\n", c.Name, c.Heading, c.Mark)
		require.Regexp(t, `(?m)^#+ `+regexp.QuoteMeta(c.Heading), string(contract), c.Name)
	}
	require.Contains(t, string(page), table.String(), "the table is:\n%s", table.String())
}

// What the tests of docs/contract.md, "Google Meet's form", have in common.

package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	spec "meet-external-api"
	"meet-external-api/google"
)

// googleAPI has paths without a slash at their end, as Google's have none.
var googleAPI = func() surface {
	s := newSurface(google.BasePath, spec.GoogleYAML)
	s.slash, s.notFound, s.blamed = "", googleError(404, "NOT_FOUND", "Not found."), violated
	return s
}()

// violated returns the first part of each path in the violations of an error.
func violated(body map[string]any) (names []string) {
	failed, _ := body["error"].(map[string]any)
	details, _ := failed["details"].([]any)
	for _, detail := range details {
		violations, _ := detail.(map[string]any)["fieldViolations"].([]any)
		for _, violation := range violations {
			field, _ := violation.(map[string]any)["field"].(string)
			name, _, _ := strings.Cut(field, ".")
			names = append(names, name)
		}
	}
	return names
}

// google is the server as Google's clients reach it: requests go to that API, and each answer is checked against its specification.
func (s *instance) google() *instance {
	return &instance{t: s.t, dsn: s.dsn, env: s.env, url: s.url, api: googleAPI, log: s.log}
}

// googleServer is a server with one application, one user, and a token for them.
func googleServer(t *testing.T, settings ...map[string]string) (g, s *instance, user, token string) {
	t.Helper()
	s, _, user, token = roomServer(t, settings...)
	return s.google(), s, user, token
}

const spacesPath = "/v2/spaces"

// googleError is the body of an error, without details.
func googleError(code float64, status, message string) map[string]any {
	return map[string]any{"error": map[string]any{"code": code, "status": status, "message": message}}
}

// badRequest is the body of an error that is about fields: pairs of a path, which may be empty, and what is wrong with it.
func badRequest(message string, violations ...[2]string) map[string]any {
	list := []any{}
	for _, v := range violations {
		violation := map[string]any{"description": v[1]}
		if v[0] != "" {
			violation["field"] = v[0]
		}
		list = append(list, violation)
	}
	body := googleError(400, "INVALID_ARGUMENT", message)
	body["error"].(map[string]any)["details"] = []any{map[string]any{
		"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": list,
	}}
	return body
}

func requireGoogleError(t *testing.T, a answer, code float64, status, message string) {
	t.Helper()
	require.Equal(t, int(code), a.status, "%s", a.raw)
	require.Equal(t, googleError(code, status, message), a.body)
}

// conferences plays the LiveKit that has some rooms open, and closes them.
type conferences struct {
	open     sync.Map
	settings map[string]string
}

func newConferences(t *testing.T) *conferences {
	t.Helper()
	c := &conferences{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request struct{ Room string }
		_ = json.NewDecoder(r.Body).Decode(&request)
		switch _, isOpen := c.open.LoadAndDelete(request.Room); {
		case !strings.HasSuffix(r.URL.Path, "/DeleteRoom"):
			http.Error(w, `{"code":"bad_route"}`, http.StatusNotFound)
		case request.Room == "" || !isOpen:
			http.Error(w, `{"code":"not_found","msg":"requested room does not exist"}`, http.StatusNotFound)
		default:
			_, _ = w.Write([]byte(`{}`))
		}
	}))
	t.Cleanup(server.Close)
	c.settings = map[string]string{
		"LIVEKIT_API_URL": server.URL, "LIVEKIT_API_KEY": "the-key", "LIVEKIT_API_SECRET": "the-secret-of-livekit-of-32-bytes",
	}
	return c
}

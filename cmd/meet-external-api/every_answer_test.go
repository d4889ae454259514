// The tests of docs/contract.md, "Conventions": what every operation of a specification answers, whatever it does.

package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	spec "meet-external-api"
	"meet-external-api/auth/secret"
	"meet-external-api/db/dbtest"
)

// asks sends a request for an operation, with a body that has what each of them needs.
func (s *instance) asks(o asked, body any, options ...requestOption) answer {
	s.t.Helper()
	if o.RequestBody == nil {
		return s.send(o.method, o.path, nil, options...)
	}
	return s.sendJSON(o.method, o.path, body, options...)
}

// everyAnswer looks for the answers that depend on the request alone, in the order of checks.
func everyAnswer(t *testing.T, s *instance, o asked, body any, good requestOption) {
	t.Helper()
	require.Equal(t, 405, s.send(http.MethodPut, o.path, nil, good).status, o.OperationID)
	if o.RequestBody != nil {
		require.Equal(t, 413, s.sendJSON(o.method, o.path, strings.Repeat(" ", 65_537), good).status, o.OperationID)
		a := s.sendJSON(o.method, o.path, "x", good, header("Content-Type", "text/plain"))
		require.Equal(t, 415, a.status, o.OperationID)
		require.Equal(t, `Unsupported media type "text/plain" in request.`, a.detail())
	}
	o.path += "?filter=x"
	strict := s.asks(o, body, good, header("Prefer", "handling=strict"))
	require.Equal(t, 400, strict.status, o.OperationID)
	require.Contains(t, strict.body, "filter")
}

func TestAnswersOfEveryOperation(t *testing.T) {
	t.Parallel()
	g, dsn := newGate(t, dbtest.New(t), true)
	s := startUnready(t, dsn, newProvider(t).settings(), map[string]string{
		"EXTERNAL_API_OIDC_FAILURES_PER_MINUTE": "1", "EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "1",
	})
	s.log.wait(t, "ready")
	s.user("user@example.com")
	application, wrong := s.application(), s.application()
	wrong.Secret = "wrong"
	token, scopeless := s.token(application, "user@example.com"), s.token(s.application("--any-domain"), "user@example.com")
	body := tokenRequest(application, map[string]any{"token": token, "email": "bob@example.com"})
	guess := func(o asked) int { return s.asks(o, body, bearer(uuid.NewString())).status }
	require.Equal(t, []int{401, 401}, []int{s.tokenStatus(wrong), s.get(roomsPath, bearer(uuid.NewString())).status}, "the first failures")
	operations := operationsOf(t, spec.YAML)
	for _, o := range operations {
		everyAnswer(t, s, o, body, bearer(token))
	}
	// The others know nothing of the database.
	operations = slices.DeleteFunc(operations, func(o asked) bool { return o.Responses.Value("503") == nil })
	for _, o := range operations {
		if o.scope == "" {
			require.Equal(t, 429, s.asks(o, tokenRequest(wrong, map[string]any{"token": token})).status, o.OperationID)
			continue
		}
		require.Equal(t, 401, s.asks(o, body).status, o.OperationID)
		require.Equal(t, 403, s.asks(o, body, bearer(scopeless)).status, o.OperationID)
		require.Equal(t, 429, guess(o), o.OperationID)
	}
	s.sql(`alter table meet_application alter column is_active type integer using 5`)
	for _, o := range operations {
		require.Equal(t, 500, s.asks(o, body, bearer(token)).status, o.OperationID)
	}
	g.set(false)
	for _, o := range operations {
		require.Equal(t, 503, s.asks(o, body, bearer(token)).status, o.OperationID)
	}
}

func TestAnswersOfEveryOperationOfOperators(t *testing.T) {
	t.Parallel()
	g, dsn := newGate(t, dbtest.New(t), true)
	ready := startUnready(t, dsn, map[string]string{"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "1", "EXTERNAL_API_TRUSTED_PROXIES": "127.0.0.1"})
	ready.log.wait(t, "ready")
	s := ready.operations()
	_, token := s.operatorToken("--write")
	body := map[string]any{"name": "Calendar"}
	guess := func(o asked) int {
		return s.asks(o, body, bearer(secret.NewOperatorToken()), header("X-Forwarded-For", "192.0.2.1")).status
	}
	operations := operationsOf(t, spec.OperatorYAML)
	require.Equal(t, 401, guess(operations[0]))
	for _, o := range operations {
		everyAnswer(t, s, o, body, bearer(token))
		require.Equal(t, 429, guess(o), o.OperationID)
	}
	s.sql(`alter table external_api.operator_token alter column expires_at type integer using 5`)
	for _, o := range operations {
		require.Equal(t, 500, s.asks(o, body, bearer(token)).status, o.OperationID)
	}
	g.set(false)
	for _, o := range operations {
		require.Equal(t, 503, s.asks(o, body, bearer(token)).status, o.OperationID)
	}
}

// The tests of docs/contract.md, "Operators": tokens of the operators' API, and where it is.

package main

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	spec "meet-external-api"
	"meet-external-api/auth/secret"
	"meet-external-api/handlers"
	"meet-external-api/operator/api"
)

// asked is an operation of a specification, with a path that could be there, and that path as the specification has it.
type asked struct {
	*openapi3.Operation
	method, path, scope, template string
}

// operationsOf are all operations of a specification, in the order of their paths.
func operationsOf(t *testing.T, specification []byte) (all []asked) {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromData(specification)
	require.NoError(t, err)
	paths := document.Paths.Map()
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		for method, operation := range paths[path].Operations() {
			filled := strings.NewReplacer("{id}", uuid.NewString(), "{secret_id}", "3f9a0c51d2be", "{access_id}", uuid.NewString()).Replace(path)
			scope, _ := operation.Extensions["x-required-scope"].(string)
			all = append(all, asked{operation, method, filled, scope, path})
		}
	}
	require.Greater(t, len(all), 10)
	return all
}

// Every operation asks for a token that counts, and those that change something for one that may write.
func TestEveryOperationOfOperatorsTakesAToken(t *testing.T) {
	t.Parallel()
	s := start(t, map[string]string{"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "0"}).operations()
	_, reads := s.operatorToken()
	_, writes := s.operatorToken("--write")
	expired, ended := s.operatorToken("--write")
	s.sql(`update external_api.operator_token set expires_at = now() where id = $1`, expired)
	revoked, gone := s.operatorToken("--write")
	s.cli("operator", "revoke-token", revoked)
	own := start(t)
	application := own.application()
	own.user("user@example.com")

	const invalid = `Bearer error="invalid_token"`
	for _, o := range operationsOf(t, spec.OperatorYAML) {
		for _, refused := range []struct {
			sent                    string
			status                  int
			challenge, text, reason string
		}{
			{"", 401, "Bearer", "Authentication credentials were not provided.", "no_bearer_token"},
			{"Basic dGVycmFmb3JtOng=", 401, "Bearer", "Authentication credentials were not provided.", "no_bearer_token"},
			{"Bearer", 401, "Bearer", "Invalid token header.", "bearer_without_token"},
			{"Bearer " + writes + " " + writes, 401, invalid, "Invalid token header.", "bearer_header"},
			{"Bearer meetop_" + strings.Repeat("a", 49), 401, invalid, "Invalid token.", "operator_token_wrong"},
			{"Bearer " + secret.NewOperatorToken(), 401, invalid, "Invalid token.", "operator_token_wrong"},
			{"Bearer " + gone, 401, invalid, "Invalid token.", "operator_token_wrong"},
			{"Bearer " + ended, 401, invalid, "Token expired.", "operator_token_expired"},
			{"Bearer " + own.token(application, "user@example.com"), 401, invalid, "Invalid token.", "operator_token_wrong"},
		} {
			a := s.send(o.method, o.path, nil, header("Authorization", refused.sent))
			require.Equal(t, refused.status, a.status, "%s %q: %s", o.OperationID, refused.sent, a.raw)
			require.Equal(t, refused.challenge, a.header.Get("WWW-Authenticate"))
			require.Equal(t, refused.text, a.detail())
			require.Equal(t, refused.reason, s.reason(t, a))
		}
		a := s.send(o.method, o.path, nil, bearer(reads))
		if o.scope == "write" {
			require.Equal(t, 403, a.status, "%s: %s", o.OperationID, a.raw)
			require.Equal(t, `Bearer error="insufficient_scope", scope="write"`, a.header.Get("WWW-Authenticate"))
			require.Equal(t, "This token is for reading.", a.detail())
			require.Equal(t, "write_scope_missing", s.reason(t, a))
		}
		require.NotContains(t, []int{401, 403}, s.send(o.method, o.path, nil, bearer(writes)).status, o.OperationID)
		require.Equal(t, o.method == http.MethodGet, o.scope == "read", "what only reads is GET")
	}
}

// Nothing of the operators' API is where applications call, and nothing of theirs where operators do.
func TestTheTwoAPIsAreApart(t *testing.T) {
	t.Parallel()
	public := start(t)
	s := public.operations()
	_, token := s.operatorToken("--write")
	for base, other := range map[string]struct {
		s             *instance
		specification []byte
	}{api.BasePath: {public, spec.OperatorYAML}, handlers.BasePath: {s, spec.YAML}} {
		paths := []asked{{method: "GET", path: "/openapi.yaml"}, {method: "GET", path: "/openapi.json"}, {method: "GET", path: "/docs/"}, {method: "GET", path: "/"}}
		for _, o := range append(paths, operationsOf(t, other.specification)...) {
			a, _ := other.s.sendAnywhere(o.method, base+o.path, nil, bearer(token))
			require.Equal(t, 404, a.status, o.path)
			require.Equal(t, "Not found.", a.detail())
		}
	}
	for _, path := range []string{"/__heartbeat__", "/__lbheartbeat__", handlers.MetadataPath} {
		a, _ := s.sendAnywhere("GET", path, nil)
		require.Equal(t, 404, a.status, path)
	}
}

// The server answers the specification itself, as the caller reached it.
func TestTheSpecificationForOperators(t *testing.T) {
	t.Parallel()
	s := start(t).operations()
	for _, name := range []string{"openapi.yaml", "openapi.json"} {
		a := s.get("/" + name)
		require.Equal(t, 200, a.status)
		document, err := openapi3.NewLoader().LoadFromData(a.raw)
		require.NoError(t, err)
		require.Equal(t, "La Suite Meet external API for operators", document.Info.Title)
		require.Equal(t, s.url+api.BasePath, document.Servers[0].URL)
	}
}

func TestWrongTokensAreLimitedByAddress(t *testing.T) {
	t.Parallel()
	s, right := operatorServer(t, map[string]string{
		"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "3", "EXTERNAL_API_TRUSTED_PROXIES": "127.0.0.1",
	})
	from := func(address string) requestOption { return header("X-Forwarded-For", address) }
	for range 3 {
		require.Equal(t, 401, s.get(applicationsPath, bearer(secret.NewOperatorToken()), from("192.0.2.1")).status)
	}
	for _, option := range []requestOption{bearer(secret.NewOperatorToken()), right} {
		refused := s.get(applicationsPath, option, from("192.0.2.1"))
		require.Equal(t, 429, refused.status)
		require.NotEmpty(t, refused.header.Get("Retry-After"))
		require.Equal(t, "operator_token_failures_per_address", s.reason(t, refused))
	}
	for range 5 { // what counts is not counted
		require.Equal(t, 200, s.get(applicationsPath, right, from("192.0.2.2")).status)
	}
	require.Equal(t, 401, s.get(applicationsPath, from("192.0.2.1")).status, "no token is no failure")
}

// The tests of docs/contract.md, "Conventions": `Prefer: handling=strict`.

package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	spec "meet-external-api"
)

const applied = "Preference-Applied"

var strict = header("Prefer", "handling=strict")

// extra is what the caller is told of an unknown name.
var extra = []any{"Extra inputs are not permitted"}

// Every operation of openapi.yaml knows the preference, and says so in each answer, whatever that is.
func TestStrictHandlingOfEveryOperation(t *testing.T) {
	t.Parallel()
	s, application, _, token := roomServer(t)
	bodies := map[string]any{
		"generateToken": tokenRequest(application, nil), "introspectToken": about(application, token), "revokeToken": about(application, "x"),
		"grantAccess": map[string]any{"email": "bob@example.com"},
	}
	document, err := openapi3.NewLoader().LoadFromData(spec.YAML)
	require.NoError(t, err)
	filled := strings.NewReplacer("{id}", uuid.NewString(), "{access_id}", uuid.NewString())
	for template, item := range document.Paths.Map() {
		for method, operation := range item.Operations() {
			path, body := filled.Replace(template), bodies[operation.OperationID]
			lenient := s.sendJSON(method, path+"?unheard=of", body, bearer(token))
			require.NotEqual(t, 400, lenient.status, "%s %s: %s", method, path, lenient.raw)
			require.Empty(t, lenient.header.Get(applied))

			known := s.sendJSON(method, path, body, bearer(token), strict)
			require.Equal(t, lenient.status, known.status, "%s %s", method, path)
			require.Equal(t, "handling=strict", known.header.Get(applied), "%s %s", method, path)

			unknown := s.sendJSON(method, path+"?unheard=of", body, bearer(token), strict)
			require.Equal(t, 400, unknown.status, "%s %s", method, path)
			require.Equal(t, extra, unknown.body["unheard"])
			require.Equal(t, "handling=strict", unknown.header.Get(applied))
		}
	}
}

func TestStrictHandlingOfBodies(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t)
	room := "/rooms/" + s.seed(user, "owner", "Board") + "/"
	for body, want := range map[string]string{
		`{"name": 1}`: `{"name": ["Extra inputs are not permitted"]}`,
		`{"name": null, "ACCESS_LEVEL": "trusted", "": {}}`: `{"name": ["Extra inputs are not permitted"], "ACCESS_LEVEL": ["Extra inputs are not permitted"],
			"": ["Extra inputs are not permitted"]}`,
		// All at once, with what is wrong otherwise.
		`{"name": "x", "access_level": "secret", "configuration": {"color": 1}, "attendees": [1], "expires_at": 5}`: `{
			"name": ["Extra inputs are not permitted"], "access_level": ["\"secret\" is not a valid choice."], "expires_at": ["Not a valid string."],
			"configuration": ["color: Extra inputs are not permitted"], "attendees": {"0": ["Not a valid string."]}}`,
		// They have another meaning in the answer.
		`{"detail": 1, "error": 2, "error_description": 3}`: `{"non_field_errors": ["detail: Extra inputs are not permitted",
			"error: Extra inputs are not permitted", "error_description: Extra inputs are not permitted"]}`,
		`{"non_field_errors": 1}`: `{"non_field_errors": ["Extra inputs are not permitted"]}`,
	} {
		for _, a := range []answer{s.post(roomsPath, body, bearer(token), strict), s.patch(room, body, bearer(token), strict)} {
			require.Equal(t, 400, a.status)
			require.JSONEq(t, want, string(a.raw))
			require.Equal(t, "invalid_fields", s.reason(t, a))
		}
	}
	for _, body := range []string{"", "null", "{}", `{"access_level": "trusted", "configuration": {}}`} {
		require.Equal(t, 201, s.post(roomsPath, body, bearer(token), strict).status)
		require.Equal(t, 200, s.patch(room, body, bearer(token), strict).status)
	}
	lenient := s.post(roomsPath, `{"name": 1}`, bearer(token), header("Prefer", "handling=lenient, handling=strict"))
	require.Equal(t, 201, lenient.status)
	require.Empty(t, lenient.header.Get(applied))
	several := s.post(roomsPath, `{"name": 1}`, bearer(token), func(r *http.Request) {
		r.Header["Prefer"] = []string{"respond-async, wait=10", `Handling="strict"; x=y`}
	})
	require.Equal(t, map[string]any{"name": extra}, several.body)
}

// A body can have thousands of unknown members, and long ones.
func TestManyUnknownNames(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	many := map[string]any{strings.Repeat("a", 10_000): 1}
	for i := range 3000 {
		many[fmt.Sprintf("b%04d", i)] = 1
	}
	a := s.post(roomsPath, many, bearer(token), strict)
	require.Equal(t, 400, a.status)
	want := []string{strings.Repeat("a", 100) + "…"}
	for i := range 19 {
		want = append(want, fmt.Sprintf("b%04d", i))
	}
	require.Equal(t, want, slices.Sorted(maps.Keys(a.body)))
	require.Equal(t, extra, a.body["b0000"])
}

func TestStrictHandlingOfQueries(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	for query, want := range map[string]string{
		"x=1":                        `{"x": ["Extra inputs are not permitted"]}`,
		"x=&y&page=":                 `{"x": ["Extra inputs are not permitted"], "y": ["Extra inputs are not permitted"]}`,
		"x=1&x=2":                    `{"x": ["Extra inputs are not permitted"]}`,
		"Page=1":                     `{"Page": ["Extra inputs are not permitted"]}`,
		"access_level[]=public":      `{"access_level[]": ["Extra inputs are not permitted"]}`,
		"=":                          `{"": ["Extra inputs are not permitted"]}`,
		"%ff=1":                      `{"\ufffd": ["Extra inputs are not permitted"]}`,
		"x=1&page_size=0&role=boss":  `{"x": ["Extra inputs are not permitted"], "page_size": ["Ensure this value is greater than or equal to 1."], "role": ["\"boss\" is not a valid choice."]}`,
		"created_at=2026&slug=a%00b": `{"created_at": ["Extra inputs are not permitted"], "slug": ["Null characters are not allowed."]}`,
	} {
		a := s.get(roomsPath+"?"+query, bearer(token), strict)
		require.Equal(t, 400, a.status, query)
		require.JSONEq(t, want, string(a.raw), query)
	}
	require.Equal(t, 200, s.get(roomsPath+"?page=1&page_size=5&slug=x&role=owner&access_level=public&created_by=me", bearer(token), strict).status)
	both := s.post(roomsPath+"?name=x&access_level=public", `{"name": 1, "access_level": "secret"}`, bearer(token), strict)
	require.Equal(t, 400, both.status)
	require.JSONEq(t, `{"name": ["Extra inputs are not permitted"],
		"access_level": ["Extra inputs are not permitted", "\"secret\" is not a valid choice."]}`, string(both.raw))
}

func TestStrictHandlingOfOAuth(t *testing.T) {
	t.Parallel()
	s, application, _, token := roomServer(t)
	ask := map[string]map[string]any{tokenPath: tokenRequest(application, nil), introspectPath: about(application, token), revokePath: about(application, "x")}
	const text = "audience: Extra inputs are not permitted"
	for path, fields := range ask {
		form := url.Values{}
		for name, value := range fields {
			form.Set(name, value.(string))
		}
		require.Equal(t, 200, s.post(path, fields, strict).status)
		require.Equal(t, 200, s.postForm(path, form, strict).status)
		fields["audience"] = "x"
		form.Set("audience", "x")
		require.Equal(t, 200, s.post(path, fields).status)
		require.Equal(t, 200, s.postForm(path, form).status)
		for _, a := range []answer{s.post(path, fields, strict), s.postForm(path, form, strict)} {
			requireOAuthError(t, a, 400, "invalid_request", text)
			require.Equal(t, extra, a.body["audience"])
			require.Equal(t, "handling=strict", a.header.Get(applied))
		}
		delete(fields, "audience")
		query := s.post(path+"?audience=x", fields, strict)
		requireOAuthError(t, query, 400, "invalid_request", text)
	}
	several := s.post(tokenPath, tokenRequest(application, map[string]any{"scope": nil, "detail": "x", "error": "y"}), strict)
	requireOAuthError(t, several, 400, "invalid_request",
		"non_field_errors: detail: Extra inputs are not permitted error: Extra inputs are not permitted scope: This field is required.")
	refused := s.post(tokenPath, tokenRequest(application, map[string]any{"client_secret": "wrong"}), strict)
	require.Equal(t, 401, refused.status)
	require.Equal(t, "handling=strict", refused.header.Get(applied))
}

// It says what was done with a request: not with one that is not let in.
func TestPreferenceIsNotAppliedWithoutAuthentication(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.get(roomsPath+"?x=1", strict)
	require.Equal(t, 401, a.status)
	require.Empty(t, a.header.Get(applied))
	require.Empty(t, a.header.Values("Vary"), "no cache keeps it, and so none is told by what it differs")
	require.True(t, json.Valid(a.raw))
}

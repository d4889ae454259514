// The tests of docs/contract.md, "Operators": applications through the operators' API.

package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const applicationsPath = "/applications/"

func (s *instance) delete(path string, options ...requestOption) answer {
	s.t.Helper()
	return s.send(http.MethodDelete, path, nil, options...)
}

// What Terraform does: create, read, find nothing to change, change, and delete.
func TestAnApplicationIsDeclared(t *testing.T) {
	t.Parallel()
	s, terraform := operatorServer(t)
	declared := map[string]any{"name": "Calendar & co", "scopes": []string{"rooms:create", "rooms:list"}, "domains": []string{"Example.com"}}
	made := s.post(applicationsPath, declared, terraform)
	require.Equal(t, 201, made.status, "%s", made.raw)
	require.Contains(t, string(made.raw), "Calendar & co")
	require.Regexp(t, `^meetapp_[A-Za-z0-9]{134}$`, made.body["client_secret"])
	require.Equal(t, []any{"example.com"}, made.body["domains"])
	require.Equal(t, false, made.body["any_domain"])
	path := applicationsPath + made.body["id"].(string) + "/"
	require.Equal(t, s.url+s.api.basePath+path, made.header.Get("Location"))

	delete(made.body, "client_secret")
	for _, id := range []string{made.body["id"].(string), made.body["client_id"].(string)} {
		read := s.get(applicationsPath+id, terraform)
		require.Equal(t, 200, read.status)
		require.Equal(t, made.body, read.body, "what was made is what is there")
	}
	require.Subset(t, show(t, s.env, made.body["id"].(string)), made.body, "the command line says the same")

	again := s.patch(path, made.body, terraform)
	require.Equal(t, 200, again.status, "%s", again.raw)
	require.Equal(t, made.body, again.body, "what was read changes nothing when it is sent back")

	for range 2 { // the second time it changes nothing
		changed := s.patch(path, map[string]any{"domains": []string{"example.org"}, "visibility": "own", "is_active": false}, terraform)
		require.Equal(t, 200, changed.status, "%s", changed.raw)
		require.Equal(t, []any{[]any{"example.org"}, "own", false, made.body["scopes"]},
			[]any{changed.body["domains"], changed.body["visibility"], changed.body["is_active"], changed.body["scopes"]})
	}
	goes := s.get(path+"deletion/", terraform)
	require.Equal(t, map[string]any{"secrets": 1.0, "tokens": 0.0, "rooms": 0.0}, goes.body)
	gone := s.delete(path, terraform)
	require.Equal(t, 200, gone.status)
	require.Equal(t, goes.body, gone.body)
	for _, a := range []answer{s.get(path, terraform), s.delete(path, terraform), s.patch(path, declared, terraform)} {
		require.Equal(t, 404, a.status)
		require.Equal(t, "No application has this client_id or UUID.", a.detail())
	}
}

// A creation whose answer was lost is repeated with its id, and makes one application.
func TestACreationByOperatorsIsRepeated(t *testing.T) {
	t.Parallel()
	s, authorized := operatorServer(t)
	wanted := map[string]any{"id": "3b241101-e2bb-4255-8caf-4136c566a962", "name": "Calendar", "any_domain": true}
	made := s.post(applicationsPath, wanted, authorized)
	require.Equal(t, 201, made.status, "%s", made.raw)
	require.Equal(t, []any{wanted["id"], true, []any{}, []any{}}, []any{made.body["id"], made.body["any_domain"], made.body["domains"], made.body["scopes"]})
	again := s.post(applicationsPath, wanted, authorized)
	require.Equal(t, 409, again.status)
	require.Equal(t, "An application with this UUID is registered already.", again.detail())
	require.Equal(t, "application_exists", s.reason(t, again))
	require.Len(t, s.get(applicationsPath, authorized).body["results"], 1)
}

func TestOperatorsListApplications(t *testing.T) {
	t.Parallel()
	s, authorized := operatorServer(t)
	for _, name := range []string{"Calendar", "calendar of another", "Chat", "Booking", "Bot"} {
		s.application("--name="+name, "--any-domain")
	}
	s.sql(`update meet_application set is_active = false where name = 'Chat'`)
	for query, found := range map[string][]string{
		"":                                 {"Booking", "Bot", "Calendar", "Chat", "calendar of another"},
		"?search=CALENDAR":                 {"Calendar", "calendar of another"},
		"?search=CALENDAR&state=active":    {"Calendar", "calendar of another"},
		"?state=inactive":                  {"Chat"},
		"?state=active&search=bOOk":        {"Booking"},
		"?search=nobody%25":                {},
		"?search=&state=&page_size=&after": {"Booking", "Bot", "Calendar", "Chat", "calendar of another"},
	} {
		a := s.get(applicationsPath+query, authorized)
		require.Equal(t, 200, a.status, "%s", a.raw)
		require.ElementsMatch(t, found, names(a), query)
		require.Nil(t, a.body["next"])
	}
	var walked []string
	url := s.url + s.api.basePath + applicationsPath + "?page_size=2&state=active"
	for pages := 0; url != ""; pages++ {
		require.Less(t, pages, 3)
		path := strings.TrimPrefix(url, s.url+s.api.basePath)
		a := s.get(path, authorized)
		require.Equal(t, 200, a.status, "%s", a.raw)
		require.NotContains(t, string(a.raw), "secrets")
		walked = append(walked, names(a)...)
		url, _ = a.body["next"].(string)
	}
	require.ElementsMatch(t, []string{"Booking", "Bot", "Calendar", "calendar of another"}, walked)
}

// What cannot be is refused by name, all of it at once, and nothing is done.
func TestOperatorsAreToldWhatIsWrong(t *testing.T) {
	t.Parallel()
	s, authorized := operatorServer(t)
	made := s.post(applicationsPath, map[string]any{"name": "Calendar", "domains": []string{"example.com"}}, authorized)
	path := applicationsPath + made.body["id"].(string) + "/"
	const missing = "Without domains an application may act for everybody: name domains, or say that any domain is meant."
	keys := map[string]any{"keys": []any{map[string]any{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}}}
	for _, c := range []struct {
		method, path string
		body         any
		status       int
		answer       string
	}{
		{"POST", applicationsPath, map[string]any{}, 400, `{"name": ["This field is required."]}`},
		{"POST", applicationsPath, map[string]any{"name": "a"}, 400, `{"domains": ["` + missing + `"]}`},
		{"POST", applicationsPath, map[string]any{"name": "a", "domains": []string{}}, 400, `{"domains": ["` + missing + `"]}`},
		{"POST", applicationsPath, map[string]any{"name": "a", "any_domain": false}, 400, `{"domains": ["` + missing + `"]}`},
		{"POST", applicationsPath, map[string]any{"name": "a", "domains": []string{"a.org"}, "any_domain": true}, 400,
			`{"domains": ["Name domains, or say that any domain is meant, not both."]}`},
		{"POST", applicationsPath, map[string]any{"name": " ", "scopes": []string{"rooms:list", "rooms:all"}, "visibility": "all", "domains": "a.org", "id": "1"}, 400,
			`{"name": ["This field may not be blank."], "scopes": {"1": ["\"rooms:all\" is not a valid choice."]},
			"visibility": ["\"all\" is not a valid choice."], "domains": ["Expected a list, but got str."],
			"id": ["Enter a UUID such as 3b241101-e2bb-4255-8caf-4136c566a962, in lower case."]}`},
		{"POST", applicationsPath, map[string]any{"name": strings.Repeat("é", 256), "any_domain": 1}, 400,
			`{"name": ["Ensure this field has no more than 255 characters."], "any_domain": ["Must be a valid boolean."]}`},
		{"POST", applicationsPath, map[string]any{"name": "a\x00", "any_domain": true}, 400, `{"name": ["Null characters are not allowed."]}`},
		{"POST", applicationsPath, map[string]any{"name": "a", "domains": []string{"-a"}}, 400, `{"domains": ["\"-a\" is not a domain like example.com."]}`},
		{"POST", applicationsPath, `[]`, 400, `{"non_field_errors": ["Invalid data. Expected a dictionary, but got list."]}`},
		{"POST", applicationsPath, `{"name": "a", "name": "b"}`, 400, ``},
		{"PATCH", path, map[string]any{"domains": []string{}}, 400, `{"domains": ["` + missing + `"]}`},
		{"PATCH", path, map[string]any{"any_domain": false}, 400, `{"domains": ["` + missing + `"]}`},
		{"PATCH", path, map[string]any{"name": nil, "is_active": nil}, 400,
			`{"name": ["This field may not be null."], "is_active": ["This field may not be null."]}`},
		{"PATCH", path, map[string]any{"public_keys": keys, "public_keys_pem": "a"}, 400,
			`{"public_keys_pem": ["This parameter may not be given together with public_keys."]}`},
		{"PATCH", path, map[string]any{"public_keys": "a"}, 400, `{"public_keys": ["Expected a dictionary, but got str."]}`},
		{"POST", path + "rotate-secret/", map[string]any{"overlap_seconds": -1}, 400,
			`{"overlap_seconds": ["Ensure this value is greater than or equal to 0."]}`},
		{"POST", path + "rotate-secret/", map[string]any{"overlap_seconds": 31536001}, 400,
			`{"overlap_seconds": ["Ensure this value is less than or equal to 31536000."]}`},
		{"POST", path + "rotate-secret/", map[string]any{"overlap_seconds": 1.5}, 400, `{"overlap_seconds": ["A valid integer is required."]}`},
		{"POST", path + "rotate-secret/", map[string]any{"overlap_seconds": "1"}, 400, `{"overlap_seconds": ["A valid integer is required."]}`},
		{"POST", path + "rotate-secret/", map[string]any{"replacing": "3f9a0c51d2be"}, 409, `{"detail": "The newest secret is another one by now: it has been rotated meanwhile."}`},
		{"DELETE", path + "secrets/3f9a0c51d2be/", nil, 404, `{"detail": "The application has no valid secret with this id."}`},
		{"GET", path + "may-act-for/", nil, 400, `{"email": ["This field is required."]}`},
		{"GET", path + "rooms/?after=a", nil, 400, `{"after": ["Enter a UUID such as 3b241101-e2bb-4255-8caf-4136c566a962, in lower case."]}`},
		{"GET", path + "token-counts/?since=yesterday", nil, 400,
			`{"since": ["Enter a time such as 2026-12-01T10:00:00Z or 2026-12-01T11:00:00+01:00 (RFC 3339). In a URL, + is written %2B."]}`},
		{"GET", applicationsPath + "?page_size=101&state=on&search=%00", nil, 400, `{"page_size": ["Ensure this value is less than or equal to 100."],
			"state": ["\"on\" is not a valid choice."], "search": ["Null characters are not allowed."]}`},
		{"GET", applicationsPath + "?after=3b241101-e2bb-4255-8caf-4136c566a962", nil, 400, `{"after": ["No application has this client_id or UUID."]}`},
		{"GET", "/users/?search=%ff", nil, 400, `{"search": ["Not a valid string."]}`},
		{"POST", "/users/a/revoke-tokens/", nil, 404, `{"detail": "Not found."}`},
		{"POST", "/users/3b241101-e2bb-4255-8caf-4136c566a962/revoke-tokens/", nil, 404, `{"detail": "No user has this address or UUID."}`},
		{"GET", applicationsPath + "%00/", nil, 404, `{"detail": "Not found."}`},
		{"DELETE", path + "secrets/%ff/", nil, 404, `{"detail": "Not found."}`},
		{"GET", applicationsPath + "%C3%A9/", nil, 404, `{"detail": "Not found."}`},
		{"GET", applicationsPath + "a%0d%0aSet-Cookie:%20a=b/", nil, 404, `{"detail": "Not found."}`},
		{"GET", "/audit-events/?action=token&outcome=maybe&channel=post&user_id=1&request_id=%0d%0a&from=1", nil, 400, ``},
		{"PUT", path, map[string]any{}, 405, `{"detail": "Method \"PUT\" not allowed."}`},
		{"POST", applicationsPath + "a/", nil, 405, `{"detail": "Method \"POST\" not allowed."}`},
	} {
		var a answer
		if c.body == nil {
			a = s.send(c.method, c.path, nil, authorized)
		} else {
			a = s.sendJSON(c.method, c.path, c.body, authorized)
		}
		require.Equal(t, c.status, a.status, "%v: %s", c, a.raw)
		if c.answer != "" {
			require.JSONEq(t, c.answer, string(a.raw), "%v", c)
		}
	}
	for _, strict := range []struct{ path, answer string }{
		{applicationsPath, `{"secret": ["Extra inputs are not permitted"], "page": ["Extra inputs are not permitted"]}`},
	} {
		a := s.post(strict.path+"?page=1", map[string]any{"name": "a", "any_domain": true, "secret": "b"}, authorized, header("Prefer", "handling=strict"))
		require.Equal(t, 400, a.status)
		require.Equal(t, "handling=strict", a.header.Get("Preference-Applied"))
		require.JSONEq(t, strict.answer, string(a.raw))
	}
	text := s.send("POST", applicationsPath, strings.NewReader("name=a"), authorized, header("Content-Type", "text/plain"))
	require.Equal(t, 415, text.status)
	long := s.send("POST", applicationsPath, strings.NewReader(strings.Repeat("a", 65537)), authorized, header("Content-Type", "application/json"))
	require.Equal(t, 413, long.status)
	delete(made.body, "client_secret")
	require.Equal(t, []any{made.body}, []any{s.get(path, authorized).body}, "nothing was changed")
	require.Len(t, s.get(applicationsPath, authorized).body["results"], 1, "nothing was made")
}

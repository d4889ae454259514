// The tests of registering and changing applications in the console, without a browser.

package main

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// requireShown asserts that a page with that status has the texts, as people read them.
func requireShown(t *testing.T, a answer, status int, texts ...string) {
	t.Helper()
	require.Equal(t, status, a.status, "%s", a.raw)
	require.Equal(t, "text/html; charset=UTF-8", a.header.Get("Content-Type"))
	require.Equal(t, "no-store", a.header.Get("Cache-Control"))
	for _, text := range texts {
		require.Contains(t, html.UnescapeString(string(a.raw)), text)
	}
}

// valueOf is the value of the field with that name.
func valueOf(t *testing.T, a answer, name string) string {
	t.Helper()
	found := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindSubmatch(a.raw)
	require.NotNil(t, found, "%s: %s", name, a.raw)
	return html.UnescapeString(string(found[1]))
}

// shownAs is what stands in the element with that id, which holds text alone.
func shownAs(t *testing.T, a answer, id string) string {
	t.Helper()
	found := regexp.MustCompile(`id="` + id + `"[^>]*>([^<]*)<`).FindSubmatch(a.raw)
	require.NotNil(t, found, "%s: %s", id, a.raw)
	return html.UnescapeString(string(found[1]))
}

// registration is a form that registers an application.
func registration(changes url.Values) url.Values {
	form := url.Values{
		"id": {uuid.NewString()}, "name": {"Calendar"}, "scopes": {"rooms:list", "rooms:create"}, "domains": {"Example.com\r\nexample.org"},
		"visibility": {"user"}, "public_keys": {""},
	}
	for name, values := range changes {
		form[name] = values
	}
	return form
}

// requireTold asserts that a form went to that page, which tells once what was done.
func (v *visitor) requireTold(a answer, path, done string) {
	v.t.Helper()
	require.Equal(v.t, 303, a.status, "%s", a.raw)
	require.Equal(v.t, path, a.header.Get("Location"))
	told := v.get(path)
	requireShown(v.t, told, 200, `role="status">`+done)
	require.NotContains(v.t, html.UnescapeString(string(v.get(path).raw)), done)
}

// An application that is registered works with its secret, which is in one answer and nowhere else. The same form registers nothing twice.
func TestConsoleShowsASecretOnce(t *testing.T) {
	t.Parallel()
	s, v := consoleServer(t)
	s.user("marie@example.com")
	asked := v.get("/console/applications/new/")
	requireShown(t, asked, 200, "Register an application", "Give other users a role in a room, and take it away")
	form := registration(url.Values{"id": {valueOf(t, asked, "id")}})

	a := v.submit("/console/applications/new/", form)

	requireShown(t, a, 201, "will not be shown again", "/application/token/'")
	made := credentials{ID: shownAs(t, a, "client_id"), Secret: shownAs(t, a, "client_secret")}
	require.Contains(t, shownAs(t, a, "first_token"), made.Secret)
	require.Empty(t, a.header.Get("Location"))
	require.NotContains(t, fmt.Sprint(a.header, v.cookies), made.Secret)
	require.Equal(t, 200, s.post(tokenPath, tokenRequest(made, map[string]any{"scope": "marie@example.com"})).status)
	require.Equal(t, 403, s.post(tokenPath, tokenRequest(made, map[string]any{"scope": "marie@example.net"})).status)

	twice := v.submit("/console/applications/new/", form)
	requireShown(t, twice, 409, "This form was sent twice", `href="/console/applications/`+form.Get("id")+`/"`)
	pages := []answer{twice, v.get("/console/applications/" + form.Get("id") + "/"), v.get("/console/applications/"), v.get("/console/audit/")}
	for _, page := range pages {
		require.NotContains(t, string(page.raw), made.Secret)
	}
	requireShown(t, pages[2], 200, "Calendar", "example.com, example.org")
	require.Equal(t, 1, s.count(`select count(*) from meet_application`))
	s.requireEvents("application.create", [3]string{"success", "", operatorAddress}, [3]string{"failure", "application_exists", operatorAddress})
	require.Equal(t, 1, s.count(`select count(*) from external_api.audit_event where action = 'application.create' and channel = 'console'
		and client_id = '`+made.ID+`' and address = '127.0.0.1' and request_id = '`+a.header.Get("X-Request-Id")+`'`))
	require.NotContains(t, s.log.String(), made.Secret)
}

// What is wrong with a form stands at its fields, with what was typed, in the language of the reader. Nothing is stored.
func TestConsoleRefusesForms(t *testing.T) {
	t.Parallel()
	s, v := consoleServer(t)
	const private = `{"kty":"oct","k":"c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"}`
	cases := []struct {
		field           string
		changes         url.Values
		english, french string
	}{
		{"name", url.Values{"name": {"  "}}, "This field may not be blank.", "Ce champ ne peut pas être vide."},
		{"name", url.Values{"name": {strings.Repeat("a", 256)}}, "no more than 255 characters", "ne peut pas dépasser 255 caractères"},
		{"scopes", url.Values{"scopes": {"rooms:none"}}, `"rooms:none" is not a valid choice.`, `"rooms:none" n’est pas un choix possible.`},
		{"domains", url.Values{"domains": {" \r\n"}}, "Without domains an application may act for everybody", "Sans domaines, une application peut agir pour tout le monde"},
		{"domains", url.Values{"any_domain": {"yes"}}, "not both", "pas les deux"},
		{"domains", url.Values{"domains": {"ok.example\n<b>.example"}}, `"<b>.example" is not a domain`, `"<b>.example" n’est pas un domaine`},
		{"visibility", url.Values{"visibility": {"none"}}, `"none" is not a valid choice.`, `"none" n’est pas un choix possible.`},
		{"public_keys", url.Values{"public_keys": {private}}, "a private key or a shared secret is given", "c’est une clé privée ou un secret partagé"},
	}
	for _, c := range cases {
		for language, text := range map[string]string{"en": c.english, "fr": c.french} {
			a := v.submit("/console/applications/new/", registration(c.changes), header("Accept-Language", language))
			requireShown(t, a, 400, text, `<html lang="`+language+`">`, `<a href="#`+c.field+`">`, `id="`+c.field+`-wrong"`, `role="alert"`)
			require.Regexp(t, `id="`+c.field+`"[^>]* aria-describedby="`+c.field+`-wrong`, string(a.raw))
			require.NotContains(t, string(a.raw), "<b>")
			require.NotContains(t, html.UnescapeString(string(a.raw)), private, "a private key is not shown again")
			if c.field != "name" {
				require.Equal(t, "Calendar", regexp.MustCompile(`id="name" name="name" value="([^"]*)"`).FindStringSubmatch(string(a.raw))[1])
			}
		}
	}
	require.Equal(t, 0, s.count(`select count(*) from meet_application`))
	require.Eventually(t, func() bool {
		return s.count(`select count(*) from external_api.audit_event where action = 'application.create' and reason = 'invalid_fields'`) == 2*len(cases)
	}, eventually, tick)
	require.NotContains(t, s.log.String(), "c2VjcmV0")
}

// An application is changed, switched off and on, and its tokens end; what changes nothing leaves no event.
func TestConsoleUpdatesAnApplication(t *testing.T) {
	t.Parallel()
	s, v := consoleServer(t)
	s.user("marie@example.com")
	application := s.application("--domain=example.com", "--scope=rooms:list")
	token := s.token(application, "marie@example.com")
	path := "/console/applications/" + application.ID + "/"
	key := `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
	form := url.Values{
		"name": {"Another name"}, "scopes": {"rooms:list", "rooms:grant-access"}, "domains": {"example.com\r\nexample.net"}, "visibility": {"own"},
		"public_keys": {key},
	}

	v.requireTold(v.submit(path+"update/", form), path, "The changes are saved.")

	a := v.get(path)
	requireShown(t, a, 200, "Another name", "example.com, example.net", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
	require.Regexp(t, `value="rooms:grant-access" checked`, string(a.raw))
	require.Regexp(t, `value="own" checked`, string(a.raw))
	require.Equal(t, 303, v.submit(path+"update/", form).status)
	s.requireEvents("application.update", [3]string{"success", "", operatorAddress})

	form.Set("domains", "")
	a = v.submit(path+"update/", form)
	requireShown(t, a, 400, "Without domains an application may act for everybody", "Another name", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
	require.Equal(t, 2, s.count(`select count(*) from meet_application_domain`), "the last domain is not removed by accident")
	form.Set("any_domain", "yes")
	form.Set("public_keys", "")
	v.requireTold(v.submit(path+"update/", form), path, "The changes are saved.")
	require.Equal(t, 0, s.count(`select count(*) from meet_application_domain`))
	require.Equal(t, 0, s.count(`select count(*) from external_api.application where public_keys is not null`))

	require.Equal(t, 200, s.get("/rooms/", bearer(token)).status)
	v.requireTold(v.submit(path+"disable/", nil), path, "The application is disabled: its tokens have stopped.")
	require.Equal(t, "Application is disabled.", s.get("/rooms/", bearer(token)).detail())
	v.requireTold(v.submit(path+"enable/", nil), path, "The application is enabled.")
	require.Equal(t, 200, s.get("/rooms/", bearer(token)).status)
	v.requireTold(v.submit(path+"revoke-tokens/", nil), path, "All tokens that were issued until now are revoked.")
	require.Equal(t, "Token revoked.", s.get("/rooms/", bearer(token)).detail())
	s.requireEvents("application.revoke_tokens", [3]string{"success", "", operatorAddress})
	s.requireEvents("application.update", [3]string{"success", "", operatorAddress}, [3]string{"failure", "invalid_fields", operatorAddress},
		[3]string{"success", "", operatorAddress}, [3]string{"success", "", operatorAddress}, [3]string{"success", "", operatorAddress})
	require.Equal(t, 404, v.submit("/console/applications/nobody/enable/", nil).status)
}

// Meet's admin takes any text for a client id, and its next release may know other scopes: both are managed like the rest, and stay.
func TestConsoleManagesWhatMeetAlonePermits(t *testing.T) {
	t.Parallel()
	s, v := consoleServer(t)
	const id = `bot/../"1"?a=b#é%2F`
	s.sql(`insert into meet_application (id, created_at, updated_at, name, is_active, client_id, client_secret, scopes)
		values (gen_random_uuid(), now(), now(), 'Of Meet', true, $1, $2, '{rooms:list,recordings:list}')`, id, djangoHashes["scrypt"])
	found := regexp.MustCompile(`<a href="(/console/applications/bot[^"]*)"`).FindSubmatch(v.get("/console/applications/").raw)
	require.NotNil(t, found)
	path := html.UnescapeString(string(found[1]))
	require.Equal(t, id, shownAs(t, v.get(path), "client_id"))

	form := url.Values{"name": {"Renamed"}, "scopes": {"rooms:list", "rooms:create", "recordings:list"}, "any_domain": {"yes"}, "visibility": {"user"}}
	a := v.submit(path+"update/", form)

	require.Equal(t, 303, a.status, "%s", a.raw)
	requireShown(t, v.get(a.header.Get("Location")), 200, "The changes are saved.", "Renamed")
	require.Equal(t, 1, s.count(`select count(*) from meet_application where name = 'Renamed' and scopes = '{rooms:list,rooms:create,recordings:list}'`))
	require.Equal(t, 0, s.count(`select count(*) from external_api.application where scopes <> '{}'`), "what Meet takes away is gone")
	form.Add("scopes", "recordings:all")
	requireShown(t, v.submit(path+"update/", form), 400, `"recordings:all" is not a valid choice.`)
}

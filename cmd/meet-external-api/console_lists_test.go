// The tests of the pages of the console that show what there is, without a browser.

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

// rows are the headings of the rows of the table with that id.
func rows(t *testing.T, a answer, id string) []string {
	t.Helper()
	names := []string{}
	_, table, found := strings.Cut(string(a.raw), `<table id="`+id+`"`)
	if !found {
		return names
	}
	table, _, _ = strings.Cut(table, "</table>")
	for _, row := range regexp.MustCompile(`<th scope="row">(?:<a [^>]*>)?([^<]*)<`).FindAllStringSubmatch(table, -1) {
		names = append(names, html.UnescapeString(row[1]))
	}
	return names
}

// next is the address of the page after this one, empty where there is none.
func next(a answer) string {
	found := regexp.MustCompile(`<a href="([^"]*)" rel="next"`).FindSubmatch(a.raw)
	if found == nil {
		return ""
	}
	return html.UnescapeString(string(found[1]))
}

// Applications are found by name and client_id, state and scope, a page at a time, and show when a secret was last used.
func TestConsoleListsApplications(t *testing.T) {
	t.Parallel()
	s, v := consoleServer(t)
	requireShown(t, v.get("/console/applications/"), 200, "There is no application yet.")
	s.user("user@example.com")
	calendar := s.application("--name=Calendar", "--any-domain", "--scope=rooms:list")
	hub := s.application("--name=Hub", "--domain=example.com", "--scope=rooms:create", "--scope=rooms:grant-access")
	s.cli("application", "disable", hub.ID)
	for query, wanted := range map[string][]string{
		"":                          {"Calendar", "Hub"},
		"?search=cAL":               {"Calendar"},
		"?search=" + hub.ID[5:20]:   {"Hub"},
		"?search=nothing":           {},
		"?state=active":             {"Calendar"},
		"?state=inactive":           {"Hub"},
		"?state=all&scope=":         {"Calendar", "Hub"},
		"?scope=rooms:list":         {"Calendar"},
		"?scope=rooms:grant-access": {"Hub"},
		"?scope=rooms:create&state=active&search=hu": {},
		"?state=nonsense&scope=nonsense":             {"Calendar", "Hub"},
		"?search=%00%FF":                             {"Calendar", "Hub"},
	} {
		a := v.get("/console/applications/" + query)
		require.Equal(t, 200, a.status)
		require.Equal(t, wanted, rows(t, a, "applications"), query)
	}
	require.Contains(t, string(v.get("/console/applications/").raw), ">never<")
	require.Equal(t, 200, s.tokenStatus(calendar))
	s.sql(`update external_api.secret set last_used_at = '2026-01-02 03:04:05+00'`)
	require.Contains(t, string(v.get("/console/applications/").raw), `<time datetime="2026-01-02T03:04:05Z">2026-01-02 03:04:05</time>`)

	s.sql(`insert into meet_application (id, created_at, updated_at, name, is_active, client_id, client_secret, scopes)
		select gen_random_uuid(), now(), now(), 'Many ' || to_char(n, 'FM000'), true, 'many' || n, '!', '{}' from generate_series(1, 101) n`)
	var found []string
	for path := "/console/applications/?search=many"; path != ""; {
		a := v.get(path)
		require.Equal(t, 200, a.status)
		found = append(found, rows(t, a, "applications")...)
		if path = next(a); path != "" {
			path = "/console/applications/" + path
		}
	}
	require.Len(t, found, 101)
	require.Equal(t, []string{"Many 001", "Many 101"}, []string{found[0], found[100]})
}

// The page of an application answers whether it may act for an address, and shows its rooms, a page at a time, and its token requests.
func TestConsoleShowsAnApplication(t *testing.T) {
	t.Parallel()
	s, v := consoleServer(t)
	user := s.user("marie@example.com")
	application := s.application("--domain=example.com", "--scope=rooms:create")
	token := s.token(application, "marie@example.com")
	path := "/console/applications/" + application.ID + "/"
	for address, wanted := range map[string][2]string{
		"Marie@Example.com": {"The application may act for this user.", "L’application peut agir pour cet utilisateur."},
		"marie@example.net": {"domain_not_allowed", "L’application ne peut pas agir pour le domaine de cette adresse."},
		"paul@example.com":  {"address_unknown", "Aucun utilisateur actif n’a cette adresse, et aucun n’est créé pour elle."},
		"marie":             {"This is not exactly one e-mail address.", "Ce n’est pas exactement une adresse électronique."},
	} {
		asked := path + "?address=" + url.QueryEscape(address)
		requireShown(t, v.get(asked), 200, wanted[0], `id="verdict"`, address)
		requireShown(t, v.get(asked, header("Accept-Language", "fr")), 200, wanted[1])
	}
	requireShown(t, v.get(path+"?address=marie@example.com"), 200, `href="/console/users/`+user+`/"`)
	require.NotContains(t, string(v.get(path).raw), `id="verdict"`)
	requireShown(t, v.get(path), 200, "curl '", "/external-api/v1.0/application/token/'", application.ID, "None that is still there.", "No token was refused.")

	for range 11 {
		require.Equal(t, 201, s.post(roomsPath, nil, bearer(token)).status)
	}
	a := v.get(path)
	require.Len(t, regexp.MustCompile(`/console/audit/\?target_id=`).FindAll(a.raw, -1), 10)
	requireShown(t, a, 200, "marie@example.com")
	a = v.get(strings.TrimSuffix(path+next(a), "#rooms"))
	require.Len(t, regexp.MustCompile(`/console/audit/\?target_id=`).FindAll(a.raw, -1), 1)
	require.Empty(t, next(a))

	require.Equal(t, 403, s.post(tokenPath, tokenRequest(application, map[string]any{"scope": "marie@example.net"})).status)
	require.Eventually(t, func() bool {
		a = v.get(path)
		return strings.Contains(string(a.raw), "Issued: 1") && strings.Contains(string(a.raw), "Refused: 1")
	}, eventually, tick)
	requireShown(t, a, 200, "Tokens issued: 1, refused: 1.", "domain_not_allowed", "Add the domain on its page, if it may.")
	require.Regexp(t, `<rect class="issued" x="\d+" y="\d+" width="\d+" height="\d+">`, string(a.raw))
	require.Contains(t, string(a.raw), "<td>Issue a token")
	requireShown(t, v.get(path+"?period=7d"), 200, "Issued: 1", `href="?period=7d#requests" aria-current="true"`)
	requireShown(t, v.get("/console/applications/"+application.UUID+"/"), 200, application.ID)
}

// Users are found by address. The page of one tells which applications acted for them, and ends their tokens.
func TestConsoleShowsUsers(t *testing.T) {
	t.Parallel()
	s, v := consoleServer(t)
	s.user("paul@example.org")
	user := s.user("marie@example.com")
	application := s.application()
	token := s.token(application, "marie@example.com")
	require.Equal(t, []string{"marie@example.com"}, rows(t, v.get("/console/users/?search=MARIE%40"), "users"))
	requireShown(t, v.get("/console/users/?search=nobody"), 200, "No user is like that.")
	path := "/console/users/" + user + "/"
	var a answer
	require.Eventually(t, func() bool {
		a = v.get(path)
		return strings.Contains(string(a.raw), "Issue a token")
	}, eventually, tick)
	requireShown(t, a, 200, "marie@example.com", "active", `href="/console/applications/`+application.ID+`/">Test</a>`)

	v.requireTold(v.submit(path+"revoke-tokens/", nil), path, "All tokens for this user that were issued until now are revoked.")

	require.Equal(t, "Token revoked.", s.get(roomsPath, bearer(token)).detail())
	for _, unknown := range []string{uuid.NewString(), "marie@example.com", "x"} {
		requireShown(t, v.submit("/console/users/"+unknown+"/revoke-tokens/", nil), 404, "No user has this address or UUID.")
		requireShown(t, v.get("/console/users/"+unknown+"/"), 404)
	}
	s.requireEvents("user.revoke_tokens", [3]string{"success", "", operatorAddress}, [3]string{"failure", "user_unknown", operatorAddress},
		[3]string{"failure", "user_unknown", operatorAddress}, [3]string{"failure", "user_unknown", operatorAddress})
	s.sql(`update meet_user set is_active = false, email = null where id = $1`, user)
	requireShown(t, v.get(path), 200, user, "inactive")
}

// Each page is in the language of the reader, whole and titled, and looking at it changes nothing.
func TestConsoleSpeaksFrench(t *testing.T) {
	t.Parallel()
	s, v := consoleServer(t)
	user := s.user("marie@example.com")
	application := s.application("--domain=example.com")
	before := s.count(`select count(*) from external_api.audit_event`)
	for path, titles := range map[string][2]string{
		"/console/applications/":                                       {"Applications", "Applications"},
		"/console/applications/new/":                                   {"Register an application", "Enregistrer une application"},
		"/console/applications/" + application.ID + "/":                {"Test", "Test"},
		"/console/applications/" + application.ID + "/?address=a@b.fr": {"Test", "Test"},
		"/console/applications/" + application.ID + "/delete/":         {"Delete Test?", "Supprimer Test ?"},
		"/console/users/":                                              {"Users", "Utilisateurs"},
		"/console/users/" + user + "/":                                 {"marie@example.com", "marie@example.com"},
		"/console/refusals/":                                           {"Why was this refused?", "Pourquoi était-ce refusé ?"},
		"/console/refusals/?request_id=none":                           {"Why was this refused?", "Pourquoi était-ce refusé ?"},
		"/console/audit/":                                              {"Audit trail", "Journal d’audit"},
	} {
		for i, language := range []string{"en", "fr"} {
			a := v.get(path, header("Accept-Language", language+"-CA,de;q=0.9"))
			requireShown(t, a, 200, fmt.Sprintf(`<html lang="%s">`, language), "<title>"+titles[i]+" – ", `<main id="content"`)
			require.Len(t, regexp.MustCompile(`<h1[ >]`).FindAll(a.raw, -1), 1, path)
			require.NotContains(t, string(a.raw), "%!", path)
		}
	}
	require.Equal(t, before, s.count(`select count(*) from external_api.audit_event`))

	a := v.submit("/console/language/", url.Values{"language": {"fr"}, "back": {"/console/users/?search=a"}})
	require.Equal(t, 303, a.status)
	require.Equal(t, "/console/users/?search=a", a.header.Get("Location"))
	requireShown(t, v.get("/console/users/", header("Accept-Language", "en")), 200, `<html lang="fr">`, `value="fr" lang="fr"`)
	for _, elsewhere := range []string{"https://example.com/", "//example.com/", "/other/", `/console/\example.com`, ""} {
		require.Equal(t, "/console/", v.submit("/console/language/", url.Values{"language": {"en"}, "back": {elsewhere}}).header.Get("Location"))
	}
	requireShown(t, v.get("/console/users/", header("Accept-Language", "de")), 200, `<html lang="en">`)
}

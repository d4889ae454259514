// The tests of secrets and of deletion in the console, without a browser.

package main

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A secret is rotated with an overlap, once however often the form is sent, and one secret is ended.
func TestConsoleRotatesASecret(t *testing.T) {
	t.Parallel()
	s, v := consoleServer(t)
	s.user("user@example.com")
	application := s.application()
	path := "/console/applications/" + application.ID + "/"
	shown := v.get(path)
	require.Len(t, regexp.MustCompile(`name="secret" value="`).FindAll(shown.raw, -1), 1)
	form := url.Values{"replacing": {valueOf(t, shown, "replacing")}, "overlap_seconds": {"3600"}}

	a := v.submit(path+"rotate-secret/", form)

	requireShown(t, a, 200, "New secret: Test", "One goes on until", "will not be shown again")
	rotated := credentials{ID: application.ID, Secret: shownAs(t, a, "client_secret")}
	require.Equal(t, 200, s.tokenStatus(application), "both work")
	require.Equal(t, 200, s.tokenStatus(rotated))
	requireShown(t, v.submit(path+"rotate-secret/", form), 409, "it has been rotated meanwhile")
	requireShown(t, v.submit(path+"rotate-secret/", url.Values{"overlap_seconds": {"-1"}}), 400, `href="#overlap_seconds"`, "Invalid value.")

	shown = v.get(path)
	require.NotContains(t, string(shown.raw), rotated.Secret)
	secrets := regexp.MustCompile(`name="secret" value="([^"]*)"`).FindAllStringSubmatch(string(shown.raw), -1)
	require.Len(t, secrets, 2)
	require.Equal(t, form.Get("replacing"), secrets[1][1], "the newest comes first")
	v.requireTold(v.submit(path+"end-secret/", url.Values{"secret": {secrets[1][1]}}), path, "The secret has ended.")
	require.Equal(t, 401, s.tokenStatus(application))
	requireShown(t, v.submit(path+"end-secret/", url.Values{"secret": {secrets[1][1]}}), 409, "The application has no valid secret with this id.")
	requireShown(t, v.submit(path+"end-secret/", url.Values{"secret": {secrets[0][1]}}, header("Accept-Language", "fr")), 409, "C’est le seul secret")
	require.Equal(t, 200, s.tokenStatus(rotated))

	a = v.submit(path+"rotate-secret/", url.Values{"replacing": {secrets[0][1]}, "overlap_seconds": {"0"}})
	requireShown(t, a, 200, "The secrets before have ended.")
	require.Equal(t, 401, s.tokenStatus(rotated))
	by := operatorAddress
	s.requireEvents("application.rotate_secret", [3]string{"success", "", by}, [3]string{"failure", "secret_rotated", by},
		[3]string{"failure", "invalid_fields", by}, [3]string{"success", "", by})
	s.requireEvents("application.end_secret", [3]string{"success", "", by}, [3]string{"failure", "secret_unknown", by}, [3]string{"failure", "last_secret", by})
}

// Before an application is deleted its page says by number what stops, and wants its name. The rooms stay.
func TestConsoleDeletesAnApplication(t *testing.T) {
	t.Parallel()
	s, v := consoleServer(t)
	s.user("user@example.com")
	application := s.application()
	token := s.token(application, "user@example.com")
	for range 2 {
		require.Equal(t, 201, s.post(roomsPath, nil, bearer(token)).status)
	}
	path := "/console/applications/" + application.ID + "/"
	require.Contains(t, string(v.get(path).raw), `href="`+path+`delete/"`)
	var a answer
	require.Eventually(t, func() bool {
		a = v.get(path + "delete/")
		return shownAs(t, a, "deleted-tokens") == "1"
	}, eventually, tick)
	requireShown(t, a, 200, "Delete Test?", "What stops working, for good")
	require.Equal(t, []string{"1", "2"}, []string{shownAs(t, a, "deleted-secrets"), shownAs(t, a, "kept-rooms")})

	require.Equal(t, 200, s.get(roomsPath, bearer(token)).status)
	v.requireTold(v.submit(path+"delete/", nil), "/console/applications/", "The application is deleted. The rooms that it created are still there.")

	require.Equal(t, "Application not found.", s.get(roomsPath, bearer(token)).detail())
	require.Equal(t, 2, s.count(`select count(*) from meet_room`))
	requireShown(t, v.get(path), 404, "No application has this client_id or UUID.")
	requireShown(t, v.submit(path+"delete/", nil), 404)
	s.requireEvents("application.delete", [3]string{"success", "", operatorAddress}, [3]string{"failure", "application_unknown", operatorAddress})
}

// What stands in the place of a name cannot become a part of the page.
func TestConsoleShowsTextAsText(t *testing.T) {
	t.Parallel()
	s, v := consoleServer(t)
	odd := `<script>alert(1)</script>"'&`
	a := v.submit("/console/applications/new/", registration(url.Values{"name": {odd}}))
	requireShown(t, a, 201)
	path := "/console/applications/" + shownAs(t, a, "client_id") + "/"
	for _, page := range []answer{
		a, v.get(path), v.get(path + "delete/"), v.get("/console/applications/?search=" + url.QueryEscape(odd)), v.get("/console/audit/"),
		v.get("/console/users/?search=" + url.QueryEscape(odd)), v.get("/console/refusals/?request_id=" + url.QueryEscape(odd)),
		v.get(path + "?address=" + url.QueryEscape(odd)), v.get("/console/audit/?operator=" + url.QueryEscape(odd)),
	} {
		requireShown(t, page, 200+page.status%10)
		require.NotContains(t, string(page.raw), "<script>alert")
		require.NotContains(t, string(page.raw), ` style="`)
		require.False(t, regexp.MustCompile(`(?i)\son[a-z]+=|<style|javascript:`).Match(page.raw))
		require.Contains(t, html.UnescapeString(string(page.raw)), odd)
	}
	require.Equal(t, 1, strings.Count(string(a.raw), "<script"), "the one of the layout")
	require.Equal(t, 1, s.count(`select count(*) from meet_application where name = '`+strings.ReplaceAll(odd, "'", "''")+`'`))
}

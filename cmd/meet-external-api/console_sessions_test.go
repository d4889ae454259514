// The tests of the console's sessions, and of what keeps other sites out of it.

package main

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Without a session there is no page, and a form does nothing.
func TestNoPageWithoutASession(t *testing.T) {
	t.Parallel()
	s := start(t)
	v := s.visitor(t)
	v.requireSignedOut()
	v.cookies["operator_session"] = "made-up"
	v.requireSignedOut()
	for _, open := range []string{"/console/sign-in/", "/console/static/style.css"} {
		require.Equal(t, 200, v.get(open).status, open)
	}
	require.Equal(t, 404, v.get("/console/nowhere/").status)
	require.Equal(t, 405, v.send("DELETE", "/console/sign-in/", nil).status)
}

// A session ends at the sign-out, when its time is over, and at once when the user is no operator any more or has another password; and
// what is stored of it is of no use as a cookie.
func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, end := range map[string]string{
		"after 8 hours":      `update external_api.operator_session set expires_at = now() where user_id = 'USER'`,
		"after 30 minutes":   `update external_api.operator_session set last_seen_at = now() - interval '30 minutes' where user_id = 'USER'`,
		"another password":   `update meet_user set password = password || 'x' where id = 'USER'`,
		"not active":         `update meet_user set is_active = false where id = 'USER'`,
		"not staff":          `update meet_user set is_staff = false where id = 'USER'`,
		"no superuser":       `update meet_user set is_superuser = false where id = 'USER'`,
		"the user is gone":   `delete from meet_user where id = 'USER'`,
		"the session's hash": `select`,
	} {
		address := strings.ReplaceAll(strings.ReplaceAll(name, " ", "-"), "'", "") + "@example.com"
		id := s.staff(address, djangoHashes["pbkdf2_sha256"])
		v := s.visitor(t)
		require.Equal(t, 303, v.signIn(address, djangoSecret).status)
		v.requireSignedIn()
		s.sql(strings.ReplaceAll(end, "USER", id))
		if end == "select" {
			var stored string
			require.NoError(t, s.pool().Get(&stored, `select encode(id, 'hex') from external_api.operator_session where user_id = $1`, id))
			v.cookies["operator_session"] = stored
		}
		v.requireSignedOut()
	}
}

// A session lasts for 8 hours, and is seen when it is used, but not written at each request.
func TestSessionsLast(t *testing.T) {
	t.Parallel()
	s, v := consoleServer(t)
	require.Equal(t, 1, s.count(`select count(*) from external_api.operator_session where expires_at = created_at + interval '8 hours'
		and last_seen_at = created_at`))
	v.requireSignedIn()
	require.Equal(t, 1, s.count(`select count(*) from external_api.operator_session where last_seen_at = created_at`), "it has just been written")
	s.sql(`update external_api.operator_session set last_seen_at = now() - interval '29 minutes', created_at = now() - interval '7 hours'`)
	v.requireSignedIn()
	require.Equal(t, 1, s.count(`select count(*) from external_api.operator_session where last_seen_at > now() - interval '1 minute'`))
}

// Signing in gives a new cookie, whatever the browser had before, and ends the session before. Signing out ends that of this browser alone.
func TestSessionsAreNewAndApart(t *testing.T) {
	t.Parallel()
	s, v := consoleServer(t)
	first := v.cookies["operator_session"]
	other := s.visitor(t)
	require.Equal(t, 303, other.signIn(operatorAddress, djangoSecret).status)
	fixed := s.visitor(t)
	fixed.cookies["operator_session"] = "chosen-by-somebody-else"
	require.Equal(t, 303, fixed.signIn(operatorAddress, djangoSecret).status)
	require.NotEqual(t, "chosen-by-somebody-else", fixed.cookies["operator_session"])
	require.GreaterOrEqual(t, len(fixed.cookies["operator_session"]), 26)

	require.Equal(t, 303, v.signIn(operatorAddress, djangoSecret).status)
	require.NotEqual(t, first, v.cookies["operator_session"])
	v.requireSignedIn()
	before := &visitor{t, v.url, map[string]string{"operator_session": first}}
	before.requireSignedOut()

	kept := v.cookies["operator_session"]
	a := v.submit("/console/sign-out/", nil)
	require.Equal(t, 303, a.status)
	require.Equal(t, "/console/sign-in/", a.header.Get("Location"))
	require.Empty(t, v.cookies)
	v.cookies["operator_session"] = kept
	v.requireSignedOut()
	other.requireSignedIn()
	require.Equal(t, 303, v.submit("/console/sign-out/", nil).status, "once more")
	s.requireEvents("operator.sign_out", [3]string{"success", "", operatorAddress})
	require.Equal(t, 0, s.count(`select count(*) from external_api.audit_event e where cast(e as text) like '%' || $1 || '%'`, kept))
}

// Replicas share sessions.
func TestSessionsOfReplicas(t *testing.T) {
	t.Parallel()
	s, v := consoleServer(t)
	there := s.replica().visitor(t)
	there.cookies = v.cookies
	there.requireSignedIn()
	require.Equal(t, 303, there.submit("/console/sign-out/", nil).status)
	v.requireSignedOut()
}

// What a page of another site sends is refused, also with the cookie; a link there shows the page by way of a page of the console's own.
func TestOtherSites(t *testing.T) {
	t.Parallel()
	s, v := consoleServer(t)
	for _, headers := range [][]requestOption{
		{header("Sec-Fetch-Site", "cross-site"), header("Origin", "https://example.org")},
		{header("Sec-Fetch-Site", "same-site"), header("Origin", "https://other.example.com")},
		{header("Sec-Fetch-Site", ""), header("Origin", "https://example.org")},
		{header("Sec-Fetch-Site", ""), header("Origin", "null")},
	} {
		for _, path := range []string{"/console/sign-out/", "/console/sign-in/", "/console/nowhere/"} {
			a := v.submit(path, url.Values{"address": {operatorAddress}, "password": {djangoSecret}}, headers...)
			require.Equal(t, 403, a.status, path)
			require.Equal(t, "cross_origin", s.reason(t, a))
			require.Empty(t, a.header.Values("Set-Cookie"))
		}
	}
	a := v.submit("/beside-the-console/", nil, header("Sec-Fetch-Site", "cross-site"))
	require.Equal(t, 404, a.status, "what has tokens and no cookies is open to other sites as before")
	v.requireSignedIn()
	require.Equal(t, 303, v.submit("/console/language/", url.Values{"language": {"fr"}}, header("Sec-Fetch-Site", "")).status, "an old browser")

	a = s.visitor(t).get("/console/?x=1&y=2", header("Sec-Fetch-Site", "cross-site"))
	require.Equal(t, 200, a.status)
	require.Equal(t, "0; url=/console/?x=1&y=2", a.header.Get("Refresh"))
	require.Contains(t, string(a.raw), `<a href="/console/?x=1&amp;y=2">`)
}

// Behind a proxy that asks for another host, forms of the console are told by the address that browsers have.
func TestTheConsolesOwnAddress(t *testing.T) {
	t.Parallel()
	s := start(t, map[string]string{"EXTERNAL_API_CONSOLE_URL": "https://console.example.org"})
	s.staff(operatorAddress, djangoHashes["pbkdf2_sha256"])
	v := s.visitor(t)
	require.NotContains(t, string(v.get("/console/sign-in/", hosted("inside")).raw), "will not work")
	own := []requestOption{hosted("inside"), header("Sec-Fetch-Site", ""), header("Origin", "https://console.example.org")}
	require.Equal(t, 303, v.signIn(operatorAddress, djangoSecret, own...).status)
	own[2] = header("Origin", "https://elsewhere.example.org")
	require.Equal(t, 403, v.signIn(operatorAddress, djangoSecret, own...).status)
}

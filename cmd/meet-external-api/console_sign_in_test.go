// The tests of signing in to the console.

package main

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/auth/ratelimit/redistest"
)

// Operators sign in with the hashes that Django writes, and come to the page that they asked for.
func TestSignIn(t *testing.T) {
	t.Parallel()
	s := start(t)
	for format, hash := range djangoHashes {
		address := format + "@example.com"
		id := s.staff(address, hash)
		v := s.visitor(t)
		a := v.get("/console/?search=a%26b")
		require.Equal(t, 303, a.status)
		a = v.get(a.header.Get("Location"))
		require.Equal(t, 200, a.status)
		next := regexp.MustCompile(`name="next" value="([^"]*)"`).FindSubmatch(a.raw)
		require.NotNil(t, next, "%s", a.raw)

		a = v.submit("/console/sign-in/", url.Values{
			"address": {address}, "password": {djangoSecret}, "next": {strings.ReplaceAll(string(next[1]), "&amp;", "&")},
		})

		require.Equal(t, 303, a.status, "%s: %s", format, a.raw)
		require.Equal(t, "/console/?search=a%26b", a.header.Get("Location"))
		v.requireSignedIn()
		require.Equal(t, "/console/", v.get("/console/sign-in/").header.Get("Location"), "who is signed in goes on")
		require.Equal(t, 0, s.count(`select count(*) from meet_user where id = '`+id+`' and last_login is not null`), "it is Meet's")
		require.Equal(t, 1, s.count(`select count(*) from external_api.audit_event where action = 'operator.sign_in' and outcome = 'success' and channel = 'console'
			and operator = '`+address+`' and target_id = '`+id+`' and address = '127.0.0.1' and request_id = '`+a.header.Get("X-Request-Id")+`'`))
	}
}

// Whatever is wrong, the answer is the same but for what the caller has sent, and says neither that there is such an account nor what the
// password was. The trail says which it was, but not what was typed for an address.
func TestFailuresToSignInAreAlike(t *testing.T) {
	t.Parallel()
	s := start(t, map[string]string{"EXTERNAL_API_TRUSTED_PROXIES": "127.0.0.1"})
	var answers []string
	for i, c := range []struct{ change, password, reason string }{
		{"password = password", "not-this-one", "wrong_password"},
		{"password = password", "", "wrong_password"},
		{"password = '!" + strings.Repeat("x", 40) + "'", "!" + strings.Repeat("x", 40), "wrong_password"},
		{"password = 'plain'", "plain", "wrong_password"},
		{"is_staff = false", djangoSecret, "not_operator"},
		{"is_superuser = false", djangoSecret, "not_operator"},
		{"is_active = false", djangoSecret, "not_operator"},
		{"admin_email = null", djangoSecret, "not_operator"},
	} {
		address := fmt.Sprintf("admin%d@example.com", i)
		id := s.staff(address, djangoHashes["pbkdf2_sha256"])
		s.sql(`update meet_user set ` + c.change + ` where id = '` + id + `'`)
		v := s.visitor(t)

		a := v.signIn(address, c.password, header("X-Forwarded-For", fmt.Sprintf("192.0.2.%d", i)))

		require.Equal(t, 403, a.status, c.change)
		require.Equal(t, c.reason, s.reason(t, a), c.change)
		require.Empty(t, v.cookies)
		if c.password != "" {
			require.NotContains(t, string(a.raw), c.password)
		}
		answers = append(answers, strings.ReplaceAll(string(a.raw), address, ""))
		v.requireSignedOut()
	}
	for _, a := range answers {
		require.Equal(t, answers[0], a)
	}
	require.Equal(t, 400, s.visitor(t).signIn("admin\x00@example.com", "x").status, "PostgreSQL holds no such text")
	s.requireEvents("operator.sign_in",
		[3]string{"failure", "wrong_password", "admin0@example.com"}, [3]string{"failure", "wrong_password", "admin1@example.com"},
		[3]string{"failure", "wrong_password", "admin2@example.com"}, [3]string{"failure", "wrong_password", "admin3@example.com"},
		[3]string{"failure", "not_operator", "admin4@example.com"}, [3]string{"failure", "not_operator", "admin5@example.com"},
		[3]string{"failure", "not_operator", "admin6@example.com"}, [3]string{"failure", "not_operator", ""})
}

// Who fails too often waits: for an account, and for an address over all accounts. Who is at another address does not.
func TestLimitsOfSigningIn(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]map[string]string{"in memory": {}, "in Redis": {"REDIS_URL": ""}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, is := settings["REDIS_URL"]; is {
				settings["REDIS_URL"] = redistest.Start(t).URL()
			}
			settings["EXTERNAL_API_TRUSTED_PROXIES"] = "127.0.0.1"
			s := start(t, settings)
			s.staff(operatorAddress, djangoHashes["pbkdf2_sha256"])
			s.staff("another@example.com", djangoHashes["pbkdf2_sha256"])
			attacker, elsewhere := header("X-Forwarded-For", "192.0.2.1"), header("X-Forwarded-For", "198.51.100.1")
			v := s.visitor(t)
			for range 7 {
				require.Equal(t, 303, v.signIn(operatorAddress, djangoSecret, attacker).status, "what is right does not count")
			}
			v = s.visitor(t)
			for range 5 {
				require.Equal(t, 403, v.signIn(operatorAddress, "wrong", attacker).status)
			}
			a := v.signIn(operatorAddress, djangoSecret, attacker)
			require.Equal(t, 429, a.status, "what is right waits too")
			wait, err := strconv.Atoi(a.header.Get("Retry-After"))
			require.NoError(t, err)
			require.True(t, 1 <= wait && wait <= 12, wait)
			require.Contains(t, string(a.raw), fmt.Sprintf("Try again in %d seconds.", wait))
			require.Equal(t, "sign_ins_per_account_and_address", s.reason(t, a))
			require.Equal(t, 303, s.visitor(t).signIn("another@example.com", djangoSecret, attacker).status)
			require.Equal(t, 303, s.visitor(t).signIn(operatorAddress, djangoSecret, elsewhere).status, "nobody locks others out")

			for i := range 5 {
				require.Equal(t, 403, v.signIn(fmt.Sprint(i), "wrong", attacker).status)
			}
			a = v.signIn("another@example.com", djangoSecret, attacker)
			require.Equal(t, 429, a.status)
			require.Equal(t, "sign_ins_per_address", s.reason(t, a))
			require.Equal(t, 303, s.visitor(t).signIn("another@example.com", djangoSecret, elsewhere).status)
		})
	}
}

// After signing in nobody is sent to another site.
func TestSignInLeadsToTheConsoleAlone(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.staff(operatorAddress, djangoHashes["pbkdf2_sha256"])
	for next, wanted := range map[string]string{
		"": "/console/", "https://example.org/": "/console/", "//example.org/console/": "/console/", "/console": "/console/",
		"/console/\\example.org": "/console/", "/consoles/": "/console/", "javascript:alert(1)": "/console/",
		"/console/audit/?cursor=x": "/console/audit/?cursor=x",
	} {
		form := url.Values{"address": {operatorAddress}, "password": {djangoSecret}, "next": {next}}
		require.Equal(t, wanted, s.visitor(t).submit("/console/sign-in/", form).header.Get("Location"), next)
	}
}

// A role that may not read the addresses of operators serves all else, and the log says what is missing.
func TestSignInWithoutTheRight(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.staff(operatorAddress, djangoHashes["pbkdf2_sha256"])
	role, address := columnRole(t, s)
	restricted := startUnready(t, address)
	restricted.log.wait(t, "ready")
	a := restricted.visitor(t).signIn(operatorAddress, djangoSecret)
	require.Equal(t, 503, a.status)
	line := restricted.log.waitFor(t, "request", map[string]any{"request_id": a.header.Get("X-Request-Id")})
	require.Equal(t, "sign_in_right_missing", line["reason"])
	require.Contains(t, line["error"], "grant select on meet_user")
	checked := command(restricted.env, "check")
	require.Contains(t, checked.stdout+checked.stderr, "lacks select on meet_user: grant select on meet_user to "+role+
		" (without it operators cannot sign in to the console)")
	require.NotContains(t, checked.stdout+checked.stderr, "is missing")

	s.sql(`grant select (admin_email) on meet_user to ` + role)
	require.Equal(t, 303, restricted.visitor(t).signIn(operatorAddress, djangoSecret).status)
}

// The page says where signing in cannot work, and what to do.
func TestSignInByPlainHTTP(t *testing.T) {
	t.Parallel()
	const warning = "Signing in will not work at this address"
	s := start(t, map[string]string{"EXTERNAL_API_TRUSTED_PROXIES": "127.0.0.1"})
	v := s.visitor(t)
	require.NotContains(t, string(v.get("/console/sign-in/").raw), warning)
	require.NotContains(t, string(v.get("/console/sign-in/", hosted("localhost:1234")).raw), warning)
	remote := string(v.get("/console/sign-in/", hosted("meet.example.org:9090")).raw)
	require.Contains(t, remote, warning)
	require.Contains(t, remote, "ssh -L 127.0.0.1:9090:127.0.0.1:9090 SERVER")
	require.NotContains(t, string(v.get("/console/sign-in/", hosted("meet.example.org"), header("X-Forwarded-Proto", "https")).raw), warning)
	require.Contains(t, string(v.get("/console/sign-in/", hosted("meet.example.org"), header("Accept-Language", "fr")).raw),
		"La connexion ne fonctionnera pas à cette adresse")
}

// columnRole makes a role that may read of users what serving needs, column by column, and returns its name, and the database's address
// for it.
func columnRole(t *testing.T, s *instance) (role, address string) {
	t.Helper()
	role = "role_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	var columns string
	require.NoError(t, s.pool().Get(&columns, `select string_agg(column_name, ', ') from information_schema.columns
		where table_name = 'meet_user' and column_name <> 'admin_email'`))
	for _, statement := range []string{
		`create role ROLE login`, `grant usage on schema public, external_api to ROLE`,
		`grant select, insert, update, delete on all tables in schema external_api, public to ROLE`, `revoke all on meet_user from ROLE`,
		`grant select (` + columns + `), insert on meet_user to ROLE`,
	} {
		s.sql(strings.ReplaceAll(statement, "ROLE", role))
	}
	t.Cleanup(func() {
		s.sql("drop owned by " + role + " cascade")
		s.sql("drop role " + role)
	})
	return role, s.dsn + " user=" + role
}

// The tests of `application may-act-for`: the answer is what the token endpoint does.

package main

import (
	"encoding/json"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/db"
	"meet-external-api/operator"
)

// verdict is the answer that every door to package operator has.
func (s *instance) verdict(c credentials, address string) operator.Verdict {
	s.t.Helper()
	settings, err := readSettings(s.env)
	require.NoError(s.t, err)
	store, err := db.Open(s.dsn)
	require.NoError(s.t, err)
	defer func() { _ = store.Close() }()
	require.NoError(s.t, store.Prepare(s.t.Context()))
	v, err := newOperator(settings, store).MayActFor(s.t.Context(), c.ID, address)
	require.NoError(s.t, err)
	return v
}

// requireVerdict asserts that the answer has that code, and that a token request made after it is refused for that reason, or, where the
// code is empty, gets a token for the user that the answer names.
func (s *instance) requireVerdict(t *testing.T, code string, c credentials, address string) {
	t.Helper()
	v := s.verdict(c, address)
	require.Equal(t, code, v.Code, address)
	require.Equal(t, code == "", v.Allowed, address)
	require.NotEmpty(t, v.Text)
	users := s.countUsers()
	a := s.post(tokenPath, tokenRequest(c, map[string]any{"scope": address}))
	if code != "" {
		require.Equal(t, code, s.reason(t, a), "%s", a.raw)
		return
	}
	require.Equal(t, 200, a.status, "%s", a.raw)
	if v.UserID == "" {
		require.Equal(t, operator.MayActForNewOne, v.Text)
		require.Equal(t, users+1, s.countUsers())
		return
	}
	_, claims := decodeToken(t, a.body["access_token"].(string))
	require.Equal(t, v.UserID, claims["user_id"])
	require.Equal(t, users, s.countUsers())
}

func (s *instance) countUsers() (number int) {
	s.t.Helper()
	require.NoError(s.t, s.pool().Get(&number, `select count(*) from meet_user`))
	return number
}

// Each row of the contract's table that right credentials can meet, in its order.
func TestVerdictsAreThoseOfTheTokenEndpoint(t *testing.T) {
	t.Parallel()
	s := start(t)
	creating := s.replica(creation)
	anybody, restricted := s.application(), s.application("--domain=example.com", "--scope=rooms:list")
	user := s.user("user@example.com")
	s.user("twice@example.com")
	s.cli("user", "create", "--email=twice@example.com", "--sub=another")
	s.user("off@example.com")
	s.sql(`update meet_user set is_active = false where email = 'off@example.com'`)

	for _, test := range []struct {
		code, address string
		application   credentials
	}{
		{"", "user@example.com", anybody},
		{"", "USER@Example.com", restricted},
		{"", "rooms:list user@example.com", restricted},
		{"address_not_valid", "user", anybody},
		{"address_not_valid", "user@example.com off@example.com", anybody},
		{"address_not_valid", "user@exämple.com", anybody},
		{"scope_not_held", "user@example.com rooms:delete", restricted},
		{"scope_not_held", "user@example.org rooms:delete", restricted}, // before the domain
		{"domain_not_allowed", "user@sub.example.com", restricted},
		{"domain_not_allowed", "nobody@example.org", restricted}, // before the user
		{"address_unknown", "off@example.com", anybody},
		{"address_unknown", "off@example.com", restricted},
		{"several_users", "twice@example.com", anybody},
	} {
		for _, replica := range []*instance{s, creating} {
			replica.requireVerdict(t, test.code, test.application, test.address)
		}
	}
	var printed operator.Verdict
	require.NoError(t, json.Unmarshal([]byte(s.cli("application", "may-act-for", anybody.ID, "user@example.com", "--json")), &printed))
	require.Equal(t, operator.Verdict{Allowed: true, Text: operator.MayAct, UserID: user}, printed)
	s.requireVerdict(t, "address_unknown", restricted, "new@example.com")
	creating.requireVerdict(t, "", restricted, "new@example.com")
	s.requireVerdict(t, "", restricted, "new@example.com")

	// Meet may have stored a domain in capitals.
	s.sql(`update meet_application_domain set domain = 'Example.COM'`)
	s.requireVerdict(t, "", restricted, "user@example.com")

	// Meet's unique index folds more than ASCII, where the locale does.
	s.sql(`alter table meet_user alter column email type varchar(254) collate "und-x-icu"`)
	s.sql(`update meet_user set email = $1 where email = 'off@example.com'`, "\u212a"+"im@example.com")
	creating.requireVerdict(t, "user_not_created", anybody, "kim@example.com")
	s.requireVerdict(t, "address_unknown", anybody, "kim@example.com")

	s.cli("application", "disable", anybody.ID)
	for _, address := range []string{"user@example.com", "user"} { // before the address
		s.requireVerdict(t, "application_inactive", anybody, address)
	}
	require.Equal(t, "no: The application is switched off. (application_inactive)\n", s.cli("application", "may-act-for", anybody.ID, "user@example.com"))
	require.Equal(t, "yes: The application may act for this user.\n", s.cli("application", "may-act-for", restricted.ID, "user@example.com"))
	require.Equal(t, outcome{1, "", "meet-external-api: No application has this client_id or UUID.\n"},
		command(s.env, "application", "may-act-for", "nobody", "user@example.com"))

	off := maps.Clone(s.env)
	for name, code := range map[string]string{"APPLICATION_ENABLED": "applications_disabled", "EXTERNAL_API_ENABLED": "path_not_found"} {
		off[name] = "false"
		startUnready(t, s.dsn, off).requireVerdict(t, code, restricted, "user@example.com")
		delete(off, name)
	}
}

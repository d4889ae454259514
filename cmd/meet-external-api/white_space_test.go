package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// As in Meet, white space around a text does not count; around a choice it does.
func TestWhiteSpaceAroundValues(t *testing.T) {
	t.Parallel()
	s, application, user, token := roomServer(t)
	s.user("bob@example.com")
	path := "/rooms/" + s.seed(user, "owner", "Board") + "/grant-access/"
	longest := strings.Repeat("a", 242) + "@example.com"
	s.user(longest)
	for _, email := range []string{"bob@example.com", longest} {
		a := s.post(path, map[string]any{"email": " \t" + email + "\r\n", "role": "member"}, bearer(token))
		require.Equal(t, 201, a.status, "%s", a.raw)
		require.Equal(t, email, a.body["email"])
	}
	for field, c := range map[string]struct {
		body    map[string]any
		message string
	}{
		"email": {map[string]any{"email": " \n"}, "This field may not be blank."},
		"role":  {map[string]any{"email": "bob@example.com", "role": " member"}, `" member" is not a valid choice.`},
	} {
		a := s.post(path, c.body, bearer(token))
		require.Equal(t, 400, a.status)
		require.Equal(t, map[string]any{field: []any{c.message}}, a.body)
	}
	inside := s.post(path, map[string]any{"email": "bob @example.com"}, bearer(token))
	require.Equal(t, 400, inside.status)

	all := map[string]any{"client_id": " " + application.ID, "client_secret": application.Secret + "\n", "scope": "\tuser@example.com "}
	require.Equal(t, 200, s.post(tokenPath, tokenRequest(application, all)).status)
	choice := s.post(tokenPath, tokenRequest(application, map[string]any{"grant_type": "client_credentials "}))
	require.Equal(t, 400, choice.status)
	require.Equal(t, "unsupported_grant_type", choice.body["error"])
}

// The test of docs/applications.md, "Restrict".

package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What an application may do is in its tokens: they keep it until they expire or are revoked. Which rooms it sees is not.
func TestRestrictionsAndTokensInUse(t *testing.T) {
	t.Parallel()
	s, application, user, token := roomServer(t)
	s.seed(user, "owner", "Not its own")
	s.cli("application", "update", application.ID, "--scope=rooms:list", "--domain=example.org")
	require.Equal(t, 201, s.post(roomsPath, "{}", bearer(token)).status)
	require.Len(t, names(s.get(roomsPath, bearer(token))), 2)
	require.Equal(t, 403, s.tokenStatus(application))
	s.cli("application", "update", application.ID, "--visibility=own")
	require.Len(t, names(s.get(roomsPath, bearer(token))), 1)
	s.cli("application", "revoke-tokens", application.ID)
	require.Equal(t, 401, s.get(roomsPath, bearer(token)).status)
}

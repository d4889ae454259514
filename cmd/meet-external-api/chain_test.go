package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Whose signature it has decides, though others behind would take the token.
func TestFirstWhoRecognisesATokenDecides(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		changes map[string]any
		detail  string
	}{
		"another issuer":        {map[string]any{"iss": "https://other.example", "aud": "rooms"}, "Invalid token."},
		"another audience":      {map[string]any{"aud": "addons"}, "Invalid token."},
		"no audience":           {map[string]any{}, "Invalid token."},
		"that of the add-ons":   {map[string]any{"iss": "meet-addons", "aud": "addons"}, "Invalid token."},
		"expired":               {map[string]any{"aud": "rooms", "exp": 1}, "Token expired."},
		"expired at the others": {map[string]any{"iss": "https://other.example", "aud": "rooms", "exp": 1}, "Token expired."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := gullible(t)
			s := start(t, p.settings(), addons, map[string]string{
				// With one key the add-ons would take what the applications refuse.
				"ADDONS_TOKEN_SECRET_KEY": testKey, "ADDONS_TOKEN_ISSUER": "meet-addons", "APPLICATION_JWT_AUDIENCE": "rooms",
			})
			token := signed(t, testKey, meetHeader, meetClaims(s.application(), s.user("user@example.com"), c.changes))
			a := s.get(roomsPath, bearer(token))
			require.Equal(t, 401, a.status)
			require.Equal(t, c.detail, a.detail())
			require.Zero(t, p.calls.Load())
		})
	}
	t.Run("of the add-ons", func(t *testing.T) {
		t.Parallel()
		p := gullible(t)
		s := start(t, p.settings(), addons)
		token := signed(t, addonKey, meetHeader, map[string]any{"iss": "https://other.example", "aud": "addons", "exp": 9999999999})
		require.Equal(t, "Invalid token.", s.get(roomsPath, bearer(token)).detail())
		require.Zero(t, p.calls.Load())
	})
}

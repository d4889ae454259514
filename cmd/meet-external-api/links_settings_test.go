package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What cannot be kept of a setting stops the start, and is not dropped in silence.
func TestPublicURLIsSchemeAndHost(t *testing.T) {
	t.Parallel()
	for given, host := range map[string]string{
		"https://meet.example.org": "meet.example.org", "https://meet.example.org/": "meet.example.org", "HTTPS://meet.example.org:8443": "meet.example.org:8443",
		"http://[2001:db8::1]": "[2001:db8::1]",
	} {
		s, err := readSettings(getenv(map[string]string{"EXTERNAL_API_PUBLIC_URL": given}))
		require.NoError(t, err, given)
		require.Equal(t, host, s.publicURL.Host)
	}
	for _, given := range []string{
		"https://meet.example.org/visio", "https://meet.example.org//", "https://meet.example.org?x=1", "https://meet.example.org?", "https://meet.example.org/#x",
		"https://user@meet.example.org", "https://user:the-password@meet.example.org",
	} {
		_, err := readSettings(getenv(map[string]string{"EXTERNAL_API_PUBLIC_URL": given}))
		require.EqualError(t, err, "EXTERNAL_API_PUBLIC_URL: give scheme and host alone, like https://meet.example.org", given)
	}
	for _, given := range []string{"meet.example.org", "ftp://meet.example.org", "https:///visio"} {
		_, err := readSettings(getenv(map[string]string{"EXTERNAL_API_PUBLIC_URL": given}))
		require.EqualError(t, err, "EXTERNAL_API_PUBLIC_URL: give an absolute http or https URL", given)
	}
}

func TestOriginsHaveNoWildcards(t *testing.T) {
	t.Parallel()
	for _, given := range []string{
		"https://*.example.org", "https://addon.example.org, https://*", "*", "https://addon.example.org/", "https://addon.example.org?", "addon.example.org", "https://user@addon.example.org",
	} {
		_, err := readSettings(getenv(map[string]string{"EXTERNAL_API_CORS_ORIGINS": given}))
		require.EqualError(t, err, "EXTERNAL_API_CORS_ORIGINS: give origins like https://example.org, without wildcards, separated by commas", given)
	}
	s, err := readSettings(getenv(map[string]string{"EXTERNAL_API_CORS_ORIGINS": "https://addon.example.org, http://localhost:3000"}))
	require.NoError(t, err)
	require.Equal(t, []string{"https://addon.example.org", "http://localhost:3000"}, s.corsOrigins)
}

// The slug of a room is added to it.
func TestBaseURL(t *testing.T) {
	t.Parallel()
	for given, good := range map[string]bool{
		"https://meet.example.org": true, "https://example.org/meet/": true,
		"https://meet.example.org/?x=1": false, "https://meet.example.org/#x": false, "https://user:secret@meet.example.org": false,
	} {
		_, err := readSettings(getenv(map[string]string{"APPLICATION_BASE_URL": given}))
		require.Equal(t, good, err == nil, given)
		if err != nil {
			require.EqualError(t, err, "APPLICATION_BASE_URL: give a URL without user, query and fragment, like https://meet.example.org")
		}
	}
}

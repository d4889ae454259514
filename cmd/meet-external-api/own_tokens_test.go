package main

import (
	"encoding/base64"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// gullible takes any token for an active one.
func gullible(t *testing.T) *provider {
	t.Helper()
	p := newProvider(t)
	p.anything.Store(true)
	return p
}

// together merges settings.
func together(all ...map[string]string) map[string]string {
	merged := map[string]string{}
	for _, one := range all {
		maps.Copy(merged, one)
	}
	return merged
}

// Whatever is switched on here, a provider learns no token that Meet or this server could have issued.
func TestProviderLearnsNoTokenOfOurs(t *testing.T) {
	t.Parallel()
	others := map[string]string{"ADDONS_TOKEN_ISSUER": "meet-addons", "APPLICATION_JWT_ISSUER": "meet-applications"}
	for name, settings := range map[string]map[string]string{
		"all on":           together(addons, others),
		"no applications":  together(addons, others, map[string]string{"APPLICATION_ENABLED": "false"}),
		"no add-ons":       others,
		"neither of them":  together(others, map[string]string{"APPLICATION_ENABLED": "false"}),
		"without the keys": together(others, map[string]string{"APPLICATION_ENABLED": "false", "APPLICATION_JWT_SECRET_KEY": ""}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := gullible(t)
			s := start(t, p.settings(), settings)
			user := s.user("user@example.com")
			for _, issuer := range []string{"meet-applications", "meet-addons"} {
				token := signed(t, "the key of a Meet with other settings", meetHeader, meetClaims(credentials{ID: "x"}, user, map[string]any{"iss": issuer}))
				a := s.get(roomsPath, bearer(token))
				require.Equal(t, 401, a.status, issuer)
				require.Equal(t, "Invalid token.", a.detail())
			}
			require.Zero(t, p.calls.Load())
			foreign := signed(t, "x", meetHeader, map[string]any{"iss": p.URL})
			require.Equal(t, 200, s.get(roomsPath, bearer(foreign)).status)
			require.EqualValues(t, 1, p.calls.Load(), "its own tokens it is asked about")
		})
	}
}

// A reader that is more lenient than ours could find our issuer in these.
func TestProviderLearnsNoTokenThatCannotBeReadForCertain(t *testing.T) {
	t.Parallel()
	p := gullible(t)
	s := start(t, p.settings())
	deep := strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40)
	jwt := func(payload string) string {
		return "e30." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".AAAA"
	}
	for name, token := range map[string]string{
		"longer than any of ours": jwt(`{"iss":"lasuite-meet","x":"` + strings.Repeat("x", 9<<10) + `"}`),
		"the issuer twice":        jwt(`{"iss":"lasuite-meet","iss":"https://other.example"}`),
		"the issuer in a list":    jwt(`{"iss":["lasuite-meet"]}`),
		"a claim twice":           jwt(`{"iss":"https://other.example","x":1,"x":2}`),
		"a claim 40 deep":         jwt(`{"iss":"lasuite-meet","x":` + deep + `}`),
		"not UTF-8":               jwt("{\"iss\":\"lasuite-meet\",\"x\":\"\xff\"}"),
		"more behind":             jwt(`{"iss":"lasuite-meet"}{}`),
		"no object":               jwt(`["lasuite-meet"]`),
		"padding":                 "e30." + base64.URLEncoding.EncodeToString([]byte(`{"iss":"lasuite-meet"} `)) + ".AAAA",
		"another alphabet":        "e30." + base64.RawStdEncoding.EncodeToString([]byte(`{"iss":"lasuite-meet","x":"???>>>"}`)) + ".AAAA",
		"bits left over":          "e30." + strings.TrimSuffix(base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"lasuite-meet"}`)), "Q") + "R.AAAA",
	} {
		t.Run(name, func(t *testing.T) {
			a := s.get(roomsPath, bearer(token))
			require.Equal(t, 401, a.status, "%s", a.raw)
			require.Equal(t, "Invalid token.", a.detail())
			require.Zero(t, p.calls.Load())
		})
	}
	for n, token := range []string{
		jwt(`{"iss":"https://other.example","x":"` + strings.Repeat("x", 9<<10) + `"}`), jwt(`{}`), "opaque", "o.paque", "a.b.c.d.e",
	} {
		require.Equal(t, 200, s.get(roomsPath, bearer(token)).status, fmt.Sprint(n))
		require.EqualValues(t, n+1, p.calls.Load())
	}
}

package introspection

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/auth"
	"meet-external-api/refusal"
)

// What the provider is asked about: the token that a bearer stands for, or nothing. Python's base64.b64decode with validate, and
// bytes.decode after it, make the same of these, but for too much padding, which some of its releases take.
func TestTokenOfABearer(t *testing.T) {
	t.Parallel()
	encode := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	long := strings.Repeat("x.", maxTokenLength/2)
	for name, c := range map[string]struct {
		bearer, token string
		ok            bool
	}{
		"opaque":                      {"opaque", "opaque", true},
		"all that a bearer holds":     {"azAZ09-._~+/==", "azAZ09-._~+/==", true},
		"base64":                      {encode("opaque-token"), "opaque-token", true},
		"base64 with padding":         {encode("opaque"), "opaque", true},
		"base64 of base64":            {encode(encode("opaque")), encode("opaque"), true},
		"bits left over":              {"b3BhcXVl" + "eR==", "opaquey", true},
		"padding left out":            {strings.TrimRight(encode("opaque!!"), "="), strings.TrimRight(encode("opaque!!"), "="), true},
		"too much padding":            {"b3Bh=", "b3Bh=", true},
		"the alphabet of URLs":        {"b3Bh_-8_", "b3Bh_-8_", true},
		"base64 of other than UTF-8":  {"goodgood", "goodgood", true},
		"base64 of a surrogate":       {"7aCA", "7aCA", true},
		"base64 of two words":         {encode("two words"), "", false},
		"base64 of a null character":  {encode("a\x00"), "", false},
		"base64 of a line":            {encode("opaque\n"), "", false},
		"base64 of other than ASCII":  {encode("é"), "", false},
		"an equals sign at the start": {"=opaque", "", false},
		"an equals sign inside":       {"opa=que", "", false},
		"quotes":                      {`"opaque"`, "", false},
		"a comma":                     {"a,b", "", false},
		"a line break":                {"opaque\n", "", false},
		"not ASCII":                   {"opaqué", "", false},
		"nothing":                     {"", "", false},
		"as long as may be":           {long, long, true},
		"longer":                      {long + "x", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			token, ok := tokenOf(c.bearer)
			require.Equal(t, c.ok, ok)
			if ok {
				require.Equal(t, c.token, token)
			}
		})
	}
}

func TestProviderIsNotAskedAboutWhatIsNoToken(t *testing.T) {
	t.Parallel()
	p := newProvider(t, text(200, activeAnswer))
	a := Authenticator{Introspector: newIntrospector(t, options(p.URL)), OwnIssuers: []string{"ours"}}
	own := base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"ours"}`))
	for _, bearer := range []string{
		"a,b", strings.Repeat("x", maxTokenLength+1), "e30." + own + ".AAAA", base64.StdEncoding.EncodeToString([]byte("e30." + own + ".AAAA")),
	} {
		got, err := a.Authenticate(t.Context(), bearer)
		require.ErrorIs(t, err, refusal.InvalidToken)
		require.Equal(t, auth.Principal{}, got)
	}
	require.Zero(t, p.calls.Load())
}

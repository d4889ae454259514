package auth

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"maps"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// assertionOf signs claims as a client does.
func assertionOf(t testing.TB, algorithm string, key any, header, claims map[string]any) string {
	t.Helper()
	all := map[string]any{"alg": algorithm}
	maps.Copy(all, header)
	encodedHeader, err := json.Marshal(all)
	require.NoError(t, err)
	payload, err := json.Marshal(claims)
	require.NoError(t, err)
	signing, err := newSigning(algorithm)
	require.NoError(t, err)
	text, err := signing.compact(encodePart(encodedHeader), payload, key)
	require.NoError(t, err)
	return text
}

const tokenEndpoint = "https://meet.example.org/external-api/v1.0/application/token/"

func TestAssertions(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_700_000_000, 0)
	key, other := ecdsaKey(t, elliptic.P256()), ecdsaKey(t, elliptic.P256())
	rsaClient := rsaKeyOnce(t)
	keys, err := ParseClientKeys([]byte(`{"keys":[` + string(webKey(t, &key.PublicKey, map[string]any{"kid": "one"})) + `,` + string(webKey(t, &rsaClient.PublicKey, nil)) + `]}`))
	require.NoError(t, err)
	for name, c := range map[string]struct {
		algorithm string
		key       any
		header    map[string]any
		changes   map[string]any
		said      string // empty: accepted
	}{
		"good":                        {changes: nil},
		"with its key named":          {header: map[string]any{"kid": "one"}},
		"with its type":               {header: map[string]any{"typ": "client-authentication+jwt"}},
		"several audiences":           {changes: map[string]any{"aud": []string{"https://other.example", tokenEndpoint}}},
		"without iat":                 {changes: map[string]any{"iat": nil}},
		"RS256":                       {algorithm: "RS256", key: rsaClient},
		"PS512":                       {algorithm: "PS512", key: rsaClient},
		"another key":                 {key: other, said: "Invalid credentials"},
		"another kid":                 {header: map[string]any{"kid": "two"}, said: "Invalid credentials"},
		"an access token":             {header: map[string]any{"typ": "at+jwt"}, said: "Invalid credentials"},
		"something critical":          {header: map[string]any{"crit": []string{"exp"}}, said: "Invalid credentials"},
		"another sub":                 {changes: map[string]any{"sub": "other"}, said: "Invalid credentials"},
		"another iss":                 {changes: map[string]any{"iss": "other"}, said: "iss"},
		"no exp":                      {changes: map[string]any{"exp": nil}, said: "no exp"},
		"an exp that is no number":    {changes: map[string]any{"exp": "soon"}, said: "no exp"},
		"expired":                     {changes: map[string]any{"exp": now.Unix()}, said: "expired"},
		"an exp two hours away":       {changes: map[string]any{"exp": now.Unix() + 7200}, said: "60 minutes"},
		"an iat in the future":        {changes: map[string]any{"iat": now.Unix() + 11}, said: "iat"},
		"an iat long past":            {changes: map[string]any{"iat": now.Unix() - 3601}, said: "iat"},
		"an iat that is no number":    {changes: map[string]any{"iat": "now"}, said: "iat"},
		"an nbf in the future":        {changes: map[string]any{"nbf": now.Unix() + 11}, said: "nbf"},
		"no jti":                      {changes: map[string]any{"jti": nil}, said: "jti"},
		"a jti that is too long":      {changes: map[string]any{"jti": strings.Repeat("j", 256)}, said: "jti"},
		"no audience":                 {changes: map[string]any{"aud": nil}, said: "aud"},
		"another audience":            {changes: map[string]any{"aud": "https://other.example"}, said: "aud"},
		"audiences, all of others":    {changes: map[string]any{"aud": []any{"https://other.example", 1}}, said: "aud"},
		"a shared secret of its keys": {algorithm: "HS256", key: keys, said: "Invalid credentials"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.algorithm == "" {
				c.algorithm = "ES256"
			}
			if c.key == nil {
				c.key = key
			}
			claims := map[string]any{"iss": "client", "sub": "client", "aud": tokenEndpoint, "iat": now.Unix(), "exp": now.Unix() + 60, "jti": "1"}
			maps.Copy(claims, c.changes)
			maps.DeleteFunc(claims, func(_ string, value any) bool { return value == nil })
			assertion := assertionOf(t, c.algorithm, c.key, c.header, claims)
			if c.header["crit"] == nil {
				require.Equal(t, claims["sub"], AssertionClient(assertion))
			}
			verified, err := newVerifier(t).Verify(assertion, "client", keys, []string{"https://meet.example.org", tokenEndpoint}, now)
			if c.said == "" {
				require.NoError(t, err)
				require.Equal(t, Assertion{ID: "1", ExpiresAt: time.Unix(now.Unix()+60, 0)}, verified)
				return
			}
			require.ErrorContains(t, err, c.said)
			var refused *Refusal
			require.ErrorAs(t, err, &refused)
			require.Equal(t, "invalid_client", refused.Code)
			_, err = newVerifier(t).Verify(assertion, "client", nil, []string{tokenEndpoint}, now)
			require.ErrorIs(t, err, ErrInvalidCredentials, "a client without keys")
		})
	}
	for _, broken := range []string{"", "a", "a.b", "a.b.c", "..", strings.Repeat("a", maxTokenLength) + ".b.c"} {
		_, err := newVerifier(t).Verify(broken, "client", keys, []string{tokenEndpoint}, now)
		require.ErrorIs(t, err, ErrInvalidCredentials)
		require.Empty(t, AssertionClient(broken))
	}
}

// A name that is longer than any client's is nobody's, and is not kept anywhere.
func TestAssertionsWithLongNames(t *testing.T) {
	t.Parallel()
	key := ecdsaKey(t, elliptic.P256())
	for length, named := range map[int]bool{100: true, 101: false} {
		id := strings.Repeat("i", length)
		require.Equal(t, named, AssertionClient(assertionOf(t, "ES256", key, nil, map[string]any{"sub": id})) == id)
	}
}

func newVerifier(t testing.TB) *AssertionVerifier {
	t.Helper()
	v, err := NewAssertionVerifier()
	require.NoError(t, err)
	return v
}

func TestSignaturesAreBelowTheModulus(t *testing.T) {
	t.Parallel()
	key := &rsaKeyOnce(t).PublicKey
	greater := bytes.Repeat([]byte{0xff}, key.Size())
	below, possible := belowModulus(greater, key)
	require.False(t, possible)
	require.Equal(t, -1, new(big.Int).SetBytes(below).Cmp(key.N))
	require.Equal(t, byte(0xff), greater[0], "what was given stays as it is")
	for _, public := range []any{key, &ecdsaKey(t, elliptic.P256()).PublicKey} {
		same, possible := belowModulus(below, public)
		require.True(t, possible)
		require.Equal(t, below, same)
	}
}

// Not even who had the private half of a decoy would get in with it.
func TestDecoysSignNothing(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_700_000_000, 0)
	decoy, own := ecdsaKey(t, elliptic.P256()), ecdsaKey(t, elliptic.P384())
	v := newVerifier(t)
	v.decoys = []jsonWebKey{{raw: &decoy.PublicKey}}
	keys, err := ParseClientKeys(publicPEM(t, own))
	require.NoError(t, err)
	claims := map[string]any{"iss": "client", "sub": "client", "aud": tokenEndpoint, "exp": now.Unix() + 60, "jti": "1"}
	_, err = v.Verify(assertionOf(t, "ES384", own, nil, claims), "client", keys, []string{tokenEndpoint}, now)
	require.NoError(t, err)
	for _, known := range [][]byte{nil, keys} {
		_, err = v.Verify(assertionOf(t, "ES256", decoy, nil, claims), "client", known, []string{tokenEndpoint}, now)
		require.ErrorIs(t, err, ErrInvalidCredentials)
	}
}

// Whatever keys a client has, and whether or not there is one, a signature is verified once, with a key of its kind and size.
func TestOneKeyVerifies(t *testing.T) {
	t.Parallel()
	v := newVerifier(t)
	sizes := map[string][]int{"ES256": {64}, "ES384": {96}, "ES512": {132}, "EdDSA": {64}}
	for _, algorithm := range AsymmetricAlgorithms {
		if sizes[algorithm] == nil {
			sizes[algorithm] = []int{256, 384, 512}
		}
		for _, size := range sizes[algorithm] {
			decoy, ok := theOne(v.decoys, nil, algorithm, size)
			require.True(t, ok, "%s of %d", algorithm, size)
			require.Equal(t, size, signatureLength(decoy.raw))
		}
		_, ok := theOne(v.decoys, nil, algorithm, 63)
		require.False(t, ok, algorithm)
	}
	one, two := ecdsaKey(t, elliptic.P256()), ecdsaKey(t, elliptic.P256())
	keys := []jsonWebKey{{id: "one", raw: &one.PublicKey}, {id: "two", raw: &two.PublicKey}, {id: "rsa", raw: &rsaKeyOnce(t).PublicKey}}
	for _, c := range []struct {
		name      any
		algorithm string
		length    int
		chosen    string
	}{
		{"one", "ES256", 64, "one"},
		{"two", "ES256", 64, "two"},
		{nil, "ES256", 64, ""}, // either of two
		{nil, "RS256", 256, "rsa"},
		{"rsa", "PS256", 256, "rsa"},
		{"one", "RS256", 256, ""},
		{"three", "ES256", 64, ""},
		{1, "ES256", 64, ""},
		{"one", "ES384", 96, ""},
		{"one", "ES256", 96, ""},
		{nil, "RS256", 512, ""},
	} {
		chosen, ok := theOne(keys, c.name, c.algorithm, c.length)
		require.Equal(t, c.chosen, chosen.id, "%v", c)
		require.Equal(t, c.chosen != "", ok, "%v", c)
	}
}

func TestClientKeys(t *testing.T) {
	t.Parallel()
	key := ecdsaKey(t, elliptic.P256())
	for name, given := range map[string][]byte{
		"a private key":        pkcs8(t, key),
		"a private JWK":        webKey(t, key, nil),
		"a shared secret":      []byte("the secret itself"),
		"a shared one as JWK":  webKey(t, []byte(strings.Repeat("s", 64)), nil),
		"nothing":              nil,
		"a curve that is weak": []byte(`{"kty":"EC","crv":"secp256k1","x":"AAAA","y":"AAAA"}`),
		"one that cannot be read beside a good one": []byte(`{"keys":[` + string(webKey(t, &key.PublicKey, nil)) + `,{"kty":"EC"}]}`),
		"one to encrypt with":                       webKey(t, &key.PublicKey, map[string]any{"use": "enc"}),
		"a weak one":                                weakPEM(t),
		"one twice":                                 append(publicPEM(t, key), publicPEM(t, key)...),
		"an odd size":                               publicPEM(t, rsaKey(t, 2056)),
		"an odd exponent":                           webKey(t, &rsa.PublicKey{N: rsaKeyOnce(t).N, E: 3}, nil),
		"too many":                                  manyKeys(t, maxClientKeys+1),
	} {
		_, err := ParseClientKeys(given)
		require.Error(t, err, name)
		require.NotContains(t, err.Error(), "the secret itself", name)
		require.NotContains(t, err.Error(), "unknown algorithm", name)
	}
	keys, err := ParseClientKeys(publicPEM(t, key))
	require.NoError(t, err)
	read, err := parseJSONWebKeys(keys)
	require.NoError(t, err)
	require.True(t, read[0].raw.(*ecdsa.PublicKey).Equal(&key.PublicKey))
	require.NotEmpty(t, read[0].id)
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	_, err = ParseClientKeys(webKey(t, edKey.Public(), map[string]any{"alg": "Ed25519"}))
	require.NoError(t, err, "RFC 9864 calls EdDSA so")
	_, err = ParseClientKeys(manyKeys(t, maxClientKeys))
	require.NoError(t, err)
}

func weakPEM(t testing.TB) []byte {
	t.Helper()
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	return publicPEM(t, weak)
}

func manyKeys(t testing.TB, count int) []byte {
	t.Helper()
	var keys []byte
	for range count {
		keys = append(keys, publicPEM(t, ecdsaKey(t, elliptic.P256()))...)
	}
	return keys
}

// FuzzAssertion feeds the gate of assertions: nothing makes it panic, and nothing passes but what was signed.
func FuzzAssertion(f *testing.F) {
	now := time.Unix(1_700_000_000, 0)
	key := ecdsaKey(f, elliptic.P256())
	keys, err := ParseClientKeys(publicPEM(f, key))
	require.NoError(f, err)
	good := assertionOf(f, "ES256", key, nil, map[string]any{
		"iss": "client", "sub": "client", "aud": tokenEndpoint, "exp": now.Unix() + 60, "jti": "1",
	})
	for _, seed := range []string{good, "", "..", good + "=", good + ".", " " + good, `{"payload":"e30"}`, "a.b.c.d.e", strings.Replace(good, ".", "..", 1)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, assertion string) {
		_ = AssertionClient(assertion)
		if _, err := newVerifier(t).Verify(assertion, "client", keys, []string{tokenEndpoint}, now); err == nil {
			require.Equal(t, good[:strings.LastIndexByte(good, '.')], assertion[:strings.LastIndexByte(assertion, '.')])
		}
	})
}

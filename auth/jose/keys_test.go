package jose

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/stretchr/testify/require"
)

// The private keys of these tests, by the algorithms that they are for; RSA keys are slow to make.
var (
	rsaKey, otherRSAKey = newRSAKey(2048), newRSAKey(2048)
	smallRSAKey         = newRSAKey(1024)
	ed25519Key          = func() ed25519.PrivateKey { _, key, _ := ed25519.GenerateKey(rand.Reader); return key }()
	ecdsaKeys           = map[string]*ecdsa.PrivateKey{
		"ES256": newECDSAKey(elliptic.P256()), "ES384": newECDSAKey(elliptic.P384()), "ES512": newECDSAKey(elliptic.P521()),
	}
	secret = []byte(strings.Repeat("s", 64))
)

func newRSAKey(bits int) *rsa.PrivateKey { key, _ := rsa.GenerateKey(rand.Reader, bits); return key }

func newECDSAKey(curve elliptic.Curve) *ecdsa.PrivateKey {
	key, _ := ecdsa.GenerateKey(curve, rand.Reader)
	return key
}

// rawKey is a private key for an algorithm, or the shared secret.
func rawKey(algorithm string) any {
	switch {
	case algorithm == "EdDSA":
		return ed25519Key
	case ecdsaKeys[algorithm] != nil:
		return ecdsaKeys[algorithm]
	case secretLengths[algorithm] > 0:
		return secret
	}
	return rsaKey
}

func privatePEM(t testing.TB, key any) []byte {
	t.Helper()
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})
}

func publicPEM(t testing.TB, key any) []byte {
	t.Helper()
	encoded, err := x509.MarshalPKIXPublicKey(key.(crypto.Signer).Public())
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: encoded})
}

// asJWK writes a key of package crypto, or a shared secret, as a JWK with some members changed; nil takes one out.
func asJWK(t testing.TB, raw any, changes map[string]any) []byte {
	t.Helper()
	made, err := jwk.FromRaw(raw)
	require.NoError(t, err)
	encoded, err := json.Marshal(made)
	require.NoError(t, err)
	var members map[string]any
	require.NoError(t, json.Unmarshal(encoded, &members))
	maps.Copy(members, changes)
	maps.DeleteFunc(members, func(_ string, value any) bool { return value == nil })
	encoded, err = json.Marshal(members)
	require.NoError(t, err)
	return encoded
}

// asSet writes JWKs as a JWK Set.
func asSet(keys ...[]byte) []byte {
	texts := make([]string, len(keys))
	for i, key := range keys {
		texts[i] = string(key)
	}
	return []byte(`{"keys":[` + strings.Join(texts, ",") + `]}`)
}

// sign makes a JWS of a header, given as JSON.
func sign(t testing.TB, key Key, header string) JWS {
	t.Helper()
	text, err := key.Sign(EncodePart([]byte(header)), []byte(`{}`))
	require.NoError(t, err)
	signed, err := ParseJWS(text)
	require.NoError(t, err)
	return signed
}

func TestSigningKeys(t *testing.T) {
	t.Parallel()
	for _, algorithm := range Algorithms {
		given := map[string][]byte{
			"JWK":           asJWK(t, rawKey(algorithm), map[string]any{"kid": "one", "alg": algorithm}),
			"JWK without":   asJWK(t, rawKey(algorithm), nil),
			"behind a mark": append([]byte("\xef\xbb\xbf\n"), asJWK(t, rawKey(algorithm), nil)...),
		}
		if secretLengths[algorithm] > 0 {
			given["as it is"] = secret[:secretLengths[algorithm]]
		} else {
			given["PEM"] = privatePEM(t, rawKey(algorithm))
		}
		for name, text := range given {
			t.Run(algorithm+" "+name, func(t *testing.T) {
				t.Parallel()
				key, err := ParseSigningKey(text, algorithm, false)
				require.NoError(t, err)
				require.Equal(t, algorithm, key.Algorithm)
				signed := sign(t, key, `{"alg":"`+algorithm+`"}`)
				require.True(t, key.Verify(signed))
				for _, i := range []int{0, len(signed.signature) / 2, len(signed.signature) - 1} {
					tampered := signed
					tampered.signature = slices.Clone(signed.signature)
					tampered.signature[i] ^= 1
					require.False(t, key.Verify(tampered))
				}
				for _, length := range []int{0, 1, len(signed.signature) - 1} {
					tampered := signed
					tampered.signature = signed.signature[:length]
					require.False(t, key.Verify(tampered))
				}
				tampered := signed
				tampered.SigningInput += "A"
				require.False(t, key.Verify(tampered))
			})
		}
	}
}

// A key verifies its own algorithm only, whatever the header says: else a public key could be taken for a shared secret.
func TestAlgorithmConfusion(t *testing.T) {
	t.Parallel()
	for _, algorithm := range Algorithms {
		key, err := ParseSigningKey(asJWK(t, rawKey(algorithm), nil), algorithm, false)
		require.NoError(t, err)
		for _, named := range append([]string{"", "none", "None", strings.ToLower(algorithm), algorithm + " "}, Algorithms...) {
			header := `{"alg":"` + named + `"}`
			require.Equal(t, named == algorithm, key.Verify(sign(t, key, header)), "%s under %s", named, algorithm)
			if secretLengths[algorithm] > 0 {
				continue
			}
			for _, known := range publicForms(t, rawKey(algorithm)) {
				input := EncodePart([]byte(header)) + "." + EncodePart([]byte(`{}`))
				mac := hmac.New(sha256.New, known)
				mac.Write([]byte(input))
				forged, err := ParseJWS(input + "." + EncodePart(mac.Sum(nil)))
				require.NoError(t, err)
				require.False(t, VerifyAny([]Key{key}, forged), "%s under %s", named, algorithm)
			}
		}
	}
	ed, err := ParseSigningKey(privatePEM(t, ed25519Key), "EdDSA", false)
	require.NoError(t, err)
	require.True(t, ed.Verify(sign(t, ed, `{"alg":"Ed25519"}`)), "RFC 9864 calls EdDSA so")
}

// publicForms are the texts that a public key is known in.
func publicForms(t testing.TB, private any) [][]byte {
	t.Helper()
	public := publicPEM(t, private)
	block, _ := pem.Decode(public)
	return [][]byte{public, block.Bytes, []byte(base64.StdEncoding.EncodeToString(block.Bytes)), asJWK(t, private.(crypto.Signer).Public(), nil)}
}

// A shared secret is taken as it is, whatever it looks like: only JSON and PEM are none.
func TestSharedSecretsAsTheyAre(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"hex":                 strings.Repeat("0f", 32),
		"white space only":    strings.Repeat(" ", 32),
		"white space around":  " " + strings.Repeat("s", 32) + "\n",
		"a byte order mark":   "\xef\xbb\xbf" + strings.Repeat("s", 32),
		"NUL bytes":           strings.Repeat("\x00", 32),
		"not UTF-8":           strings.Repeat("\xff", 32),
		"base64 with a slash": "/" + strings.Repeat("s", 42) + "=",
		"base64 of DER":       "MII" + strings.Repeat("s", 42) + "=",
		"a path":              "/run/secrets/a-path-that-is-long-enough.pem",
		"a URL":               "https://meet.example.org/jwks.json?so-long",
		"a key of SSH":        "ssh-ed25519 " + strings.Repeat("A", 32),
		"a list":              "[" + strings.Repeat("s", 32) + "]",
		"a quoted text":       `"` + strings.Repeat("s", 32) + `"`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key, err := ParseSigningKey([]byte(text), "HS256", false)
			require.NoError(t, err)
			require.Empty(t, key.ID)
			signed := sign(t, key, `{"alg":"HS256"}`)
			mac := hmac.New(sha256.New, []byte(text))
			mac.Write([]byte(signed.SigningInput))
			require.Equal(t, mac.Sum(nil), signed.signature)
			more, err := ParseVerificationKeys([]byte(text), false)
			require.NoError(t, err)
			require.True(t, VerifyAny(more, signed))
		})
	}
}

// Texts that are no key, of every kind; none of them is told in the error.
func TestKeysThatCannotBeRead(t *testing.T) {
	t.Parallel()
	key := ecdsaKeys["ES256"]
	public := asJWK(t, &key.PublicKey, nil)
	known := asJWK(t, &key.PublicKey, map[string]any{"kid": "one"})
	small, p224, odd := smallRSAKey, newECDSAKey(elliptic.P224()), ed25519.PublicKey(make([]byte, 32))
	for name, text := range map[string][]byte{
		"nothing":                        nil,
		"an empty shared secret":         asJWK(t, []byte("x"), map[string]any{"k": ""}),
		"a small RSA key":                publicPEM(t, small),
		"a small RSA key, as JWK":        asJWK(t, &small.PublicKey, nil),
		"P-224":                          publicPEM(t, p224),
		"secp256k1":                      []byte(`{"kty":"EC","crv":"secp256k1","x":"AAAA","y":"AAAA"}`),
		"a point off its curve":          asJWK(t, &key.PublicKey, map[string]any{"x": EncodePart(make([]byte, 32))}),
		"a point that is too long":       asJWK(t, &key.PublicKey, map[string]any{"x": EncodePart(make([]byte, 64))}),
		"an Ed25519 key that is short":   asJWK(t, odd, map[string]any{"x": "AAAA"}),
		"an Ed25519 key that is long":    asJWK(t, odd, map[string]any{"x": EncodePart(make([]byte, 33))}),
		"X25519":                         asJWK(t, odd, map[string]any{"crv": "X25519"}),
		"an algorithm for another curve": asJWK(t, &key.PublicKey, map[string]any{"alg": "ES384"}),
		"an algorithm for secrets":       asJWK(t, &key.PublicKey, map[string]any{"alg": "HS256"}),
		"an algorithm for keys":          asJWK(t, secret, map[string]any{"alg": "ES256"}),
		"an algorithm that is unknown":   asJWK(t, secret, map[string]any{"alg": "dir"}),
		"an algorithm in another case":   asJWK(t, secret, map[string]any{"alg": "hs256"}),
		"one to encrypt with, by use":    asJWK(t, &key.PublicKey, map[string]any{"use": "enc"}),
		"one to encrypt with, by ops":    asJWK(t, &key.PublicKey, map[string]any{"key_ops": []string{"encrypt"}}),
		"NUL in a kid":                   asJWK(t, &key.PublicKey, map[string]any{"kid": "a\x00b"}),
		"a line end in a kid":            asJWK(t, &key.PublicKey, map[string]any{"kid": "a\nb"}),
		"a kid that is a number":         asJWK(t, &key.PublicKey, map[string]any{"kid": 1}),
		"a list of JWKs":                 append(append([]byte(" {} ["), public...), ']'),
		"two JWKs":                       append(slices.Clone(public), public...),
		"a member twice":                 []byte(strings.Replace(string(known), `"kid"`, `"kid":"two","kid"`, 1)),
		"a set of another name":          []byte(strings.Replace(string(asSet(public)), "keys", "KEYS", 1)),
		"an empty set":                   asSet(),
		"a set of null":                  []byte(`{"keys":null}`),
		"a set with one that is broken":  asSet(public, []byte(`{"kty":"EC"}`)),
		"a set with a comma":             asSet(public, nil),
		"half an object":                 []byte(`{"kty":"EC"`),
		"a certificate":                  pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("hidden")}),
		"PKCS #1":                        pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(rsaKey)}),
		"encrypted PEM":                  pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte("hidden")}),
		"broken PEM":                     pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("hidden")}),
		"a secret behind PEM":            append(publicPEM(t, key), secret...),
		"half a PEM block":               publicPEM(t, key)[:60],
		"half a block before PEM":        append([]byte("-----BEGIN PUBLIC KEY-----\nAAAA\n"), publicPEM(t, key)...),
		"JSON around PEM":                []byte(fmt.Sprintf(`{"key":%q}`, publicPEM(t, key))),
		"PEM in a quoted text":           []byte(fmt.Sprintf(`%q`, publicPEM(t, key))),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseVerificationKeys(text, true)
			require.Error(t, err)
			require.NotContains(t, err.Error(), "hidden")
			for _, algorithm := range Algorithms {
				_, err = ParseSigningKey(text, algorithm, true)
				require.Error(t, err, algorithm)
			}
			_, err = NormalizeClientKeys(text)
			require.Error(t, err)
			others, err := ParseKeySet(text)
			require.True(t, err != nil || len(others) == 0 || name == "a set with one that is broken")
		})
	}
}

func TestSigningKeysThatDoNotFit(t *testing.T) {
	t.Parallel()
	halves := func(raw, other any, names ...string) []byte {
		var private map[string]any
		require.NoError(t, json.Unmarshal(asJWK(t, raw, nil), &private))
		changes := map[string]any{}
		for _, name := range names {
			changes[name] = private[name]
		}
		return asJWK(t, other, changes)
	}
	for name, c := range map[string]struct {
		algorithm string
		key       []byte
		said      string
	}{
		"an algorithm that is unknown": {"none", secret, "unknown algorithm"},
		"an algorithm in lower case":   {"hs256", secret, "unknown algorithm"},
		"a secret for RS256":           {"RS256", secret, "give a JWK, a JWK Set or PEM blocks"},
		"a secret for EdDSA, as JWK":   {"EdDSA", asJWK(t, secret, nil), "does not fit EdDSA"},
		"a public key":                 {"ES256", publicPEM(t, ecdsaKeys["ES256"]), "private key to sign with"},
		"a public key, as JWK":         {"ES256", asJWK(t, &ecdsaKeys["ES256"].PublicKey, nil), "private key to sign with"},
		"a public key for HS256":       {"HS256", publicPEM(t, rsaKey), "does not fit HS256"},
		"a private key for HS256":      {"HS256", privatePEM(t, rsaKey), "does not fit HS256"},
		"a JWK for HS512":              {"HS512", asJWK(t, &rsaKey.PublicKey, nil), "does not fit HS512"},
		"a JWK of another algorithm":   {"HS256", asJWK(t, secret, map[string]any{"alg": "HS512"}), "for HS512, and not for HS256"},
		"two keys":                     {"ES256", append(privatePEM(t, ecdsaKeys["ES256"]), privatePEM(t, ecdsaKeys["ES256"])...), "one private key to sign with"},
		"another curve":                {"ES256", privatePEM(t, ecdsaKeys["ES384"]), "does not fit ES256"},
		"RSA for ES256":                {"ES256", privatePEM(t, rsaKey), "does not fit ES256"},
		"EC for EdDSA":                 {"EdDSA", privatePEM(t, ecdsaKeys["ES256"]), "does not fit EdDSA"},
		"Ed25519 for PS256":            {"PS256", privatePEM(t, ed25519Key), "does not fit PS256"},
		"a small RSA key":              {"RS256", privatePEM(t, smallRSAKey), "does not fit RS256"},
		"two halves, ES256":            {"ES256", halves(newECDSAKey(elliptic.P256()), ecdsaKeys["ES256"], "d"), "the key cannot sign"},
		"two halves, RS256":            {"RS256", halves(otherRSAKey, rsaKey, "d"), "the key cannot sign"},
		"two halves, primes":           {"RS256", halves(otherRSAKey, rsaKey, "p", "q"), "the key cannot sign"},
		"two halves, EdDSA":            {"EdDSA", asJWK(t, ed25519Key, map[string]any{"d": EncodePart(make([]byte, 32))}), "cannot be read"},
		"RSA without its primes":       {"RS256", asJWK(t, rsaKey, map[string]any{"p": nil, "q": nil, "dp": nil, "dq": nil, "qi": nil}), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseSigningKey(c.key, c.algorithm, false)
			require.ErrorContains(t, err, c.said)
			require.NotContains(t, err.Error(), string(secret))
		})
	}
}

// A shared secret that is shorter than the hash can be guessed from one token.
func TestWeakSecrets(t *testing.T) {
	t.Parallel()
	for algorithm, length := range secretLengths {
		for _, form := range []func([]byte) []byte{
			func(raw []byte) []byte { return raw }, func(raw []byte) []byte { return asJWK(t, raw, map[string]any{"alg": algorithm}) },
		} {
			_, err := ParseSigningKey(form(secret[:length]), algorithm, false)
			require.NoError(t, err)
			_, err = ParseSigningKey(form(secret[:length-1]), algorithm, false)
			require.ErrorContains(t, err, fmt.Sprintf("%s needs a key of at least %d bytes, this one has %d", algorithm, length, length-1))
			_, err = ParseSigningKey(form(secret[:1]), algorithm, true)
			require.NoError(t, err)
		}
	}
	_, err := ParseVerificationKeys(secret[:31], false)
	require.ErrorContains(t, err, "HS256 needs a key of at least 32 bytes, this one has 31")
	keys, err := ParseVerificationKeys(secret[:48], false)
	require.NoError(t, err)
	require.Len(t, keys, 2, "long enough for HS256 and HS384")
	keys, err = ParseVerificationKeys(secret[:1], true)
	require.NoError(t, err)
	require.Len(t, keys, 3)
}

// A key that does not name its algorithm verifies each that it fits, one that does that one only.
func TestVerificationKeys(t *testing.T) {
	t.Parallel()
	rsaAlgorithms := []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
	key := ecdsaKeys["ES256"]
	for name, c := range map[string]struct {
		given      []byte
		algorithms []string
		ids        []string
	}{
		"PEM, private":       {privatePEM(t, key), []string{"ES256"}, nil},
		"PEM, public":        {publicPEM(t, key), []string{"ES256"}, nil},
		"PEM blocks":         {append(publicPEM(t, rsaKey), publicPEM(t, key)...), append(slices.Clone(rsaAlgorithms), "ES256"), nil},
		"text around PEM":    {append([]byte("# a key\n"), publicPEM(t, key)...), []string{"ES256"}, nil},
		"JWK, private":       {asJWK(t, key, map[string]any{"kid": "2026"}), []string{"ES256"}, []string{"2026"}},
		"JWK, public":        {asJWK(t, &key.PublicKey, map[string]any{"kid": "2026", "use": "sig", "key_ops": []string{"verify"}}), []string{"ES256"}, []string{"2026"}},
		"JWK of RSA":         {asJWK(t, &rsaKey.PublicKey, nil), rsaAlgorithms, nil},
		"JWK for PS384":      {asJWK(t, &rsaKey.PublicKey, map[string]any{"alg": "PS384"}), []string{"PS384"}, nil},
		"JWK of a secret":    {asJWK(t, secret, nil), []string{"HS256", "HS384", "HS512"}, nil},
		"JWK for Ed25519":    {asJWK(t, ed25519Key.Public(), map[string]any{"alg": "Ed25519"}), []string{"EdDSA"}, nil},
		"JWK Set":            {asSet(asJWK(t, &key.PublicKey, nil), asJWK(t, secret, map[string]any{"alg": "HS512", "kid": "old"})), []string{"ES256", "HS512"}, []string{"", "old"}},
		"JWK Set behind BOM": {append([]byte("\xef\xbb\xbf"), asSet(asJWK(t, &key.PublicKey, nil))...), []string{"ES256"}, nil},
		"a secret":           {secret, []string{"HS256", "HS384", "HS512"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			keys, err := ParseVerificationKeys(c.given, false)
			require.NoError(t, err)
			var algorithms []string
			for i, one := range keys {
				algorithms = append(algorithms, one.Algorithm)
				if i < len(c.ids) && c.ids[i] != "" {
					require.Equal(t, c.ids[i], one.ID)
				}
				signer, err := ParseSigningKey(asJWK(t, rawKey(one.Algorithm), nil), one.Algorithm, false)
				require.NoError(t, err)
				require.True(t, one.Verify(sign(t, signer, `{"alg":"`+one.Algorithm+`"}`)))
			}
			require.Equal(t, c.algorithms, algorithms)
		})
	}
}

// A `kid` that is named narrows the keys down, and never widens them.
func TestKeyIDs(t *testing.T) {
	t.Parallel()
	key := ecdsaKeys["ES256"]
	one, err := ParseSigningKey(asJWK(t, key, map[string]any{"kid": "one"}), "ES256", false)
	require.NoError(t, err)
	shared, err := ParseSigningKey(secret, "HS256", false)
	require.NoError(t, err)
	for kid, good := range map[string]bool{`"one"`: true, `"two"`: false, `"ONE"`: false, `"one "`: false, `null`: true} {
		require.Equal(t, good, VerifyAny([]Key{shared, one}, sign(t, one, `{"alg":"ES256","kid":`+kid+`}`)), kid)
		require.True(t, VerifyAny([]Key{one, shared}, sign(t, shared, `{"alg":"HS256","kid":`+kid+`}`)), "a secret has no name: %s", kid)
	}
	for _, kid := range []string{`1`, `["one"]`, `{}`, `true`} {
		text, err := one.Sign(EncodePart([]byte(`{"alg":"ES256","kid":`+kid+`}`)), []byte(`{}`))
		require.NoError(t, err)
		_, err = ParseJWS(text)
		require.Error(t, err, kid)
	}
	unnamed, err := ParseSigningKey(privatePEM(t, key), "ES256", false)
	require.NoError(t, err)
	digest, err := thumbprint(&key.PublicKey)
	require.NoError(t, err)
	require.Equal(t, digest, unnamed.ID, "RFC 7638 names a key that has no name")
	require.False(t, VerifyAny([]Key{unnamed}, sign(t, one, `{"alg":"ES256","kid":"one"}`)))
}

// Of several keys that a header could mean none is tried.
func TestSelectKey(t *testing.T) {
	t.Parallel()
	other := newECDSAKey(elliptic.P256())
	keys, err := ParseKeySet(asSet(asJWK(t, &ecdsaKeys["ES256"].PublicKey, map[string]any{"kid": "one"}), asJWK(t, &other.PublicKey, map[string]any{"kid": "two"}),
		asJWK(t, &rsaKey.PublicKey, map[string]any{"kid": "rsa"}), asJWK(t, ed25519Key.Public(), map[string]any{"kid": "ed"})))
	require.NoError(t, err)
	for _, c := range []struct{ kid, algorithm, id string }{
		{"one", "ES256", "one"},
		{"two", "ES256", "two"},
		{"", "ES256", ""}, // either of two
		{"", "RS256", "rsa"},
		{"rsa", "PS512", "rsa"},
		{"one", "RS256", ""},
		{"three", "ES256", ""},
		{"one", "ES384", ""},
		{"ed", "EdDSA", "ed"},
		{"", "EdDSA", "ed"},
		{"one", "HS256", ""},
		{"one", "none", ""},
		{"one", "", ""},
	} {
		selected, ok := SelectKey(keys, Header{KeyID: c.kid, Algorithm: c.algorithm})
		require.Equal(t, c.id, selected.ID, "%v", c)
		require.Equal(t, c.id != "", ok, "%v", c)
	}
	twice, err := ParseKeySet(asSet(asJWK(t, &other.PublicKey, map[string]any{"kid": "one"}), asJWK(t, &ecdsaKeys["ES256"].PublicKey, map[string]any{"kid": "one"})))
	require.NoError(t, err)
	_, ok := SelectKey(twice, Header{KeyID: "one", Algorithm: "ES256"})
	require.False(t, ok, "two keys of one name")
}

// Another server's keys: what is not a public key for signatures verifies nothing.
func TestKeySetsOfOthers(t *testing.T) {
	t.Parallel()
	key := ecdsaKeys["ES256"]
	good := asJWK(t, &key.PublicKey, map[string]any{"kid": "good"})
	keys, err := ParseKeySet(asSet(
		[]byte(`{}`), []byte(`1`), []byte(`null`), []byte(`{"kty":"strange"}`), []byte(`{"kty":"EC"}`),
		asJWK(t, secret, nil), asJWK(t, ecdsaKeys["ES384"], nil), asJWK(t, rsaKey, nil), asJWK(t, smallRSAKey.Public(), nil),
		asJWK(t, &key.PublicKey, map[string]any{"use": "enc"}), asJWK(t, &key.PublicKey, map[string]any{"alg": "ECDH-ES"}),
		asJWK(t, ed25519Key.Public(), map[string]any{"x": "AAAA"}), good))
	require.NoError(t, err)
	require.Len(t, keys, 1)
	require.Equal(t, "good", keys[0].ID)
	for name, text := range map[string][]byte{
		"nothing": nil, "a JWK": good, "keys that are no list": []byte(`{"keys":{}}`), "a list": append(append([]byte("["), good...), ']'),
		"keys twice": []byte(`{"keys":[],"keys":[` + string(good) + `]}`), "in another case": []byte(strings.Replace(string(asSet(good)), "keys", "Keys", 1)),
		"a member twice":  asSet([]byte(strings.Replace(string(good), `"kty"`, `"kty":"RSA","kty"`, 1))),
		"more behind":     append(asSet(good), '{', '}'),
		"not UTF-8":       asSet([]byte("{\"kid\":\"\xff\"}"), good),
		"a shared secret": secret, "PEM": publicPEM(t, key),
	} {
		_, err := ParseKeySet(text)
		require.Error(t, err, name)
	}
}

func TestAddKeys(t *testing.T) {
	t.Parallel()
	parse := func(text []byte) []Key {
		keys, err := ParseVerificationKeys(text, false)
		require.NoError(t, err)
		return keys
	}
	one := parse(asJWK(t, &ecdsaKeys["ES256"].PublicKey, map[string]any{"kid": "one"}))
	for name, c := range map[string]struct {
		more []Key
		want int // 0: refused
	}{
		"the same":                   {one, 2},
		"the same by another name":   {parse(publicPEM(t, ecdsaKeys["ES256"])), 2},
		"another":                    {parse(publicPEM(t, ecdsaKeys["ES384"])), 2},
		"another of its name":        {parse(asJWK(t, &ecdsaKeys["ES384"].PublicKey, map[string]any{"kid": "one"})), 0},
		"a secret of its name":       {parse(asJWK(t, secret, map[string]any{"kid": "one"})), 0},
		"two that have one name":     {slices.Concat(parse(asJWK(t, secret, map[string]any{"kid": "x"})), parse(asJWK(t, &rsaKey.PublicKey, map[string]any{"kid": "x"}))), 0},
		"a secret twice":             {slices.Concat(parse(secret), parse(secret)), 7},
		"two secrets without a name": {slices.Concat(parse(secret), parse(secret[:32])), 5},
	} {
		keys, err := AddKeys(slices.Clone(one), c.more)
		require.Len(t, keys, c.want, name)
		require.Equal(t, c.want == 0, err != nil, name)
	}
}

// A key is the same in whichever form it is given.
func TestAddKeysInOtherForms(t *testing.T) {
	t.Parallel()
	for _, algorithm := range AsymmetricAlgorithms {
		private := rawKey(algorithm).(crypto.Signer)
		one, err := ParseSigningKey(privatePEM(t, private), algorithm, false)
		require.NoError(t, err)
		for _, text := range [][]byte{publicPEM(t, private), asJWK(t, private, nil), asJWK(t, private.Public(), map[string]any{"kid": one.ID})} {
			more, err := ParseVerificationKeys(text, false)
			require.NoError(t, err)
			_, err = AddKeys([]Key{one}, more)
			require.NoError(t, err, algorithm)
		}
	}
}

// What is published holds no private half and no shared secret, and each key once.
func TestEncodePublicKeys(t *testing.T) {
	t.Parallel()
	var keys []Key
	for _, algorithm := range Algorithms {
		more, err := ParseVerificationKeys(asJWK(t, rawKey(algorithm), nil), false)
		require.NoError(t, err)
		keys, err = AddKeys(keys, more)
		require.NoError(t, err)
	}
	encoded, err := EncodePublicKeys(append(keys, keys...))
	require.NoError(t, err)
	var set struct{ Keys []map[string]any }
	require.NoError(t, json.Unmarshal(encoded, &set))
	algorithms := map[any]int{}
	for _, one := range set.Keys {
		algorithms[one["alg"]]++
		require.Equal(t, "sig", one["use"])
		require.NotEmpty(t, one["kid"])
		for _, private := range []string{"d", "p", "q", "dp", "dq", "qi", "k"} {
			require.NotContains(t, one, private)
		}
	}
	require.Equal(t, map[any]int{nil: 1, "ES256": 1, "ES384": 1, "ES512": 1, "EdDSA": 1}, algorithms, "the RSA key is for several")
	again, err := ParseKeySet(encoded)
	require.NoError(t, err)
	require.Len(t, again, len(AsymmetricAlgorithms))
	encoded, err = EncodePublicKeys(nil)
	require.NoError(t, err)
	require.JSONEq(t, `{"keys":[]}`, string(encoded))
}

func TestClientKeys(t *testing.T) {
	t.Parallel()
	key := ecdsaKeys["ES256"]
	many := func(count int) []byte {
		var text []byte
		for range count {
			text = append(text, publicPEM(t, newECDSAKey(elliptic.P256()))...)
		}
		return text
	}
	for name, given := range map[string][]byte{
		"a private key":       privatePEM(t, key),
		"a private JWK":       asJWK(t, key, nil),
		"a shared secret":     []byte("hidden"),
		"a shared one as JWK": asJWK(t, secret, nil),
		"one twice":           append(publicPEM(t, key), publicPEM(t, key)...),
		"one name for two":    asSet(asJWK(t, &key.PublicKey, map[string]any{"kid": "x"}), asJWK(t, &rsaKey.PublicKey, map[string]any{"kid": "x"})),
		"an odd size":         publicPEM(t, newRSAKey(2056)),
		"an odd exponent":     asJWK(t, &rsa.PublicKey{N: rsaKey.N, E: 3}, nil),
		"the exponent 1":      asJWK(t, &rsa.PublicKey{N: rsaKey.N, E: 1}, nil),
		"too many":            many(maxClientKeys + 1),
	} {
		_, err := NormalizeClientKeys(given)
		require.Error(t, err, name)
		require.NotContains(t, err.Error(), "hidden", name)
		require.NotContains(t, err.Error(), "unknown algorithm", name)
	}
	for name, given := range map[string][]byte{
		"PEM": publicPEM(t, key), "as many as can be": many(maxClientKeys), "RSA": publicPEM(t, rsaKey),
		"JWK Set": asSet(asJWK(t, &key.PublicKey, map[string]any{"kid": "x"}), asJWK(t, ed25519Key.Public(), map[string]any{"alg": "Ed25519"})),
	} {
		normalized, err := NormalizeClientKeys(given)
		require.NoError(t, err, name)
		want, err := ParseVerificationKeys(given, false)
		require.NoError(t, err)
		keys, err := ParseKeySet(normalized)
		require.NoError(t, err)
		require.Len(t, keys, len(want), name)
		for i := range want {
			require.Equal(t, want[i].public, keys[i].public, name)
			require.Equal(t, want[i].ID, keys[i].ID)
			require.Equal(t, want[i].Algorithm, keys[i].Algorithm)
		}
		require.NotContains(t, string(normalized), `"d"`)
	}
}

// With the exponent 1 the padded hash is its own signature.
func TestExponentOfOneVerifiesNothing(t *testing.T) {
	t.Parallel()
	keys, err := ParseVerificationKeys(asJWK(t, &rsa.PublicKey{N: rsaKey.N, E: 1}, nil), false)
	if err != nil {
		return
	}
	input := EncodePart([]byte(`{"alg":"RS256"}`)) + "." + EncodePart([]byte(`{}`))
	hash := sha256.Sum256([]byte(input))
	prefix := []byte{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20}
	padded := slices.Concat([]byte{0, 1}, []byte(strings.Repeat("\xff", rsaKey.Size()-3-len(prefix)-len(hash))), []byte{0}, prefix, hash[:])
	forged, err := ParseJWS(input + "." + EncodePart(padded))
	require.NoError(t, err)
	require.False(t, VerifyAny(keys, forged))
}

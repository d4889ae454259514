package auth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/stretchr/testify/require"
)

func publicPEM(t testing.TB, private crypto.Signer) []byte {
	t.Helper()
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: publicDER(t, private)})
}

// webKey writes a key as a JWK, with these members.
func webKey(t testing.TB, raw any, members map[string]any) []byte {
	t.Helper()
	made, err := jwk.FromRaw(raw)
	require.NoError(t, err)
	for name, value := range members {
		require.NoError(t, made.Set(name, value))
	}
	encoded, err := json.Marshal(made)
	require.NoError(t, err)
	return encoded
}

// Each key of the old algorithm goes on verifying when another key, of any algorithm, signs.
func TestVerificationKeys(t *testing.T) {
	t.Parallel()
	old, next := ecdsaKey(t, elliptic.P256()), ecdsaKey(t, elliptic.P384())
	secret, longSecret := []byte(strings.Repeat("s", 32)), []byte(strings.Repeat("l", 64))
	for name, c := range map[string]struct {
		algorithm string
		key       []byte
		given     []byte
		kid       string
	}{
		"PEM, private":           {"ES256", pkcs8(t, old), pkcs8(t, old), ""},
		"PEM, public":            {"ES256", pkcs8(t, old), publicPEM(t, old), ""},
		"several PEM blocks":     {"ES256", pkcs8(t, old), append(publicPEM(t, rsaKey(t, 2048)), publicPEM(t, old)...), ""},
		"JWK":                    {"ES256", webKey(t, old, map[string]any{"kid": "2026"}), webKey(t, &old.PublicKey, map[string]any{"kid": "2026"}), "2026"},
		"JWK Set":                {"ES256", pkcs8(t, old), []byte(`{"keys":[` + string(webKey(t, &old.PublicKey, nil)) + `]}`), ""},
		"a shared secret":        {"HS256", secret, secret, ""},
		"a shared one as JWK":    {"HS256", secret, webKey(t, secret, map[string]any{"alg": "HS256"}), ""},
		"PEM, RSA for PS256":     {"PS256", pkcs8(t, rsaKeyOnce(t)), pkcs8(t, rsaKeyOnce(t)), ""},
		"a longer secret":        {"HS256", longSecret, longSecret, ""},
		"a secret for HS512":     {"HS512", longSecret, longSecret, ""},
		"with a byte order mark": {"ES256", pkcs8(t, old), append([]byte("\xef\xbb\xbf"), webKey(t, &old.PublicKey, nil)...), ""},
		"an RSA key for PS384":   {"PS384", pkcs8(t, rsaKeyOnce(t)), webKey(t, &rsaKeyOnce(t).PublicKey, map[string]any{"alg": "PS384"}), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			token, err := newTokens(t, c.algorithm, c.key).Issue("client", "user", nil, time.Now())
			require.NoError(t, err)
			o := TokenOptions{Algorithm: "ES384", Key: pkcs8(t, next), Issuer: "issuer", Lifetime: time.Hour, Now: time.Now}
			without, err := NewTokens(o)
			require.NoError(t, err)
			_, err = without.Verify(token)
			require.ErrorIs(t, err, ErrInvalidToken)

			o.VerificationKeys = c.given
			with, err := NewTokens(o)
			require.NoError(t, err)
			_, err = with.Verify(token)
			require.NoError(t, err)
			signed, err := with.Issue("client", "user", nil, time.Now())
			require.NoError(t, err)
			_, err = without.Verify(signed)
			require.NoError(t, err, "the signing key stays the one that signs")
			var set struct{ Keys []map[string]any }
			encoded, err := with.PublicKeys()
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(encoded, &set))
			for _, one := range set.Keys {
				require.NotContains(t, one, "d", "no private half")
				require.NotEqual(t, "oct", one["kty"], "no shared secret")
				require.NotEmpty(t, one["kid"])
				require.Equal(t, "sig", one["use"])
			}
			if c.kid != "" {
				require.Equal(t, c.kid, set.Keys[1]["kid"])
			}
		})
	}
}

// rsaKeyOnce is the same key at each call.
var rsaOnce = func() *rsa.PrivateKey { key, _ := rsa.GenerateKey(rand.Reader, 2048); return key }()

func rsaKeyOnce(testing.TB) *rsa.PrivateKey { return rsaOnce }

// A token that names its key counts under no other one, though another would verify it.
func TestKeyIDs(t *testing.T) {
	t.Parallel()
	key := ecdsaKey(t, elliptic.P256())
	named := newTokens(t, "ES256", webKey(t, key, map[string]any{"kid": "one"}))
	other := newTokens(t, "ES256", webKey(t, key, map[string]any{"kid": "two"}))
	token, err := named.Issue("client", "user", nil, time.Now())
	require.NoError(t, err)
	_, err = named.Verify(token)
	require.NoError(t, err)
	_, err = other.Verify(token)
	require.ErrorIs(t, err, ErrInvalidToken)

	thumb := newTokens(t, "ES256", pkcs8(t, key))
	digest, err := thumbprint(&key.PublicKey)
	require.NoError(t, err)
	require.Equal(t, digest, thumb.keys[0].id, "RFC 7638 names a key that has no name")
}

// One set of all keys can be given on every replica: the key that signs is in it too, and listed once.
func TestSigningKeyAmongTheVerificationKeys(t *testing.T) {
	t.Parallel()
	for _, algorithm := range []string{"ES256", "RS256"} {
		var key crypto.Signer = ecdsaKey(t, elliptic.P256())
		if algorithm == "RS256" {
			key = rsaKeyOnce(t)
		}
		tokens, err := NewTokens(TokenOptions{
			Algorithm: algorithm, Key: pkcs8(t, key), Now: time.Now,
			VerificationKeys: append(publicPEM(t, key), publicPEM(t, ecdsaKey(t, elliptic.P384()))...),
		})
		require.NoError(t, err)
		encoded, err := tokens.PublicKeys()
		require.NoError(t, err)
		var set struct {
			Keys []struct{ Kid, Alg string }
		}
		require.NoError(t, json.Unmarshal(encoded, &set))
		require.Len(t, set.Keys, 2)
		require.NotEqual(t, set.Keys[0].Kid, set.Keys[1].Kid)
		require.Equal(t, map[string]string{"ES256": "ES256", "RS256": ""}[algorithm], set.Keys[0].Alg, "RSA is for several")
	}
}

func publicDER(t testing.TB, private crypto.Signer) []byte {
	t.Helper()
	encoded, err := x509.MarshalPKIXPublicKey(private.Public())
	require.NoError(t, err)
	return encoded
}

func TestVerificationKeysThatDoNotFit(t *testing.T) {
	t.Parallel()
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	p224, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	require.NoError(t, err)
	for name, given := range map[string][]byte{
		"a small RSA key":        publicPEM(t, small),
		"P-224":                  publicPEM(t, p224),
		"a short secret":         []byte("short-secret"),
		"a short secret, as JWK": webKey(t, []byte("short-secret"), nil),
		"an algorithm unfit":     webKey(t, &ecdsaKey(t, elliptic.P256()).PublicKey, map[string]any{"alg": "ES384"}),
		"unknown algorithm":      webKey(t, []byte(strings.Repeat("s", 64)), map[string]any{"alg": "dir"}),
		"an array of JWKs":       []byte(`[` + string(webKey(t, &ecdsaKey(t, elliptic.P256()).PublicKey, nil)) + `]`),
		"a broken JWK Set":       []byte(`{"keys":[` + string(webKey(t, &ecdsaKey(t, elliptic.P256()).PublicKey, nil)) + `,]}`),
		"a set of another name":  []byte(`{"key":[` + string(webKey(t, &ecdsaKey(t, elliptic.P256()).PublicKey, nil)) + `]}`),
		"a key of SSH":           []byte("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6MDEyMzQ1"),
		"PEM in base64":          []byte(base64.StdEncoding.EncodeToString(publicPEM(t, rsaKeyOnce(t)))),
		"a JWK in base64url":     []byte(base64.RawURLEncoding.EncodeToString(webKey(t, &rsaKeyOnce(t).PublicKey, nil))),
		"a JWK as a string":      []byte(strconv.Quote(string(webKey(t, &rsaKeyOnce(t).PublicKey, nil)))),
		"base64 of base64":       []byte(base64.StdEncoding.EncodeToString([]byte(base64.StdEncoding.EncodeToString(publicDER(t, rsaKeyOnce(t)))))),
		"a path":                 []byte("/run/secrets/a-path-that-is-long-enough.pem"),
		"a path of letters":      []byte("/run/secrets/verificationkeysofmeet"),
		"another path":           []byte("/data/verification_keys_of_this_meet_server"),
		"a URL":                  []byte("https://meet.example.org/external-api/v1.0/jwks.json"),
		"a key of SSH2":          []byte("---- BEGIN SSH2 PUBLIC KEY ----\nAAAAC3NzaC1lZDI1NTE5AAAAIGFiY2RlZmdoaWpr\n---- END SSH2 PUBLIC KEY ----"),
		"DER of an EC key":       publicDER(t, ecdsaKey(t, elliptic.P256())),
		"DER of an RSA key":      publicDER(t, rsaKeyOnce(t)),
		"DER in lines of base64": []byte(base64.StdEncoding.EncodeToString(publicDER(t, rsaKeyOnce(t)))[:64] + "\n" + base64.StdEncoding.EncodeToString(publicDER(t, rsaKeyOnce(t)))[64:]),
		"a secret behind PEM":    append(publicPEM(t, rsaKeyOnce(t)), strings.Repeat("s", 64)...),
		"half PEM before PEM":    append([]byte("-----BEGIN PUBLIC KEY-----\nAAAA\n"), publicPEM(t, rsaKeyOnce(t))...),
		"a point off its curve":  []byte(`{"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"}`),
		"one to encrypt with":    webKey(t, &ecdsaKey(t, elliptic.P256()).PublicKey, map[string]any{"key_ops": []string{"encrypt"}}),
		"NUL in a kid":           webKey(t, &ecdsaKey(t, elliptic.P256()).PublicKey, map[string]any{"kid": "a\x00b"}),
		"one kid for two keys":   []byte(`{"keys":[` + string(webKey(t, &ecdsaKey(t, elliptic.P256()).PublicKey, map[string]any{"kid": "one"})) + `,` + string(webKey(t, &rsaKeyOnce(t).PublicKey, map[string]any{"kid": "one"})) + `]}`),
		"DER in base64":          []byte("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEabcdefghijklmnopqrstuvwxyz"),
		"an empty set":           []byte(`{"keys":[]}`),
		"a certificate":          []byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
		"half a PEM block":       []byte("-----BEGIN PUBLIC KEY-----\nAAAA"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := NewTokens(TokenOptions{Algorithm: "HS256", Key: make([]byte, 32), VerificationKeys: given})
			var unfit *VerificationKeysError
			require.ErrorAs(t, err, &unfit)
			require.NotContains(t, err.Error(), "short-secret")
		})
	}
	for range 100 {
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawURLEncoding} {
			secret := make([]byte, 48)
			_, _ = rand.Read(secret)
			_, err = NewTokens(TokenOptions{Algorithm: "HS256", Key: []byte("s" + encoding.EncodeToString(secret))})
			require.NoError(t, err)
		}
	}
	_, err = NewTokens(TokenOptions{Algorithm: "HS256", Key: []byte("/a+random/secret/in/base64/begins+so/0123456789==")})
	require.NoError(t, err)
	_, err = NewTokens(TokenOptions{Algorithm: "ES256", Key: publicPEM(t, ecdsaKey(t, elliptic.P256()))})
	require.ErrorContains(t, err, "private key to sign with")
}

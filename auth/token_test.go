package auth

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func newTokens(t testing.TB, algorithm string, key []byte) *Tokens {
	t.Helper()
	tokens, err := NewTokens(TokenOptions{
		Algorithm: algorithm, Key: key, Issuer: "issuer", Lifetime: time.Hour, Now: time.Now,
	})
	require.NoError(t, err)
	return tokens
}

func pkcs8(t testing.TB, key any) []byte {
	t.Helper()
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})
}

// keys returns a good key for each algorithm.
func keys(t testing.TB) map[string][]byte {
	t.Helper()
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	all := map[string][]byte{"EdDSA": pkcs8(t, edKey)}
	for algorithm, curve := range map[string]elliptic.Curve{"ES256": elliptic.P256(), "ES384": elliptic.P384(), "ES512": elliptic.P521()} {
		key, err := ecdsa.GenerateKey(curve, rand.Reader)
		require.NoError(t, err)
		all[algorithm] = pkcs8(t, key)
	}
	for _, size := range []string{"256", "384", "512"} {
		all["HS"+size] = []byte(strings.Repeat("k", 64))
		all["RS"+size], all["PS"+size] = pkcs8(t, rsaKey), pkcs8(t, rsaKey)
	}
	return all
}

func TestEveryAlgorithmIssuesWhatItVerifies(t *testing.T) {
	t.Parallel()
	keys := keys(t)
	require.Len(t, keys, len(Algorithms))
	for _, algorithm := range Algorithms {
		t.Run(algorithm, func(t *testing.T) {
			t.Parallel()
			tokens := newTokens(t, algorithm, keys[algorithm])
			token, err := tokens.Issue("client", "user", []string{"rooms:list"}, time.Now())
			require.NoError(t, err)
			claims, err := tokens.Verify(token)
			require.NoError(t, err)
			require.Equal(t, "client user", claims.ClientID+" "+claims.UserID)
			require.Equal(t, []string{"rooms:list"}, claims.Scopes)
			require.True(t, claims.Delegated)
			for _, changed := range []string{token[:len(token)-6] + "AAAAAA", "x" + token, strings.Replace(token, ".", ".a", 1)} {
				_, err = tokens.Verify(changed)
				require.ErrorIs(t, err, ErrInvalidToken)
			}
		})
	}
}

// A server that verifies with a public key must not take it for a shared secret.
func TestPublicKeyIsNoSharedSecret(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	require.NoError(t, err)
	known := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})
	tokens := newTokens(t, "RS256", pkcs8(t, key))
	good, err := tokens.Issue("client", "user", nil, time.Now())
	require.NoError(t, err)
	for _, header := range []string{`{"alg":"HS256","typ":"JWT"}`, `{"alg":"HS256","typ":"JWT","kid":"` + tokens.keys[0].id + `"}`} {
		text := encodePart([]byte(header)) + "." + strings.Split(good, ".")[1]
		mac := hmac.New(sha256.New, known)
		mac.Write([]byte(text))
		_, err = tokens.Verify(text + "." + encodePart(mac.Sum(nil)))
		require.ErrorIs(t, err, ErrInvalidToken)
	}
	_, err = NewTokens(TokenOptions{Algorithm: "HS256", Key: known})
	require.Error(t, err)
}

// halves is a JWK with the private member of one key, and all others of another.
func halves(t testing.TB, one, other any) []byte {
	t.Helper()
	var private, public map[string]any
	require.NoError(t, json.Unmarshal(webKey(t, one, nil), &private))
	require.NoError(t, json.Unmarshal(webKey(t, other, nil), &public))
	public["d"] = private["d"]
	encoded, err := json.Marshal(public)
	require.NoError(t, err)
	return encoded
}

// without is a JWK that lacks some members.
func without(t testing.TB, key []byte, names ...string) []byte {
	t.Helper()
	var members map[string]any
	require.NoError(t, json.Unmarshal(key, &members))
	for _, name := range names {
		delete(members, name)
	}
	encoded, err := json.Marshal(members)
	require.NoError(t, err)
	return encoded
}

func TestKeysThatDoNotFit(t *testing.T) {
	t.Parallel()
	keys := keys(t)
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	for name, o := range map[string]TokenOptions{
		"none":                     {Algorithm: "HS256"},
		"one byte short for HS256": {Algorithm: "HS256", Key: make([]byte, 31)},
		"one byte short for HS384": {Algorithm: "HS384", Key: make([]byte, 47)},
		"one byte short for HS512": {Algorithm: "HS512", Key: make([]byte, 63)},
		"unknown algorithm":        {Algorithm: "none", Key: make([]byte, 64)},
		"a secret for RS256":       {Algorithm: "RS256", Key: []byte("a secret that is no PEM")},
		"broken PEM":               {Algorithm: "RS256", Key: []byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")},
		"a small RSA key":          {Algorithm: "RS256", Key: pkcs8(t, small)},
		"another curve":            {Algorithm: "ES256", Key: keys["ES384"]},
		"an RSA key for ES256":     {Algorithm: "ES256", Key: keys["RS256"]},
		"an EC key for EdDSA":      {Algorithm: "EdDSA", Key: keys["ES256"]},
		"an Ed25519 key for PS256": {Algorithm: "PS256", Key: keys["EdDSA"]},
		"two halves, ES256":        {Algorithm: "ES256", Key: halves(t, ecdsaKey(t, elliptic.P256()), ecdsaKey(t, elliptic.P256()))},
		"two halves, RS256":        {Algorithm: "RS256", Key: halves(t, rsaKey(t, 2048), rsaKeyOnce(t))},
		"RSA without its primes":   {Algorithm: "RS256", Key: without(t, webKey(t, rsaKeyOnce(t), nil), "p", "q", "dp", "dq", "qi")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := NewTokens(o)
			require.Error(t, err)
			require.NotContains(t, err.Error(), "a secret")
		})
	}
	_, err = NewTokens(TokenOptions{Algorithm: "HS256", Key: []byte("weak"), AllowWeakKey: true})
	require.NoError(t, err)
}

func TestTimes(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_700_000_000, 0)
	tokens, err := NewTokens(TokenOptions{
		Algorithm: "HS256", Key: make([]byte, 32), Issuer: "i", Lifetime: time.Minute, Now: func() time.Time { return now },
	})
	require.NoError(t, err)
	token, err := tokens.Issue("client", "user", nil, now)
	require.NoError(t, err)
	for taken, lives := range map[time.Duration]time.Duration{
		-2 * time.Second: time.Minute, 999 * time.Millisecond: time.Minute, 2500 * time.Millisecond: 62 * time.Second,
	} {
		issued := now.Add(-taken)
		dated, err := tokens.Issue("client", "user", nil, issued)
		require.NoError(t, err)
		claims, err := tokens.Verify(dated)
		require.NoError(t, err)
		require.Equal(t, issued.Truncate(time.Second).Unix(), claims.IssuedAt.Unix())
		require.Equal(t, lives, claims.ExpiresAt.Sub(claims.IssuedAt), taken)
	}
	now = now.Add(59*time.Second + 999*time.Millisecond)
	_, err = tokens.Verify(token)
	require.NoError(t, err)
	now = now.Add(time.Millisecond)
	_, err = tokens.Verify(token)
	require.ErrorIs(t, err, ErrTokenExpired, "no skew is tolerated")
}

// The clock of whoever signed may run ahead by ten seconds, and by no more.
func TestClockSkew(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_700_000_000, 0)
	key := make([]byte, 32)
	tokens, err := NewTokens(TokenOptions{Algorithm: "HS256", Key: key, Issuer: "i", Lifetime: time.Minute, Now: func() time.Time { return now }})
	require.NoError(t, err)
	for _, claim := range []string{"iat", "nbf"} {
		for ahead, good := range map[int64]bool{-3600: true, 0: true, 10: true, 11: false, 3600: false} {
			payload := fmt.Sprintf(`{"iss":"i","exp":%d,"%s":%d}`, now.Unix()+60, claim, now.Unix()+ahead)
			text := encodePart([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + encodePart([]byte(payload))
			mac := hmac.New(sha256.New, key)
			mac.Write([]byte(text))
			_, err := tokens.Verify(text + "." + encodePart(mac.Sum(nil)))
			require.Equal(t, good, err == nil, "%s %d: %v", claim, ahead, err)
		}
	}
}

// FuzzVerify feeds the gate: nothing makes it panic, and nothing passes but what was signed.
func FuzzVerify(f *testing.F) {
	key := []byte(strings.Repeat("k", 32))
	tokens := newTokens(f, "HS256", key)
	good, err := tokens.Issue("client", "user", []string{"rooms:list"}, time.Now())
	require.NoError(f, err)
	parts := strings.Split(good, ".")
	for _, seed := range []string{
		good, "", ".", "..", "...", good + ".", good + "=", good + "\n", " " + good, parts[0] + ".." + parts[2],
		parts[0] + "." + parts[1] + ".", `{"protected":"` + parts[0] + `","payload":"` + parts[1] + `","signature":"` + parts[2] + `"}`,
		encodePart([]byte(`{"alg":"none"}`)) + "." + parts[1] + ".", encodePart([]byte(`{"alg":"HS256","typ":"JWT","crit":["exp"]}`)) + "." + parts[1] + "." + parts[2],
		strings.Repeat("a", maxTokenLength) + ".b.c", "a.b.c.d.e",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := tokens.Verify(token); err != nil {
			return
		}
		signed, signature, _ := strings.Cut(token, ".")
		payload, signature, _ := strings.Cut(signature, ".")
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(signed + "." + payload))
		require.Equal(t, encodePart(mac.Sum(nil)), signature)
	})
}

package token

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// pemOf is a private key in PKCS #8.
func pemOf(b *testing.B, key any, err error) []byte {
	b.Helper()
	require.NoError(b, err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(b, err)
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// forEachAlgorithm runs a benchmark for each of the keys that docs/keys.md compares. HS256 is what Meet has unless it is told otherwise.
func forEachAlgorithm(b *testing.B, run func(b *testing.B, issuer *Issuer)) {
	for _, test := range []struct {
		name, algorithm string
		key             func(b *testing.B) []byte
	}{
		{"HS256", "HS256", func(*testing.B) []byte { return []byte(strings.Repeat("k", 64)) }},
		{"ES256", "ES256", func(b *testing.B) []byte {
			key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
			return pemOf(b, key, err)
		}},
		{"EdDSA", "EdDSA", func(b *testing.B) []byte {
			_, key, err := ed25519.GenerateKey(rand.Reader)
			return pemOf(b, key, err)
		}},
		{"ES384", "ES384", func(b *testing.B) []byte {
			key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
			return pemOf(b, key, err)
		}},
		{"ES512", "ES512", func(b *testing.B) []byte {
			key, err := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
			return pemOf(b, key, err)
		}},
		{"RS256 of 2048 bits", "RS256", func(b *testing.B) []byte {
			key, err := rsa.GenerateKey(rand.Reader, 2048)
			return pemOf(b, key, err)
		}},
		{"RS256 of 3072 bits", "RS256", func(b *testing.B) []byte {
			key, err := rsa.GenerateKey(rand.Reader, 3072)
			return pemOf(b, key, err)
		}},
		{"RS256 of 4096 bits", "RS256", func(b *testing.B) []byte {
			key, err := rsa.GenerateKey(rand.Reader, 4096)
			return pemOf(b, key, err)
		}},
	} {
		b.Run(test.name, func(b *testing.B) {
			issuer, err := NewIssuer(Options{
				Algorithm: test.algorithm, Key: test.key(b), Issuer: "lasuite-meet", Lifetime: time.Hour, Now: time.Now,
			})
			require.NoError(b, err)
			b.ReportAllocs()
			run(b, issuer)
		})
	}
}

func issueOne(issuer *Issuer) (string, error) {
	return issuer.Issue(strings.Repeat("c", 40), "7c9e6679-7425-40de-944b-e07fc1f90ae7",
		[]string{"rooms:list", "rooms:create", "rooms:retrieve"}, time.Now())
}

func BenchmarkVerify(b *testing.B) {
	forEachAlgorithm(b, func(b *testing.B, issuer *Issuer) {
		token, err := issueOne(issuer)
		require.NoError(b, err)
		for b.Loop() {
			if _, err := issuer.Verify(token); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkIssue(b *testing.B) {
	forEachAlgorithm(b, func(b *testing.B, issuer *Issuer) {
		for b.Loop() {
			if _, err := issueOne(issuer); err != nil {
				b.Fatal(err)
			}
		}
	})
}

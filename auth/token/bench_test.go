package token

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// benchmarkIssuer signs with HS256, as Meet does unless it is told otherwise.
func benchmarkIssuer(b *testing.B) *Issuer {
	b.Helper()
	issuer, err := NewIssuer(Options{
		Algorithm: "HS256", Key: []byte(strings.Repeat("k", 64)), Issuer: "lasuite-meet", Lifetime: time.Hour, Now: time.Now,
	})
	require.NoError(b, err)
	b.ReportAllocs()
	return issuer
}

var (
	benchmarkClient = strings.Repeat("c", 40)
	benchmarkUser   = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
	benchmarkScopes = []string{"rooms:list", "rooms:create", "rooms:retrieve"}
)

func BenchmarkVerify(b *testing.B) {
	issuer := benchmarkIssuer(b)
	token, err := issuer.Issue(benchmarkClient, benchmarkUser, benchmarkScopes, time.Now())
	require.NoError(b, err)
	for b.Loop() {
		if _, err := issuer.Verify(token); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIssue(b *testing.B) {
	issuer := benchmarkIssuer(b)
	for b.Loop() {
		if _, err := issuer.Issue(benchmarkClient, benchmarkUser, benchmarkScopes, time.Now()); err != nil {
			b.Fatal(err)
		}
	}
}

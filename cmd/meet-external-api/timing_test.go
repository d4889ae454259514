package main

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	mathrand "math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/handlers"
)

const (
	// samples are taken of each path before the medians are looked at.
	samples = 150
	// alike is how far medians may be apart.
	alike = 0.10
	// looks are had before a difference is believed, each at all the samples until then: noise goes away with their number, a
	// difference that is real does not.
	looks = 8
)

var noLimits = map[string]string{"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "0", "EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE": "0"}

// unknownClient is as long as the client ids that there are.
const unknownClient = "unknown-client-that-is-as-long-as-others"

// No way to fail is told from another by the time it takes. The requests take turns, so that a noisy machine is noisy for all
// of them. Not in parallel, for the same reason.
func TestFailuresAreAlikeInTime(t *testing.T) {
	for name, stored := range map[string]string{
		"with a slow hash among the applications": slowDjangoHash,
		"with fast ones alone":                    djangoHashes["pbkdf2_sha256"],
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, noLimits)
			s.user("user@example.com")
			ours, meets, inactive, unusable, malformed, several :=
				s.application(), s.application(), s.application(), s.application(), s.application(), s.application()
			s.rotate(several, "--overlap=1h")
			s.cli("application", "disable", inactive.ID)
			s.setHash(&meets, stored, "")
			s.setHash(&unusable, "!", "")
			s.setHash(&malformed, strings.TrimSuffix(stored, "="), "")
			large, update := s.application(), []string{"application", "update"}
			for i := range 100 {
				update = append(update, fmt.Sprintf("--domain=%d.example.com", i))
			}
			s.cli(append(update, large.ID)...)
			wrong := func(c credentials) func() map[string]any {
				// A secret of its own for each, so that no two requests are the same one.
				return func() map[string]any {
					return tokenRequest(credentials{ID: c.ID, Secret: uuid.NewString()}, nil)
				}
			}
			requireAlike(t, s, 401, map[string]func() map[string]any{
				"unknown client":                     wrong(credentials{ID: unknownClient}),
				"wrong secret":                       wrong(ours),
				"wrong secret of Meet's":             wrong(meets),
				"wrong secret, inactive":             wrong(inactive),
				"unusable hash":                      wrong(unusable),
				"malformed hash of the dearest cost": wrong(malformed),
				"wrong secret of several":            wrong(several),
				"wrong secret, many domains":         wrong(large),
			})
			empty := func(c credentials) func() map[string]any {
				return func() map[string]any { return tokenRequest(credentials{ID: c.ID}, nil) }
			}
			requireAlike(t, s, 400, map[string]func() map[string]any{
				"empty secret":                   empty(ours),
				"empty secret of Meet's":         empty(meets),
				"empty secret of an unknown one": empty(credentials{ID: unknownClient}),
			})
		})
	}
}

// Nor does counting in Redis tell, also not which clients are known at the caller's address.
func TestCountedFailuresAreAlikeInTime(t *testing.T) {
	redis := startRedis(t)
	s := start(t, map[string]string{
		"REDIS_URL": redis.url(), "EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "100000", "EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE": "100000",
	})
	s.user("user@example.com")
	known, stranger := s.application(), s.application()
	require.Equal(t, 200, s.tokenStatus(known))
	paths := map[string]func() map[string]any{}
	for name, id := range map[string]string{"unknown client": unknownClient, "stranger": stranger.ID, "known here": known.ID} {
		paths[name] = func() map[string]any { return tokenRequest(credentials{ID: id, Secret: uuid.NewString()}, nil) }
	}
	requireAlike(t, s, 401, paths)
}

// Nor does an assertion tell whether there is such a client, and which keys it has.
func TestAssertionsAreAlikeInTime(t *testing.T) {
	s := start(t, noLimits)
	s.user("user@example.com")
	keys := map[string]crypto.Signer{}
	for name, make := range map[string]func() (crypto.Signer, error){
		"RSA 2048": func() (crypto.Signer, error) { return rsa.GenerateKey(rand.Reader, 2048) },
		"RSA 4096": func() (crypto.Signer, error) { return rsa.GenerateKey(rand.Reader, 4096) },
		"P-256":    func() (crypto.Signer, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) },
		"P-521":    func() (crypto.Signer, error) { return ecdsa.GenerateKey(elliptic.P521(), rand.Reader) },
		"Ed25519": func() (crypto.Signer, error) {
			_, key, err := ed25519.GenerateKey(rand.Reader)
			return key, err
		},
	} {
		var err error
		keys[name], err = make()
		require.NoError(t, err)
	}
	without := s.application()
	with := map[string]credentials{"no key": without, "unknown": {ID: unknownClient}}
	for name, key := range keys {
		with[name] = s.application()
		s.cli("application", "update", with[name].ID, "--public-keys", keysFile(t, key))
	}
	with["all kinds"], with["two of each"] = s.application(), s.application()
	all := []crypto.Signer{keys["RSA 2048"], keys["P-256"], keys["P-521"], keys["Ed25519"]}
	s.cli("application", "update", with["all kinds"].ID, "--public-keys", keysFile(t, all...))
	another, err := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	require.NoError(t, err)
	s.cli("application", "update", with["two of each"].ID, "--public-keys", keysFile(t, append(all, another)...))

	for _, c := range []struct {
		algorithm string
		length    int
	}{{"RS256", 256}, {"PS512", 512}, {"ES256", 64}, {"ES512", 132}, {"EdDSA", 64}} {
		t.Run(c.algorithm, func(t *testing.T) {
			paths := map[string]func() map[string]any{}
			for name, client := range with {
				paths[name] = func() map[string]any { return asserted(forged(t, client.ID, c.algorithm, c.length), nil) }
			}
			requireAlike(t, s, 401, paths)
		})
	}
}

// forged is an assertion with a signature of the right length that nobody made, and whose numbers are not too great for
// its curve.
func forged(t testing.TB, clientID, algorithm string, length int) string {
	t.Helper()
	header := base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"alg":%q}`, algorithm))
	claims, err := json.Marshal(map[string]any{"iss": clientID, "sub": clientID, "aud": "lasuite-meet", "exp": time.Now().Unix() + 60, "jti": uuid.NewString()})
	require.NoError(t, err)
	signature := make([]byte, length)
	_, _ = rand.Read(signature)
	if algorithm[0] != 'R' { // of RSA, some numbers are greater than the modulus, which must not tell either
		signature[0], signature[length/2] = 0, 0
	}
	return header + "." + base64.RawURLEncoding.EncodeToString(claims) + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// requireAlike asks for tokens in each of the ways, in turns, and compares the medians. Who comes after whom is drawn anew for
// each turn, so that none is always the one after the dearest.
func requireAlike(t *testing.T, s *instance, status int, paths map[string]func() map[string]any) {
	t.Helper()
	var said []string
	turn, taken := slices.Sorted(maps.Keys(paths)), map[string][]time.Duration{}
	for range looks {
		for range samples {
			mathrand.Shuffle(len(turn), func(i, j int) { turn[i], turn[j] = turn[j], turn[i] })
			for _, name := range turn {
				taken[name] = append(taken[name], timed(t, s, paths[name](), status))
			}
		}
		least, most, line := time.Hour, time.Duration(0), ""
		for name, durations := range taken {
			slices.Sort(durations)
			middle := durations[len(durations)/2]
			least, most = min(least, middle), max(most, middle)
			line += fmt.Sprintf(" %s: %s;", name, middle)
		}
		apart := float64(most-least) / float64(least)
		if apart <= alike {
			return
		}
		said = append(said, fmt.Sprintf("%.0f %% apart:%s", apart*100, line))
	}
	t.Error(strings.Join(said, "\n"))
}

func timed(t *testing.T, s *instance, fields map[string]any, status int) time.Duration {
	t.Helper()
	body, err := json.Marshal(fields)
	require.NoError(t, err)
	begin := time.Now()
	response, err := http.Post(s.url+handlers.BasePath+tokenPath, "application/json", bytes.NewReader(body))
	require.NoError(t, err)
	_, err = io.Copy(io.Discard, response.Body)
	took := time.Since(begin)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, status, response.StatusCode)
	return took
}

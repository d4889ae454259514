package main

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/handlers"
)

// signingKey makes a private key for an algorithm, in PKCS #8 PEM.
func signingKey(t testing.TB, algorithm string) string {
	t.Helper()
	var key any
	var err error
	switch algorithm[:2] {
	case "RS", "PS":
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	case "ES":
		curve := map[string]elliptic.Curve{"ES256": elliptic.P256(), "ES384": elliptic.P384(), "ES512": elliptic.P521()}[algorithm]
		key, err = ecdsa.GenerateKey(curve, rand.Reader)
	default:
		_, key, err = ed25519.GenerateKey(rand.Reader)
	}
	require.NoError(t, err)
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded}))
}

// Tokens are signed with any key, name it, and it is published; a shared secret is not.
func TestKeysAreServed(t *testing.T) {
	t.Parallel()
	s := start(t)
	require.Equal(t, map[string]any{"keys": []any{}}, s.get("/.well-known/jwks.json").body)
	s.user("user@example.com")
	application := s.application()
	for _, algorithm := range []string{"RS256", "PS512", "ES256", "ES384", "ES512", "EdDSA"} {
		signed := s.replica(map[string]string{"APPLICATION_JWT_ALG": algorithm, "APPLICATION_JWT_SECRET_KEY": signingKey(t, algorithm)})
		token := signed.token(application, "user@example.com")
		require.Equal(t, 200, signed.get(roomsPath, bearer(token)).status)
		require.Equal(t, 401, s.get(roomsPath, bearer(token)).status, "the other server has another key")
		header, _ := decodeToken(t, token)
		keys := signed.get("/.well-known/jwks.json").body["keys"].([]any)
		require.Len(t, keys, 1)
		key := keys[0].(map[string]any)
		require.Equal(t, map[string]any{"alg": algorithm, "typ": "at+jwt", "kid": key["kid"]}, header)
		require.Equal(t, algorithm, key["alg"])
		for _, private := range []string{"d", "p", "q", "k"} {
			require.NotContains(t, key, private)
		}
	}
}

func TestKeySettings(t *testing.T) {
	t.Parallel()
	env := onDatabase(t)
	env["APPLICATION_JWT_SECRET_KEY"] = testKey
	for name, c := range map[string]struct{ setting, value, said string }{
		"a weak verification key":       {"EXTERNAL_API_JWT_VERIFICATION_KEYS", "weak-secret", "EXTERNAL_API_JWT_VERIFICATION_KEYS: HS256 needs a key of at least 32 bytes, this one has 11"},
		"a key for another algorithm":   {"APPLICATION_JWT_SECRET_KEY", signingKey(t, "ES256"), "the key is for ES256, and not for HS256"},
		"a secret where a PEM is due":   {"APPLICATION_JWT_ALG", "ES256", "and not for ES256"},
		"a Redis that is none":          {"REDIS_URL", "http://:weak-secret@redis", "REDIS_URL: give the URL of a Redis"},
		"the length of secrets too big": {"APPLICATION_CLIENT_SECRET_LENGTH", "1001", "APPLICATION_CLIENT_SECRET_LENGTH: give a whole number from 43 to 1000"},
	} {
		changed := map[string]string{c.setting: c.value}
		for key, value := range env {
			if changed[key] == "" {
				changed[key] = value
			}
		}
		done := command(changed, "check")
		require.Equal(t, 1, done.code, name)
		require.Contains(t, done.stdout, c.said, name)
		require.NotContains(t, done.stdout, "weak-secret", name)
	}
}

// balancer is what stands before the replicas of an operator: it sends requests to those that are there, in turns.
type balancer struct {
	mutex    sync.Mutex
	replicas []*instance
	next     int
}

func (b *balancer) set(replicas ...*instance) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.replicas = slices.Clone(replicas)
}

func (b *balancer) url() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.next++
	return b.replicas[b.next%len(b.replicas)].url + handlers.BasePath
}

// A key is changed as docs/keys.md says, on two replicas one after the other, under load: no token is refused by any of them.
func TestKeysAreRotatedUnderLoad(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	application := s.application()
	secretFile := filepath.Join(t.TempDir(), "old.key")
	require.NoError(t, os.WriteFile(secretFile, []byte(testKey+"\n"), 0o600))
	next, after := signingKey(t, "ES256"), signingKey(t, "EdDSA")
	hs256 := map[string]string{"APPLICATION_JWT_SECRET_KEY": "", "APPLICATION_JWT_SECRET_KEY_FILE": secretFile}
	es256 := map[string]string{"APPLICATION_JWT_ALG": "ES256", "APPLICATION_JWT_SECRET_KEY": next}
	eddsa := map[string]string{"APPLICATION_JWT_ALG": "EdDSA", "APPLICATION_JWT_SECRET_KEY": after}
	verifying := func(keys string) map[string]string {
		return map[string]string{"EXTERNAL_API_JWT_VERIFICATION_KEYS": keys}
	}

	replicas := []*instance{s, s.replica(hs256)}
	b := &balancer{replicas: slices.Clone(replicas)}
	stop := make(chan struct{})
	var group sync.WaitGroup
	var asked atomic.Int64
	refused := make(chan string, 1000)
	for range 4 {
		group.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if said := tokenAndRooms(b, application); said != "" {
					refused <- said
					return
				}
				asked.Add(1)
			}
		})
	}
	held := s.token(application, "user@example.com")
	for _, phase := range [][]map[string]string{
		{hs256, verifying(next)},  // the next key is known everywhere before it signs anywhere,
		{es256, verifying("")},    // then it signs, and the old one
		{es256, verifying(after)}, // has ended; the same once more.
		{eddsa, verifying(next)},
	} {
		if phase[1]["EXTERNAL_API_JWT_VERIFICATION_KEYS"] == "" {
			phase = append(phase, map[string]string{"EXTERNAL_API_JWT_VERIFICATION_KEYS_FILE": secretFile})
		}
		for i := range replicas {
			before := asked.Load()
			replicas[i] = s.replica(phase...)
			b.set(replicas...)
			require.Eventually(t, func() bool { return asked.Load() > before+20 || len(refused) > 0 }, eventually, tick)
		}
	}
	close(stop)
	group.Wait()
	require.Empty(t, refused)
	a := replicas[0].get(roomsPath, bearer(held))
	require.Equal(t, 401, a.status, "a key that was taken out verifies nothing any more")
	require.Len(t, replicas[0].get("/.well-known/jwks.json").body["keys"], 2)
}

// tokenAndRooms gets a token from one replica and uses it at others; it returns what was refused.
func tokenAndRooms(b *balancer, c credentials) string {
	body, _ := json.Marshal(tokenRequest(c, nil))
	response, err := http.Post(b.url()+tokenPath, "application/json", strings.NewReader(string(body)))
	if err != nil {
		return err.Error()
	}
	raw, _ := io.ReadAll(response.Body)
	_ = response.Body.Close()
	var token struct {
		Value string `json:"access_token"`
	}
	if json.Unmarshal(raw, &token) != nil || response.StatusCode != http.StatusOK {
		return string(raw)
	}
	for range 3 {
		request, _ := http.NewRequest(http.MethodGet, b.url()+roomsPath, nil)
		request.Header.Set("Authorization", "Bearer "+token.Value)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err.Error()
		}
		raw, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return string(raw)
		}
	}
	return ""
}

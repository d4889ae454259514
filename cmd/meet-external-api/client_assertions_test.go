// The tests of docs/contract.md, "More about tokens": client assertions.

package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/auth/assertion"
)

// clientKey is a key of a client, and the file with its public half.
func clientKey(t testing.TB) (*ecdsa.PrivateKey, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return key, keysFile(t, key)
}

// keysFile is a file with the public halves of keys, as PEM.
func keysFile(t testing.TB, keys ...crypto.Signer) string {
	t.Helper()
	var text []byte
	for _, key := range keys {
		encoded, err := x509.MarshalPKIXPublicKey(key.Public())
		require.NoError(t, err)
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: encoded})...)
	}
	path := filepath.Join(t.TempDir(), "keys.pem")
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return path
}

// keyedApplication registers an application with all scopes whose assertions the key signs.
func (s *instance) keyedApplication() (credentials, *ecdsa.PrivateKey) {
	s.t.Helper()
	application := s.application()
	key, path := clientKey(s.t)
	s.cli("application", "update", application.ID, "--public-keys", path)
	return application, key
}

// assertion is what a client signs with ES256 (RFC 7523), with some claims changed; nil takes a claim out.
func newAssertion(t testing.TB, key *ecdsa.PrivateKey, clientID, audience string, changes map[string]any) string {
	t.Helper()
	now := time.Now().Unix()
	claims := map[string]any{"iss": clientID, "sub": clientID, "aud": audience, "iat": now, "exp": now + 60, "jti": uuid.NewString()}
	maps.Copy(claims, changes)
	maps.DeleteFunc(claims, func(_ string, value any) bool { return value == nil })
	encode := func(value any) string {
		data, err := json.Marshal(value)
		require.NoError(t, err)
		return base64.RawURLEncoding.EncodeToString(data)
	}
	text := encode(map[string]any{"alg": "ES256"}) + "." + encode(claims)
	digest := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
	require.NoError(t, err)
	return text + "." + base64.RawURLEncoding.EncodeToString(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
}

func asserted(text string, changes map[string]any) map[string]any {
	fields := map[string]any{
		"grant_type": "client_credentials", "scope": "user@example.com",
		"client_assertion_type": assertion.Type, "client_assertion": text,
	}
	maps.Copy(fields, changes)
	maps.DeleteFunc(fields, func(_ string, value any) bool { return value == nil })
	return fields
}

func TestPrivateKeyJWT(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	application, key := s.keyedApplication()
	other := s.application()
	endpoint := s.url + "/external-api/v1.0/application/token/"
	good := func() string { return newAssertion(t, key, application.ID, endpoint, nil) }

	a := s.post(tokenPath, asserted(good(), nil))
	require.Equal(t, 200, a.status, "%s", a.raw)
	require.Equal(t, 201, s.post(roomsPath, "{}", bearer(a.body["access_token"].(string))).status)
	require.Equal(t, 200, s.post(tokenPath, asserted(good(), map[string]any{"client_id": application.ID})).status)
	require.Equal(t, 200, s.postForm(tokenPath, url.Values{
		"grant_type": {"client_credentials"}, "scope": {"user@example.com"}, "client_assertion_type": {assertion.Type}, "client_assertion": {good()},
	}).status)
	for _, audience := range []string{s.url, s.url + "/external-api/v1.0", endpoint[:len(endpoint)-1], strings.Replace(endpoint, "http://", "HTTP://", 1)} {
		require.Equal(t, 200, s.post(tokenPath, asserted(newAssertion(t, key, application.ID, audience, nil), nil)).status, audience)
	}
	require.Equal(t, 200, s.post(tokenPath, tokenRequest(application, nil)).status, "its secret counts beside them")
	for _, path := range []string{introspectPath, revokePath} {
		require.Equal(t, 200, s.post(path, asserted(good(), map[string]any{"token": a.body["access_token"], "grant_type": nil, "scope": nil})).status)
	}

	used := good()
	require.Equal(t, 200, s.post(tokenPath, asserted(used, nil)).status)
	requireOAuthError(t, s.post(tokenPath, asserted(used, nil)), 401, "invalid_client",
		"The client assertion is refused: its jti has been used already.")
	for name, c := range map[string]struct {
		fields map[string]any
		status int
		text   string
	}{
		"expired":              {asserted(newAssertion(t, key, application.ID, endpoint, map[string]any{"exp": time.Now().Unix() - 1}), nil), 401, "The client assertion is refused: it has expired."},
		"for somebody else":    {asserted(newAssertion(t, key, application.ID, "https://other.example", nil), nil), 401, "The client assertion is refused: its aud is not this authorization server: give the URL of the token endpoint or the issuer of its metadata, as one string."},
		"without a jti":        {asserted(newAssertion(t, key, application.ID, endpoint, map[string]any{"jti": nil}), nil), 401, "The client assertion is refused: it needs a jti of 1 to 255 bytes."},
		"of a client without":  {asserted(newAssertion(t, key, other.ID, endpoint, nil), nil), 401, "Invalid credentials"},
		"of an unknown client": {asserted(newAssertion(t, key, "unknown", endpoint, nil), nil), 401, "Invalid credentials"},
		"not one at all":       {asserted("x", nil), 401, "Invalid credentials"},
		"of another client_id": {asserted(good(), map[string]any{"client_id": other.ID}), 401, "Invalid credentials"},
		"beside a secret":      {asserted(good(), map[string]any{"client_id": application.ID, "client_secret": application.Secret}), 400, "Credentials may come in the body, by HTTP Basic or as an assertion: in one way only."},
		"without its type":     {asserted(good(), map[string]any{"client_assertion_type": nil}), 400, "client_assertion_type: This field is required."},
		"of another type":      {asserted(good(), map[string]any{"client_assertion_type": "saml"}), 400, `client_assertion_type: "saml" is not a valid choice.`},
		"a type without it":    {asserted(good(), map[string]any{"client_assertion": nil}), 400, "client_assertion: This field is required."},
	} {
		a := s.post(tokenPath, c.fields)
		require.Equal(t, c.status, a.status, "%s: %s", name, a.raw)
		require.Equal(t, c.text, a.detail(), name)
	}
	s.cli("application", "disable", application.ID)
	requireOAuthError(t, s.post(tokenPath, asserted(good(), nil)), 401, "invalid_client", "Application is inactive")
	s.cli("application", "enable", application.ID)
	s.cli("application", "update", application.ID, "--no-public-keys")
	requireOAuthError(t, s.post(tokenPath, asserted(good(), nil)), 401, "invalid_client", "Invalid credentials")
}

// Of many requests at once with one assertion, one gets a token.
func TestAssertionsAreUsedOnce(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	application, key := s.keyedApplication()
	text := newAssertion(t, key, application.ID, s.url, nil)
	statuses := make(chan int, 20)
	for range cap(statuses) {
		go func() { statuses <- s.post(tokenPath, asserted(text, nil)).status }()
	}
	counted := map[int]int{}
	for range cap(statuses) {
		counted[<-statuses]++
	}
	require.Equal(t, map[int]int{200: 1, 401: 19}, counted)
}

// An assertion that was made for another server must not count here because somebody sends it with that server's name.
func TestAssertionsForAnotherHost(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	application, key := s.keyedApplication()
	const endpoint = "/external-api/v1.0/application/token/"
	public := s.replica(map[string]string{"EXTERNAL_API_PUBLIC_URL": "https://meet.example.org"})
	proxied := s.replica(map[string]string{"EXTERNAL_API_TRUSTED_PROXIES": "127.0.0.1"})
	address := strings.TrimPrefix(s.url, "http://")
	local := []string{address, strings.Replace(address, "127.0.0.1", "localhost", 1)}
	for _, host := range []string{"localhost", "localhost:1", "127.0.0.1", local[0], local[1]} {
		named := func() map[string]any {
			return asserted(newAssertion(t, key, application.ID, "http://"+host+endpoint, nil), nil)
		}
		require.Equal(t, slices.Contains(local, host), s.post(tokenPath, named(), hosted(host)).status == 200, host)
		require.Equal(t, 401, public.post(tokenPath, named(), hosted(host)).status)
		require.Equal(t, 401, proxied.post(tokenPath, named(), hosted(host)).status)
	}
	for _, server := range []*instance{s, public, proxied} {
		a := server.post(tokenPath, asserted(newAssertion(t, key, application.ID, "http://other.example"+endpoint, nil), nil), hosted("other.example"))
		require.Equal(t, 401, a.status)
		require.Contains(t, a.detail(), "its aud is not this authorization server")
	}
	require.Equal(t, 200, public.post(tokenPath, asserted(newAssertion(t, key, application.ID, "https://meet.example.org"+endpoint, nil), nil)).status)
	require.Equal(t, 200, proxied.post(tokenPath, asserted(newAssertion(t, key, application.ID, "https://meet.example.net"+endpoint, nil), nil),
		header("X-Forwarded-Host", "meet.example.net"), header("X-Forwarded-Proto", "https")).status)
}

// An audience that other servers have as well, or several at once, would let one server use at another what it was sent
// (CVE-2025-27370).
func TestAudiencesOfOneServer(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	application, key := s.keyedApplication()
	const refused = "The client assertion is refused: its aud is not this authorization server: give the URL of the token endpoint or " +
		"the issuer of its metadata, as one string."
	attempt := func(server *instance, audience any) answer {
		return server.post(tokenPath, asserted(newAssertion(t, key, application.ID, "", map[string]any{"aud": audience}), nil))
	}
	endpoint := s.url + "/external-api/v1.0/application/token/"
	require.Equal(t, 200, attempt(s, endpoint).status)
	for _, audience := range []any{
		"lasuite-meet", []any{endpoint}, []any{endpoint, endpoint}, []any{"https://other.example", endpoint}, []any{}, "", nil, 1, map[string]any{endpoint: 1},
		endpoint + "x", endpoint + "/", endpoint + "?", " " + endpoint, "http://evil.example@" + strings.TrimPrefix(endpoint, "http://"), strings.ToUpper(endpoint),
		"://", "/", "external-api", s.url + "/external-api/V1.0",
	} {
		requireOAuthError(t, attempt(s, audience), 401, "invalid_client", refused)
	}
	custom := s.replica(map[string]string{"APPLICATION_JWT_ISSUER": "one-for-many"})
	requireOAuthError(t, attempt(custom, "one-for-many"), 401, "invalid_client", refused)
	named := s.replica(map[string]string{"APPLICATION_JWT_ISSUER": "https://Meet.Example.ORG/issuer", "EXTERNAL_API_PUBLIC_URL": "HTTPS://api.Example.org"})
	for audience, status := range map[string]int{
		"https://Meet.Example.ORG/issuer": 200, "https://meet.example.org/issuer": 200, "HTTPS://MEET.example.org/issuer": 200, "https://api.example.org": 200,
		"https://API.example.org/external-api/v1.0/application/token": 200, "https://meet.example.org/Issuer": 401, "https://meet.example.org": 401, endpoint: 401,
	} {
		require.Equal(t, status, attempt(named, audience).status, audience)
	}
}

func TestPublicKeysOnTheCommandLine(t *testing.T) {
	t.Parallel()
	env := onDatabase(t)
	id := create(t, env, "--any-domain")["client_id"].(string)
	_, path := clientKey(t)
	require.Zero(t, command(env, "application", "update", id, "--public-keys", path).code)
	require.Len(t, show(t, env, id)["public_keys"].(map[string]any)["keys"], 1)
	require.Zero(t, command(env, "application", "update", id, "--name=Renamed").code)
	require.Contains(t, show(t, env, id), "public_keys", "what is not given stays")
	require.Zero(t, command(env, "application", "update", id, "--no-public-keys").code)
	require.NotContains(t, show(t, env, id), "public_keys")

	for _, none := range []string{path + ".none", ""} {
		require.Equal(t, 1, command(env, "application", "update", id, "--public-keys", none).code)
	}
	wrong := filepath.Join(t.TempDir(), "wrong")
	require.NoError(t, os.WriteFile(wrong, []byte("a shared secret"), 0o600))
	done := command(env, "application", "update", id, "--public-keys", wrong)
	require.Equal(t, 2, done.code)
	require.Contains(t, done.stderr, "--public-keys: give a JWK, a JWK Set or PEM blocks")
}

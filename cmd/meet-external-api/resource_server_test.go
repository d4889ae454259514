// The tests of docs/contract.md, "Bearer authentication of /rooms": the OIDC resource server.

package main

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"hash"
	"log/slog"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// provider plays the OpenID provider: it knows some tokens.
type provider struct {
	*httptest.Server
	mutex   sync.Mutex
	answers map[string]map[string]any
	calls   atomic.Int64
	status  atomic.Int64
	// anything is set when it takes any token for an active one.
	anything atomic.Bool
	// clientID is ours there.
	clientID string
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	p := newUnstartedProvider(t)
	p.Start()
	return p
}

func newUnstartedProvider(t *testing.T) *provider {
	t.Helper()
	p := &provider{answers: map[string]map[string]any{}, clientID: "meet"}
	p.status.Store(http.StatusOK)
	p.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.calls.Add(1)
		if r.PostFormValue("client_id") != p.clientID || r.PostFormValue("client_secret") != "the-secret-of-meet" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		p.mutex.Lock()
		answer, known := p.answers[r.PostFormValue("token")]
		p.mutex.Unlock()
		switch {
		case p.anything.Load():
			answer = p.active()
		case !known:
			answer = map[string]any{"active": false}
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(int(p.status.Load()))
		_ = json.NewEncoder(w).Encode(answer)
	}))
	t.Cleanup(p.Close)
	return p
}

// active is the answer to a good token.
func (p *provider) active() map[string]any {
	return map[string]any{
		"active": true, "iss": p.URL, "sub": "subject", "client_id": "calendar", "scope": "openid lasuite_meet lasuite_meet:rooms:list rooms:create",
	}
}

// knows lets the provider answer for a token, like one of La Suite.
func (p *provider) knows(token string, changes map[string]any) {
	answer := p.active()
	maps.Copy(answer, changes)
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.answers[token] = answer
}

func (p *provider) settings() map[string]string {
	return map[string]string{
		"OIDC_OP_URL": p.URL, "OIDC_OP_INTROSPECTION_ENDPOINT": p.URL + "/introspect", "OIDC_RS_CLIENT_SECRET": "the-secret-of-meet",
		"OIDC_RS_SCOPES_PREFIX": "lasuite_meet",
	}
}

func TestResourceServer(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	s := start(t, p.settings(), addons, map[string]string{"EXTERNAL_API_OIDC_ALLOWED_AUDIENCES": "calendar, mails"})
	p.knows("good", nil)
	p.knows("inactive", map[string]any{"active": false})
	for token, c := range map[string]struct {
		status int
		detail string
	}{
		"good": {200, ""}, "unknown": {401, "Invalid token."}, "inactive": {401, "Invalid token."},
	} {
		a := s.get(roomsPath, bearer(token))
		require.Equal(t, c.status, a.status, "%s %s", token, a.raw)
		require.Equal(t, c.detail, a.detail())
	}
	var user struct {
		ID    string
		Sub   *string
		Email *string
	}
	require.NoError(t, s.pool().Get(&user, `select id, sub, email from meet_user`))
	require.Equal(t, "subject", *user.Sub)
	require.Nil(t, user.Email)
	require.Equal(t, 201, s.post(roomsPath, "", bearer("good")).status)
	require.EqualValues(t, 1, s.get(roomsPath, bearer("good")).body["count"])
	s.sql(`update meet_user set is_active = false where sub = 'subject'`)
	a := s.get(roomsPath, bearer("good"))
	require.Equal(t, "User account is disabled.", a.detail(), "also while the answer is remembered")
}

func TestResourceServerRefusals(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	s := start(t, p.settings(), map[string]string{"EXTERNAL_API_OIDC_ALLOWED_AUDIENCES": "calendar"})
	for token, changes := range map[string]map[string]any{
		"audience": {"client_id": "games"}, "no-audience": {"client_id": ""}, "scope": {"scope": "openid"},
		"issuer": {"iss": "https://other.example"}, "no-sub": {"sub": ""}, "expired": {"exp": time.Now().Unix() - 1},
	} {
		p.knows(token, changes)
		a := s.get(roomsPath, bearer(token))
		require.Equal(t, 401, a.status, token)
		require.Equal(t, "Invalid token.", a.detail())
		require.Equal(t, `Bearer error="invalid_token"`, a.header.Get("WWW-Authenticate"))
	}
	p.knows("narrow", map[string]any{"scope": "lasuite_meet rooms:create"})
	a := s.get(roomsPath, bearer("narrow"))
	require.Equal(t, 403, a.status)
	require.Equal(t, "Insufficient permissions. Required scope: rooms:list", a.detail())
}

func TestResourceServerWithoutCreation(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	p.knows("good", nil)
	settings := p.settings()
	settings["OIDC_CREATE_USER"] = "false"
	s := start(t, settings)
	a := s.get(roomsPath, bearer("good"))
	require.Equal(t, 401, a.status)
	require.Equal(t, "Login failed: No user found for the given access token.", a.detail())
	s.cli("user", "create", "--email=user@example.com", "--sub=subject")
	require.Equal(t, 200, s.get(roomsPath, bearer("good")).status)
}

func TestManyFirstRequestsOfASubject(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	p.knows("good", nil)
	s := start(t, p.settings())
	var group sync.WaitGroup
	statuses := make([]int, 20)
	for i := range statuses {
		group.Go(func() { statuses[i] = s.get(roomsPath, bearer("good")).status })
	}
	group.Wait()
	for _, status := range statuses {
		require.Equal(t, 200, status)
	}
	var users int
	require.NoError(t, s.pool().Get(&users, `select count(*) from meet_user`))
	require.Equal(t, 1, users)
}

// Tokens that we could have issued are decided here, and an outage of the provider is nobody else's.
func TestProviderIsNotAskedAboutOurTokens(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	s := start(t, p.settings(), addons)
	user := s.user("user@example.com")
	application := s.application()
	good := s.token(application, "user@example.com")
	require.Equal(t, 200, s.get(roomsPath, bearer(good)).status)
	forged := signed(t, "x", meetHeader, meetClaims(application, user, nil))
	require.Equal(t, "Invalid token.", s.get(roomsPath, bearer(forged)).detail())
	require.Zero(t, p.calls.Load())

	p.status.Store(http.StatusInternalServerError)
	a := s.get(roomsPath, bearer("opaque"))
	require.Equal(t, 503, a.status)
	require.NotEmpty(t, a.header.Get("Retry-After"))
	require.Equal(t, 200, s.get(roomsPath, bearer(good)).status)
	p.Close()
	require.Equal(t, 503, s.get(roomsPath, bearer("another")).status)
	require.Equal(t, 200, s.get(roomsPath, bearer(good)).status)
	require.NotContains(t, s.log.String(), "the-secret-of-meet")
	require.NotContains(t, s.log.String(), "opaque")
}

func TestOIDCVerifySSL(t *testing.T) {
	t.Parallel()
	for verify, status := range map[string]int{"false": 200, "true": 503, "": 503} {
		t.Run(verify, func(t *testing.T) {
			t.Parallel()
			p := newUnstartedProvider(t)
			p.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
			p.StartTLS()
			p.knows("good", nil)
			s := start(t, p.settings(), map[string]string{"OIDC_VERIFY_SSL": verify})
			require.Equal(t, status, s.get(roomsPath, bearer("good")).status)
			require.Equal(t, status == 200, p.calls.Load() == 1, "our secret goes to nobody without a certificate")
		})
	}
}

func TestOIDCProxy(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	p.knows("good", nil)
	settings := p.settings()
	settings["OIDC_OP_INTROSPECTION_ENDPOINT"] = "http://provider.invalid/introspect"
	require.Equal(t, 503, start(t, settings).get(roomsPath, bearer("good")).status, "there is no such host")
	require.Zero(t, p.calls.Load())

	settings["OIDC_PROXY"] = p.URL

	require.Equal(t, 200, start(t, settings).get(roomsPath, bearer("good")).status)
	require.EqualValues(t, 1, p.calls.Load())
}

func TestOIDCTimeout(t *testing.T) {
	t.Parallel()
	given := make(chan struct{})
	hanging := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-given }))
	t.Cleanup(hanging.Close)
	t.Cleanup(func() { close(given) })
	settings := newProvider(t).settings()
	settings["OIDC_OP_INTROSPECTION_ENDPOINT"], settings["OIDC_TIMEOUT"] = hanging.URL, "1"
	s := start(t, settings)

	asked := time.Now()
	a := s.get(roomsPath, bearer("good"))

	require.Equal(t, 503, a.status)
	require.NotEmpty(t, a.header.Get("Retry-After"))
	require.GreaterOrEqual(t, time.Since(asked), time.Second)
	require.Less(t, time.Since(asked), 4*time.Second, "the default is 5 seconds")
}

// The time of the provider comes on top of that of the database, so that all that OIDC_TIMEOUT may be is kept.
func TestOIDCTimeoutOfAMinute(t *testing.T) {
	t.Parallel()
	settings := newProvider(t).settings()
	settings["OIDC_TIMEOUT"], settings["APPLICATION_JWT_SECRET_KEY"] = "60", testKey
	s, err := readSettings(settings)
	require.NoError(t, err)
	var left time.Duration
	log := slog.New(slog.DiscardHandler)
	server, err := newServer(dependencies{settings: s, log: log}, nil, nil, nil, newMetrics(measured{}), func(ctx context.Context) error {
		deadline, _ := ctx.Deadline()
		left = time.Until(deadline)
		return nil
	})
	require.NoError(t, err)
	server.Handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/__heartbeat__/", nil))
	require.Greater(t, left, 65*time.Second)
}

func TestOIDCAudienceClaim(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	p.knows("azp", map[string]any{"client_id": "", "azp": "calendar"})
	p.knows("client_id", nil)
	s := start(t, p.settings(), map[string]string{"OIDC_RS_AUDIENCE_CLAIM": "azp", "EXTERNAL_API_OIDC_ALLOWED_AUDIENCES": "calendar"})
	require.Equal(t, 200, s.get(roomsPath, bearer("azp")).status)
	require.Equal(t, 401, s.get(roomsPath, bearer("client_id")).status)
}

func TestOIDCClientID(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	p.clientID = "the-external-api"
	p.knows("good", nil)
	require.Equal(t, 200, start(t, p.settings(), map[string]string{"OIDC_RS_CLIENT_ID": p.clientID}).get(roomsPath, bearer("good")).status)
	s := start(t, p.settings())
	require.Equal(t, 503, s.get(roomsPath, bearer("good")).status)
	s.log.wait(t, "the authorization server refuses us: check OIDC_RS_CLIENT_ID and OIDC_RS_CLIENT_SECRET")
}

func TestOIDCScopes(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	s := start(t, p.settings(), map[string]string{"OIDC_RS_SCOPES": "visio, lasuite_calls", "OIDC_RS_SCOPES_PREFIX": "calls"})
	for token, c := range map[string]struct {
		scope  string
		status int
	}{
		"first": {"visio rooms:list", 200}, "second": {"openid lasuite_calls calls:rooms:list", 200},
		"default": {"lasuite_meet rooms:list", 401}, "prefix": {"visio lasuite_meet:rooms:list", 403},
	} {
		p.knows(token, map[string]any{"scope": c.scope})
		require.Equal(t, c.status, s.get(roomsPath, bearer(token)).status, token)
	}
}

// gullible takes any token for an active one.
func gullible(t *testing.T) *provider {
	t.Helper()
	p := newProvider(t)
	p.anything.Store(true)
	return p
}

// together merges settings.
func together(all ...map[string]string) map[string]string {
	merged := map[string]string{}
	for _, one := range all {
		maps.Copy(merged, one)
	}
	return merged
}

// Whatever is switched on here, a provider learns no token that Meet or this server could have issued.
func TestProviderLearnsNoTokenOfOurs(t *testing.T) {
	t.Parallel()
	others := map[string]string{"ADDONS_TOKEN_ISSUER": "meet-addons", "APPLICATION_JWT_ISSUER": "meet-applications"}
	for name, settings := range map[string]map[string]string{
		"all on":           together(addons, others),
		"no applications":  together(addons, others, map[string]string{"APPLICATION_ENABLED": "false"}),
		"no add-ons":       others,
		"neither of them":  together(others, map[string]string{"APPLICATION_ENABLED": "false"}),
		"without the keys": together(others, map[string]string{"APPLICATION_ENABLED": "false", "APPLICATION_JWT_SECRET_KEY": ""}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := gullible(t)
			s := start(t, p.settings(), settings)
			user := s.user("user@example.com")
			for _, issuer := range []string{"meet-applications", "meet-addons"} {
				token := signed(t, "the key of a Meet with other settings", meetHeader, meetClaims(credentials{ID: "x"}, user, map[string]any{"iss": issuer}))
				a := s.get(roomsPath, bearer(token))
				require.Equal(t, 401, a.status, issuer)
				require.Equal(t, "Invalid token.", a.detail())
			}
			require.Zero(t, p.calls.Load())
			foreign := signed(t, "x", meetHeader, map[string]any{"iss": p.URL})
			require.Equal(t, 200, s.get(roomsPath, bearer(foreign)).status)
			require.EqualValues(t, 1, p.calls.Load(), "its own tokens it is asked about")
		})
	}
}

// A reader that is more lenient than ours could find our issuer in these.
func TestProviderLearnsNoTokenThatCannotBeReadForCertain(t *testing.T) {
	t.Parallel()
	p := gullible(t)
	s := start(t, p.settings())
	deep := strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40)
	jwt := func(payload string) string {
		return "e30." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".AAAA"
	}
	for name, token := range map[string]string{
		"longer than any of ours": jwt(`{"iss":"lasuite-meet","x":"` + strings.Repeat("x", 9<<10) + `"}`),
		"the issuer twice":        jwt(`{"iss":"lasuite-meet","iss":"https://other.example"}`),
		"the issuer in a list":    jwt(`{"iss":["lasuite-meet"]}`),
		"a claim twice":           jwt(`{"iss":"https://other.example","x":1,"x":2}`),
		"a claim 40 deep":         jwt(`{"iss":"lasuite-meet","x":` + deep + `}`),
		"not UTF-8":               jwt("{\"iss\":\"lasuite-meet\",\"x\":\"\xff\"}"),
		"more behind":             jwt(`{"iss":"lasuite-meet"}{}`),
		"no object":               jwt(`["lasuite-meet"]`),
		"padding":                 "e30." + base64.URLEncoding.EncodeToString([]byte(`{"iss":"lasuite-meet"} `)) + ".AAAA",
		"another alphabet":        "e30." + base64.RawStdEncoding.EncodeToString([]byte(`{"iss":"lasuite-meet","x":"???>>>"}`)) + ".AAAA",
		"bits left over":          "e30." + strings.TrimSuffix(base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"lasuite-meet"}`)), "Q") + "R.AAAA",
	} {
		t.Run(name, func(t *testing.T) {
			a := s.get(roomsPath, bearer(token))
			require.Equal(t, 401, a.status, "%s", a.raw)
			require.Equal(t, "Invalid token.", a.detail())
			require.Zero(t, p.calls.Load())
		})
	}
	for n, token := range []string{
		jwt(`{"iss":"https://other.example","x":"` + strings.Repeat("x", 5<<10) + `"}`), jwt(`{}`), "opaque", "o.paque", "a.b.c.d.e",
	} {
		require.Equal(t, 200, s.get(roomsPath, bearer(token)).status, fmt.Sprint(n))
		require.EqualValues(t, n+1, p.calls.Load())
	}
}

// Odd tokens are their senders' trouble alone; a provider that is down is left alone, and callers learn for how long.
func TestProviderOutage(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	p.knows("good", nil)
	s := start(t, p.settings())
	p.status.Store(http.StatusBadRequest)
	for n := range 10 {
		require.Equal(t, 503, s.get(roomsPath, bearer("odd-"+strconv.Itoa(n))).status)
	}
	p.status.Store(http.StatusOK)
	require.Equal(t, 200, s.get(roomsPath, bearer("good")).status)

	p.status.Store(http.StatusBadGateway)
	first := s.get(roomsPath, bearer("new"))
	require.Equal(t, 503, first.status)
	require.Equal(t, "2", first.header.Get("Retry-After"))
	// Whether a failure counts is found out beside the request.
	var seconds int
	require.Eventually(t, func() bool {
		asked := p.calls.Load()
		a := s.get(roomsPath, bearer("new"))
		require.Equal(t, 503, a.status)
		var err error
		seconds, err = strconv.Atoi(a.header.Get("Retry-After"))
		require.NoError(t, err)
		return seconds > 5 && p.calls.Load() == asked
	}, eventually, tick)
	require.LessOrEqual(t, seconds, 10)
	require.Equal(t, 200, s.get(roomsPath, bearer("good")).status, "what is remembered goes on")
}

// sealer writes answers as RFC 9701 has them, by the standard library alone: with the signature of the provider, encrypted
// for us.
type sealer struct {
	signing, encryption, encoding string
	signingKey                    *ecdsa.PrivateKey
	signingHash                   func([]byte) []byte
	oaepHash                      func() hash.Hash
	keyLength                     int
	recipient                     *rsa.PublicKey
}

func base64url(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

// sign is JWS (RFC 7515, section 7.1; RFC 7518, section 3.4).
func (s sealer) sign(t *testing.T, claims any) string {
	t.Helper()
	payload, err := json.Marshal(claims)
	require.NoError(t, err)
	input := base64url([]byte(`{"alg":"`+s.signing+`","typ":"token-introspection+jwt","kid":"1"}`)) + "." + base64url(payload)
	r, v, err := ecdsa.Sign(rand.Reader, s.signingKey, s.signingHash([]byte(input)))
	require.NoError(t, err)
	size := (s.signingKey.Params().BitSize + 7) / 8
	return input + "." + base64url(append(r.FillBytes(make([]byte, size)), v.FillBytes(make([]byte, size))...))
}

// encrypt is JWE (RFC 7516, section 7.1; RFC 7518, sections 4.3 and 5.3).
func (s sealer) encrypt(t *testing.T, plain string) string {
	t.Helper()
	header := base64url([]byte(`{"alg":"` + s.encryption + `","enc":"` + s.encoding + `","cty":"JWT"}`))
	key, nonce := make([]byte, s.keyLength), make([]byte, 12)
	_, _ = rand.Read(key)
	_, _ = rand.Read(nonce)
	wrapped, err := rsa.EncryptOAEP(s.oaepHash(), rand.Reader, s.recipient, key, nil)
	require.NoError(t, err)
	block, err := aes.NewCipher(key)
	require.NoError(t, err)
	gcm, err := cipher.NewGCM(block)
	require.NoError(t, err)
	sealed := gcm.Seal(nil, nonce, []byte(plain), []byte(header))
	text, tag := sealed[:len(plain)], sealed[len(plain):]
	return header + "." + base64url(wrapped) + "." + base64url(nonce) + "." + base64url(text) + "." + base64url(tag)
}

func (s sealer) keySet() map[string]any {
	coordinate := func(n *big.Int) string {
		return base64url(n.FillBytes(make([]byte, (s.signingKey.Params().BitSize+7)/8)))
	}
	return map[string]any{"keys": []any{map[string]any{
		"kty": "EC", "crv": s.signingKey.Params().Name, "kid": "1", "use": "sig",
		"x": coordinate(s.signingKey.X), "y": coordinate(s.signingKey.Y),
	}}}
}

func TestSignedIntrospection(t *testing.T) {
	t.Parallel()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	settings := map[string]string{
		"OIDC_RS_BACKEND": "jwt", "OIDC_RS_PRIVATE_KEY_STR": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})),
	}
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	require.NoError(t, err)
	usual := sealer{
		signing: "ES256", signingKey: p256, signingHash: func(b []byte) []byte { sum := sha256.Sum256(b); return sum[:] },
		encryption: "RSA-OAEP", oaepHash: sha1.New, encoding: "A256GCM", keyLength: 32, recipient: &private.PublicKey,
	}
	other := sealer{
		signing: "ES384", signingKey: p384, signingHash: func(b []byte) []byte { sum := sha512.Sum384(b); return sum[:] },
		encryption: "RSA-OAEP-256", oaepHash: sha256.New, encoding: "A128GCM", keyLength: 16, recipient: &private.PublicKey,
	}
	others := map[string]string{
		"OIDC_RS_SIGNING_ALGO": "ES384", "OIDC_RS_ENCRYPTION_ALGO": "RSA-OAEP-256", "OIDC_RS_ENCRYPTION_ENCODING": "A128GCM",
	}
	for name, c := range map[string]struct {
		sealer   sealer
		settings map[string]string
		status   int
	}{
		"as by default":                {usual, nil, 200},
		"with other algorithms":        {other, others, 200},
		"others than are set":          {usual, others, 503},
		"others than are set, inverse": {other, nil, 503},
		"where plain ones are due":     {usual, map[string]string{"OIDC_RS_BACKEND": "json"}, 503},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/keys" {
					_ = json.NewEncoder(w).Encode(c.sealer.keySet())
					return
				}
				members := map[string]any{"active": r.PostFormValue("token") == "good", "scope": "lasuite_meet rooms:list", "client_id": "calendar", "sub": "subject"}
				w.Header().Set("Content-Type", "application/token-introspection+jwt")
				_, _ = w.Write([]byte(c.sealer.encrypt(t, c.sealer.sign(t, map[string]any{
					"iss": "http://" + r.Host, "aud": r.PostFormValue("client_id"), "iat": time.Now().Unix(), "token_introspection": members,
				}))))
			}))
			t.Cleanup(p.Close)
			s := start(t, settings, c.settings, map[string]string{
				"OIDC_OP_URL": p.URL, "OIDC_OP_INTROSPECTION_ENDPOINT": p.URL + "/introspect", "OIDC_OP_JWKS_ENDPOINT": p.URL + "/keys",
				"OIDC_RS_CLIENT_SECRET": "the-secret-of-meet",
			})
			require.Equal(t, c.status, s.get(roomsPath, bearer("good")).status)
			if c.status == 200 {
				require.Equal(t, 401, s.get(roomsPath, bearer("another")).status)
			}
		})
	}
}

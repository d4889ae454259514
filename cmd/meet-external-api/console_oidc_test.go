// The tests of signing in to the console by an OpenID provider, which a test plays.

package main

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// signInProvider is an OpenID provider by which operators sign in.
type signInProvider struct {
	*httptest.Server
	t     *testing.T
	key   *rsa.PrivateKey
	mutex sync.Mutex
	// codes are what it asked for who got each code.
	codes map[string]url.Values
	// claims and header are changes of the next id tokens.
	claims, header map[string]any
	// methods are how it lets clients authenticate; nil: it does not say.
	methods []string
	status  int
}

func newSignInProvider(t *testing.T) *signInProvider {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	p := &signInProvider{t: t, key: key, codes: map[string]url.Values{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		p.answer(w, map[string]any{
			"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256", "none"}, "token_endpoint_auth_methods_supported": p.methods,
		})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		p.answer(w, map[string]any{"keys": []any{map[string]string{
			"kty": "RSA", "kid": "key", "alg": "RS256", "use": "sig", "n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()),
			"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()),
		}}})
	})
	mux.HandleFunc("/token", p.token)
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func (p *signInProvider) settings() map[string]string {
	return map[string]string{
		"EXTERNAL_API_CONSOLE_URL": "https://console.example.org", "EXTERNAL_API_CONSOLE_OIDC_ISSUER": p.URL,
		"EXTERNAL_API_CONSOLE_OIDC_CLIENT_ID": "console", "EXTERNAL_API_CONSOLE_OIDC_CLIENT_SECRET": "the secret/of the console",
	}
}

func (p *signInProvider) answer(w http.ResponseWriter, body any) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if p.status != 0 {
		w.WriteHeader(p.status)
		return
	}
	_ = json.NewEncoder(w).Encode(body)
}

// authorize is what the provider does once somebody has signed in there: it returns the address that it sends the browser back to.
func (p *signInProvider) authorize(location string) string {
	p.t.Helper()
	asked, err := url.Parse(location)
	require.NoError(p.t, err)
	require.Equal(p.t, p.URL+"/authorize", asked.Scheme+"://"+asked.Host+asked.Path)
	query := asked.Query()
	require.Equal(p.t, []string{"code", "console", "openid", "https://console.example.org/console/oidc/callback", "S256"}, []string{
		query.Get("response_type"), query.Get("client_id"), query.Get("scope"), query.Get("redirect_uri"), query.Get("code_challenge_method"),
	})
	require.NotEmpty(p.t, query.Get("state"))
	require.NotEmpty(p.t, query.Get("nonce"))
	code := rand.Text()
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.codes[code] = query
	return "/console/oidc/callback?" + url.Values{"code": {code}, "state": {query.Get("state")}}.Encode()
}

// token answers for a code, once, and only to the client that has what the code was asked for with (RFC 7636, section 4.6).
func (p *signInProvider) token(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	if p.methods != nil {
		id, secret = url.QueryEscape(r.PostFormValue("client_id")), url.QueryEscape(r.PostFormValue("client_secret"))
	}
	p.mutex.Lock()
	asked := p.codes[r.PostFormValue("code")]
	delete(p.codes, r.PostFormValue("code"))
	p.mutex.Unlock()
	challenge := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if id != "console" || secret != url.QueryEscape("the secret/of the console") || asked == nil ||
		asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(challenge[:]) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error": "invalid_grant"}`))
		return
	}
	p.answer(w, map[string]any{"access_token": "unused", "token_type": "Bearer", "id_token": p.idToken(asked.Get("nonce"))})
}

// idToken is one for the subject of the operator, with the changes.
func (p *signInProvider) idToken(nonce string) string {
	header := map[string]any{"alg": "RS256", "kid": "key"}
	claims := map[string]any{
		"iss": p.URL, "aud": "console", "sub": "subject", "nonce": nonce, "iat": time.Now().Unix(), "exp": time.Now().Add(time.Minute).Unix(),
	}
	maps.Copy(header, p.header)
	maps.Copy(claims, p.claims)
	var parts []string
	for _, part := range []any{header, claims} {
		text, err := json.Marshal(part)
		require.NoError(p.t, err)
		parts = append(parts, base64.RawURLEncoding.EncodeToString(text))
	}
	signed := strings.Join(parts, ".")
	if header["alg"] == "none" {
		return signed + "."
	}
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(nil, p.key, crypto.SHA256, sum[:])
	require.NoError(p.t, err)
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// begin goes to the provider, and returns the address that this sends the browser back to.
func (p *signInProvider) begin(v *visitor, next string) string {
	p.t.Helper()
	page := string(v.get("/console/sign-in/?next=" + url.QueryEscape(next)).raw)
	start := "/console/oidc/start/?next=" + url.QueryEscape(next)
	require.Contains(p.t, page, `href="`+start+`"`)
	a := v.get(start)
	require.Equal(p.t, 303, a.status, "%s", a.raw)
	return p.authorize(a.header.Get("Location"))
}

// finish comes back from the provider: from another site, so that cookies are not sent, and then from the page that this shows.
func (v *visitor) finish(callback string, options ...requestOption) answer {
	v.t.Helper()
	back := (&visitor{v.t, v.url, map[string]string{}}).get(callback, header("Sec-Fetch-Site", "cross-site"))
	require.Equal(v.t, 200, back.status)
	next, is := strings.CutPrefix(back.header.Get("Refresh"), "0; url=/console/oidc/finish/?")
	require.True(v.t, is, back.header)
	require.Contains(v.t, string(back.raw), `<a href="/console/oidc/finish/?`)
	return v.get("/console/oidc/finish/?"+next, options...)
}

// An operator signs in at the provider, and comes to the page that they asked for, with a session like any other.
func TestSignInByAProvider(t *testing.T) {
	t.Parallel()
	for name, methods := range map[string][]string{"secret in the header": nil, "secret in the form": {"client_secret_post"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newSignInProvider(t)
			p.methods = methods
			s := start(t, p.settings())
			id := s.staff(operatorAddress, "!")
			s.sql(`update meet_user set sub = 'subject' where id = $1`, id)
			v := s.visitor(t)
			a := v.finish(p.begin(v, "/console/?x=1"))
			require.Equal(t, 303, a.status, "%s", a.raw)
			require.Equal(t, "/console/?x=1", a.header.Get("Location"))
			require.Len(t, v.cookies, 1)
			v.requireSignedIn()
			s.requireEvents("operator.sign_in", [3]string{"success", "", operatorAddress})
			s.sql(`update meet_user set is_superuser = false where id = $1`, id)
			v.requireSignedOut()
		})
	}
}

// What the provider does not vouch for, for this browser and for an operator, gives no session, and the page says why.
func TestSignInByAProviderIsRefused(t *testing.T) {
	t.Parallel()
	p := newSignInProvider(t)
	s := start(t, p.settings(), map[string]string{"EXTERNAL_API_TRUSTED_PROXIES": "127.0.0.1"})
	operator := s.staff(operatorAddress, "!")
	s.sql(`update meet_user set sub = 'subject' where id = $1`, operator)
	s.cli("user", "create", "--email=user@example.com", "--sub=nobody-special")
	stranger := s.visitor(t)
	foreign := p.begin(stranger, "/console/")
	var wanted [][3]string
	for i, c := range []struct {
		name           string
		claims, header map[string]any
		answer         func(callback string) string
		reason, shown  string
	}{
		{"not an operator", map[string]any{"sub": "nobody-special"}, nil, nil, "subject_not_operator", "not that of an operator"},
		{"nobody", map[string]any{"sub": "unknown"}, nil, nil, "subject_not_operator", "not that of an operator"},
		{"no subject", map[string]any{"sub": ""}, nil, nil, "subject_not_operator", "not that of an operator"},
		{"another nonce", map[string]any{"nonce": "another"}, nil, nil, "provider_answer", "does not count"},
		{"no nonce", map[string]any{"nonce": nil}, nil, nil, "provider_answer", "does not count"},
		{"another audience", map[string]any{"aud": "calendar"}, nil, nil, "provider_answer", "does not count"},
		{"expired", map[string]any{"exp": time.Now().Add(-time.Minute).Unix()}, nil, nil, "provider_answer", "does not count"},
		{"another issuer", map[string]any{"iss": "https://example.org"}, nil, nil, "provider_answer", "does not count"},
		{"not signed", nil, map[string]any{"alg": "none"}, nil, "provider_answer", "does not count"},
		{"another algorithm", nil, map[string]any{"alg": "HS256"}, nil, "provider_answer", "does not count"},
		{"an unknown key", nil, map[string]any{"kid": "another"}, nil, "provider_answer", "does not count"},
		{"a made-up code", nil, nil, func(callback string) string { return callback + "&code=x&code=" }, "provider_answer", "does not count"},
		{"another browser's state", nil, nil, func(string) string { return foreign }, "sign_in_not_begun", "not begun in this browser"},
		{"no state", nil, nil, func(string) string { return "/console/oidc/callback?code=x" }, "sign_in_not_begun", "not begun in this browser"},
		{"refused there", nil, nil, func(callback string) string { return callback + "&error=access_denied" }, "provider_refused", "did not sign you in"},
	} {
		p.claims, p.header = c.claims, c.header
		v := s.visitor(t)
		callback := p.begin(v, "/console/")
		if c.answer != nil {
			callback = c.answer(strings.Replace(callback, "code=", "code=x", 1))
		}
		a := v.finish(callback, header("X-Forwarded-For", "192.0.2."+string(rune('1'+i%9))+string(rune('0'+i/9))))
		require.Equal(t, 403, a.status, c.name)
		require.Contains(t, string(a.raw), c.shown, c.name)
		require.Equal(t, c.reason, s.reason(t, a), c.name)
		require.Empty(t, v.cookies, c.name)
		v.requireSignedOut()
		wanted = append(wanted, [3]string{"failure", c.reason, ""})
	}
	s.requireEvents("operator.sign_in", wanted...)

	p.claims, p.header = nil, nil
	v := s.visitor(t)
	callback := p.begin(v, "/console/")
	kept := maps.Clone(v.cookies)
	require.Equal(t, 303, v.finish(callback).status)
	v.cookies = kept
	require.Equal(t, 403, v.finish(callback).status, "a code counts once")
	require.Equal(t, 403, s.visitor(t).finish(callback).status, "an attempt too")
}

// A provider that is away keeps nobody from starting, nor operators with a password from signing in.
func TestAProviderThatIsAway(t *testing.T) {
	t.Parallel()
	p := newSignInProvider(t)
	p.status = http.StatusBadGateway
	s := start(t, p.settings())
	s.staff(operatorAddress, djangoHashes["pbkdf2_sha256"])
	v := s.visitor(t)
	a := v.get("/console/oidc/start/")
	require.Equal(t, 503, a.status)
	require.NotEmpty(t, a.header.Get("Retry-After"))
	require.Equal(t, "console_provider_unavailable", s.reason(t, a))
	require.Equal(t, 303, v.signIn(operatorAddress, djangoSecret).status)

	p.mutex.Lock()
	p.status = 0
	p.mutex.Unlock()
	v = s.visitor(t)
	callback := p.begin(v, "/console/")
	p.mutex.Lock()
	p.status = http.StatusBadGateway
	p.mutex.Unlock()
	a = v.finish(callback)
	require.Equal(t, 503, a.status, "it went away meanwhile")
	require.Equal(t, "console_provider_unavailable", s.reason(t, a))
	s.requireEvents("operator.sign_in", [3]string{"success", "", operatorAddress}, [3]string{"failure", "console_provider_unavailable", ""})

	require.Equal(t, 404, start(t).visitor(t).get("/console/oidc/start/").status, "there is none where it is not configured")
}

// Who comes back without having been at the provider too often waits.
func TestLimitsOfSigningInByAProvider(t *testing.T) {
	t.Parallel()
	p := newSignInProvider(t)
	s := start(t, p.settings())
	v := s.visitor(t)
	for range 5 {
		require.Equal(t, 403, v.finish("/console/oidc/callback?code=x&state=x").status)
	}
	require.Equal(t, 429, v.finish("/console/oidc/callback?code=x&state=x").status)
}

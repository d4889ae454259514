package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const addonKey = "the-key-of-the-addons"

var addons = map[string]string{"ADDONS_ENABLED": "true", "ADDONS_TOKEN_SECRET_KEY": addonKey}

func TestAddonTokens(t *testing.T) {
	t.Parallel()
	s := start(t, addons)
	user := s.user("user@example.com")
	now := time.Now().Unix()
	claims := func(changes map[string]any) map[string]any {
		all := meetClaims(credentials{}, user, map[string]any{
			"aud": "addons", "client_id": nil, "delegated": nil, "scope": "rooms:list rooms:create rooms:update",
		})
		for name, value := range changes {
			all[name] = value
			if value == nil {
				delete(all, name)
			}
		}
		return all
	}
	for name, c := range map[string]struct {
		changes map[string]any
		key     string
		status  int
		detail  string
	}{
		"good":             {nil, addonKey, 200, ""},
		"another key":      {nil, addonKey + "x", 401, "Invalid token."},
		"expired":          {map[string]any{"exp": now - 1}, addonKey, 401, "Token expired."},
		"another issuer":   {map[string]any{"iss": "x"}, addonKey, 401, "Invalid token."},
		"another audience": {map[string]any{"aud": "x"}, addonKey, 401, "Invalid token."},
		"no audience":      {map[string]any{"aud": nil}, addonKey, 401, "Invalid token."},
		"no user":          {map[string]any{"user_id": nil}, addonKey, 401, "Invalid token claims."},
		"unknown user":     {map[string]any{"user_id": "0f8fad5b-d9cb-469f-a165-70867728950e"}, addonKey, 401, "User not found."},
		"no scope":         {map[string]any{"scope": nil}, addonKey, 403, "Insufficient permissions."},
	} {
		t.Run(name, func(t *testing.T) {
			a := s.get(roomsPath, bearer(signed(t, c.key, meetHeader, claims(c.changes))))
			require.Equal(t, c.status, a.status, "%s", a.raw)
			require.Equal(t, c.detail, a.detail())
		})
	}
	token := signed(t, addonKey, meetHeader, claims(nil))
	made := s.post(roomsPath, "", bearer(token), header("X-Request-Id", "addon"))
	require.Equal(t, 201, made.status, "%s", made.raw)
	require.Equal(t, 200, s.patch("/rooms/"+made.body["id"].(string)+"/", `{"access_level": "restricted"}`, bearer(token)).status)
	var origins int
	require.NoError(t, s.pool().Get(&origins, `select count(*) from external_api.room where application_id is null`))
	require.Equal(t, 1, origins, "that it was created through this API is remembered")
	line := s.log.waitFor(t, "request", map[string]any{"request_id": "addon"})
	require.Equal(t, user, line["user"])
	require.Equal(t, 200, s.get(roomsPath, bearer(s.token(s.application(), "user@example.com"))).status, "application tokens count beside them")
	s.sql(`update meet_user set is_active = false`)
	require.Equal(t, "User account is disabled.", s.get(roomsPath, bearer(token)).detail())
	off := startUnready(t, s.dsn)
	off.log.wait(t, "ready")
	require.Equal(t, "Invalid token.", off.get(roomsPath, bearer(token)).detail())
}

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

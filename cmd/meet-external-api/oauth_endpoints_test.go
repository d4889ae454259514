// The tests of docs/contract.md, "More about tokens": introspection, revocation, metadata and public keys.

package main

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

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

// about returns the fields by which an application asks about a token.
func about(c credentials, token string) map[string]any {
	return map[string]any{"client_id": c.ID, "client_secret": c.Secret, "token": token}
}

func TestIntrospection(t *testing.T) {
	t.Parallel()
	s := start(t, map[string]string{"APPLICATION_JWT_AUDIENCE": "rooms"})
	user := s.user("user@example.com")
	application, other := s.application("--any-domain", "--scope=rooms:list", "--scope=rooms:create"), s.application()
	token := s.token(application, "user@example.com")
	_, claims := decodeToken(t, token)

	for _, a := range []answer{
		s.post(introspectPath, about(application, token)),
		s.postForm(introspectPath, url.Values{"token": {token}, "token_type_hint": {"access_token"}}, func(r *http.Request) {
			r.SetBasicAuth(application.ID, application.Secret)
		}),
	} {
		require.Equal(t, 200, a.status, "%s", a.raw)
		require.Equal(t, map[string]any{
			"active": true, "client_id": application.ID, "sub": user, "user_id": user, "scope": "rooms:list rooms:create",
			"token_type": "Bearer", "iss": "lasuite-meet", "aud": "rooms", "jti": claims["jti"], "iat": claims["iat"], "exp": claims["exp"],
		}, a.body)
	}
	// Meet's tokens have no jti.
	meets := signed(t, testKey, meetHeader, meetClaims(application, user, map[string]any{"aud": "rooms"}))
	a := s.post(introspectPath, about(application, meets))
	require.Equal(t, true, a.body["active"])
	require.NotContains(t, a.body, "jti")
	timeless := signed(t, testKey, meetHeader, meetClaims(application, user, map[string]any{"aud": "rooms", "iat": nil}))
	a = s.post(introspectPath, about(application, timeless))
	require.Equal(t, true, a.body["active"])
	require.NotContains(t, a.body, "iat")
	early := signed(t, testKey, meetHeader, meetClaims(application, user, map[string]any{"aud": "rooms", "iat": 1.5}))
	require.EqualValues(t, 1, s.post(introspectPath, about(application, early)).body["iat"])

	inactive := map[string]any{"active": false}
	now := time.Now().Unix()
	for name, c := range map[string]struct {
		application credentials
		token       string
	}{
		"of another application":   {other, token},
		"no token":                 {application, "x"},
		"signed by somebody else":  {application, signed(t, testKey+"x", meetHeader, meetClaims(application, user, map[string]any{"aud": "rooms"}))},
		"expired":                  {application, signed(t, testKey, meetHeader, meetClaims(application, user, map[string]any{"aud": "rooms", "exp": now - 1}))},
		"for somebody else":        {application, signed(t, testKey, meetHeader, meetClaims(application, user, nil))},
		"of a user who is not one": {application, signed(t, testKey, meetHeader, meetClaims(application, "x", map[string]any{"aud": "rooms"}))},
	} {
		a := s.post(introspectPath, about(c.application, c.token))
		require.Equal(t, 200, a.status, name)
		require.Equal(t, inactive, a.body, name)
	}
	s.sql(`update meet_user set is_active = false`)
	require.Equal(t, inactive, s.post(introspectPath, about(application, token)).body, "a user who is switched off")
}

func TestRevocation(t *testing.T) {
	t.Parallel()
	s := start(t)
	user := s.user("user@example.com")
	application, other := s.application(), s.application()
	token, kept := s.token(application, "user@example.com"), s.token(application, "user@example.com")
	meets := signed(t, testKey, meetHeader, meetClaims(application, user, nil))
	keptOfMeet := signed(t, testKey, meetHeader, meetClaims(application, user, map[string]any{"exp": time.Now().Unix() + 3601}))
	forever := signed(t, testKey, meetHeader, meetClaims(application, user, map[string]any{"exp": int64(253402300799)}))
	beyond := signed(t, testKey, meetHeader, meetClaims(application, user, map[string]any{"exp": 1e15}))

	a := s.post(revokePath, about(other, token))
	requireOAuthError(t, a, 400, "invalid_request", "The token was issued to another application.")
	require.Equal(t, 200, s.get(roomsPath, bearer(token)).status)

	for _, revoked := range []string{token, meets, forever} {
		require.Equal(t, 200, s.get(roomsPath, bearer(revoked)).status)
		for range 2 {
			a = s.post(revokePath, about(application, revoked))
			require.Equal(t, 200, a.status, "%s", a.raw)
			require.Empty(t, a.raw)
		}
		a = s.get(roomsPath, bearer(revoked))
		require.Equal(t, 401, a.status)
		require.Equal(t, "Token revoked.", a.detail())
		require.Equal(t, `Bearer error="invalid_token"`, a.header.Get("WWW-Authenticate"))
		require.Equal(t, map[string]any{"active": false}, s.post(introspectPath, about(application, revoked)).body)
	}
	for _, good := range []string{kept, keptOfMeet} {
		require.Equal(t, 200, s.get(roomsPath, bearer(good)).status, "another token of the same user is another one")
	}
	require.Equal(t, 401, s.get(roomsPath, bearer(beyond)).status)
	for _, nothing := range []string{"x", beyond, "a.b.c", signed(t, testKey, meetHeader, meetClaims(application, user, map[string]any{"exp": 1}))} {
		require.Equal(t, 200, s.post(revokePath, about(application, nothing)).status, "what does not count is revoked enough")
	}
	var stored int
	require.NoError(t, s.pool().Get(&stored, `select count(*) from external_api.revoked_token`))
	require.Equal(t, 3, stored)
}

// Both endpoints authenticate as the token endpoint does.
func TestWhoMayAskAboutTokens(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	application, inactive := s.application(), s.application()
	s.cli("application", "disable", inactive.ID)
	token := s.token(application, "user@example.com")
	for _, path := range []string{introspectPath, revokePath} {
		for name, c := range map[string]struct {
			changes map[string]any
			status  int
			code    string
			text    string
		}{
			"wrong secret":   {map[string]any{"client_secret": "wrong"}, 401, "invalid_client", "Invalid credentials"},
			"unknown client": {map[string]any{"client_id": "unknown"}, 401, "invalid_client", "Invalid credentials"},
			"inactive":       {map[string]any{"client_id": inactive.ID, "client_secret": inactive.Secret}, 401, "invalid_client", "Application is inactive"},
			"nothing at all": {map[string]any{"client_id": nil, "client_secret": nil}, 401, "invalid_client", "Client authentication is required."},
			"no secret":      {map[string]any{"client_secret": nil}, 400, "invalid_request", "client_secret: This field is required."},
			"no token":       {map[string]any{"token": nil}, 400, "invalid_request", "token: This field is required."},
			"a blank token":  {map[string]any{"token": " "}, 400, "invalid_request", "token: This field may not be blank."},
		} {
			fields := about(application, token)
			maps.Copy(fields, c.changes)
			maps.DeleteFunc(fields, func(_ string, value any) bool { return value == nil })
			a := s.post(path, fields)
			requireOAuthError(t, a, c.status, c.code, c.text)
			require.Equal(t, c.status == 401, a.header.Get("WWW-Authenticate") == `Basic realm="external-api"`, name)
		}
		requireOAuthError(t, s.post(path+"?token="+token, about(application, token)), 400, "invalid_request",
			"Parameters belong in the body, not in the URL, where logs keep them.")
	}
	require.Equal(t, 200, s.get(roomsPath, bearer(token)).status)
	off := startUnready(t, s.dsn, map[string]string{"APPLICATION_ENABLED": "false"})
	for _, path := range []string{introspectPath, revokePath} {
		a := off.post(path, about(application, token))
		require.Equal(t, 404, a.status)
		require.Equal(t, map[string]any{"detail": "Not found."}, a.body)
	}
}

// What a caller sent is repeated in part, and in the characters that a description may hold.
func TestDescriptions(t *testing.T) {
	t.Parallel()
	s := start(t)
	for given, said := range map[string]string{
		"pass\"word\\\r\né\x00":     `grant_type: 'pass'word?????' is not a valid choice.`,
		strings.Repeat("x", 60_000): `grant_type: '` + strings.Repeat("x", 100) + `?' is not a valid choice.`,
	} {
		a := s.post(tokenPath, tokenRequest(credentials{ID: "x", Secret: "y"}, map[string]any{"grant_type": given}))
		require.Equal(t, 400, a.status)
		require.Equal(t, "unsupported_grant_type", a.body["error"])
		require.Equal(t, said, a.body["error_description"])
	}
}

// Also what was issued between two revocations in one second.
func TestRevocationsInOneSecond(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	application := s.application()
	for _, revoke := range [][]string{
		{"application", "revoke-tokens", application.ID}, {"application", "revoke-tokens", application.ID},
		{"user", "revoke-tokens", "user@example.com"},
	} {
		token := s.token(application, "user@example.com")
		require.Equal(t, 200, s.get(roomsPath, bearer(token)).status)
		s.cli(revoke...)
		require.Equal(t, 401, s.get(roomsPath, bearer(token)).status)
	}
}

// Also what was asked for before, and was not yet issued.
func TestRevocationsDuringARequest(t *testing.T) {
	t.Parallel()
	s := start(t, creation)
	s.user("user@example.com")
	application := s.application()
	// While another one makes a user with the same address, the request has been authenticated and waits.
	another, err := s.pool().Begin()
	require.NoError(t, err)
	_, err = another.Exec(`insert into meet_user (id, password, is_superuser, created_at, updated_at, email, language, timezone, is_device,
		is_staff, is_active, default_room_configuration)
		values (gen_random_uuid(), '!', false, now(), now(), 'new@example.com', 'en-us', 'UTC', false, false, true, '{}')`)
	require.NoError(t, err)
	answered := make(chan answer, 1)
	go func() {
		answered <- s.post(tokenPath, tokenRequest(application, map[string]any{"scope": "new@example.com"}))
	}()
	require.Eventually(t, func() bool { return s.waits(t) }, eventually, tick)
	s.cli("application", "revoke-tokens", application.ID)
	// A token is old by whole seconds.
	revoked := time.Now()
	require.Eventually(t, func() bool { return time.Now().Unix() > revoked.Unix() }, eventually, tick)
	require.NoError(t, another.Rollback())
	a := <-answered
	require.Equal(t, 200, a.status, "%s", a.raw)
	require.Equal(t, "Token revoked.", s.get(roomsPath, bearer(a.body["access_token"].(string))).detail())
}

// Revoking by application or by user ends what was issued before, and nothing after.
func TestTokensOfAUserAreRevoked(t *testing.T) {
	t.Parallel()
	s := start(t, addons)
	user := s.user("user@example.com")
	s.user("other@example.com")
	application := s.application()
	addon := func() string {
		return signed(t, addonKey, meetHeader, meetClaims(credentials{}, user, map[string]any{"aud": "addons", "client_id": nil, "delegated": nil, "scope": "rooms:list"}))
	}
	before, addonBefore, other := s.token(application, "user@example.com"), addon(), s.token(application, "other@example.com")
	for _, id := range []string{"USER@example.com", user} {
		require.Equal(t, "tokens of 1 users revoked\n", s.cli("user", "revoke-tokens", id))
		for _, token := range []string{before, addonBefore} {
			a := s.get(roomsPath, bearer(token))
			require.Equal(t, 401, a.status)
			require.Equal(t, "Token revoked.", a.detail())
		}
		require.Equal(t, 200, s.get(roomsPath, bearer(other)).status)
		after := s.token(application, "user@example.com")
		require.Equal(t, 200, s.get(roomsPath, bearer(after)).status, "a new one counts at once")
	}
	done := command(s.env, "user", "revoke-tokens", "nobody@example.com")
	require.Equal(t, outcome{1, "", "meet-external-api: No user has this address or UUID.\n"}, done)
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	s := start(t)
	base := s.url + "/external-api/v1.0"
	for path, issuer := range map[string]string{
		"/.well-known/oauth-authorization-server":                    s.url,
		"/.well-known/oauth-authorization-server/":                   s.url,
		"/.well-known/oauth-authorization-server/external-api/v1.0":  base,
		"/external-api/v1.0/.well-known/oauth-authorization-server":  base,
		"/external-api/v1.0/.well-known/oauth-authorization-server/": base,
	} {
		a, request := s.sendAnywhere(http.MethodGet, path, nil)
		if strings.HasPrefix(path, "/external-api/") {
			s.api.checkAnswer(t, request, a)
		}
		require.Equal(t, 200, a.status, path)
		require.Equal(t, issuer, a.body["issuer"])
		require.Equal(t, base+"/application/token/", a.body["token_endpoint"])
		require.Equal(t, []any{"client_credentials"}, a.body["grant_types_supported"])
		require.Equal(t, []any{}, a.body["response_types_supported"])
		for _, endpoint := range []string{"jwks_uri", "service_documentation"} {
			named, err := http.Get(a.body[endpoint].(string))
			require.NoError(t, err)
			require.NoError(t, named.Body.Close())
			require.Equal(t, 200, named.StatusCode, endpoint)
		}
		for endpoint, status := range map[string]int{"token_endpoint": 400, "introspection_endpoint": 401, "revocation_endpoint": 401} {
			named, err := http.Post(a.body[endpoint].(string), "application/json", http.NoBody)
			require.NoError(t, err)
			require.NoError(t, named.Body.Close())
			require.Equal(t, status, named.StatusCode, endpoint)
		}
	}
	below := startUnready(t, s.dsn, map[string]string{"APPLICATION_JWT_ISSUER": "https://meet.example.org/oauth/one/"})
	a, _ := below.sendAnywhere(http.MethodGet, "/.well-known/oauth-authorization-server/oauth/one", nil)
	require.Equal(t, "https://meet.example.org/oauth/one/", a.body["issuer"])
	named := startUnready(t, s.dsn, map[string]string{"APPLICATION_JWT_ISSUER": "https://meet.example.org", "EXTERNAL_API_PUBLIC_URL": "https://api.example.org"})
	a = named.get("/.well-known/oauth-authorization-server")
	require.Equal(t, "https://meet.example.org", a.body["issuer"], "what tokens say")
	require.Equal(t, "https://api.example.org/external-api/v1.0/application/token/", a.body["token_endpoint"])
	off := startUnready(t, s.dsn, map[string]string{"APPLICATION_ENABLED": "false"})
	for _, path := range []string{"/.well-known/oauth-authorization-server", "/.well-known/jwks.json"} {
		require.Equal(t, 404, off.get(path).status)
	}
}

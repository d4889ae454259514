package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// signed makes a token as Meet's library does: HS256 over a header and claims.
func signed(t *testing.T, key string, header, claims any) string {
	t.Helper()
	encode := func(value any) string {
		text, ok := value.(string)
		if !ok {
			data, err := json.Marshal(value)
			require.NoError(t, err)
			text = string(data)
		}
		return base64.RawURLEncoding.EncodeToString([]byte(text))
	}
	input := encode(header) + "." + encode(claims)
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(input))
	return input + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

var meetHeader = map[string]any{"alg": "HS256", "typ": "JWT"}

// meetClaims are the claims of a token that Meet issues, with some changed; nil takes a claim out.
func meetClaims(application credentials, user string, changes map[string]any) map[string]any {
	now := time.Now().Unix()
	claims := map[string]any{
		"iss": "lasuite-meet", "iat": now, "exp": now + 3600, "client_id": application.ID, "user_id": user,
		"delegated": true, "scope": "rooms:list rooms:create rooms:retrieve",
	}
	maps.Copy(claims, changes)
	maps.DeleteFunc(claims, func(_ string, value any) bool { return value == nil })
	return claims
}

func TestBearerTable(t *testing.T) {
	t.Parallel()
	s := start(t)
	user := s.user("user@example.com")
	gone := s.user("gone@example.com")
	s.sql(`update meet_user set is_active = false where id = $1`, gone)
	application := s.application()
	disabled := s.application()
	s.cli("application", "disable", disabled.UUID)
	now := time.Now().Unix()
	with := func(changes map[string]any) string {
		return "Bearer " + signed(t, testKey, meetHeader, meetClaims(application, user, changes))
	}
	good := meetClaims(application, user, nil)
	typed := func(typ any) string {
		return "Bearer " + signed(t, testKey, map[string]any{"alg": "HS256", "typ": typ}, good)
	}

	for name, c := range map[string]struct {
		authorization string
		status        int
		detail        string
		challenge     string
	}{
		"no header":                     {"", 401, "Authentication credentials were not provided.", "Bearer"},
		"another scheme":                {"Basic YTpi", 401, "Authentication credentials were not provided.", "Bearer"},
		"the token without a scheme":    {with(nil)[7:], 401, "Authentication credentials were not provided.", "Bearer"},
		"Bearer alone":                  {"Bearer", 401, "Invalid token header.", "Bearer"},
		"two words after it":            {"Bearer a b", 401, "Invalid token header.", `Bearer error="invalid_token"`},
		"not a JWT":                     {"Bearer abc", 401, "Invalid token.", `Bearer error="invalid_token"`},
		"signed with another key":       {"Bearer " + signed(t, testKey+"x", meetHeader, good), 401, "Invalid token.", `Bearer error="invalid_token"`},
		"expired":                       {with(map[string]any{"exp": now - 1}), 401, "Token expired.", `Bearer error="invalid_token"`},
		"expired long ago":              {with(map[string]any{"iat": now - 9000, "exp": now - 5000}), 401, "Token expired.", `Bearer error="invalid_token"`},
		"no exp":                        {with(map[string]any{"exp": nil}), 401, "Invalid token.", `Bearer error="invalid_token"`},
		"an exp that is not a number":   {with(map[string]any{"exp": "9999999999"}), 401, "Invalid token.", `Bearer error="invalid_token"`},
		"another issuer":                {with(map[string]any{"iss": "other"}), 401, "Invalid token.", `Bearer error="invalid_token"`},
		"no issuer":                     {with(map[string]any{"iss": nil}), 401, "Invalid token.", `Bearer error="invalid_token"`},
		"an audience where none is set": {with(map[string]any{"aud": "rooms"}), 401, "Invalid token.", `Bearer error="invalid_token"`},
		"nbf in the future":             {with(map[string]any{"nbf": now + 3000}), 401, "Invalid token.", `Bearer error="invalid_token"`},
		"nbf not a number":              {with(map[string]any{"nbf": "now"}), 401, "Invalid token.", `Bearer error="invalid_token"`},
		"iat in the future":             {with(map[string]any{"iat": now + 3000}), 401, "Invalid token.", `Bearer error="invalid_token"`},
		"another typ":                   {typed("dpop+jwt"), 401, "Invalid token.", `Bearer error="invalid_token"`},
		"typ not a string":              {typed(1), 401, "Invalid token.", `Bearer error="invalid_token"`},
		"no client_id":                  {with(map[string]any{"client_id": nil}), 401, "Invalid token claims.", `Bearer error="invalid_token"`},
		"no user_id":                    {with(map[string]any{"user_id": nil}), 401, "Invalid token claims.", `Bearer error="invalid_token"`},
		"client_id not a string":        {with(map[string]any{"client_id": 1}), 401, "Invalid token claims.", `Bearer error="invalid_token"`},
		"client_id with NUL":            {with(map[string]any{"client_id": "a\x00"}), 401, "Invalid token claims.", `Bearer error="invalid_token"`},
		"unknown application":           {with(map[string]any{"client_id": "unknown"}), 401, "Application not found.", `Bearer error="invalid_token"`},
		"inactive application":          {with(map[string]any{"client_id": disabled.ID}), 401, "Application is disabled.", `Bearer error="invalid_token"`},
		"not delegated":                 {with(map[string]any{"delegated": false}), 401, "Invalid token type.", `Bearer error="invalid_token"`},
		"delegated missing":             {with(map[string]any{"delegated": nil}), 401, "Invalid token type.", `Bearer error="invalid_token"`},
		"delegated not a boolean":       {with(map[string]any{"delegated": "true"}), 401, "Invalid token type.", `Bearer error="invalid_token"`},
		"unknown user":                  {with(map[string]any{"user_id": uuid.NewString()}), 401, "User not found.", `Bearer error="invalid_token"`},
		"user_id in another form":       {with(map[string]any{"user_id": "urn:uuid:" + user}), 401, "User not found.", `Bearer error="invalid_token"`},
		"user_id not a UUID":            {with(map[string]any{"user_id": "me"}), 401, "User not found.", `Bearer error="invalid_token"`},
		"inactive user":                 {with(map[string]any{"user_id": gone}), 401, "User account is disabled.", `Bearer error="invalid_token"`},
		"application before user":       {with(map[string]any{"client_id": disabled.ID, "user_id": gone}), 401, "Application is disabled.", `Bearer error="invalid_token"`},
		"no scope":                      {with(map[string]any{"scope": nil}), 403, "Insufficient permissions.", `Bearer error="insufficient_scope", scope="rooms:list"`},
		"a scope with a long s": {
			with(map[string]any{"scope": "rooms:li\u017ft"}), 403, "Insufficient permissions. Required scope: rooms:list",
			`Bearer error="insufficient_scope", scope="rooms:list"`,
		},
		"another scope": {
			with(map[string]any{"scope": "rooms:create"}), 403, "Insufficient permissions. Required scope: rooms:list",
			`Bearer error="insufficient_scope", scope="rooms:list"`,
		},

		"good":                   {with(nil), 200, "", ""},
		"scheme in any case":     {"bEARER" + with(nil)[6:], 200, "", ""},
		"typ at+jwt":             {typed("at+jwt"), 200, "", ""},
		"typ application/at+jwt": {typed("application/AT+JWT"), 200, "", ""},
		"nbf within the skew":    {with(map[string]any{"nbf": now + 5}), 200, "", ""},
		"iat within the skew":    {with(map[string]any{"iat": now + 5}), 200, "", ""},
		"no iat":                 {with(map[string]any{"iat": nil}), 200, "", ""},
		"exp with a fraction":    {with(map[string]any{"exp": float64(now) + 100.5}), 200, "", ""},
		"scopes as a list":       {with(map[string]any{"scope": []string{"rooms:list"}}), 200, "", ""},
		"scopes in any case":     {with(map[string]any{"scope": "ROOMS:List"}), 200, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := s.get("/rooms/", func(r *http.Request) {
				if c.authorization != "" {
					r.Header.Set("Authorization", c.authorization)
				}
			})
			require.Equal(t, c.status, a.status, "%s", a.raw)
			require.Equal(t, c.detail, a.detail())
			require.Equal(t, c.challenge, a.header.Get("WWW-Authenticate"))
		})
	}

	t.Run("two Authorization headers", func(t *testing.T) {
		t.Parallel()
		a := s.get("/rooms/", func(r *http.Request) { r.Header["Authorization"] = []string{with(nil), with(nil)} })
		require.Equal(t, 400, a.status)
		require.Equal(t, "Only one Authorization header may be sent.", a.detail())
	})
}

func TestBearerAudience(t *testing.T) {
	t.Parallel()
	s := start(t, map[string]string{"APPLICATION_JWT_AUDIENCE": "rooms"})
	user := s.user("user@example.com")
	application := s.application()
	for name, c := range map[string]struct {
		audience any
		status   int
	}{
		"the one":        {"rooms", 200},
		"among others":   {[]string{"mails", "rooms"}, 200},
		"another":        {"mails", 401},
		"others":         {[]string{"mails"}, 401},
		"none":           {nil, 401},
		"not a string":   {1, 401},
		"an empty list":  {[]string{}, 401},
		"an empty value": {"", 401},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			token := signed(t, testKey, meetHeader, meetClaims(application, user, map[string]any{"aud": c.audience}))
			require.Equal(t, c.status, s.get("/rooms/", bearer(token)).status)
		})
	}
}

func TestTokensOfOneServerAreGoodOnAnother(t *testing.T) {
	t.Parallel()
	first := start(t)
	second := startUnready(t, first.dsn)
	second.log.wait(t, "ready")
	first.user("user@example.com")
	token := first.token(first.application(), "user@example.com")
	require.Equal(t, 200, second.get("/rooms/", bearer(token)).status)
}

func TestSwitchingOffCountsAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	application := s.application()
	token := s.token(application, "user@example.com")
	require.Equal(t, 200, s.get("/rooms/", bearer(token)).status)

	s.cli("application", "disable", application.ID)
	require.Equal(t, "Application is disabled.", s.get("/rooms/", bearer(token)).detail())
	s.cli("application", "enable", application.ID)
	require.Equal(t, 200, s.get("/rooms/", bearer(token)).status)
	s.sql(`update meet_user set is_active = false`)
	require.Equal(t, "User account is disabled.", s.get("/rooms/", bearer(token)).detail())
	s.sql(`update meet_user set is_active = true`)
	s.cli("application", "delete", application.ID)
	require.Equal(t, "Application not found.", s.get("/rooms/", bearer(token)).detail())
}

func TestRevokedTokens(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	application, other := s.application(), s.application()
	old, others := s.token(application, "user@example.com"), s.token(other, "user@example.com")

	s.cli("application", "revoke-tokens", application.ID)

	a := s.get("/rooms/", bearer(old))
	require.Equal(t, 401, a.status)
	require.Equal(t, "Token revoked.", a.detail())
	require.Equal(t, `Bearer error="invalid_token"`, a.header.Get("WWW-Authenticate"))
	require.Equal(t, 200, s.get("/rooms/", bearer(s.token(application, "user@example.com"))).status, "a new one in the same second")
	require.Equal(t, 200, s.get("/rooms/", bearer(others)).status)
}

func TestHostileTokens(t *testing.T) {
	t.Parallel()
	s := start(t)
	user := s.user("user@example.com")
	claims := meetClaims(s.application(), user, nil)
	good := signed(t, testKey, meetHeader, claims)
	parts := func(token string) (header, payload, signature string) {
		first, last := 0, 0
		for i, c := range token {
			if c == '.' && first == 0 {
				first = i
			} else if c == '.' {
				last = i
			}
		}
		return token[:first], token[first+1 : last], token[last+1:]
	}
	head, payload, signature := parts(good)
	encoded := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	flattened, err := json.Marshal(map[string]any{
		"protected": head, "payload": payload, "signature": signature, "client_id": "outer", "user_id": user,
	})
	require.NoError(t, err)
	manyClaims := maps.Clone(claims)
	for range 600 {
		manyClaims[uuid.NewString()] = 1
	}
	for name, token := range map[string]string{
		"no signature":              head + "." + payload + ".",
		"alg none":                  encoded(`{"alg":"none","typ":"JWT"}`) + "." + payload + ".",
		"alg none, signed":          signed(t, testKey, `{"alg":"none","typ":"JWT"}`, claims),
		"another alg":               signed(t, testKey, `{"alg":"HS384","typ":"JWT"}`, claims),
		"alg in another case":       signed(t, testKey, `{"alg":"hs256","typ":"JWT"}`, claims),
		"alg twice":                 signed(t, testKey, `{"alg":"none","alg":"HS256","typ":"JWT"}`, claims),
		"critical extension":        signed(t, testKey, `{"alg":"HS256","typ":"JWT","crit":["exp"]}`, claims),
		"header a list":             signed(t, testKey, `[]`, claims),
		"header with more behind":   signed(t, testKey, `{"alg":"HS256","typ":"JWT"}{}`, claims),
		"no typ":                    signed(t, testKey, `{"alg":"HS256"}`, claims),
		"claims a list":             signed(t, testKey, meetHeader, `[]`),
		"claims not JSON":           signed(t, testKey, meetHeader, `claims`),
		"a claim twice":             signed(t, testKey, meetHeader, `{"exp":1,"exp":99999999999,"iss":"lasuite-meet"}`),
		"exp infinite":              signed(t, testKey, meetHeader, `{"exp":1e999,"iss":"lasuite-meet"}`),
		"exp beyond all time":       signed(t, testKey, meetHeader, `{"exp":1e300,"iss":"lasuite-meet"}`),
		"flattened JSON":            base64.RawURLEncoding.EncodeToString(flattened),
		"four parts":                good + ".a",
		"five parts, as a JWE":      "a.b.c.d.e",
		"padding":                   good + "=",
		"trailing bits":             good[:len(good)-1] + "B",
		"standard base64":           good[:10] + "+" + good[11:],
		"longer than any token":     signed(t, testKey, meetHeader, manyClaims),
		"signature of another part": head + "." + encoded(`{}`) + "." + signature,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := s.get("/rooms/", bearer(token))
			require.Equal(t, 401, a.status, "%s", a.raw)
			require.Equal(t, "Invalid token.", a.detail())
		})
	}
}

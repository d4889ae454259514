// The tests of docs/contract.md, "Bearer authentication of /rooms": tokens of applications and add-ons, keys, scopes.

package main

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/handlers"
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
		"a client_id":      {map[string]any{"client_id": "x"}, addonKey, 401, "Invalid token."},
		"an empty one":     {map[string]any{"client_id": ""}, addonKey, 401, "Invalid token."},
		"one not a text":   {map[string]any{"client_id": []any{}}, addonKey, 401, "Invalid token."},
		"one, and no user": {map[string]any{"client_id": "x", "user_id": nil}, addonKey, 401, "Invalid token."},
		"one and expired":  {map[string]any{"client_id": "x", "exp": now - 1}, addonKey, 401, "Token expired."},
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
		"exp with a fraction":    {with(map[string]any{"exp": float64(now) + 3600.5}), 200, "", ""},
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
	s.cli("application", "delete", application.ID, "--yes")
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

// Whose signature it has decides, though others behind would take the token.
func TestFirstWhoRecognisesATokenDecides(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		changes map[string]any
		detail  string
	}{
		"another issuer":        {map[string]any{"iss": "https://other.example", "aud": "rooms"}, "Invalid token."},
		"another audience":      {map[string]any{"aud": "addons"}, "Invalid token."},
		"no audience":           {map[string]any{}, "Invalid token."},
		"that of the add-ons":   {map[string]any{"iss": "meet-addons", "aud": "addons"}, "Invalid token."},
		"expired":               {map[string]any{"aud": "rooms", "exp": 1}, "Token expired."},
		"expired at the others": {map[string]any{"iss": "https://other.example", "aud": "rooms", "exp": 1}, "Token expired."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := gullible(t)
			s := start(t, p.settings(), addons, map[string]string{
				// With one key the add-ons would take what the applications refuse.
				"ADDONS_TOKEN_SECRET_KEY": testKey, "ADDONS_TOKEN_ISSUER": "meet-addons", "APPLICATION_JWT_AUDIENCE": "rooms",
			})
			token := signed(t, testKey, meetHeader, meetClaims(s.application(), s.user("user@example.com"), c.changes))
			a := s.get(roomsPath, bearer(token))
			require.Equal(t, 401, a.status)
			require.Equal(t, c.detail, a.detail())
			require.Zero(t, p.calls.Load())
		})
	}
	t.Run("of the add-ons", func(t *testing.T) {
		t.Parallel()
		p := gullible(t)
		s := start(t, p.settings(), addons)
		token := signed(t, addonKey, meetHeader, map[string]any{"iss": "https://other.example", "aud": "addons", "exp": 9999999999})
		require.Equal(t, "Invalid token.", s.get(roomsPath, bearer(token)).detail())
		require.Zero(t, p.calls.Load())
	})
}

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

// Order of checks: path and method, authentication, scope, parameters and body.
func TestOrderOfChecks(t *testing.T) {
	t.Parallel()
	s, application, _, token := roomServer(t)
	narrow := s.token(application, "user@example.com rooms:list")
	require.Equal(t, 405, s.send(http.MethodPut, roomsPath, nil).status)
	require.Equal(t, 401, s.post(roomsPath, "{").status)
	require.Equal(t, 403, s.post(roomsPath, "{", bearer(narrow)).status)
	require.Equal(t, 400, s.post(roomsPath, "{", bearer(token)).status)
	require.Equal(t, 401, s.get("/rooms/x/").status)
	require.Equal(t, 403, s.get("/rooms/x/", bearer(narrow)).status)
	require.Equal(t, 404, s.get("/rooms/x/", bearer(token)).status)
	require.Equal(t, 401, s.get(roomsPath+"?page=x").status)
}

func decodeToken(t *testing.T, token string) (header, claims map[string]any) {
	t.Helper()
	parts := strings.Split(token, ".")
	require.Len(t, parts, 3)
	for i, into := range []*map[string]any{&header, &claims} {
		decoded, err := base64.RawURLEncoding.DecodeString(parts[i])
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(decoded, into))
	}
	return header, claims
}

package token

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/auth"
	"meet-external-api/auth/jose"
	"meet-external-api/refusal"
)

const testKey = "a shared secret of 32 bytes, or so"

// at is when these tests happen.
var at = time.Unix(1_700_000_000, 0)

// newIssuer returns an issuer with HS256, with some options changed.
func newIssuer(t testing.TB, changes ...func(*Options)) *Issuer {
	t.Helper()
	o := Options{Algorithm: "HS256", Key: []byte(testKey), Issuer: "issuer", Lifetime: time.Hour, Now: func() time.Time { return at }}
	for _, change := range changes {
		change(&o)
	}
	issuer, err := NewIssuer(o)
	require.NoError(t, err)
	return issuer
}

// signed is a token that was not issued here: HS256 over a header and claims, both JSON.
func signed(key, header, claims string) string {
	text := jose.EncodePart([]byte(header)) + "." + jose.EncodePart([]byte(claims))
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(text))
	return text + "." + jose.EncodePart(mac.Sum(nil))
}

const (
	header = `{"alg":"HS256","typ":"JWT"}`
	// good are the claims of a token, to which a test adds others.
	good = `"iss":"issuer","iat":1700000000,"exp":1700003600,"client_id":"client","user_id":"user","delegated":true,"scope":"rooms:list rooms:create"`
)

// ecKey makes a key for ES256, in PKCS #8 PEM.
func ecKey(t testing.TB) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})
}

func TestIssue(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*Options)
		scopes []string
		header string
		claims string
	}{
		"HS256":    {func(*Options) {}, []string{"rooms:list", "rooms:create"}, `{"alg":"HS256","typ":"at+jwt"}`, `"scope":"rooms:list rooms:create",`},
		"audience": {func(o *Options) { o.Audience = "rooms" }, nil, `{"alg":"HS256","typ":"at+jwt"}`, `"aud":"rooms",`},
		"a named key": {func(o *Options) {
			o.Key = []byte(`{"kty":"oct","kid":"\"one\"","k":"` + jose.EncodePart([]byte(testKey)) + `"}`)
		}, nil, `{"alg":"HS256","kid":"\"one\"","typ":"at+jwt"}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := newIssuer(t, c.change)
			token, err := issuer.Issue("client", "user", c.scopes, at)
			require.NoError(t, err)
			parsed, err := jose.ParseJWS(token)
			require.NoError(t, err)
			id := jti(t, parsed.Payload)
			require.NoError(t, uuid.Validate(id))
			require.Equal(t, "at+jwt", parsed.Header.Type)
			payload := `{"iss":"issuer","iat":1700000000,"exp":1700003600,"client_id":"client","user_id":"user","delegated":true,` + c.claims + `"sub":"user","jti":"` + id + `"}`
			require.JSONEq(t, payload, string(parsed.Payload))
			encoded, _, _ := strings.Cut(token, ".")
			decoded, err := jose.DecodePart(encoded)
			require.NoError(t, err)
			require.JSONEq(t, c.header, string(decoded))
			require.Equal(t, signed(testKey, string(decoded), string(parsed.Payload)), token, "it is signed as RFC 7515 says")

			claims, err := issuer.Verify(token)
			require.NoError(t, err)
			require.Equal(t, Claims{
				ClientID: "client", ForClient: true, UserID: "user", Delegated: true, Scopes: c.scopes, IssuedAt: at, ExpiresAt: at.Add(time.Hour), JTI: id, ID: id,
			}, claims)
			again, err := issuer.Issue("client", "user", c.scopes, at)
			require.NoError(t, err)
			require.NotEqual(t, token, again)
		})
	}
}

func jti(t *testing.T, payload []byte) string {
	t.Helper()
	var claims struct{ JTI string }
	require.NoError(t, json.Unmarshal(payload, &claims))
	return claims.JTI
}

func TestLifetime(t *testing.T) {
	t.Parallel()
	now := at
	issuer := newIssuer(t, func(o *Options) { o.Lifetime, o.Now = time.Minute, func() time.Time { return now } })
	require.Equal(t, time.Minute, issuer.Lifetime())
	token, err := issuer.Issue("client", "user", nil, now)
	require.NoError(t, err)
	for taken, lives := range map[time.Duration]time.Duration{
		-2 * time.Second: time.Minute, 999 * time.Millisecond: time.Minute, 2500 * time.Millisecond: 62 * time.Second,
	} {
		issued := now.Add(-taken)
		dated, err := issuer.Issue("client", "user", nil, issued)
		require.NoError(t, err)
		claims, err := issuer.Verify(dated)
		require.NoError(t, err)
		require.Equal(t, issued.Truncate(time.Second).Unix(), claims.IssuedAt.Unix())
		require.Equal(t, lives, claims.ExpiresAt.Sub(claims.IssuedAt), taken)
	}
	now = now.Add(59*time.Second + 999*time.Millisecond)
	_, err = issuer.Verify(token)
	require.NoError(t, err)
	now = now.Add(time.Millisecond)
	_, err = issuer.Verify(token)
	require.ErrorIs(t, err, refusal.TokenExpired, "no skew is tolerated")
}

// A token that was not made for a verifier may be another one's. One that was is decided on.
func TestRecognition(t *testing.T) {
	t.Parallel()
	issuer := newIssuer(t)
	parts := strings.Split(signed(testKey, header, `{`+good+`}`), ".")
	for name, token := range map[string]string{
		"nothing":          "",
		"opaque":           "opaque",
		"JWE":              "a.b.c.d.e",
		"another key":      signed(testKey+"x", header, `{`+good+`}`),
		"no signature":     parts[0] + "." + parts[1] + ".",
		"another payload":  parts[0] + "." + jose.EncodePart([]byte(`{}`)) + "." + parts[2],
		"alg none":         signed(testKey, `{"alg":"none","typ":"JWT"}`, `{`+good+`}`),
		"alg none, empty":  jose.EncodePart([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + parts[1] + ".",
		"another alg":      signed(testKey, `{"alg":"HS384","typ":"JWT"}`, `{`+good+`}`),
		"alg in lowercase": signed(testKey, `{"alg":"hs256","typ":"JWT"}`, `{`+good+`}`),
		"alg twice":        signed(testKey, `{"alg":"none","alg":"HS256","typ":"JWT"}`, `{`+good+`}`),
		"critical":         signed(testKey, `{"alg":"HS256","typ":"JWT","crit":["exp"]}`, `{`+good+`}`),
		"no typ":           signed(testKey, `{"alg":"HS256"}`, `{`+good+`}`),
		"typ null":         signed(testKey, `{"alg":"HS256","typ":null}`, `{`+good+`}`),
		"typ a number":     signed(testKey, `{"alg":"HS256","typ":1}`, `{`+good+`}`),
		"typ of another":   signed(testKey, `{"alg":"HS256","typ":"client-authentication+jwt"}`, `{`+good+`}`),
		"typ of an answer": signed(testKey, `{"alg":"HS256","typ":"token-introspection+jwt"}`, `{`+good+`}`),
		"padding":          parts[0] + "." + parts[1] + "." + parts[2] + "=",
		"white space":      strings.Join(parts, ".") + "\n",
		"flattened JSON":   `{"protected":"` + parts[0] + `","payload":"` + parts[1] + `","signature":"` + parts[2] + `"}`,
		"over 8 KiB":       signed(testKey, header, `{`+good+`,"x":"`+strings.Repeat("x", maxLength)+`"}`),
	} {
		_, err := issuer.Verify(token)
		require.ErrorIs(t, err, auth.ErrNotRecognised, name)
		require.ErrorIs(t, err, refusal.InvalidToken, name)
	}
	for _, typ := range []string{"JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt", "application/JWT"} {
		_, err := issuer.Verify(signed(testKey, `{"alg":"HS256","typ":"`+typ+`"}`, `{`+good+`}`))
		require.NoError(t, err, typ)
	}
	almost := signed(testKey, header, `{`+good+`,"x":"`+strings.Repeat("x", 5900)+`"}`)
	require.Greater(t, len(almost), maxLength-100)
	_, err := issuer.Verify(almost)
	require.NoError(t, err)
}

func TestRegisteredClaims(t *testing.T) {
	t.Parallel()
	with := func(name, value string) string {
		var kept []string
		for _, member := range strings.Split(good, ",") {
			if !strings.HasPrefix(member, `"`+name+`"`) {
				kept = append(kept, member)
			}
		}
		if value != "" {
			kept = append(kept, `"`+name+`":`+value)
		}
		return `{` + strings.Join(kept, ",") + `}`
	}
	for name, c := range map[string]struct {
		claims string
		want   error
	}{
		"good":                    {`{` + good + `}`, nil},
		"not an object":           {`[{` + good + `}]`, refusal.InvalidToken},
		"null":                    {`null`, refusal.InvalidToken},
		"not JSON":                {`{` + good, refusal.InvalidToken},
		"more behind":             {`{` + good + `}{}`, refusal.InvalidToken},
		"exp twice":               {`{"exp":1,` + good + `}`, refusal.InvalidToken},
		"an unknown name twice":   {`{"x":1,"x":1,` + good + `}`, refusal.InvalidToken},
		"not UTF-8":               {"{\"x\":\"\xff\"," + good + `}`, refusal.InvalidToken},
		"names in another case":   {`{"EXP":1,"Iss":"other","AUD":"x","NBF":9999999999,` + good + `}`, nil},
		"exp in another case":     {strings.Replace(`{`+good+`}`, "exp", "EXP", 1), refusal.InvalidToken},
		"no exp":                  {with("exp", ""), refusal.InvalidToken},
		"exp null":                {with("exp", `null`), refusal.InvalidToken},
		"exp a string":            {with("exp", `"1700003600"`), refusal.InvalidToken},
		"exp a list":              {with("exp", `[1700003600]`), refusal.InvalidToken},
		"exp endless":             {with("exp", `1e999`), refusal.InvalidToken},
		"exp beyond all time":     {with("exp", `1e300`), refusal.InvalidToken},
		"exp of many digits":      {with("exp", strings.Repeat("9", 400)), refusal.InvalidToken},
		"exp with a fraction":     {with("exp", `1700000000.5`), nil},
		"exp now":                 {with("exp", `1700000000`), refusal.TokenExpired},
		"exp before the epoch":    {with("exp", `-1`), refusal.TokenExpired},
		"exp in 9999":             {with("exp", `253402300799`), nil},
		"no iss":                  {with("iss", ""), refusal.InvalidToken},
		"another iss":             {with("iss", `"other"`), refusal.InvalidToken},
		"iss in another case":     {with("iss", `"Issuer"`), refusal.InvalidToken},
		"iss and NUL":             {with("iss", `"issuer\u0000"`), refusal.InvalidToken},
		"iss in a list":           {with("iss", `["issuer"]`), refusal.InvalidToken},
		"an aud":                  {with("aud", `"rooms"`), refusal.InvalidToken},
		"an empty aud":            {with("aud", `""`), refusal.InvalidToken},
		"no audiences":            {with("aud", `[]`), refusal.InvalidToken},
		"aud a number":            {with("aud", `1`), refusal.InvalidToken},
		"aud null":                {with("aud", `null`), nil},
		"iat a string":            {with("iat", `"1700000000"`), refusal.InvalidToken},
		"iat null":                {with("iat", `null`), refusal.InvalidToken},
		"iat beyond all time":     {with("iat", `-1e300`), refusal.InvalidToken},
		"no iat":                  {with("iat", ""), nil},
		"nbf a string":            {with("nbf", `"now"`), refusal.InvalidToken},
		"nbf beyond all time":     {with("nbf", `-1e300`), refusal.InvalidToken},
		"expired, of another iss": {`{"iss":"other","exp":1}`, refusal.TokenExpired},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := newIssuer(t).Verify(signed(testKey, header, c.claims))
			require.ErrorIs(t, err, c.want)
			require.NotErrorIs(t, err, auth.ErrNotRecognised, "it is decided here")
		})
	}
	// The clock of another signer may run ahead by ten seconds, and by no more.
	for _, claim := range []string{"iat", "nbf"} {
		for ahead, fits := range map[int64]bool{-3600: true, 0: true, 10: true, 11: false, 3600: false} {
			_, err := newIssuer(t).Verify(signed(testKey, header, with(claim, fmt.Sprint(at.Unix()+ahead))))
			require.Equal(t, fits, err == nil, "%s %d: %v", claim, ahead, err)
		}
	}
	rooms := newIssuer(t, func(o *Options) { o.Audience = "rooms" })
	for audience, fits := range map[string]bool{
		`"rooms"`: true, `["mails","rooms"]`: true, `[1,"rooms"]`: true, "": false, `null`: false, `"Rooms"`: false, `"mails rooms"`: false,
		`["mails"]`: false, `[]`: false, `[["rooms"]]`: false, `{"rooms":"rooms"}`: false, `1`: false, `""`: false,
	} {
		_, err := rooms.Verify(signed(testKey, header, with("aud", audience)))
		require.Equal(t, fits, err == nil, audience)
	}
}

// What a token says is taken as it is typed, and what is of another type is not there.
func TestClaims(t *testing.T) {
	t.Parallel()
	for claims, want := range map[string]Claims{
		`"client_id":"client","user_id":"user","delegated":true,"scope":"a  b"`: {ClientID: "client", ForClient: true, UserID: "user", Delegated: true, Scopes: []string{"a", "b"}},
		`"scope":["a b","c",1]`:                                       {Scopes: []string{"a b", "c"}},
		`"client_id":1,"user_id":["user"],"delegated":"true"`:         {ForClient: true},
		`"client_id":null,"user_id":{},"delegated":1,"scope":{"a":1}`: {Scopes: []string{}},
		`"client_id":"a\u0000","user_id":"\u0000"`:                    {ForClient: true},
		`"Client_ID":"client","USER_ID":"user","Delegated":true`:      {},
	} {
		got, err := newIssuer(t).Verify(signed(testKey, header, `{"iss":"issuer","iat":1699999999.5,"exp":1700003600,"jti":"1",`+claims+`}`))
		require.NoError(t, err, claims)
		want.IssuedAt, want.ExpiresAt, want.JTI, want.ID = at.Add(-500*time.Millisecond), at.Add(time.Hour), "1", "1"
		require.Equal(t, want, got, claims)
	}
	got, err := newIssuer(t).Verify(signed(testKey, header, `{"iss":"issuer","exp":1700003600}`))
	require.NoError(t, err)
	require.True(t, got.IssuedAt.Equal(time.Unix(0, 0)), "so that revoking the tokens that were issued before now ends it too")
}

// Each token has an id that no other has, by which it is revoked, however its signature is written.
func TestTokenIDs(t *testing.T) {
	t.Parallel()
	issuer := newIssuer(t)
	ids := map[string]bool{}
	for _, jti := range []string{`"1"`, `"` + strings.Repeat("j", 255) + `"`, `"` + strings.Repeat("j", 256) + `"`, `""`, `1`, `"a\u0000"`, `null`} {
		claims, err := issuer.Verify(signed(testKey, header, `{"jti":`+jti+`,`+good+`}`))
		require.NoError(t, err)
		require.False(t, ids[claims.ID], jti)
		require.LessOrEqual(t, len(claims.ID), 255)
		require.NotEmpty(t, claims.ID)
		ids[claims.ID] = true
	}
	pem := ecKey(t)
	key, err := jose.ParseSigningKey(pem, "ES256", false)
	require.NoError(t, err)
	token, err := key.Sign(jose.EncodePart([]byte(`{"alg":"ES256","typ":"JWT"}`)), []byte(`{`+good+`}`))
	require.NoError(t, err)
	cut := strings.LastIndexByte(token, '.') + 1
	signature, err := jose.DecodePart(token[cut:])
	require.NoError(t, err)
	s := new(big.Int).Sub(elliptic.P256().Params().N, new(big.Int).SetBytes(signature[32:])) // as good as the other
	s.FillBytes(signature[32:])
	twin := token[:cut] + jose.EncodePart(signature)
	es256 := newIssuer(t, func(o *Options) { o.Algorithm, o.Key = "ES256", pem })
	first, err := es256.Verify(token)
	require.NoError(t, err)
	second, err := es256.Verify(twin)
	require.NoError(t, err)
	require.Equal(t, first.ID, second.ID)
	require.False(t, ids[first.ID])
}

// Each key of the old algorithm goes on verifying when another key signs, and is published too.
func TestKeyRotation(t *testing.T) {
	t.Parallel()
	first, second := ecKey(t), ecKey(t)
	signing := func(algorithm string, key []byte, verify ...[]byte) *Issuer {
		return newIssuer(t, func(o *Options) {
			o.Algorithm, o.Key = algorithm, key
			for _, one := range verify {
				o.VerificationKeys = append(o.VerificationKeys, one...)
			}
		})
	}
	for name, c := range map[string]struct {
		old, both *Issuer
		published int
	}{
		"from HS256":        {signing("HS256", []byte(testKey)), signing("ES256", second, []byte(testKey)), 1},
		"to HS256":          {signing("ES256", first), signing("HS256", []byte(testKey), first), 1},
		"of one algorithm":  {signing("ES256", first), signing("ES256", second, first), 2},
		"all keys in a set": {signing("ES256", first), signing("ES256", second, first, second), 2},
		"the secret itself": {signing("HS256", []byte(testKey)), signing("HS256", []byte(testKey+testKey), []byte(testKey)), 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			old, err := c.old.Issue("client", "user", nil, at)
			require.NoError(t, err)
			next, err := c.both.Issue("client", "user", nil, at)
			require.NoError(t, err)
			for _, token := range []string{old, next} {
				_, err = c.both.Verify(token)
				require.NoError(t, err)
			}
			_, err = c.old.Verify(next)
			require.ErrorIs(t, err, auth.ErrNotRecognised)
			encoded, err := c.both.PublicKeys()
			require.NoError(t, err)
			keys, err := jose.ParseKeySet(encoded)
			require.NoError(t, err)
			require.Len(t, keys, c.published)
		})
	}
}

func TestKeysThatDoNotFit(t *testing.T) {
	t.Parallel()
	_, err := NewIssuer(Options{Algorithm: "HS256", Key: []byte("weak-secret")})
	require.ErrorContains(t, err, "at least 32 bytes")
	var unfit *VerificationKeysError
	require.NotErrorAs(t, err, &unfit)
	for _, given := range []string{"weak-secret", `{"keys":[]}`, `{"kty":"oct","kid":"one","k":"` + jose.EncodePart([]byte(testKey+"x")) + `"}`} {
		_, err = NewIssuer(Options{
			Algorithm: "HS256", Key: []byte(`{"kty":"oct","kid":"one","k":"` + jose.EncodePart([]byte(testKey)) + `"}`), VerificationKeys: []byte(given),
		})
		require.ErrorAs(t, err, &unfit)
		require.NotContains(t, err.Error(), "weak-secret")
	}
	_, err = NewIssuer(Options{Algorithm: "HS256", Key: []byte("weak"), VerificationKeys: []byte("weaker"), AllowWeakKey: true})
	require.NoError(t, err)
}

func TestAuthenticators(t *testing.T) {
	t.Parallel()
	verifier := newIssuer(t).Verifier
	applications, addons := Applications{Verifier: verifier}, Addons{Verifier: verifier}
	common := `{"iss":"issuer","iat":1700000000,"exp":1700003600,"jti":"1","scope":"rooms:list"`
	for claims, c := range map[string]struct {
		application auth.Principal
		err         error
		addon       auth.Principal
		addonErr    error
	}{
		common + `,"client_id":"client","user_id":"user","delegated":true}`: {
			application: auth.Principal{ClientID: "client", UserID: "user", Delegated: true, TokenID: "1", IssuedAt: at, Scopes: []string{"rooms:list"}},
			addonErr:    refusal.InvalidToken,
		},
		common + `,"client_id":null,"user_id":"user"}`: {
			err: refusal.TokenClaims, addon: auth.Principal{UserID: "user", TokenID: "1", IssuedAt: at, Scopes: []string{"rooms:list"}},
		},
		common + `,"client_id":"","user_id":"user"}`: {err: refusal.TokenClaims, addonErr: refusal.InvalidToken},
		common + `,"client_id":{},"user_id":"user"}`: {err: refusal.TokenClaims, addonErr: refusal.InvalidToken},
		common + `,"client_id":"client"}`:            {err: refusal.TokenClaims, addonErr: refusal.InvalidToken},
		common + `}`:                                 {err: refusal.TokenClaims, addonErr: refusal.TokenClaims},
		`{"iss":"issuer","exp":1}`:                   {err: refusal.TokenExpired, addonErr: refusal.TokenExpired},
	} {
		token := signed(testKey, header, claims)
		principal, err := applications.Authenticate(t.Context(), token)
		require.ErrorIs(t, err, c.err)
		require.Equal(t, c.application, principal)
		principal, err = addons.Authenticate(t.Context(), token)
		require.ErrorIs(t, err, c.addonErr)
		require.Equal(t, c.addon, principal)
	}
	for _, authenticator := range []auth.Authenticator{applications, addons} {
		_, err := authenticator.Authenticate(t.Context(), signed("another key", header, `{`+good+`}`))
		require.ErrorIs(t, err, auth.ErrNotRecognised)
	}
}

// FuzzVerify: nothing makes Verify panic, and nothing passes but what was signed.
func FuzzVerify(f *testing.F) {
	issuer := newIssuer(f)
	token, err := issuer.Issue("client", "user", []string{"rooms:list"}, at)
	require.NoError(f, err)
	parts := strings.Split(token, ".")
	for _, seed := range []string{
		token, "", ".", "..", "...", token + ".", token + "=", token + "\n", " " + token, parts[0] + ".." + parts[2], parts[0] + "." + parts[1] + ".",
		`{"protected":"` + parts[0] + `","payload":"` + parts[1] + `","signature":"` + parts[2] + `"}`,
		jose.EncodePart([]byte(`{"alg":"none"}`)) + "." + parts[1] + ".",
		jose.EncodePart([]byte(`{"alg":"HS256","typ":"JWT","crit":["exp"]}`)) + "." + parts[1] + "." + parts[2],
		signed(testKey, header, `{`+good+`}`), strings.Repeat("a", maxLength) + ".b.c", "a.b.c.d.e",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := issuer.Verify(token); err != nil {
			return
		}
		text, signature, _ := strings.Cut(token, ".")
		payload, signature, _ := strings.Cut(signature, ".")
		mac := hmac.New(sha256.New, []byte(testKey))
		mac.Write([]byte(text + "." + payload))
		require.Equal(t, jose.EncodePart(mac.Sum(nil)), signature)
	})
}

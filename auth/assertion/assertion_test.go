package assertion

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"meet-external-api/auth/jose"
	"meet-external-api/refusal"
)

const tokenEndpoint = "https://meet.example.org/external-api/v1.0/application/token/"

// at is when these tests happen.
var at = time.Unix(1_700_000_000, 0)

// rsaKey is one for all, since they take long to make.
var rsaKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// newKey makes a private key for an algorithm, and the PEM block of its public half.
func newKey(t testing.TB, algorithm string) (private jose.Key, public []byte) {
	t.Helper()
	var key crypto.Signer
	var err error
	switch algorithm {
	case "EdDSA", "Ed25519":
		algorithm = "EdDSA"
		_, key, err = ed25519.GenerateKey(rand.Reader)
	case "ES256", "ES384", "ES512":
		curves := map[string]elliptic.Curve{"ES256": elliptic.P256(), "ES384": elliptic.P384(), "ES512": elliptic.P521()}
		key, err = ecdsa.GenerateKey(curves[algorithm], rand.Reader)
	default:
		key, err = rsaKey()
	}
	require.NoError(t, err)
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	private, err = jose.ParseSigningKey(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded}), algorithm, false)
	require.NoError(t, err)
	encoded, err = x509.MarshalPKIXPublicKey(key.Public())
	require.NoError(t, err)
	return private, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: encoded})
}

// normalized are the keys of a client as they are stored.
func normalized(t testing.TB, public ...[]byte) []byte {
	t.Helper()
	var text []byte
	for _, one := range public {
		text = append(text, one...)
	}
	keys, err := jose.NormalizeClientKeys(text)
	require.NoError(t, err)
	return keys
}

// sign signs claims as a client does, with the algorithm of the key unless the header says another.
func sign(t testing.TB, key jose.Key, header, claims map[string]any) string {
	t.Helper()
	members := map[string]any{"alg": key.Algorithm}
	maps.Copy(members, header)
	encoded, err := json.Marshal(members)
	require.NoError(t, err)
	payload, err := json.Marshal(claims)
	require.NoError(t, err)
	text, err := key.Sign(jose.EncodePart(encoded), payload)
	require.NoError(t, err)
	return text
}

// goodClaims are those of an assertion, with some changed; nil takes one out.
func goodClaims(changes map[string]any) map[string]any {
	claims := map[string]any{"iss": "client", "sub": "client", "aud": tokenEndpoint, "iat": at.Unix(), "exp": at.Unix() + 60, "jti": "1"}
	maps.Copy(claims, changes)
	maps.DeleteFunc(claims, func(_ string, value any) bool { return value == nil })
	return claims
}

func verify(t testing.TB, text, clientID string, keys []byte) (Assertion, error) {
	t.Helper()
	v, err := NewVerifier()
	require.NoError(t, err)
	return v.Verify(text, clientID, keys, []string{"https://meet.example.org", tokenEndpoint}, at)
}

func TestAssertions(t *testing.T) {
	t.Parallel()
	key, public := newKey(t, "ES256")
	keys := normalized(t, public)
	for name, c := range map[string]struct {
		header  map[string]any
		changes map[string]any
		said    string // empty: accepted
	}{
		"good":                     {},
		"with its key named":       {header: map[string]any{"kid": key.ID}},
		"with its type":            {header: map[string]any{"typ": "client-authentication+jwt"}},
		"with a type in capitals":  {header: map[string]any{"typ": "JWT"}},
		"without iat":              {changes: map[string]any{"iat": nil}},
		"with a fraction":          {changes: map[string]any{"exp": float64(at.Unix()) + 60.25, "iat": float64(at.Unix()) - 0.5}},
		"within the clock skew":    {changes: map[string]any{"iat": at.Unix() + 10, "nbf": at.Unix() + 10}},
		"an exp an hour away":      {changes: map[string]any{"exp": at.Unix() + 3600}},
		"a jti of 255 bytes":       {changes: map[string]any{"jti": strings.Repeat("j", 255)}},
		"another iss":              {changes: map[string]any{"iss": "other"}, said: "iss"},
		"no iss":                   {changes: map[string]any{"iss": nil}, said: "iss"},
		"iss in a list":            {changes: map[string]any{"iss": []string{"client"}}, said: "iss"},
		"no exp":                   {changes: map[string]any{"exp": nil}, said: "no exp"},
		"an exp that is no number": {changes: map[string]any{"exp": "soon"}, said: "no exp"},
		"an exp beyond all time":   {changes: map[string]any{"exp": 1e300}, said: "no exp"},
		"expired":                  {changes: map[string]any{"exp": at.Unix()}, said: "expired"},
		"an exp over an hour away": {changes: map[string]any{"exp": at.Unix() + 3601}, said: "60 minutes"},
		"an iat in the future":     {changes: map[string]any{"iat": at.Unix() + 11}, said: "iat"},
		"an iat long past":         {changes: map[string]any{"iat": at.Unix() - 3601}, said: "iat"},
		"an iat that is no number": {changes: map[string]any{"iat": "now"}, said: "iat"},
		"an nbf in the future":     {changes: map[string]any{"nbf": at.Unix() + 11}, said: "nbf"},
		"an nbf that is no number": {changes: map[string]any{"nbf": true}, said: "nbf"},
		"no jti":                   {changes: map[string]any{"jti": nil}, said: "jti"},
		"an empty jti":             {changes: map[string]any{"jti": ""}, said: "jti"},
		"a jti that is a number":   {changes: map[string]any{"jti": 1}, said: "jti"},
		"a jti with NUL":           {changes: map[string]any{"jti": "a\x00"}, said: "jti"},
		"a jti that is too long":   {changes: map[string]any{"jti": strings.Repeat("j", 256)}, said: "jti"},
		"no audience":              {changes: map[string]any{"aud": nil}, said: "aud"},
		"another audience":         {changes: map[string]any{"aud": "https://other.example"}, said: "aud"},
		"audiences, all of others": {changes: map[string]any{"aud": []any{"https://other.example", 1}}, said: "aud"},
		"a list of one audience":   {changes: map[string]any{"aud": []any{tokenEndpoint}}, said: "aud"},
		"several audiences":        {changes: map[string]any{"aud": []any{"https://other.example", 1, tokenEndpoint}}, said: "aud"},
		"with NUL behind it":       {changes: map[string]any{"aud": tokenEndpoint + "\x00"}, said: "aud"},
		"no audiences":             {changes: map[string]any{"aud": []any{}}, said: "aud"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			claims := goodClaims(c.changes)
			text := sign(t, key, c.header, claims)
			require.Equal(t, "client", ClientID(text))
			verified, err := verify(t, text, "client", keys)
			if c.said == "" {
				require.NoError(t, err)
				require.Equal(t, claims["jti"], verified.ID)
				require.False(t, verified.ExpiresAt.Before(at.Add(time.Minute)))
				return
			}
			require.ErrorContains(t, err, "The client assertion is refused: ")
			require.ErrorContains(t, err, c.said)
			require.ErrorIs(t, err, refusal.Assertion("assertion_claims", ""))
			_, err = verify(t, text, "client", nil)
			require.ErrorIs(t, err, refusal.WrongAssertion, "only a client learns what to change")
		})
	}
}

// What no key of the client has signed is told apart from a wrong secret in the log alone.
func TestWrongAssertions(t *testing.T) {
	t.Parallel()
	key, public := newKey(t, "ES256")
	second, secondPublic := newKey(t, "ES256")
	rs256, rsaPublic := newKey(t, "RS256")
	other, _ := newKey(t, "ES256")
	keys, both := normalized(t, public, rsaPublic), normalized(t, public, secondPublic)
	good := sign(t, key, nil, goodClaims(nil))
	parts := strings.Split(good, ".")
	shared := jose.EncodePart([]byte(`{"alg":"HS256"}`)) + "." + parts[1]
	mac := hmac.New(sha256.New, keys)
	mac.Write([]byte(shared))
	for name, c := range map[string]struct {
		text  string
		keys  []byte
		cause string
	}{
		"nothing":                       {"", keys, "the form"},
		"dots":                          {"..", keys, "the form"},
		"padding":                       {good + "=", keys, "the form"},
		"flattened JSON":                {`{"protected":"` + parts[0] + `","payload":"` + parts[1] + `","signature":"` + parts[2] + `"}`, keys, "the form"},
		"over 8 KiB":                    {sign(t, key, nil, goodClaims(map[string]any{"x": strings.Repeat("x", maxLength)})), keys, "the form"},
		"claims in a list":              {parts[0] + "." + jose.EncodePart([]byte(`["client"]`)) + "." + parts[2], keys, "the form"},
		"a claim twice":                 {parts[0] + "." + jose.EncodePart([]byte(`{"sub":"client","sub":"other"}`)) + "." + parts[2], keys, "the form"},
		"an access token":               {sign(t, key, map[string]any{"typ": "at+jwt"}, goodClaims(nil)), keys, "the form"},
		"something critical":            {sign(t, key, map[string]any{"crit": []string{"exp"}}, goodClaims(nil)), keys, "the form"},
		"a kid that is a number":        {sign(t, key, map[string]any{"kid": 1}, goodClaims(nil)), keys, "the form"},
		"no keys":                       {good, nil, "no key for it"},
		"keys that are none":            {good, []byte("no keys"), "no key for it"},
		"another kid":                   {sign(t, key, map[string]any{"kid": "two"}, goodClaims(nil)), keys, "no key for it"},
		"the kid of another kind":       {sign(t, key, map[string]any{"kid": rs256.ID}, goodClaims(nil)), keys, "no key for it"},
		"either of two keys":            {good, both, "no key for it"},
		"alg none":                      {jose.EncodePart([]byte(`{"alg":"none"}`)) + "." + parts[1] + ".", keys, "no key for it"},
		"alg of a curve that is not":    {sign(t, key, map[string]any{"alg": "ES384"}, goodClaims(nil)), keys, "no key for it"},
		"its keys as a shared secret":   {shared + "." + jose.EncodePart(mac.Sum(nil)), keys, "no key for it"},
		"a key of another client":       {sign(t, other, nil, goodClaims(nil)), keys, "its signature"},
		"the other of two keys":         {sign(t, key, map[string]any{"kid": second.ID}, goodClaims(nil)), both, "its signature"},
		"another alg of its key":        {sign(t, rs256, map[string]any{"alg": "PS256"}, goodClaims(nil)), keys, "its signature"},
		"no signature":                  {parts[0] + "." + parts[1] + ".", keys, "its signature"},
		"other claims":                  {parts[0] + "." + jose.EncodePart([]byte(`{"sub":"client"}`)) + "." + parts[2], keys, "its signature"},
		"another sub":                   {sign(t, key, nil, goodClaims(map[string]any{"sub": "other"})), keys, "its sub"},
		"no sub":                        {sign(t, key, nil, goodClaims(map[string]any{"sub": nil, "iss": nil})), keys, "its sub"},
		"a sub in a list":               {sign(t, key, nil, goodClaims(map[string]any{"sub": []string{"client"}})), keys, "its sub"},
		"a sub with NUL behind":         {sign(t, key, nil, goodClaims(map[string]any{"sub": "client\x00"})), keys, "its sub"},
		"a sub in another case":         {sign(t, key, nil, goodClaims(map[string]any{"sub": "Client"})), keys, "its sub"},
		"its sub is named in capitals":  {sign(t, key, nil, goodClaims(map[string]any{"sub": nil, "SUB": "client"})), keys, "its sub"},
		"of another key, expired":       {sign(t, other, nil, goodClaims(map[string]any{"exp": 1})), keys, "its signature"},
		"of another client, no exp too": {sign(t, key, nil, goodClaims(map[string]any{"sub": "other", "exp": nil})), keys, "its sub"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := verify(t, c.text, "client", c.keys)
			require.ErrorIs(t, err, refusal.WrongAssertion)
			require.ErrorContains(t, err, c.cause)
			var refused *refusal.Error
			require.ErrorAs(t, err, &refused)
			require.Equal(t, refusal.WrongSecret.Text, refused.Text)
		})
	}
	_, err := verify(t, sign(t, key, nil, goodClaims(map[string]any{"sub": nil, "iss": nil})), "", keys)
	require.ErrorIs(t, err, refusal.WrongAssertion, "there is no empty client id")
	for _, named := range []jose.Key{key, second} {
		_, err := verify(t, sign(t, named, map[string]any{"kid": named.ID}, goodClaims(nil)), "client", both)
		require.NoError(t, err)
	}
}

func TestAlgorithms(t *testing.T) {
	t.Parallel()
	require.Subset(t, Algorithms, jose.AsymmetricAlgorithms)
	for _, algorithm := range Algorithms {
		t.Run(algorithm, func(t *testing.T) {
			t.Parallel()
			key, public := newKey(t, algorithm)
			_, err := verify(t, sign(t, key, map[string]any{"alg": algorithm}, goodClaims(nil)), "client", normalized(t, public))
			require.NoError(t, err)
		})
	}
}

// What cannot be a client id is none, and is kept nowhere.
func TestClientID(t *testing.T) {
	t.Parallel()
	key, _ := newKey(t, "ES256")
	for sub, named := range map[any]bool{
		"client": true, strings.Repeat("i", 100): true, strings.Repeat("i", 101): false, "": false, "a\x00": false, 1: false, nil: false, true: false,
	} {
		id := ClientID(sign(t, key, nil, map[string]any{"sub": sub}))
		if named {
			require.Equal(t, sub, id)
			continue
		}
		require.Empty(t, id)
	}
	for _, broken := range []string{"", "a", "a.b", "a.b.c", "..", strings.Repeat("a", maxLength) + ".b.c", "e30.bnVsbA.", "e30.e30"} {
		require.Empty(t, ClientID(broken))
	}
}

// FuzzAssertion: nothing makes Verify panic, and nothing passes but what was signed.
func FuzzAssertion(f *testing.F) {
	key, public := newKey(f, "ES256")
	keys := normalized(f, public)
	good := sign(f, key, nil, goodClaims(nil))
	for _, seed := range []string{good, "", "..", good + "=", good + ".", " " + good, `{"payload":"e30"}`, "a.b.c.d.e", strings.Replace(good, ".", "..", 1)} {
		f.Add(seed)
	}
	v, err := NewVerifier()
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text string) {
		_ = ClientID(text)
		if _, err := v.Verify(text, "client", keys, []string{tokenEndpoint}, at); err == nil {
			require.Equal(t, good[:strings.LastIndexByte(good, '.')], text[:strings.LastIndexByte(text, '.')])
		}
	})
}

package introspection

import (
	"cmp"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwe"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jws"
	"github.com/stretchr/testify/require"

	"meet-external-api/auth/jose"
	"meet-external-api/refusal"
)

// sealedAnswer is a signed and encrypted one, every part of which a test can change before it is written.
type sealedAnswer struct {
	header, claims                  map[string]any
	signing                         string
	signingKey                      any
	encryption, encoding            string
	encryptionKey                   any
	compression                     jwa.CompressionAlgorithm
	plain                           string         // to be encrypted instead of what is signed
	encryptionHeader                map[string]any // members of the header of the JWE
	tamperSigned, tamper, mediaType string
}

func (a *sealedAnswer) write(t testing.TB) string {
	t.Helper()
	signed := a.plain
	if signed == "" {
		header, err := json.Marshal(a.header)
		require.NoError(t, err)
		claims, err := json.Marshal(a.claims)
		require.NoError(t, err)
		signed = jose.EncodePart(header) + "." + jose.EncodePart(claims)
		signer, err := jws.NewSigner(jwa.SignatureAlgorithm(a.signing))
		require.NoError(t, err)
		signature, err := signer.Sign([]byte(signed), a.signingKey)
		require.NoError(t, err)
		signed += "." + jose.EncodePart(signature) + a.tamperSigned
	}
	if a.encryption == "" {
		return signed
	}
	header := jwe.NewHeaders()
	for name, value := range a.encryptionHeader {
		require.NoError(t, header.Set(name, value))
	}
	sealed, err := jwe.Encrypt([]byte(signed), jwe.WithKey(jwa.KeyEncryptionAlgorithm(a.encryption), a.encryptionKey),
		jwe.WithContentEncryption(jwa.ContentEncryptionAlgorithm(a.encoding)), jwe.WithCompress(a.compression),
		jwe.WithProtectedHeaders(header))
	require.NoError(t, err)
	return string(sealed) + a.tamper
}

func publicKey(t testing.TB, private any, members map[string]any) map[string]any {
	t.Helper()
	key, err := jwk.FromRaw(private.(crypto.Signer).Public())
	require.NoError(t, err)
	encoded, err := json.Marshal(key)
	require.NoError(t, err)
	object := map[string]any{}
	require.NoError(t, json.Unmarshal(encoded, &object))
	maps.Copy(object, members)
	return object
}

// signingProvider answers signed and encrypted, and shows its keys.
type signingProvider struct {
	*provider
	answers *sealedAnswer
	options Options
	clock   *stoppedClock
	jwks    atomic.Value // string
	asked   atomic.Int32 // for the keys
}

func (p *signingProvider) showKeys(t testing.TB, keys ...map[string]any) {
	t.Helper()
	encoded, err := json.Marshal(map[string]any{"keys": keys})
	require.NoError(t, err)
	p.jwks.Store(string(encoded))
}

func ecdsaKey(t testing.TB, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	require.NoError(t, err)
	return key
}

// newSigningProvider returns one that does everything right, with ES256 and the encryption of that private key.
func newSigningProvider(t testing.TB, encryption, encoding string, private any) *signingProvider {
	t.Helper()
	signingKey := ecdsaKey(t, elliptic.P256())
	p := &signingProvider{clock: newClock()}
	p.answers = &sealedAnswer{
		header: map[string]any{"alg": "ES256", "typ": "token-introspection+jwt", "kid": "1"},
		claims: map[string]any{
			"iss": "https://op.example", "aud": "meet", "iat": 1_800_000_000,
			"token_introspection": map[string]any{
				"active": true, "iss": "https://op.example", "scope": "lasuite_meet", "client_id": "app", "sub": "abc",
			},
		},
		signing: "ES256", signingKey: signingKey,
		encryption: encryption, encoding: encoding, encryptionKey: private.(crypto.Signer).Public(),
		mediaType: "application/token-introspection+jwt; charset=utf-8",
	}
	p.showKeys(t, publicKey(t, signingKey, map[string]any{"kid": "1"}))
	p.provider = newProvider(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/jwks" {
			p.asked.Add(1)
			_, _ = io.WriteString(w, p.jwks.Load().(string))
			return
		}
		if r.Header.Get("Accept") != "application/token-introspection+jwt" {
			w.WriteHeader(http.StatusNotAcceptable)
		}
		w.Header().Set("Content-Type", p.answers.mediaType)
		_, _ = io.WriteString(w, p.answers.write(t))
	})
	p.options = options(p.URL + "/introspect")
	p.options.JWKSEndpoint, p.options.Signed, p.options.SigningAlgorithm = p.URL+"/jwks", true, "ES256"
	p.options.EncryptionAlgorithm, p.options.EncryptionEncoding = encryption, encoding
	p.options.PrivateKey, p.options.Now = pkcs8(t, private), p.clock.Now
	return p
}

func pkcs8(t testing.TB, key any) []byte {
	t.Helper()
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})
}

func rsaKey(t testing.TB, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	require.NoError(t, err)
	return key
}

func TestSignedAnswersOfEveryEncryption(t *testing.T) {
	t.Parallel()
	private := map[bool]any{true: rsaKey(t, 2048), false: ecdsaKey(t, elliptic.P256())}
	for _, encryption := range encryptionAlgorithms {
		for _, encoding := range encryptionEncodings {
			t.Run(encryption+" "+encoding, func(t *testing.T) {
				t.Parallel()
				p := newSigningProvider(t, encryption, encoding, private[strings.HasPrefix(encryption, "RSA")])
				got, err := newIntrospector(t, p.options).Introspect(t.Context(), "opaque")
				require.NoError(t, err)
				require.Equal(t, Introspected{Subject: "abc", Scopes: []string{"lasuite_meet"}, ClientID: "app"}, got)
			})
		}
	}
}

func TestSignedAnswersOfEverySignature(t *testing.T) {
	t.Parallel()
	private := rsaKey(t, 2048)
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	keys := map[string]any{
		"ES256": ecdsaKey(t, elliptic.P256()), "ES384": ecdsaKey(t, elliptic.P384()), "ES512": ecdsaKey(t, elliptic.P521()), "EdDSA": edKey,
	}
	for _, algorithm := range jose.AsymmetricAlgorithms {
		t.Run(algorithm, func(t *testing.T) {
			t.Parallel()
			p := newSigningProvider(t, "RSA-OAEP", "A256GCM", private)
			signingKey := cmp.Or(keys[algorithm], any(private))
			p.options.SigningAlgorithm = algorithm
			p.answers.signing, p.answers.signingKey, p.answers.header["alg"] = algorithm, signingKey, algorithm
			p.showKeys(t, publicKey(t, signingKey, map[string]any{"kid": "1", "alg": algorithm, "use": "sig"}))
			_, err := newIntrospector(t, p.options).Introspect(t.Context(), "opaque")
			require.NoError(t, err)
		})
	}
}

func TestSignedAnswersMayVary(t *testing.T) {
	t.Parallel()
	private := rsaKey(t, 2048)
	for name, change := range map[string]func(*testing.T, *signingProvider){
		"several audiences": func(_ *testing.T, p *signingProvider) { p.answers.claims["aud"] = []string{"other", "meet"} },
		"type with application": func(_ *testing.T, p *signingProvider) {
			p.answers.header["typ"] = "application/Token-Introspection+JWT"
		},
		"no kid": func(_ *testing.T, p *signingProvider) { delete(p.answers.header, "kid") },
		"no kid among keys for other things": func(t *testing.T, p *signingProvider) {
			delete(p.answers.header, "kid")
			p.showKeys(t, map[string]any{"kty": "strange"}, map[string]any{"kty": "EC"}, map[string]any{"kty": "oct", "k": "AAAA"},
				publicKey(t, private, nil), publicKey(t, ecdsaKey(t, elliptic.P384()), nil),
				publicKey(t, ecdsaKey(t, elliptic.P256()), map[string]any{"use": "enc"}),
				publicKey(t, ecdsaKey(t, elliptic.P256()), map[string]any{"alg": "ECDH-ES"}),
				publicKey(t, p.answers.signingKey, nil))
		},
		"key in PKCS #1": func(_ *testing.T, p *signingProvider) {
			p.options.PrivateKey = pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(private)})
		},
		"key in SEC 1": func(t *testing.T, p *signingProvider) {
			key := ecdsaKey(t, elliptic.P521())
			encoded, err := x509.MarshalECPrivateKey(key)
			require.NoError(t, err)
			p.options.PrivateKey = pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: encoded})
			p.options.EncryptionAlgorithm, p.answers.encryption, p.answers.encryptionKey = "ECDH-ES", "ECDH-ES", key.Public()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newSigningProvider(t, "RSA-OAEP", "A256GCM", private)
			change(t, p)
			_, err := newIntrospector(t, p.options).Introspect(t.Context(), "opaque")
			require.NoError(t, err)
		})
	}
}

func TestSignedAnswersThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	private := rsaKey(t, 2048)
	for name, change := range map[string]func(*testing.T, *signingProvider){
		"another audience":    func(_ *testing.T, p *signingProvider) { p.answers.claims["aud"] = "other" },
		"other audiences":     func(_ *testing.T, p *signingProvider) { p.answers.claims["aud"] = []string{"other", "meet2"} },
		"no audience":         func(_ *testing.T, p *signingProvider) { delete(p.answers.claims, "aud") },
		"another issuer":      func(_ *testing.T, p *signingProvider) { p.answers.claims["iss"] = "https://evil.example" },
		"no issuer":           func(_ *testing.T, p *signingProvider) { delete(p.answers.claims, "iss") },
		"no time":             func(_ *testing.T, p *signingProvider) { delete(p.answers.claims, "iat") },
		"time in a string":    func(_ *testing.T, p *signingProvider) { p.answers.claims["iat"] = "1800000000" },
		"members outside":     func(_ *testing.T, p *signingProvider) { p.answers.claims["token_introspection"] = activeAnswer },
		"no members":          func(_ *testing.T, p *signingProvider) { delete(p.answers.claims, "token_introspection") },
		"no type":             func(_ *testing.T, p *signingProvider) { delete(p.answers.header, "typ") },
		"type of another JWT": func(_ *testing.T, p *signingProvider) { p.answers.header["typ"] = "JWT" },
		"type is a number":    func(_ *testing.T, p *signingProvider) { p.answers.header["typ"] = 1 },
		"kid is a number":     func(_ *testing.T, p *signingProvider) { p.answers.header["kid"] = 1 },
		"critical":            func(_ *testing.T, p *signingProvider) { p.answers.header["crit"] = []string{"b64"} },
		"another algorithm":   func(_ *testing.T, p *signingProvider) { p.answers.header["alg"] = "ES384" },
		"algorithm none":      func(_ *testing.T, p *signingProvider) { p.answers.header["alg"] = "none" },
		"another key":         func(t *testing.T, p *signingProvider) { p.answers.signingKey = ecdsaKey(t, elliptic.P256()) },
		"unknown kid":         func(_ *testing.T, p *signingProvider) { p.answers.header["kid"] = "2" },
		"signature and more":  func(_ *testing.T, p *signingProvider) { p.answers.tamperSigned = "AAAA" },
		"white space inside":  func(_ *testing.T, p *signingProvider) { p.answers.tamperSigned = "\n" },
		"a part more inside":  func(_ *testing.T, p *signingProvider) { p.answers.tamperSigned = ".AAAA" },
		"white space":         func(_ *testing.T, p *signingProvider) { p.answers.tamper = "\r\n" },
		"a part more":         func(_ *testing.T, p *signingProvider) { p.answers.tamper = ".AAAA" },
		"tag and more":        func(_ *testing.T, p *signingProvider) { p.answers.tamper = "AAAA" },
		"no base64url":        func(_ *testing.T, p *signingProvider) { p.answers.tamper = "=" },
		"not encrypted":       func(_ *testing.T, p *signingProvider) { p.answers.encryption = "" },
		"not signed":          func(_ *testing.T, p *signingProvider) { p.answers.plain = activeAnswer },
		"JSON form inside":    func(_ *testing.T, p *signingProvider) { p.answers.plain = `{"payload":"e30","signature":""}` },
		"JSON form": func(_ *testing.T, p *signingProvider) {
			p.answers.encryption, p.answers.plain = "", `{"ciphertext":"e30"}`
		},
		"plain answer":       func(_ *testing.T, p *signingProvider) { p.answers.encryption, p.answers.plain = "", activeAnswer },
		"another encryption": func(_ *testing.T, p *signingProvider) { p.answers.encryption = "RSA-OAEP-256" },
		"weak encryption":    func(_ *testing.T, p *signingProvider) { p.answers.encryption = "RSA1_5" },
		"another encoding":   func(_ *testing.T, p *signingProvider) { p.answers.encoding = "A128GCM" },
		"compressed":         func(_ *testing.T, p *signingProvider) { p.answers.compression = jwa.Deflate },
		"critical outside": func(_ *testing.T, p *signingProvider) {
			p.answers.encryptionHeader = map[string]any{"crit": []string{"exp"}}
		},
		"encrypted for another": func(t *testing.T, p *signingProvider) { p.answers.encryptionKey = rsaKey(t, 2048).Public() },
		"another media type":    func(_ *testing.T, p *signingProvider) { p.answers.mediaType = "application/json" },
		"broken media type":     func(_ *testing.T, p *signingProvider) { p.answers.mediaType = "/" },
		"no keys":               func(t *testing.T, p *signingProvider) { p.showKeys(t) },
		"a key without a set": func(_ *testing.T, p *signingProvider) {
			p.jwks.Store(strings.Trim(p.jwks.Load().(string)[8:], "[]}") + "}")
		},
		"keys are no list":  func(_ *testing.T, p *signingProvider) { p.jwks.Store(`{"keys":{}}`) },
		"keys are not JSON": func(_ *testing.T, p *signingProvider) { p.jwks.Store(`<html>`) },
		"too many keys": func(_ *testing.T, p *signingProvider) {
			p.jwks.Store(p.jwks.Load().(string) + strings.Repeat(" ", 64<<10))
		},
		"two keys with one kid": func(t *testing.T, p *signingProvider) {
			p.showKeys(t, publicKey(t, p.answers.signingKey, map[string]any{"kid": "1"}),
				publicKey(t, ecdsaKey(t, elliptic.P256()), map[string]any{"kid": "1"}))
		},
		"two keys and no kid": func(t *testing.T, p *signingProvider) {
			delete(p.answers.header, "kid")
			p.showKeys(t, publicKey(t, p.answers.signingKey, nil), publicKey(t, ecdsaKey(t, elliptic.P256()), nil))
		},
		"key is for encryption": func(t *testing.T, p *signingProvider) {
			p.showKeys(t, publicKey(t, p.answers.signingKey, map[string]any{"kid": "1", "use": "enc"}))
		},
		"public key as a shared secret": func(_ *testing.T, p *signingProvider) {
			p.answers.signing, p.answers.header["alg"], p.answers.signingKey = "HS256", "HS256", []byte("public")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newSigningProvider(t, "RSA-OAEP", "A256GCM", private)
			change(t, p)
			_, err := newIntrospector(t, p.options).Introspect(t.Context(), "opaque")
			requireUnavailable(t, err)
		})
	}
}

func TestSignedAnswersAreCheckedToo(t *testing.T) {
	t.Parallel()
	p := newSigningProvider(t, "RSA-OAEP", "A256GCM", rsaKey(t, 2048))
	p.answers.claims["token_introspection"] = map[string]any{"active": false}
	_, err := newIntrospector(t, p.options).Introspect(t.Context(), "opaque")
	require.ErrorIs(t, err, refusal.InvalidToken)
}

func TestKeysAreFetchedAgain(t *testing.T) {
	t.Parallel()
	p := newSigningProvider(t, "RSA-OAEP", "A256GCM", rsaKey(t, 2048))
	introspector := newIntrospector(t, p.options)
	tokens := 0
	ask := func() error {
		tokens++
		_, err := introspector.Introspect(t.Context(), strings.Repeat("t", tokens))
		return err
	}
	require.NoError(t, ask())
	require.NoError(t, ask())
	require.EqualValues(t, 1, p.asked.Load(), "they are remembered")

	next := ecdsaKey(t, elliptic.P256())
	p.showKeys(t, publicKey(t, next, map[string]any{"kid": "2"}))
	require.NoError(t, ask())
	p.answers.signingKey, p.answers.header["kid"] = next, "2"
	p.clock.forward(minRefetch - 1)
	requireUnavailable(t, ask())
	require.EqualValues(t, 1, p.asked.Load(), "not so soon")
	p.clock.forward(1)
	require.NoError(t, ask())
	require.EqualValues(t, 2, p.asked.Load(), "an unknown kid is looked for")

	p.clock.forward(keysTTL - 1)
	require.NoError(t, ask())
	require.EqualValues(t, 2, p.asked.Load())
	p.clock.forward(1)
	p.showKeys(t)
	requireUnavailable(t, ask())
	require.EqualValues(t, 3, p.asked.Load(), "a key that was taken away counts no more")
	requireUnavailable(t, ask())
	require.EqualValues(t, 3, p.asked.Load())
}

// jwx panics on some of these.
func TestBrokenEncryptionIsNoPanic(t *testing.T) {
	t.Parallel()
	for _, encryption := range []string{"ECDH-ES", "ECDH-ES+A256KW"} {
		p := newSigningProvider(t, encryption, "A256GCM", ecdsaKey(t, elliptic.P256()))
		introspector := newIntrospector(t, p.options)
		parts := strings.Split(p.answers.write(t), ".")
		for n := range parts {
			for _, instead := range []string{"", "AA", "AAAAAAAAAAA", strings.Repeat("A", 1000), jose.EncodePart([]byte(
				`{"alg":"` + encryption + `","enc":"A256GCM","epk":{"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"}}`))} {
				changed := append(append(append([]string{}, parts[:n]...), instead), parts[n+1:]...)
				if changed[n] == parts[n] {
					continue
				}
				_, err := introspector.signed.open(t.Context(), strings.Join(changed, "."))
				require.ErrorContains(t, err, "cannot be decrypted")
			}
		}
	}
}

func TestSignedAnswersNeedTheRightSettings(t *testing.T) {
	t.Parallel()
	private, short := rsaKey(t, 2048), pkcs8(t, rsaKey(t, 1024))
	for name, test := range map[string]struct {
		change  func(*Options)
		setting string
	}{
		"signing unknown":   {func(o *Options) { o.SigningAlgorithm = "none" }, "OIDC_RS_SIGNING_ALGO"},
		"signing shared":    {func(o *Options) { o.SigningAlgorithm = "HS256" }, "OIDC_RS_SIGNING_ALGO"},
		"encryption weak":   {func(o *Options) { o.EncryptionAlgorithm = "RSA1_5" }, "OIDC_RS_ENCRYPTION_ALGO"},
		"encryption shared": {func(o *Options) { o.EncryptionAlgorithm = "dir" }, "OIDC_RS_ENCRYPTION_ALGO"},
		"encoding unknown":  {func(o *Options) { o.EncryptionEncoding = "" }, "OIDC_RS_ENCRYPTION_ENCODING"},
		"no place of keys":  {func(o *Options) { o.JWKSEndpoint = "" }, "OIDC_OP_JWKS_ENDPOINT"},
		"no key":            {func(o *Options) { o.PrivateKey = nil }, "OIDC_RS_PRIVATE_KEY_STR"},
		"key is no PEM":     {func(o *Options) { o.PrivateKey = []byte("our-key") }, "OIDC_RS_PRIVATE_KEY_STR"},
		"key is broken": {func(o *Options) {
			o.PrivateKey = pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: []byte("our-key")})
		}, "OIDC_RS_PRIVATE_KEY_STR"},
		"key is of another kind": {func(o *Options) { o.EncryptionAlgorithm = "ECDH-ES" }, "OIDC_RS_PRIVATE_KEY_STR"},
		"key is too short":       {func(o *Options) { o.PrivateKey = short }, "OIDC_RS_PRIVATE_KEY_STR"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newSigningProvider(t, "RSA-OAEP", "A256GCM", private)
			test.change(&p.options)
			introspector, err := New(p.options)
			require.ErrorContains(t, err, test.setting)
			require.NotContains(t, err.Error(), "our-key")
			require.Nil(t, introspector)
		})
	}
}

func TestOneFetchOfKeysForMany(t *testing.T) {
	t.Parallel()
	p := newSigningProvider(t, "RSA-OAEP", "A256GCM", rsaKey(t, 2048))
	introspector := newIntrospector(t, p.options)
	errs := make(chan error)
	for n := range 20 {
		go func() {
			_, err := introspector.Introspect(t.Context(), strings.Repeat("t", n))
			errs <- err
		}()
	}
	for range 20 {
		require.NoError(t, <-errs)
	}
	require.EqualValues(t, 1, p.asked.Load())
}

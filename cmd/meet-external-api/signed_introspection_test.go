package main

import (
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
	"hash"
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

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

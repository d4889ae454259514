package introspection

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json/jsontext"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"meet-external-api/auth/jose"
)

// signedAnswerType is the `typ` and, behind "application/", the media type of a signed answer (RFC 9701, sections 4 and 5).
const signedAnswerType = "token-introspection+jwt"

// Those algorithms of RFC 7518, sections 4.1 and 5.1, that answers can be encrypted with: asymmetric and without RSA1_5.
var (
	encryptionAlgorithms = []string{
		"RSA-OAEP", "RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW",
	}
	encryptionEncodings = []string{
		"A128GCM", "A192GCM", "A256GCM", "A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512",
	}
)

// signedAnswers reads answers that the authorization server has signed and then encrypted for us (RFC 9701). Nothing that a
// caller sent may get here: it decrypts.
type signedAnswers struct {
	options Options
	private any
	keys    *remoteKeySet
}

func newSignedAnswers(o Options, client *http.Client) (*signedAnswers, error) {
	switch {
	case !slices.Contains(jose.AsymmetricAlgorithms, o.SigningAlgorithm):
		return nil, errors.New("unknown algorithm in OIDC_RS_SIGNING_ALGO, choose one of RS*, PS*, ES* with 256, 384 or 512, or EdDSA")
	case !slices.Contains(encryptionAlgorithms, o.EncryptionAlgorithm):
		return nil, fmt.Errorf("unknown algorithm in OIDC_RS_ENCRYPTION_ALGO, choose one of %s", strings.Join(encryptionAlgorithms, ", "))
	case !slices.Contains(encryptionEncodings, o.EncryptionEncoding):
		return nil, fmt.Errorf("unknown algorithm in OIDC_RS_ENCRYPTION_ENCODING, choose one of %s", strings.Join(encryptionEncodings, ", "))
	case o.JWKSEndpoint == "":
		return nil, errors.New("signed answers need OIDC_OP_JWKS_ENDPOINT")
	}
	private, err := parseDecryptionKey(o.EncryptionAlgorithm, o.PrivateKey)
	if err != nil {
		return nil, err
	}
	keys := &remoteKeySet{endpoint: o.JWKSEndpoint, http: client, now: o.Now}
	return &signedAnswers{options: o, private: private, keys: keys}, nil
}

func parseDecryptionKey(algorithm string, text []byte) (key any, err error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("OIDC_RS_PRIVATE_KEY_STR must be a private key in PEM (-----BEGIN PRIVATE KEY-----)")
	}
	switch block.Type {
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	default:
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	}
	if err != nil {
		return nil, errors.New("OIDC_RS_PRIVATE_KEY_STR cannot be read as a private key in PKCS #8, PKCS #1 or SEC 1 without a password")
	}
	if !decrypts(algorithm, key) {
		return nil, fmt.Errorf("OIDC_RS_PRIVATE_KEY_STR does not fit %s (RSA-OAEP* takes RSA of 2048 bits or more, "+
			"ECDH-ES* the curves P-256, P-384 and P-521)", algorithm)
	}
	return key, nil
}

func decrypts(algorithm string, key any) bool {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return strings.HasPrefix(algorithm, "RSA") && k.N.BitLen() >= 2048
	case *ecdsa.PrivateKey:
		return strings.HasPrefix(algorithm, "ECDH") && k.Curve != elliptic.P224()
	}
	return false
}

// open returns the members of RFC 7662, section 2.2, that are in a signed answer (RFC 9701, section 5): a JWE in which there is a
// JWS, with the algorithms that are configured and a key of the authorization server.
func (s *signedAnswers) open(ctx context.Context, text string) (jsontext.Value, error) {
	plain, err := jose.Decrypt(text, s.options.EncryptionAlgorithm, s.options.EncryptionEncoding, s.private)
	if err != nil {
		return nil, fmt.Errorf("the answer cannot be decrypted: %w", err)
	}
	payload, err := s.verify(ctx, plain)
	if err != nil {
		return nil, fmt.Errorf("the answer cannot be verified: %w", err)
	}
	var claims struct {
		jose.RegisteredClaims
		Members jsontext.Value `json:"token_introspection"`
	}
	err = jose.DecodeObject(payload, &claims)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the answer: %w", err)
	case string(claims.Issuer) != s.options.Issuer:
		return nil, errors.New("the answer has another issuer than OIDC_OP_URL")
	case !slices.Contains(claims.Audience, s.options.ClientID):
		return nil, errors.New("the answer is for another client than OIDC_RS_CLIENT_ID")
	case !claims.IssuedAt.Valid:
		return nil, errors.New("the answer does not say when it was made")
	}
	return claims.Members, nil
}

func (s *signedAnswers) verify(ctx context.Context, text string) (payload []byte, err error) {
	signed, err := jose.ParseJWS(text)
	switch {
	case err != nil:
		return nil, err
	case signed.Header.Algorithm != s.options.SigningAlgorithm:
		return nil, errors.New("it is not signed with " + s.options.SigningAlgorithm)
	case strings.TrimPrefix(strings.ToLower(signed.Header.Type), "application/") != signedAnswerType:
		return nil, errors.New("it is not of the type " + signedAnswerType)
	}
	key, err := s.keys.find(ctx, signed.Header)
	if err != nil {
		return nil, err
	}
	if !key.Verify(signed) {
		return nil, errors.New("its signature is not that of the key")
	}
	return signed.Payload, nil
}

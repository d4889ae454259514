package auth

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// signedAnswerType is the `typ` and, behind "application/", the media type of a signed answer (RFC 9701, sections 4 and 5).
const signedAnswerType = "token-introspection+jwt"

const (
	keysFor       = 5 * time.Minute  // how long the keys of the authorization server are believed
	keysNotBefore = 10 * time.Second // how long after one attempt to fetch them the next may come
)

// Those algorithms of RFC 7518, sections 4.1 and 5.1, that answers can be encrypted with: asymmetric and without RSA1_5.
var (
	encryptionAlgorithms = []string{
		"RSA-OAEP", "RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW",
	}
	encryptionEncodings = []string{
		"A128GCM", "A192GCM", "A256GCM", "A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512",
	}
)

// envelope opens what the authorization server has signed and then encrypted for us. Nothing that a caller sent may get
// here: it decrypts.
type envelope struct {
	signing    string
	encryption string
	encoding   string
	private    any
	verifier   signing
	keys       *remoteKeys
}

func newEnvelope(o IntrospectionOptions, client *http.Client) (*envelope, error) {
	switch {
	case !slices.Contains(Algorithms, o.SigningAlgorithm) || strings.HasPrefix(o.SigningAlgorithm, "HS"):
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
	verifier, err := newSigning(o.SigningAlgorithm)
	if err != nil {
		return nil, err
	}
	return &envelope{
		signing: o.SigningAlgorithm, encryption: o.EncryptionAlgorithm, encoding: o.EncryptionEncoding,
		private: private, verifier: verifier,
		keys: &remoteKeys{endpoint: o.JWKSEndpoint, algorithm: o.SigningAlgorithm, http: client, now: o.Now},
	}, nil
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

// open returns the claims of a JWT that is a JWE in which there is a JWS, both in the compact form (RFC 7519, section
// 5.2), with the algorithms that are configured and a key of the authorization server.
func (e *envelope) open(ctx context.Context, text string) (map[string]any, error) {
	signed, err := e.decrypt(text)
	if err != nil {
		return nil, fmt.Errorf("the answer cannot be decrypted: %w", err)
	}
	claims, err := e.verify(ctx, signed)
	if err != nil {
		return nil, fmt.Errorf("the answer cannot be verified: %w", err)
	}
	return claims, nil
}

func (e *envelope) decrypt(text string) (string, error) {
	header, parts, err := compactForm(text, 5)
	if err != nil {
		return "", err
	}
	if header["alg"] != e.encryption || header["enc"] != e.encoding || header["zip"] != nil {
		return "", fmt.Errorf("it is not encrypted with %s and %s, or it is compressed", e.encryption, e.encoding)
	}
	// RFC 7516, section 5.2, step 10. The unwrapping of keys in jwx panics on one that is empty.
	if (len(parts[1]) == 0) != (e.encryption == "ECDH-ES") {
		return "", errors.New("it has a key where there should be none, or none where there should be one")
	}
	return decryptCompact(text, e.encryption, e.private)
}

func (e *envelope) verify(ctx context.Context, text string) (map[string]any, error) {
	header, parts, err := compactForm(text, 3)
	if err != nil {
		return nil, err
	}
	typ, _ := header["typ"].(string)
	algorithm, _ := header["alg"].(string)
	id, named := header["kid"].(string)
	switch {
	case oneName(algorithm) != e.signing:
		return nil, errors.New("it is not signed with " + e.signing)
	case strings.TrimPrefix(strings.ToLower(typ), "application/") != signedAnswerType:
		return nil, errors.New("it is not of the type " + signedAnswerType)
	case header["kid"] != nil && !named:
		return nil, errors.New("its kid is not a string")
	}
	key, err := e.keys.find(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := e.verifier.verify(text[:strings.LastIndexByte(text, '.')], parts[2], key); err != nil {
		return nil, fmt.Errorf("its signature: %w", err)
	}
	return parseObject(parts[1])
}

// compactForm splits a compact serialization (RFC 7515 and 7516, section 7.1) into so many decoded parts, the first of
// which is a header with nothing critical in it.
func compactForm(text string, count int) (header map[string]any, parts [][]byte, err error) {
	encoded := strings.Split(text, ".")
	if len(encoded) != count {
		return nil, nil, fmt.Errorf("%d parts instead of %d", len(encoded), count)
	}
	for _, part := range encoded {
		decoded, err := base64.RawURLEncoding.Strict().DecodeString(part)
		if err != nil || strings.ContainsAny(part, "\r\n") {
			return nil, nil, errors.New("a part that is not base64url")
		}
		parts = append(parts, decoded)
	}
	header, err = parseObject(parts[0])
	if err != nil {
		return nil, nil, fmt.Errorf("the header: %w", err)
	}
	if _, critical := header["crit"]; critical {
		return nil, nil, errors.New("a critical extension")
	}
	return header, parts, nil
}

// remoteKeys are the public keys at an endpoint (RFC 7517, section 5) that verify one algorithm.
type remoteKeys struct {
	endpoint  string
	algorithm string
	http      *http.Client
	now       func() time.Time

	mu      sync.Mutex
	keys    []remoteKey
	fetched time.Time
	tried   time.Time
}

type remoteKey struct {
	id     string
	public any
}

// find returns the only key with that id, for an empty id the only key. When there is none it looks for new ones.
func (r *remoteKeys) find(ctx context.Context, id string) (any, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if key := r.only(id); key != nil && now.Sub(r.fetched) < keysFor {
		return key, nil
	}
	if now.Sub(r.tried) >= keysNotBefore {
		r.tried = now
		keys, err := r.fetch(ctx)
		if err != nil {
			return nil, fmt.Errorf("fetching keys from OIDC_OP_JWKS_ENDPOINT: %w", err)
		}
		r.keys, r.fetched = keys, now
		if key := r.only(id); key != nil {
			return key, nil
		}
	}
	return nil, errors.New("no single key for it at OIDC_OP_JWKS_ENDPOINT")
}

func (r *remoteKeys) only(id string) (found any) {
	for _, key := range r.keys {
		if id != "" && key.id != id {
			continue
		}
		if found != nil {
			return nil
		}
		found = key.public
	}
	return found
}

func (r *remoteKeys) fetch(ctx context.Context) ([]remoteKey, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.endpoint, nil)
	if err != nil {
		return nil, fmt.Errorf("making the request: %w", err)
	}
	request.Header.Set("Accept", "application/jwk-set+json, application/json")
	body, _, err := fetch(r.http, request)
	if err != nil {
		return nil, err
	}
	return verificationKeys(body, r.algorithm)
}

// verificationKeys leaves out the keys that it cannot read or that are for something else.
func verificationKeys(body []byte, algorithm string) (keys []remoteKey, err error) {
	object, err := parseObject(body)
	if err != nil {
		return nil, err
	}
	if _, isList := object["keys"].([]any); !isList {
		return nil, errors.New("no list of keys")
	}
	all, err := parseForeignKeys(body)
	if err != nil {
		return nil, err
	}
	for _, one := range all {
		if one.verifies(algorithm) {
			keys = append(keys, remoteKey{id: one.id, public: one.raw})
		}
	}
	return keys, nil
}

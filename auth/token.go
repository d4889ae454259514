package auth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// clockSkew is how far the clock of whoever signed a token may run ahead of ours (contract: `iat` and `nbf`, never `exp`).
const clockSkew = 10 * time.Second

// maxTokenLength is more than any token that is issued here or by Meet has, and little enough to decode for strangers.
const maxTokenLength = 8 << 10

// Algorithms are the JWS algorithms (RFC 7518, section 3.1; RFC 8037) that tokens can be signed with.
var Algorithms = []string{
	"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
}

// TokenOptions say how tokens are signed and what stands in them.
type TokenOptions struct {
	// Algorithm is one of Algorithms.
	Algorithm string
	// Key is the shared secret of HS*, for all others a private key in PKCS #8 PEM.
	Key []byte
	// AllowWeakKey takes a shared secret that is shorter than the hash of the algorithm (RFC 7518, section 3.2).
	AllowWeakKey bool
	// Issuer and Audience become the claims `iss` and `aud`; an empty audience is left out, and then none may be there.
	Issuer   string
	Audience string
	// Lifetime is the time from `iat` to `exp`, in whole seconds.
	Lifetime time.Duration
	// Now is the clock.
	Now func() time.Time
}

// Tokens issues and verifies the JWTs of applications (contract, "Token"; RFC 7519, RFC 9068 for the type).
type Tokens struct {
	options TokenOptions
	signing signing
	private any
	public  any
	header  string
}

// NewTokens checks that the key fits the algorithm. Its errors say what to change and never hold the key.
func NewTokens(o TokenOptions) (*Tokens, error) {
	if !slices.Contains(Algorithms, o.Algorithm) {
		return nil, fmt.Errorf("unknown algorithm, choose one of %s", strings.Join(Algorithms, ", "))
	}
	private, public, err := parseKey(o)
	if err != nil {
		return nil, err
	}
	signing, err := newSigning(o.Algorithm)
	if err != nil {
		return nil, err
	}
	header := encodePart([]byte(`{"alg":"` + o.Algorithm + `","typ":"at+jwt"}`))
	return &Tokens{options: o, signing: signing, private: private, public: public, header: header}, nil
}

func parseKey(o TokenOptions) (private, public any, err error) {
	if strings.HasPrefix(o.Algorithm, "HS") {
		return parseSharedSecret(o)
	}
	block, _ := pem.Decode(o.Key)
	if block == nil {
		return nil, nil, fmt.Errorf("%s needs a private key in PKCS #8 PEM (-----BEGIN PRIVATE KEY-----)", o.Algorithm)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, nil, fmt.Errorf("%s needs a private key in PKCS #8 PEM, and this one cannot be read", o.Algorithm)
	}
	if !keyFits(o.Algorithm, key) {
		return nil, nil, fmt.Errorf("the private key does not fit %s (RS* and PS* take RSA of 2048 bits or more, "+
			"ES256, ES384 and ES512 the curves P-256, P-384 and P-521, EdDSA Ed25519)", o.Algorithm)
	}
	return key, key.(crypto.Signer).Public(), nil
}

func parseSharedSecret(o TokenOptions) (private, public any, err error) {
	needed := map[string]int{"HS256": 32, "HS384": 48, "HS512": 64}[o.Algorithm]
	switch {
	case len(o.Key) == 0:
		return nil, nil, errors.New("a key is needed")
	case len(o.Key) < needed && !o.AllowWeakKey:
		return nil, nil, fmt.Errorf("%s needs a key of at least %d bytes, this one has %d", o.Algorithm, needed, len(o.Key))
	}
	return o.Key, o.Key, nil
}

func keyFits(algorithm string, key any) bool {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return k.N.BitLen() >= 2048 && (strings.HasPrefix(algorithm, "RS") || strings.HasPrefix(algorithm, "PS"))
	case *ecdsa.PrivateKey:
		return map[string]int{"ES256": 256, "ES384": 384, "ES512": 521}[algorithm] == k.Params().BitSize
	case ed25519.PrivateKey:
		return algorithm == "EdDSA"
	}
	return false
}

// issuedClaims are the claims of a token as they are written (contract, "Token").
type issuedClaims struct {
	Issuer    string `json:"iss"`
	Audience  string `json:"aud,omitempty"`
	IssuedAt  int64  `json:"iat"`
	ExpiresAt int64  `json:"exp"`
	ClientID  string `json:"client_id"`
	UserID    string `json:"user_id"`
	Delegated bool   `json:"delegated"`
	Scope     string `json:"scope,omitempty"`
	Subject   string `json:"sub"`
	ID        string `json:"jti"`
}

// Issue returns a token for the application with that client id to act for the user with that UUID. Where tokens before
// notBefore have been revoked (nil: none were), it is issued at that time at the earliest, so that it is not one of them.
func (t *Tokens) Issue(clientID, userID string, scopes []string, notBefore *time.Time) (string, error) {
	issued := t.options.Now()
	if notBefore != nil && issued.Before(*notBefore) {
		issued = *notBefore
	}
	payload, err := json.Marshal(issuedClaims{
		Issuer: t.options.Issuer, Audience: t.options.Audience,
		IssuedAt: issued.Unix(), ExpiresAt: issued.Add(t.options.Lifetime).Unix(),
		ClientID: clientID, UserID: userID, Delegated: true, Scope: strings.Join(scopes, " "),
		Subject: userID, ID: uuid.NewString(),
	})
	if err != nil {
		return "", fmt.Errorf("encoding the claims: %w", err)
	}
	return t.signing.compact(t.header, payload, t.private)
}

// LiveKitToken returns an access token of LiveKit that lives for a minute, with which its API lists and changes the room of
// that name (LiveKit, "Access tokens": an HS256 JWT with a video grant).
func LiveKitToken(key, secret, room string, now time.Time) (string, error) {
	payload, err := json.Marshal(map[string]any{
		"iss": key, "nbf": now.Add(-clockSkew).Unix(), "exp": now.Add(time.Minute).Unix(),
		"video": map[string]any{"roomAdmin": true, "roomList": true, "room": room},
	})
	if err != nil {
		return "", fmt.Errorf("encoding the claims: %w", err)
	}
	signing, err := newSigning("HS256")
	if err != nil {
		return "", err
	}
	return signing.compact(encodePart([]byte(`{"alg":"HS256","typ":"JWT"}`)), payload, []byte(secret))
}

// Lifetime is how long the tokens live that Issue makes.
func (t *Tokens) Lifetime() time.Duration { return t.options.Lifetime }

// Claims are those claims of a verified token that say whom it speaks for. A claim that is absent, or not of its type, is
// empty.
type Claims struct {
	ClientID  string
	UserID    string
	Delegated bool
	Scopes    []string
	IssuedAt  time.Time
}

// Verify checks form, signature and the registered claims of a token (RFC 7515, section 5.2; RFC 7519, section 4.1).
// Errors: ErrInvalidToken, ErrTokenExpired.
func (t *Tokens) Verify(token string) (Claims, error) {
	payload, err := t.open(token)
	if err != nil {
		return Claims{}, err
	}
	claims, err := decodeObjectPart(payload)
	if err != nil {
		return Claims{}, err
	}
	if err := t.checkRegistered(claims); err != nil {
		return Claims{}, err
	}
	issued, _, _ := numericDate(claims, "iat")
	delegated, _ := claims["delegated"].(bool)
	return Claims{
		ClientID:  stringClaim(claims, "client_id"),
		UserID:    stringClaim(claims, "user_id"),
		Delegated: delegated,
		Scopes:    scopeClaim(claims["scope"]),
		IssuedAt:  time.Unix(int64(issued), 0),
	}, nil
}

// open is the gate: of all the forms of RFC 7515 it lets only a small compact one through, with the one algorithm, key
// and types that are in use here, and returns its payload. The JSON forms of jwx, which lets unsigned members stand
// beside signed ones, are thus out of reach.
func (t *Tokens) open(token string) (payload []byte, err error) {
	parts := strings.Split(token, ".")
	if len(token) > maxTokenLength || len(parts) != 3 {
		return nil, errNotRecognised
	}
	var decoded [3][]byte
	for i, part := range parts {
		if decoded[i], err = decodePart(part); err != nil {
			return nil, errNotRecognised
		}
	}
	header, err := decodeObjectPart(decoded[0])
	if err != nil {
		return nil, errNotRecognised
	}
	if _, critical := header["crit"]; critical || header["alg"] != t.options.Algorithm || !knownType(header["typ"]) {
		return nil, errNotRecognised
	}
	signed := token[:len(parts[0])+1+len(parts[1])]
	if err := t.signing.verify(signed, decoded[2], t.public); err != nil {
		return nil, errNotRecognised
	}
	return decoded[1], nil
}

// decodePart decodes base64url without padding, and in its one spelling only (RFC 7515, section 2).
func decodePart(part string) ([]byte, error) {
	if strings.ContainsAny(part, "\r\n") {
		return nil, ErrInvalidToken
	}
	return base64.RawURLEncoding.Strict().DecodeString(part)
}

// unverifiedIssuer returns the `iss` that a token claims to be of, empty where it is no JWT.
func unverifiedIssuer(token string) string {
	parts := strings.Split(token, ".")
	if len(parts) != 3 || len(token) > maxTokenLength {
		return ""
	}
	payload, err := decodePart(parts[1])
	if err != nil {
		return ""
	}
	claims, err := decodeObjectPart(payload)
	if err != nil {
		return ""
	}
	return stringClaim(claims, "iss")
}

func knownType(typ any) bool {
	name, _ := typ.(string)
	name = strings.TrimPrefix(strings.ToLower(name), "application/")
	return name == "at+jwt" || name == "jwt"
}

func decodeObjectPart(part []byte) (map[string]any, error) {
	value, err := DecodeJSON(part)
	if err != nil {
		return nil, ErrInvalidToken
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, ErrInvalidToken
	}
	return object, nil
}

func (t *Tokens) checkRegistered(claims map[string]any) error {
	now := float64(t.options.Now().UnixMilli()) / 1000
	soon := now + clockSkew.Seconds()
	expires, present, ok := numericDate(claims, "exp")
	if !present || !ok {
		return ErrInvalidToken
	}
	if now >= expires {
		return ErrTokenExpired
	}
	if claims["iss"] != t.options.Issuer || !t.audienceFits(claims["aud"]) {
		return ErrInvalidToken
	}
	for _, name := range []string{"nbf", "iat"} {
		if from, present, ok := numericDate(claims, name); present && (!ok || from > soon) {
			return ErrInvalidToken
		}
	}
	return nil
}

func (t *Tokens) audienceFits(claim any) bool {
	switch aud := claim.(type) {
	case nil:
		return t.options.Audience == ""
	case string:
		return aud == t.options.Audience
	case []any:
		return t.options.Audience != "" && slices.Contains(aud, any(t.options.Audience))
	}
	return false
}

// numericDate reads a NumericDate (RFC 7519, section 2): seconds since the epoch, with or without a fraction.
func numericDate(claims map[string]any, name string) (seconds float64, present, ok bool) {
	claim, present := claims[name]
	number, isNumber := claim.(json.Number)
	if !isNumber {
		return 0, present, false
	}
	seconds, err := number.Float64()
	return seconds, present, err == nil && math.Abs(seconds) < 1<<53
}

// stringClaim leaves out what PostgreSQL cannot hold in a text: such a value names nothing that is stored.
func stringClaim(claims map[string]any, name string) string {
	value, _ := claims[name].(string)
	if strings.ContainsRune(value, 0) {
		return ""
	}
	return value
}

func scopeClaim(claim any) []string {
	switch scope := claim.(type) {
	case string:
		return strings.Fields(scope)
	case []any:
		var scopes []string
		for _, one := range scope {
			if text, ok := one.(string); ok {
				scopes = append(scopes, text)
			}
		}
		return scopes
	}
	return nil
}

func encodePart(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

package auth

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
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

// TokenOptions say how tokens are signed and what stands in them.
type TokenOptions struct {
	// Algorithm is one of Algorithms.
	Algorithm string
	// Key signs: the shared secret of HS*, for all others a private key in PKCS #8 PEM; either also as a JWK.
	Key []byte
	// VerificationKeys are further keys, whose tokens count too: a JWK Set, PEM blocks, or one shared secret. They let keys
	// change with no token refused.
	VerificationKeys []byte
	// AllowWeakKey takes a shared secret that is shorter than the hash of the algorithm (RFC 7518, section 3.2).
	AllowWeakKey bool
	// Issuer and Audience become the claims `iss` and `aud`; an empty audience is left out, and then none may be there.
	Issuer   string
	Audience string
	// Lifetime is the time from issuing a token to its `exp`, in whole seconds.
	Lifetime time.Duration
	// Now is the clock.
	Now func() time.Time
}

// Tokens issues and verifies the JWTs of applications (contract, "Token"; RFC 7519, RFC 9068 for the type).
type Tokens struct {
	options TokenOptions
	// keys verify; the first one signs.
	keys   []key
	header string
}

// NewTokens checks that the keys fit the algorithm. Its errors say what to change and never hold a key.
func NewTokens(o TokenOptions) (*Tokens, error) {
	if !slices.Contains(Algorithms, o.Algorithm) {
		return nil, fmt.Errorf("unknown algorithm, choose one of %s", strings.Join(Algorithms, ", "))
	}
	keys, err := parseKeys(o.Key, o.Algorithm, o.AllowWeakKey)
	switch {
	case err != nil:
		return nil, err
	case len(keys) != 1 || keys[0].private == nil:
		return nil, fmt.Errorf("%s needs one private key to sign with; keys that only verify have a setting of their own", o.Algorithm)
	case keys[0].algorithm != o.Algorithm:
		return nil, fmt.Errorf("the key is for %s, and not for %s", keys[0].algorithm, o.Algorithm)
	case !keys[0].signing.pair(keys[0].private, keys[0].public):
		return nil, errors.New("the key cannot sign: a part of it is missing, or its private part is not that of its public one")
	}
	if len(o.VerificationKeys) > 0 {
		more, err := parseVerificationKeys(o.VerificationKeys, o.AllowWeakKey)
		if err == nil {
			keys, err = addKeys(keys, more)
		}
		if err != nil {
			return nil, &VerificationKeysError{err}
		}
	}
	return &Tokens{options: o, keys: keys, header: headerOf(keys[0])}, nil
}

// VerificationKeysError says what is wrong with TokenOptions.VerificationKeys.
type VerificationKeysError struct{ cause error }

func (e *VerificationKeysError) Error() string { return e.cause.Error() }

func (e *VerificationKeysError) Unwrap() error { return e.cause }

// headerOf is the header of the tokens that a key signs (RFC 9068, section 2.1).
func headerOf(k key) string {
	header, _ := json.Marshal(struct { // strings can always be encoded
		Algorithm string `json:"alg"`
		KeyID     string `json:"kid,omitempty"`
		Type      string `json:"typ"`
	}{k.algorithm, k.id, "at+jwt"})
	return encodePart(header)
}

// PublicKeys returns the JWK Set (RFC 7517, section 5) of those keys that have a public half.
func (t *Tokens) PublicKeys() ([]byte, error) {
	public := []jsonWebKey{}
	for _, k := range t.keys {
		if !slices.Contains(AsymmetricAlgorithms, k.algorithm) {
			continue
		}
		listed := slices.IndexFunc(public, func(one jsonWebKey) bool { return one.id == k.id })
		if listed >= 0 {
			public[listed].algorithm = "" // it is for several
			continue
		}
		public = append(public, jsonWebKey{id: k.id, algorithm: k.algorithm, raw: k.public})
	}
	return encodeJSONWebKeys(public)
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

// Issue returns a token for the application with that client id to act for the user with that UUID. It says that it was issued at
// that time: before what is known of the two was read, so that revoking their tokens since then ends it too. It lives from now on.
func (t *Tokens) Issue(clientID, userID string, scopes []string, issued time.Time) (string, error) {
	// In whole seconds, so that the lifetime is what it always is unless it took longer than that.
	taken := max(t.options.Now().Sub(issued), 0).Truncate(time.Second)
	payload, err := json.Marshal(issuedClaims{
		Issuer: t.options.Issuer, Audience: t.options.Audience,
		IssuedAt: issued.Unix(), ExpiresAt: issued.Add(taken + t.options.Lifetime).Unix(),
		ClientID: clientID, UserID: userID, Delegated: true, Scope: strings.Join(scopes, " "),
		Subject: userID, ID: uuid.NewString(),
	})
	if err != nil {
		return "", fmt.Errorf("encoding the claims: %w", err)
	}
	return t.keys[0].signing.compact(t.header, payload, t.keys[0].private)
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
	ExpiresAt time.Time
	// JTI is the `jti`; Meet's tokens have none.
	JTI string
	// ID tells the token from all others: its JTI, or what stands for it.
	ID string
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
	expires, _, _ := numericDate(claims, "exp")
	delegated, _ := claims["delegated"].(bool)
	jti := stringClaim(claims, "jti")
	return Claims{
		ClientID:  stringClaim(claims, "client_id"),
		UserID:    stringClaim(claims, "user_id"),
		Delegated: delegated,
		Scopes:    scopeClaim(claims["scope"]),
		IssuedAt:  time.Unix(int64(issued), 0),
		ExpiresAt: time.Unix(int64(math.Ceil(expires)), 0),
		ID:        tokenID(token, jti),
		JTI:       jti,
	}, nil
}

const maxTokenID = 255

// tokenID makes an id for a token without a usable one, of the part that is signed: signatures can be written in two ways.
func tokenID(token, jti string) string {
	if jti != "" && len(jti) <= maxTokenID {
		return jti
	}
	sum := sha256.Sum256([]byte(token[:strings.LastIndexByte(token, '.')]))
	return "sha256:" + encodePart(sum[:])
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
	if _, critical := header["crit"]; critical || !knownType(header["typ"]) || !t.signed(token, header, decoded[2]) {
		return nil, errNotRecognised
	}
	return decoded[1], nil
}

// signed reports whether one of the keys made the signature. A token names its key by `kid`; Meet's name none.
func (t *Tokens) signed(token string, header map[string]any, signature []byte) bool {
	text := token[:strings.LastIndexByte(token, '.')]
	for _, k := range t.keys {
		named := header["kid"] == nil || k.id == "" || header["kid"] == k.id
		if named && header["alg"] == k.algorithm && k.signing.verify(text, signature, k.public) == nil {
			return true
		}
	}
	return false
}

// decodePart decodes base64url without padding, and in its one spelling only (RFC 7515, section 2).
func decodePart(part string) ([]byte, error) {
	if strings.ContainsAny(part, "\r\n") {
		return nil, ErrInvalidToken
	}
	return base64.RawURLEncoding.Strict().DecodeString(part)
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
	return seconds, present, err == nil && math.Abs(seconds) <= maxSeconds
}

// maxSeconds is the end of the year 9999, beyond which nobody can write a time (RFC 3339).
const maxSeconds = 253_402_300_799

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
		return strings.FieldsFunc(scope, isSpace)
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

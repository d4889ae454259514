package token

import (
	"encoding/json/v2"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"meet-external-api/auth/jose"
)

// Issuer issues the tokens of applications (docs/contract.md, "POST /application/token/ — exchange credentials for a token"; RFC
// 7519, and RFC 9068, section 2.1, for the type), and verifies them. It is safe for concurrent use.
type Issuer struct {
	*Verifier
	header string // encoded
}

// NewIssuer makes an issuer. Errors: those of NewVerifier.
func NewIssuer(o Options) (*Issuer, error) {
	verifier, err := NewVerifier(o)
	if err != nil {
		return nil, err
	}
	header, err := json.Marshal(struct {
		Algorithm string `json:"alg"`
		KeyID     string `json:"kid,omitempty"`
		Type      string `json:"typ"`
	}{o.Algorithm, verifier.keys[0].ID, "at+jwt"})
	if err != nil {
		return nil, fmt.Errorf("encoding the header: %w", err)
	}
	return &Issuer{Verifier: verifier, header: jose.EncodePart(header)}, nil
}

// PublicKeys returns the JWK Set (RFC 7517, section 5) of those keys that have a public half.
func (i *Issuer) PublicKeys() ([]byte, error) { return jose.EncodePublicKeys(i.keys) }

// Lifetime is the time from issuing a token to its `exp`.
func (i *Issuer) Lifetime() time.Duration { return i.options.Lifetime }

// issuedClaims are the claims of a token as they are written.
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

// Issue returns a token for the application with that client id to act for the user with that UUID. Its `iat` is the time given:
// before the state of the two was read, so that revoking their tokens since then ends it too. Its lifetime begins now.
func (i *Issuer) Issue(clientID, userID string, scopes []string, issued time.Time) (string, error) {
	// In whole seconds, so that the lifetime is the usual one unless a second has passed.
	taken := max(i.options.Now().Sub(issued), 0).Truncate(time.Second)
	payload, err := json.Marshal(issuedClaims{
		Issuer: i.options.Issuer, Audience: i.options.Audience,
		IssuedAt: issued.Unix(), ExpiresAt: issued.Add(taken + i.options.Lifetime).Unix(),
		ClientID: clientID, UserID: userID, Delegated: true, Scope: strings.Join(scopes, " "),
		Subject: userID, ID: uuid.NewString(),
	})
	if err != nil {
		return "", fmt.Errorf("encoding the claims: %w", err)
	}
	return i.keys[0].Sign(i.header, payload)
}

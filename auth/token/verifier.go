package token

import (
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	"meet-external-api/auth"
	"meet-external-api/auth/jose"
	"meet-external-api/refusal"
)

const (
	// clockSkew is how far the clock of another signer may run ahead of ours: for `iat` and `nbf`, never for `exp`.
	clockSkew = 10 * time.Second
	// maxLength is more bytes than any token that is issued here or by Meet has, and few enough to decode for any caller.
	maxLength = 8 << 10
	// maxID is how many bytes of a `jti` are stored.
	maxID = 255
)

// Options say how tokens are signed and what stands in them.
type Options struct {
	// Algorithm is one of jose.Algorithms.
	Algorithm string
	// Key signs, as jose.ParseSigningKey reads it.
	Key []byte
	// VerificationKeys are further keys, whose tokens count too, as jose.ParseVerificationKeys reads them; none: the signing key
	// alone verifies. They let keys change with no token refused.
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

// Verifier verifies the tokens of one issuer. It is safe for concurrent use.
type Verifier struct {
	options Options
	// keys verify; the first one signs.
	keys []jose.Key
}

// NewVerifier checks that the keys fit the algorithm. Its errors say what to change and never hold a key; those about
// Options.VerificationKeys are a *VerificationKeysError.
func NewVerifier(o Options) (*Verifier, error) {
	signing, err := jose.ParseSigningKey(o.Key, o.Algorithm, o.AllowWeakKey)
	if err != nil {
		return nil, err
	}
	keys := []jose.Key{signing}
	if len(o.VerificationKeys) > 0 {
		more, err := jose.ParseVerificationKeys(o.VerificationKeys, o.AllowWeakKey)
		if err == nil {
			keys, err = jose.AddKeys(keys, more)
		}
		if err != nil {
			return nil, &VerificationKeysError{err}
		}
	}
	return &Verifier{options: o, keys: keys}, nil
}

// VerificationKeysError says what is wrong with Options.VerificationKeys.
type VerificationKeysError struct{ error }

// Claims are what a verified token says. A claim that is absent, or not of its type, is empty.
type Claims struct {
	ClientID string
	// ForClient is whether there is a `client_id`, also one that is not of its type.
	ForClient bool
	UserID    string
	Delegated bool
	Scopes    []string
	// IssuedAt is the epoch where the token does not say: then it ends with any revocation.
	IssuedAt  time.Time
	ExpiresAt time.Time
	// JTI is the `jti`; Meet's tokens have none.
	JTI string
	// ID tells the token from all others: its JTI, or what stands for it.
	ID string
}

// claims are those that are read of a token.
type claims struct {
	jose.RegisteredClaims
	ClientID  *jose.Text `json:"client_id"`
	UserID    jose.Text  `json:"user_id"`
	Delegated any        `json:"delegated"`
	Scope     jose.Words `json:"scope"`
}

// Verify checks form, signature and the registered claims of a token (RFC 7515, section 5.2; RFC 7519, section 4.1). Of all the
// forms of RFC 7515 only a small compact one is read, with the algorithms, keys and types that are in use here. Errors:
// auth.ErrNotRecognised where the token was not made for this verifier, refusal.InvalidToken, refusal.TokenExpired.
func (v *Verifier) Verify(token string) (Claims, error) {
	if len(token) > maxLength {
		return Claims{}, auth.ErrNotRecognised
	}
	signed, err := jose.ParseJWS(token)
	if err != nil || !isAccessToken(signed.Header.Type) || !jose.VerifyAny(v.keys, signed) {
		return Claims{}, auth.ErrNotRecognised
	}
	var c claims
	if err := jose.DecodeObject(signed.Payload, &c); err != nil {
		return Claims{}, refusal.InvalidToken.Because("%w", err)
	}
	if err := v.checkRegistered(c.RegisteredClaims); err != nil {
		return Claims{}, err
	}
	clientID := jose.Text("")
	if c.ClientID != nil {
		clientID = *c.ClientID
	}
	return Claims{
		ClientID:  string(clientID),
		ForClient: c.ClientID != nil,
		UserID:    string(c.UserID),
		Delegated: c.Delegated == true,
		Scopes:    c.Scope,
		IssuedAt:  c.IssuedAt.Time(),
		ExpiresAt: c.ExpiresAt.Time(),
		ID:        tokenID(signed, string(c.ID)),
		JTI:       string(c.ID),
	}, nil
}

// tokenID makes an id for a token without a usable one, of the part that is signed: signatures can be written in two ways.
func tokenID(signed jose.JWS, jti string) string {
	if jti != "" && len(jti) <= maxID {
		return jti
	}
	sum := sha256.Sum256([]byte(signed.SigningInput))
	return "sha256:" + jose.EncodePart(sum[:])
}

// isAccessToken takes the types of RFC 9068, section 2.1, and of Meet.
func isAccessToken(typ string) bool {
	typ = strings.TrimPrefix(strings.ToLower(typ), "application/")
	return typ == "at+jwt" || typ == "jwt"
}

func (v *Verifier) checkRegistered(c jose.RegisteredClaims) error {
	now := v.options.Now()
	soon := now.Add(clockSkew)
	switch {
	case !c.ExpiresAt.Valid:
		return refusal.InvalidToken.Because("its exp is missing or not a time")
	case !now.Before(c.ExpiresAt.Time()):
		return refusal.TokenExpired
	case string(c.Issuer) != v.options.Issuer:
		return refusal.InvalidToken.Because("its iss is another one")
	case v.options.Audience == "" && c.Audience != nil, v.options.Audience != "" && !slices.Contains(c.Audience, v.options.Audience):
		return refusal.InvalidToken.Because("its aud is another one")
	case c.NotBefore.After(soon), c.IssuedAt.After(soon):
		return refusal.InvalidToken.Because("its nbf or iat is in the future, or not a time")
	}
	return nil
}

// Package assertion verifies the JWTs by which clients authenticate without a secret (private_key_jwt: RFC 7523, section 3;
// OpenID Connect Core, section 9). A Verifier does it. That each assertion is used once is not seen to here: it is stored, so
// that all replicas know.
package assertion

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/maypok86/otter/v2"

	"meet-external-api/auth"
	"meet-external-api/auth/jose"
	"meet-external-api/refusal"
)

// Type is the `client_assertion_type` of a JWT (RFC 7523, section 2.2).
const Type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// Algorithms are the names of the JWS algorithms that assertions may be signed with (RFC 7518, section 3.1; RFC 8037, section
// 3.1; RFC 9864, section 2.2).
var Algorithms = append([]string{"Ed25519"}, jose.AsymmetricAlgorithms...)

const (
	// maxClientID is how many bytes a client id has at most (docs/contract.md, "POST /application/token/ — exchange credentials
	// for a token").
	maxClientID = 100
	// maxLength is how many bytes an assertion has at most.
	maxLength = 8 << 10
	// maxAge is how long an assertion may live, which is how long its `jti` has to be remembered.
	maxAge = time.Hour
	// clockSkew is how far the clock of the client may run ahead of ours.
	clockSkew = 10 * time.Second
	// maxID is how many bytes of a `jti` are stored.
	maxID = 255
	// maxClients bounds the memory of keys that have been parsed.
	maxClients = 1000
)

// Assertion is what a verified assertion says.
type Assertion struct {
	// ID is its `jti`: 1 to 255 bytes. The caller sees to it that each is used once until ExpiresAt.
	ID        string
	ExpiresAt time.Time
}

// ClientID returns the client id that an assertion claims to be of, empty where it claims none that could be one. Nothing is
// verified.
func ClientID(text string) string {
	_, claims, err := parse(text)
	if err != nil || len(claims.Subject) > maxClientID {
		return ""
	}
	return string(claims.Subject)
}

// claims are those of RFC 7523, section 3, of which `aud` is one string: a list may name several servers, of which each could use the
// assertion at another one (CVE-2025-27370).
type claims struct {
	jose.RegisteredClaims
	Audience jose.Text `json:"aud"`
}

func parse(text string) (signed jose.JWS, c claims, err error) {
	if len(text) > maxLength {
		return signed, c, fmt.Errorf("more than %d bytes", maxLength)
	}
	if signed, err = jose.ParseJWS(text); err == nil {
		err = jose.DecodeObject(signed.Payload, &c)
	}
	return signed, c, err
}

// Verifier tells right client assertions from wrong ones. It is safe for concurrent use.
type Verifier struct {
	// parsed are keys by their JWK Set, since parsing them costs as much as verifying.
	parsed *otter.Cache[string, []jose.Key]
}

// NewVerifier returns a verifier.
func NewVerifier() (*Verifier, error) {
	parsed, err := otter.New(&otter.Options[string, []jose.Key]{MaximumSize: maxClients})
	if err != nil {
		return nil, fmt.Errorf("making the cache of clients' keys: %w", err)
	}
	return &Verifier{parsed: parsed}, nil
}

// Verify checks an assertion of the client with that id and these public keys, a JWK Set of jose.NormalizeClientKeys; none: the
// client has none, or there is no such client. Where several of them fit its `alg`, it has to name one by `kid` (OpenID Connect
// Core, section 10.1). Its `aud` has to be one of the audiences, whatever the case of their hosts. Errors: refusal.WrongAssertion, with a cause for the log; the
// refusal of refusal.Assertion where the client's key has signed it and something else is wrong.
func (v *Verifier) Verify(text, clientID string, keys []byte, audiences []string, now time.Time) (Assertion, error) {
	signed, claims, err := parse(text)
	if err != nil || !isAssertion(signed.Header.Type) {
		return Assertion{}, refusal.WrongAssertion.Because("it is not in the form of a JWT of this type")
	}
	key, ok := jose.SelectKey(v.parse(keys), signed.Header)
	switch {
	case !ok:
		return Assertion{}, refusal.WrongAssertion.Because("the application has no key for it, or several and no kid that tells which")
	case !key.Verify(signed):
		return Assertion{}, refusal.WrongAssertion.Because("its signature is not that of the application's key")
	case claims.Subject == "" || string(claims.Subject) != clientID:
		return Assertion{}, refusal.WrongAssertion.Because("its sub is not the client_id")
	}
	if err := check(claims, audiences, now); err != nil {
		return Assertion{}, err
	}
	return Assertion{ID: string(claims.ID), ExpiresAt: claims.ExpiresAt.Time()}, nil
}

func isAssertion(typ string) bool {
	return slices.Contains([]string{"", "jwt", "client-authentication+jwt"}, strings.ToLower(typ))
}

// parse reads what jose.NormalizeClientKeys wrote.
func (v *Verifier) parse(text []byte) []jose.Key {
	if keys, known := v.parsed.GetIfPresent(string(text)); known {
		return keys
	}
	keys, err := jose.ParseKeySet(text)
	if err != nil {
		return nil
	}
	v.parsed.Set(string(text), keys)
	return keys
}

// check tells a client, who has proved to be one, what to change.
func check(claims claims, audiences []string, now time.Time) error {
	soon := now.Add(clockSkew)
	expires, issued := claims.ExpiresAt.Time(), claims.IssuedAt
	switch {
	case claims.Issuer != claims.Subject:
		return refused("its iss is not its sub, the client_id")
	case !claims.ExpiresAt.Valid:
		return refused("it has no exp")
	case !now.Before(expires):
		return refused("it has expired")
	case expires.After(now.Add(maxAge)):
		return refused(fmt.Sprintf("its exp is more than %d minutes away", int(maxAge.Minutes())))
	case issued.After(soon) || issued.Present && issued.Time().Before(now.Add(-maxAge)):
		return refused("its iat is in the future or long past")
	case claims.NotBefore.After(soon):
		return refused("its nbf is in the future")
	case claims.ID == "" || len(claims.ID) > maxID:
		return refused(fmt.Sprintf("it needs a jti of 1 to %d bytes", maxID))
	case !slices.ContainsFunc(audiences, func(name string) bool { return foldHost(name) == foldHost(string(claims.Audience)) }):
		return refused("its aud is not this authorization server: give the URL of the token endpoint or the issuer of its metadata, " +
			"as one string")
	}
	return nil
}

// foldHost is a URL with its scheme and its host in lower case (RFC 3986, section 6.2.2.1).
func foldHost(url string) string {
	scheme, rest, _ := strings.Cut(url, "://")
	host, path, _ := strings.Cut(rest, "/")
	return auth.FoldASCII(scheme) + "://" + auth.FoldASCII(host) + "/" + path
}

func refused(what string) error { return refusal.Assertion("assertion_claims", what) }

package auth

import (
	"crypto/rsa"
	_ "embed"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/maypok86/otter/v2"
)

// AssertionType is the `client_assertion_type` of a JWT (RFC 7523, section 2.2).
const AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// AssertionAlgorithms are the names of the JWS algorithms that assertions may be signed with (RFC 7518, section 3.1; RFC 8037;
// RFC 9864).
var AssertionAlgorithms = append([]string{"Ed25519"}, AsymmetricAlgorithms...)

// maxClientID is how many bytes a client id has at most (contract, "POST /application/token/").
const maxClientID = 100

const (
	// maxClientKeys is how many public keys a client has at most: one of each kind, and some that follow them.
	maxClientKeys = 5
	// maxClientsRead bounds the memory of keys that have been read.
	maxClientsRead = 1000
)

// maxAssertionAge is how long an assertion may live, which is how long its `jti` has to be remembered.
const maxAssertionAge = time.Hour

// Assertion is what a client's assertion says, when it has been verified.
type Assertion struct {
	// ID is its `jti`: 1 to 255 bytes. Whoever accepts the assertion sees to it that each is used once.
	ID        string
	ExpiresAt time.Time
}

// ParseClientKeys reads up to five public keys of a client, as JWK, JWK Set or PEM, and returns them as a JWK Set in which each
// has a name of its own. Its errors say what to change.
func ParseClientKeys(text []byte) ([]byte, error) {
	raw, err := readKeys(text)
	if err != nil {
		return nil, err
	}
	if len(raw) > maxClientKeys {
		return nil, fmt.Errorf("give %d keys at most", maxClientKeys)
	}
	names := map[string]bool{}
	for i, one := range raw {
		if _, shared := one.raw.([]byte); shared {
			return nil, errors.New("give public keys as JWK Set, JWK or PEM (-----BEGIN PUBLIC KEY-----)")
		}
		made, err := newKey(one, "", false)
		if err != nil {
			return nil, err
		}
		switch known, isRSA := made.public.(*rsa.PublicKey); {
		case made.private != nil:
			return nil, errors.New("a private key is given: keep it with the client, and give its public key")
		case isRSA && (!slices.Contains([]int{2048, 3072, 4096}, known.N.BitLen()) || known.E != 65537):
			return nil, errors.New("RSA keys of clients have 2048, 3072 or 4096 bits and the exponent 65537")
		case names[made.id]:
			return nil, errors.New("two keys have the same kid")
		}
		names[made.id] = true
		// One that names no algorithm stays good for each that it fits.
		raw[i] = jsonWebKey{id: made.id, algorithm: one.algorithm, raw: one.raw}
	}
	return encodeJSONWebKeys(raw)
}

// AssertionClient returns the client id that an assertion claims to be of, empty where it claims none that could be one.
func AssertionClient(assertion string) string {
	_, parts, err := compactForm(assertion, 3)
	if err != nil {
		return ""
	}
	claims, err := parseObject(parts[1])
	if err != nil {
		return ""
	}
	id := stringClaim(claims, "sub")
	if len(id) > maxClientID {
		return ""
	}
	return id
}

// decoyKeys are public keys, one for each kind and size, whose private halves were thrown away.
//
//go:embed decoy_keys.json
var decoyKeys []byte

// AssertionVerifier tells right client assertions from wrong ones. Each one is verified with one key, so that the time it takes
// tells nobody whether there is such a client, nor which keys it has.
type AssertionVerifier struct {
	decoys []jsonWebKey
	// read are keys by their text, since reading them costs as much as verifying.
	read *otter.Cache[string, []jsonWebKey]
}

// NewAssertionVerifier returns a verifier that has read no client's keys yet.
func NewAssertionVerifier() (*AssertionVerifier, error) {
	decoys, err := parseJSONWebKeys(decoyKeys)
	if err != nil {
		return nil, fmt.Errorf("reading the decoy keys: %w", err)
	}
	read, err := otter.New(&otter.Options[string, []jsonWebKey]{MaximumSize: maxClientsRead})
	return &AssertionVerifier{decoys: decoys, read: read}, err
}

// Verify checks an assertion (RFC 7523, section 3; OpenID Connect Core, section 9, private_key_jwt) of the client with that id
// and these public keys, a JWK Set; none: the client has none, or there is no such client. Where several of them fit its `alg`,
// it has to name one by `kid` (OpenID Connect Core, section 10.1). One of the audiences has to be its `aud`. Errors:
// ErrInvalidCredentials; another *Refusal where the client's key has signed it and something else is wrong.
func (v *AssertionVerifier) Verify(assertion, clientID string, keys []byte, audiences []string, now time.Time) (Assertion, error) {
	header, parts, err := compactForm(assertion, 3)
	if err != nil || len(assertion) > maxTokenLength || !assertionType(header["typ"]) {
		return Assertion{}, ErrInvalidCredentials
	}
	if !v.signed(keys, header, assertion[:strings.LastIndexByte(assertion, '.')], parts[2]) {
		return Assertion{}, ErrInvalidCredentials
	}
	claims, err := parseObject(parts[1])
	if err != nil || claims["sub"] != clientID {
		return Assertion{}, ErrInvalidCredentials
	}
	return checkAssertion(claims, clientID, audiences, now)
}

func assertionType(typ any) bool {
	name, isText := typ.(string)
	return typ == nil || isText && slices.Contains([]string{"jwt", "client-authentication+jwt"}, strings.ToLower(name))
}

// signed reports whether the one of the keys that fits made the signature. Where none does, or more than one, it verifies with
// a decoy of the same kind and size.
func (v *AssertionVerifier) signed(keys []byte, header map[string]any, text string, signature []byte) bool {
	named, _ := header["alg"].(string)
	algorithm := oneName(named)
	if !slices.Contains(AsymmetricAlgorithms, algorithm) {
		return false
	}
	verifier, err := newSigning(algorithm)
	if err != nil {
		return false
	}
	chosen, own := theOne(v.keys(keys), header["kid"], algorithm, len(signature))
	if !own {
		chosen, _ = theOne(v.decoys, nil, algorithm, len(signature))
	}
	signature, possible := belowModulus(signature, chosen.raw)
	return verifier.verify(text, signature, chosen.raw) == nil && own && possible
}

// belowModulus makes a number that an RSA key would refuse at once, where another key would not, one that it takes time for; and tells
// whether it was possible as it was.
func belowModulus(signature []byte, public any) (below []byte, possible bool) {
	known, isRSA := public.(*rsa.PublicKey)
	if !isRSA || new(big.Int).SetBytes(signature).Cmp(known.N) < 0 {
		return signature, true
	}
	return append([]byte{signature[0] & 0x7f}, signature[1:]...), false
}

// keys reads what ParseClientKeys wrote.
func (v *AssertionVerifier) keys(text []byte) []jsonWebKey {
	if len(text) == 0 {
		return nil
	}
	if keys, known := v.read.GetIfPresent(string(text)); known {
		return keys
	}
	keys, err := parseJSONWebKeys(text)
	if err != nil {
		return nil
	}
	v.read.Set(string(text), keys)
	return keys
}

// theOne returns the key with that name, or with any where it is nil, for that algorithm and length of a signature; false when
// there is none or more than one.
func theOne(keys []jsonWebKey, name any, algorithm string, length int) (chosen jsonWebKey, ok bool) {
	for _, one := range keys {
		if (name == nil || name == one.id) && one.verifies(algorithm) && signatureLength(one.raw) == length {
			if ok {
				return jsonWebKey{}, false
			}
			chosen, ok = one, true
		}
	}
	return chosen, ok
}

func checkAssertion(claims map[string]any, clientID string, audiences []string, now time.Time) (Assertion, error) {
	expires, _, expiresOK := numericDate(claims, "exp")
	issued, issuedThere, issuedOK := numericDate(claims, "iat")
	begins, beginsThere, beginsOK := numericDate(claims, "nbf")
	seconds := float64(now.UnixMilli()) / 1000
	soon := seconds + clockSkew.Seconds()
	id := stringClaim(claims, "jti")
	switch {
	case claims["iss"] != clientID:
		return Assertion{}, badAssertion("its iss is not its sub, the client_id")
	case !expiresOK:
		return Assertion{}, badAssertion("it has no exp")
	case seconds >= expires:
		return Assertion{}, badAssertion("it has expired")
	case expires > seconds+maxAssertionAge.Seconds():
		return Assertion{}, badAssertion(fmt.Sprintf("its exp is more than %d minutes away", int(maxAssertionAge.Minutes())))
	case issuedThere && (!issuedOK || issued > soon || issued < seconds-maxAssertionAge.Seconds()):
		return Assertion{}, badAssertion("its iat is in the future or long past")
	case beginsThere && (!beginsOK || begins > soon):
		return Assertion{}, badAssertion("its nbf is in the future")
	case id == "" || len(id) > maxTokenID:
		return Assertion{}, badAssertion(fmt.Sprintf("it needs a jti of 1 to %d bytes", maxTokenID))
	case !anyAudience(claims["aud"], audiences):
		return Assertion{}, badAssertion("its aud is not this authorization server: give the URL of the token endpoint or the issuer of its metadata")
	}
	return Assertion{ID: id, ExpiresAt: time.UnixMilli(int64(expires * 1000))}, nil
}

// badAssertion tells a client, who has proved to be one, what to change.
func badAssertion(what string) error {
	return &Refusal{Kind: Unauthenticated, Code: "invalid_client", Text: "The client assertion is refused: " + what + "."}
}

// ErrAssertionUsed refuses an assertion whose `jti` has been used.
var ErrAssertionUsed = badAssertion("its jti has been used already")

func anyAudience(claim any, audiences []string) bool {
	if name, ok := claim.(string); ok {
		return slices.Contains(audiences, name)
	}
	names, _ := claim.([]any)
	return slices.ContainsFunc(names, func(one any) bool {
		name, ok := one.(string)
		return ok && slices.Contains(audiences, name)
	})
}

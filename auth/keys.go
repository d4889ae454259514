package auth

import (
	"bytes"
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
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Algorithms are the JWS algorithms (RFC 7518, section 3.1; RFC 8037) that tokens can be signed with.
var Algorithms = append([]string{"HS256", "HS384", "HS512"}, AsymmetricAlgorithms...)

// AsymmetricAlgorithms are those whose keys have a public half.
var AsymmetricAlgorithms = []string{
	"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
}

// oneName is the name that an algorithm has here: EdDSA is called Ed25519 by those who say which of its curves they mean (RFC
// 9864, section 2.2).
func oneName(algorithm string) string {
	if algorithm == "Ed25519" {
		return "EdDSA"
	}
	return algorithm
}

// key is one that tokens are signed or verified with, for one algorithm only.
type key struct {
	id        string // the `kid` of its tokens; empty: they name none
	algorithm string
	private   any // nil: it only verifies
	public    any // for HS* the shared secret
	signing   signing
}

var errNoKey = errors.New("a key is needed")

// parseKeys reads a JWK or a JWK Set (RFC 7517), PEM blocks (RFC 7468: PKCS #8 private keys and public keys), or else one
// shared secret as it is. A key that does not say for which algorithm it is, is for that one, or for the usual one of its
// kind. Its errors say what to change and never hold a key.
func parseKeys(text []byte, algorithm string, allowWeak bool) ([]key, error) {
	raw, err := readKeys(text)
	if err != nil {
		return nil, err
	}
	keys := make([]key, len(raw))
	for i, one := range raw {
		if keys[i], err = newKey(one, algorithm, allowWeak); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// parseVerificationKeys reads the same. A key that does not say for which algorithm it is, is for each that it fits: nobody
// knows by which one it has signed.
func parseVerificationKeys(text []byte, allowWeak bool) ([]key, error) {
	raw, err := readKeys(text)
	if err != nil {
		return nil, err
	}
	var keys []key
	for _, one := range raw {
		if _, err := newKey(one, "", allowWeak); err != nil {
			return nil, err
		}
		for _, algorithm := range Algorithms {
			again, err := newKey(one, algorithm, allowWeak)
			if err == nil && again.algorithm == algorithm {
				keys = append(keys, again)
			}
		}
	}
	return keys, nil
}

func readKeys(text []byte) ([]jsonWebKey, error) {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")) // which editors of Windows put before text
	switch {
	case len(text) == 0:
		return nil, errNoKey
	case isJSONWebKey(text):
		keys, err := parseJSONWebKeys(text)
		if err != nil || len(keys) == 0 {
			return nil, errors.New("a JWK or JWK Set is given in which there is no key, or one that cannot be read")
		}
		if slices.ContainsFunc(keys, func(one jsonWebKey) bool { return !one.signs() }) {
			return nil, errors.New("a JWK is given that is not for signatures, by its use or key_ops")
		}
		if slices.ContainsFunc(keys, func(one jsonWebKey) bool { return strings.ContainsFunc(one.id, unicode.IsControl) }) {
			return nil, errors.New("a JWK is given with control characters in its kid")
		}
		return keys, nil
	case bytes.Contains(text, pemBegin):
		return readPEM(text)
	case notSecret.Match(text), holdsKey(text):
		return nil, errors.New("what is given looks like a key or a path that cannot be read: give a JWK, a JWK Set, PEM blocks or a shared secret")
	}
	return []jsonWebKey{{raw: text}}, nil
}

// notSecret is what JSON, keys of SSH, URLs, paths and DER in base64 look like. Taken as a shared secret, the text of a public key,
// or where it lies, would let anybody sign. A secret in base64 may begin with a slash too; it holds neither `_`, `-` nor `.`.
var notSecret = regexp.MustCompile(`^\s*([{\[]|https?://|/\S*[._-]\S*\s*$|/(etc|home|keys|mnt|opt|run|secrets|srv|tmp|usr|var)/\S*\s*$|` +
	`ssh-|ecdsa-|sk-ssh-|MII|MFkw|MFYw|MHYw|MIGb|MCow|MC4C)|-- ?BEGIN `)

// holdsKey reports whether the text is a key or a certificate, as it is, in base64, or as a string of JSON.
func holdsKey(text []byte) bool {
	if isDER(text) || isJSONWebKey(text) || bytes.Contains(text, pemBegin) {
		return true
	}
	var quoted string
	if json.Unmarshal(text, &quoted) == nil {
		return holdsKey([]byte(quoted))
	}
	stripped := strings.TrimRight(strings.Join(strings.Fields(string(text)), ""), "=")
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if decoded, err := encoding.DecodeString(stripped); err == nil && len(decoded) > 0 {
			return holdsKey(decoded)
		}
	}
	return false
}

func isDER(text []byte) bool {
	_, public := x509.ParsePKIXPublicKey(text)
	_, private := x509.ParsePKCS8PrivateKey(text)
	_, certificate := x509.ParseCertificate(text)
	return public == nil || private == nil || certificate == nil
}

func isJSONWebKey(text []byte) bool {
	var object struct {
		Type string            `json:"kty"`
		Keys []json.RawMessage `json:"keys"`
	}
	return json.Unmarshal(text, &object) == nil && (object.Type != "" || object.Keys != nil)
}

var pemBegin = []byte("-----BEGIN ")

func readPEM(text []byte) ([]jsonWebKey, error) {
	begun := bytes.Count(text, pemBegin)
	var keys []jsonWebKey
	for {
		block, rest := pem.Decode(text)
		if block == nil {
			break
		}
		text = rest
		var raw any
		err := errors.ErrUnsupported
		switch block.Type {
		case "PRIVATE KEY":
			raw, err = x509.ParsePKCS8PrivateKey(block.Bytes)
		case "PUBLIC KEY":
			raw, err = x509.ParsePKIXPublicKey(block.Bytes)
		}
		if err != nil {
			return nil, errors.New("a PEM block cannot be read: give private keys in PKCS #8 (-----BEGIN PRIVATE KEY-----), " +
				"public ones as -----BEGIN PUBLIC KEY-----, of RSA, P-256, P-384, P-521 or Ed25519")
		}
		keys = append(keys, jsonWebKey{raw: raw})
	}
	if len(keys) < begun || len(bytes.TrimSpace(text)) > 0 {
		return nil, errors.New("a PEM block is damaged, or there is something else behind the PEM blocks")
	}
	return keys, nil
}

func newKey(one jsonWebKey, algorithm string, allowWeak bool) (made key, err error) {
	made = key{id: one.id, public: one.raw}
	if signer, ok := one.raw.(crypto.Signer); ok {
		made.private, made.public = one.raw, signer.Public()
	}
	if secret, shared := one.raw.([]byte); shared {
		made.private = secret
	}
	made.algorithm = one.algorithm
	if made.algorithm == "" {
		made.algorithm = algorithmOf(made.public, algorithm)
	}
	if err := checkKey(made, allowWeak); err != nil {
		return key{}, err
	}
	if _, shared := made.public.([]byte); made.id == "" && !shared {
		if made.id, err = thumbprint(made.public); err != nil {
			return key{}, fmt.Errorf("naming a key: %w", err)
		}
	}
	made.signing, err = newSigning(made.algorithm)
	return made, err
}

// algorithmOf is the wanted algorithm where the key fits it, else the usual one for such a key.
func algorithmOf(public any, wanted string) string {
	if fits(wanted, public) {
		return wanted
	}
	for _, usual := range []string{"HS256", "RS256", "ES256", "ES384", "ES512", "EdDSA"} {
		if fits(usual, public) {
			return usual
		}
	}
	return wanted
}

func checkKey(k key, allowWeak bool) error {
	if k.algorithm == "" {
		return errors.New("a key fits no algorithm: " + keyKinds)
	}
	if point, ok := k.public.(*ecdsa.PublicKey); ok {
		if _, err := point.ECDH(); err != nil {
			return errors.New("a key of an elliptic curve is not a point of it, or the curve is not P-256, P-384 or P-521")
		}
	}
	if !slices.Contains(Algorithms, k.algorithm) {
		return fmt.Errorf("a key is for an unknown algorithm, choose one of %s", strings.Join(Algorithms, ", "))
	}
	if !fits(k.algorithm, k.public) {
		return fmt.Errorf("the key does not fit %s: %s", k.algorithm, keyKinds)
	}
	secret, shared := k.public.([]byte)
	if needed := secretLengths[k.algorithm]; shared && len(secret) < needed && !allowWeak {
		return fmt.Errorf("%s needs a key of at least %d bytes, this one has %d", k.algorithm, needed, len(secret))
	}
	return nil
}

const keyKinds = "RS* and PS* take RSA of 2048 bits or more, ES256, ES384 and ES512 the curves P-256, P-384 and P-521, EdDSA " +
	"Ed25519, all in PKCS #8 PEM or as JWK; HS* takes a shared secret"

// secretLengths are the bytes of the hash of each algorithm (RFC 7518, section 3.2).
var secretLengths = map[string]int{"HS256": 32, "HS384": 48, "HS512": 64}

// curves are the bits of the curve of each algorithm (RFC 7518, section 3.4).
var curves = map[string]int{"ES256": 256, "ES384": 384, "ES512": 521}

// fits reports whether a public key, or a shared secret, is of the kind and the strength that the algorithm needs.
func fits(algorithm string, public any) bool {
	switch k := public.(type) {
	case []byte:
		return secretLengths[algorithm] > 0
	case *rsa.PublicKey:
		return k.N.BitLen() >= 2048 && (strings.HasPrefix(algorithm, "RS") || strings.HasPrefix(algorithm, "PS"))
	case *ecdsa.PublicKey:
		return curves[algorithm] == k.Params().BitSize
	case ed25519.PublicKey:
		return algorithm == "EdDSA"
	}
	return false
}

// signatureLength is how many bytes the signatures of a public key have (RFC 7518, sections 3.3 to 3.5; RFC 8037, section 3.1).
func signatureLength(public any) int {
	switch k := public.(type) {
	case *rsa.PublicKey:
		return k.Size()
	case *ecdsa.PublicKey:
		return 2 * ((k.Params().BitSize + 7) / 8)
	case ed25519.PublicKey:
		return ed25519.SignatureSize
	}
	return 0
}

// samePublic compares public keys, or shared secrets.
func samePublic(x, y any) bool {
	if secret, shared := x.([]byte); shared {
		other, both := y.([]byte)
		return both && bytes.Equal(secret, other)
	}
	public, ok := x.(interface{ Equal(crypto.PublicKey) bool })
	return ok && public.Equal(y)
}

// addKeys leaves out keys that are there already. A name has to be one key's (RFC 7517, section 4.5).
func addKeys(keys, more []key) ([]key, error) {
	for _, one := range more {
		there := false
		for _, known := range keys {
			same := samePublic(known.public, one.public)
			if one.id != "" && known.id == one.id && !same {
				return nil, errors.New("two keys have the same kid")
			}
			there = there || same && known.algorithm == one.algorithm && known.id == one.id
		}
		if !there {
			keys = append(keys, one)
		}
	}
	return keys, nil
}

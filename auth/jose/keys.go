package jose

import (
	"bytes"
	"cmp"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Algorithms are the JWS algorithms (RFC 7518, section 3.1; RFC 8037, section 3.1) that can be used here.
var Algorithms = append([]string{"HS256", "HS384", "HS512"}, AsymmetricAlgorithms...)

// AsymmetricAlgorithms are those whose keys have a public half.
var AsymmetricAlgorithms = append(slices.Clone(rsaAlgorithms), "ES256", "ES384", "ES512", "EdDSA")

var rsaAlgorithms = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}

// canonical is the name that an algorithm has here: EdDSA is called Ed25519 where the curve is meant too (RFC 9864, section 2.2).
func canonical(algorithm string) string {
	if algorithm == "Ed25519" {
		return "EdDSA"
	}
	return algorithm
}

// Key signs or verifies with one algorithm, whatever a message says that it is signed with.
type Key struct {
	// ID is its `kid`: the one that it was given, or the thumbprint of a public key (RFC 7638). A shared secret may have none.
	ID string
	// Algorithm is one of Algorithms.
	Algorithm string
	private   any // nil: it only verifies
	public    any // for HS* the shared secret
}

// Sign returns the compact serialization of a payload (RFC 7515, section 7.1) under a header that EncodePart has encoded.
func (k Key) Sign(header string, payload []byte) (string, error) {
	text := base64.RawURLEncoding.AppendEncode([]byte(header+"."), payload)
	signature, err := k.sign(text)
	if err != nil {
		return "", fmt.Errorf("signing: %w", err)
	}
	return string(base64.RawURLEncoding.AppendEncode(append(text, '.'), signature)), nil
}

// Verify reports whether the key made the signature of a JWS, which has to name its algorithm.
func (k Key) Verify(j JWS) bool {
	return j.Header.Algorithm == k.Algorithm && k.verify([]byte(j.SigningInput), j.signature)
}

// VerifyAny reports whether one of the keys made the signature of a JWS. A header without `kid` may mean any key, and a key
// without ID is meant by any `kid`.
func VerifyAny(keys []Key, j JWS) bool {
	return slices.ContainsFunc(keys, func(k Key) bool {
		return (j.Header.KeyID == "" || k.ID == "" || j.Header.KeyID == k.ID) && k.Verify(j)
	})
}

// SelectKey returns the one key that a header can mean by its `alg` and its `kid`; false where there is none or more than one
// (OpenID Connect Core, section 10.1).
func SelectKey(keys []Key, h Header) (selected Key, ok bool) {
	for _, one := range keys {
		if one.Algorithm != h.Algorithm || h.KeyID != "" && h.KeyID != one.ID {
			continue
		}
		if ok {
			return Key{}, false
		}
		selected, ok = one, true
	}
	return selected, ok
}

// ParseSigningKey reads the key that signs with an algorithm: for HS* a shared secret as it is, for all others one private key in
// PKCS #8 PEM (RFC 7468, section 10); either also as a JWK (RFC 7517). A weak shared secret is shorter than the hash of the
// algorithm (RFC 7518, section 3.2). Its errors say what to change and never hold the key.
func ParseSigningKey(text []byte, algorithm string, allowWeak bool) (Key, error) {
	if !slices.Contains(Algorithms, algorithm) {
		return Key{}, fmt.Errorf("unknown algorithm, choose one of %s", strings.Join(Algorithms, ", "))
	}
	raw, err := readKeys(text, secretLengths[algorithm] > 0)
	if err != nil {
		return Key{}, err
	}
	key, err := newKey(raw[0], algorithm, allowWeak)
	switch {
	case err != nil:
		return Key{}, err
	case len(raw) > 1 || key.private == nil:
		return Key{}, fmt.Errorf("%s needs one private key to sign with; keys that only verify have a setting of their own", algorithm)
	}
	// The private half of a JWK need not be that of its public one.
	text = []byte("any")
	if signature, err := key.sign(text); err != nil || !key.verify(text, signature) {
		return Key{}, errors.New("the key cannot sign: a part of it is missing, or its private part is not that of its public one")
	}
	return key, nil
}

// ParseVerificationKeys reads keys that verify: a JWK or a JWK Set (RFC 7517), PEM blocks (RFC 7468: PKCS #8 private keys, of
// which the public half counts, and public keys), or one shared secret as it is. A key that does not name its algorithm is for
// each that it fits. Its errors say what to change and never hold a key.
func ParseVerificationKeys(text []byte, allowWeak bool) ([]Key, error) {
	raw, err := readKeys(text, true)
	if err != nil {
		return nil, err
	}
	var keys []Key
	for _, one := range raw {
		each, err := newKeys(one, allowWeak)
		if err != nil {
			return nil, err
		}
		keys = append(keys, each...)
	}
	return keys, nil
}

// ParseKeySet reads the public keys of a JWK Set that another server publishes (RFC 7517, section 5). What cannot be read, is not
// for signatures or is not public is left out.
func ParseKeySet(text []byte) ([]Key, error) {
	raw, err := parseWebKeys(text, true)
	if err != nil {
		return nil, err
	}
	var keys []Key
	for _, one := range raw {
		if each, err := newKeys(one, false); err == nil && each[0].private == nil {
			keys = append(keys, each...)
		}
	}
	return keys, nil
}

// maxClientKeys is how many public keys a client has at most: one of each kind, and some that follow them.
const maxClientKeys = 5

// NormalizeClientKeys reads up to five public keys of a client, as JWK, JWK Set or PEM, and returns them as a JWK Set in which
// each has a `kid` of its own. Its errors say what to change and never hold a key.
func NormalizeClientKeys(text []byte) ([]byte, error) {
	raw, err := readKeys(text, false)
	if err != nil {
		return nil, err
	}
	if len(raw) > maxClientKeys {
		return nil, fmt.Errorf("give %d keys at most", maxClientKeys)
	}
	ids := map[string]bool{}
	for i, one := range raw {
		keys, err := newKeys(one, false)
		if err != nil {
			return nil, err
		}
		switch public, isRSA := keys[0].public.(*rsa.PublicKey); {
		case keys[0].private != nil:
			return nil, errors.New("a private key or a shared secret is given: keep it with the client, and give a public key")
		case isRSA && (!slices.Contains([]int{2048, 3072, 4096}, public.N.BitLen()) || public.E != 65537):
			return nil, errors.New("RSA keys of clients have 2048, 3072 or 4096 bits and the exponent 65537")
		case ids[keys[0].ID]:
			return nil, errors.New("two keys have the same kid")
		}
		raw[i].id = keys[0].ID
		ids[raw[i].id] = true
	}
	return encodeWebKeys(raw)
}

// EncodePublicKeys writes the JWK Set (RFC 7517, section 5) of those keys that have a public half. One that is for several
// algorithms names none.
func EncodePublicKeys(keys []Key) ([]byte, error) {
	var public []webKey
	for _, k := range keys {
		listed := slices.IndexFunc(public, func(one webKey) bool { return one.id == k.ID })
		switch {
		case secretLengths[k.Algorithm] > 0:
		case listed < 0:
			public = append(public, webKey{id: k.ID, algorithm: k.Algorithm, raw: k.public})
		case public[listed].algorithm != k.Algorithm:
			public[listed].algorithm = ""
		}
	}
	return encodeWebKeys(public)
}

// AddKeys appends keys, which may be there already. A `kid` has to be one key's (RFC 7517, section 4.5).
func AddKeys(keys, more []Key) ([]Key, error) {
	keys = slices.Concat(keys, more)
	for i, one := range keys {
		for _, other := range keys[:i] {
			if one.ID != "" && one.ID == other.ID && !reflect.DeepEqual(one.public, other.public) {
				return nil, errors.New("two keys have the same kid")
			}
		}
	}
	return keys, nil
}

// readKeys reads JSON, PEM or, where one is allowed, a shared secret; which of them follows from how the text begins. It returns
// one key at least.
func readKeys(text []byte, allowSecret bool) ([]webKey, error) {
	// Editors of Windows put a byte order mark before text.
	trimmed := bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))
	switch {
	case len(text) == 0:
		return nil, errors.New("a key is needed")
	case bytes.HasPrefix(trimmed, []byte("{")):
		return parseWebKeys(trimmed, false)
	case bytes.Contains(text, pemBegin):
		return readPEM(trimmed)
	case !allowSecret:
		return nil, errors.New("give a JWK, a JWK Set or PEM blocks")
	}
	return []webKey{{raw: text}}, nil
}

var pemBegin = []byte("-----BEGIN ")

func readPEM(text []byte) ([]webKey, error) {
	begun := bytes.Count(text, pemBegin)
	var keys []webKey
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
		keys = append(keys, webKey{raw: raw})
	}
	if len(keys) < begun || len(bytes.TrimSpace(text)) > 0 {
		return nil, errors.New("a PEM block is damaged, or there is something else behind the PEM blocks")
	}
	return keys, nil
}

// newKeys makes a key of each algorithm that one is for, or may be for: at least one.
func newKeys(one webKey, allowWeak bool) ([]Key, error) {
	algorithms := Algorithms
	if one.algorithm != "" {
		algorithms = []string{one.algorithm}
	}
	var keys []Key
	var unfit error
	for _, algorithm := range algorithms {
		key, err := newKey(one, algorithm, allowWeak)
		if err == nil {
			keys = append(keys, key)
		}
		unfit = cmp.Or(unfit, err)
	}
	if len(keys) > 0 {
		return keys, nil
	}
	return nil, unfit
}

func newKey(one webKey, algorithm string, allowWeak bool) (key Key, err error) {
	key = Key{ID: one.id, Algorithm: algorithm, public: one.raw}
	secret, shared := one.raw.([]byte)
	if signer, ok := one.raw.(crypto.Signer); ok {
		key.private, key.public = one.raw, signer.Public()
	} else if shared {
		key.private = one.raw
	}
	needed := secretLengths[algorithm]
	switch {
	case one.algorithm != "" && one.algorithm != algorithm:
		return Key{}, fmt.Errorf("the key is for %s, and not for %s", one.algorithm, algorithm)
	case !fits(algorithm, key.public):
		return Key{}, fmt.Errorf("the key does not fit %s: %s", algorithm, keyKinds)
	case shared && len(secret) < needed && !allowWeak:
		return Key{}, fmt.Errorf("%s needs a key of at least %d bytes, this one has %d", algorithm, needed, len(secret))
	case key.ID == "" && !shared:
		key.ID, err = thumbprint(key.public)
	}
	return key, err
}

const keyKinds = "RS* and PS* take RSA of 2048 bits or more, ES256, ES384 and ES512 the curves P-256, P-384 and P-521, EdDSA " +
	"Ed25519, all in PKCS #8 PEM or as JWK; HS* takes a shared secret"

// secretLengths are the bytes of the hash of each algorithm (RFC 7518, section 3.2).
var secretLengths = map[string]int{"HS256": 32, "HS384": 48, "HS512": 64}

// curves are the bits of the curve of each algorithm (RFC 7518, section 3.4).
var curves = map[string]int{"ES256": 256, "ES384": 384, "ES512": 521}

// fits reports whether a public key, or a shared secret, is of the kind and the size that the algorithm needs.
func fits(algorithm string, public any) bool {
	switch k := public.(type) {
	case []byte:
		return secretLengths[algorithm] > 0 && len(k) > 0
	case *rsa.PublicKey:
		return slices.Contains(rsaAlgorithms, algorithm) && k.N.BitLen() >= 2048
	case *ecdsa.PublicKey:
		_, offCurve := k.ECDH()
		return curves[algorithm] == k.Params().BitSize && offCurve == nil
	case ed25519.PublicKey:
		return algorithm == "EdDSA" && len(k) == ed25519.PublicKeySize
	}
	return false
}

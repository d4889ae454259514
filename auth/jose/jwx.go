package jose

import (
	"crypto"
	"encoding/json"
	"encoding/json/jsontext"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwe"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jws"
)

// sign returns the signature of a text by the private half of the key (RFC 7515, section 5.1).
func (k Key) sign(text []byte) ([]byte, error) {
	signer, err := jws.NewSigner(jwa.SignatureAlgorithm(k.Algorithm))
	if err != nil {
		return nil, err
	}
	return signer.Sign(text, k.private)
}

// verify reports whether a signature is that of a text by the private half of the key.
func (k Key) verify(text, signature []byte) bool {
	verifier, err := jws.NewVerifier(jwa.SignatureAlgorithm(k.Algorithm))
	return err == nil && verifier.Verify(text, signature, k.public) == nil
}

// Decrypt returns what is in a JWE in the compact serialization (RFC 7516, section 7.1), encrypted with that `alg` and `enc` (RFC
// 7518, sections 4.1 and 5.1) for that private key of package crypto.
func Decrypt(text, algorithm, encryption string, private any) (string, error) {
	header, parts, err := parseCompact(text, 5)
	switch {
	case err != nil:
		return "", err
	case header.Algorithm != algorithm || header.Encryption != encryption || header.Compression != "":
		return "", fmt.Errorf("it is not encrypted with %s and %s, or it is compressed", algorithm, encryption)
	// RFC 7516, section 5.2, step 10. The unwrapping of keys in jwx panics on one that is empty.
	case (len(parts[1]) == 0) != (algorithm == "ECDH-ES"):
		return "", errors.New("it has a key where there should be none, or none where there should be one")
	}
	plain, err := jwe.Decrypt([]byte(text), jwe.WithKey(jwa.KeyEncryptionAlgorithm(algorithm), private))
	return string(plain), err
}

// webKey is a JWK (RFC 7517, section 4). Its raw key is of package crypto, or the bytes of a shared secret.
type webKey struct {
	id, algorithm string
	raw           any
}

// parseWebKeys reads a JWK or a JWK Set (RFC 7517, section 5), of one key at least, or, where lenient is set, what can be read of
// a JWK Set.
func parseWebKeys(text []byte, lenient bool) ([]webKey, error) {
	var set struct {
		Keys []jsontext.Value `json:"keys"`
	}
	if err := DecodeObject(text, &set); err != nil {
		return nil, fmt.Errorf("a JWK or JWK Set cannot be read: %w", err)
	}
	if set.Keys == nil && !lenient {
		set.Keys = []jsontext.Value{text}
	}
	if set.Keys == nil || len(set.Keys) == 0 && !lenient {
		return nil, errors.New("a JWK Set has no list of keys, or an empty one")
	}
	var keys []webKey
	for _, one := range set.Keys {
		key, err := parseWebKey(one)
		if err == nil {
			keys = append(keys, key)
		} else if !lenient {
			return nil, err
		}
	}
	return keys, nil
}

func parseWebKey(text []byte) (key webKey, err error) {
	parsed, err := jwk.ParseKey(text)
	if err == nil {
		key = webKey{id: parsed.KeyID(), algorithm: canonical(parsed.Algorithm().String())}
		err = parsed.Raw(&key.raw)
	}
	if err != nil {
		return webKey{}, errors.New("a JWK is given that cannot be read")
	}
	operations := parsed.KeyOps()
	switch {
	case parsed.KeyUsage() != "" && parsed.KeyUsage() != "sig", len(operations) > 0 &&
		!slices.Contains(operations, jwk.KeyOpVerify) && !slices.Contains(operations, jwk.KeyOpSign):
		return webKey{}, errors.New("a JWK is given that is not for signatures, by its use or key_ops")
	case strings.ContainsFunc(key.id, unicode.IsControl):
		return webKey{}, errors.New("a JWK is given with control characters in its kid")
	}
	return key, nil
}

// encodeWebKeys writes a JWK Set of public keys; an empty algorithm is left out.
func encodeWebKeys(keys []webKey) ([]byte, error) {
	set := jwk.NewSet()
	for _, one := range keys {
		public, err := jwk.FromRaw(one.raw)
		if err != nil {
			return nil, fmt.Errorf("encoding a key: %w", err)
		}
		err = errors.Join(public.Set(jwk.KeyIDKey, one.id), public.Set(jwk.KeyUsageKey, "sig"))
		if one.algorithm != "" {
			err = errors.Join(err, public.Set(jwk.AlgorithmKey, one.algorithm))
		}
		if err = errors.Join(err, set.AddKey(public)); err != nil {
			return nil, fmt.Errorf("encoding a key: %w", err)
		}
	}
	return json.Marshal(set)
}

// thumbprint is the base64url of the SHA-256 that names a public key (RFC 7638).
func thumbprint(public any) (string, error) {
	one, err := jwk.FromRaw(public)
	if err != nil {
		return "", err
	}
	sum, err := one.Thumbprint(crypto.SHA256)
	return EncodePart(sum), err
}

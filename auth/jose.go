package auth

import (
	"crypto"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwe"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jws"
)

// signing is one algorithm of JWS (RFC 7515). This file is the only one that knows jwx: its second version is in its last
// release line, and its successor is to be one change.
type signing struct {
	signer   jws.Signer
	verifier jws.Verifier
}

func newSigning(algorithm string) (signing, error) {
	signer, err := jws.NewSigner(jwa.SignatureAlgorithm(algorithm))
	if err != nil {
		return signing{}, fmt.Errorf("signing with %s: %w", algorithm, err)
	}
	verifier, err := jws.NewVerifier(jwa.SignatureAlgorithm(algorithm))
	if err != nil {
		return signing{}, fmt.Errorf("verifying %s: %w", algorithm, err)
	}
	return signing{signer: signer, verifier: verifier}, nil
}

// compact returns the compact serialization of a payload under an encoded header (RFC 7515, section 7.1).
func (s signing) compact(header string, payload []byte, key any) (string, error) {
	signed := header + "." + encodePart(payload)
	signature, err := s.signer.Sign([]byte(signed), key)
	if err != nil {
		return "", fmt.Errorf("signing: %w", err)
	}
	return signed + "." + encodePart(signature), nil
}

// pair reports whether what the private key signs is verified by the public one: the halves in a JWK need not be of one key.
func (s signing) pair(private, public any) bool {
	text := []byte("any")
	signature, err := s.signer.Sign(text, private)
	return err == nil && s.verifier.Verify(text, signature, public) == nil
}

func (s signing) verify(signed string, signature []byte, key any) error {
	return s.verifier.Verify([]byte(signed), signature, key)
}

// decryptCompact decrypts the compact serialization of a JWE (RFC 7516, section 7.1) whose form has been checked.
func decryptCompact(text, algorithm string, private any) (string, error) {
	plain, err := jwe.Decrypt([]byte(text), jwe.WithKey(jwa.KeyEncryptionAlgorithm(algorithm), private))
	return string(plain), err
}

// jsonWebKey is a JWK (RFC 7517, section 4). Its raw key is of package crypto, or the bytes of a shared secret.
type jsonWebKey struct {
	id, use, algorithm string
	operations         jwk.KeyOperationList
	raw                any
}

// verifies reports whether the key is a public one that is meant for signatures of the algorithm.
func (k jsonWebKey) verifies(algorithm string) bool {
	return fits(algorithm, k.raw) && k.signs() && slices.Contains([]string{"", algorithm}, k.algorithm)
}

// signs reports whether the key is not meant for something else than signatures.
func (k jsonWebKey) signs() bool {
	return (k.use == "" || k.use == "sig") && (len(k.operations) == 0 ||
		slices.Contains(k.operations, jwk.KeyOpVerify) || slices.Contains(k.operations, jwk.KeyOpSign))
}

// parseJSONWebKeys reads a JWK or a JWK Set (RFC 7517, section 5), all of it.
func parseJSONWebKeys(text []byte) ([]jsonWebKey, error) {
	set, err := jwk.Parse(text)
	if err != nil {
		return nil, err
	}
	keys := make([]jsonWebKey, set.Len())
	for i := range keys {
		one, _ := set.Key(i)
		if keys[i], err = newJSONWebKey(one); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// parseForeignKeys reads the JWK Set of somebody else, and leaves out the keys that it cannot read (RFC 7517, section 5).
func parseForeignKeys(text []byte) ([]jsonWebKey, error) {
	set, err := jwk.Parse(text, jwk.WithIgnoreParseError(true))
	if err != nil {
		return nil, err
	}
	var keys []jsonWebKey
	for i := range set.Len() {
		one, _ := set.Key(i)
		if key, err := newJSONWebKey(one); err == nil {
			keys = append(keys, key)
		}
	}
	return keys, nil
}

func newJSONWebKey(one jwk.Key) (key jsonWebKey, err error) {
	key = jsonWebKey{id: one.KeyID(), use: one.KeyUsage(), algorithm: oneName(one.Algorithm().String()), operations: one.KeyOps()}
	err = one.Raw(&key.raw)
	return key, err
}

// encodeJSONWebKeys writes a JWK Set of public keys; an empty algorithm is left out.
func encodeJSONWebKeys(keys []jsonWebKey) ([]byte, error) {
	set := jwk.NewSet()
	for _, one := range keys {
		public, err := jwk.FromRaw(one.raw)
		if err != nil {
			return nil, fmt.Errorf("encoding a key: %w", err)
		}
		members := map[string]string{jwk.KeyIDKey: one.id, jwk.KeyUsageKey: "sig", jwk.AlgorithmKey: one.algorithm}
		for name, value := range members {
			if value == "" {
				continue
			}
			if err := public.Set(name, value); err != nil {
				return nil, fmt.Errorf("encoding a key: %w", err)
			}
		}
		if err := set.AddKey(public); err != nil {
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
	return base64.RawURLEncoding.EncodeToString(sum), err
}

package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"strings"
)

const (
	alphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

	// secretPrefix is what scanners know a leaked secret by: secretPrefix, letters and digits, a checksum of both.
	secretPrefix   = "meetapp_"
	checksumLength = 6 // letters and digits, for 32 bits

	// Secrets made here have over 250 bits of entropy, so nobody can guess them however fast the hash
	// is: NIST SP 800-63B §5.1.2.2 (look-up secrets, revision 3) wants a slow one below 112 bits only.
	madeRounds     = 10
	madeSaltLength = 22 // Django's: the fewest letters and digits with 128 bits
)

// RandomString returns length letters and digits (A-Z, a-z, 0-9), each drawn uniformly and
// independently from the system's cryptographic source.
func RandomString(length int) string {
	var text []byte
	draw := make([]byte, 1)
	for len(text) < length {
		_, _ = rand.Read(draw) // never fails
		// Drawing again, rather than taking a remainder, keeps every character equally likely.
		if i := int(draw[0] & 63); i < len(alphanumerics) {
			text = append(text, alphanumerics[i])
		}
	}
	return string(text)
}

// NewSecret returns a client secret: "meetapp_", length random letters and digits, and 6 more that are their checksum. So
// scanners find one that leaked, and a mistyped one is refused before any hash.
func NewSecret(length int) string {
	text := secretPrefix + RandomString(length)
	return text + checksum(text)
}

// misspelt reports whether secret looks like one of NewSecret and cannot be one.
func misspelt(secret string) bool {
	if !strings.HasPrefix(secret, secretPrefix) {
		return false
	}
	body := len(secret) - checksumLength
	return body < len(secretPrefix) || checksum(secret[:body]) != secret[body:]
}

// checksum writes CRC-32 (IEEE 802.3) in letters and digits.
func checksum(text string) string {
	sum := crc32.ChecksumIEEE([]byte(text))
	written := make([]byte, checksumLength)
	for i := range written {
		written[checksumLength-1-i] = alphanumerics[sum%uint32(len(alphanumerics))]
		sum /= uint32(len(alphanumerics))
	}
	return string(written)
}

// HashSecret returns pbkdf2_sha256$<rounds>$<salt>$<base64 of 32 bytes> of secret with a new salt, as
// Django writes and accepts it. Its few rounds suit secrets of NewSecret(43) or longer, not what a person chose.
func HashSecret(secret string) string {
	salt := RandomString(madeSaltLength)
	made := hash{cost: cost{algorithm: pbkdf2SHA256, rounds: madeRounds}, salt: []byte(salt), digest: make([]byte, sha256.Size)}
	digest := base64.StdEncoding.EncodeToString(made.derive(secret))
	return fmt.Sprintf("%s$%d$%s$%s", pbkdf2SHA256, madeRounds, salt, digest)
}

package secret

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"strings"
)

const (
	// Alphanumerics are the characters of client ids, secrets and tokens.
	Alphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

	// Prefix is what scanners know a leaked secret by: the prefix, letters and digits, a checksum of both.
	Prefix = "meetapp_"
	// OperatorPrefix is what they know a token of the operators' API by, in the same form.
	OperatorPrefix = "meetop_"
	checksumLength = 6 // letters and digits, for 32 bits

	// operatorTokenLength is how many letters and digits have over 256 bits.
	operatorTokenLength = 43

	// Secrets made here have over 250 bits of entropy, so nobody can guess them however fast the hash
	// is: NIST SP 800-63B §5.1.2.2 (look-up secrets, revision 3) wants a slow one below 112 bits only.
	madeRounds     = 10
	madeSaltLength = 22 // Django's: the fewest letters and digits with 128 bits
)

// RandomString returns length characters of the alphabet, of at most 256 bytes, each drawn uniformly and independently from the
// system's cryptographic source.
func RandomString(alphabet string, length int) string {
	text, random := make([]byte, 0, max(length, 0)), make([]byte, 64)
	// A remainder would make the first characters likelier, unless bytes beyond the last whole alphabet are left out.
	whole := 256 - 256%len(alphabet)
	for {
		_, _ = rand.Read(random) // never fails
		for _, b := range random {
			if len(text) >= length {
				return string(text)
			}
			if int(b) < whole {
				text = append(text, alphabet[int(b)%len(alphabet)])
			}
		}
	}
}

// New returns a client secret: "meetapp_", length random letters and digits, and 6 more that are their checksum. So
// scanners find one that leaked, and a mistyped one is refused before any hash.
func New(length int) string { return newMarked(Prefix, length) }

// NewOperatorToken returns a token of the operators' API: "meetop_", 43 random letters and digits, and their checksum.
func NewOperatorToken() string { return newMarked(OperatorPrefix, operatorTokenLength) }

// IsOperatorToken reports whether text can be one of NewOperatorToken.
func IsOperatorToken(text string) bool { return isMarked(OperatorPrefix, text) }

// isMistyped reports whether secret begins like one of New and cannot be one.
func isMistyped(secret string) bool {
	return strings.HasPrefix(secret, Prefix) && !isMarked(Prefix, secret)
}

func newMarked(prefix string, length int) string {
	text := prefix + RandomString(Alphanumerics, length)
	return text + checksum(text)
}

// isMarked reports whether text begins with the prefix, and ends with the checksum of what stands before that.
func isMarked(prefix, text string) bool {
	body := len(text) - checksumLength
	return strings.HasPrefix(text, prefix) && body >= len(prefix) && checksum(text[:body]) == text[body:]
}

// checksum writes CRC-32 (IEEE 802.3) in letters and digits.
func checksum(text string) string {
	sum := crc32.ChecksumIEEE([]byte(text))
	written := make([]byte, checksumLength)
	for i := range written {
		written[checksumLength-1-i] = Alphanumerics[sum%uint32(len(Alphanumerics))]
		sum /= uint32(len(Alphanumerics))
	}
	return string(written)
}

// Hash returns pbkdf2_sha256$<rounds>$<salt>$<base64 of 32 bytes> of secret with a new salt, as
// Django writes and accepts it. Its few rounds suit secrets of New(43) or longer, not what a person chose.
func Hash(secret string) string {
	made := newHash(cost{algorithm: pbkdf2SHA256, rounds: madeRounds})
	return fmt.Sprintf("%s$%d$%s$%s", pbkdf2SHA256, madeRounds, made.salt, base64.StdEncoding.EncodeToString(made.derive(secret)))
}

// HashSHA256 returns sha256$<salt>$<hexadecimal of 32 bytes> of secret with a new salt, as Meet's column client_secret_sha256 holds it.
func HashSHA256(secret string) string {
	made := newHash(cost{algorithm: sha256Name})
	return fmt.Sprintf("%s$%s$%x", sha256Name, made.salt, made.derive(secret))
}

// newHash has a new salt, and no digest yet.
func newHash(c cost) storedHash {
	return storedHash{cost: c, salt: []byte(RandomString(Alphanumerics, madeSaltLength)), digest: make([]byte, sha256.Size)}
}

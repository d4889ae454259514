package auth

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/crypto/scrypt"
)

const (
	alphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

	// Secrets made here have over 250 bits of entropy, so nobody can guess them however fast the hash
	// is: NIST SP 800-63B §5.1.2.2 (look-up secrets, revision 3) wants a slow one below 112 bits only.
	madeRounds     = 100
	madeSaltLength = 22 // Django's: the fewest letters and digits with 128 bits

	// A dearer hash never matches, so that no row of the database can stop the server.
	maxPBKDF2Rounds = 10_000_000
	maxArgon2Memory = 1 << 20 // KiB
	maxArgon2Passes = 100
	maxArgon2Lanes  = 255
	maxArgon2Work   = 8 << 20 // KiB times passes: either at its limit alone is seconds, both are minutes
	maxScryptBlocks = 1 << 23 // n·r·p, each of 128 bytes
)

// The names by which Django starts a hash.
const (
	pbkdf2SHA256 = "pbkdf2_sha256"
	argon2id     = "argon2"
	bcryptSHA256 = "bcrypt_sha256"
	scryptName   = "scrypt"
)

// The forms that Django 5.2 writes, with decimals and base64 in their only spelling. Salts and digests
// have the sizes that the Python libraries behind it accept; bcrypt's cost is 4 to 16 (its base-2 logarithm),
// scrypt's r below 1,000 (Go takes memory for it beside n·r·p).
var (
	pbkdf2Form = regexp.MustCompile(`^pbkdf2_sha256\$([1-9]\d{0,7})\$([^$]+)\$([A-Za-z0-9+/]{43}=)$`)
	argon2Form = regexp.MustCompile(`^argon2\$argon2id\$v=19\$m=([1-9]\d{0,6}),t=([1-9]\d{0,2}),p=([1-9]\d{0,2})` +
		`\$([A-Za-z0-9+/]{11,})\$([A-Za-z0-9+/]{6,86})$`)
	bcryptForm = regexp.MustCompile(`^bcrypt_sha256\$(\$2[abxy]\$(0[4-9]|1[0-6])\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31})$`)
	scryptForm = regexp.MustCompile(`^scrypt\$([1-9]\d{0,6})\$([^$]+)\$([1-9]\d{0,2})\$([1-9]\d{0,6})\$([A-Za-z0-9+/]{86}==)$`)
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

// HashSecret returns pbkdf2_sha256$<rounds>$<salt>$<base64 of 32 bytes> of secret with a new salt, as
// Django writes and accepts it. Its few rounds suit secrets of RandomString(43) or longer, not what a person chose.
func HashSecret(secret string) string {
	salt := RandomString(madeSaltLength)
	made := hash{cost{algorithm: pbkdf2SHA256, rounds: madeRounds}, []byte(salt), make([]byte, sha256.Size)}
	digest := base64.StdEncoding.EncodeToString(made.derive(secret))
	return fmt.Sprintf("%s$%d$%s$%s", pbkdf2SHA256, madeRounds, salt, digest)
}

// SecretMatches reports whether secret is the one that hash was made of, comparing in constant time.
//
// A hash is one of the forms of Django's PBKDF2PasswordHasher, Argon2PasswordHasher (argon2id, version 19),
// BCryptSHA256PasswordHasher and ScryptPasswordHasher. Anything else never matches and takes no time; nor
// does a hash beyond 10,000,000 rounds of PBKDF2; 1 GiB, 100 passes, 255 lanes or 8 GiB times passes of
// Argon2; cost 16 of bcrypt; 128·n·r·p = 1 GiB or r = 999 of scrypt.
func SecretMatches(secret, hash string) bool {
	parsed, ok := parseHash(hash)
	return ok && parsed.matches(secret)
}

// SpendAlike does what is left to do after secret did not match, so that every failure costs the same.
//
// checked is the hash that SecretMatches was given, empty where there was none (an unknown client); stored
// holds one hash of each algorithm and cost that any application has. Afterwards as many rounds of PBKDF2
// have run as the dearest stored hash has, and each other algorithm and cost among stored has run once.
func SpendAlike(secret, checked string, stored []string) {
	for _, h := range unspent(checked, stored) {
		h.matches(secret)
	}
}

// unspent returns the hashes to compute so that, with checked, the work of all of stored is done.
func unspent(checked string, stored []string) []hash {
	spent, _ := parseHash(checked)
	var (
		due     []hash
		slowest hash // of PBKDF2, the one algorithm whose rounds can be topped up
	)
	seen := map[cost]bool{spent.cost: true}
	for _, text := range stored {
		h, ok := parseHash(text)
		switch {
		case !ok || seen[h.cost]:
		case h.algorithm != pbkdf2SHA256:
			due = append(due, h)
		case h.rounds > slowest.rounds:
			slowest = h
		}
		seen[h.cost] = true
	}
	if spent.algorithm == pbkdf2SHA256 {
		slowest.rounds -= spent.rounds
	}
	if slowest.rounds > 0 {
		due = append(due, slowest)
	}
	return due
}

// A cost tells how much work a hash is: equal costs take equal time.
type cost struct {
	algorithm string
	rounds    int // PBKDF2: iterations; Argon2: passes; bcrypt: base-2 logarithm of its rounds; scrypt: n
	size      int // Argon2: KiB; scrypt: block size r
	lanes     int // Argon2 and scrypt: parallelism p
}

// A hash is what one of Django's hashes says.
type hash struct {
	cost
	salt   []byte // empty for bcrypt
	digest []byte // for bcrypt the whole of its own text, salt and cost included
}

// parseHash reads any of the four forms; false for anything else and for what is beyond the caps.
func parseHash(text string) (hash, bool) {
	for _, parse := range []func(string) (hash, bool){parsePBKDF2, parseArgon2, parseBcrypt, parseScrypt} {
		if h, ok := parse(text); ok {
			return h, true
		}
	}
	return hash{}, false
}

func parsePBKDF2(text string) (hash, bool) {
	part := pbkdf2Form.FindStringSubmatch(text)
	if part == nil {
		return hash{}, false
	}
	rounds := number(part[1])
	digest, err := base64.StdEncoding.Strict().DecodeString(part[3])
	return hash{cost{algorithm: pbkdf2SHA256, rounds: rounds}, []byte(part[2]), digest},
		err == nil && rounds <= maxPBKDF2Rounds
}

func parseArgon2(text string) (hash, bool) {
	part := argon2Form.FindStringSubmatch(text)
	if part == nil {
		return hash{}, false
	}
	memory, passes, lanes := number(part[1]), number(part[2]), number(part[3])
	salt, saltErr := base64.RawStdEncoding.Strict().DecodeString(part[4])
	digest, digestErr := base64.RawStdEncoding.Strict().DecodeString(part[5])
	// RFC 9106 §3.1: 8 KiB a lane at least.
	return hash{cost{argon2id, passes, memory, lanes}, salt, digest},
		saltErr == nil && digestErr == nil &&
			8*lanes <= memory && memory <= maxArgon2Memory && memory*passes <= maxArgon2Work &&
			passes <= maxArgon2Passes && lanes <= maxArgon2Lanes
}

func parseBcrypt(text string) (hash, bool) {
	part := bcryptForm.FindStringSubmatch(text)
	if part == nil {
		return hash{}, false
	}
	return hash{cost: cost{algorithm: bcryptSHA256, rounds: number(part[2])}, digest: []byte(part[1])}, true
}

func parseScrypt(text string) (hash, bool) {
	part := scryptForm.FindStringSubmatch(text)
	if part == nil {
		return hash{}, false
	}
	n, r, p := number(part[1]), number(part[3]), number(part[4])
	digest, err := base64.StdEncoding.Strict().DecodeString(part[5])
	// RFC 7914 §2: n is a power of two above 1.
	return hash{cost{scryptName, n, r, p}, []byte(part[2]), digest},
		err == nil && n > 1 && n&(n-1) == 0 && n <= maxScryptBlocks/r/p
}

// number reads what a form let through: one to eight digits.
func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

// matches reports whether secret derives to the hash's digest.
func (h hash) matches(secret string) bool {
	if h.algorithm == bcryptSHA256 {
		// bcrypt reads 72 bytes at most; Django gives it the secret's SHA-256 in hexadecimal.
		sum := sha256.Sum256([]byte(secret))
		return bcrypt.CompareHashAndPassword(h.digest, []byte(hex.EncodeToString(sum[:]))) == nil
	}
	return subtle.ConstantTimeCompare(h.derive(secret), h.digest) == 1
}

// derive returns the digest, of the hash's own length, that secret has under its salt and cost; not for bcrypt.
func (h hash) derive(secret string) []byte {
	var digest []byte
	switch h.algorithm { // the errors tell of parameters that parsing does not let through
	case pbkdf2SHA256:
		digest, _ = pbkdf2.Key(sha256.New, secret, h.salt, h.rounds, len(h.digest))
	case argon2id:
		//nolint:gosec // parseArgon2 bounds them all
		digest = argon2.IDKey([]byte(secret), h.salt, uint32(h.rounds), uint32(h.size), uint8(h.lanes), uint32(len(h.digest)))
	case scryptName:
		digest, _ = scrypt.Key([]byte(secret), h.salt, h.rounds, h.size, h.lanes, len(h.digest))
	}
	return digest
}

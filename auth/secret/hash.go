package secret

import (
	"crypto/pbkdf2"
	"crypto/sha1" //nolint:gosec // Django's pbkdf2_sha1: with it, PBKDF2 is as sound as with SHA-256
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/crypto/scrypt"
)

// This file is the one home of the hash formats, Django's and the one of Meet's column client_secret_sha256: how they are read,
// verified, and what they cost.

// A dearer hash never matches, so that no row of the database can stop the server.
const (
	maxPBKDF2Rounds = 10_000_000
	maxArgon2Memory = 1 << 20 // KiB
	maxArgon2Passes = 100
	maxArgon2Lanes  = 16      // each takes a core of its own where there is one
	maxArgon2Work   = 8 << 20 // KiB times passes: either at its limit alone is seconds, both are minutes
	maxScryptBlocks = 1 << 23 // n·r·p, each of 128 bytes
)

// The names by which a hash starts.
const (
	pbkdf2SHA256 = "pbkdf2_sha256"
	pbkdf2SHA1   = "pbkdf2_sha1"
	argon2id     = "argon2"
	bcryptSHA256 = "bcrypt_sha256"
	scryptName   = "scrypt"
	sha256Name   = "sha256"
)

// HashForm is the regular expression of all hashes that can match, and of some beyond the caps, which their costs alone tell
// apart. It means the same to Go and to PostgreSQL.
//
// The forms are those that Django 5.2 and Meet write, with decimals and base64 in their only spelling: its last character has no stray
// bits. Salts and digests have the sizes that the Python libraries behind it write; bcrypt's cost is 4 to 16 (its base-2
// logarithm), scrypt's r below 1,000 (Go takes memory for it beside n·r·p).
const HashForm = `^(?:` +
	`pbkdf2_sha256\$[1-9]\d{0,7}\$[^$]+\$[A-Za-z0-9+/]{42}` + last2 + `=|` +
	`pbkdf2_sha1\$[1-9]\d{0,7}\$[^$]+\$[A-Za-z0-9+/]{26}` + last2 + `=|` +
	`argon2\$argon2id\$v=19\$m=[1-9]\d{0,6},t=[1-9]\d{0,2},p=[1-9]\d{0,2}` +
	`\$` + quad + `{2}(?:` + twoBytes + `|` + quad + `+` + end + `)` + // 8 bytes or more
	`\$` + quad + `(?:` + oneByte + `|` + twoBytes + `|` + quad + `{1,19}` + end + `|` + quad + `{20}(?:` + oneByte + `)?)|` + // 4 to 64
	`bcrypt_sha256\$\$2[abxy]\$(?:0[4-9]|1[0-6])\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31}|` +
	`scrypt\$[1-9]\d{0,6}\$[^$]+\$[1-9]\d{0,2}\$[1-9]\d{0,6}\$[A-Za-z0-9+/]{85}[AQgw]==|` +
	`sha256\$[A-Za-z0-9]{22}\$[0-9a-f]{64})$`

// Of base64: three bytes, and what one byte, two, or up to two at the end are written as, padding aside.
const (
	quad     = `(?:[A-Za-z0-9+/]{4})`
	oneByte  = `[A-Za-z0-9+/][AQgw]`
	twoBytes = `[A-Za-z0-9+/]{2}` + last2
	last2    = `[AEIMQUYcgkosw048]`
	end      = `(?:` + oneByte + `|` + twoBytes + `)?`
)

var hashForm = regexp.MustCompile(HashForm)

// NoHash is what is stored where there has to be a hash and no secret is to match. It has an algorithm of Django's, so that Meet's admin
// takes it for a hash: any other text would be hashed there, and become the secret.
const NoHash = pbkdf2SHA256 + "$1$ended$"

// A cost tells how much work a hash is: equal costs take equal time.
type cost struct {
	algorithm string
	rounds    int // PBKDF2: iterations; Argon2: passes; bcrypt: base-2 logarithm of its rounds; scrypt: n
	size      int // Argon2: KiB; scrypt: block size r
	lanes     int // Argon2 and scrypt: parallelism p
}

// maxFastRounds is how many rounds of PBKDF2 may run beside requests: some milliseconds of one core.
const maxFastRounds = 10_000

// slow reports whether the work takes so long that few may do it at a time.
func (c cost) slow() bool {
	return c.algorithm != sha256Name && (!c.isPBKDF2() || c.rounds > maxFastRounds)
}

func (c cost) isPBKDF2() bool { return c.algorithm == pbkdf2SHA256 || c.algorithm == pbkdf2SHA1 }

// A storedHash is what a hash says.
type storedHash struct {
	cost
	text   string
	salt   []byte // empty for bcrypt
	digest []byte // for bcrypt the whole of its own text, salt and cost included
}

// CanVerify reports whether a stored text is a hash that some secret can match; anything else lets nobody in.
func CanVerify(text string) bool {
	_, ok := parseHash(text)
	return ok
}

// parseHashes leaves out what parseHash refuses.
func parseHashes(texts []string) []storedHash {
	var hashes []storedHash
	for _, text := range texts {
		if h, ok := parseHash(text); ok {
			hashes = append(hashes, h)
		}
	}
	return hashes
}

// parseHash reads what Django's PBKDF2PasswordHasher, PBKDF2SHA1PasswordHasher, Argon2PasswordHasher (argon2id, version 19),
// BCryptSHA256PasswordHasher and ScryptPasswordHasher write, and Meet in client_secret_sha256. False for anything else, and for what is beyond the caps.
func parseHash(text string) (h storedHash, ok bool) {
	if !hashForm.MatchString(text) {
		return storedHash{}, false
	}
	part := strings.Split(text, "$")
	h.text, h.algorithm = text, part[0]
	switch h.algorithm {
	case argon2id:
		_, _ = fmt.Sscanf(part[3], "m=%d,t=%d,p=%d", &h.size, &h.rounds, &h.lanes)
		h.salt, h.digest = decoded(part[4]), decoded(part[5])
		// RFC 9106 §3.1: 8 KiB a lane at least.
		ok = 8*h.lanes <= h.size && h.size <= maxArgon2Memory && h.size*h.rounds <= maxArgon2Work &&
			h.rounds <= maxArgon2Passes && h.lanes <= maxArgon2Lanes
	case bcryptSHA256:
		h.rounds, h.digest = number(part[3]), []byte(text[len(bcryptSHA256)+1:])
		ok = true
	case scryptName:
		h.rounds, h.size, h.lanes = number(part[1]), number(part[3]), number(part[4])
		h.salt, h.digest = []byte(part[2]), decoded(part[5])
		// RFC 7914 §2: n is a power of two above 1.
		ok = h.rounds > 1 && h.rounds&(h.rounds-1) == 0 && h.rounds <= maxScryptBlocks/h.size/h.lanes
	case sha256Name:
		h.salt = []byte(part[1])
		h.digest, _ = hex.DecodeString(part[2])
		ok = true
	default:
		h.rounds, h.salt, h.digest = number(part[1]), []byte(part[2]), decoded(part[3])
		ok = h.rounds <= maxPBKDF2Rounds
	}
	return h, ok
}

// number reads what HashForm let through: one to eight digits.
func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

// decoded reads base64 that HashForm let through, with or without padding.
func decoded(text string) []byte {
	data, _ := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
	return data
}

// matches reports whether secret derives to the hash's digest.
func (h storedHash) matches(secret string) bool {
	if h.algorithm == bcryptSHA256 {
		// bcrypt reads 72 bytes at most; Django gives it the secret's SHA-256 in hexadecimal.
		sum := sha256.Sum256([]byte(secret))
		return bcrypt.CompareHashAndPassword(h.digest, []byte(hex.EncodeToString(sum[:]))) == nil
	}
	return subtle.ConstantTimeCompare(h.derive(secret), h.digest) == 1
}

// derive returns the digest, of the hash's own length, that secret has under its salt and cost; not for bcrypt.
func (h storedHash) derive(secret string) []byte {
	var digest []byte
	switch h.algorithm { // the errors tell of parameters that parsing does not let through
	case pbkdf2SHA256:
		digest, _ = pbkdf2.Key(sha256.New, secret, h.salt, h.rounds, len(h.digest))
	case pbkdf2SHA1:
		digest, _ = pbkdf2.Key(sha1.New, secret, h.salt, h.rounds, len(h.digest))
	case argon2id:
		//nolint:gosec // parseHash bounds them all
		digest = argon2.IDKey([]byte(secret), h.salt, uint32(h.rounds), uint32(h.size), uint8(h.lanes), uint32(len(h.digest)))
	case scryptName:
		digest, _ = scrypt.Key([]byte(secret), h.salt, h.rounds, h.size, h.lanes, len(h.digest))
	case sha256Name:
		sum := sha256.Sum256(append(slices.Clone(h.salt), secret...))
		digest = sum[:]
	}
	return digest
}

// work is how much is computed of each kind: of PBKDF2, whose rounds add up, the rounds; of each other cost, how many hashes.
type work map[cost]int

func workOf(hashes []storedHash) work {
	w := work{}
	for _, h := range hashes {
		if h.isPBKDF2() {
			w[cost{algorithm: h.algorithm}] += h.rounds
		} else {
			w[h.cost]++
		}
	}
	return w
}

// dummies returns hashes that nothing matches, and which are the work that is left when done has been done.
func (w work) dummies(done work) []storedHash {
	var hashes []storedHash
	for kind, amount := range w {
		dummy := storedHash{cost: kind, salt: make([]byte, 16), digest: make([]byte, sha256.Size)}
		left := amount - done[kind]
		switch {
		case left <= 0:
			continue
		case kind.isPBKDF2():
			dummy.rounds, left = left, 1
		case kind.algorithm == bcryptSHA256:
			dummy.digest = fmt.Appendf(nil, "$2b$%02d$%s", kind.rounds, strings.Repeat(".", 53))
		}
		for range left {
			hashes = append(hashes, dummy)
		}
	}
	return hashes
}

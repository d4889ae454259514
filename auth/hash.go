package auth

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/crypto/scrypt"
)

// A dearer hash never matches, so that no row of the database can stop the server.
const (
	maxPBKDF2Rounds = 10_000_000
	maxArgon2Memory = 1 << 20 // KiB
	maxArgon2Passes = 100
	maxArgon2Lanes  = 16      // each takes a core of its own where there is one
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

// The forms that Django 5.2 writes, with decimals and base64 in their only spelling: its last character has no stray bits. Salts
// and digests have the sizes that the Python libraries behind it write; bcrypt's cost is 4 to 16 (its base-2 logarithm), scrypt's r
// below 1,000 (Go takes memory for it beside n·r·p).
const (
	pbkdf2Parts = `pbkdf2_sha256\$([1-9]\d{0,7})\$([^$]+)\$([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)`
	argon2Parts = `argon2\$argon2id\$v=19\$m=([1-9]\d{0,6}),t=([1-9]\d{0,2}),p=([1-9]\d{0,2})` +
		`\$(` + quad + `{2}(?:` + twoBytes + `|` + quad + `+` + end + `))` + // 8 bytes or more
		`\$(` + quad + `(?:` + oneByte + `|` + twoBytes + `|` + quad + `{1,19}` + end + `|` + quad + `{20}(?:` + oneByte + `)?))` // 4 to 64
	bcryptParts = `bcrypt_sha256\$(\$2[abxy]\$(0[4-9]|1[0-6])\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31})`
	scryptParts = `scrypt\$([1-9]\d{0,6})\$([^$]+)\$([1-9]\d{0,2})\$([1-9]\d{0,6})\$([A-Za-z0-9+/]{85}[AQgw]==)`

	// Of base64 without padding: three bytes, and what one byte, two, or up to two at the end are written as.
	quad     = `(?:[A-Za-z0-9+/]{4})`
	oneByte  = `[A-Za-z0-9+/][AQgw]`
	twoBytes = `[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]`
	end      = `(?:` + oneByte + `|` + twoBytes + `)?`
)

// HashForm is the regular expression of all hashes that can match, and of some beyond the caps, which their costs alone tell
// apart. It means the same to Go and to PostgreSQL.
const HashForm = `^(?:` + pbkdf2Parts + `|` + argon2Parts + `|` + bcryptParts + `|` + scryptParts + `)$`

var (
	pbkdf2Form = regexp.MustCompile(`^` + pbkdf2Parts + `$`)
	argon2Form = regexp.MustCompile(`^` + argon2Parts + `$`)
	bcryptForm = regexp.MustCompile(`^` + bcryptParts + `$`)
	scryptForm = regexp.MustCompile(`^` + scryptParts + `$`)
)

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
	text   string // as it is stored; empty where that does not matter
	salt   []byte // empty for bcrypt
	digest []byte // for bcrypt the whole of its own text, salt and cost included
}

// parseHashes leaves out what parseHash refuses.
func parseHashes(texts []string) []hash {
	var hashes []hash
	for _, text := range texts {
		if h, ok := parseHash(text); ok {
			h.text = text
			hashes = append(hashes, h)
		}
	}
	return hashes
}

// parseHash reads what Django's PBKDF2PasswordHasher, Argon2PasswordHasher (argon2id, version 19),
// BCryptSHA256PasswordHasher and ScryptPasswordHasher write. False for anything else, which never matches and takes no
// time, and for what is beyond the caps: 10,000,000 rounds of PBKDF2; 1 GiB, 100 passes, 16 lanes or 8 GiB times passes of
// Argon2; cost 16 of bcrypt; 128·n·r·p = 1 GiB or r = 999 of scrypt.
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
	return hash{cost: cost{algorithm: pbkdf2SHA256, rounds: rounds}, salt: []byte(part[2]), digest: decoded(part[3])},
		rounds <= maxPBKDF2Rounds
}

func parseArgon2(text string) (hash, bool) {
	part := argon2Form.FindStringSubmatch(text)
	if part == nil {
		return hash{}, false
	}
	memory, passes, lanes := number(part[1]), number(part[2]), number(part[3])
	// RFC 9106 §3.1: 8 KiB a lane at least.
	return hash{cost: cost{argon2id, passes, memory, lanes}, salt: decoded(part[4]), digest: decoded(part[5])},
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
	// RFC 7914 §2: n is a power of two above 1.
	return hash{cost: cost{scryptName, n, r, p}, salt: []byte(part[2]), digest: decoded(part[5])},
		n > 1 && n&(n-1) == 0 && n <= maxScryptBlocks/r/p
}

// number reads what a form let through: one to eight digits.
func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

// decoded reads base64 that a form let through, with or without padding.
func decoded(text string) []byte {
	data, _ := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
	return data
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

// maxFastRounds is how many rounds of PBKDF2 may run beside requests: some milliseconds of one core.
const maxFastRounds = 10_000

// slow reports whether the hash takes so long that few may be computed at a time.
func (h hash) slow() bool { return h.algorithm != pbkdf2SHA256 || h.rounds > maxFastRounds }

// unspent returns the hashes to compute so that, with those that were tried, every application's failure costs the same:
// of each cost as many as the application has that has the most of it, and of PBKDF2, whose rounds can be topped up, as many
// rounds as the one that has the most of them. Each list of stored is what one application has.
func unspent(tried []hash, stored [][]hash) []hash {
	most, samples := map[cost]int{}, map[cost]hash{}
	var order []cost
	for _, hashes := range stored {
		spent := map[cost]int{}
		for _, h := range hashes {
			kind, amount := h.work()
			spent[kind] += amount
			if _, seen := samples[kind]; !seen {
				samples[kind] = h
				order = append(order, kind)
			}
		}
		for kind, amount := range spent {
			most[kind] = max(most[kind], amount)
		}
	}
	for _, h := range tried {
		kind, amount := h.work()
		most[kind] -= amount
	}
	var due []hash
	for _, kind := range order {
		h := samples[kind]
		switch left := most[kind]; {
		case left <= 0:
		case kind.algorithm == pbkdf2SHA256:
			h.rounds = left
			due = append(due, h)
		default:
			due = append(due, slices.Repeat([]hash{h}, left)...)
		}
	}
	return due
}

// work is how much of which kind of work a hash is.
func (h hash) work() (kind cost, amount int) {
	if h.algorithm == pbkdf2SHA256 {
		return cost{algorithm: pbkdf2SHA256}, h.rounds
	}
	return h.cost, 1
}

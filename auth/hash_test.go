package auth

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	typedSecret = "correct horse battery"
	nonASCII    = "Clé-секрет-秘密-🔑"
	madeSecret  = alphanumerics + alphanumerics + "ABCD" // 128 characters
	emptySecret = ""
)

// djangoHashes were written by the hashers of Django 5.2.19 with argon2-cffi 25.1.0 and bcrypt 5.0.0. Those of
// low cost come from subclasses: 20 iterations; 64 KiB, 1 pass, 2 lanes; cost 4; n = 16, p = 1.
var djangoHashes = []struct{ name, secret, hash string }{
	{"pbkdf2_sha256, default cost, not ASCII", nonASCII, "pbkdf2_sha256$1000000$mzeydR41bJhmp5sULafayJ$m9c++EMENrr7jbVI5GI3M8F4Jb6xqa5AaRmo1a6pTXc="},
	{"argon2, default cost, not ASCII", nonASCII, "argon2$argon2id$v=19$m=102400,t=2,p=8$OTlURXFjSmRTaFBRVHlXQWlHNnF4dw$zwAnx74lJ0p1ZzoIE+67p8/Bp+td979mdUcUaWeJaRY"},
	{"bcrypt_sha256, default cost, not ASCII", nonASCII, "bcrypt_sha256$$2b$12$LSucO5W53qo4duDUBVWwhOUZlPWnWkYnoTkJvBDEpvhWW5.2Z6zT2"},
	{"scrypt, default cost, not ASCII", nonASCII, "scrypt$16384$0RntiFnFPLcIy81zyTVw4K$8$5$Z8ZvFdwTxZM5KZ9abzQWOSheNJ4THIiGYzVc+SyaMYcezyJhZmwhJMlxjV7bKljUrjtLx/DBhqSoFvko7eTbXg=="},
	{"pbkdf2_sha256, low cost, typed", typedSecret, "pbkdf2_sha256$20$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JE="},
	{"pbkdf2_sha256, low cost, not ASCII", nonASCII, "pbkdf2_sha256$20$0qLYliYHZu1BvRKdsTQHoN$93eZOF5IoUGEJtzyQJQff0TSc1JaSkHSlixEeuCkQwc="},
	{"pbkdf2_sha256, low cost, 128 characters", madeSecret, "pbkdf2_sha256$20$2Yg5psY4RtrkoPG3yBC672$SLMVfqQbregKI0yXLgA3eHDtLkuWABLHYk5FCWUy/Vk="},
	{"pbkdf2_sha256, low cost, empty", emptySecret, "pbkdf2_sha256$20$nL1cRF9avB8qhd5KUDgz9x$NHsmtgqN9kdEGgRUeeqocb+kHOy+jdEMz0L3Ywl9/Fg="},
	{"argon2, low cost, typed", typedSecret, "argon2$argon2id$v=19$m=64,t=1,p=2$VEhFa0dBc0RTR3dvVU5Pc29VUDFXNQ$guz+HzD+HgZ0UuiN0uPaPnzeHcBw4Ff8wAfXJqxlThU"},
	{"argon2, low cost, not ASCII", nonASCII, "argon2$argon2id$v=19$m=64,t=1,p=2$Mm5rekdJMElMZlBvZ2ZLc3B3SlZmbg$1P/0YJAzpJNZ5TKIRMlrr+SZdpaUJFr1eIOA+Cai44k"},
	{"argon2, low cost, 128 characters", madeSecret, "argon2$argon2id$v=19$m=64,t=1,p=2$RHVOYlpVUFhxa2JzUE02eUFvcGFPWg$7Yfun+J7yzGtveYGbRZ1kvmGxcGKukqwhWLcUhg9qCE"},
	{"argon2, low cost, empty", emptySecret, "argon2$argon2id$v=19$m=64,t=1,p=2$Zjk3dXdxSFFZTll5V3dWaXBSNWNWdg$0XoGGihy6MB5GHKh9xesga+hUiBdHHSk1ojOnMPw0DQ"},
	{"bcrypt_sha256, low cost, typed", typedSecret, "bcrypt_sha256$$2b$04$082.KURyBE./HOA.0UxGgekS3Oc.zX0Hk1vM4fcyf.UPnyuoSAiSu"},
	{"bcrypt_sha256, low cost, not ASCII", nonASCII, "bcrypt_sha256$$2b$04$OWsiKx8CZ0MW3FiRM1exbOYxQKzl2Ee3DAeMLrpLyVQ8JO7TJeMzu"},
	{"bcrypt_sha256, low cost, 128 characters", madeSecret, "bcrypt_sha256$$2b$04$.XiZY9nF7ajMclYwssFPOe/Tm2ZTgWmoMQJ/eCDQjNebGWqNZ7626"},
	{"bcrypt_sha256, low cost, empty", emptySecret, "bcrypt_sha256$$2b$04$pEPbD5gJIZFL4vjbvGARy.Ro5MkqblwUr8RN/mcImJz/Ei0dC2fki"},
	{"scrypt, low cost, typed", typedSecret, "scrypt$16$R0d2bq6YzJ5hAB8d0tgZE0$8$1$UCZAAXiIwWeVzcGSEinbheQm3PFsLGIMa6/woaEQEHbG06Su/M6fDNOLdCA6iJAkClKm7t05l1ll3wk16Pr0qQ=="},
	{"scrypt, low cost, not ASCII", nonASCII, "scrypt$16$TMxLSbqmxzcbnwRaxUe8KL$8$1$qjGvHikBQOcPRqp2VPLgSOz/PdJLzGVsPI3l9ZU2cfq10JyRXZf2G8+uJERKJaFG5UjQJWYx7h2Ppik5vYkIgg=="},
	{"scrypt, low cost, 128 characters", madeSecret, "scrypt$16$I77EUOQBqhcUsIMX4TUXOg$8$1$9+NUMx1AaYTzdRaKAQ4CRmVu857ZVwXOfQQTmTdrfueGWw2YRRoWBKZeS/r3EYN8gxWQO0Nu7O8QrDKKT+ZEww=="},
	{"scrypt, low cost, empty", emptySecret, "scrypt$16$zsOWJCwI7LaAtkoivdN3R4$8$1$d1P7XFzDekavBMk92yHas3aGVEDeqJrpdthwTD5VzFTDSn3pOV/mNlpLAHBPrvHrmHP37rq/Nc9IeJ/fPmhMfg=="},
}

// secretMatches reports whether the hash is one and of the secret.
func secretMatches(secret, hash string) bool {
	h, ok := parseHash(hash)
	return ok && h.matches(secret)
}

func TestSecretMatchesDjango(t *testing.T) {
	t.Parallel()
	for _, test := range djangoHashes {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			require.True(t, secretMatches(test.secret, test.hash))
			if strings.Contains(test.name, "low cost") {
				require.False(t, secretMatches(test.secret+"x", test.hash))
				require.False(t, secretMatches("x"+test.secret, test.hash))
			}
		})
	}
}

// Every hash here is one of typedSecret with one thing wrong.
func TestSecretMatchesNothingElse(t *testing.T) {
	t.Parallel()
	for name, hash := range map[string]string{
		"empty":                          "",
		"plain value":                    "correct horse battery",
		"unusable":                       "!correct horse battery",
		"md5":                            "md5$salt$185a8ce4c769b0acdfda7dcc0f5026bf",
		"plain bcrypt":                   "bcrypt$$2b$04$082.KURyBE./HOA.0UxGgekS3Oc.zX0Hk1vM4fcyf.UPnyuoSAiSu",
		"upper case":                     "PBKDF2_SHA256$20$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JE=",
		"space before":                   " pbkdf2_sha256$20$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JE=",
		"line end after":                 "pbkdf2_sha256$20$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JE=\n",
		"one part more":                  "pbkdf2_sha256$20$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JE=$",
		"PBKDF2, sign":                   "pbkdf2_sha256$+20$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JE=",
		"PBKDF2, leading zero":           "pbkdf2_sha256$020$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JE=",
		"PBKDF2, underscore":             "pbkdf2_sha256$2_0$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JE=",
		"PBKDF2, other digits":           "pbkdf2_sha256$２０$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JE=",
		"PBKDF2, no padding":             "pbkdf2_sha256$20$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JE",
		"PBKDF2, stray bits":             "pbkdf2_sha256$20$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JF=",
		"PBKDF2, line end in the digest": "pbkdf2_sha256$20$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph\n1hvZvm1JE=",
		"PBKDF2, other round":            "pbkdf2_sha256$21$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JE=",
		"PBKDF2, other salt":             "pbkdf2_sha256$20$fveIWRFo6uumjZHIbawXEWx$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JE=",
		"Argon2, line end after":         "argon2$argon2id$v=19$m=64,t=1,p=2$VEhFa0dBc0RTR3dvVU5Pc29VUDFXNQ$guz+HzD+HgZ0UuiN0uPaPnzeHcBw4Ff8wAfXJqxlThU\n",
		"Argon2, padding":                "argon2$argon2id$v=19$m=64,t=1,p=2$VEhFa0dBc0RTR3dvVU5Pc29VUDFXNQ$guz+HzD+HgZ0UuiN0uPaPnzeHcBw4Ff8wAfXJqxlThU=",
		"Argon2, stray bits":             "argon2$argon2id$v=19$m=64,t=1,p=2$VEhFa0dBc0RTR3dvVU5Pc29VUDFXNQ$guz+HzD+HgZ0UuiN0uPaPnzeHcBw4Ff8wAfXJqxlThV",
		"Argon2, leading zero":           "argon2$argon2id$v=19$m=064,t=1,p=2$VEhFa0dBc0RTR3dvVU5Pc29VUDFXNQ$guz+HzD+HgZ0UuiN0uPaPnzeHcBw4Ff8wAfXJqxlThU",
		"Argon2, other order":            "argon2$argon2id$v=19$t=1,m=64,p=2$VEhFa0dBc0RTR3dvVU5Pc29VUDFXNQ$guz+HzD+HgZ0UuiN0uPaPnzeHcBw4Ff8wAfXJqxlThU",
		"Argon2, other version":          "argon2$argon2id$v=16$m=64,t=1,p=2$VEhFa0dBc0RTR3dvVU5Pc29VUDFXNQ$guz+HzD+HgZ0UuiN0uPaPnzeHcBw4Ff8wAfXJqxlThU",
		"Argon2, no version":             "argon2$argon2id$m=64,t=1,p=2$VEhFa0dBc0RTR3dvVU5Pc29VUDFXNQ$guz+HzD+HgZ0UuiN0uPaPnzeHcBw4Ff8wAfXJqxlThU",
		"Argon2, other variant":          "argon2$argon2i$v=19$m=64,t=1,p=2$VEhFa0dBc0RTR3dvVU5Pc29VUDFXNQ$guz+HzD+HgZ0UuiN0uPaPnzeHcBw4Ff8wAfXJqxlThU",
		"Argon2, without Django's name":  "$argon2id$v=19$m=64,t=1,p=2$VEhFa0dBc0RTR3dvVU5Pc29VUDFXNQ$guz+HzD+HgZ0UuiN0uPaPnzeHcBw4Ff8wAfXJqxlThU",
		"bcrypt, line end after":         "bcrypt_sha256$$2b$04$082.KURyBE./HOA.0UxGgekS3Oc.zX0Hk1vM4fcyf.UPnyuoSAiSu\n",
		"bcrypt, upper-case version":     "bcrypt_sha256$$2B$04$082.KURyBE./HOA.0UxGgekS3Oc.zX0Hk1vM4fcyf.UPnyuoSAiSu",
		"bcrypt, unknown version":        "bcrypt_sha256$$2c$04$082.KURyBE./HOA.0UxGgekS3Oc.zX0Hk1vM4fcyf.UPnyuoSAiSu",
		"bcrypt, one digit":              "bcrypt_sha256$$2b$4$082.KURyBE./HOA.0UxGgekS3Oc.zX0Hk1vM4fcyf.UPnyuoSAiSu",
		"bcrypt, one dollar":             "bcrypt_sha256$2b$04$082.KURyBE./HOA.0UxGgekS3Oc.zX0Hk1vM4fcyf.UPnyuoSAiSu",
		"bcrypt, one character more":     "bcrypt_sha256$$2b$04$082.KURyBE./HOA.0UxGgekS3Oc.zX0Hk1vM4fcyf.UPnyuoSAiSu.",
		"bcrypt, stray bits in the salt": "bcrypt_sha256$$2b$04$082.KURyBE./HOA.0UxGgfkS3Oc.zX0Hk1vM4fcyf.UPnyuoSAiSu",
		"scrypt, line end after":         "scrypt$16$R0d2bq6YzJ5hAB8d0tgZE0$8$1$UCZAAXiIwWeVzcGSEinbheQm3PFsLGIMa6/woaEQEHbG06Su/M6fDNOLdCA6iJAkClKm7t05l1ll3wk16Pr0qQ==\n",
		"scrypt, stray bits":             "scrypt$16$R0d2bq6YzJ5hAB8d0tgZE0$8$1$UCZAAXiIwWeVzcGSEinbheQm3PFsLGIMa6/woaEQEHbG06Su/M6fDNOLdCA6iJAkClKm7t05l1ll3wk16Pr0qR==",
		"scrypt, half a digest":          "scrypt$16$R0d2bq6YzJ5hAB8d0tgZE0$8$1$AAAA",
		"scrypt, leading zero":           "scrypt$016$R0d2bq6YzJ5hAB8d0tgZE0$8$1$UCZAAXiIwWeVzcGSEinbheQm3PFsLGIMa6/woaEQEHbG06Su/M6fDNOLdCA6iJAkClKm7t05l1ll3wk16Pr0qQ==",
		"scrypt, r and p swapped":        "scrypt$16$R0d2bq6YzJ5hAB8d0tgZE0$1$8$UCZAAXiIwWeVzcGSEinbheQm3PFsLGIMa6/woaEQEHbG06Su/M6fDNOLdCA6iJAkClKm7t05l1ll3wk16Pr0qQ==",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.False(t, secretMatches(typedSecret, hash))
		})
	}
}

func TestHashCaps(t *testing.T) {
	t.Parallel()
	var (
		bcryptRest = "$" + strings.Repeat(".", 53)
		digest32   = strings.Repeat("A", 43)
		digest64   = strings.Repeat("A", 86) + "=="
	)
	for _, test := range []struct {
		name string
		hash string
		cost cost // none: refused
	}{
		{"PBKDF2, most rounds", "pbkdf2_sha256$10000000$s$" + digest32 + "=", cost{pbkdf2SHA256, 10_000_000, 0, 0}},
		{"PBKDF2, too many rounds", "pbkdf2_sha256$10000001$s$" + digest32 + "=", cost{}},
		{"PBKDF2, far too many rounds", "pbkdf2_sha256$18446744073709551617$s$" + digest32 + "=", cost{}},
		{"PBKDF2, no round", "pbkdf2_sha256$0$s$" + digest32 + "=", cost{}},
		{"PBKDF2, negative rounds", "pbkdf2_sha256$-1$s$" + digest32 + "=", cost{}},
		{"PBKDF2, no salt", "pbkdf2_sha256$1$$" + digest32 + "=", cost{}},
		{"PBKDF2, empty digest", "pbkdf2_sha256$1$s$", cost{}},
		{"PBKDF2, 30 bytes", "pbkdf2_sha256$1$s$" + digest32[:40], cost{}},
		{"PBKDF2, 33 bytes", "pbkdf2_sha256$1$s$" + digest32 + "A", cost{}},
		{"Argon2, most memory", "argon2$argon2id$v=19$m=1048576,t=8,p=8$AAAAAAAAAAA$" + digest32, cost{argon2id, 8, 1 << 20, 8}},
		{"Argon2, too much memory", "argon2$argon2id$v=19$m=1048577,t=1,p=8$AAAAAAAAAAA$" + digest32, cost{}},
		{"Argon2, most passes", "argon2$argon2id$v=19$m=64,t=100,p=8$AAAAAAAAAAA$" + digest32, cost{argon2id, 100, 64, 8}},
		{"Argon2, too many passes", "argon2$argon2id$v=19$m=64,t=101,p=8$AAAAAAAAAAA$" + digest32, cost{}},
		{"Argon2, too much memory for its passes", "argon2$argon2id$v=19$m=1048576,t=9,p=8$AAAAAAAAAAA$" + digest32, cost{}},
		{"Argon2, no pass", "argon2$argon2id$v=19$m=64,t=0,p=8$AAAAAAAAAAA$" + digest32, cost{}},
		{"Argon2, most lanes", "argon2$argon2id$v=19$m=2040,t=1,p=16$AAAAAAAAAAA$" + digest32, cost{argon2id, 1, 2040, 16}},
		{"Argon2, too many lanes", "argon2$argon2id$v=19$m=2040,t=1,p=17$AAAAAAAAAAA$" + digest32, cost{}},
		{"Argon2, no lane", "argon2$argon2id$v=19$m=64,t=1,p=0$AAAAAAAAAAA$" + digest32, cost{}},
		{"Argon2, too little memory for its lanes", "argon2$argon2id$v=19$m=63,t=1,p=8$AAAAAAAAAAA$" + digest32, cost{}},
		{"Argon2, short salt", "argon2$argon2id$v=19$m=64,t=1,p=8$AAAAAAAAAA$" + digest32, cost{}},
		{"Argon2, 4 bytes", "argon2$argon2id$v=19$m=64,t=1,p=8$AAAAAAAAAAA$AAAAAA", cost{argon2id, 1, 64, 8}},
		{"Argon2, 3 bytes", "argon2$argon2id$v=19$m=64,t=1,p=8$AAAAAAAAAAA$AAAA", cost{}},
		{"Argon2, 64 bytes", "argon2$argon2id$v=19$m=64,t=1,p=8$AAAAAAAAAAA$" + digest64[:86], cost{argon2id, 1, 64, 8}},
		{"Argon2, 65 bytes", "argon2$argon2id$v=19$m=64,t=1,p=8$AAAAAAAAAAA$" + digest64[:86] + "A", cost{}},
		{"bcrypt, highest cost", "bcrypt_sha256$$2b$16" + bcryptRest, cost{bcryptSHA256, 16, 0, 0}},
		{"bcrypt, cost too high", "bcrypt_sha256$$2b$17" + bcryptRest, cost{}},
		{"bcrypt, cost too low", "bcrypt_sha256$$2b$03" + bcryptRest, cost{}},
		{"bcrypt, salt of line ends", "bcrypt_sha256$$2b$04$" + strings.Repeat("\n", 22) + bcryptRest[:32], cost{}},
		{"scrypt, most memory", "scrypt$1048576$s$8$1$" + digest64, cost{scryptName, 1 << 20, 8, 1}},
		{"scrypt, too much memory", "scrypt$1048576$s$9$1$" + digest64, cost{}},
		{"scrypt, too many lanes", "scrypt$1048576$s$8$2$" + digest64, cost{}},
		{"scrypt, largest block", "scrypt$16$s$999$1$" + digest64, cost{scryptName, 16, 999, 1}},
		{"scrypt, block too large", "scrypt$16$s$1000$1$" + digest64, cost{}},
		{"scrypt, overflowing", "scrypt$8388608$s$999$9999999$" + digest64, cost{}},
		{"scrypt, no power of two", "scrypt$20$s$8$1$" + digest64, cost{}},
		{"scrypt, n is 1", "scrypt$1$s$8$1$" + digest64, cost{}},
		{"scrypt, no block", "scrypt$16$s$0$1$" + digest64, cost{}},
		{"scrypt, no lane", "scrypt$16$s$8$0$" + digest64, cost{}},
		{"scrypt, no salt", "scrypt$16$$8$1$" + digest64, cost{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			parsed, ok := parseHash(test.hash)
			require.Equal(t, test.cost != cost{}, ok)
			if ok {
				require.Equal(t, test.cost, parsed.cost)
			}
		})
	}
}

// What is no hash in HashForm's eyes is none in parseHash's, and the other way round except for the caps: both would let a row that
// costs nothing stand for one that costs much.
func TestHashForm(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(HashForm)
	for _, test := range djangoHashes {
		require.Regexp(t, form, test.hash)
		for i := range test.hash {
			for _, changed := range []string{
				test.hash[:i] + test.hash[i+1:], test.hash[:i] + test.hash[i:i+1] + test.hash[i:], test.hash[:i] + "\n" + test.hash[i+1:],
				test.hash[:i] + "B" + test.hash[i+1:], test.hash[:i] + "$" + test.hash[i+1:], test.hash[:i] + "0" + test.hash[i+1:],
			} {
				read := false // also where its cost is beyond the caps
				for _, parse := range []func(string) (hash, bool){parsePBKDF2, parseArgon2, parseBcrypt, parseScrypt} {
					parsed, _ := parse(changed)
					read = read || parsed.digest != nil
				}
				require.Equal(t, form.MatchString(changed), read, changed)
			}
		}
	}
}

func TestUnspent(t *testing.T) {
	t.Parallel()
	hashes := map[string]string{} // by algorithm, the costs of Django's first
	for _, test := range djangoHashes {
		algorithm, _, _ := strings.Cut(test.name, ", ")
		if hashes[algorithm] == "" {
			hashes[algorithm] = test.hash
		}
	}
	var (
		few    = HashSecret(madeSecret)
		many   = hashes[pbkdf2SHA256]
		argon2 = hashes[argon2id]
		bcrypt = hashes[bcryptSHA256]
		scrypt = hashes[scryptName]

		capped     = strings.Replace(many, "1000000", "20000000", 1)
		argonLight = strings.Replace(argon2, "t=2", "t=1", 1)

		pbkdf2Cost     = cost{pbkdf2SHA256, 1_000_000, 0, 0}
		argonCost      = cost{argon2id, 2, 102_400, 8}
		argonLightCost = cost{argon2id, 1, 102_400, 8}
		bcryptCost     = cost{bcryptSHA256, 12, 0, 0}
		scryptCost     = cost{scryptName, 16_384, 8, 5}
	)
	for _, test := range []struct {
		name   string
		tried  []string
		stored [][]string
		due    []cost
	}{
		{"unknown client", nil, [][]string{{few}, {many}}, []cost{pbkdf2Cost}},
		{"unknown client, dearest first", nil, [][]string{{many}, {few}}, []cost{pbkdf2Cost}},
		{"unknown client, nothing stored", nil, nil, nil},
		{"unknown client, only fast hashes", nil, [][]string{{few}}, []cost{{pbkdf2SHA256, 10, 0, 0}}},
		{"unknown client, every algorithm", nil, [][]string{{many}, {argon2}, {bcrypt}, {scrypt}}, []cost{pbkdf2Cost, argonCost, bcryptCost, scryptCost}},
		{"fast hash", []string{few}, [][]string{{few}, {many}}, []cost{{pbkdf2SHA256, 999_990, 0, 0}}},
		{"slow hash", []string{many}, [][]string{{few}, {many}}, nil},
		{"slower than any stored", []string{many}, [][]string{{few}}, nil},
		{"no PBKDF2 tried", []string{bcrypt}, [][]string{{many}, {few}, {argon2}, {bcrypt}}, []cost{pbkdf2Cost, argonCost}},
		{"no PBKDF2 stored", []string{many}, [][]string{{argon2}, {scrypt}}, []cost{argonCost, scryptCost}},
		{"another cost of the same algorithm", []string{argonLight}, [][]string{{argonLight}, {argon2}}, []cost{argonCost}},
		{"two costs of one algorithm", nil, [][]string{{argonLight}, {argon2}}, []cost{argonLightCost, argonCost}},
		{"an application with several secrets", []string{few}, [][]string{{few, few, many}, {many}}, []cost{{pbkdf2SHA256, 1_000_010, 0, 0}}},
		{"its own secrets are what it has", []string{few, few, many}, [][]string{{few, few, many}, {many}}, nil},
		{"twice the same cost in one application", []string{argon2}, [][]string{{argon2, argon2}, {few}}, []cost{argonCost, {pbkdf2SHA256, 10, 0, 0}}},
		{"twice in two applications", nil, [][]string{{argon2}, {argon2}}, []cost{argonCost}},
		{"malformed and capped are free", []string{"!unusable"}, [][]string{{""}, {"plain"}, {"md5$a$b"}, {capped}, {few}}, []cost{{pbkdf2SHA256, 10, 0, 0}}},
		{"a capped hash was tried", []string{capped}, [][]string{{many}}, []cost{pbkdf2Cost}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var all [][]hash
			for _, hashes := range test.stored {
				all = append(all, parseHashes(hashes))
			}
			var due []cost
			for _, h := range unspent(parseHashes(test.tried), all) {
				due = append(due, h.cost)
			}
			require.Equal(t, test.due, due)
		})
	}
}

func FuzzSecretMatches(f *testing.F) {
	for _, test := range djangoHashes {
		f.Add(test.secret, test.hash)
		f.Add(test.secret, test.hash[:len(test.hash)-1])
	}
	f.Add(typedSecret, "pbkdf2_sha256$10000001$salt$"+strings.Repeat("A", 43)+"=")
	f.Add("\xff\x00", "bcrypt_sha256$$2b$04$"+strings.Repeat("\n", 53))
	f.Add("", "!")
	f.Add("", "$$$$$")

	f.Fuzz(func(t *testing.T, secret, text string) {
		parsed, ok := parseHash(text)
		if ok && !quick(parsed.cost) {
			return
		}
		require.False(t, secretMatches(secret, text) && !ok)
		require.False(t, secretMatches(secret, text) && secretMatches(secret+"x", text))
		for _, h := range unspent(nil, [][]hash{parseHashes([]string{text})}) {
			h.matches(secret)
		}

		made := HashSecret(secret)
		require.True(t, secretMatches(secret, made))
		require.False(t, secretMatches(secret+"x", made))
		require.Empty(t, unspent(parseHashes([]string{made}), [][]hash{parseHashes([]string{made})}))
	})
}

// quick reports whether a hash of this cost takes some milliseconds at most.
func quick(c cost) bool {
	switch c.algorithm {
	case pbkdf2SHA256:
		return c.rounds <= 1_000
	case argon2id:
		return c.rounds*c.size <= 1_000
	case scryptName:
		return c.rounds*c.size*c.lanes <= 1_000
	default:
		return c.rounds <= 4
	}
}

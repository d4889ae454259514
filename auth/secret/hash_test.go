package secret

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	typedSecret = "correct horse battery"
	nonASCII    = "Clé-секрет-秘密-🔑"
	madeSecret  = Alphanumerics + Alphanumerics + "ABCD" // 128 characters
	emptySecret = ""
)

// djangoHashes were written by the hashers of Django 5.2.19 with argon2-cffi 25.1.0 and bcrypt 5.0.0. Those of
// low cost come from subclasses: 20 iterations; 64 KiB, 1 pass, 2 lanes; cost 4; n = 16, p = 1. Those called sha256 are of Python's
// hashlib, in the form of Meet's column client_secret_sha256.
var djangoHashes = []struct{ name, secret, hash string }{
	{"pbkdf2_sha256, default cost, not ASCII", nonASCII, "pbkdf2_sha256$1000000$mzeydR41bJhmp5sULafayJ$m9c++EMENrr7jbVI5GI3M8F4Jb6xqa5AaRmo1a6pTXc="},
	{"pbkdf2_sha1, default cost, not ASCII", nonASCII, "pbkdf2_sha1$1000000$oCrryn2HcoPrBtbj6vtM8x$XsqScX15qqkzsUzGkhMmdt7ZQtI="},
	{"argon2, default cost, not ASCII", nonASCII, "argon2$argon2id$v=19$m=102400,t=2,p=8$OTlURXFjSmRTaFBRVHlXQWlHNnF4dw$zwAnx74lJ0p1ZzoIE+67p8/Bp+td979mdUcUaWeJaRY"},
	{"bcrypt_sha256, default cost, not ASCII", nonASCII, "bcrypt_sha256$$2b$12$LSucO5W53qo4duDUBVWwhOUZlPWnWkYnoTkJvBDEpvhWW5.2Z6zT2"},
	{"scrypt, default cost, not ASCII", nonASCII, "scrypt$16384$0RntiFnFPLcIy81zyTVw4K$8$5$Z8ZvFdwTxZM5KZ9abzQWOSheNJ4THIiGYzVc+SyaMYcezyJhZmwhJMlxjV7bKljUrjtLx/DBhqSoFvko7eTbXg=="},
	{"pbkdf2_sha256, low cost, typed", typedSecret, "pbkdf2_sha256$20$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JE="},
	{"pbkdf2_sha256, low cost, not ASCII", nonASCII, "pbkdf2_sha256$20$0qLYliYHZu1BvRKdsTQHoN$93eZOF5IoUGEJtzyQJQff0TSc1JaSkHSlixEeuCkQwc="},
	{"pbkdf2_sha256, low cost, 128 characters", madeSecret, "pbkdf2_sha256$20$2Yg5psY4RtrkoPG3yBC672$SLMVfqQbregKI0yXLgA3eHDtLkuWABLHYk5FCWUy/Vk="},
	{"pbkdf2_sha256, low cost, empty", emptySecret, "pbkdf2_sha256$20$nL1cRF9avB8qhd5KUDgz9x$NHsmtgqN9kdEGgRUeeqocb+kHOy+jdEMz0L3Ywl9/Fg="},
	{"pbkdf2_sha1, low cost, typed", typedSecret, "pbkdf2_sha1$20$8les4Eew9u4v2LS5yjRgz2$hA2slXtJT12+HVB2oYMVcf7hkds="},
	{"pbkdf2_sha1, low cost, not ASCII", nonASCII, "pbkdf2_sha1$20$IJsab4sAoN1doSsvUWU6Gc$CJfzpvixm7R7dkap7O2j3zraxcE="},
	{"pbkdf2_sha1, low cost, 128 characters", madeSecret, "pbkdf2_sha1$20$RMEzCH1iLkflkRCywJpYlI$+/bK911wQO9DhNdmtSCGCnfEW3s="},
	{"pbkdf2_sha1, low cost, empty", emptySecret, "pbkdf2_sha1$20$HcMpQW9ttfAsF8sdwied5G$8nhg9mkxIlyvdbvNkiqsh5y7ew4="},
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
	{"sha256, low cost, typed", typedSecret, "sha256$bGq2vT8mWn4RkYc0ZsLh6d$32b58fb8fb0bfe77d6bba9e36ba52adc66d9fecdf2abc5627ff38c6bcf08b2fc"},
	{"sha256, low cost, not ASCII", nonASCII, "sha256$Q7uEo1XzPj5aFw9BtKrM3g$49813859c29fa8a4657c7e5dd39c728f8696c49a9c69245c22856ca41fbb0e1f"},
	{"sha256, low cost, 128 characters", madeSecret, "sha256$c4NdVx0SyLi8HfTq2GmAe7$74d115fb37f62c8e90a658acd9b3ed1b9524a6bcf1c0e18d0c9f820f78ac4796"},
	{"sha256, low cost, empty", emptySecret, "sha256$9pJbUk6RoWz1DhMs5CvYt3$735afe6d269e9ff0fba5d27ca19f672bf71c3b96f9a2d94baf45837bffa3bb7f"},
}

// secretMatches reports whether the hash is one and of the secret.
func secretMatches(secret, hash string) bool {
	h, ok := parseHash(hash)
	return ok && h.matches(secret)
}

func TestNoHash(t *testing.T) {
	t.Parallel()
	require.False(t, CanVerify(NoHash))
	require.Equal(t, []string{"pbkdf2_sha256", "1", "ended", ""}, strings.SplitN(NoHash, "$", 4), "what Django reads of it, to find that it never matches")
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
		"empty":                               "",
		"plain value":                         "correct horse battery",
		"unusable":                            "!correct horse battery",
		"md5":                                 "md5$salt$185a8ce4c769b0acdfda7dcc0f5026bf",
		"plain bcrypt":                        "bcrypt$$2b$04$082.KURyBE./HOA.0UxGgekS3Oc.zX0Hk1vM4fcyf.UPnyuoSAiSu",
		"upper case":                          "PBKDF2_SHA256$20$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JE=",
		"space before":                        " pbkdf2_sha256$20$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JE=",
		"line end after":                      "pbkdf2_sha256$20$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JE=\n",
		"one part more":                       "pbkdf2_sha256$20$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JE=$",
		"PBKDF2, sign":                        "pbkdf2_sha256$+20$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JE=",
		"PBKDF2, leading zero":                "pbkdf2_sha256$020$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JE=",
		"PBKDF2, underscore":                  "pbkdf2_sha256$2_0$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JE=",
		"PBKDF2, other digits":                "pbkdf2_sha256$２０$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JE=",
		"PBKDF2, no padding":                  "pbkdf2_sha256$20$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JE",
		"PBKDF2, stray bits":                  "pbkdf2_sha256$20$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JF=",
		"PBKDF2, line end in the digest":      "pbkdf2_sha256$20$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph\n1hvZvm1JE=",
		"PBKDF2, other round":                 "pbkdf2_sha256$21$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JE=",
		"PBKDF2, other salt":                  "pbkdf2_sha256$20$fveIWRFo6uumjZHIbawXEWx$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JE=",
		"Argon2, line end after":              "argon2$argon2id$v=19$m=64,t=1,p=2$VEhFa0dBc0RTR3dvVU5Pc29VUDFXNQ$guz+HzD+HgZ0UuiN0uPaPnzeHcBw4Ff8wAfXJqxlThU\n",
		"Argon2, padding":                     "argon2$argon2id$v=19$m=64,t=1,p=2$VEhFa0dBc0RTR3dvVU5Pc29VUDFXNQ$guz+HzD+HgZ0UuiN0uPaPnzeHcBw4Ff8wAfXJqxlThU=",
		"Argon2, stray bits":                  "argon2$argon2id$v=19$m=64,t=1,p=2$VEhFa0dBc0RTR3dvVU5Pc29VUDFXNQ$guz+HzD+HgZ0UuiN0uPaPnzeHcBw4Ff8wAfXJqxlThV",
		"Argon2, leading zero":                "argon2$argon2id$v=19$m=064,t=1,p=2$VEhFa0dBc0RTR3dvVU5Pc29VUDFXNQ$guz+HzD+HgZ0UuiN0uPaPnzeHcBw4Ff8wAfXJqxlThU",
		"Argon2, other order":                 "argon2$argon2id$v=19$t=1,m=64,p=2$VEhFa0dBc0RTR3dvVU5Pc29VUDFXNQ$guz+HzD+HgZ0UuiN0uPaPnzeHcBw4Ff8wAfXJqxlThU",
		"Argon2, other version":               "argon2$argon2id$v=16$m=64,t=1,p=2$VEhFa0dBc0RTR3dvVU5Pc29VUDFXNQ$guz+HzD+HgZ0UuiN0uPaPnzeHcBw4Ff8wAfXJqxlThU",
		"Argon2, no version":                  "argon2$argon2id$m=64,t=1,p=2$VEhFa0dBc0RTR3dvVU5Pc29VUDFXNQ$guz+HzD+HgZ0UuiN0uPaPnzeHcBw4Ff8wAfXJqxlThU",
		"Argon2, other variant":               "argon2$argon2i$v=19$m=64,t=1,p=2$VEhFa0dBc0RTR3dvVU5Pc29VUDFXNQ$guz+HzD+HgZ0UuiN0uPaPnzeHcBw4Ff8wAfXJqxlThU",
		"Argon2, without Django's name":       "$argon2id$v=19$m=64,t=1,p=2$VEhFa0dBc0RTR3dvVU5Pc29VUDFXNQ$guz+HzD+HgZ0UuiN0uPaPnzeHcBw4Ff8wAfXJqxlThU",
		"bcrypt, line end after":              "bcrypt_sha256$$2b$04$082.KURyBE./HOA.0UxGgekS3Oc.zX0Hk1vM4fcyf.UPnyuoSAiSu\n",
		"bcrypt, upper-case version":          "bcrypt_sha256$$2B$04$082.KURyBE./HOA.0UxGgekS3Oc.zX0Hk1vM4fcyf.UPnyuoSAiSu",
		"bcrypt, unknown version":             "bcrypt_sha256$$2c$04$082.KURyBE./HOA.0UxGgekS3Oc.zX0Hk1vM4fcyf.UPnyuoSAiSu",
		"bcrypt, one digit":                   "bcrypt_sha256$$2b$4$082.KURyBE./HOA.0UxGgekS3Oc.zX0Hk1vM4fcyf.UPnyuoSAiSu",
		"bcrypt, one dollar":                  "bcrypt_sha256$2b$04$082.KURyBE./HOA.0UxGgekS3Oc.zX0Hk1vM4fcyf.UPnyuoSAiSu",
		"bcrypt, one character more":          "bcrypt_sha256$$2b$04$082.KURyBE./HOA.0UxGgekS3Oc.zX0Hk1vM4fcyf.UPnyuoSAiSu.",
		"bcrypt, stray bits in the salt":      "bcrypt_sha256$$2b$04$082.KURyBE./HOA.0UxGgfkS3Oc.zX0Hk1vM4fcyf.UPnyuoSAiSu",
		"scrypt, line end after":              "scrypt$16$R0d2bq6YzJ5hAB8d0tgZE0$8$1$UCZAAXiIwWeVzcGSEinbheQm3PFsLGIMa6/woaEQEHbG06Su/M6fDNOLdCA6iJAkClKm7t05l1ll3wk16Pr0qQ==\n",
		"scrypt, stray bits":                  "scrypt$16$R0d2bq6YzJ5hAB8d0tgZE0$8$1$UCZAAXiIwWeVzcGSEinbheQm3PFsLGIMa6/woaEQEHbG06Su/M6fDNOLdCA6iJAkClKm7t05l1ll3wk16Pr0qR==",
		"scrypt, half a digest":               "scrypt$16$R0d2bq6YzJ5hAB8d0tgZE0$8$1$AAAA",
		"scrypt, leading zero":                "scrypt$016$R0d2bq6YzJ5hAB8d0tgZE0$8$1$UCZAAXiIwWeVzcGSEinbheQm3PFsLGIMa6/woaEQEHbG06Su/M6fDNOLdCA6iJAkClKm7t05l1ll3wk16Pr0qQ==",
		"scrypt, r and p swapped":             "scrypt$16$R0d2bq6YzJ5hAB8d0tgZE0$1$8$UCZAAXiIwWeVzcGSEinbheQm3PFsLGIMa6/woaEQEHbG06Su/M6fDNOLdCA6iJAkClKm7t05l1ll3wk16Pr0qQ==",
		"SHA-256, upper case":                 "sha256$bGq2vT8mWn4RkYc0ZsLh6d$32B58FB8FB0BFE77D6BBA9E36BA52ADC66D9FECDF2ABC5627FF38C6BCF08B2FC",
		"SHA-256, other salt":                 "sha256$bGq2vT8mWn4RkYc0ZsLh6e$32b58fb8fb0bfe77d6bba9e36ba52adc66d9fecdf2abc5627ff38c6bcf08b2fc",
		"SHA-256, salt in the digest's place": "sha256$32b58fb8fb0bfe77d6bba9e36ba52adc66d9fecdf2abc5627ff38c6bcf08b2fc$bGq2vT8mWn4RkYc0ZsLh6d",
		"SHA-256, short salt":                 "sha256$bGq2vT8mWn4RkYc0ZsLh6$2e9a4c469d6d18e8f40247c2c0c8e34267285fda306334f205ea99cf3756b24d",
		"SHA-256, no salt":                    "sha256$$9028ea0d15decaa35b2da21c0290af3b1a5ba0a30a591906f89b5074e209ea72",
		"SHA-256, half a digest":              "sha256$bGq2vT8mWn4RkYc0ZsLh6d$32b58fb8fb0bfe77d6bba9e36ba52adc",
		"SHA-256, line end after":             "sha256$bGq2vT8mWn4RkYc0ZsLh6d$32b58fb8fb0bfe77d6bba9e36ba52adc66d9fecdf2abc5627ff38c6bcf08b2fc\n",
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
		{"PBKDF2 with SHA-1, most rounds", "pbkdf2_sha1$10000000$s$" + digest32[:27] + "=", cost{pbkdf2SHA1, 10_000_000, 0, 0}},
		{"PBKDF2 with SHA-1, too many rounds", "pbkdf2_sha1$10000001$s$" + digest32[:27] + "=", cost{}},
		{"PBKDF2 with SHA-1, 32 bytes", "pbkdf2_sha1$1$s$" + digest32 + "=", cost{}},
		{"PBKDF2 with SHA-256, 20 bytes", "pbkdf2_sha256$1$s$" + digest32[:27] + "=", cost{}},
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

func TestCanVerify(t *testing.T) {
	t.Parallel()
	for _, test := range djangoHashes {
		require.True(t, CanVerify(test.hash), test.name)
	}
	require.True(t, CanVerify(Hash(madeSecret)))
	require.True(t, CanVerify(HashSHA256(madeSecret)))
	for _, text := range []string{"", "!", "plain", "md5$salt$185a8ce4c769b0acdfda7dcc0f5026bf", "pbkdf2_sha256$99999999$s$" + strings.Repeat("A", 43) + "="} {
		require.False(t, CanVerify(text), text)
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
		for _, h := range workOf(parseHashes([]string{text})).dummies(nil) {
			require.False(t, h.matches(secret))
		}

		for _, made := range []string{Hash(secret), HashSHA256(secret)} {
			require.True(t, secretMatches(secret, made))
			require.False(t, secretMatches(secret+"x", made))
		}
	})
}

// quick reports whether a hash of this cost takes some milliseconds at most.
func quick(c cost) bool {
	switch c.algorithm {
	case pbkdf2SHA256, pbkdf2SHA1:
		return c.rounds <= 1_000
	case argon2id:
		return c.rounds*c.size <= 1_000
	case scryptName:
		return c.rounds*c.size*c.lanes <= 1_000
	default:
		return c.rounds <= 4
	}
}

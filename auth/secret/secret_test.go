package secret

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHash(t *testing.T) {
	t.Parallel()
	for name, secret := range map[string]string{
		"made": madeSecret, "typed": typedSecret, "not ASCII": nonASCII, "empty": emptySecret,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for form, hash := range map[string]func(string) string{
				`^pbkdf2_sha256\$10\$[A-Za-z0-9]{22}\$[A-Za-z0-9+/]{43}=$`: Hash, `^sha256\$[A-Za-z0-9]{22}\$[0-9a-f]{64}$`: HashSHA256,
			} {
				made := hash(secret)
				require.Regexp(t, form, made)
				require.NotEqual(t, made, hash(secret), "each has a salt of its own")
				require.True(t, secretMatches(secret, made))
				require.False(t, secretMatches(secret+"x", made))
			}
		})
	}
}

func TestRandomString(t *testing.T) {
	t.Parallel()
	for _, length := range []int{-1, 0, 1, 40, 128} {
		require.Len(t, RandomString(Alphanumerics, length), max(length, 0))
	}
	require.Regexp(t, regexp.MustCompile(`^[A-Za-z0-9]{128}$`), RandomString(Alphanumerics, 128))
	require.NotEqual(t, RandomString(Alphanumerics, 40), RandomString(Alphanumerics, 40))

	// Seven standard deviations; a remainder of a byte would be off by twenty.
	const each = 10_000
	counts := map[rune]int{}
	for _, r := range RandomString(Alphanumerics, each*len(Alphanumerics)) {
		counts[r]++
	}
	for _, r := range Alphanumerics {
		require.InDelta(t, each, counts[r], 700, "%c", r)
	}
}

func TestOperatorTokens(t *testing.T) {
	t.Parallel()
	token := NewOperatorToken()
	require.Regexp(t, `^meetop_[A-Za-z0-9]{49}$`, token)
	require.NotEqual(t, token, NewOperatorToken())
	require.True(t, IsOperatorToken(token))
	other := "a"
	if strings.HasSuffix(token, other) {
		other = "b"
	}
	for _, wrong := range []string{"", "meetop_", "meetop_abc", token[:len(token)-1] + other, token + "a", "x" + token, New(43)} {
		require.False(t, IsOperatorToken(wrong), wrong)
	}
}

func TestNew(t *testing.T) {
	t.Parallel()
	secret := New(43)
	require.Regexp(t, `^meetapp_[A-Za-z0-9]{49}$`, secret)
	require.NotEqual(t, secret, New(43))
	require.False(t, isMistyped(secret))
	for name, wrong := range map[string]string{
		"one character less": secret[:len(secret)-1],
		"one more":           secret + "a",
		"two swapped":        secret[:20] + secret[21:22] + secret[20:21] + secret[22:],
		"another checksum":   secret[:len(secret)-6] + "aaaaaa",
		"the prefix alone":   "meetapp_",
		"hardly more":        "meetapp_abc",
	} {
		require.True(t, isMistyped(wrong) || wrong == secret, name)
	}
	for _, other := range []string{"", "a", typedSecret, madeSecret, strings.TrimPrefix(secret, "meetapp_"), "MEETAPP_" + secret[8:]} {
		require.False(t, isMistyped(other), "what somebody typed in Meet may look like anything")
	}
	require.Equal(t, "C6ZwXY", checksum("meetapp_"), "once given out, secrets stay valid")
}

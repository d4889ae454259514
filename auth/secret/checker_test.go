package secret

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"meet-external-api/refusal"
)

// slowHash is of secret, just slow enough to be one, and made anew each time.
func slowHash(secret string) string {
	made := storedHash{cost: cost{algorithm: pbkdf2SHA256, rounds: maxFastRounds + 1}, salt: []byte(RandomString(Alphanumerics, 8)), digest: make([]byte, 32)}
	return fmt.Sprintf("pbkdf2_sha256$%d$%s$%s", made.rounds, made.salt, base64.StdEncoding.EncodeToString(made.derive(secret)))
}

type checkerTest struct {
	*Checker
	stored [][]string
	err    error
	now    time.Time
}

// newChecker returns a checker that has looked what is stored.
func newChecker(t testing.TB, stored ...[]string) *checkerTest {
	t.Helper()
	c := &checkerTest{stored: stored, now: time.Unix(1_700_000_000, 0)}
	c.Checker = NewChecker(CheckerOptions{
		StoredHashes: func(context.Context) ([][]string, error) { return c.stored, c.err }, SlowHashes: 1,
		Now: func() time.Time { return c.now },
	})
	require.NoError(t, c.Refresh(context.Background()))
	return c
}

func (c *checkerTest) verify(id, secret string, hashes ...string) (string, error) {
	return c.Verify(context.Background(), Attempt{ClientID: id, Secret: secret, Hashes: hashes, Network: "network"})
}

// fill leaves no place for slow work, so that a check which needs some is refused.
func (c *checkerTest) fill() { c.queue.taken = c.queue.places }

func requireQueueFull(t *testing.T, err error) {
	t.Helper()
	var refused *refusal.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, refusal.Unavailable, refused.Kind)
	require.Equal(t, "secret_queue_full", refused.Code)
}

func TestVerify(t *testing.T) {
	t.Parallel()
	first, second := New(43), New(43)
	fast, alsoFast := Hash(first), Hash(second)
	c := newChecker(t, []string{fast, alsoFast})
	c.fill() // none of this is slow
	for _, secret := range []struct{ text, hash string }{{first, fast}, {second, alsoFast}} {
		matched, err := c.verify("id", secret.text, fast, "!unusable", alsoFast)
		require.NoError(t, err)
		require.Equal(t, secret.hash, matched)
	}
	for _, wrong := range []string{"", "wrong", New(43), first[:len(first)-1] + "_", typedSecret} {
		_, err := c.verify("id", wrong, fast, "!unusable", alsoFast)
		require.ErrorIs(t, err, refusal.WrongSecret)
	}
	_, err := c.verify("id", first)
	require.ErrorIs(t, err, refusal.WrongSecret, "an unknown client")
}

// Slow hashes wait for each other, and those who need none do not wait for them.
func TestSlowWork(t *testing.T) {
	t.Parallel()
	right, slow := New(43), slowHash(typedSecret)
	fast := Hash(right)
	c := newChecker(t, []string{fast}, []string{slow})
	c.fill()
	matched, err := c.verify("id", right, slow, fast)
	require.NoError(t, err)
	require.Equal(t, fast, matched)
	for _, hashes := range [][]string{{slow}, {fast}, nil} {
		_, err := c.verify("id", typedSecret, hashes...)
		requireQueueFull(t, err) // whether there is such a client or not, and whatever it has
	}
	c.queue.taken = 0
	matched, err = c.verify("id", typedSecret, fast, slow)
	require.NoError(t, err)
	require.Equal(t, slow, matched)
	require.Zero(t, c.queue.taken, "its place is free again")
	require.Empty(t, c.queue.of)
}

// The hash of a right secret is not computed again for ten minutes, for that client and as long as it is one of its hashes.
func TestRemembered(t *testing.T) {
	t.Parallel()
	stored := slowHash(typedSecret)
	c := newChecker(t, []string{stored})
	_, remembered := c.Remembered("id", typedSecret)
	require.False(t, remembered)
	_, err := c.verify("id", typedSecret, stored)
	require.NoError(t, err)

	c.fill()
	c.now = c.now.Add(10*time.Minute - time.Second)
	hash, remembered := c.Remembered("id", typedSecret)
	require.True(t, remembered)
	require.Equal(t, stored, hash)
	hash, err = c.verify("id", typedSecret, "another", stored)
	require.NoError(t, err)
	require.Equal(t, stored, hash)
	_, err = c.verify("id", typedSecret, slowHash(typedSecret))
	requireQueueFull(t, err)
	_, remembered = c.Remembered("other", typedSecret)
	require.False(t, remembered)
	c.now = c.now.Add(time.Second)
	_, remembered = c.Remembered("id", typedSecret)
	require.False(t, remembered)
}

// A secret that is not right any more is forgotten.
func TestForgotten(t *testing.T) {
	t.Parallel()
	stored := slowHash(typedSecret)
	c := newChecker(t, []string{stored})
	_, err := c.verify("id", typedSecret, stored)
	require.NoError(t, err)
	_, err = c.verify("id", typedSecret, slowHash("another"))
	require.ErrorIs(t, err, refusal.WrongSecret)
	_, remembered := c.Remembered("id", typedSecret)
	require.False(t, remembered)
}

// What somebody types with the form of a secret that is made here, and a wrong checksum, costs no hash at all.
func TestMistypedSecretsCostNothing(t *testing.T) {
	t.Parallel()
	c := newChecker(t, []string{slowHash(typedSecret)})
	c.fill()
	secret := []byte(New(43))
	secret[20], secret[21] = '0', '1'
	_, err := c.verify("id", string(secret), slowHash(string(secret)))
	require.ErrorIs(t, err, refusal.WrongSecret)
	require.ErrorContains(t, err, "checksum")
}

// A failure does of each kind of work as much as the application that has the most of it.
func TestWorkOfFailures(t *testing.T) {
	t.Parallel()
	hashes := map[string]string{} // by algorithm, the costs of Django's first
	for _, test := range djangoHashes {
		algorithm, _, _ := strings.Cut(test.name, ", ")
		if hashes[algorithm] == "" {
			hashes[algorithm] = test.hash
		}
	}
	var (
		few    = Hash(madeSecret)
		many   = hashes[pbkdf2SHA256]
		sha1   = hashes[pbkdf2SHA1]
		argon2 = hashes[argon2id]
		bcrypt = hashes[bcryptSHA256]
		scrypt = hashes[scryptName]

		capped     = strings.Replace(many, "1000000", "20000000", 1)
		argonLight = strings.Replace(argon2, "t=2", "t=1", 1)

		pbkdf2Cost     = cost{pbkdf2SHA256, 1_000_000, 0, 0}
		sha1Cost       = cost{pbkdf2SHA1, 1_000_000, 0, 0}
		argonCost      = cost{argon2id, 2, 102_400, 8}
		argonLightCost = cost{argon2id, 1, 102_400, 8}
		bcryptCost     = cost{bcryptSHA256, 12, 0, 0}
		scryptCost     = cost{scryptName, 16_384, 8, 5}
	)
	for _, test := range []struct {
		name   string
		own    []string
		stored [][]string
		rest   []cost
	}{
		{"unknown client", nil, [][]string{{few}, {many}}, []cost{pbkdf2Cost}},
		{"unknown client, dearest first", nil, [][]string{{many}, {few}}, []cost{pbkdf2Cost}},
		{"unknown client, nothing stored", nil, nil, nil},
		{"unknown client, only fast hashes", nil, [][]string{{few}}, []cost{{pbkdf2SHA256, 10, 0, 0}}},
		{
			"unknown client, every algorithm", nil, [][]string{{many}, {sha1}, {argon2}, {bcrypt}, {scrypt}},
			[]cost{pbkdf2Cost, sha1Cost, argonCost, bcryptCost, scryptCost},
		},
		{"fast hash", []string{few}, [][]string{{few}, {many}}, []cost{{pbkdf2SHA256, 999_990, 0, 0}}},
		{"slow hash", []string{many}, [][]string{{few}, {many}}, nil},
		{"slower than any stored", []string{many}, [][]string{{few}}, nil},
		{"no PBKDF2 of its own", []string{bcrypt}, [][]string{{many}, {few}, {argon2}, {bcrypt}}, []cost{pbkdf2Cost, argonCost}},
		{"no PBKDF2 stored", []string{many}, [][]string{{argon2}, {scrypt}}, []cost{argonCost, scryptCost}},
		{"rounds of SHA-1 are not those of SHA-256", []string{sha1}, [][]string{{many}, {sha1}}, []cost{pbkdf2Cost}},
		{"another cost of the same algorithm", []string{argonLight}, [][]string{{argonLight}, {argon2}}, []cost{argonCost}},
		{"two costs of one algorithm", nil, [][]string{{argonLight}, {argon2}}, []cost{argonLightCost, argonCost}},
		{"an application with several secrets", []string{few}, [][]string{{few, few, many}, {many}}, []cost{{pbkdf2SHA256, 1_000_010, 0, 0}}},
		{"its own secrets are what it has", []string{few, few, many}, [][]string{{few, few, many}, {many}}, nil},
		{"twice the same cost in one application", []string{argon2}, [][]string{{argon2, argon2}, {few}}, []cost{argonCost, {pbkdf2SHA256, 10, 0, 0}}},
		{"twice in two applications", nil, [][]string{{argon2}, {argon2}}, []cost{argonCost}},
		{"malformed and capped are free", []string{"!unusable"}, [][]string{{""}, {"plain"}, {"md5$a$b"}, {capped}, {few}}, []cost{{pbkdf2SHA256, 10, 0, 0}}},
		{"SHA-256", []string{few}, [][]string{{few, HashSHA256(madeSecret)}}, []cost{{algorithm: sha256Name}}},
		{"a capped hash of its own", []string{capped}, [][]string{{many}}, []cost{pbkdf2Cost}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var rest []cost
			for _, h := range newChecker(t, test.stored...).failure.Load().dummies(workOf(parseHashes(test.own))) {
				rest = append(rest, h.cost)
			}
			require.ElementsMatch(t, test.rest, rest)
		})
	}
}

// Each dummy is a hash that can be computed, of the cost that it stands for.
func TestDummiesAreHashes(t *testing.T) {
	t.Parallel()
	for _, test := range djangoHashes {
		own, ok := parseHash(test.hash)
		require.True(t, ok)
		dummies := workOf([]storedHash{own}).dummies(nil)
		require.Len(t, dummies, 1)
		dummy := dummies[0]
		require.Equal(t, own.cost, dummy.cost)
		require.Empty(t, dummy.text)
		if dummy.algorithm == bcryptSHA256 { // of the others, all parts are given as they are
			_, ok := parseHash(bcryptSHA256 + "$" + string(dummy.digest))
			require.True(t, ok)
		}
	}
}

// Until somebody has looked, a failure costs what Django's hashes do; what cannot be looked up stays as it was.
func TestRefresh(t *testing.T) {
	t.Parallel()
	c := NewChecker(CheckerOptions{Now: time.Now})
	require.Equal(t, work{{algorithm: pbkdf2SHA256}: 1_000_000}, *c.failure.Load())
	known := newChecker(t, []string{Hash(madeSecret)})
	known.stored, known.err = [][]string{{slowHash(typedSecret)}}, errors.New("the database is away")
	require.ErrorIs(t, known.Refresh(context.Background()), known.err)
	require.Equal(t, work{{algorithm: pbkdf2SHA256}: madeRounds}, *known.failure.Load())
	known.err = nil
	require.NoError(t, known.Refresh(context.Background()))
	require.Equal(t, work{{algorithm: pbkdf2SHA256}: maxFastRounds + 1}, *known.failure.Load())
}

// Where the client id ends and the secret begins cannot be moved.
func TestMarks(t *testing.T) {
	t.Parallel()
	c := newChecker(t)
	marks := map[string]bool{}
	pairs := []struct{ id, secret string }{{"ab", "cd"}, {"a", "bcd"}, {"abc", "d"}, {"", "abcd"}, {"abcd", ""}, {"ab", "ce"}}
	for _, one := range pairs {
		marks[c.mark(one.id, one.secret)] = true
	}
	require.Len(t, marks, len(pairs))
	require.NotContains(t, marks, newChecker(t).mark("ab", "cd"), "each process has a key of its own")
}

// However many secrets are right, so many are remembered at most.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	c := newChecker(t)
	for i := range 2 * maxRemembered {
		c.remembered.Set(fmt.Sprint(i), remembered{})
	}
	c.remembered.CleanUp()
	require.LessOrEqual(t, c.remembered.EstimatedSize(), maxRemembered)
}

package auth

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// slowHash is of typedSecret, slow enough to be one, and made anew for each test.
func slowHash(t testing.TB, secret string) string {
	t.Helper()
	made := hash{cost: cost{algorithm: pbkdf2SHA256, rounds: maxFastRounds + 1}, salt: []byte(RandomString(8)), digest: make([]byte, 32)}
	return fmt.Sprintf("pbkdf2_sha256$%d$%s$%s", made.rounds, made.salt, base64.StdEncoding.EncodeToString(made.derive(secret)))
}

type checkerTest struct {
	*SecretChecker
	stored [][]string
	now    time.Time
	slow   atomic.Int64 // how often slow work was allowed: before waiting, and before computing
	refuse error
}

func newChecker(t testing.TB, stored ...[]string) *checkerTest {
	t.Helper()
	c := &checkerTest{stored: stored, now: time.Unix(1_700_000_000, 0)}
	var err error
	c.SecretChecker, err = NewSecretChecker(SecretCheckerOptions{
		Stored: func(context.Context) ([][]string, error) { return c.stored, nil }, SlowHashes: 1,
		Now: func() time.Time { return c.now },
	})
	require.NoError(t, err)
	return c
}

func (c *checkerTest) check(id, secret string, hashes ...string) (string, error) {
	return c.Check(context.Background(), SecretCheck{
		ClientID: id, Secret: secret, Hashes: hashes,
		AllowSlow: func(context.Context) error { c.slow.Add(1); return c.refuse },
	})
}

func TestSecretChecker(t *testing.T) {
	t.Parallel()
	first, second := NewSecret(43), NewSecret(43)
	fast, alsoFast := HashSecret(first), HashSecret(second)
	c := newChecker(t)
	for _, secret := range []struct{ text, hash string }{{first, fast}, {second, alsoFast}} {
		matched, err := c.check("id", secret.text, fast, "!unusable", alsoFast)
		require.NoError(t, err)
		require.Equal(t, secret.hash, matched)
	}
	require.Zero(t, c.slow.Load())
	for _, wrong := range []string{"", "wrong", NewSecret(43), first[:len(first)-1] + "_", typedSecret} {
		_, err := c.check("id", wrong, fast, "!unusable", alsoFast)
		require.ErrorIs(t, err, ErrInvalidCredentials)
	}
	_, err := c.check("id", first)
	require.ErrorIs(t, err, ErrInvalidCredentials, "an unknown client")
}

// A slow hash is computed once in ten minutes, for one client, one hash and one secret.
func TestSlowHashesAreRemembered(t *testing.T) {
	t.Parallel()
	stored := slowHash(t, typedSecret)
	c := newChecker(t, []string{stored})
	for i, step := range []struct {
		id, hash string
		later    time.Duration
		computed int64
	}{
		{"id", stored, 0, 1},
		{"id", stored, 0, 1},
		{"id", stored, 10*time.Minute - time.Second, 1},
		{"id", stored, time.Second, 2},
		{"other", stored, 0, 3},
		{"id", slowHash(t, typedSecret), 0, 4},
		{"id", stored, 0, 4},
	} {
		c.now = c.now.Add(step.later)
		matched, err := c.check(step.id, typedSecret, step.hash)
		require.NoError(t, err)
		require.Equal(t, step.hash, matched)
		require.Equal(t, 2*step.computed, c.slow.Load(), "step %d", i)
	}
	_, err := c.check("id", "wrong", stored)
	require.ErrorIs(t, err, ErrInvalidCredentials)
	_, err = c.check("id", "wrong", stored)
	require.ErrorIs(t, err, ErrInvalidCredentials)
	require.EqualValues(t, 2*6, c.slow.Load(), "what is wrong is computed each time")
}

// What all applications have is looked for once a second at most, and when a failure needs it.
func TestStoredHashesAreLookedForOnceASecond(t *testing.T) {
	t.Parallel()
	c := newChecker(t)
	looked := 0
	c.options.Stored = func(context.Context) ([][]string, error) { looked++; return nil, nil }
	hash := slowHash(t, typedSecret)
	_, err := c.check("id", typedSecret, hash)
	require.NoError(t, err)
	require.Zero(t, looked)
	for _, step := range []struct {
		later  time.Duration
		looked int
	}{{0, 1}, {0, 1}, {time.Second - 1, 1}, {1, 2}, {0, 2}} {
		c.now = c.now.Add(step.later)
		_, err := c.check("id", "wrong", hash)
		require.ErrorIs(t, err, ErrInvalidCredentials)
		require.Equal(t, step.looked, looked)
	}
	c.options.Stored = func(context.Context) ([][]string, error) { looked++; c.now = c.now.Add(time.Second); return nil, nil }
	for _, step := range []struct {
		later  time.Duration
		looked int
	}{{time.Second, 3}, {20*time.Second - 1, 3}, {1, 4}} {
		c.now = c.now.Add(step.later)
		_, err := c.check("id", "wrong", hash)
		require.ErrorIs(t, err, ErrInvalidCredentials)
		require.Equal(t, step.looked, looked, "looking takes a twentieth of the time at most")
	}
}

// Of those who need it at once, one looks.
func TestStoredHashesAreLookedForOnceForMany(t *testing.T) {
	t.Parallel()
	const many = 20
	c := newChecker(t)
	var looked atomic.Int64
	c.options.Stored = func(context.Context) ([][]string, error) {
		looked.Add(1)
		// Until all of them are on their way, nobody has found what is looked for.
		require.Eventually(t, func() bool { return c.slow.Load() == many }, 10*time.Second, time.Millisecond)
		return nil, nil
	}
	var group sync.WaitGroup
	for i := range many {
		group.Go(func() {
			_, err := c.check("id", fmt.Sprint("wrong ", i))
			require.ErrorIs(t, err, ErrInvalidCredentials)
		})
	}
	group.Wait()
	require.Less(t, looked.Load(), int64(many/2))
}

// What somebody types with the form of a secret that is made here, and a wrong checksum, costs no hash at all.
func TestMisspeltSecretsCostNothing(t *testing.T) {
	t.Parallel()
	c := newChecker(t, []string{slowHash(t, typedSecret)})
	secret := []byte(NewSecret(43))
	secret[20], secret[21] = '0', '1'
	_, err := c.check("id", string(secret), slowHash(t, string(secret)))
	require.ErrorIs(t, err, ErrInvalidCredentials)
	require.Zero(t, c.slow.Load())
}

func TestSlowWorkCanBeRefused(t *testing.T) {
	t.Parallel()
	c := newChecker(t, []string{slowHash(t, typedSecret)})
	c.refuse = errors.New("refused")
	for _, hashes := range [][]string{nil, {HashSecret(madeSecret)}, {slowHash(t, typedSecret)}} {
		_, err := c.check("id", typedSecret, hashes...)
		require.ErrorIs(t, err, c.refuse)
	}
}

// Where the client id ends and the secret begins cannot be moved, and the same secret of another hash is another one.
func TestMarks(t *testing.T) {
	t.Parallel()
	c := newChecker(t)
	marks := map[string]bool{}
	checks := []struct{ id, stored, secret string }{
		{"ab", "c", "d"}, {"a", "bc", "d"}, {"a", "b", "cd"}, {"", "abc", "d"}, {"abcd", "", ""}, {"", "", "abcd"}, {"ab", "c", "e"},
	}
	for _, one := range checks {
		marks[c.mark(SecretCheck{ClientID: one.id, Secret: one.secret}, one.stored)] = true
	}
	require.Len(t, marks, len(checks))
	require.NotContains(t, marks, newChecker(t).mark(SecretCheck{ClientID: "ab", Secret: "d"}, "c"), "each process has a key of its own")
}

// However many secrets are right, so many are remembered at most.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	c := newChecker(t)
	for i := range 2 * maxRemembered {
		c.verified.Set(fmt.Sprint(i), c.now)
	}
	c.verified.CleanUp()
	require.LessOrEqual(t, c.verified.EstimatedSize(), maxRemembered)
}

// Of many at once, one slow check runs and a few wait; equal ones are one.
func TestSlowChecksQueue(t *testing.T) {
	t.Parallel()
	stored := slowHash(t, typedSecret)
	c := newChecker(t, []string{stored})
	allow := func(context.Context) error { return nil }
	check := func(ctx context.Context, secret string) error {
		_, err := c.Check(ctx, SecretCheck{ClientID: "id", Secret: secret, Hashes: []string{stored}, AllowSlow: allow, Lane: Lane{Caller: secret}})
		return err
	}
	occupied := Lane{Caller: "occupied"}
	require.NoError(t, c.slots.enter(context.Background(), occupied))
	var group sync.WaitGroup
	errs := make(chan error, 100)
	for i := range waitingPerSlot {
		group.Go(func() { errs <- check(context.Background(), fmt.Sprint("wrong ", i)) })
	}
	require.Eventually(t, func() bool { return c.slots.takenBy(false) == 1+waitingPerSlot }, 10*time.Second, time.Millisecond)
	err := check(context.Background(), "one too many")
	var busy *BusyError
	require.ErrorAs(t, err, &busy)
	require.True(t, busy.Unavailable())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.ErrorIs(t, check(ctx, "wrong 0"), context.Canceled)
	require.Empty(t, errs, "one at a time")
	c.slots.leave(occupied)
	group.Wait()
	for range waitingPerSlot {
		require.ErrorIs(t, <-errs, ErrInvalidCredentials)
	}
	require.Eventually(t, func() bool { return c.slots.takenBy(false) == 0 }, 10*time.Second, time.Millisecond)

	for range 50 {
		group.Go(func() { errs <- check(context.Background(), typedSecret) })
	}
	group.Wait()
	for range 50 {
		require.NoError(t, <-errs, "equal ones wait for one answer")
	}
}

// Who is refused takes nobody's place in the queue, and is refused also when it becomes so while waiting.
func TestRefusedChecksDoNotWait(t *testing.T) {
	t.Parallel()
	stored := slowHash(t, typedSecret)
	c := newChecker(t, []string{stored})
	occupied := Lane{Caller: "occupied"}
	require.NoError(t, c.slots.enter(context.Background(), occupied))
	c.refuse = errors.New("refused")
	_, err := c.check("id", "wrong", stored)
	require.ErrorIs(t, err, c.refuse)

	var asked atomic.Int64
	errs := make(chan error)
	go func() {
		_, err := c.Check(context.Background(), SecretCheck{ClientID: "id", Secret: "wrong", Hashes: []string{stored}, AllowSlow: func(context.Context) error {
			if asked.Add(1) == 1 {
				return nil
			}
			return c.refuse
		}})
		errs <- err
	}()
	require.Eventually(t, func() bool { return c.slots.takenBy(false) == 2 }, 10*time.Second, time.Millisecond)
	c.slots.leave(occupied)
	require.ErrorIs(t, <-errs, c.refuse)
}

// Who is refused shares that with nobody who has the same secret at another address.
func TestEqualChecksInOtherLanes(t *testing.T) {
	t.Parallel()
	stored := slowHash(t, typedSecret)
	c := newChecker(t, []string{stored})
	asked, goOn := make(chan struct{}), make(chan struct{})
	refused, errs := errors.New("refused"), make(chan error)
	check := func(lane Lane, allow func(context.Context) error) error {
		_, err := c.Check(context.Background(), SecretCheck{
			ClientID: "id", Secret: typedSecret, Hashes: []string{stored}, AllowSlow: allow, Lane: lane,
		})
		return err
	}
	go func() {
		errs <- check(Lane{Caller: "stranger"}, func(context.Context) error { close(asked); <-goOn; return refused })
	}()
	<-asked
	go func() { errs <- check(Lane{Known: true, Caller: "known"}, func(context.Context) error { return nil }) }()
	require.NoError(t, <-errs)
	close(goOn)
	require.ErrorIs(t, <-errs, refused)
}

// What panics beside a request fails that request alone.
func TestPanicsBesideRequests(t *testing.T) {
	t.Parallel()
	c := newChecker(t, []string{slowHash(t, typedSecret)})
	_, err := c.Check(context.Background(), SecretCheck{Secret: "x", AllowSlow: func(context.Context) error { panic("the value") }})
	require.ErrorContains(t, err, "panic: the value")
	require.ErrorContains(t, err, "secret_checker_test.go")
	require.Empty(t, c.slots.running, "its slot is free again")
	_, err = c.check("id", typedSecret)
	require.ErrorIs(t, err, ErrInvalidCredentials)
}

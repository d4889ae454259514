package auth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
)

const (
	// rememberedFor is how long the hash of a right secret is not computed again.
	rememberedFor = 10 * time.Minute
	// maxRemembered bounds the memory of it; beyond it those that were used least are forgotten.
	maxRemembered = 10_000
	// waitingPerSlot is how many slow checks may wait for each one that runs, in each of the two lanes: some seconds of patience.
	waitingPerSlot = 4
	// storedFor is how long it is believed at least what hashes all applications have, and storedShare how many times as long as
	// looking took: where there are thousands, that costs as much as hundreds of requests.
	storedFor   = time.Second
	storedShare = 20
	// checkTimeout bounds one check, the wait included.
	checkTimeout = 10 * time.Second
)

// SecretCheckerOptions are what a SecretChecker needs.
type SecretCheckerOptions struct {
	// Stored returns the secret hashes of all applications, one list an application; of those whose lists cost the same, one
	// is enough.
	Stored func(ctx context.Context) ([][]string, error)
	// SlowHashes is how many slow hashes are computed at a time, at least 1: one less than there are cores leaves one to
	// everybody else.
	SlowHashes int
	// Now is the clock.
	Now func() time.Time
}

// SecretChecker tells right client secrets from wrong ones. What is wrong costs the same whatever is wrong with it. What
// is right is remembered for ten minutes, by a keyed hash of all that went into it, so that nothing in memory can be used to
// try secrets elsewhere. Few slow hashes are computed at a time, and few may wait.
type SecretChecker struct {
	options  SecretCheckerOptions
	key      []byte
	verified *otter.Cache[string, time.Time] // until when
	checks   flights[string]
	storing  flights[[][]hash]
	slots    *slots
	seen     atomic.Pointer[storedHashes] // nil: it has not been looked
}

// storedHashes are those of all applications, one list an application, when they were last looked for.
type storedHashes struct {
	lists [][]hash
	slow  bool // whether one of them is slow
	until time.Time
}

// NewSecretChecker returns a checker that remembers nothing yet.
func NewSecretChecker(o SecretCheckerOptions) (*SecretChecker, error) {
	verified, err := otter.New(&otter.Options[string, time.Time]{MaximumSize: maxRemembered})
	if err != nil {
		return nil, fmt.Errorf("making the memory of verified secrets: %w", err)
	}
	c := &SecretChecker{options: o, key: make([]byte, sha256.Size), verified: verified, slots: newSlots(o.SlowHashes)}
	_, _ = rand.Read(c.key) // never fails
	return c, nil
}

// SecretCheck is a secret that a client came with.
type SecretCheck struct {
	ClientID string
	Secret   string
	// Hashes are those of the client's valid secrets, in Django's forms; none where there is no such client.
	Hashes []string
	// AllowSlow is asked before what costs much; its error ends the check.
	AllowSlow func(ctx context.Context) error
	// Lane is where the check waits when it costs much.
	Lane Lane
}

// Check returns the hash that the secret belongs to. Errors: ErrInvalidCredentials; that of AllowSlow; one that says that
// trying again later may help, when too many slow checks are waiting.
func (c *SecretChecker) Check(ctx context.Context, check SecretCheck) (string, error) {
	if misspelt(check.Secret) {
		return "", ErrInvalidCredentials
	}
	for _, text := range check.Hashes {
		if c.remembers(check, text) {
			return text, nil
		}
	}
	own := parseHashes(check.Hashes)
	for _, h := range own {
		if !h.slow() && c.matches(check, h) {
			return h.text, nil
		}
	}
	// Who waits in another lane, or is refused something, does so alone.
	key := fmt.Sprint(c.mark(check, strings.Join(check.Hashes, " ")), check.Lane)
	matched, err := c.checks.do(ctx, key, checkTimeout, func(ctx context.Context) (string, error) {
		return c.checkSlow(ctx, check, own)
	})
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err = &BusyError{err}
	}
	return matched, err
}

// matches computes a hash, and remembers the secret where it is its own.
func (c *SecretChecker) matches(check SecretCheck, h hash) bool {
	matched := h.matches(check.Secret)
	if matched {
		c.verified.Set(c.mark(check, h.text), c.options.Now().Add(rememberedFor))
	}
	return matched
}

func (c *SecretChecker) remembers(check SecretCheck, text string) bool {
	until, known := c.verified.GetIfPresent(c.mark(check, text))
	return known && c.options.Now().Before(until)
}

// checkSlow does what costs much. Whether it has to wait for a slot must not depend on the client: it does as long as any
// application has a slow hash, which is known from the last time, so that those who find no slot cost next to nothing.
func (c *SecretChecker) checkSlow(ctx context.Context, check SecretCheck, own []hash) (string, error) {
	// Who is refused anyway is not to wait, in the place of somebody else.
	if err := check.AllowSlow(ctx); err != nil {
		return "", err
	}
	if anySlow(own) || c.sawSlow() {
		return c.inSlot(ctx, check, func() (string, error) { return c.compute(ctx, check, own) })
	}
	all, err := c.stored(ctx)
	if err != nil {
		return "", err
	}
	if c.sawSlow() {
		return c.inSlot(ctx, check, func() (string, error) { return c.compute(ctx, check, own) })
	}
	return c.fail(check, own, all)
}

// inSlot waits for a slot, asks again whether slow work is allowed, since of those that came at once none had failed yet, and
// does it.
func (c *SecretChecker) inSlot(ctx context.Context, check SecretCheck, work func() (string, error)) (string, error) {
	if err := c.slots.enter(ctx, check.Lane); err != nil {
		return "", err
	}
	defer c.slots.leave(check.Lane)
	if err := check.AllowSlow(ctx); err != nil {
		return "", err
	}
	return work()
}

// compute computes the slow hashes of the client, and fails when none of them matches.
func (c *SecretChecker) compute(ctx context.Context, check SecretCheck, own []hash) (string, error) {
	for _, h := range own {
		// The check before this one may have ended just after it was looked for.
		if h.slow() && (c.remembers(check, h.text) || c.matches(check, h)) {
			return h.text, nil
		}
	}
	all, err := c.stored(ctx)
	if err != nil {
		return "", err
	}
	return c.fail(check, own, all)
}

// fail computes what makes this failure, after the client's own hashes, cost what all failures do.
func (c *SecretChecker) fail(check SecretCheck, own []hash, all [][]hash) (string, error) {
	for _, h := range unspent(own, all) {
		h.matches(check.Secret)
	}
	return "", ErrInvalidCredentials
}

// stored returns the hashes of all applications. However many ask, it is looked once at a time.
func (c *SecretChecker) stored(ctx context.Context) ([][]hash, error) {
	if seen := c.seen.Load(); seen != nil && c.options.Now().Before(seen.until) {
		return seen.lists, nil
	}
	return c.storing.do(ctx, "", checkTimeout, c.look)
}

func (c *SecretChecker) look(ctx context.Context) ([][]hash, error) {
	begun := c.options.Now()
	stored, err := c.options.Stored(ctx)
	if err != nil {
		return nil, err
	}
	all := make([][]hash, len(stored))
	for i, hashes := range stored {
		all[i] = parseHashes(hashes)
	}
	ended := c.options.Now()
	until := ended.Add(max(storedFor, storedShare*ended.Sub(begun)))
	c.seen.Store(&storedHashes{all, slices.ContainsFunc(all, anySlow), until})
	return all, nil
}

// sawSlow reports whether any application had a slow hash when it was last looked.
func (c *SecretChecker) sawSlow() bool {
	seen := c.seen.Load()
	return seen != nil && seen.slow
}

func anySlow(hashes []hash) bool { return slices.ContainsFunc(hashes, hash.slow) }

// mark is a hash of the client, the stored hash and the secret under a key that nobody else has. Each part is written with
// its length, so that no other three parts make the same text.
func (c *SecretChecker) mark(check SecretCheck, stored string) string {
	mac := hmac.New(sha256.New, c.key)
	for _, part := range []string{check.ClientID, stored, check.Secret} {
		_ = binary.Write(mac, binary.BigEndian, uint64(len(part)))
		_, _ = mac.Write([]byte(part))
	}
	return string(mac.Sum(nil))
}

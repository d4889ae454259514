// Package secret makes client secrets and tells right ones from wrong ones, by the hashes that Django and Meet write. What is wrong costs
// the same whatever is wrong with it, and few slow hashes are computed at a time. How often somebody may try is the subject of
// package ratelimit. Begin with Checker, New and Hash.
package secret

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"meet-external-api/refusal"
)

const (
	// rememberedFor is how long the hash of a right secret is not computed again.
	rememberedFor = 10 * time.Minute
	// maxRemembered bounds the memory of it; beyond it those that were used least are forgotten.
	maxRemembered = 10_000
	// unknownRounds are those of Django 5.2, for as long as nobody has looked what is stored.
	unknownRounds = 1_000_000
)

// CheckerOptions are what a Checker needs.
type CheckerOptions struct {
	// StoredHashes returns the secret hashes of all applications, one list an application.
	StoredHashes func(ctx context.Context) ([][]string, error)
	// SlowHashes is how many slow hashes are computed at a time, at least 1: one less than there are cores leaves one to
	// everybody else.
	SlowHashes int
	// Now is the clock.
	Now func() time.Time
}

// Checker tells right client secrets from wrong ones. What is right is remembered for ten minutes, by a keyed hash, so that nothing
// in memory can be used to try secrets elsewhere.
type Checker struct {
	options    CheckerOptions
	key        []byte
	remembered *otter.Cache[string, remembered]
	clients    *otter.Cache[string, time.Time] // until when a secret of theirs is remembered
	queue      *queue
	failure    atomic.Pointer[work] // what each failure computes
}

type remembered struct {
	hash  string
	until time.Time
}

// NewChecker returns a checker that remembers nothing yet. Refresh it before it is used, and every few seconds.
func NewChecker(o CheckerOptions) *Checker {
	c := &Checker{
		options: o, key: make([]byte, sha256.Size), queue: newQueue(o.SlowHashes),
		remembered: otter.Must(&otter.Options[string, remembered]{MaximumSize: maxRemembered}),
		clients:    otter.Must(&otter.Options[string, time.Time]{MaximumSize: maxRemembered}),
	}
	_, _ = rand.Read(c.key) // never fails
	c.failure.Store(&work{{algorithm: pbkdf2SHA256}: unknownRounds})
	return c
}

// Refresh looks what the hashes of the dearest application cost: from then on, each failure costs as much (docs/contract.md, "Small
// print"). Kinds of work that cannot be compared, such as PBKDF2 and Argon2, are counted apart: a failure does as much of each as
// the application that has the most of it. Errors: those of StoredHashes.
func (c *Checker) Refresh(ctx context.Context) error {
	stored, err := c.options.StoredHashes(ctx)
	if err != nil {
		return err
	}
	dearest := work{}
	for _, hashes := range stored {
		for kind, amount := range workOf(parseHashes(hashes)) {
			dearest[kind] = max(dearest[kind], amount)
		}
	}
	c.failure.Store(&dearest)
	return nil
}

// Remembered returns the hash that the secret of that client matched in the last ten minutes. It counts if it is still one of the
// client's.
func (c *Checker) Remembered(clientID, secret string) (hash string, ok bool) {
	found, ok := c.remembered.GetIfPresent(c.mark(clientID, secret))
	return found.hash, ok && c.options.Now().Before(found.until)
}

// RemembersClient reports whether a secret of that client is remembered, so that a guess could be right without being judged.
func (c *Checker) RemembersClient(clientID string) bool {
	until, ok := c.clients.GetIfPresent(clientID)
	return ok && c.options.Now().Before(until)
}

// Attempt is a secret that a client came with.
type Attempt struct {
	ClientID, Secret string
	// Hashes are those of the client's valid secrets, in Django's forms; none where there is no such client.
	Hashes []string
	// Network is that of the caller, of whom no more than half of those may be who wait.
	Network string
}

// Verify returns the hash that the secret belongs to, and remembers it. Errors: refusal.WrongSecret; a refusal that is
// refusal.Unavailable when too many slow checks are waiting already.
func (c *Checker) Verify(ctx context.Context, a Attempt) (hash string, err error) {
	if isMistyped(a.Secret) {
		return "", refusal.WrongSecret.Because("its checksum: it was mistyped or cut off")
	}
	if hash, ok := c.Remembered(a.ClientID, a.Secret); ok && slices.Contains(a.Hashes, hash) {
		return hash, nil
	}
	own, failure := parseHashes(a.Hashes), *c.failure.Load()
	hashes := slices.Concat(own, failure.dummies(workOf(own)))
	// Fast ones first: a right secret that needs no slow hash is not to wait for those that do. All else waits, whatever the client
	// has, where any failure is slow.
	for _, slow := range []bool{false, true} {
		if slow && slices.ContainsFunc(append(failure.dummies(nil), own...), storedHash.slow) {
			leave, err := c.queue.enter(ctx, a.Network)
			if err != nil {
				return "", err
			}
			defer leave()
		}
		for _, h := range hashes {
			if h.slow() == slow && h.matches(a.Secret) && h.text != "" {
				until := c.options.Now().Add(rememberedFor)
				c.remembered.Set(c.mark(a.ClientID, a.Secret), remembered{h.text, until})
				c.clients.Set(a.ClientID, until)
				return h.text, nil
			}
		}
	}
	c.remembered.Invalidate(c.mark(a.ClientID, a.Secret))
	return "", refusal.WrongSecret
}

// mark is a hash of the client and the secret under a key that nobody else has. Each is written with its length, so that no other
// two make the same text.
func (c *Checker) mark(clientID, secret string) string {
	mac := hmac.New(sha256.New, c.key)
	for _, part := range []string{clientID, secret} {
		_ = binary.Write(mac, binary.BigEndian, uint64(len(part)))
		_, _ = mac.Write([]byte(part))
	}
	return string(mac.Sum(nil))
}

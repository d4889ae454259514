package auth

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"time"

	"github.com/throttled/throttled/v2"
)

const (
	// addressFailures is how many times the failures that one application and address may have, one address may have in
	// all, before it gets no more slow hashes computed.
	addressFailures = 10
	// swapAttempts bounds how often a limit that others count at the same time is tried again.
	swapAttempts = 1000
)

// AttemptOptions say how often credentials may be tried.
type AttemptOptions struct {
	// RequestsPerMinute is for one application, right or wrong; 0: no limit.
	RequestsPerMinute int
	// FailuresPerMinute is for one application from one address; 0: no limit.
	FailuresPerMinute int
	// RedisURL is that of the Redis in which all replicas count together; empty: each counts on its own.
	RedisURL string
	Log      *slog.Logger
}

// Attempts bounds how often credentials are tried. A minute's worth may come at once.
//
// Applications are told apart by the client id that was sent, known or not, so that a limit tells nobody which ones exist.
// An address that fails with many of them, as somebody who makes up client ids, gets no slow hashes computed any more; what
// is known to be right without one passes, so that an address which many share stays open to those who need none.
type Attempts struct {
	requests *limit
	failures *limit
	slow     *limit
	close    func() error
}

// NewAttempts makes the limits. A Redis that is away is no error: until it is back, each process counts on its own.
func NewAttempts(o AttemptOptions) (*Attempts, error) {
	open, closeStores, err := openStores(o)
	if err != nil {
		return nil, err
	}
	a := &Attempts{close: closeStores}
	for name, limited := range map[string]struct {
		limit     **limit
		perMinute int
	}{
		"requests": {&a.requests, o.RequestsPerMinute},
		"failures": {&a.failures, o.FailuresPerMinute},
		"slow":     {&a.slow, o.FailuresPerMinute * addressFailures},
	} {
		if *limited.limit, err = newLimit(limited.perMinute, open(name)); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// Close ends the connections to Redis.
func (a *Attempts) Close() error { return a.close() }

// Allow counts an attempt of the client from the address of the caller, and refuses it when one of the limits is used up.
func (a *Attempts) Allow(ctx context.Context, clientID, address string) error {
	// Who has failed too often from an address must not use up what the application may ask from another.
	if err := a.failures.take(ctx, pair(clientID, address), 0); err != nil {
		return err
	}
	return a.requests.take(ctx, clientID, 1)
}

// AllowSlow refuses a client from an address to have a slow hash computed, when either has failed too often.
func (a *Attempts) AllowSlow(ctx context.Context, clientID, address string) error {
	if err := a.failures.take(ctx, pair(clientID, address), 0); err != nil {
		return err
	}
	return a.slow.take(ctx, address, 0)
}

// Failed counts a failure. The answer to it is the same whether or not it was one too many; the next one is refused.
func (a *Attempts) Failed(ctx context.Context, clientID, address string) {
	_ = a.failures.take(ctx, pair(clientID, address), 1)
	_ = a.slow.take(ctx, address, 1)
}

func pair(clientID, address string) string { return clientID + " " + address }

// limit is so many a minute for each key; nil: none.
type limit struct{ *throttled.GCRARateLimiterCtx }

func newLimit(perMinute int, store throttled.GCRAStoreCtx) (*limit, error) {
	if perMinute == 0 {
		return nil, nil
	}
	quota := throttled.RateQuota{MaxRate: throttled.PerMin(perMinute), MaxBurst: perMinute - 1}
	limiter, err := throttled.NewGCRARateLimiterCtx(store, quota)
	if err != nil {
		return nil, fmt.Errorf("making a limit: %w", err)
	}
	limiter.SetMaxCASAttemptsLimit(swapAttempts)
	return &limit{limiter}, nil
}

// take refuses when the limit is used up; a quantity of 0 only looks.
func (l *limit) take(ctx context.Context, key string, quantity int) error {
	if l == nil {
		return nil
	}
	limited, result, err := l.RateLimitCtx(ctx, key, quantity)
	if err != nil {
		return fmt.Errorf("counting an attempt: %w", err)
	}
	if !limited && (quantity > 0 || result.RetryAfter <= 0) {
		return nil
	}
	wait := max(result.RetryAfter, time.Second)
	seconds := int(math.Ceil(wait.Seconds()))
	return &Refusal{
		Kind: Throttled, Code: "temporarily_unavailable", RetryAfter: wait,
		Text: fmt.Sprintf("Too many requests. Try again in %d seconds.", seconds),
	}
}

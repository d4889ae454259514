package auth

import (
	"context"
	"fmt"
	"hash/maphash"
	"log/slog"
	"math"
	"net/netip"
	"sync"
	"time"

	"github.com/maypok86/otter/v2"
	"github.com/throttled/throttled/v2"
)

const (
	// wideFailures is how many times the failures that a client may have from one address, a client may have from all of them,
	// and an address with all client ids, before strangers get no more dear work done.
	wideFailures = 2
	// knownFor is how long a client is known at an address where it has authenticated itself.
	knownFor = 24 * time.Hour
	// maxKnown bounds the memory of it; beyond it those that were seen least recently are strangers again.
	maxKnown = 1 << 16
	// networkBits is how much of an IPv6 address counts: who has one mostly has as many as they like with the same beginning.
	networkBits = 64
	// swapAttempts bounds how often a limit that others count at the same time is tried again.
	swapAttempts = 1000
)

// AttemptOptions say how often credentials may be tried.
type AttemptOptions struct {
	// RequestsPerMinute is for one client, for one at an address where it is known, and for all strangers of one address; 0: no
	// limit.
	RequestsPerMinute int
	// FailuresPerMinute is for one client from one address; 0: no limit.
	FailuresPerMinute int
	// RedisURL is that of the Redis in which all replicas count together; empty: each counts on its own.
	RedisURL string
	Log      *slog.Logger
}

// Attempts bounds how often credentials are tried. A minute's worth may come at once.
//
// Clients are told apart by the client id that was sent, whether or not there is such an application, so that a limit tells
// nobody which ones exist; except that a client which has authenticated itself from an address is known there for a day, by this
// process, and any other one is a stranger there: whoever shares the address can find out by failing often which ones are not
// refused for it. Requests count for a client when they succeed, and what strangers do uses up nothing of what those who are
// known have elsewhere.
type Attempts struct {
	requests *limit // by client
	failures *limit // by client and address
	attempts *limit // right or wrong, by who makes them: a client at an address where it is known, or all strangers of one
	wide     *limit // failures, by client and by address, for strangers
	known    *otter.Cache[string, struct{}]
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
		"attempts": {&a.attempts, o.RequestsPerMinute},
		"failures": {&a.failures, o.FailuresPerMinute},
		"wide":     {&a.wide, o.FailuresPerMinute * wideFailures},
	} {
		if *limited.limit, err = newLimit(limited.perMinute, open(name)); err != nil {
			return nil, err
		}
	}
	a.known, err = otter.New(&otter.Options[string, struct{}]{
		MaximumSize: maxKnown, ExpiryCalculator: otter.ExpiryWriting[string, struct{}](knownFor),
	})
	if err != nil {
		return nil, fmt.Errorf("making the memory of known clients: %w", err)
	}
	return a, nil
}

// Close ends the connections to Redis.
func (a *Attempts) Close() error { return a.close() }

// Attempt is one try of a client to authenticate itself, from an address.
type Attempt struct {
	limits          *Attempts
	client, network string
	known           bool
}

// Begin counts an attempt of a client from the IP address of the caller. It returns a *Refusal when a limit is used up; what
// is refused uses up nothing that others have.
func (a *Attempts) Begin(ctx context.Context, clientID, address string) (Attempt, error) {
	t := Attempt{limits: a, client: clientID, network: networkOf(address)}
	_, t.known = a.known.GetIfPresent(t.pair())
	if err := a.failures.look(ctx, t.pair()); err != nil {
		return t, err
	}
	// Whose request it is will be known when it has succeeded.
	if err := a.requests.look(ctx, t.client); err != nil {
		return t, err
	}
	return t, a.attempts.take(ctx, t.Lane().Caller)
}

// AllowSlow is asked before a slow hash is computed. It refuses strangers whose client or address has failed too often.
func (t Attempt) AllowSlow(ctx context.Context) error {
	err := t.AllowSignature(ctx)
	wide := t.limits.wide.look(ctx, wideClient+t.client)
	if err != nil || t.known {
		return err
	}
	return wide
}

// AllowSignature is asked before a signature is verified, which nobody can guess. It refuses strangers whose address has failed
// too often. What is asked for those who are known as well, in vain, is so that they take as long.
func (t Attempt) AllowSignature(ctx context.Context) error {
	err := t.limits.failures.look(ctx, t.pair())
	wide := t.limits.wide.look(ctx, wideAddress+t.network)
	if err != nil || t.known {
		return err
	}
	return wide
}

// Failed counts a failure. The answer to it is the same whether or not it was one too many; the next one is refused.
func (t Attempt) Failed(ctx context.Context) {
	_ = t.limits.failures.take(ctx, t.pair())
	_ = t.limits.wide.take(ctx, wideAddress+t.network)
	_ = t.limits.wide.take(ctx, wideClient+t.client)
}

// Succeeded makes the client known at the address, and counts its request. It returns a *Refusal when that one was too many.
func (t Attempt) Succeeded(ctx context.Context) error {
	t.limits.known.Set(t.pair(), struct{}{})
	return t.limits.requests.take(ctx, t.client)
}

// Lane is where the attempt waits for work that costs much.
func (t Attempt) Lane() Lane {
	if t.known {
		return Lane{Known: true, Caller: t.pair()}
	}
	return Lane{Caller: t.network}
}

func (t Attempt) pair() string { return t.network + " " + t.client }

// What the keys of the wide limit begin with.
const wideAddress, wideClient = "address ", "client "

// networkOf is what of an IP address counts: all of IPv4, the network of IPv6.
func networkOf(address string) string {
	parsed, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if parsed = parsed.Unmap().WithZone(""); parsed.Is6() {
		network, _ := parsed.Prefix(networkBits) // never fails for so few bits
		return network.String()
	}
	return parsed.String()
}

// limit is so many a minute for each key; nil: none.
type limit struct {
	counting, looking *throttled.GCRARateLimiterCtx
	// turns are taken by those who count with one key at once: in Redis, they would make each other begin again and again.
	turns [256]sync.Mutex
	seed  maphash.Seed
}

func newLimit(perMinute int, store throttled.GCRAStoreCtx) (*limit, error) {
	if perMinute == 0 {
		return nil, nil
	}
	quota := throttled.RateQuota{MaxRate: throttled.PerMin(perMinute), MaxBurst: perMinute - 1}
	counting, err := throttled.NewGCRARateLimiterCtx(store, quota)
	if err != nil {
		return nil, fmt.Errorf("making a limit: %w", err)
	}
	counting.SetMaxCASAttemptsLimit(swapAttempts)
	looking, err := throttled.NewGCRARateLimiterCtx(readOnlyStore{store}, quota)
	return &limit{counting: counting, looking: looking, seed: maphash.MakeSeed()}, err
}

// take counts one, unless the limit is used up: then it refuses.
func (l *limit) take(ctx context.Context, key string) error {
	if l == nil {
		return nil
	}
	turn := &l.turns[maphash.String(l.seed, key)%uint64(len(l.turns))]
	turn.Lock()
	defer turn.Unlock()
	limited, result, err := l.counting.RateLimitCtx(ctx, key, 1)
	return refusal(limited, result, err)
}

// look refuses when the limit is used up, and counts nothing.
func (l *limit) look(ctx context.Context, key string) error {
	if l == nil {
		return nil
	}
	_, result, err := l.looking.RateLimitCtx(ctx, key, 0)
	return refusal(result.RetryAfter > 0, result, err)
}

func refusal(limited bool, result throttled.RateLimitResult, err error) error {
	if err != nil {
		return fmt.Errorf("counting an attempt: %w", err)
	}
	if !limited {
		return nil
	}
	wait := max(result.RetryAfter, time.Second)
	seconds := int(math.Ceil(wait.Seconds()))
	return &Refusal{
		Kind: Throttled, Code: "temporarily_unavailable", RetryAfter: wait,
		Text: fmt.Sprintf("Too many requests. Try again in %d seconds.", seconds),
	}
}

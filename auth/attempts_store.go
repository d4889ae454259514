package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/throttled/throttled/v2"
	goredisstore "github.com/throttled/throttled/v2/store/goredisstore.v9"
	"github.com/throttled/throttled/v2/store/memstore"
)

const (
	// maxCounted bounds the memory of a limit; beyond it the keys that were used least recently start anew.
	maxCounted = 1 << 16
	// redisTimeout bounds each thing that is asked of Redis, connecting included: a healthy one needs a hundredth of it.
	redisTimeout = 100 * time.Millisecond
	// redisFailures are how many, with nothing written between them, make Redis one that is away: a process that has too much to
	// do fails now and then.
	redisFailures = 3
	// redisConnections are for as many requests at a time as there are in a flood.
	redisConnections = 100
	// redisPause is how long a Redis that is away is left alone.
	redisPause = 5 * time.Second
)

// openStores returns a function that makes the store of the limit of a name, and one that ends them all.
func openStores(o AttemptOptions) (open func(name string) throttled.GCRAStoreCtx, closeAll func() error, err error) {
	shared := &sharedCounts{log: o.Log}
	closeAll = func() error { return nil }
	if o.RedisURL != "" {
		options, err := redis.ParseURL(o.RedisURL)
		if err != nil {
			// The library's text may repeat the password.
			return nil, nil, errors.New("give the URL of a Redis, like redis://:password@host:6379/0")
		}
		options.DialTimeout, options.ReadTimeout, options.WriteTimeout, options.PoolTimeout = redisTimeout, redisTimeout, redisTimeout, redisTimeout
		options.ContextTimeoutEnabled, options.MaxRetries, options.DialerRetries = true, -1, 1
		options.PoolSize = cmp.Or(options.PoolSize, redisConnections)
		silence()
		shared.client = redis.NewClient(options)
		shared.probe = func(ctx context.Context) error {
			return shared.client.Set(ctx, "meet-external-api:probe", 1, time.Second).Err()
		}
		closeAll = shared.client.Close
	}
	return func(name string) throttled.GCRAStoreCtx {
		own, err := memstore.NewCtx(maxCounted)
		if err != nil {
			panic(err) // only for a size that is negative
		}
		if shared.client == nil {
			return own
		}
		prefix := "meet-external-api:" + name + ":"
		remote, _ := goredisstore.NewCtx(shared.client, prefix) // never fails
		return &fallbackStore{shared: shared, remote: expiringStore{remote, shared.client, prefix}, own: own}
	}, closeAll, nil
}

// silence ends the log of the library for all its clients.
var silence = sync.OnceFunc(func() { redis.SetLogger(silent{}) })

// silent is for the library's own log, which would say for each connection what is said once here.
type silent struct{}

// Printf implements the library's logging interface.
func (silent) Printf(context.Context, string, ...any) {}

// sharedCounts knows whether Redis answers.
type sharedCounts struct {
	client *redis.Client
	log    *slog.Logger
	// awayUntil is when a Redis that is away is tried again, in nanoseconds since the epoch; 0: it is not.
	awayUntil atomic.Int64
	// failed is how often it has failed since something was written.
	failed atomic.Int64
	// probe writes something: one that can only be read is away too.
	probe func(ctx context.Context) error
}

// try does something with Redis, unless that is away and its pause is not over; then one request probes it, and all others go on
// without. It says once that Redis is away, and once that it is back.
func (s *sharedCounts) try(ctx context.Context, writes bool, do func(context.Context) error) (done bool) {
	now := time.Now()
	until := s.awayUntil.Load()
	if until != 0 && (now.UnixNano() < until || !s.awayUntil.CompareAndSwap(until, now.Add(redisPause).UnixNano())) {
		return false
	}
	limited, cancel := context.WithTimeout(ctx, redisTimeout)
	defer cancel()
	if until != 0 {
		if s.probe(limited) != nil {
			return false
		}
		s.failed.Store(0)
		s.awayUntil.Store(0)
		s.log.Info("Redis is back: limits are shared by all replicas again")
	}
	err := do(limited)
	if err == nil {
		if writes {
			s.failed.Store(0)
		}
		return true
	}
	// A request that was given up says nothing of Redis, nor does one that found no connection free.
	if ctx.Err() == nil && !errors.Is(err, redis.ErrPoolTimeout) && s.failed.Add(1) >= redisFailures &&
		s.awayUntil.Swap(time.Now().Add(redisPause).UnixNano()) == 0 {
		s.log.Error("Redis does not answer: until it does, each process has limits of its own", "error", err)
	}
	return false
}

// expiringStore writes a key and when it ends at once: in two steps, some would be left without an end.
type expiringStore struct {
	throttled.GCRAStoreCtx
	client *redis.Client
	prefix string
}

// SetIfNotExistsWithTTL implements throttled.GCRAStoreCtx.
func (s expiringStore) SetIfNotExistsWithTTL(ctx context.Context, key string, value int64, ttl time.Duration) (bool, error) {
	return s.client.SetNX(ctx, s.prefix+key, value, max(ttl, time.Second)).Result()
}

// fallbackStore counts in Redis, and in this process while Redis is away.
type fallbackStore struct {
	shared      *sharedCounts
	remote, own throttled.GCRAStoreCtx
}

var _ throttled.GCRAStoreCtx = (*fallbackStore)(nil)

// GetWithTime implements throttled.GCRAStoreCtx.
func (s *fallbackStore) GetWithTime(ctx context.Context, key string) (value int64, now time.Time, err error) {
	err = s.either(ctx, false, func(ctx context.Context, store throttled.GCRAStoreCtx) error {
		value, now, err = store.GetWithTime(ctx, key)
		return err
	})
	return value, now, err
}

// SetIfNotExistsWithTTL implements throttled.GCRAStoreCtx.
func (s *fallbackStore) SetIfNotExistsWithTTL(ctx context.Context, key string, value int64, ttl time.Duration) (set bool, err error) {
	err = s.either(ctx, true, func(ctx context.Context, store throttled.GCRAStoreCtx) error {
		set, err = store.SetIfNotExistsWithTTL(ctx, key, value, ttl)
		return err
	})
	return set, err
}

// CompareAndSwapWithTTL implements throttled.GCRAStoreCtx.
func (s *fallbackStore) CompareAndSwapWithTTL(ctx context.Context, key string, before, after int64, ttl time.Duration) (swapped bool, err error) {
	err = s.either(ctx, true, func(ctx context.Context, store throttled.GCRAStoreCtx) error {
		swapped, err = store.CompareAndSwapWithTTL(ctx, key, before, after, ttl)
		return err
	})
	return swapped, err
}

// either does something with Redis or, while that is away, with the store of this process.
func (s *fallbackStore) either(ctx context.Context, writes bool, do func(context.Context, throttled.GCRAStoreCtx) error) error {
	if s.shared.try(ctx, writes, func(ctx context.Context) error { return do(ctx, s.remote) }) {
		return nil
	}
	if err := do(ctx, s.own); err != nil {
		return fmt.Errorf("counting in this process: %w", err)
	}
	return nil
}

// readOnlyStore keeps a limit that is only looked at from being written, which it does not need and which costs a round trip.
type readOnlyStore struct{ throttled.GCRAStoreCtx }

// SetIfNotExistsWithTTL implements throttled.GCRAStoreCtx.
func (readOnlyStore) SetIfNotExistsWithTTL(context.Context, string, int64, time.Duration) (bool, error) {
	return true, nil
}

// CompareAndSwapWithTTL implements throttled.GCRAStoreCtx.
func (readOnlyStore) CompareAndSwapWithTTL(context.Context, string, int64, int64, time.Duration) (bool, error) {
	return true, nil
}

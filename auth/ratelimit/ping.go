package ratelimit

import (
	"context"
	"time"
)

// Ping asks the Redis of the options to do what counting takes: to run a script that writes. Within the timeout, that of the URL if it has
// one, or ctx. Errors: a RedisURL that cannot be read, and what keeps Redis from it; none holds the password.
func Ping(ctx context.Context, o Options, timeout time.Duration) error {
	s, err := newShared(o.RedisMode, o.RedisURL, timeout, o.Log)
	if err != nil {
		return err
	}
	defer func() { _ = s.client.Close() }()
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	return s.client.Eval(ctx, `return redis.call('set', KEYS[1], 1, 'px', 1000)`, []string{keyPrefix + "probe"}).Err()
}

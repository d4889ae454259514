package ratelimit

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/sony/gobreaker/v2"
)

const (
	// redisTimeout bounds each decision of Redis, connecting included, unless its URL does: a healthy one needs a hundredth of it.
	redisTimeout = 100 * time.Millisecond
	// redisFailures are how many in a row make Redis one that is away: a process that has too much to do fails now and then.
	redisFailures = 3
	// redisPause is how long a Redis that is away is left alone.
	redisPause = 5 * time.Second
	// keyPrefix names one hash slot: where Redis is a cluster, the keys of a script have to lie together. A decision is about an
	// application, an address and both, so that all limits lie together, at one of the masters.
	keyPrefix = "{meet-external-api}:"
)

// script is what memory.count does, in microseconds by the clock of Redis. It returns which key is refused, from 1 on, and for how
// long; 0 and 0 when none is. What stands under a key and no decision can have written counts as nothing: another type, a text that
// is no number, a time beyond the minute ahead. A Redis that can be read and not written is one that is away: so a decision that has
// nothing to write writes something.
var script = redis.NewScript(`
	local time = redis.call('time')
	local now = time[1] * 1000000 + time[2]
	local stored = redis.call('mget', unpack(KEYS))
	local counted, refused, wait = {}, 0, 0
	for i = 1, #KEYS do
		local action, per_minute = ARGV[2 * i - 1], ARGV[2 * i]
		local interval = math.floor(60000000 / per_minute)
		local till = tonumber(stored[i] or now)
		if not till or not (till >= now and till <= now + 60000000) then till = now end
		local excess = till + interval - now - interval * per_minute
		if action ~= 'refund' and excess > wait then refused, wait = i, excess end
		if action == 'spend' then counted[i] = till + interval end
		if action == 'refund' then counted[i] = till - interval end
	end
	if wait > 0 then return {refused, wait} end
	for i, till in pairs(counted) do
		redis.call('set', KEYS[i], till, 'px', math.max(1, math.ceil((till - now) / 1000)))
	end
	if not next(counted) then redis.call('set', '` + keyPrefix + `probe', 1, 'px', 1000) end
	return {0, 0}`)

// shared counts in Redis, for all replicas.
type shared struct {
	client  redis.UniversalClient
	timeout time.Duration
	breaker *gobreaker.CircuitBreaker[[]int64]
	failure atomic.Pointer[error] // the last one
}

func newShared(mode, url string, usual time.Duration, log *slog.Logger) (*shared, error) {
	client, timeout, err := newClient(mode, url, usual)
	if err != nil {
		return nil, err
	}
	logging.Disable() // it would say for each connection what is said once here
	s := &shared{client: client, timeout: timeout}
	s.breaker = gobreaker.NewCircuitBreaker[[]int64](gobreaker.Settings{
		Timeout:     redisPause,
		ReadyToTrip: func(counts gobreaker.Counts) bool { return counts.ConsecutiveFailures >= redisFailures },
		// That no connection is free says nothing of Redis.
		IsExcluded: func(err error) bool { return errors.Is(err, redis.ErrPoolTimeout) },
		OnStateChange: func(_ string, from, to gobreaker.State) {
			switch {
			case from == gobreaker.StateClosed:
				log.Error("Redis does not answer: until it does, each process has limits of its own", "error", *s.failure.Load())
			case to == gobreaker.StateClosed:
				log.Info("Redis is back: limits are shared by all replicas again")
			}
		},
	})
	return s, nil
}

// count is memory.count in Redis. An error says that Redis has not decided. What is to be counted is, also when the request has been
// cancelled.
func (s *shared) count(ctx context.Context, limits []limit) (refused int, wait time.Duration, err error) {
	if s == nil {
		return 0, 0, redis.ErrClosed // there is none
	}
	keys, arguments := make([]string, len(limits)), make([]any, 0, 2*len(limits))
	for i, l := range limits {
		keys[i] = keyPrefix + l.key
		arguments = append(arguments, string(l.action), l.perMinute)
	}
	answer, err := s.breaker.Execute(func() ([]int64, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.timeout)
		defer cancel()
		answer, err := script.Run(ctx, s.client, keys, arguments...).Int64Slice()
		if err != nil {
			s.failure.Store(&err)
		}
		return answer, err
	})
	if err != nil {
		return 0, 0, err
	}
	return int(answer[0]) - 1, time.Duration(answer[1]) * time.Microsecond, nil
}

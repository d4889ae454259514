package ratelimit

import (
	"context"
	"log/slog"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/sony/gobreaker/v2"
	"github.com/stretchr/testify/require"

	"meet-external-api/auth/ratelimit/redistest"
)

// Whatever another program, or a person, has put under one of our keys: it refuses nobody, and is written over by what counts.
func TestForeignValuesInRedis(t *testing.T) {
	t.Parallel()
	l := newLimiter(t, Options{RequestsPerMinute: 2, FailuresPerMinute: 2})
	var err error
	l.shared, err = newShared(RedisSingle, redistest.Start(t).URL(), time.Minute, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	client := l.shared.client
	text := func(value string) func(context.Context, string) error {
		return func(ctx context.Context, key string) error { return client.Set(ctx, key, value, 0).Err() }
	}
	microseconds := func(ahead time.Duration) string { return strconv.FormatInt(time.Now().Add(ahead).UnixMicro(), 10) }
	foreign := map[string]func(ctx context.Context, key string) error{
		"a word": text("abc"), "nothing": text(""), "no number": text("nan"), "without end": text("inf"), "the other end": text("-inf"),
		"negative": text("-5"), "a fraction": text("1.5"), "hexadecimal": text("0x7fffffffffffffff"),
		"huge": text("1e300"), "longer than 64 bits": text(strings.Repeat("9", 400)), "the largest integer": text(strconv.Itoa(math.MaxInt64)),
		"in 90 years": text(microseconds(90 * 365 * 24 * time.Hour)), "in two minutes": text(microseconds(2 * time.Minute)),
		"in nanoseconds": text(strconv.FormatInt(time.Now().UnixNano(), 10)), "null characters": text("\x00\x00"), "long ago": text("1"),
		"a list": func(ctx context.Context, key string) error { return client.RPush(ctx, key, "1").Err() },
		"a hash": func(ctx context.Context, key string) error { return client.HSet(ctx, key, "1", "1").Err() },
		"a set":  func(ctx context.Context, key string) error { return client.SAdd(ctx, key, "1").Err() },
		"a stream": func(ctx context.Context, key string) error {
			return client.XAdd(ctx, &redis.XAddArgs{Stream: key, Values: []string{"1", "1"}}).Err()
		},
		"a sorted set": func(ctx context.Context, key string) error {
			return client.ZAdd(ctx, key, redis.Z{Score: 1, Member: "1"}).Err()
		},
	}
	ctx := t.Context()
	for name, put := range foreign {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, client.FlushDB(ctx).Err())
			keys := []string{"probe"}
			for _, limit := range l.options.limits("a", "one") {
				keys = append(keys, limit.code+":"+limit.key)
			}
			for _, key := range keys {
				require.NoError(t, put(ctx, keyPrefix+key))
			}
			require.NoError(t, l.Check(ctx, TokenRequests, "a", "one", false))
			for range 2 {
				require.NoError(t, l.CountFailure(ctx, "a", "one"))
				l.RefundFailure(ctx, "a", "one")
				require.NoError(t, l.CountRequest(ctx, TokenRequests, "a", "one"))
			}
			require.Equal(t, "requests_per_application", refusedBy(t, l.CountRequest(ctx, TokenRequests, "a", "one")))
			left := client.PTTL(ctx, keyPrefix+"requests_per_application:a").Val()
			require.Positive(t, left, "what is counted ends")
			require.LessOrEqual(t, left, time.Minute)
		})
	}
	require.Nil(t, l.shared.failure.Load(), "none of them is a Redis that is away")
	require.Equal(t, gobreaker.StateClosed, l.shared.breaker.State())
}

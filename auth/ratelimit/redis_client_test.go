package ratelimit

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What is no URL of its mode is refused, and the password is not repeated.
func TestRedisURLs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		mode, url string
		taken     bool
		timeout   time.Duration
	}{
		{"", "redis://:a-password@one:6379/0", true, time.Second},
		{RedisSingle, "rediss://user:a-password@one/1", true, time.Second},
		{RedisSingle, "unix:///run/redis.sock?db=1", true, time.Second},
		{RedisSingle, "redis://one:6379/1?read_timeout=3s", true, 3 * time.Second},
		{RedisSingle, "redis://one:6379/1?read_timeout=-1", true, time.Second},
		{RedisSingle, "redis://one:6379/1?read_timeout=soon", false, 0},
		{RedisCluster, "redis://one:6379?addr=two:6379&read_timeout=3s", true, 3 * time.Second},
		{RedisSentinel, "redis://one:26379/0?master_name=mymaster&read_timeout=3s", true, 3 * time.Second},
		{RedisSingle, "redis://one:6379?addr=two:6379", false, 0},
		{RedisSingle, "redis://one:26379?master_name=mymaster", false, 0},
		{RedisSingle, "http://:a-password@one", false, 0},
		{RedisCluster, "redis://:a-password@one:6379?addr=two:6379&addr=three:6379", true, time.Second},
		{RedisCluster, "rediss://one", true, time.Second},
		{RedisCluster, "redis://one?addr=two", false, 0},
		{RedisCluster, "redis://:a-password@one?master_name=mymaster", false, 0},
		{RedisSentinel, "redis://:a-password@one:26379/1?addr=two:26379&master_name=mymaster&password=a-password", true, time.Second},
		{RedisSentinel, "redis://one:26379", false, 0},
		{RedisSentinel, "redis://:a-password@one:26379/x?master_name=mymaster", false, 0},
		{RedisSentinel, "redis://one:26379?master_name=mymaster&replica_only=true", false, 0},
	} {
		client, timeout, err := newClient(c.mode, c.url, time.Second)
		if c.taken {
			require.NoError(t, err, c)
			require.NoError(t, client.Close())
			require.Equal(t, c.timeout, timeout, c)
			continue
		}
		require.ErrorContains(t, err, "give the URL of ", c)
		require.NotContains(t, err.Error(), "a-password")
	}
}

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
	}{
		{"", "redis://:a-password@one:6379/0", true},
		{RedisSingle, "rediss://user:a-password@one/1", true},
		{RedisSingle, "unix:///run/redis.sock?db=1", true},
		{RedisSingle, "redis://one:6379?addr=two:6379", false},
		{RedisSingle, "redis://one:26379?master_name=mymaster", false},
		{RedisSingle, "http://:a-password@one", false},
		{RedisCluster, "redis://:a-password@one:6379?addr=two:6379&addr=three:6379", true},
		{RedisCluster, "rediss://one", true},
		{RedisCluster, "redis://one?addr=two", false},
		{RedisCluster, "redis://:a-password@one?master_name=mymaster", false},
		{RedisSentinel, "redis://:a-password@one:26379/1?addr=two:26379&master_name=mymaster&password=a-password", true},
		{RedisSentinel, "redis://one:26379", false},
		{RedisSentinel, "redis://:a-password@one:26379/x?master_name=mymaster", false},
		{RedisSentinel, "redis://one:26379?master_name=mymaster&replica_only=true", false},
	} {
		client, err := newClient(c.mode, c.url, time.Second)
		if c.taken {
			require.NoError(t, err, c)
			require.NoError(t, client.Close())
			continue
		}
		require.ErrorContains(t, err, "give the URL of ", c)
		require.NotContains(t, err.Error(), "a-password")
	}
}

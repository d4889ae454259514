package ratelimit

import (
	"cmp"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

// What Options.RedisURL is the address of.
const (
	RedisSingle   = "single"
	RedisCluster  = "cluster"
	RedisSentinel = "sentinel"
)

// clusterReload is how old the client's knowledge may be of which master has the keys: one that goes away says nothing of its successor.
const clusterReload = time.Second

// newClient makes the client of a mode, empty for RedisSingle, with the URL in the form that the library has for it. No call waits longer
// than the timeout, which is that of the URL (read_timeout) where it has one; and none is tried again but by a cluster's client, at
// another master. Errors: a URL that cannot be read; without the library's text, which may repeat the password.
func newClient(mode, url string, usual time.Duration) (_ redis.UniversalClient, timeout time.Duration, _ error) {
	switch mode {
	case RedisCluster:
		o, err := redis.ParseClusterURL(url)
		if err != nil {
			return nil, 0, errors.New("give the URL of nodes of a Redis Cluster, like redis://:password@one:6379?addr=two:6379")
		}
		timeout = timeoutOf(o.ReadTimeout, usual)
		o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = timeout, timeout, timeout, timeout
		o.ContextTimeoutEnabled, o.MaxRetries, o.DialerRetries = true, -1, 1
		o.ClusterStateReloadInterval = clusterReload
		o.DisableRoutingPolicies = true // else it asks for a description of all commands first, which a user with few rights may not
		return redis.NewClusterClient(o), timeout, nil
	case RedisSentinel:
		o, err := redis.ParseFailoverURL(url)
		if err != nil || o.MasterName == "" || o.RouteByLatency || o.RouteRandomly || o.ReplicaOnly {
			return nil, 0, errors.New("give the URL of Sentinels and the name of the master, like redis://one:26379/0?addr=two:26379&master_name=mymaster")
		}
		timeout = timeoutOf(o.ReadTimeout, usual)
		o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = timeout, timeout, timeout, timeout
		o.ContextTimeoutEnabled, o.MaxRetries, o.DialerRetries = true, -1, 1
		return redis.NewFailoverClient(o), timeout, nil
	default:
		o, err := redis.ParseURL(url)
		if err != nil {
			return nil, 0, errors.New("give the URL of a Redis, like redis://:password@host:6379/0; " +
				"of a cluster or of Sentinels only with EXTERNAL_API_REDIS_MODE")
		}
		timeout = timeoutOf(o.ReadTimeout, usual)
		o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = timeout, timeout, timeout, timeout
		o.ContextTimeoutEnabled, o.MaxRetries, o.DialerRetries = true, -1, 1
		return redis.NewClient(o), timeout, nil
	}
}

// timeoutOf is the timeout of a URL, or the usual one where it has none (0) or asks for no timeout at all (negative).
func timeoutOf(url, usual time.Duration) time.Duration {
	return cmp.Or(max(url, 0), usual)
}

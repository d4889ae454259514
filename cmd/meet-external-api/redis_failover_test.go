// The tests of docs/operate.md, "Redis": limits in a Redis Cluster and behind Sentinels, also when a master fails.

package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/auth/ratelimit/redistest"
)

// Replicas that know different nodes count together. When the master goes away that has the limits, each counts on its own and
// refuses no token, until its replica has taken over.
func TestRedisFailover(t *testing.T) {
	t.Parallel()
	for mode, begin := range map[string]func(t *testing.T) (urls [2]string, fail func()){
		"cluster": func(t *testing.T) ([2]string, func()) {
			cluster := redistest.StartCluster(t)
			master := cluster.MasterOf("{meet-external-api}:")
			return [2]string{cluster.URL((master + 1) % 6), cluster.URL((master + 2) % 6)}, cluster.Nodes[master].Stop
		},
		"sentinel": func(t *testing.T) ([2]string, func()) {
			sentinels := redistest.StartSentinels(t)
			return [2]string{sentinels.URL(), sentinels.URL()}, sentinels.Master.Stop
		},
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			urls, fail := begin(t)
			settings := map[string]string{
				"EXTERNAL_API_REDIS_MODE": mode, "REDIS_URL": urls[0], "EXTERNAL_API_TRUSTED_PROXIES": "127.0.0.0/8",
				"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "4",
			}
			s := start(t, settings)
			replicas := []*instance{s, s.replica(settings, map[string]string{"REDIS_URL": urls[1]})}
			checked := command(s.env, "check")
			require.Zero(t, checked.code, checked.stdout)
			s.user("user@example.com")
			application := s.application()
			tokens := func() []int { return []int{s.tokenStatus(application), replicas[1].tokenStatus(application)} }
			require.Equal(t, []int{200, 200}, tokens()) // and both are connected
			// A decision for which Redis takes too long on a busy machine is made by the process.
			require.Contains(t, []int{4, 5}, judged(replicas, "192.0.2.1"), "each on its own would allow as many again")

			fail()
			for _, replica := range replicas {
				require.Eventually(t, func() bool {
					require.Equal(t, []int{200, 200}, tokens())
					return strings.Contains(replica.log.String(), "Redis does not answer")
				}, eventually, 20*tick)
			}
			for _, replica := range replicas {
				require.Eventually(t, func() bool {
					require.Equal(t, []int{200, 200}, tokens())
					return strings.Contains(replica.log.String(), "Redis is back")
				}, eventually, 20*tick)
			}
			require.Contains(t, []int{4, 5}, judged(replicas, "192.0.2.2"), "they count together again")
		})
	}
}

// judged is how many wrong secrets from an address the replicas judge in turns, until one refuses to.
func judged(replicas []*instance, address string) (count int) {
	for ; count < 10; count++ {
		sent := tokenRequest(credentials{ID: "x", Secret: "wrong"}, nil)
		if replicas[count%len(replicas)].post(tokenPath, sent, header("X-Forwarded-For", address)).status != 401 {
			return count
		}
	}
	return count
}

package redistest

import (
	"context"
	"errors"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
)

// Cluster is a Redis Cluster of three masters with a replica each, which takes a master for failed after a second.
type Cluster struct {
	t     testing.TB
	Nodes []*Server
}

// StartCluster runs one, as `redis-cli --cluster create` makes it.
func StartCluster(t testing.TB) *Cluster {
	t.Helper()
	c, create := &Cluster{t: t}, []string{"--cluster", "create"}
	for range 6 {
		node := Start(t, "--cluster-enabled", "yes", "--cluster-port", freePort(t), "--cluster-node-timeout", "1000", "--repl-diskless-sync-delay", "0")
		c.Nodes = append(c.Nodes, node)
		create = append(create, node.Address())
	}
	create = append(create, "--cluster-replicas", "1", "--cluster-yes")
	if said, err := exec.CommandContext(t.Context(), "redis-cli", create...).CombinedOutput(); err != nil { //nolint:gosec // addresses
		t.Fatalf("%v: %s", err, said)
	}
	wait(t, "a cluster in which every master has its replica", func() bool {
		return !slices.ContainsFunc(c.Nodes, func(node *Server) bool {
			state, _ := node.client(0).ClusterInfo(context.Background()).Result()
			role, _ := node.client(0).Info(context.Background(), "replication").Result()
			return !strings.Contains(state, "cluster_state:ok") ||
				!strings.Contains(role, "connected_slaves:1") && !strings.Contains(role, "master_link_status:up")
		})
	})
	return c
}

// URL names one of the nodes.
func (c *Cluster) URL(node int) string { return "redis://" + c.Nodes[node].Address() }

// MasterOf is the node that has a key: all others refer to it.
func (c *Cluster) MasterOf(key string) int {
	return slices.IndexFunc(c.Nodes, func(node *Server) bool {
		err := node.client(0).Get(context.Background(), key).Err()
		return err == nil || errors.Is(err, redis.Nil)
	})
}

package redistest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Sentinels are three that watch over a master with a replica, and take it for failed after half a second.
type Sentinels struct {
	Master, Replica *Server
	sentinels       []*Server
}

// StartSentinels runs them. The master's name is `limits`.
func StartSentinels(t testing.TB) *Sentinels {
	t.Helper()
	s := &Sentinels{Master: Start(t, "--repl-diskless-sync-delay", "0")}
	s.Replica = Start(t, "--replicaof", "127.0.0.1 "+s.Master.Port)
	for range 3 {
		s.sentinels = append(s.sentinels, startSentinel(t, s.Master))
	}
	wait(t, "Sentinels that know each other and the replica", func() bool {
		for _, sentinel := range s.sentinels {
			known, _ := sentinel.client(0).Info(context.Background(), "sentinel").Result()
			if !strings.Contains(known, "status=ok,address="+s.Master.Address()+",slaves=1,sentinels=3") {
				return false
			}
		}
		return true
	})
	return s
}

// startSentinel runs a Sentinel, which keeps what it learns in its configuration file.
func startSentinel(t testing.TB, master *Server) *Server {
	t.Helper()
	dir, err := os.MkdirTemp("", "meet-external-api-sentinel-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	s := &Server{t: t, Port: freePort(t)}
	file := filepath.Join(dir, "sentinel.conf")
	configuration := "port " + s.Port + "\nbind 127.0.0.1\ndir " + dir + "\nsentinel monitor limits 127.0.0.1 " + master.Port + " 2\n" +
		"sentinel down-after-milliseconds limits 500\nsentinel failover-timeout limits 5000\n"
	if err := os.WriteFile(file, []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	s.process = s.run("Sentinel ID is", file, "--sentinel")
	t.Cleanup(s.Stop)
	return s
}

// URL names the Sentinels, and database 1 of the master.
func (s *Sentinels) URL() string {
	return "redis://" + s.sentinels[0].Address() + "/1?addr=" + s.sentinels[1].Address() + "&addr=" + s.sentinels[2].Address() + "&master_name=limits"
}

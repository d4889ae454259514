// The test of docs/operate.md, "Upgrade": replicas behind a proxy are restarted one after the other under load.

package main

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"meet-external-api/auth/ratelimit/redistest"
	"meet-external-api/db/dbtest"
)

// haproxy is a HAProxy that is configured by deploy/haproxy.cfg.
type haproxy struct {
	url, socket string
}

// startHAProxy runs it before two replicas. It tries nothing again, so that a lost request is seen, and probes more often, so that the test
// takes less long.
func startHAProxy(t *testing.T, replicas [2]string) haproxy {
	t.Helper()
	configuration, err := os.ReadFile("../../deploy/haproxy.cfg")
	require.NoError(t, err)
	for original, changed := range map[string]string{"retries 3": "retries 0", "option redispatch": "no option redispatch", "inter 1s": "inter 100ms"} {
		require.Equal(t, 1, strings.Count(string(configuration), original))
		configuration = []byte(strings.ReplaceAll(string(configuration), original, changed))
	}
	dir := t.TempDir()
	h := haproxy{socket: filepath.Join(dir, "stats")}
	configuration = append(configuration, "global\n    stats socket "+h.socket+"\n"...)
	file := filepath.Join(dir, "haproxy.cfg")
	require.NoError(t, os.WriteFile(file, configuration, 0o600))
	address := fixedAddress(t)
	h.url = "http://" + address
	path, err := exec.LookPath("haproxy")
	if err != nil {
		path = "/usr/sbin/haproxy" // where Debian installs it, and not everyone looks for programs
	}
	proxy, said := exec.Command(path, "-db", "-f", file), newLogLines()
	proxy.Env = []string{"LISTEN=" + address, "REPLICA_1=" + replicas[0], "REPLICA_2=" + replicas[1]}
	proxy.Stdout, proxy.Stderr = said, said
	require.NoError(t, proxy.Start(), "install it: apt-get install haproxy")
	t.Cleanup(func() {
		_ = proxy.Process.Kill()
		_ = proxy.Wait()
		if t.Failed() {
			t.Log(said)
		}
	})
	return h
}

// states is what it takes the replicas for, such as "UP UP".
func (h haproxy) states() string {
	conn, err := net.Dial("unix", h.socket)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = conn.Close() }()
	_, _ = io.WriteString(conn, "show stat\n")
	var states []string
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		if fields := strings.Split(lines.Text(), ","); len(fields) > 17 && fields[0] == "replicas" && fields[1] != "BACKEND" {
			states = append(states, fields[17])
		}
	}
	return strings.Join(states, " ")
}

// fixedAddress is one to listen on, again and again: below the ports that the system gives to connections.
func fixedAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", 20000+rand.IntN(12000))
		if listener, err := net.Listen("tcp", address); err == nil {
			require.NoError(t, listener.Close())
			return address
		}
	}
	t.Fatal("no port is free")
	return ""
}

// Each of two replicas is restarted ten times while callers go on, whose requests are sent once and by nobody again: each is answered as it
// has to be, and what is stored is what was answered.
func TestRollingRestartLosesNoRequest(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t)
	addresses := [2]string{fixedAddress(t), fixedAddress(t)}
	env := map[string]string{"DATABASE_URL": dsn, "EXTERNAL_API_DRAIN_SECONDS": "1", "REDIS_URL": redistest.Start(t).URL()}
	serve := func(replica int) process {
		settings := maps.Clone(env)
		settings["EXTERNAL_API_LISTEN"] = addresses[replica]
		p := startProcess(t, settings)
		p.log.wait(t, "ready")
		return p
	}
	replicas := [2]process{serve(0), serve(1)}
	proxy := startHAProxy(t, addresses)
	bothUp := func() bool { return proxy.states() == "UP UP" }
	require.Eventually(t, bothUp, eventually, 4*tick)

	s := &instance{t: t, dsn: dsn, env: map[string]string{"DATABASE_URL": dsn, "APPLICATION_JWT_SECRET_KEY": testKey}}
	application := s.application()
	s.user("member@example.com")
	const many = 6
	var callers []*caller
	var group sync.WaitGroup
	done := make(chan struct{})
	for i := range many {
		address := fmt.Sprintf("user%d@example.com", i)
		s.user(address)
		c := newCaller(application, address, "member@example.com", proxy.url)
		callers = append(callers, c)
		group.Go(func() {
			defer c.close()
			// So many requests come at once, and no more than leave the processor to the rest of the tests.
			for next := time.NewTicker(time.Second); ; {
				if err := c.work(); err != nil {
					t.Errorf("%s: %v", address, err)
				}
				select {
				case <-next.C:
				case <-done:
					return
				}
			}
		})
	}
	for restart := range 20 {
		replica := restart % 2
		require.NoError(t, replicas[replica].Process.Signal(syscall.SIGTERM))
		require.NoError(t, replicas[replica].Wait())
		replicas[replica] = serve(replica)
		require.Eventually(t, bothUp, eventually, 4*tick)
	}
	close(done)
	group.Wait()
	answered := requireAllWasDone(t, s.pool(), callers...)
	require.Greater(t, answered, 1000, "it was no load")
	t.Logf("%d requests were answered", answered)
}

package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"meet-external-api/handlers"
)

const (
	floodConnections = 16
	calmConnections  = 2
	floodRounds      = 3
)

// BenchmarkFlood measures what others notice while wrong secrets flood an application whose hash is Meet's, each of them
// another one: the 99th percentiles of tokens of another application and of lists of rooms, calm and flooded, medians of three rounds. Once with the
// limits as they are, which refuse the flood before any hash, and once without any.
func BenchmarkFlood(b *testing.B) {
	measured := newBench(b)
	for name, failures := range map[string]string{"limits": "30", "no-limits": "0"} {
		for _, operation := range measured.operations {
			if operation.name != "token" && operation.name != "list" {
				continue
			}
			b.Run(name+"/"+operation.name, func(b *testing.B) {
				_, address := startLoaded(b, measured.dsn, map[string]string{"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": failures})
				notice := func() load {
					var loads []load
					for range floodRounds {
						loads = append(loads, wrk(b, address, operation, calmConnections, loadRound))
					}
					return median(loads)
				}
				calm := notice()
				flood(b, address, measured.flooded)
				flooded := notice()
				b.ReportMetric(0, "ns/op")
				b.ReportMetric(calm.p99, "calm-p99-ms")
				b.ReportMetric(flooded.p99, "flooded-p99-ms")
				b.ReportMetric(flooded.perSecond, "flooded-req/s")
			})
		}
	}
}

// flood sends wrong secrets of a client until the benchmark ends.
func flood(b *testing.B, address, clientID string) {
	b.Helper()
	script := filepath.Join(b.TempDir(), "flood.lua")
	require.NoError(b, os.WriteFile(script, fmt.Appendf(nil, `
		local n = 0
		request = function()
			n = n + 1
			return wrk.format("POST", nil, {["Content-Type"] = "application/x-www-form-urlencoded"},
				"grant_type=client_credentials&scope=user@example.com&client_id=%s&client_secret=wrong" .. n)
		end
	`, clientID), 0o600))
	ctx, cancel := context.WithCancel(context.Background())
	command := exec.CommandContext(ctx, "wrk", "-t1", fmt.Sprint("-c", floodConnections), "-d", "60s", "-s", script,
		"http://"+address+handlers.BasePath+"/application/token/")
	require.NoError(b, command.Start())
	b.Cleanup(func() { cancel(); _ = command.Wait() })
	// When the first ones have been refused, the flood is there.
	require.Eventually(b, func() bool {
		response, err := http.PostForm("http://"+address+handlers.BasePath+"/application/token/", map[string][]string{
			"grant_type": {"client_credentials"}, "scope": {"user@example.com"}, "client_id": {clientID}, "client_secret": {"wrong"},
		})
		if err != nil {
			return false
		}
		_ = response.Body.Close()
		return response.StatusCode == http.StatusTooManyRequests || response.StatusCode == http.StatusServiceUnavailable
	}, time.Minute, 100*time.Millisecond)
}

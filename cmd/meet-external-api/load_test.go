package main

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"meet-external-api/handlers"
)

const (
	loadRounds      = 5
	loadRound       = 3 * time.Second
	loadConnections = 16
	// coldRound and slowRound are more first tokens than come in a round.
	coldRound = 20_000
	slowRound = 100
)

// BenchmarkLoad puts both servers, as processes of their own, under the load of wrk, in turns so that a noisy machine is
// noisy for both, and reports the medians: requests per second, latencies, and this server's share of the bare one's rate, round
// by round. The load on this server adds up to two minutes; then its memory is read.
func BenchmarkLoad(b *testing.B) {
	measured := newBench(b)
	begin := time.Now()
	this, address := startLoaded(b, measured.dsn, nil)
	ready := time.Since(begin)
	bareAddress := "127.0.0.1:18081"
	startProcess(b, map[string]string{
		"BE_THE_BARE_SERVER": "1", "DATABASE_URL": measured.dsn, "EXTERNAL_API_LISTEN": bareAddress,
		"BARE_CLIENT_ID": measured.clientID, "BARE_USER": measured.user,
	})
	require.Eventually(b, func() bool {
		response, err := http.Get("http://" + bareAddress + "/")
		if err == nil {
			_ = response.Body.Close()
		}
		return err == nil
	}, 10*time.Second, 10*time.Millisecond)
	cold, slow := measured.firstTokens(b, loadRounds*coldRound, loadRounds*slowRound)
	warm := compare(b, address, bareAddress, measured.operations[0], loadConnections, 0)
	for _, operation := range measured.operations[1:] {
		compare(b, address, bareAddress, operation, loadConnections, 0)
	}
	compare(b, address, bareAddress, cold, loadConnections, coldRound)
	// From one connection, since no more slow hashes are computed at a time here than one.
	slowest := compare(b, address, bareAddress, slow, 1, slowRound)
	b.Run("token-warm-of-slow", func(b *testing.B) {
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(warm.perSecond/slowest.perSecond, "times")
	})
	b.Run("process", func(b *testing.B) {
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(float64(ready.Milliseconds()), "ready-ms")
		b.ReportMetric(residentMB(b, this.Process.Pid), "resident-MB")
	})
}

// compare puts one operation to both servers, and returns what this one did. Each round has numbers of its own.
func compare(b *testing.B, address, bareAddress string, o operation, connections, numbers int) (our load) {
	b.Helper()
	b.Run(o.name, func(b *testing.B) {
		var ours, bares []load
		var shares []float64
		for round := range loadRounds {
			o.first = round * numbers
			ours = append(ours, wrk(b, address, o, connections, loadRound))
			bares = append(bares, wrk(b, bareAddress, o, connections, loadRound))
			shares = append(shares, ours[round].perSecond/bares[round].perSecond)
		}
		slices.Sort(shares)
		bare := median(bares)
		our = median(ours)
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(our.perSecond, "req/s")
		b.ReportMetric(our.p50, "p50-ms")
		b.ReportMetric(our.p99, "p99-ms")
		b.ReportMetric(bare.perSecond, "bare-req/s")
		b.ReportMetric(bare.p50, "bare-p50-ms")
		b.ReportMetric(bare.p99, "bare-p99-ms")
		b.ReportMetric(shares[len(shares)/2], "of-bare")
	})
	return our
}

// startLoaded runs this server as a process of its own. It counts requests, with a limit that is never reached.
func startLoaded(b *testing.B, dsn string, settings map[string]string) (this process, address string) {
	b.Helper()
	env := map[string]string{"DATABASE_URL": dsn, "EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE": "1000000"}
	maps.Copy(env, settings)
	this = startProcess(b, env)
	this.log.wait(b, "ready")
	return this, this.log.wait(b, "listening")["address"].(string)
}

// load is what wrk measured; latencies in milliseconds.
type load struct{ perSecond, p50, p99 float64 }

func median(loads []load) load {
	slices.SortFunc(loads, func(x, y load) int { return int(x.perSecond - y.perSecond) })
	return loads[len(loads)/2]
}

var (
	wrkRate    = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)
	wrkLatency = regexp.MustCompile(`(?m)^\s+(50|99)%\s+([\d.]+)(us|ms|s)$`)
)

// wrk makes requests over so many connections, one after the other on each.
func wrk(b *testing.B, address string, o operation, connections int, duration time.Duration) load {
	b.Helper()
	script := filepath.Join(b.TempDir(), "request.lua")
	before, after, numbered := strings.Cut(o.body, numberMark)
	require.NoError(b, os.WriteFile(script, fmt.Appendf(nil, `
		wrk.method = %q
		wrk.headers["Content-Type"] = "application/json"
		wrk.headers["Authorization"] = "Bearer %s"
		local n = %d
		local before, after = %q, %q
		request = function()
			n = n + 1
			return wrk.format(nil, nil, nil, %t and before .. n .. after or before)
		end
	`, o.method, o.token, o.first, before, after, numbered), 0o600))
	output, err := exec.Command("wrk", "-t1", "-c"+strconv.Itoa(connections), "-d"+duration.String(), "--latency", "-s", script,
		"http://"+address+handlers.BasePath+o.path).CombinedOutput()
	require.NoError(b, err, "%s", output)
	require.NotContains(b, string(output), "Non-2xx", "%s", output)
	var l load
	l.perSecond = parsed(b, wrkRate.FindStringSubmatch(string(output))[1])
	for _, match := range wrkLatency.FindAllStringSubmatch(string(output), -1) {
		milliseconds := parsed(b, match[2]) * map[string]float64{"us": 0.001, "ms": 1, "s": 1000}[match[3]]
		if match[1] == "50" {
			l.p50 = milliseconds
		} else {
			l.p99 = milliseconds
		}
	}
	return l
}

func parsed(b *testing.B, text string) float64 {
	b.Helper()
	number, err := strconv.ParseFloat(text, 64)
	require.NoError(b, err)
	return number
}

func residentMB(b *testing.B, pid int) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	require.NoError(b, err)
	match := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindStringSubmatch(string(status))
	require.NotNil(b, match)
	return parsed(b, match[1]) / 1024
}

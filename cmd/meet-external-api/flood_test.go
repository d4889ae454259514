package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"meet-external-api/auth"
	"meet-external-api/handlers"
)

const (
	floodApplications = 1000 // beside those that are measured
	floodConnections  = 16
	calmConnections   = 2
	floodRounds       = 3
)

// A flood is what somebody sends without end, from as many connections as floodConnections.
type flood struct {
	name string
	// settings are those of the server beside the usual ones.
	settings map[string]string
	// form is the body, with a number in it that is another one each time.
	form string
}

var madeUpClients = flood{
	name: "made-up-clients",
	form: "grant_type=client_credentials&scope=user@example.com&client_secret=wrong&client_id=made-up-%d",
}

func floods(measured bench, assertion string) []flood {
	wrongSecrets := "grant_type=client_credentials&scope=user@example.com&client_secret=wrong%d&client_id=" + measured.flooded
	return []flood{
		{"wrong-secrets", nil, wrongSecrets},
		madeUpClients,
		{"made-up-assertions", nil, "grant_type=client_credentials&scope=user@example.com&client_id=made-up-%d&client_assertion_type=" +
			url.QueryEscape(auth.AssertionType) + "&client_assertion=" + assertion},
		{"wrong-secrets-without-limits", noLimits, wrongSecrets},
	}
}

// BenchmarkFlood measures what others notice of a flood: the 99th percentiles of tokens of another application and of lists of
// rooms, calm and flooded, medians of three rounds; all from the same address as the flood. The application whose secrets are
// guessed has a hash of Meet's; a thousand others are registered beside it.
func BenchmarkFlood(b *testing.B) {
	measured := newBench(b)
	measured.copyApplication(measured.clientID, "one-of-many-", floodApplications)
	for _, f := range floods(measured, forged(b, "made-up", "ES512", 132)) {
		for _, operation := range measured.operations {
			if operation.name != "token" && operation.name != "list" {
				continue
			}
			b.Run(f.name+"/"+operation.name, func(b *testing.B) {
				_, address := startLoaded(b, measured.dsn, f.settings)
				notice := func() load {
					var loads []load
					for range floodRounds {
						loads = append(loads, wrk(b, address, operation, calmConnections, loadRound))
					}
					return median(loads)
				}
				calm := notice()
				f.begin(b, address)
				flooded := notice()
				b.ReportMetric(0, "ns/op")
				b.ReportMetric(calm.p99, "calm-p99-ms")
				b.ReportMetric(flooded.p99, "flooded-p99-ms")
				b.ReportMetric(flooded.perSecond, "flooded-req/s")
			})
		}
	}
}

// coldTokens are the first tokens of so many applications whose hash is Meet's.
const coldTokens = 10

// BenchmarkColdInFlood measures the first tokens of applications whose hash is Meet's, which is computed for each of them: how many of
// them come, and how long they take, calm and while somebody at another address makes up client ids.
func BenchmarkColdInFlood(b *testing.B) {
	s := start(b)
	s.user("user@example.com")
	_, address := startLoaded(b, s.dsn, behindProxy(map[string]string{}))
	cold := func(b *testing.B) (came, slowest float64) {
		for range coldTokens {
			application := s.application()
			s.setHash(&application, millionRounds, djangoSecret)
			request := tokenOperation(b, "cold", application).request()
			request.URL.Scheme, request.URL.Host, request.RequestURI = "http", address, ""
			request.Header.Set("X-Forwarded-For", "192.0.2.1")
			begin := time.Now()
			response, err := http.DefaultClient.Do(request)
			require.NoError(b, err)
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				came++
			}
			slowest = max(slowest, float64(time.Since(begin).Milliseconds()))
		}
		return came, slowest
	}
	b.Run("made-up-clients", func(b *testing.B) {
		calm, calmSlowest := cold(b)
		madeUpClients.begin(b, address)
		flooded, floodedSlowest := cold(b)
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(calm/coldTokens, "calm-came")
		b.ReportMetric(calmSlowest, "calm-slowest-ms")
		b.ReportMetric(flooded/coldTokens, "flooded-came")
		b.ReportMetric(floodedSlowest, "flooded-slowest-ms")
	})
}

// begin floods a server until the benchmark ends.
func (f flood) begin(b *testing.B, address string) {
	b.Helper()
	script := filepath.Join(b.TempDir(), "flood.lua")
	require.NoError(b, os.WriteFile(script, fmt.Appendf(nil, `
		local n = 0
		request = function()
			n = n + 1
			return wrk.format("POST", nil, {["Content-Type"] = "application/x-www-form-urlencoded"}, %q .. n .. %q)
		end
	`, strings.Split(f.form, "%d")[0], strings.Split(f.form, "%d")[1]), 0o600))
	ctx, cancel := context.WithCancel(context.Background())
	command := exec.CommandContext(ctx, "wrk", "-t1", fmt.Sprint("-c", floodConnections), "-d", "60s", "-s", script,
		"http://"+address+handlers.BasePath+tokenPath)
	require.NoError(b, command.Start())
	b.Cleanup(func() { cancel(); _ = command.Wait() })
	// When the first ones have been refused, the flood is there.
	require.Eventually(b, func() bool {
		body := strings.NewReader(strings.Replace(f.form, "%d", "0", 1))
		response, err := http.Post("http://"+address+handlers.BasePath+tokenPath, "application/x-www-form-urlencoded", body)
		if err != nil {
			return false
		}
		_ = response.Body.Close()
		return response.StatusCode == http.StatusTooManyRequests || response.StatusCode == http.StatusServiceUnavailable
	}, time.Minute, 100*time.Millisecond)
}

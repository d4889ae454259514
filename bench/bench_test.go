// Package bench measures bin/meet-external-api from outside: the program, the baseline server, PostgreSQL and Redis are processes of
// their own, and the clients are those of a load generator in the process of the benchmark. It prints the Markdown tables of
// README.md, "How fast", and of docs/scale.md. What is measured is here, and what only tests is beside what it tests.
package bench

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// baselineURL is the variable that makes this binary the baseline server, on the database that it names.
const baselineURL = "BENCH_BASELINE_DATABASE_URL"

func TestMain(m *testing.M) {
	if url := os.Getenv(baselineURL); url != "" {
		panic(serveBaseline(url, os.Getenv("EXTERNAL_API_LISTEN")))
	}
	os.Exit(m.Run())
}

// Benchmark runs all measurements, one after the other, on one database.
func Benchmark(b *testing.B) {
	d := newDatabase(b)
	b.Run("Operations", d.benchmarkOperations)
	b.Run("Redis", d.benchmarkRedis)
	b.Run("Audit", d.benchmarkAudit)
	b.Run("Flood", d.benchmarkFlood)
	b.Run("FirstTokens", d.benchmarkFirstTokens)
	b.Run("Owners", d.benchmarkOwners)
	b.Run("Scale", d.benchmarkScale)
}

const (
	clients = 16
	rounds  = 5
	round   = 2 * time.Second
)

// An operation is a kind of request that both servers answer, the i-th of which differs from the one before where it can.
type operation struct {
	name, method string
	path         func(i int) string
	body         func(i int) string
	token        string
}

func (o operation) request(base string) func(i int) *http.Request {
	return func(i int) *http.Request {
		request := must(http.NewRequest(o.method, base+apiPath+o.path(i), strings.NewReader(o.body(i))))
		if o.method == http.MethodPost {
			request.Header.Set("Content-Type", "application/json")
		}
		if o.token != "" {
			request.Header.Set("Authorization", "Bearer "+o.token)
		}
		return request
	}
}

func fixed(text string) func(int) string { return func(int) string { return text } }

// tokenOperation asks for tokens for a different user each time.
func tokenOperation(name, clientID string) operation {
	return operation{name: name, method: http.MethodPost, path: fixed("/application/token/"), body: func(i int) string {
		return tokenRequest(clientID, i%owners)
	}}
}

func listOperation(token string) operation {
	return operation{name: "list", method: http.MethodGet, path: fixed("/rooms/"), body: fixed(""), token: token}
}

func retrieveOperation(token string) operation {
	return operation{name: "retrieve", method: http.MethodGet, path: func(i int) string { return "/rooms/" + roomID(i) + "/" }, body: fixed(""), token: token}
}

func createOperation(token string) operation {
	return operation{name: "create", method: http.MethodPost, path: fixed("/rooms/"), body: fixed("{}"), token: token}
}

// benchmarkOperations compares the program with the baseline.
func (d database) benchmarkOperations(b *testing.B) {
	program, baseline := d.serve(b), d.serveBaseline(b)
	token := program.token(b, actor)
	fmt.Print("\n| operation | requests/s | p50 | p99 | errors | CPU of the server, PostgreSQL | " +
		"baseline: requests/s | p50 | p99 | CPU | ratio |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, o := range []operation{
		tokenOperation("token", quickClient),
		tokenOperation("token, of a secret that Meet hashed (1,000,000 rounds)", slowClient),
		listOperation(token),
		retrieveOperation(token),
		createOperation(token),
	} {
		ours, least, ratio := compare(program, baseline, o)
		fmt.Printf("| %s | %.0f | %.1f ms | %.1f ms | %d | %.0f µs, %.0f µs | %.0f | %.1f ms | %.1f ms | %.0f µs, %.0f µs | %.2f |\n",
			o.name, ours.perSecond, ours.p50, ours.p99, ours.errors, ours.serverCPU, ours.databaseCPU,
			least.perSecond, least.p50, least.p99, least.serverCPU, least.databaseCPU, ratio)
	}
	fmt.Printf("\nFrom start to ready: %.2f s. Resident memory after this load: %d MB.\n",
		program.ready.Seconds(), program.residentMB())
}

// benchmarkRedis compares the rate of tokens with limits that are counted in Redis with that of limits in the process.
func (d database) benchmarkRedis(b *testing.B) {
	redis, _ := startRedis(b)
	with, without := d.serve(b, "REDIS_URL="+redis), d.serve(b)
	shared, own, ratio := compare(with, without, tokenOperation("token", quickClient))
	fmt.Printf("\n| limits | tokens/s | p50 | p99 | errors | ratio |\n| --- | --- | --- | --- | --- | --- |\n"+
		"| in the process | %.0f | %.1f ms | %.1f ms | %d | |\n| in Redis | %.0f | %.1f ms | %.1f ms | %d | %.2f |\n",
		own.perSecond, own.p50, own.p99, own.errors, shared.perSecond, shared.p50, shared.p99, shared.errors, ratio)
}

// benchmarkAudit compares the rate of tokens with lines of the audit trail in a file with that without lines; events are stored with both.
func (d database) benchmarkAudit(b *testing.B) {
	with, without := d.serve(b), d.serve(b, "EXTERNAL_API_AUDIT_LOG=none")
	written, silent, ratio := compare(with, without, tokenOperation("token", quickClient))
	var events, bytes int
	require.NoError(b, d.pool.QueryRow(`select count(*), pg_total_relation_size('external_api.audit_event') from external_api.audit_event`).Scan(&events, &bytes))
	fmt.Printf("\n| lines of the audit trail | tokens/s | p50 | p99 | errors | ratio |\n| --- | --- | --- | --- | --- | --- |\n"+
		"| none | %.0f | %.1f ms | %.1f ms | %d | |\n| in a file | %.0f | %.1f ms | %.1f ms | %d | %.2f |\n\n%d events are stored in %d bytes each.\n",
		silent.perSecond, silent.p50, silent.p99, silent.errors, written.perSecond, written.p50, written.p99, written.errors, ratio,
		events, bytes/max(events, 1))
}

// compare puts an operation to two servers in turns, so that a noisy machine is noisy for both, and returns the medians of the rounds and
// that of their ratios.
func compare(one, other server, o operation) (ofOne, ofOther measurement, ratio float64) {
	var ones, others []measurement
	var ratios []float64
	for i := range rounds {
		others, ones = append(others, measure(o, clients, other)), append(ones, measure(o, clients, one))
		ratios = append(ratios, ones[i].perSecond/others[i].perSecond)
	}
	return medians(ones), medians(others), median(ratios)
}

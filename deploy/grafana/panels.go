package main

import (
	"fmt"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// row is a line of panels under a title.
type row struct {
	title  string
	panels []panel
}

// panel is a number, where good says which are, or else a graph; width is of 24, and target is drawn into the graph.
type panel struct {
	title, description, unit string
	width                    uint32
	good                     []dashboard.Threshold
	target                   float64
	queries                  []query
}

type query struct{ legend, expr string }

// chosen are the servers that the variables choose.
const chosen = `namespace=~"$namespace",job=~"$job",instance=~"$instance"`

// of is a metric of the servers that are chosen, with more matchers.
func of(name string, matchers ...string) string {
	return name + "{" + strings.Join(append([]string{chosen}, matchers...), ",") + "}"
}

// own is one of the metrics that this program alone has.
func own(name string, matchers ...string) string { return of("meet_external_api_"+name, matchers...) }

// rate is that of a counter, by labels.
func rate(by, counter string) string {
	return fmt.Sprintf("sum by (%s) (rate(%s[$__rate_interval]))", by, counter)
}

const (
	durations = "http_request_duration_seconds"
	external  = `listener="api",route=~"/external-api/.+"`
	tokenPath = `route=~".*/application/token/"`
	roomPaths = `route=~".*/rooms/.*"`
	succeeded = `status=~"2.."`
)

// quantile is the time within which that share of the requests is answered, by labels.
func quantile(share float64, by, buckets string) string {
	return fmt.Sprintf("histogram_quantile(%v, sum by (%s) (rate(%s[$__rate_interval])))", share, by, buckets)
}

var rows = []row{
	{"Is it well?", []panel{
		{title: "Servers up", description: "How many servers answer Prometheus.", unit: "short", width: 3, good: above(1),
			queries: []query{{"", `sum(` + of("up") + ` and on (namespace, job, instance) ` + own("build_info") + `)`}}},
		{title: "Servers ready", description: "How many of them load balancers send requests to.", unit: "short", width: 3, good: above(1),
			queries: []query{{"", `sum(` + own("ready") + `)`}}},
		{title: "Requests", description: "Requests to the API, a second.", unit: "reqps", width: 3, good: above(0),
			queries: []query{{"", `sum(rate(` + own(durations+"_count", external) + `[$__rate_interval]))`}}},
		{title: "Failed requests", description: "The share of requests that were answered with 5xx.", unit: "percentunit", width: 3, good: below(.01),
			queries: []query{{"", `sum(rate(` + own(durations+"_count", external, `status=~"5.."`) + `[$__rate_interval]))
/ sum(rate(` + own(durations+"_count", external) + `[$__rate_interval]))`}}},
		{title: "Tokens: p99", description: "99 of 100 tokens are issued within this time; a secret that is new takes a slow hash, 0.4 s.",
			unit: "s", width: 3, good: below(1), queries: []query{{"", quantile(.99, "le", own(durations+"_bucket", tokenPath, succeeded))}}},
		{title: "Rooms: p99", description: "99 of 100 requests about rooms are answered within this time.", unit: "s", width: 3, good: below(.25),
			queries: []query{{"", quantile(.99, "le", own(durations+"_bucket", roomPaths, succeeded))}}},
		{title: "Audit trail waits", description: "How long the first of the events has waited to be stored.", unit: "s", width: 3, good: below(60),
			queries: []query{{"", `max(` + own("audit_oldest_waiting_seconds") + `)`}}},
		{title: "Background work late", description: "How long the latest work has been due.", unit: "s", width: 3, good: below(300),
			queries: []query{{"", `max(` + own("background_due_seconds") + `)`}}},
	}},
	{"Requests and tokens", []panel{
		{title: "Requests by status", description: "Answers of the API, a second.", unit: "reqps", width: 8,
			queries: []query{{"{{status}}", rate("status", own(durations+"_count", external))}}},
		{title: "p50 by route", description: "Half of the requests that succeed are answered within this time. The line is the target, 5 ms.",
			unit: "s", width: 8, target: .005,
			queries: []query{{"{{method}} {{route}}", quantile(.5, "method, route, le", own(durations+"_bucket", external, succeeded))}}},
		{title: "p99 by route", description: "99 of 100 requests that succeed are answered within this time. The line is where rooms are late, 250 ms.",
			unit: "s", width: 8, target: .25,
			queries: []query{{"{{method}} {{route}}", quantile(.99, "method, route, le", own(durations+"_bucket", external, succeeded))}}},
		{title: "Tokens issued and refused", description: "Requests for a token, a second.", unit: "reqps", width: 12,
			queries: []query{{"{{outcome}}", rate("outcome", own("tokens_total"))}}},
		{title: "Tokens refused, by reason", description: "The reasons are those of the log; docs/refusals.md says what each means.",
			unit: "reqps", width: 12, queries: []query{{"{{reason}}", rate("reason", own("tokens_total", `outcome="refused"`)) + " > 0"}}},
	}},
	{"Limits and secrets", []panel{
		{title: "Beyond a limit", description: "What was turned down by a rate limit, a second, by the limit.", unit: "reqps", width: 8,
			queries: []query{{"{{limit}}", rate("limit", own("rate_limit_refusals_total"))}}},
		{title: "Limits decided", description: "By Redis for all servers together, or by each process for itself: without Redis, or while it is away.",
			unit: "ops", width: 8, queries: []query{{"{{by}}", rate("by", own("rate_limit_decisions_total"))}}},
		{title: "Slow hashes", description: "Hashes of secrets and passwords that run, wait, or found no place (a second).", unit: "short", width: 8,
			queries: []query{
				{"{{secrets}}: running", `sum by (secrets) (` + own("slow_hashes_running") + `)`},
				{"{{secrets}}: waiting", `sum by (secrets) (` + own("slow_hashes_waiting") + `)`},
				{"{{secrets}}: places", `sum by (secrets) (` + own("slow_hash_places") + `)`},
				{"{{secrets}}: refused", rate("secrets", own("slow_hashes_refused_total"))},
			}},
	}},
	{"Database", []panel{
		{title: "Connections in use", description: "The share of the connections that run a statement, by what they are for.", unit: "percentunit", width: 8,
			queries: []query{{"{{pool}}", `max by (pool) (` + own("database_connections_in_use") + ` / ` + own("database_connections_max") + `)`}}},
		{title: "Requests that wait for a connection", description: "How many at a time, on average.", unit: "short", width: 8, target: 1,
			queries: []query{{"{{pool}}", rate("pool", own("database_connection_wait_seconds_total"))}}},
		{title: "Errors", description: "Statements that fail, a second, by what the error is about. Writes that meet a lock are tried again.",
			unit: "ops", width: 8, queries: []query{{"{{kind}}", rate("kind", own("database_errors_total"))}}},
	}},
	{"Read replica, where there is one", []panel{
		{title: "Answered by the replica", description: "Lists and retrievals a second, by whether the replica answered, and if not, why.",
			unit: "reqps", width: 12, queries: []query{{"{{outcome}}", rate("outcome", own("read_replica_requests_total"))}}},
		{title: "Behind the primary", description: "How long ago the replica was last known to lack nothing.", unit: "s", width: 12,
			queries: []query{{"{{instance}}", `max by (instance) (` + own("read_replica_lag_seconds") + `)`}}},
	}},
	{"Audit trail and background work", []panel{
		{title: "Audit events", description: "Stored apart from a change, and dropped, a second.", unit: "ops", width: 8,
			queries: []query{
				{"stored", `sum(rate(` + own("audit_events_stored_total") + `[$__rate_interval]))`},
				{"dropped: {{cause}}", rate("cause", own("audit_events_dropped_total"))},
			}},
		{title: "Audit events that wait", description: "To be stored; some 8000 can.", unit: "short", width: 8,
			queries: []query{{"{{instance}}", `sum by (instance) (` + own("audit_events_waiting") + `)`}}},
		{title: "Background work", description: "How long it has been due, by the work.", unit: "s", width: 8, target: 300,
			queries: []query{{"{{work}}", `max by (work) (` + own("background_due_seconds") + `)`}}},
	}},
	{"OpenID provider and LiveKit", []panel{
		{title: "Tokens to ask about", description: "By what came of them: cached, active, inactive, failed, or not asked.", unit: "ops", width: 8,
			queries: []query{{"{{outcome}}", rate("outcome", own("introspections_total"))}}},
		{title: "Answers of the OpenID provider", description: "Within which time.", unit: "s", width: 6,
			queries: []query{
				{"p50", quantile(.5, "le", own("introspection_call_duration_seconds_bucket"))},
				{"p99", quantile(.99, "le", own("introspection_call_duration_seconds_bucket"))},
			}},
		{title: "Calls under way", description: "Calls of the OpenID provider, of how many; and servers that do not ask, since it does not answer.",
			unit: "short", width: 5,
			queries: []query{
				{"under way", `sum(` + own("introspection_calls_in_progress") + `)`},
				{"at most", `sum(` + own("introspection_calls_max") + `)`},
				{"circuit open", `sum(` + own("introspection_circuit_open") + `)`},
			}},
		{title: "Changes to LiveKit's rooms", description: "By what came of them.", unit: "ops", width: 5,
			queries: []query{{"{{change}}: {{outcome}}", rate("change, outcome", own("livekit_changes_total"))}}},
	}},
	{"Process", []panel{
		{title: "Processor", description: "Cores in use.", unit: "short", width: 6,
			queries: []query{{"{{instance}}", rate("instance", of("process_cpu_seconds_total"))}}},
		{title: "Memory", description: "Resident memory.", unit: "bytes", width: 6,
			queries: []query{{"{{instance}}", of("process_resident_memory_bytes")}}},
		{title: "Goroutines", description: "About one for each connection, and some more.", unit: "short", width: 6,
			queries: []query{{"{{instance}}", of("go_goroutines")}}},
		{title: "Versions", description: "Servers by what they run.", unit: "short", width: 6,
			queries: []query{{"{{version}} {{commit}}", `count by (version, commit) (` + own("build_info") + `)`}}},
	}},
}

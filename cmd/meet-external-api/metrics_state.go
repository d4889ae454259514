package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"meet-external-api/auth/secret"
)

// stateCollector looks, when it is asked, at what is counted elsewhere.
type stateCollector struct{ measured }

// described are the metrics of stateCollector.
var described []*prometheus.Desc

func describe(name, help string, labels ...string) *prometheus.Desc {
	one := prometheus.NewDesc("meet_external_api_"+name, help, labels, nil)
	described = append(described, one)
	return one
}

var (
	isReady = describe("ready", "1 while the server is ready to serve, as /__heartbeat__ says, else 0.")

	auditStored = describe("audit_events_stored_total",
		"Events of the audit trail that were stored apart from a change, since the start.")
	auditDropped = describe("audit_events_dropped_total",
		"Events of the audit trail that were not stored, and lines that were not written, since the start, by the cause.", "cause")
	auditWaiting = describe("audit_events_waiting", "Events of the audit trail that wait to be stored.")
	auditOldest  = describe("audit_oldest_waiting_seconds",
		"How long the first of the events of the audit trail has waited to be stored; 0 where none waits.")

	backgroundLag = describe("background_due_seconds",
		"How long background work has been due, by the work; 0 where it is not. Nothing is there while the database is away.", "work")

	connectionsInUse = describe("database_connections_in_use", "Connections to the database that run a statement, by what they are for.", "pool")
	connectionsMax   = describe("database_connections_max", "How many connections to the database there can be, by what they are for.", "pool")
	connectionWaits  = describe("database_connection_wait_seconds_total",
		"How long was waited for a connection to the database, by what it was for.", "pool")
	databaseErrors = describe("database_errors_total", "Statements that failed in the database, by what the error is about.", "kind")

	replicaUsed = describe("read_replica_used",
		"1 where the read replica is read from, else 0 with the reason. It is not there where none is configured, as all about it.", "reason")
	replicaReads = describe("read_replica_requests_total",
		"Lists and retrievals since the start, by what became of them: answered by the read replica, or by the primary as it was behind, failed, "+
			"or was not used after one of these.", "outcome")
	replicaLagBytes = describe("read_replica_lag_bytes",
		"How much of the write-ahead log the read replica lacked when that was looked at last.")
	replicaLagSeconds = describe("read_replica_lag_seconds", "How long ago the read replica was last known to lack nothing.")

	limitsHit = describe("rate_limit_refusals_total", "What was beyond a rate limit, by the limit, as the log names it.", "limit")
	decisions = describe("rate_limit_decisions_total",
		"Decisions about rate limits, by where they were made: redis (for all replicas) or process (for this one alone).", "by")

	hashesRunning = describe("slow_hashes_running", "Slow hashes that are being computed, by whose secrets they are.", "secrets")
	hashesWaiting = describe("slow_hashes_waiting", "Slow hashes that wait to be computed, by whose secrets they are.", "secrets")
	hashPlaces    = describe("slow_hash_places", "How many slow hashes can run or wait, by whose secrets they are.", "secrets")
	hashesRefused = describe("slow_hashes_refused_total", "Slow hashes for which there was no place in time, by whose secrets they are.", "secrets")

	introspections = describe("introspections_total",
		"Bearer tokens that the OpenID provider is to be asked about, by what came of them. Equal ones at one time count once.", "outcome")
	introspectionCalls   = describe("introspection_call_duration_seconds", "How long calls of the OpenID provider took.")
	introspectionsInUse  = describe("introspection_calls_in_progress", "Calls of the OpenID provider that are under way.")
	introspectionsMax    = describe("introspection_calls_max", "How many calls of the OpenID provider there can be at a time.")
	introspectionCircuit = describe("introspection_circuit_open",
		"1 while the OpenID provider is not asked since it does not answer, else 0.")

	liveKitChanges = describe("livekit_changes_total", "Changes to LiveKit's rooms (update, close), by the outcome.", "change", "outcome")
)

// Describe implements prometheus.Collector.
func (c stateCollector) Describe(descriptions chan<- *prometheus.Desc) {
	for _, description := range described {
		descriptions <- description
	}
}

// askTimeout is less than scrapers wait for all of it.
const askTimeout = 2 * time.Second

// Collect implements prometheus.Collector. What is not in use has no metrics: no OpenID provider, no LiveKit.
func (c stateCollector) Collect(to chan<- prometheus.Metric) {
	found := samples{to}
	c.collectDatabase(found)
	c.collectAudit(found)
	c.collectSecrets(found)
	if c.introspector != nil {
		c.collectIntrospections(found)
	}
	if c.livekitClient != nil {
		for _, count := range c.livekitClient.Counts() {
			found.counter(liveKitChanges, count.Changes, count.Change, count.Outcome)
		}
	}
}

func (c stateCollector) collectDatabase(found samples) {
	for _, pool := range c.store.Connections() {
		found.gauge(connectionsInUse, float64(pool.InUse), pool.For)
		found.gauge(connectionsMax, float64(pool.Max), pool.For)
		found.seconds(connectionWaits, pool.Waited, pool.For)
	}
	found.counters(databaseErrors, c.store.Errors())
	if replica := c.store.ReadReplica(); replica != nil {
		found.gauge(replicaUsed, oneIf(replica.Fault == ""), replica.Fault)
		found.gauge(replicaLagBytes, float64(replica.LagBytes))
		found.gauge(replicaLagSeconds, replica.Lag.Seconds())
		found.counters(replicaReads, map[string]int64{
			"answered": replica.Answered, "behind": replica.Behind, "failed": replica.Failed, "unused": replica.Unused,
		})
	}

	ctx, cancel := context.WithTimeout(context.Background(), askTimeout)
	defer cancel()
	err := c.ready(ctx)
	found.gauge(isReady, oneIf(err == nil))
	lags, err := c.store.Lags(ctx)
	if err != nil {
		c.log.Debug("the metrics leave out what is late", "error", err)
		return
	}
	due := map[string]float64{}
	for _, work := range c.store.Work() {
		due[work] = 0
	}
	for _, lag := range lags {
		due[lag.Work] = lag.Due.Seconds()
	}
	for work, seconds := range due {
		found.gauge(backgroundLag, seconds, work)
	}
}

func (c stateCollector) collectAudit(found samples) {
	counts := c.recorder.Counts()
	found.counter(auditStored, counts.Stored)
	found.counters(auditDropped, counts.Dropped)
	found.gauge(auditWaiting, float64(counts.Waiting))
	found.gauge(auditOldest, counts.Oldest.Seconds())
}

func (c stateCollector) collectSecrets(found samples) {
	limits := c.rateLimits.Counts()
	found.counters(limitsHit, limits.Refused)
	found.counter(decisions, limits.Alone, "process")
	if limits.WithRedis {
		found.counter(decisions, limits.Shared, "redis")
	}
	for whose, checker := range map[string]*secret.Checker{"clients": c.secrets, "operators": c.passwords} {
		hashes := checker.Counts()
		found.gauge(hashesRunning, float64(hashes.Running), whose)
		found.gauge(hashesWaiting, float64(hashes.Waiting), whose)
		found.gauge(hashPlaces, float64(hashes.Places), whose)
		found.counter(hashesRefused, hashes.Refused, whose)
	}
}

func (c stateCollector) collectIntrospections(found samples) {
	counts := c.introspector.Counts()
	found.counters(introspections, counts.Outcomes)
	found.to <- prometheus.MustNewConstHistogram(introspectionCalls, counts.Calls, counts.Took.Seconds(), counts.Within)
	found.gauge(introspectionsInUse, float64(counts.InUse))
	found.gauge(introspectionsMax, float64(counts.MaxCalls))
	found.gauge(introspectionCircuit, oneIf(counts.CircuitOpen))
}

// samples are the values of one answer.
type samples struct{ to chan<- prometheus.Metric }

func (s samples) gauge(of *prometheus.Desc, value float64, labels ...string) {
	s.to <- prometheus.MustNewConstMetric(of, prometheus.GaugeValue, value, labels...)
}

func (s samples) counter(of *prometheus.Desc, count int64, labels ...string) {
	s.to <- prometheus.MustNewConstMetric(of, prometheus.CounterValue, float64(count), labels...)
}

// counters are those of a metric with one label.
func (s samples) counters(of *prometheus.Desc, counts map[string]int64) {
	for label, count := range counts {
		s.counter(of, count, label)
	}
}

func (s samples) seconds(of *prometheus.Desc, total time.Duration, labels ...string) {
	s.to <- prometheus.MustNewConstMetric(of, prometheus.CounterValue, total.Seconds(), labels...)
}

func oneIf(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

package main

import (
	"context"
	"log/slog"
	"runtime"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"meet-external-api/audit"
	"meet-external-api/db"
	"meet-external-api/middleware"
)

// metrics are what `/metrics` shows. A process has a registry for each server that it runs.
type metrics struct {
	registry *prometheus.Registry
	requests middleware.Durations
}

func newMetrics(store *db.DB, recorder *audit.Recorder, log *slog.Logger) metrics {
	registry := prometheus.NewRegistry()
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "meet_external_api_build_info", Help: "1; the labels say what is running.",
		ConstLabels: prometheus.Labels{"version": version, "go_version": runtime.Version()},
	})
	build.Set(1)
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), build,
		stateCollector{store, recorder, log})
	return metrics{registry, middleware.NewDurations(registry)}
}

// handler answers with the metrics in the text formats of Prometheus.
func (m metrics) handler() echo.HandlerFunc {
	return echo.WrapHandler(promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
}

// stateCollector looks, when it is asked, at what is counted elsewhere.
type stateCollector struct {
	store    *db.DB
	recorder *audit.Recorder
	log      *slog.Logger
}

var (
	auditStored = prometheus.NewDesc("meet_external_api_audit_events_stored_total",
		"Events of the audit trail that were stored apart from a change, since the start.", nil, nil)
	auditDropped = prometheus.NewDesc("meet_external_api_audit_events_dropped_total",
		"Events of the audit trail that were not stored, and lines that were not written, since the start, by the cause.", []string{"cause"}, nil)
	auditWaiting = prometheus.NewDesc("meet_external_api_audit_events_waiting",
		"Events of the audit trail that wait to be stored.", nil, nil)
	backgroundLag = prometheus.NewDesc("meet_external_api_background_due_seconds",
		"How long background work has been due, by the work. What is not due is not there, and nothing is while the database is away.", []string{"work"}, nil)
	connectionsInUse = prometheus.NewDesc("meet_external_api_database_connections_in_use",
		"Connections to the database that run a statement, by what they are for.", []string{"pool"}, nil)
	connectionsMax = prometheus.NewDesc("meet_external_api_database_connections_max",
		"How many connections to the database there can be, by what they are for.", []string{"pool"}, nil)
	connectionWaits = prometheus.NewDesc("meet_external_api_database_connection_wait_seconds_total",
		"How long was waited for a connection to the database, by what it was for.", []string{"pool"}, nil)
)

// Describe implements prometheus.Collector.
func (c stateCollector) Describe(descriptions chan<- *prometheus.Desc) {
	for _, description := range []*prometheus.Desc{
		auditStored, auditDropped, auditWaiting, backgroundLag, connectionsInUse, connectionsMax, connectionWaits,
	} {
		descriptions <- description
	}
}

// lagsTimeout is less than scrapers wait for all of it.
const lagsTimeout = 2 * time.Second

// Collect implements prometheus.Collector.
func (c stateCollector) Collect(found chan<- prometheus.Metric) {
	value := func(of *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string) {
		found <- prometheus.MustNewConstMetric(of, kind, value, labels...)
	}
	counts := c.recorder.Counts()
	value(auditStored, prometheus.CounterValue, float64(counts.Stored))
	value(auditWaiting, prometheus.GaugeValue, float64(counts.Waiting))
	for cause, dropped := range counts.Dropped {
		value(auditDropped, prometheus.CounterValue, float64(dropped), cause)
	}
	for _, pool := range c.store.Connections() {
		value(connectionsInUse, prometheus.GaugeValue, float64(pool.InUse), pool.For)
		value(connectionsMax, prometheus.GaugeValue, float64(pool.Max), pool.For)
		value(connectionWaits, prometheus.CounterValue, pool.Waited.Seconds(), pool.For)
	}
	ctx, cancel := context.WithTimeout(context.Background(), lagsTimeout)
	defer cancel()
	lags, err := c.store.Lags(ctx)
	if err != nil {
		c.log.Debug("the metrics leave out what is late", "error", err)
	}
	for _, lag := range lags {
		value(backgroundLag, prometheus.GaugeValue, lag.Due.Seconds(), lag.Work)
	}
}

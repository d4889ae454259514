package main

import (
	"cmp"
	"context"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"meet-external-api/audit"
	"meet-external-api/auth/secret"
	"meet-external-api/db"
	"meet-external-api/middleware"
)

// metrics are what `/metrics` shows. A process has a registry for each server that it runs.
type metrics struct {
	registry *prometheus.Registry
	requests middleware.Durations
	tokens   middleware.Tokens
}

// measured is what the metrics look at, beside requests.
type measured struct {
	dependencies
	store              *db.DB
	recorder           *audit.Recorder
	secrets, passwords *secret.Checker
	// ready is the readiness probe.
	ready func(context.Context) error
}

func newMetrics(of measured) metrics {
	registry := prometheus.NewRegistry()
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "meet_external_api_build_info", Help: "1; the labels say what is running.", ConstLabels: buildLabels(),
	})
	build.Set(1)
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), build,
		stateCollector{of})
	return metrics{registry, middleware.NewDurations(registry), middleware.NewTokens(registry)}
}

// buildLabels say what was built, of what, and which specification it serves.
func buildLabels() prometheus.Labels {
	b := buildOf()
	return prometheus.Labels{"version": b.Version, "commit": cmp.Or(b.Commit, "unknown"), "go_version": b.Go, "specification": b.Specification}
}

// handler answers with the metrics in the text formats of Prometheus.
func (m metrics) handler() echo.HandlerFunc {
	return echo.WrapHandler(promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
}

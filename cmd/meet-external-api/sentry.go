package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/getsentry/sentry-go"
	"go.opentelemetry.io/otel/trace"
)

const (
	// faultInterval is how often the same fault is reported, and maxFaults how many are in that time.
	faultInterval = time.Minute
	maxFaults     = 20
)

// reporter reports to Sentry what is logged as an error: faults of requests, and those of background work. Nothing is taken out of what is
// sent, as nothing goes in but what is listed here. Nil: nothing is reported.
type reporter struct {
	client *sentry.Client
	now    func() time.Time

	mutex sync.Mutex
	since time.Time
	told  map[string]bool // which ones have been since then
}

// newReporter makes it, without calling Sentry yet. Errors: a DSN that is none.
func newReporter(s sentrySettings) (*reporter, error) {
	if s.dsn == "" {
		return nil, nil
	}
	client, err := sentry.NewClient(sentry.ClientOptions{
		Dsn: s.dsn, Release: version, Environment: s.environment,
		// Of what it would find out by itself nothing is wanted.
		Integrations: func([]sentry.Integration) []sentry.Integration { return nil }, MaxBreadcrumbs: -1,
		DisableTelemetryBuffer: true, DisableClientReports: true,
	})
	if err != nil {
		return nil, err
	}
	return &reporter{client: client, now: time.Now}, nil
}

// watch returns a log whose errors are reported.
func (r *reporter) watch(log *slog.Logger) *slog.Logger {
	if r == nil {
		return log
	}
	return slog.New(watchedLog{log.Handler(), r})
}

// close sends what is left, for flushTimeout at most.
func (r *reporter) close() {
	if r == nil {
		return
	}
	r.client.Flush(flushTimeout)
	r.client.Close()
}

type watchedLog struct {
	slog.Handler
	reporter *reporter
}

// Handle implements slog.Handler.
func (h watchedLog) Handle(ctx context.Context, line slog.Record) error {
	if line.Level >= slog.LevelError {
		h.reporter.report(ctx, line)
	}
	return h.Handler.Handle(ctx, line)
}

// WithAttrs implements slog.Handler.
func (h watchedLog) WithAttrs(attributes []slog.Attr) slog.Handler {
	return watchedLog{h.Handler.WithAttrs(attributes), h.reporter}
}

// WithGroup implements slog.Handler.
func (h watchedLog) WithGroup(name string) slog.Handler {
	return watchedLog{h.Handler.WithGroup(name), h.reporter}
}

// reported are the attributes of a line that are. None of them is what a caller has chosen, but for the request id, which is there to be found.
var reported = []string{"method", "route", "status", "reason", "request_id", "task"}

// report sends a line of the log, in the background. The words of its error are left out: they hold values.
func (r *reporter) report(ctx context.Context, line slog.Record) {
	tags, fault := map[string]string{"application": "external-api"}, error(nil)
	line.Attrs(func(a slog.Attr) bool {
		if slices.Contains(reported, a.Key) {
			tags[a.Key] = a.Value.String()
		}
		if err, is := a.Value.Any().(error); is && a.Key == "error" {
			fault = err
		}
		return true
	})
	place := strings.TrimSpace(tags["method"] + " " + tags["route"])
	exception := sentry.Exception{Type: cmp.Or(tags["reason"], line.Message), Value: kindsOf(fault)}
	kind := []string{line.Message, place, tags["task"], exception.Type, exception.Value}
	if !r.isNew(strings.Join(kind, "\n")) {
		return
	}
	event := &sentry.Event{
		Level: sentry.LevelError, Timestamp: line.Time, Message: line.Message, Transaction: place, Tags: tags, Fingerprint: kind,
		Contexts: map[string]sentry.Context{"runtime": {"name": "go", "version": runtime.Version()}},
	}
	var panicked interface {
		error
		StackTrace() []uintptr
	}
	if errors.As(fault, &panicked) {
		exception.Stacktrace = sentry.ExtractStacktrace(panicked)
		event.Fingerprint = nil // Sentry compares the stacks
	}
	event.Exception = []sentry.Exception{exception}
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		tags["trace_id"] = span.TraceID().String()
		event.Contexts["trace"] = sentry.Context{"trace_id": span.TraceID().String(), "span_id": span.SpanID().String()}
	}
	r.client.CaptureEvent(event, nil, nil)
}

// isNew is whether a fault is to be reported: a database that is away is not to flood Sentry.
func (r *reporter) isNew(kind string) bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if now := r.now(); now.Sub(r.since) >= faultInterval {
		r.since, r.told = now, map[string]bool{}
	}
	if r.told[kind] || len(r.told) == maxFaults {
		return false
	}
	r.told[kind] = true
	return true
}

// kindsOf names the types of an error and of what it wraps, and PostgreSQL's code where that has answered.
func kindsOf(err error) string {
	var kinds []string
	for ; err != nil; err = errors.Unwrap(err) {
		kind := fmt.Sprintf("%T", err)
		if answer, is := err.(interface{ SQLState() string }); is {
			kind += " " + answer.SQLState()
		}
		if kind != "*fmt.wrapError" && !strings.HasSuffix(kind, ".loggedError") {
			kinds = append(kinds, kind)
		}
	}
	return strings.Join(kinds, ": ")
}

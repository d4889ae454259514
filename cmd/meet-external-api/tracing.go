package main

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// tracing are the traces of a server, by OpenTelemetry: a span for each request but those of probes and monitoring, and in it those of its
// statements (package db) and of its calls of other servers. What leaves the program is decided in tracing_export.go. Nil: there are none.
type tracing struct {
	provider *sdktrace.TracerProvider
	exporter *scrubber
}

// flushTimeout bounds the wait for the last spans, and for the last faults, at the end of the program.
const flushTimeout = 3 * time.Second

// samplers are the values of OTEL_TRACES_SAMPLER.
var samplers = map[string]func(ratio float64) sdktrace.Sampler{
	"always_on":                always(sdktrace.AlwaysSample()),
	"always_off":               always(sdktrace.NeverSample()),
	"traceidratio":             sdktrace.TraceIDRatioBased,
	"parentbased_always_on":    always(sdktrace.ParentBased(sdktrace.AlwaysSample())),
	"parentbased_always_off":   always(sdktrace.ParentBased(sdktrace.NeverSample())),
	"parentbased_traceidratio": func(ratio float64) sdktrace.Sampler { return sdktrace.ParentBased(sdktrace.TraceIDRatioBased(ratio)) },
}

var samplerNames = slices.Sorted(maps.Keys(samplers))

func always(sampler sdktrace.Sampler) func(float64) sdktrace.Sampler {
	return func(float64) sdktrace.Sampler { return sampler }
}

// newTracing makes them, without calling the collector yet.
func newTracing(s tracingSettings, log *slog.Logger) *tracing {
	// What the library has to say else, it would write to standard error in a form of its own.
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		log.Warn("a fault of tracing", "reason", tracesLost, "error", err)
	}))
	exporter := &scrubber{SpanExporter: otlptrace.NewUnstarted(newCollector(s)), log: log, now: time.Now}
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithBatcher(exporter), sdktrace.WithSampler(samplers[s.sampler](s.ratio)), sdktrace.WithResource(resourceOf(s)),
	)
	return &tracing{provider, exporter}
}

// resourceOf is what each trace tells of this server. What the operator sets counts.
func resourceOf(s tracingSettings) *resource.Resource {
	attributes := []attribute.KeyValue{
		semconv.TelemetrySDKName("opentelemetry"), semconv.TelemetrySDKLanguageGo, semconv.TelemetrySDKVersion(otel.Version()),
		semconv.ServiceName("meet-external-api"), semconv.ServiceVersion(version), semconv.ServiceInstanceID(uuid.NewString()),
	}
	for _, pair := range s.resource {
		attributes = append(attributes, attribute.String(pair[0], pair[1]))
	}
	if s.service != "" {
		attributes = append(attributes, semconv.ServiceName(s.service))
	}
	return resource.NewWithAttributes(semconv.SchemaURL, attributes...)
}

// traceContext reads and writes `traceparent` and `tracestate` (W3C Trace Context).
var traceContext = propagation.TraceContext{}

// around begins the span of each request, as a part of the caller's trace where it names one. Where there are no traces, the log names the
// caller's nonetheless.
func (t *tracing) around(next http.Handler) http.Handler {
	if t == nil {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Traceparent") != "" {
				r = r.WithContext(traceContext.Extract(r.Context(), propagation.HeaderCarrier(r.Header)))
			}
			next.ServeHTTP(w, r)
		})
	}
	return otelhttp.NewHandler(next, "", otelhttp.WithTracerProvider(t.provider), otelhttp.WithPropagators(traceContext), otelhttp.WithFilter(isTraced))
}

// isTraced leaves out what asks again and again, and profiles, which would stand for slow requests.
func isTraced(r *http.Request) bool {
	switch path := strings.TrimSuffix(r.URL.Path, "/"); path {
	case "/__lbheartbeat__", "/__heartbeat__", "/__version__", "/metrics":
		return false
	default:
		return !strings.HasPrefix(path, profilesPath)
	}
}

// transport begins the span of each call of another server, and tells that server of the trace. It is for servers that the settings name,
// and to which this one shows credentials: they are the operator's, or trusted with more.
func (t *tracing) transport(base http.RoundTripper) http.RoundTripper {
	if t == nil {
		return base
	}
	return otelhttp.NewTransport(base, otelhttp.WithTracerProvider(t.provider), otelhttp.WithPropagators(traceContext))
}

// close sends what is left, for flushTimeout at most.
func (t *tracing) close() {
	if t == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), flushTimeout)
	defer cancel()
	if err := t.provider.Shutdown(ctx); err != nil {
		t.exporter.tell(err)
	}
}

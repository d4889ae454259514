package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// scrubber hands on what may leave the program, whatever the libraries put into spans: of attributes those in the lists below, and neither
// events nor the words of errors, which hold values. It logs what does not arrive.
type scrubber struct {
	sdktrace.SpanExporter
	log *slog.Logger
	now func() time.Time

	mutex   sync.Mutex
	failing bool
	logged  time.Time
}

// What spans may tell: of a request none of what its caller has chosen, such as path, host, user agent and address; of what this program
// asks for, where and with which statement, whose text has no values in it.
var (
	common = []attribute.Key{
		semconv.HTTPRequestMethodKey, semconv.HTTPResponseStatusCodeKey, semconv.HTTPRequestBodySizeKey, semconv.HTTPResponseBodySizeKey,
		semconv.NetworkProtocolVersionKey, semconv.ErrorTypeKey,
	}
	ofServers = append(slices.Clone(common), semconv.HTTPRouteKey, semconv.URLSchemeKey)
	ofClients = append(slices.Clone(common), semconv.ServerAddressKey, semconv.ServerPortKey, semconv.DBSystemNameKey, semconv.DBOperationNameKey,
		semconv.DBQuerySummaryKey, semconv.DBQueryTextKey, semconv.DBResponseStatusCodeKey)
)

// scrubbed is a span without what may not leave.
type scrubbed struct{ sdktrace.ReadOnlySpan }

// Attributes implements sdktrace.ReadOnlySpan.
func (s scrubbed) Attributes() []attribute.KeyValue {
	allowed := ofClients
	if s.SpanKind() == trace.SpanKindServer {
		allowed = ofServers
	}
	return slices.DeleteFunc(slices.Clone(s.ReadOnlySpan.Attributes()), func(a attribute.KeyValue) bool { return !slices.Contains(allowed, a.Key) })
}

// SpanContext implements sdktrace.ReadOnlySpan. What is in tracestate the caller has chosen.
func (s scrubbed) SpanContext() trace.SpanContext {
	return s.ReadOnlySpan.SpanContext().WithTraceState(trace.TraceState{})
}

// Events implements sdktrace.ReadOnlySpan.
func (scrubbed) Events() []sdktrace.Event { return nil }

// Status implements sdktrace.ReadOnlySpan.
func (s scrubbed) Status() sdktrace.Status {
	return sdktrace.Status{Code: s.ReadOnlySpan.Status().Code}
}

// tracesLost is the code by which the log says that traces are lost, and lostInterval how often it does while they are.
const (
	tracesLost   = "traces_lost"
	lostInterval = 10 * time.Minute
)

// ExportSpans implements sdktrace.SpanExporter.
func (s *scrubber) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	left := make([]sdktrace.ReadOnlySpan, len(spans))
	for i, span := range spans {
		left[i] = scrubbed{span}
	}
	s.tell(s.SpanExporter.ExportSpans(ctx, left))
	return nil
}

// tell logs a failure now and then, and that it is over.
func (s *scrubber) tell(err error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	switch now := s.now(); {
	case err == nil && s.failing:
		s.log.Info("traces reach the collector again")
	case err != nil && now.Sub(s.logged) >= lostInterval:
		s.logged = now
		s.log.Warn("traces do not reach the collector", "reason", tracesLost, "error", err)
	}
	s.failing = err != nil
}

// collector sends spans by OTLP over HTTP (OpenTelemetry Protocol 1, "OTLP/HTTP"). OpenTelemetry's own client for it brings all of gRPC along,
// which makes the program a fifth larger.
type collector struct {
	url     string
	headers [][2]string
	http    *http.Client
}

func newCollector(s tracingSettings) *collector {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: s.roots}
	return &collector{s.endpoint().String(), s.headers, &http.Client{
		Transport: transport, Timeout: s.timeout,
		// A redirect would carry the headers elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Start implements otlptrace.Client.
func (*collector) Start(context.Context) error { return nil }

// Stop implements otlptrace.Client.
func (c *collector) Stop(context.Context) error {
	c.http.CloseIdleConnections()
	return nil
}

// UploadTraces implements otlptrace.Client. It tries again, with longer and longer waits, until ctx ends, where the collector says that
// this may help or does not answer.
func (c *collector) UploadTraces(ctx context.Context, spans []*tracepb.ResourceSpans) error {
	// It has the bytes of an ExportTraceServiceRequest, whose package imports gRPC.
	message, err := proto.Marshal(&tracepb.TracesData{ResourceSpans: spans})
	if err != nil {
		return err
	}
	var body bytes.Buffer
	packed := gzip.NewWriter(&body)
	_, _ = packed.Write(message) // to memory
	_ = packed.Close()
	for wait := time.Second; ; wait *= 2 {
		after, again, err := c.post(ctx, body.Bytes())
		if !again {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(max(wait, after)):
		}
	}
}

// post makes an attempt. Where another one may help, after is how long the collector asks to wait.
func (c *collector) post(ctx context.Context, body []byte) (after time.Duration, again bool, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return 0, false, err
	}
	for _, header := range c.headers {
		request.Header.Set(header[0], header[1])
	}
	request.Header.Set("Content-Type", "application/x-protobuf")
	request.Header.Set("Content-Encoding", "gzip")
	answer, err := c.http.Do(request)
	if err != nil {
		return 0, true, err
	}
	defer func() { _ = answer.Body.Close() }()
	_, _ = io.CopyN(io.Discard, answer.Body, 64<<10) // so that the connection is used again
	switch answer.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		seconds, _ := strconv.Atoi(answer.Header.Get("Retry-After"))
		return time.Duration(seconds) * time.Second, true, statusOfCollector(answer.StatusCode)
	}
	if answer.StatusCode/100 != 2 {
		return 0, false, statusOfCollector(answer.StatusCode)
	}
	return 0, false, nil
}

type statusOfCollector int

func (s statusOfCollector) Error() string {
	return fmt.Sprintf("the collector answers with status %d", int(s))
}

package main

import (
	"compress/gzip"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// traceCollector plays the collector of OpenTelemetry.
type traceCollector struct {
	*httptest.Server
	t     *testing.T
	mutex sync.Mutex
	spans []*tracepb.Span
	// all is what has come, as it was sent, and the headers.
	all      strings.Builder
	resource map[string]string
	// failing is how many requests are still answered with 503.
	failing int
}

func newTraceCollector(t *testing.T) *traceCollector {
	t.Helper()
	c := &traceCollector{t: t}
	c.Server = httptest.NewServer(http.HandlerFunc(c.take))
	t.Cleanup(c.Close)
	return c
}

func (c *traceCollector) take(w http.ResponseWriter, r *http.Request) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.failing > 0 {
		c.failing--
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	if r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/x-protobuf" || r.Header.Get("Api-Key") != "the key" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	unpacked, err := gzip.NewReader(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	body, err := io.ReadAll(unpacked)
	var sent tracepb.TracesData
	if err != nil || proto.Unmarshal(body, &sent) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	c.all.Write(body)
	for _, of := range sent.GetResourceSpans() {
		c.resource = attributesOf(of.GetResource().GetAttributes())
		for _, scope := range of.GetScopeSpans() {
			c.spans = append(c.spans, scope.GetSpans()...)
		}
	}
}

func attributesOf(pairs []*commonpb.KeyValue) map[string]string {
	all := map[string]string{}
	for _, pair := range pairs {
		all[pair.GetKey()] = strings.Trim(pair.GetValue().String(), `"`)
		if text := pair.GetValue().GetStringValue(); text != "" {
			all[pair.GetKey()] = text
		}
	}
	return all
}

func (c *traceCollector) settings() map[string]string {
	return map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": c.URL, "OTEL_EXPORTER_OTLP_HEADERS": "api-key=the%20key"}
}

// named are the spans with that name in that trace, after the server has ended.
func (c *traceCollector) named(name, traceID string) (found []*tracepb.Span) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for _, span := range c.spans {
		if span.GetName() == name && (traceID == "" || hex.EncodeToString(span.GetTraceId()) == traceID) {
			found = append(found, span)
		}
	}
	return found
}

// one is the only one of them.
func (c *traceCollector) one(name, traceID string) (*tracepb.Span, map[string]string) {
	c.t.Helper()
	found := c.named(name, traceID)
	require.Len(c.t, found, 1, name)
	return found[0], attributesOf(found[0].GetAttributes())
}

// The tests of docs/operate.md, "Traces": what a collector gets, and what the log says of it.

package main

import (
	"context"
	"encoding/hex"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/trace"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"

	"meet-external-api/handlers"
)

const (
	callersTrace = "4bf92f3577b34da6a3ce929d0e0e4736"
	callersSpan  = "00f067aa0ba902b7"
)

// traced sends along the trace of the caller, recorded or not.
func traced(flags string) requestOption {
	return header("traceparent", "00-"+callersTrace+"-"+callersSpan+"-"+flags)
}

// A request is a span in its caller's trace, named by method and route, and its statements are spans in it; the log names both. What a
// server sends last arrives as it ends.
func TestTraces(t *testing.T) {
	t.Parallel()
	c := newTraceCollector(t)
	c.failing = 1
	var line, faulty map[string]any
	t.Run("serve", func(t *testing.T) {
		s, _, _, token := roomServer(t, c.settings(), map[string]string{"OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=sta%20ging", "OTEL_SERVICE_NAME": "meet-api"})
		created := s.post(roomsPath, "{}", bearer(token), traced("01"))
		require.Equal(t, 201, created.status, "%s", created.raw)
		line = s.log.waitFor(t, "request", map[string]any{"request_id": created.header.Get("X-Request-Id")})
		require.Equal(t, 204, s.send("DELETE", "/rooms/"+created.body["id"].(string)+"/", nil, bearer(token)).status)
		s.sql(`alter table meet_room rename to meet_hidden`)
		failed := s.get(roomsPath, bearer(token))
		require.Equal(t, 503, failed.status, "%s", failed.raw)
		s.sql(`alter table meet_hidden rename to meet_room`)
		faulty = s.log.waitFor(t, "request", map[string]any{"request_id": failed.header.Get("X-Request-Id")})
		unsampled := s.get(roomsPath, bearer(token), traced("00"))
		require.Equal(t, 200, unsampled.status)
		for _, path := range []string{"/__lbheartbeat__", "/__heartbeat__/", "/__version__"} {
			s.sendAnywhere(http.MethodGet, path, nil)
		}
		require.Equal(t, 200, s.visitor(t).get("/metrics").status)
		require.Equal(t, 200, s.visitor(t).get("/console/sign-in/").status)
	})
	require.Equal(t, "meet-api", c.resource["service.name"])
	require.Equal(t, version, c.resource["service.version"])
	require.Equal(t, "sta ging", c.resource["deployment.environment.name"])
	require.NotEmpty(t, c.resource["service.instance.id"])

	request, told := c.one("POST /external-api/v1.0/rooms/", callersTrace)
	require.Equal(t, callersSpan, hex.EncodeToString(request.GetParentSpanId()))
	require.Equal(t, tracepb.Span_SPAN_KIND_SERVER, request.GetKind())
	require.Equal(t, "/external-api/v1.0/rooms/", told["http.route"])
	require.Contains(t, told["http.response.status_code"], "201")
	require.Equal(t, callersTrace, line["trace_id"])
	require.Equal(t, hex.EncodeToString(request.GetSpanId()), line["span_id"])
	statement, told := c.one("INSERT meet_room", callersTrace)
	require.Equal(t, request.GetSpanId(), statement.GetParentSpanId())
	require.Equal(t, tracepb.Span_SPAN_KIND_CLIENT, statement.GetKind())
	require.Equal(t, "postgresql", told["db.system.name"])
	require.Equal(t, "INSERT", told["db.operation.name"])
	require.Contains(t, told["db.query.text"], "insert into meet_room (resource_id, ")
	deleting, _ := c.one("DELETE /external-api/v1.0/rooms/:id/", "")
	for _, name := range []string{"BEGIN", "DELETE meet_resource_access", "COMMIT"} {
		c.one(name, hex.EncodeToString(deleting.GetTraceId()))
	}
	failure, told := c.one("GET /external-api/v1.0/rooms/", faulty["trace_id"].(string))
	require.Equal(t, tracepb.Status_STATUS_CODE_ERROR, failure.GetStatus().GetCode())
	require.Equal(t, faulty["reason"], told["error.type"])
	require.Empty(t, failure.GetStatus().GetMessage())
	require.Empty(t, c.named("GET /external-api/v1.0/rooms/", callersTrace), "its caller does not record it")
	require.Len(t, c.named("GET /console/sign-in/", ""), 1)
	for _, span := range c.spans {
		require.NotContains(t, span.GetName(), "__")
		require.NotContains(t, span.GetName(), "metrics")
		require.Empty(t, span.GetEvents())
	}
}

// Other servers are told of the trace, and are spans of it.
func TestTracesGoOn(t *testing.T) {
	t.Parallel()
	c, p := newTraceCollector(t), newProvider(t)
	closed := make(chan struct{}, 1)
	var asked, said string
	answer := p.Config.Handler
	p.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked, said = r.Header.Get("Traceparent"), r.Header.Get("Baggage")
		answer.ServeHTTP(w, r)
	})
	p.knows("the-token", p.active())
	t.Run("serve", func(t *testing.T) {
		s := start(t, c.settings(), p.settings(), newCloser(t, func(http.ResponseWriter, string) { closed <- struct{}{} }))
		a := s.get(roomsPath, bearer("the-token"), traced("01"), header("baggage", "user=alice"))
		require.Equal(t, 200, a.status, "%s", a.raw)
	})
	asking, told := c.one("HTTP POST", callersTrace)
	require.Equal(t, tracepb.Span_SPAN_KIND_CLIENT, asking.GetKind())
	require.Equal(t, "127.0.0.1", told["server.address"])
	require.Equal(t, "00-"+callersTrace+"-"+hex.EncodeToString(asking.GetSpanId())+"-01", asked)
	require.Empty(t, said, "what else a caller says goes nowhere")
	require.NotContains(t, told, "url.full")
}

// Wherever a caller puts what is nobody's business, no span has it; nor has one what the database says of it.
func TestTracesHoldNothingOfCallers(t *testing.T) {
	t.Parallel()
	c := newTraceCollector(t)
	secrets := []string{"can4ry", "can5ry", "user@example.com", "192.0.2.7"}
	t.Run("serve", func(t *testing.T) {
		s, application, _, token := roomServer(t, c.settings(), map[string]string{"EXTERNAL_API_TRUSTED_PROXIES": "127.0.0.1"})
		secrets = append(secrets, application.Secret, application.ID, token)
		for _, o := range everywhere("can4ry") {
			s.sendAnywhere(http.MethodPost, handlers.BasePath+roomsPath, strings.NewReader(`{"name": "can4ry"}`), bearer(token), header("Content-Type", "application/json"), o)
			s.sendAnywhere("CAN4RY", handlers.BasePath+"/rooms/can4ry/?q=can4ry", nil, bearer(token), o)
		}
		s.post(tokenPath, tokenRequest(application, map[string]any{"client_secret": "can4ry", "scope": "can4ry@example.org"}))
		s.raiseWithValues("can5ry")
		failed := s.post(roomsPath, `{}`, bearer(token))
		require.Equal(t, 500, failed.status, "%s", failed.raw)
	})
	require.NotEmpty(t, c.named("other", ""))
	failed := slices.IndexFunc(c.named("INSERT meet_room", ""), func(s *tracepb.Span) bool {
		return s.GetStatus().GetCode() == tracepb.Status_STATUS_CODE_ERROR && attributesOf(s.GetAttributes())["db.response.status_code"] == "P0001"
	})
	require.NotEqual(t, -1, failed)
	for _, secret := range secrets {
		require.NotContains(t, strings.ToLower(c.all.String()), strings.ToLower(secret))
	}
}

// everywhere are the places of a request that its caller fills as they like.
func everywhere(text string) []requestOption {
	return []requestOption{
		header("User-Agent", text), header("X-Forwarded-For", "192.0.2.7"), header("X-Forwarded-Host", text+".example.org"), hosted(text + ".example.org"),
		header("Referer", "https://"+text), header("Cookie", text), header("Authorization", "Basic "+text), bearer(text), header("Content-Type", text),
		header("Prefer", text), header("Idempotency-Key", text), header("If-Match", text), header("Origin", "https://"+text), header("baggage", "a="+text),
		func(r *http.Request) {
			r.Header.Set("Traceparent", "00-"+callersTrace+"-"+callersSpan+"-01")
			r.Header.Set("Tracestate", "a="+text)
		},
		func(r *http.Request) { r.URL.RawQuery = text + "=" + text },
		func(r *http.Request) { r.URL.Path += text },
	}
}

// raiseWithValues has the database refuse each room, with values in what it says.
func (s *instance) raiseWithValues(text string) {
	s.t.Helper()
	s.sql(`create function refuse() returns trigger language plpgsql as $$ begin raise exception '` + text + ` %', new.id; end $$`)
	s.sql(`create trigger refuse before insert on meet_resource for each row execute function refuse()`)
}

// A collector that is away delays nothing and fails nothing; the log says so, now and then.
func TestTheCollectorIsAway(t *testing.T) {
	t.Parallel()
	var s *instance
	t.Run("serve", func(t *testing.T) {
		var token string
		s, _, _, token = roomServer(t, map[string]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:1/v1/traces"})
		require.Equal(t, 200, s.get(roomsPath, bearer(token)).status)
	})
	s.log.waitFor(t, "traces do not reach the collector", map[string]any{"level": "WARN", "reason": tracesLost})
}

func TestLostTracesAreLoggedNowAndThen(t *testing.T) {
	t.Parallel()
	log, now := newLogLines(), time.Now()
	exporter := &scrubber{log: slog.New(slog.NewTextHandler(log, nil)), now: func() time.Time { return now }}
	away := errors.New("away")
	for range 3 {
		exporter.tell(away)
		now = now.Add(lostInterval / 3)
	}
	require.Equal(t, 1, strings.Count(log.String(), tracesLost))
	exporter.tell(away)
	require.Equal(t, 2, strings.Count(log.String(), tracesLost))
	exporter.tell(nil)
	exporter.tell(nil)
	require.Equal(t, 1, strings.Count(log.String(), "traces reach the collector again"))
}

// Some answers are tried again until there is no time left, others are not.
func TestTheCollectorRefuses(t *testing.T) {
	t.Parallel()
	for status, tries := range map[int]int{http.StatusBadRequest: 1, http.StatusFound: 1, http.StatusServiceUnavailable: 2, http.StatusTooManyRequests: 2} {
		asked := 0
		ctx, cancel := context.WithCancel(t.Context())
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if asked++; asked == 2 {
				cancel()
			}
			w.WriteHeader(status)
		}))
		s, err := readSettings(map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": server.URL})
		require.NoError(t, err)
		require.Error(t, newCollector(s.tracing).UploadTraces(ctx, nil), status)
		server.Close()
		cancel()
		require.Equal(t, tries, asked, status)
	}
}

// Where there are no traces, the log names the caller's.
func TestTheCallersTraceIsLogged(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]map[string]string{"no collector": {}, "switched off": {"OTEL_SDK_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, settings)
			for value, logged := range map[string]any{
				"00-" + callersTrace + "-" + callersSpan + "-00": callersTrace, "00-" + strings.Repeat("0", 32) + "-" + callersSpan + "-01": nil,
				"00-can4ry-" + callersSpan + "-01": nil, "ff-" + callersTrace + "-" + callersSpan + "-01": nil, "": nil,
			} {
				a := s.get(roomsPath, header("traceparent", value))
				line := s.log.waitFor(t, "request", map[string]any{"request_id": a.header.Get("X-Request-Id")})
				require.Equal(t, logged, line["trace_id"], value)
				require.NotContains(t, line, "span_id")
			}
		})
	}
}

func TestTracingSettings(t *testing.T) {
	t.Parallel()
	for name, endpoint := range map[string]map[string]string{
		"http://c:4318/v1/traces":           {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"},
		"https://c.example.org/a/v1/traces": {"OTEL_EXPORTER_OTLP_ENDPOINT": "https://c.example.org/a/"},
		"http://other/whole":                {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://other/whole"},
		"":                                  {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_TRACES_EXPORTER": "none"},
	} {
		s, err := readSettings(endpoint)
		require.NoError(t, err)
		if got := s.tracing.endpoint(); name != "" {
			require.Equal(t, name, got.String())
		} else {
			require.Nil(t, got)
		}
	}
	for setting, bad := range map[string]string{
		"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://user:can4ry@c", "OTEL_EXPORTER_OTLP_HEADERS": "can4ry",
		"OTEL_EXPORTER_OTLP_CERTIFICATE": "/nowhere", "OTEL_TRACES_SAMPLER": "jaeger_remote", "OTEL_TRACES_SAMPLER_ARG": "2",
		"OTEL_RESOURCE_ATTRIBUTES": "a=%zz", "OTEL_TRACES_EXPORTER": "console", "DJANGO_SENTRY_DSN": "https://can4ry.example.org/x",
	} {
		env := maps.Clone(onDatabase(t))
		env["APPLICATION_JWT_SECRET_KEY"], env[setting] = testKey, bad
		done := command(env, "check")
		require.Equal(t, 1, done.code)
		require.Contains(t, done.stdout, setting+": give ")
		require.NotContains(t, done.stdout, "can4ry")
	}
	for sampler, flags := range map[string][2]bool{ // whether a request is recorded whose caller records it, and one whose caller does not
		"always_on": {true, true}, "always_off": {false, false}, "parentbased_always_off": {true, false}, "parentbased_traceidratio": {true, false},
	} {
		require.Equal(t, flags, [2]bool{records(sampler, "01"), records(sampler, "00")}, sampler)
	}
}

// records is whether a request of the caller's trace is recorded, with that sampler and a share of 0.
func records(sampler, flags string) (recorded bool) {
	traces := newTracing(tracingSettings{tracesEndpoint: &url.URL{Scheme: "http", Host: "127.0.0.1:1"}, sampler: sampler}, slog.New(slog.DiscardHandler))
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	traced(flags)(r)
	traces.around(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		recorded = trace.SpanFromContext(r.Context()).IsRecording()
	})).ServeHTTP(httptest.NewRecorder(), r)
	return recorded
}

package main

import (
	"crypto/x509"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/getsentry/sentry-go"
)

// tracingSettings are the standard variables of OpenTelemetry, as far as they count here.
type tracingSettings struct {
	collector      *url.URL // to whose path v1/traces is added; nil: it is not given
	tracesEndpoint *url.URL // the same, whole
	off            bool
	exporter       string
	protocol       string
	headers        [][2]string
	roots          *x509.CertPool // nil: those of the system
	timeout        time.Duration
	service        string
	resource       [][2]string
	sampler        string
	ratio          float64
}

// endpoint is where traces are sent; nil: nowhere.
func (s tracingSettings) endpoint() *url.URL {
	switch {
	case s.off || s.exporter == "none":
		return nil
	case s.tracesEndpoint != nil:
		return s.tracesEndpoint
	case s.collector != nil:
		return s.collector.JoinPath("v1/traces")
	}
	return nil
}

// sentrySettings are where faults are reported.
type sentrySettings struct {
	dsn         string
	environment string
}

const urlOfCollector = "a URL without user, query and fragment, like http://collector:4318"

// telemetry are the settings of what is sent to those who watch the server.
func (s *settings) telemetry() settingGroup {
	t := &s.tracing
	return settingGroup{"Traces and faults", "Traces go to a collector of OpenTelemetry, faults of the program to Sentry, where these say so; what is in them:\n" +
		"[operate.md](operate.md#see-it-run). Of OpenTelemetry's variables these count, and for the queue `OTEL_BSP_…`, which its library reads by\n" +
		"itself; no other one does.", []setting{
		{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", parsed(&t.tracesEndpoint, absoluteURL, parseURL).and(urlOfCollector, isBaseURL), "",
			"where traces are sent: the whole URL"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT", parsed(&t.collector, absoluteURL, parseURL).and(urlOfCollector, isBaseURL).
			insteadOf("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), "", "the same, with `/v1/traces` added"},
		{"OTEL_EXPORTER_OTLP_PROTOCOL", choice(&t.protocol, "http/protobuf"), "http/protobuf", "gRPC is not spoken: collectors take both"},
		{"OTEL_EXPORTER_OTLP_HEADERS", parsed(&t.headers, "names and values like api-key=value, separated by commas, in percent-encoding",
			parseHeaders).secret(), "", "sent along"},
		{"OTEL_EXPORTER_OTLP_CERTIFICATE", parsed(&t.roots, "the path of a file of certificates in PEM", parseCertificates), "",
			"which certificates of the collector are trusted; without it, those that the system trusts"},
		{"OTEL_EXPORTER_OTLP_TIMEOUT", multiple(&t.timeout, time.Millisecond, "milliseconds", 1, 60_000), "10000", "how long one attempt may take"},
		{"OTEL_TRACES_EXPORTER", choice(&t.exporter, "otlp", "none"), "otlp", "`none`: no traces"},
		{"OTEL_SDK_DISABLED", boolean(&t.off), "false", "`true`: no traces"},
		{"OTEL_SERVICE_NAME", text(&t.service), "", "without it `service.name` of the next one, else `meet-external-api`"},
		{"OTEL_RESOURCE_ATTRIBUTES", parsed(&t.resource, "names and values like deployment.environment.name=staging, separated by commas, in percent-encoding",
			parsePairs), "", "what each trace tells of this server"},
		{"OTEL_TRACES_SAMPLER", choice(&t.sampler, samplerNames...), "parentbased_always_on", "which requests are traced: with `parentbased_…`, " +
			"as the caller's `traceparent` says, and where there is none as the rest of the name says"},
		{"OTEL_TRACES_SAMPLER_ARG", parsed(&t.ratio, "a share from 0 to 1", parseRatio), "1", "for `traceidratio`"},
		{"DJANGO_SENTRY_DSN", parsed(&s.sentry.dsn, "the DSN of a project in Sentry, like https://KEY@sentry.example.org/1", parseDSN).secret(), "",
			"where faults are reported"},
		{"DJANGO_CONFIGURATION", parsed(&s.sentry.environment, "", func(text string) (string, bool) { return strings.ToLower(text), true }),
			"Production", "in lower case what Sentry shows as the environment, as for Meet"},
	}}
}

// parsePairs takes what the W3C's Baggage has without properties.
func parsePairs(text string) (pairs [][2]string, ok bool) {
	items, _ := parseList(text)
	for _, item := range items {
		name, encoded, found := strings.Cut(item, "=")
		value, err := url.PathUnescape(strings.TrimSpace(encoded))
		if name = strings.TrimSpace(name); !found || err != nil || name == "" {
			return nil, false
		}
		pairs = append(pairs, [2]string{name, value})
	}
	return pairs, true
}

// What a header may be (RFC 9110, sections 5.1 and 5.5).
var (
	headerName  = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
	headerValue = regexp.MustCompile(`^[\t -~]*$`)
)

func parseHeaders(text string) (pairs [][2]string, ok bool) {
	pairs, ok = parsePairs(text)
	for _, pair := range pairs {
		ok = ok && headerName.MatchString(pair[0]) && headerValue.MatchString(pair[1])
	}
	return pairs, ok
}

func parseCertificates(path string) (*x509.CertPool, bool) {
	content, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	pool := x509.NewCertPool()
	return pool, err == nil && pool.AppendCertsFromPEM(content)
}

func parseRatio(text string) (float64, bool) {
	ratio, err := strconv.ParseFloat(text, 64)
	return ratio, err == nil && ratio >= 0 && ratio <= 1
}

func parseDSN(text string) (string, bool) {
	_, err := sentry.NewDsn(text)
	return text, err == nil
}

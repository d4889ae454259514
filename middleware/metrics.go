package middleware

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
)

// Durations are how long requests took, by the listener that they came to, method, route and status. A caller chooses none of these: a route
// is a path of the table, empty where there is none, and a method that HTTP does not know is "other".
type Durations struct{ histogram *prometheus.HistogramVec }

// NewDurations makes them and has them shown by the registry. The buckets are fine where tokens and rooms are (0.3 to 5 ms), and have bounds
// beside the cost of a slow hash (0.4 s) and where requests are given up (10 s). There are no native histograms beside them: a Prometheus
// that takes those leaves the buckets out, which the rules in deploy/prometheus read.
func NewDurations(registry prometheus.Registerer) Durations {
	d := Durations{prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "meet_external_api_http_request_duration_seconds",
		Help:    "How long requests took, by the listener (api, operations), method, route and status; those that a caller gave up have the status 499.",
		Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"listener", "method", "route", "status"})}
	registry.MustRegister(d.histogram)
	return d
}

// Expect shows the faults of the server, before there is one, for each route of the listener: a rate sees the first one then.
func (d Durations) Expect(listener string, routes []*echo.Route) {
	for _, route := range routes {
		if !slices.Contains(knownMethods, route.Method) || route.Method == http.MethodHead {
			continue
		}
		for _, status := range []int{http.StatusInternalServerError, http.StatusServiceUnavailable} {
			d.histogram.WithLabelValues(listener, route.Method, route.Path, statusText(status))
		}
	}
}

// Of counts the requests to a listener. It is to be around Log, which turns errors into answers.
func (d Durations) Of(listener string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			start := time.Now()
			err := next(c)
			d.observe(listener, c.Request().Method, c.Path(), c.Response().Status, time.Since(start))
			return err
		}
	}
}

func (d Durations) observe(listener, method, route string, status int, took time.Duration) {
	d.histogram.WithLabelValues(listener, knownMethod(method), route, statusText(status)).Observe(took.Seconds())
}

var knownMethods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, http.MethodConnect,
	http.MethodTrace,
}

func knownMethod(method string) string {
	if slices.Contains(knownMethods, method) {
		return method
	}
	return "other"
}

// statusTexts are made once: a text for each request would be an allocation.
var statusTexts = func() (texts [600]string) {
	for status := range texts {
		texts[status] = strconv.Itoa(status)
	}
	return texts
}()

func statusText(status int) string { return statusTexts[status] }

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

// NewDurations makes them and has them shown by the registry.
func NewDurations(registry prometheus.Registerer) Durations {
	d := Durations{prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "meet_external_api_http_request_duration_seconds",
		Help:    "How long requests took, by the listener (api, operations), method, route and status; those that a caller gave up have the status 499.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"listener", "method", "route", "status"})}
	registry.MustRegister(d.histogram)
	return d
}

// Of counts the requests to a listener. It is to be around Log, which turns errors into answers.
func (d Durations) Of(listener string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			start := time.Now()
			err := next(c)
			d.histogram.WithLabelValues(listener, knownMethod(c.Request().Method), c.Path(), strconv.Itoa(c.Response().Status)).
				Observe(time.Since(start).Seconds())
			return err
		}
	}
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

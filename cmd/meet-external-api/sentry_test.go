// The tests of docs/operate.md, "Sentry": what it gets.

package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/require"

	"meet-external-api/handlers"
	"meet-external-api/middleware"
)

// sentryServer plays Sentry: it takes envelopes.
type sentryServer struct {
	*httptest.Server
	mutex  sync.Mutex
	events []sentryEvent
	all    strings.Builder
	auth   string
}

type sentryEvent struct {
	Message, Transaction, Environment, Release, Level string
	Tags                                              map[string]string
	Exception                                         []struct {
		Type, Value string
		Stacktrace  struct {
			Frames []struct {
				Function string `json:"function"`
				InApp    bool   `json:"in_app"`
			}
		}
	}
	Contexts    map[string]map[string]any
	Request     any
	User        any
	Breadcrumbs []any
}

func newSentryServer(t *testing.T) *sentryServer {
	t.Helper()
	s := &sentryServer{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		s.mutex.Lock()
		defer s.mutex.Unlock()
		s.auth = r.URL.Path + " " + r.Header.Get("X-Sentry-Auth")
		body, _ := io.ReadAll(r.Body)
		s.all.Write(body)
		lines := bufio.NewScanner(strings.NewReader(string(body)))
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var event sentryEvent
			if json.Unmarshal(lines.Bytes(), &event) == nil && event.Level != "" {
				s.events = append(s.events, event)
			}
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *sentryServer) dsn() string { return strings.Replace(s.URL, "://", "://thekey@", 1) + "/42" }

// A fault of ours arrives, with what it takes to find it in the log; nothing of what the caller sent does, nor what the database says.
func TestFaultsAreReported(t *testing.T) {
	t.Parallel()
	reports := newSentryServer(t)
	secrets := []string{"can4ry", "can5ry", "user@example.com", "192.0.2.7", "127.0.0.1"}
	var line map[string]any
	t.Run("serve", func(t *testing.T) {
		s, application, user, token := roomServer(t, map[string]string{
			"DJANGO_SENTRY_DSN": reports.dsn(), "DJANGO_CONFIGURATION": "Staging", "EXTERNAL_API_TRUSTED_PROXIES": "127.0.0.1",
		})
		secrets = append(secrets, application.Secret, application.ID, token, user)
		s.raiseWithValues("can5ry")
		for _, o := range everywhere("can4ry") {
			s.sendAnywhere(http.MethodPost, handlers.BasePath+roomsPath, strings.NewReader(`{"name": "can4ry"}`), header("Content-Type", "application/json"), bearer(token), o)
		}
		failed := s.patch("/rooms/can4ry/", `{"name": "can4ry"}`, bearer(token))
		require.Equal(t, 404, failed.status, "which is no fault")
		s.post(tokenPath, tokenRequest(application, map[string]any{"client_secret": "can4ry", "scope": "can4ry@example.org"}))
		s.sql(`alter table meet_room rename to meet_hidden`)
		for range 3 {
			failed = s.get(roomsPath+"?search=can4ry", bearer(token), traced("01"))
			require.Equal(t, 503, failed.status, "%s", failed.raw)
		}
		s.sql(`alter table meet_hidden rename to meet_room`)
		line = s.log.waitFor(t, "request", map[string]any{"status": float64(500)})
		require.Contains(t, line["error"], "can5ry", "it is about what is there")
	})
	require.Contains(t, reports.auth, "/api/42/envelope/ Sentry ")
	require.Contains(t, reports.auth, "sentry_key=thekey")
	byReason := map[string]sentryEvent{}
	for _, event := range reports.events {
		require.Nil(t, event.Request)
		require.Empty(t, event.User)
		require.Empty(t, event.Breadcrumbs)
		if event.Message == "request" {
			require.NotContains(t, byReason, event.Tags["reason"], "a fault is reported once a minute")
			byReason[event.Tags["reason"]] = event
		}
	}
	require.Len(t, byReason, 2)
	fault := byReason["server_fault"]
	require.Equal(t, "POST /external-api/v1.0/rooms/", fault.Transaction)
	require.Equal(t, "staging", fault.Environment)
	require.Equal(t, version, fault.Release)
	require.Equal(t, line["request_id"], fault.Tags["request_id"])
	require.Equal(t, "external-api", fault.Tags["application"])
	require.Equal(t, "500", fault.Tags["status"])
	require.Equal(t, "server_fault", fault.Exception[0].Type)
	require.Contains(t, fault.Exception[0].Value, "*pq.Error P0001")
	away := byReason["database_unavailable"]
	require.Equal(t, callersTrace, away.Tags["trace_id"])
	require.Equal(t, callersTrace, away.Contexts["trace"]["trace_id"])
	for _, secret := range secrets {
		require.NotContains(t, strings.ToLower(strings.ReplaceAll(reports.all.String(), reports.dsn(), "")), strings.ToLower(secret))
	}
}

// A panic comes with its stack, and without its words.
func TestPanicsAreReported(t *testing.T) {
	t.Parallel()
	server := newSentryServer(t)
	reports, err := newReporter(sentrySettings{dsn: server.dsn()})
	require.NoError(t, err)
	e := echo.New()
	e.HTTPErrorHandler = middleware.HandleError
	e.Pre(middleware.RequestID, middleware.Log(reports.watch(slog.New(slog.NewTextHandler(io.Discard, nil)))), middleware.Recover)
	e.GET("/panic", func(echo.Context) error { return panicking("can4ry") })
	e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/panic?can4ry", nil))
	reports.close()
	require.Len(t, server.events, 1)
	frames := server.events[0].Exception[0].Stacktrace.Frames
	require.NotEmpty(t, frames)
	last := frames[len(frames)-1]
	require.Equal(t, "panicking", last.Function, "%+v", frames)
	require.NotContains(t, server.all.String(), "can4ry")
}

func panicking(words string) error { panic(errors.New(words)) }

// A fault that comes again and again, or many at a time, do not flood Sentry.
func TestReportsAreBounded(t *testing.T) {
	t.Parallel()
	now := time.Now()
	r := &reporter{now: func() time.Time { return now }}
	count := func(kinds ...string) (reported int) {
		for _, kind := range kinds {
			if r.isNew(kind) {
				reported++
			}
		}
		return reported
	}
	require.Equal(t, 2, count("a", "b", "a", "a"))
	require.Equal(t, maxFaults-2, count(strings.Split("cdefghijklmnopqrstuvwxyz", "")...))
	now = now.Add(faultInterval)
	require.Equal(t, 1, count("a", "a"))
}

// Errors of background work are reported too; what is no error is not.
func TestErrorsOfTheLogAreReported(t *testing.T) {
	t.Parallel()
	server := newSentryServer(t)
	reports, err := newReporter(sentrySettings{dsn: server.dsn(), environment: "production"})
	require.NoError(t, err)
	log := reports.watch(slog.New(slog.NewTextHandler(io.Discard, nil))).With("room", "can4ry")
	log.Warn("can4ry")
	log.Error("the audit trail cannot be written as lines", "error", &json.SyntaxError{Offset: 1}, "task", "write", "user", "can4ry")
	reports.close()
	require.Len(t, server.events, 1)
	event := server.events[0]
	require.Equal(t, "the audit trail cannot be written as lines", event.Message)
	require.Equal(t, "*json.SyntaxError", event.Exception[0].Value)
	require.Equal(t, "write", event.Tags["task"])
	require.NotContains(t, server.all.String(), "can4ry")
}

// A Sentry that does not answer delays no request, and the end no longer than it may.
func TestSentryHangs(t *testing.T) {
	t.Parallel()
	released := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-released }))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(released) })
	reports, err := newReporter(sentrySettings{dsn: strings.Replace(server.URL, "://", "://thekey@", 1) + "/42"})
	require.NoError(t, err)
	log := reports.watch(slog.New(slog.NewTextHandler(io.Discard, nil)))
	began := time.Now()
	for range 1000 {
		log.Error("a fault")
	}
	require.Less(t, time.Since(began), flushTimeout/2)
	reports.close()
	require.Less(t, time.Since(began), 2*flushTimeout)
}

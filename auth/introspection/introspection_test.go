package introspection

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sony/gobreaker/v2"
	"github.com/stretchr/testify/require"

	"meet-external-api/refusal"
)

// provider plays the authorization server. Its answer can be changed while it runs.
type provider struct {
	*httptest.Server
	calls  atomic.Int32
	answer atomic.Value // func(http.ResponseWriter, *http.Request)
}

func newProvider(t testing.TB, answer http.HandlerFunc) *provider {
	t.Helper()
	p := &provider{}
	p.answer.Store(answer)
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.calls.Add(1)
		p.answer.Load().(http.HandlerFunc)(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

// stoppedClock stands still until it is moved.
type stoppedClock struct{ nanoseconds atomic.Int64 }

func newClock() *stoppedClock {
	c := &stoppedClock{}
	c.nanoseconds.Store(time.Unix(1_800_000_000, 0).UnixNano())
	return c
}

func (c *stoppedClock) Now() time.Time           { return time.Unix(0, c.nanoseconds.Load()) }
func (c *stoppedClock) forward(by time.Duration) { c.nanoseconds.Add(int64(by)) }

func options(endpoint string) Options {
	return Options{
		Issuer: "https://op.example", Endpoint: endpoint, ClientID: "meet", ClientSecret: "our-secret",
		Scopes: []string{"lasuite_meet"}, Timeout: time.Minute, Now: newClock().Now, Log: slog.New(slog.DiscardHandler),
		Check: func(context.Context, string) error { return nil }, CountFailure: func(context.Context, string) {},
	}
}

func newIntrospector(t testing.TB, o Options) *Introspector {
	t.Helper()
	introspector, err := New(o)
	require.NoError(t, err)
	t.Cleanup(introspector.http.CloseIdleConnections)
	return introspector
}

func text(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

const activeAnswer = `{"active":true,"iss":"https://op.example","scope":"openid lasuite_meet","client_id":"app","sub":"abc"}`

func requireUnavailable(t testing.TB, err error) {
	t.Helper()
	var refused *refusal.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, refusal.Unavailable, refused.Kind, "the caller did no wrong")
	require.Equal(t, "introspection_unavailable", refused.Code)
	require.NotContains(t, err.Error(), "our-secret")
	require.NotContains(t, err.Error(), "opaque")
}

func TestIntrospectionAsks(t *testing.T) {
	t.Parallel()
	p := newProvider(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.Header.Get("Accept") != "application/json" ||
			r.PostFormValue("client_id") != "meet" || r.PostFormValue("client_secret") != "our-secret" ||
			r.PostFormValue("token") != "an opaque+token" || len(r.PostForm) != 3 || r.Header["Idempotency-Key"] != nil {
			w.WriteHeader(http.StatusBadRequest)
		}
		_, _ = io.WriteString(w, activeAnswer)
	})
	got, err := newIntrospector(t, options(p.URL)).Introspect(t.Context(), "an opaque+token")
	require.NoError(t, err)
	require.Equal(t, Introspected{Subject: "abc", Scopes: []string{"openid", "lasuite_meet"}, ClientID: "app"}, got)
}

func TestIntrospectionAnswers(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 255)
	for name, test := range map[string]struct {
		answer string
		change func(*Options)
		client string // of the token that is taken; empty: it is refused
	}{
		"active":                     {answer: activeAnswer, client: "app"},
		"no issuer":                  {answer: `{"active":true,"scope":"lasuite_meet","client_id":"app","sub":"abc"}`, client: "app"},
		"scope in a list":            {answer: `{"active":true,"scope":["x","lasuite_meet"],"client_id":"app","sub":"abc"}`, client: "app"},
		"scope in capitals":          {answer: strings.Replace(activeAnswer, "lasuite_meet", "LaSuite_Meet", 1)},
		"expires later":              {answer: `{"active":true,"scope":"lasuite_meet","client_id":"app","sub":"abc","exp":1800000000.5}`, client: "app"},
		"longest subject":            {answer: `{"active":true,"scope":"lasuite_meet","client_id":"app","sub":"` + long + `"}`, client: "app"},
		"several audiences":          {answer: `{"active":true,"scope":"lasuite_meet","client_id":["",7,"a","b"],"sub":"abc"}`, client: "a"},
		"one of the audiences":       {answer: activeAnswer, change: allow("web", "app"), client: "app"},
		"any member is allowed":      {answer: `{"active":true,"scope":"lasuite_meet","client_id":["x","app"],"sub":"abc"}`, change: allow("app"), client: "app"},
		"another claim":              {answer: `{"active":true,"scope":"lasuite_meet","aud":"app","sub":"abc"}`, change: audienceIn("aud"), client: "app"},
		"inactive":                   {answer: `{"active":false}`},
		"inactive with all the rest": {answer: strings.Replace(activeAnswer, "true", "false", 1)},
		"active is a string":         {answer: strings.Replace(activeAnswer, "true", `"true"`, 1)},
		"active is a number":         {answer: strings.Replace(activeAnswer, "true", `1`, 1)},
		"no active":                  {answer: strings.Replace(activeAnswer, "active", "actif", 1)},
		"active in capitals":         {answer: strings.Replace(activeAnswer, "active", "ACTIVE", 1)},
		"empty object":               {answer: `{}`},
		"another issuer":             {answer: strings.Replace(activeAnswer, "op.example", "evil.example", 1)},
		"issuer with a slash":        {answer: strings.Replace(activeAnswer, "op.example", "op.example/", 1)},
		"issuer is null":             {answer: strings.Replace(activeAnswer, `"https://op.example"`, "null", 1)},
		"issuer is a list":           {answer: strings.Replace(activeAnswer, `"https://op.example"`, `["https://op.example"]`, 1)},
		"no scope":                   {answer: `{"active":true,"client_id":"app","sub":"abc"}`},
		"another scope":              {answer: strings.Replace(activeAnswer, "lasuite_meet", "lasuite_meet2", 1)},
		"scope is a number":          {answer: strings.Replace(activeAnswer, `"openid lasuite_meet"`, "1", 1)},
		"no audience":                {answer: `{"active":true,"scope":"lasuite_meet","sub":"abc"}`},
		"empty audience":             {answer: strings.Replace(activeAnswer, `"app"`, `""`, 1)},
		"no audience in the list":    {answer: strings.Replace(activeAnswer, `"app"`, `["",null]`, 1)},
		"audience not allowed":       {answer: activeAnswer, change: allow("web")},
		"no member is allowed":       {answer: strings.Replace(activeAnswer, `"app"`, `["a","b"]`, 1), change: allow("app")},
		"the other claim is missing": {answer: activeAnswer, change: audienceIn("aud")},
		"no subject":                 {answer: `{"active":true,"scope":"lasuite_meet","client_id":"app"}`},
		"empty subject":              {answer: strings.Replace(activeAnswer, `"abc"`, `""`, 1)},
		"subject is a number":        {answer: strings.Replace(activeAnswer, `"abc"`, `5`, 1)},
		"subject with a NUL":         {answer: strings.Replace(activeAnswer, `"abc"`, `"a\u0000"`, 1)},
		"subject too long":           {answer: strings.Replace(activeAnswer, `abc`, long+"x", 1)},
		"expired":                    {answer: strings.Replace(activeAnswer, `{`, `{"exp":1799999999,`, 1)},
		"expires now":                {answer: strings.Replace(activeAnswer, `{`, `{"exp":1800000000,`, 1)},
		"expired long ago":           {answer: strings.Replace(activeAnswer, `{`, `{"exp":-1e15,`, 1)},
		"expiry is a string":         {answer: strings.Replace(activeAnswer, `{`, `{"exp":"1900000000",`, 1)},
		"expiry out of range":        {answer: strings.Replace(activeAnswer, `{`, `{"exp":1e300,`, 1)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t, text(http.StatusOK, test.answer))
			o := options(p.URL)
			if test.change != nil {
				test.change(&o)
			}
			got, err := newIntrospector(t, o).Introspect(t.Context(), "opaque")
			if test.client == "" {
				require.ErrorIs(t, err, refusal.InvalidToken)
				require.Zero(t, got)
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.client, got.ClientID)
		})
	}
}

func allow(audiences ...string) func(*Options) {
	return func(o *Options) { o.Audiences = audiences }
}

func audienceIn(claim string) func(*Options) {
	return func(o *Options) { o.AudienceClaim = claim }
}

func TestIntrospectionWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"401":              text(http.StatusUnauthorized, activeAnswer),
		"403":              text(http.StatusForbidden, activeAnswer),
		"500":              text(http.StatusInternalServerError, activeAnswer),
		"201":              text(http.StatusCreated, activeAnswer),
		"204":              text(http.StatusNoContent, ""),
		"empty":            text(http.StatusOK, ""),
		"not JSON":         text(http.StatusOK, "<html>"),
		"list":             text(http.StatusOK, "["+activeAnswer+"]"),
		"two objects":      text(http.StatusOK, activeAnswer+activeAnswer),
		"the same twice":   text(http.StatusOK, strings.Replace(activeAnswer, "{", `{"active":false,`, 1)),
		"more than 64 KiB": text(http.StatusOK, activeAnswer+strings.Repeat(" ", 64<<10)),
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/elsewhere" {
				text(http.StatusOK, activeAnswer)(w, r)
				return
			}
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		},
		"closed": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"broken off": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, activeAnswer)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t, answer)
			introspector := newIntrospector(t, options(p.URL))
			_, err := introspector.Introspect(t.Context(), "opaque")
			requireUnavailable(t, err)
			p.answer.Store(text(http.StatusOK, activeAnswer))
			_, err = introspector.Introspect(t.Context(), "opaque")
			require.NoError(t, err, "having no answer is not remembered")
		})
	}
}

func TestIntrospectionOfAServerThatIsNotThere(t *testing.T) {
	t.Parallel()
	p := newProvider(t, text(http.StatusOK, activeAnswer))
	p.Close()
	for _, endpoint := range []string{p.URL, "://", ""} {
		_, err := newIntrospector(t, options(endpoint)).Introspect(t.Context(), "opaque")
		requireUnavailable(t, err)
	}
}

func TestIntrospectionHasATimeout(t *testing.T) {
	t.Parallel()
	done := make(chan struct{})
	p := newProvider(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, activeAnswer[:20])
		w.(http.Flusher).Flush()
		<-done
	})
	t.Cleanup(func() { close(done) })
	o := options(p.URL)
	o.Timeout = 20 * time.Millisecond
	introspector := newIntrospector(t, o)
	_, err := introspector.Introspect(t.Context(), "opaque")
	requireUnavailable(t, err)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Eventually(t, func() bool { return introspector.breaker.Counts().TotalFailures == 1 }, eventually, tick)
}

func TestIntrospectionLogsThatWeAreRefused(t *testing.T) {
	t.Parallel()
	p := newProvider(t, text(http.StatusUnauthorized, `{}`))
	var log bytes.Buffer
	o := options(p.URL)
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	introspector := newIntrospector(t, o)
	_, err := introspector.Introspect(t.Context(), "opaque")
	requireUnavailable(t, err)
	settled(t, introspector, 1)
	require.Contains(t, log.String(), "level=ERROR")
	require.Contains(t, log.String(), "status=401")
	require.NotContains(t, log.String(), "our-secret")
	require.NotContains(t, log.String(), "opaque")
}

func TestIntrospectionIsRemembered(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer string
		last   time.Duration // for which the answer is believed
	}{
		"active":          {activeAnswer, time.Minute},
		"expires in 30 s": {strings.Replace(activeAnswer, "{", `{"exp":1800000030,`, 1), 30 * time.Second},
		"expires in 2 h":  {strings.Replace(activeAnswer, "{", `{"exp":1800007200,`, 1), time.Minute},
		"inactive":        {`{"active":false}`, 5 * time.Second},
		"another scope":   {strings.Replace(activeAnswer, "lasuite_meet", "other", 1), 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t, text(http.StatusOK, test.answer))
			clock := newClock()
			o := options(p.URL)
			o.Now = clock.Now
			introspector := newIntrospector(t, o)
			first, firstErr := introspector.Introspect(t.Context(), "opaque")
			clock.forward(test.last - 1)
			second, secondErr := introspector.Introspect(t.Context(), "opaque")
			require.Equal(t, first, second)
			require.Equal(t, firstErr, secondErr)
			require.EqualValues(t, 1, p.calls.Load())
			clock.forward(1)
			_, _ = introspector.Introspect(t.Context(), "opaque")
			require.EqualValues(t, 2, p.calls.Load())
			_, _ = introspector.Introspect(t.Context(), "opaque, another")
			require.EqualValues(t, 3, p.calls.Load())
		})
	}
}

func TestIntrospectionAsksOnceForMany(t *testing.T) {
	t.Parallel()
	const many = 50
	var started, ended sync.WaitGroup
	started.Add(many)
	p := newProvider(t, func(w http.ResponseWriter, _ *http.Request) {
		started.Wait()
		_, _ = io.WriteString(w, activeAnswer)
	})
	introspector := newIntrospector(t, options(p.URL))
	errs := make(chan error, many)
	for range many {
		ended.Go(func() {
			started.Done()
			got, err := introspector.Introspect(t.Context(), "opaque")
			if got.Subject != "abc" {
				err = errors.Join(err, errors.New("no subject"))
			}
			errs <- err
		})
	}
	ended.Wait()
	for range many {
		require.NoError(t, <-errs)
	}
	require.EqualValues(t, 1, p.calls.Load())
}

func TestIntrospectionGoesOnWithoutTheFirstWhoAsked(t *testing.T) {
	t.Parallel()
	called, release := make(chan struct{}), make(chan struct{})
	p := newProvider(t, func(w http.ResponseWriter, _ *http.Request) {
		called <- struct{}{}
		<-release
		_, _ = io.WriteString(w, activeAnswer)
	})
	introspector := newIntrospector(t, options(p.URL))
	ctx, cancel := context.WithCancel(t.Context())
	first, second := make(chan error, 1), make(chan error, 1)
	go func() {
		_, err := introspector.Introspect(ctx, "opaque")
		first <- err
	}()
	<-called
	cancel()
	err := <-first
	requireUnavailable(t, err)
	require.ErrorIs(t, err, context.Canceled)
	go func() {
		_, err := introspector.Introspect(t.Context(), "opaque")
		second <- err
	}()
	close(release)
	require.NoError(t, <-second)
	require.EqualValues(t, 1, p.calls.Load())
	require.Zero(t, introspector.breaker.Counts().TotalFailures)
}

func TestIntrospectionLeavesAServerAloneThatIsDown(t *testing.T) {
	t.Parallel()
	p := newProvider(t, text(http.StatusBadGateway, ""))
	introspector := newIntrospector(t, options(p.URL))
	fail(t, introspector)
	asked := p.calls.Load()
	p.answer.Store(text(http.StatusOK, activeAnswer))
	_, err := introspector.Introspect(t.Context(), "opaque")
	requireUnavailable(t, err)
	require.ErrorIs(t, err, gobreaker.ErrOpenState)
	require.Equal(t, asked, p.calls.Load())
	counts := introspector.Counts()
	require.True(t, counts.CircuitOpen)
	require.Positive(t, counts.Outcomes["failed"])
	require.Positive(t, counts.Outcomes["circuit_open"])
	require.Zero(t, counts.Outcomes["active"])
	require.EqualValues(t, counts.Outcomes["failed"], counts.Calls, "one call for each, those that ask whether it is there aside")
}

func TestIntrospectionTriesAgainAfterAPause(t *testing.T) {
	t.Parallel()
	p := newProvider(t, text(http.StatusBadGateway, ""))
	introspector := newIntrospector(t, options(p.URL))
	introspector.breaker = introspector.newBreaker(time.Nanosecond)
	fail(t, introspector)
	p.answer.Store(text(http.StatusOK, activeAnswer))
	require.Eventually(t, func() bool {
		_, err := introspector.Introspect(t.Context(), "opaque")
		return err == nil
	}, eventually, tick)
	require.Equal(t, gobreaker.StateClosed, introspector.breaker.State())
}

func TestTokensThatAreRefusedAreNoFailures(t *testing.T) {
	t.Parallel()
	p := newProvider(t, text(http.StatusOK, `{"active":false}`))
	introspector := newIntrospector(t, options(p.URL))
	for n := range 2 * maxFailures {
		_, err := introspector.Introspect(t.Context(), strings.Repeat("t", n))
		require.ErrorIs(t, err, refusal.InvalidToken)
	}
	require.EqualValues(t, 2*maxFailures, p.calls.Load())
}

func TestIntrospectionReplacesAConnectionThatWasClosedWhileIdle(t *testing.T) {
	t.Parallel()
	p := newProvider(t, text(http.StatusOK, activeAnswer))
	introspector := newIntrospector(t, options(p.URL))
	_, err := introspector.Introspect(t.Context(), "opaque 1")
	require.NoError(t, err)
	p.answer.Store(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.calls.Load() == 2 {
			panic(http.ErrAbortHandler)
		}
		text(http.StatusOK, activeAnswer)(w, r)
	}))
	_, err = introspector.Introspect(t.Context(), "opaque 2")
	require.NoError(t, err)
	require.EqualValues(t, 3, p.calls.Load())
}

func TestIntrospectionGoesThroughTheProxy(t *testing.T) {
	t.Parallel()
	p := newProvider(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.String() != "http://op.invalid/introspect" {
			w.WriteHeader(http.StatusBadRequest)
		}
		_, _ = io.WriteString(w, activeAnswer)
	})
	o := options("http://op.invalid/introspect")
	proxy, err := url.Parse(p.URL)
	require.NoError(t, err)
	o.Proxy = proxy
	_, err = newIntrospector(t, o).Introspect(t.Context(), "opaque")
	require.NoError(t, err)
}

func TestIntrospectionVerifiesCertificates(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(text(http.StatusOK, activeAnswer))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.StartTLS()
	t.Cleanup(server.Close)
	o := options(server.URL)
	_, err := newIntrospector(t, o).Introspect(t.Context(), "opaque")
	requireUnavailable(t, err)
	o.InsecureTLS = true
	_, err = newIntrospector(t, o).Introspect(t.Context(), "opaque")
	require.NoError(t, err)
}

// The tests of docs/operate.md, "Profiles".

package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/require"

	"meet-external-api/middleware"
)

// newProfiles serves profiles alone, with bounds for other answers that are shorter than a profile of a second.
func newProfiles(t *testing.T, stop <-chan struct{}) string {
	t.Helper()
	e := echo.New()
	e.HTTPErrorHandler = middleware.HandleError
	e.Pre(middleware.RequestID, unlessProfile(middleware.Deadline(50*time.Millisecond)), middleware.Path)
	profiles{stop}.register(router{e})
	server := httptest.NewUnstartedServer(e)
	server.Config.WriteTimeout = 100 * time.Millisecond
	server.Start()
	t.Cleanup(server.Close)
	return server.URL + profilesPath
}

func read(t *testing.T, url string) (int, []byte) {
	t.Helper()
	response, err := http.Get(url)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, body
}

// A profile takes its time, whatever bounds other answers have; there is one at a time, and the end of the server is its end.
func TestProfilesTakeTheirTime(t *testing.T) {
	stop := make(chan struct{})
	url := newProfiles(t, stop)
	began := time.Now()
	status, body := read(t, url+"/trace?seconds=1")
	require.Equal(t, 200, status)
	require.GreaterOrEqual(t, time.Since(began), time.Second)
	require.True(t, bytes.HasPrefix(body, []byte("go 1.")), "%.20q", body)

	type answered struct {
		status int
		body   []byte
	}
	answers := make(chan answered, 2)
	for range 2 {
		go func() {
			status, body := read(t, url+"/profile?seconds=60")
			answers <- answered{status, body}
		}()
	}
	second := <-answers
	require.Equal(t, 409, second.status)
	require.JSONEq(t, `{"detail": "A profile of this kind is being taken: there is one at a time."}`, string(second.body))
	close(stop)
	first := <-answers
	require.Equal(t, 200, first.status)
	unpacked, err := gzip.NewReader(bytes.NewReader(first.body))
	require.NoError(t, err)
	_, err = io.ReadAll(unpacked)
	require.NoError(t, err)
	for _, seconds := range []string{"0", "61", "x", "-1"} {
		status, body = read(t, url+"/profile?seconds="+seconds)
		require.Equal(t, 400, status)
		require.JSONEq(t, `{"seconds": ["Give 1 to 60."]}`, string(body))
	}
}

// Profiles are on the operations listener, without the command line, which no secret belongs in and some will have.
func TestProfiles(t *testing.T) {
	t.Parallel()
	s := start(t)
	v := s.visitor(t)
	require.Contains(t, string(v.get(profilesPath).raw), "heap\n")
	heap := v.get(profilesPath + "/heap")
	require.Equal(t, 200, heap.status)
	require.True(t, bytes.HasPrefix(heap.raw, []byte{0x1f, 0x8b}))
	require.Contains(t, string(v.get(profilesPath+"/goroutine?debug=1").raw), "goroutine profile: total ")
	require.Equal(t, 200, v.send(http.MethodHead, profilesPath+"/profile", nil).status)
	for _, path := range []string{"/cmdline", "/symbol", "/nowhere"} {
		require.Equal(t, 404, v.get(profilesPath+path).status, path)
	}
	for _, path := range []string{"", "/", "/heap", "/profile", "/trace", "/cmdline"} {
		a, _ := s.sendAnywhere(http.MethodGet, profilesPath+path, nil)
		require.Equal(t, 404, a.status, path)
	}
}

// A page whose name leads to this machine reads neither metrics nor profiles, in the browser of somebody who works on it.
func TestTheLoopbackListenerKnowsItsNames(t *testing.T) {
	t.Parallel()
	s := start(t, map[string]string{"EXTERNAL_API_CONSOLE_URL": "https://console.example.org"})
	v := s.visitor(t)
	for _, path := range []string{"/metrics", profilesPath, profilesPath + "/heap", profilesPath + "/profile"} {
		a := v.get(path, hosted("rebound.example.org"))
		require.Equal(t, 403, a.status, path)
		require.Equal(t, "foreign_host", s.reason(t, a))
		v.requireAnswers(path, "rebound.example.org:9090", 403)
	}
	for _, host := range []string{"localhost", "LOCALHOST:9090", "127.0.0.1:1", "10.1.2.3:9090", "[::1]:9090", "console.example.org"} {
		v.requireAnswers("/metrics", host, 200)
	}
}

func (v *visitor) requireAnswers(path, host string, status int) {
	v.t.Helper()
	require.Equal(v.t, status, v.get(path, hosted(host)).status, host)
}

// What is reached from elsewhere may have any name: that it is reached is for the network to say.
func TestOtherListenersHaveAnyName(t *testing.T) {
	t.Parallel()
	served := dependencies{}.ownHost(func(c echo.Context) error { return c.NoContent(http.StatusOK) })
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.Host = "meet-external-api.monitoring.svc:9090"
	for address, allowed := range map[string]bool{"10.1.2.3": true, "127.0.0.1": false, "::1": false} {
		ctx := context.WithValue(r.Context(), http.LocalAddrContextKey, &net.TCPAddr{IP: net.ParseIP(address)})
		err := served(echo.New().NewContext(r.WithContext(ctx), httptest.NewRecorder()))
		require.Equal(t, allowed, err == nil, address)
	}
}

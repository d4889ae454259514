package middleware_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/require"

	"meet-external-api/middleware"
)

// A handler that panics fails one request: its caller gets the request id, the log the stack, the next request an answer.
func TestPanics(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	e := echo.New()
	e.HTTPErrorHandler = middleware.HandleError
	e.Pre(middleware.RequestID, middleware.Log(slog.New(slog.NewJSONHandler(&log, nil))), middleware.Recover)
	e.GET("/value", func(echo.Context) error { panic("the value") })
	e.GET("/error", func(echo.Context) error { panic(errors.New("the value")) })
	e.GET("/fine", func(c echo.Context) error { return c.NoContent(http.StatusNoContent) })
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)

	for _, path := range []string{"/value", "/error"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
		require.NoError(t, err)
		request.Header.Set("X-Request-Id", "panicked")
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, http.StatusInternalServerError, response.StatusCode)
		require.JSONEq(t, `{"detail": "Internal server error. Request id: panicked"}`, string(body))
	}
	response, err := http.Get(server.URL + "/fine")
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusNoContent, response.StatusCode)
	server.Close() // so that its lines are written

	lines := bytes.Split(bytes.TrimSpace(log.Bytes()), []byte("\n"))
	var line map[string]any
	require.NoError(t, json.Unmarshal(lines[0], &line))
	require.Equal(t, "ERROR", line["level"])
	require.Equal(t, "panic: the value", line["error"])
	require.Contains(t, line["stack"], "recover_test.go")
}
